//! What is wrong with tables, in the words that people see.

#![allow(clippy::too_many_lines, reason = "what is shown is long")]

use snapbox::{assert_data_eq, str};

use super::{Tables, gzip};

#[test]
fn headers() {
    let tables = Tables::new()
        .with("a.csv", "id:ID,age:itn,where:point,:LABEL,:LABEL\n")
        .with("b.csv", "name,age:int\n")
        .with("c.csv", ":START_ID,:TYPE\n")
        .with("d.csv", "id:ID,:START_ID,:END_ID\n")
        .with("e.csv", "id:ID,name,name:int,,x:int{a:b},y:int(Z)\n")
        .with("f.csv", "")
        .with("g.csv", "id:ID,:TYPE\n")
        .with("h.csv", [0xff, 0xfe, b'i', 0])
        .with("i.csv", encoding_rs::SHIFT_JIS.encode("id:ID,名称\n").0);
    assert_data_eq!(
        tables.drawn(),
        str![[r#"
error[seed.schema]: unknown type `itn` in the header
 --> kb/a.csv:1:7
  |
1 | id:ID,age:itn,where:point,:LABEL,:LABEL
  |       ^^^^^^^
  |
  = help: Did you mean `int`?

error[seed.schema]: points are not supported
 --> kb/a.csv:1:15
  |
1 | id:ID,age:itn,where:point,:LABEL,:LABEL
  |               ^^^^^^^^^^^
  |
  = help: Give the coordinates in columns of their own, as `x:double,y:double`, or write `:IGNORE`.

error[seed.schema]: a second column `:LABEL`
 --> kb/a.csv:1:34
  |
1 | id:ID,age:itn,where:point,:LABEL,:LABEL
  |                                  ^^^^^^

error[seed.schema]: the header has no column `:ID`
 --> kb/b.csv:1:1
  |
1 | name,age:int
  | ^^^^^^^^^^^^
  |
  = help: The first line names the columns: `id:ID,name,:LABEL` for nodes, `:START_ID,:END_ID,:TYPE` for relationships.

error[seed.schema]: the header has no column `:END_ID`
 --> kb/c.csv:1:1
  |
1 | :START_ID,:TYPE
  | ^^^^^^^^^^^^^^^
  |
  = help: The first line names the columns: `id:ID,name,:LABEL` for nodes, `:START_ID,:END_ID,:TYPE` for relationships.

error[seed.schema]: the header has both `:ID` and `:START_ID`
 --> kb/d.csv:1:1
  |
1 | id:ID,:START_ID,:END_ID
  | ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: A table of nodes has `:ID` and may have `:LABEL`; one of relationships has `:START_ID` and `:END_ID`, and may have `:TYPE`.

error[seed.duplicate]: a second column `name`
 --> kb/e.csv:1:12
  |
1 | id:ID,name,name:int,,x:int{a:b},y:int(Z)
  |            ^^^^^^^^

error[seed.schema]: a column without a name
 --> kb/e.csv:1:21
  |
1 | id:ID,name,name:int,,x:int{a:b},y:int(Z)
  |                     ^
  |
  = help: Name it, or write `:IGNORE` to leave it out.

error[seed.schema]: options in braces, `a:b`, are not supported in a header
 --> kb/e.csv:1:22
  |
1 | id:ID,name,name:int,,x:int{a:b},y:int(Z)
  |                      ^^^^^^^^^^
  |
  = help: Leave the braces out.

error[seed.schema]: only `:ID`, `:START_ID` and `:END_ID` take an id space
 --> kb/e.csv:1:33
  |
1 | id:ID,name,name:int,,x:int{a:b},y:int(Z)
  |                                 ^^^^^^^^

error[seed.schema]: `kb/f.csv` is empty: the first line names the columns

error[seed.schema]: the header has both `:ID` and `:TYPE`
 --> kb/g.csv:1:1
  |
1 | id:ID,:TYPE
  | ^^^^^^^^^^^
  |
  = help: A table of nodes has `:ID` and may have `:LABEL`; one of relationships has `:START_ID` and `:END_ID`, and may have `:TYPE`.

error[seed.encoding]: `kb/h.csv` is not UTF-8; it looks like UTF-16
help: Save the file as UTF-8, or convert it: `iconv -f utf-16 -t utf-8`.

error[seed.encoding]: the file is not UTF-8; it looks like CP932 (Shift_JIS)
 --> kb/i.csv:1:7
  |
1 | id:ID,名称
  |       ^^
  |
  = help: Save the file as UTF-8, or convert it: `iconv -f cp932 -t utf-8`.

エラー[seed.schema]: 見出しの型「itn」は使えません
 --> kb/a.csv:1:7
  |
1 | id:ID,age:itn,where:point,:LABEL,:LABEL
  |       ^^^^^^^
  |
  = 対処: もしかして `int` ですか。

エラー[seed.schema]: `point` 型には対応していません
 --> kb/a.csv:1:15
  |
1 | id:ID,age:itn,where:point,:LABEL,:LABEL
  |               ^^^^^^^^^^^
  |
  = 対処: 座標を `x:double,y:double` のような別々の列に分けるか、`:IGNORE` と書いてください。

エラー[seed.schema]: `:LABEL` の列が複数あります
 --> kb/a.csv:1:34
  |
1 | id:ID,age:itn,where:point,:LABEL,:LABEL
  |                                  ^^^^^^

エラー[seed.schema]: 見出しに `:ID` の列がありません
 --> kb/b.csv:1:1
  |
1 | name,age:int
  | ^^^^^^^^^^^^
  |
  = 対処: 最初の行に列の名前を書きます。ノードは `id:ID,name,:LABEL`、関係は `:START_ID,:END_ID,:TYPE` のようにします。

エラー[seed.schema]: 見出しに `:END_ID` の列がありません
 --> kb/c.csv:1:1
  |
1 | :START_ID,:TYPE
  | ^^^^^^^^^^^^^^^
  |
  = 対処: 最初の行に列の名前を書きます。ノードは `id:ID,name,:LABEL`、関係は `:START_ID,:END_ID,:TYPE` のようにします。

エラー[seed.schema]: 見出しに `:ID` と `:START_ID` の両方があります
 --> kb/d.csv:1:1
  |
1 | id:ID,:START_ID,:END_ID
  | ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = 対処: ノードのテーブルには `:ID`（と `:LABEL`）、関係のテーブルには `:START_ID` と `:END_ID`（と `:TYPE`）を書きます。

エラー[seed.duplicate]: 列「name」が複数あります
 --> kb/e.csv:1:12
  |
1 | id:ID,name,name:int,,x:int{a:b},y:int(Z)
  |            ^^^^^^^^

エラー[seed.schema]: 名前のない列があります
 --> kb/e.csv:1:21
  |
1 | id:ID,name,name:int,,x:int{a:b},y:int(Z)
  |                     ^
  |
  = 対処: 名前を付けるか、取り込まない列なら `:IGNORE` と書いてください。

エラー[seed.schema]: 見出しの波括弧のオプション「a:b」には対応していません
 --> kb/e.csv:1:22
  |
1 | id:ID,name,name:int,,x:int{a:b},y:int(Z)
  |                      ^^^^^^^^^^
  |
  = 対処: 波括弧の部分を取り除いてください。

エラー[seed.schema]: ID 空間を指定できるのは `:ID`・`:START_ID`・`:END_ID` だけです
 --> kb/e.csv:1:33
  |
1 | id:ID,name,name:int,,x:int{a:b},y:int(Z)
  |                                 ^^^^^^^^

エラー[seed.schema]: 「kb/f.csv」が空です。最初の行に列の名前を書きます

エラー[seed.schema]: 見出しに `:ID` と `:TYPE` の両方があります
 --> kb/g.csv:1:1
  |
1 | id:ID,:TYPE
  | ^^^^^^^^^^^
  |
  = 対処: ノードのテーブルには `:ID`（と `:LABEL`）、関係のテーブルには `:START_ID` と `:END_ID`（と `:TYPE`）を書きます。

エラー[seed.encoding]: 「kb/h.csv」は UTF-8 ではありません（UTF-16 のようです）
対処: UTF-8 で保存し直すか、`iconv -f utf-16 -t utf-8` で変換してください。

エラー[seed.encoding]: ファイルが UTF-8 ではありません（CP932 (Shift_JIS) のようです）
 --> kb/i.csv:1:7
  |
1 | id:ID,名称
  |       ^^
  |
  = 対処: UTF-8 で保存し直すか、`iconv -f cp932 -t utf-8` で変換してください。

and 0 more

"#]]
    );
}

#[test]
fn fields() {
    let tables = Tables::new().with(
        "会議.csv",
        "id:ID,年度:int,率:double,開催:date,済:boolean,印:char\n\
         a,二千,,,,\n\
         b,2024,1.5x,2024/4/1,はい,ab\n\
         ,99999999999999999999,,,,\n\
         c,\"複数行の\n値\",,,,\n\
         d,1\n\
         e,1,2,2024-04-01,true,x,y,z\n\
         f,\"1\"2,,,,\n",
    );
    assert_data_eq!(
        tables.drawn(),
        str![[r#"
error[seed.value]: `二千` is not an integer
 --> kb/会議.csv:2:3
  |
2 | a,二千,,,,
  |   ^^^^

error[seed.value]: `1.5x` is not a float
 --> kb/会議.csv:3:8
  |
3 | b,2024,1.5x,2024/4/1,はい,ab
  |        ^^^^

error[seed.value]: `2024/4/1` is not a date
 --> kb/会議.csv:3:13
  |
3 | b,2024,1.5x,2024/4/1,はい,ab
  |             ^^^^^^^^
  |
  = help: Write `2024-04-01`.

error[seed.value]: `はい` is not a boolean
 --> kb/会議.csv:3:22
  |
3 | b,2024,1.5x,2024/4/1,はい,ab
  |                      ^^^^
  |
  = help: Write `true` or `false`.

error[seed.value]: `ab` is not a single character
 --> kb/会議.csv:3:25
  |
3 | b,2024,1.5x,2024/4/1,はい,ab
  |                           ^^
  |
  = note: … and 2 more like this in this file

error[seed.required]: an id is missing
 --> kb/会議.csv:4:1
  |
4 | ,99999999999999999999,,,,
  | ^

error[seed.syntax]: the row has 2 fields, the header 6 columns
 --> kb/会議.csv:7:1
  |
7 | d,1
  | ^^^
  |
  = help: A field without a value still has its delimiter: `a,,c`.

error[seed.syntax]: the row has 8 fields, the header 6 columns
 --> kb/会議.csv:8:25
  |
8 | e,1,2,2024-04-01,true,x,y,z
  |                         ^^^
  |
  = help: Put quotes around a field that holds the delimiter: `"a,b"`.

error[seed.syntax]: text behind the closing quote
 --> kb/会議.csv:9:6
  |
9 | f,"1"2,,,,
  |      ^
  |
  = help: A quote inside of quotes is written twice: `"5"" disk"`.

エラー[seed.value]: 「二千」を整数として読み取れません
 --> kb/会議.csv:2:3
  |
2 | a,二千,,,,
  |   ^^^^

エラー[seed.value]: 「1.5x」を小数として読み取れません
 --> kb/会議.csv:3:8
  |
3 | b,2024,1.5x,2024/4/1,はい,ab
  |        ^^^^

エラー[seed.value]: 「2024/4/1」を日付として読み取れません
 --> kb/会議.csv:3:13
  |
3 | b,2024,1.5x,2024/4/1,はい,ab
  |             ^^^^^^^^
  |
  = 対処: `2024-04-01` と書いてください。

エラー[seed.value]: 「はい」を真偽値として読み取れません
 --> kb/会議.csv:3:22
  |
3 | b,2024,1.5x,2024/4/1,はい,ab
  |                      ^^^^
  |
  = 対処: `true` か `false` と書いてください。

エラー[seed.value]: 「ab」を一文字として読み取れません
 --> kb/会議.csv:3:25
  |
3 | b,2024,1.5x,2024/4/1,はい,ab
  |                           ^^
  |
  = 補足: このファイルには、同じ種類の誤りがほかに 2 件あります

エラー[seed.required]: ID が空です
 --> kb/会議.csv:4:1
  |
4 | ,99999999999999999999,,,,
  | ^

エラー[seed.syntax]: 見出しの 6 列に対し、この行のフィールドは 2 個です
 --> kb/会議.csv:7:1
  |
7 | d,1
  | ^^^
  |
  = 対処: 値のないフィールドも `a,,c` のように区切り文字を書きます。

エラー[seed.syntax]: 見出しの 6 列に対し、この行のフィールドは 8 個です
 --> kb/会議.csv:8:25
  |
8 | e,1,2,2024-04-01,true,x,y,z
  |                         ^^^
  |
  = 対処: 区切り文字を含むフィールドは `"a,b"` のように引用符で囲んでください。

エラー[seed.syntax]: 閉じた引用符の後ろに文字があります
 --> kb/会議.csv:9:6
  |
9 | f,"1"2,,,,
  |      ^
  |
  = 対処: 引用符の中の引用符は `"5"" disk"` のように二つ重ねて書きます。

and 2 more

"#]]
    );
}

#[test]
fn references() {
    let tables = Tables::new()
        .with("n.csv", "id:ID(A)\n1\n2\n1\n3\n2\n2\n")
        .with("o.csv", "\u{feff}id:ID(A)\n\n3\n")
        .with("r.csv", ":START_ID(A),:END_ID(A),:TYPE\n1,9,T\n\"8\",2,\n,1,T\n")
        .with("s.csv", ":START_ID(A),:END_ID(B)\n1,1\n");
    assert_data_eq!(
        tables.drawn(),
        str![[r#"
error[seed.duplicate]: the id `1` stands twice
 --> kb/n.csv:4:1
  |
4 | 1
  | ^ again here
  |
 ::: kb/n.csv:2:1
  |
2 | 1
  | - first here

error[seed.duplicate]: the id `2` stands twice
 --> kb/n.csv:6:1
  |
6 | 2
  | ^ again here
  |
 ::: kb/n.csv:7:1
  |
7 | 2
  | - again here
  |
 ::: kb/n.csv:3:1
  |
3 | 2
  | - first here

error[seed.duplicate]: the id `3` stands twice
 --> kb/o.csv:3:1
  |
3 | 3
  | ^ again here
  |
 ::: kb/n.csv:5:1
  |
5 | 3
  | - first here

error[seed.reference]: `kb/s.csv`: no table of nodes has ids of the space `B`

error[seed.reference]: no node has the id `9`
 --> kb/r.csv:2:3
  |
2 | 1,9,T
  |   ^

error[seed.reference]: no node has the id `8`
 --> kb/r.csv:3:2
  |
3 | "8",2,
  |  ^

error[seed.required]: the relationship has no type
 --> kb/r.csv:3:7
  |
3 | "8",2,
  |       ^

error[seed.required]: an id is missing
 --> kb/r.csv:4:1
  |
4 | ,1,T
  | ^

エラー[seed.duplicate]: ID「1」が重複しています
 --> kb/n.csv:4:1
  |
4 | 1
  | ^ ここにもあります
  |
 ::: kb/n.csv:2:1
  |
2 | 1
  | - 最初はここです

エラー[seed.duplicate]: ID「2」が重複しています
 --> kb/n.csv:6:1
  |
6 | 2
  | ^ ここにもあります
  |
 ::: kb/n.csv:7:1
  |
7 | 2
  | - ここにもあります
  |
 ::: kb/n.csv:3:1
  |
3 | 2
  | - 最初はここです

エラー[seed.duplicate]: ID「3」が重複しています
 --> kb/o.csv:3:1
  |
3 | 3
  | ^ ここにもあります
  |
 ::: kb/n.csv:5:1
  |
5 | 3
  | - 最初はここです

エラー[seed.reference]: 「kb/s.csv」：ID 空間「B」の ID を持つノードのテーブルがありません

エラー[seed.reference]: ID「9」のノードがありません
 --> kb/r.csv:2:3
  |
2 | 1,9,T
  |   ^

エラー[seed.reference]: ID「8」のノードがありません
 --> kb/r.csv:3:2
  |
3 | "8",2,
  |  ^

エラー[seed.required]: 関係の種類が空です
 --> kb/r.csv:3:7
  |
3 | "8",2,
  |       ^

エラー[seed.required]: ID が空です
 --> kb/r.csv:4:1
  |
4 | ,1,T
  | ^

and 0 more

"#]]
    );
}

#[test]
fn many_are_counted() {
    let mut rows = String::from(":START_ID,:END_ID,:TYPE,n:int\n");
    for row in 0..200_000 {
        rows += &format!("1,no{row},T,{}\n", if row % 100 == 99 { "x" } else { "1" });
    }
    let tables = Tables::new().with("n.csv", "id:ID\n1\n").with("r.csv.gz", rows);
    assert_data_eq!(
        tables.drawn(),
        str![[r#"
error[seed.reference]: no node has the id `no0`
 --> kb/r.csv.gz:2:3
  |
2 | 1,no0,T,1
  |   ^^^

error[seed.reference]: no node has the id `no1`
 --> kb/r.csv.gz:3:3
  |
3 | 1,no1,T,1
  |   ^^^

error[seed.reference]: no node has the id `no2`
 --> kb/r.csv.gz:4:3
  |
4 | 1,no2,T,1
  |   ^^^

error[seed.reference]: no node has the id `no3`
 --> kb/r.csv.gz:5:3
  |
5 | 1,no3,T,1
  |   ^^^

error[seed.reference]: no node has the id `no4`
 --> kb/r.csv.gz:6:3
  |
6 | 1,no4,T,1
  |   ^^^
  |
  = note: … and 199,995 more like this in this file

error[seed.value]: `x` is not an integer
   --> kb/r.csv.gz:101:10
    |
101 | 1,no99,T,x
    |          ^

error[seed.value]: `x` is not an integer
   --> kb/r.csv.gz:201:11
    |
201 | 1,no199,T,x
    |           ^

error[seed.value]: `x` is not an integer
   --> kb/r.csv.gz:301:11
    |
301 | 1,no299,T,x
    |           ^

error[seed.value]: `x` is not an integer
   --> kb/r.csv.gz:401:11
    |
401 | 1,no399,T,x
    |           ^

error[seed.value]: `x` is not an integer
   --> kb/r.csv.gz:501:11
    |
501 | 1,no499,T,x
    |           ^
    |
    = note: … and 1,995 more like this in this file

エラー[seed.reference]: ID「no0」のノードがありません
 --> kb/r.csv.gz:2:3
  |
2 | 1,no0,T,1
  |   ^^^

エラー[seed.reference]: ID「no1」のノードがありません
 --> kb/r.csv.gz:3:3
  |
3 | 1,no1,T,1
  |   ^^^

エラー[seed.reference]: ID「no2」のノードがありません
 --> kb/r.csv.gz:4:3
  |
4 | 1,no2,T,1
  |   ^^^

エラー[seed.reference]: ID「no3」のノードがありません
 --> kb/r.csv.gz:5:3
  |
5 | 1,no3,T,1
  |   ^^^

エラー[seed.reference]: ID「no4」のノードがありません
 --> kb/r.csv.gz:6:3
  |
6 | 1,no4,T,1
  |   ^^^
  |
  = 補足: このファイルには、同じ種類の誤りがほかに 199,995 件あります

エラー[seed.value]: 「x」を整数として読み取れません
   --> kb/r.csv.gz:101:10
    |
101 | 1,no99,T,x
    |          ^

エラー[seed.value]: 「x」を整数として読み取れません
   --> kb/r.csv.gz:201:11
    |
201 | 1,no199,T,x
    |           ^

エラー[seed.value]: 「x」を整数として読み取れません
   --> kb/r.csv.gz:301:11
    |
301 | 1,no299,T,x
    |           ^

エラー[seed.value]: 「x」を整数として読み取れません
   --> kb/r.csv.gz:401:11
    |
401 | 1,no399,T,x
    |           ^

エラー[seed.value]: 「x」を整数として読み取れません
   --> kb/r.csv.gz:501:11
    |
501 | 1,no499,T,x
    |           ^
    |
    = 補足: このファイルには、同じ種類の誤りがほかに 1,995 件あります

and 201990 more

"#]]
    );
}

#[test]
fn bytes_and_quotes() {
    let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("id:ID,name\na,x\nb,都の会議\n");
    let mut bytes = b"id:ID,name\na,x\nb,y".to_vec();
    bytes.extend_from_slice(b"\xff\xff\xc3\nc,z\n");
    let tables = Tables::new()
        .with("a.csv", japanese)
        .with("b.csv", bytes)
        .with("c.csv", "id:ID,name\nc1,x\nc2,\"never closed\nc3,x\n")
        .with("r.csv", ":START_ID,:END_ID\nc3,c9\n");
    assert_data_eq!(
        tables.drawn(),
        str![[r#"
error[seed.encoding]: the file is not UTF-8; it looks like CP932 (Shift_JIS)
 --> kb/a.csv:3:3
  |
3 | b,都の会議
  |   ^^
  |
  = help: Save the file as UTF-8, or convert it: `iconv -f cp932 -t utf-8`.

error[seed.encoding]: byte 0xFF is not UTF-8
 --> kb/b.csv:3:4
  |
3 | b,y���
  |    ^
  |
  = help: Save the file as UTF-8.

error[seed.syntax]: a quote that is never closed
 --> kb/c.csv:3:4
  |
3 | c2,"never closed
  |    ^
  |
  = note: Relationships are checked once every row of the nodes can be read.
  = help: Write `"` at the end of the field; a quote inside of quotes is written twice, `""`.

エラー[seed.encoding]: ファイルが UTF-8 ではありません（CP932 (Shift_JIS) のようです）
 --> kb/a.csv:3:3
  |
3 | b,都の会議
  |   ^^
  |
  = 対処: UTF-8 で保存し直すか、`iconv -f cp932 -t utf-8` で変換してください。

エラー[seed.encoding]: 0xFF は UTF-8 ではありません
 --> kb/b.csv:3:4
  |
3 | b,y���
  |    ^
  |
  = 対処: UTF-8 で保存し直してください。

エラー[seed.syntax]: 引用符が閉じられていません
 --> kb/c.csv:3:4
  |
3 | c2,"never closed
  |    ^
  |
  = 補足: 関係の両端は、ノードの行がすべて読み込めるようになってから確認します。
  = 対処: フィールドの終わりに `"` を書いてください。引用符の中の引用符は `""` と二つ重ねて書きます。

and 0 more

"#]]
    );
    let cut = gzip("id:ID\n1\n".repeat(1000).as_bytes());
    let folder = Tables::new();
    std::fs::write(folder.path().join("a.csv.gz"), &cut[..cut.len() / 2]).unwrap();
    assert_data_eq!(
        folder.drawn(),
        str![[r#"
error[io]: cannot read `kb/a.csv.gz`: incomplete deflate stream

エラー[io]: 「kb/a.csv.gz」を読み込めません：incomplete deflate stream

and 0 more

"#]]
    );
}

#[cfg(not(feature = "parquet"))]
#[test]
fn parquet_is_a_feature() {
    assert_data_eq!(
        Tables::new().with("a.parquet", "PAR1").drawn(),
        str![[r#"
error[io.missing]: `kb/a.parquet`: this kadai reads no Parquet
help: Build it with the feature `parquet`: `cargo install --path . --features parquet`; or convert the file to CSV.

エラー[io.missing]: 「kb/a.parquet」：この kadai は Parquet を読めません
対処: 機能 `parquet` を付けてビルドするか（`cargo install --path . --features parquet`）、ファイルを CSV に変換してください。

and 0 more

"#]]
    );
}
