//! Why a file could not be read or written, in words.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::{Code, Error, Text, text};

/// What messages call a file.
#[must_use]
pub fn named(path: &Path) -> Text {
    let path = path.display();
    text!("`{path}`", "「{path}」")
}

/// What `name` stands for could not be read.
#[must_use]
pub fn read_error(name: &Text, error: &io::Error) -> Error {
    let (Text { en, ja }, why) = (name, reason(error));
    let (why_en, why_ja) = (why.en, why.ja);
    Error::new(Code::Io, text!("cannot read {en}: {why_en}", "{ja}を読み込めません：{why_ja}"))
}

/// What `name` stands for could not be written.
#[must_use]
pub fn write_error(name: &Text, error: &io::Error) -> Error {
    let (Text { en, ja }, why) = (name, reason(error));
    let (why_en, why_ja) = (why.en, why.ja);
    let fault = Error::new(
        Code::Io,
        text!("cannot write to {en}: {why_en}", "{ja}に書き込めません：{why_ja}"),
    );
    let is_stream = error.kind() == ErrorKind::Unsupported;
    fault.help_if(is_stream.then(|| {
        text!(
            "`-o -` writes to standard output.",
            "標準出力に書き出すには `-o -` を指定してください。"
        )
    }))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rare reasons keep the system's words")]
/// Why the system refused, in both languages where the reason is a common one.
fn reason(error: &io::Error) -> Text {
    let known = match error.kind() {
        ErrorKind::NotFound => ("no such file or folder", "ファイルまたはフォルダーがありません"),
        ErrorKind::PermissionDenied => ("permission denied", "アクセスが許可されていません"),
        ErrorKind::IsADirectory => ("it is a folder", "フォルダーです"),
        ErrorKind::NotADirectory => {
            ("a part of the path is no folder", "パスの途中がフォルダーではありません")
        }
        ErrorKind::StorageFull => ("no space left", "空き容量がありません"),
        ErrorKind::QuotaExceeded => ("the quota is used up", "割り当て容量を超えています"),
        ErrorKind::ReadOnlyFilesystem => {
            ("the file system is read-only", "読み取り専用のファイルシステムです")
        }
        // What systems but Windows mean by it.
        ErrorKind::InvalidFilename if cfg!(unix) => {
            ("the name is too long", "ファイル名が長すぎます")
        }
        ErrorKind::InvalidFilename => ("the name is not allowed", "使用できないファイル名です"),
        ErrorKind::Unsupported => {
            ("it is a stream, not a file to replace", "ストリームなので置き換えられません")
        }
        ErrorKind::InvalidInput => ("it is not a regular file", "通常のファイルではありません"),
        ErrorKind::ResourceBusy => ("it is in use", "使用中です"),
        _ => return Text::same(error.to_string()),
    };
    Text::new(known.0, known.1)
}
