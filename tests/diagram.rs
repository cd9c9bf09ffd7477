//! Pictures, from outside: what is in them, that data stays data, and which files come out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use kadai::diagram::{self, Body, BuiltIn, Diagram, Flow, Graphviz, Grid, Network, Renderer, Tone};
use kadai::error::{Code, Lang, Text};
use kadai::graph::{
    Builder, Direction, Graph, LabelSpec, LabelStyle, Line, LookUp, PropertySpec, PropertyType,
    Schema, Shape, TypeSpec,
};
use kadai::model::{Datum, NodeId, Value};

/// A base that is being written, a line a node or relationship.
struct Base(Builder);

impl Base {
    /// A base with the labels and types of the overview table.
    fn new() -> Self {
        let mut schema = Schema::default();
        schema.base.name = Text::new("a test base", "試験のナレッジベース");
        schema.base.version = "7".to_owned();
        let labels = [
            ("Issue", "課題", Shape::Note),
            ("Actor", "主体", Shape::Ellipse),
            ("Program", "施策", Shape::Rounded),
            ("Meeting", "会議", Shape::Hexagon),
            ("Domain", "分野", Shape::Parallelogram),
            ("Level", "階層", Shape::Box),
        ];
        for (name, alias, shape) in labels {
            let style =
                LabelStyle { shape, fill: Some("#fbecc8".to_owned()), ..LabelStyle::default() };
            let spec = LabelSpec { aliases: vec![alias.to_owned()], style, ..LabelSpec::default() };
            schema.labels.insert(name.to_owned(), spec);
        }
        let types = [
            ("raised-at", "提起"),
            ("session-of", "開催回"),
            ("escalates-to", "上申"),
            ("at-level", "階層"),
            ("in-domain", "分野"),
            ("rated", "評価"),
            ("addressed-by", "対応"),
        ];
        for (name, alias) in types {
            let mut spec = TypeSpec { aliases: vec![alias.to_owned()], ..TypeSpec::default() };
            let own = match name {
                "escalates-to" => "how",
                "rated" => "mark",
                _ => "",
            };
            if !own.is_empty() {
                let property = PropertySpec {
                    kind: PropertyType::String,
                    aliases: Vec::new(),
                    description: Text::default(),
                    required: false,
                    values: Vec::new(),
                    default: None,
                    when: None,
                    look_up: LookUp::None,
                    inherit: false,
                };
                spec.properties.insert(own.to_owned(), property);
                // As in a base that uses this line for what the source states.
                spec.style.line = Line::Dashed;
            }
            schema.types.insert(name.to_owned(), spec);
        }
        Self(Builder::new(schema))
    }

    fn open() -> Self {
        Self(Builder::new(Schema::default()))
    }

    fn node(&mut self, label: &str, id: &str, name: &str, more: &[(&str, Datum)]) -> NodeId {
        let names = self.0.names_mut();
        let label = names.label_id(label);
        let mut properties =
            vec![(names.key_id("id"), Datum::str(id)), (names.key_id("name"), Datum::str(name))];
        for (key, value) in more {
            properties.push((names.key_id(key), value.clone()));
        }
        self.0.add_node(vec![label], properties)
    }

    fn rel(&mut self, from: &str, kind: &str, to: &str, more: &[(&str, &str)]) {
        let names = self.0.names_mut();
        let kind = names.kind_id(kind);
        let properties =
            more.iter().map(|(key, value)| (names.key_id(key), Datum::str(value))).collect();
        let ends = (self.0.node_by_id(from).unwrap(), self.0.node_by_id(to).unwrap());
        self.0.add_rel(kind, ends.0, ends.1, properties);
    }
}

/// Three levels, two forums, a session, two issues, two domains, two programs.
fn table() -> Graph {
    let mut base = Base::new();
    for (order, (id, name)) in
        [("genba", "現場"), ("to", "都"), ("kuni", "国")].into_iter().enumerate()
    {
        let order = Datum::Int(i64::try_from(order).unwrap() + 1);
        base.node("Level", id, name, &[("order", order)]);
    }
    let kind = |kind: &str| [("kind", Datum::str(kind))];
    base.node("Actor", "a-kazoku", "家族", &[]);
    base.node("Meeting", "m-to", "東京都医ケア児支援関係機関連絡会", &kind("forum"));
    base.node("Meeting", "m-kuni", "国提言など", &kind("forum"));
    base.node("Meeting", "m29-3", "平成29年度第3回", &kind("session"));
    for (order, (id, name)) in
        [("tojisha", "当事者支援"), ("joho", "情報収集")].into_iter().enumerate()
    {
        base.node("Domain", id, name, &[("order", Datum::Int(i64::try_from(order).unwrap()))]);
    }
    let stage = [("stage", Datum::str("検討課題")), ("number", Datum::str("②"))];
    base.node("Issue", "i-2", "家族のケア負担", &stage);
    base.node("Issue", "i-5", "きょうだい児支援", &[("stage", Datum::str("検討課題"))]);
    base.node("Program", "p-1", "在宅レスパイト事業", &[]);
    base.node("Program", "p-2", "在宅療育支援事業", &[]);
    for (node, level) in
        [("a-kazoku", "genba"), ("m-to", "to"), ("m-kuni", "kuni"), ("p-1", "to"), ("p-2", "to")]
    {
        base.rel(node, "at-level", level, &[]);
    }
    for node in ["i-2", "i-5", "p-1", "p-2"] {
        base.rel(node, "in-domain", "tojisha", &[]);
    }
    base.rel("to", "rated", "tojisha", &[("mark", "×")]);
    base.rel("to", "rated", "joho", &[("mark", "★")]);
    base.rel("genba", "rated", "tojisha", &[("mark", "△")]);
    base.rel("i-2", "raised-at", "m29-3", &[]);
    base.rel("m29-3", "session-of", "m-to", &[("basis", "inferred")]);
    base.rel("m-to", "escalates-to", "m-kuni", &[("how", "国提案"), ("basis", "inferred")]);
    base.rel("a-kazoku", "escalates-to", "m-to", &[("how", "課題の発信")]);
    base.rel("i-2", "addressed-by", "p-1", &[("basis", "inferred")]);
    base.0.build()
}

fn node(graph: &Graph, id: &str) -> Value {
    graph.value(&Datum::Node(graph.node_by_id(id).unwrap()))
}

fn rel(graph: &Graph, from: &str, kind: &str) -> Value {
    let (node, kind) = (graph.node_by_id(from).unwrap(), graph.names().find_kind(kind).unwrap());
    let hop = graph.hop(node, kind, Direction::Outgoing);
    let first = hop.pairs().next().unwrap().0;
    graph.value(&Datum::Rel(first))
}

fn network(diagram: &Diagram) -> &Network {
    match &diagram.body {
        Body::Network(network) => network,
        Body::Grid(_) => panic!("a network was expected"),
    }
}

fn grid(diagram: &Diagram) -> &Grid {
    match &diagram.body {
        Body::Grid(grid) => grid,
        Body::Network(_) => panic!("a grid was expected"),
    }
}

fn texts(network: &Network) -> Vec<&str> {
    network.nodes.iter().map(|node| node.text.as_str()).collect()
}

// Results of queries

#[test]
fn a_result_is_drawn_with_each_thing_once() {
    let graph = table();
    let issue = node(&graph, "i-2");
    let list = Value::List(vec![issue.clone(), rel(&graph, "i-2", "addressed-by")]);
    let map = Value::Map([("m".to_owned(), rel(&graph, "i-2", "raised-at"))].into_iter().collect());
    let rows = vec![vec![issue, list], vec![Value::Int(1), map]];
    let diagram = Diagram::from_rows(&graph, &rows, Lang::Ja).unwrap();
    let network = network(&diagram);
    assert_eq!(texts(network), ["②家族のケア負担", "在宅レスパイト事業", "平成29年度第3回"]);
    let edges: Vec<_> =
        network.edges.iter().map(|e| (e.from, e.to, e.text.as_str(), e.inferred)).collect();
    assert_eq!(edges, [(0, 1, "対応", true), (0, 2, "提起", false)]);
    assert_eq!(network.nodes[0].kind, "課題");
    assert_eq!(diagram.captions, ["試験のナレッジベース　7版"]);
    assert!(diagram.notes.is_empty());
    let english = Diagram::from_rows(&graph, &rows, Lang::En).unwrap();
    let network = self::network(&english);
    assert_eq!(
        (network.nodes[0].kind.as_str(), network.edges[0].text.as_str()),
        ("Issue", "addressed-by")
    );
}

#[test]
fn nodes_alone_are_joined_by_what_the_base_has_between_them() {
    let graph = table();
    let rows = vec![vec![node(&graph, "i-2"), node(&graph, "p-1"), node(&graph, "p-2")]];
    let diagram = Diagram::from_rows(&graph, &rows, Lang::Ja).unwrap();
    assert_eq!(network(&diagram).edges.len(), 1);
    assert_eq!(diagram.notes.len(), 1);
    let rows = vec![vec![node(&graph, "i-5"), node(&graph, "p-2")]];
    let diagram = Diagram::from_rows(&graph, &rows, Lang::Ja).unwrap();
    assert!(network(&diagram).edges.is_empty() && diagram.notes.is_empty());
}

#[test]
fn nothing_to_draw_is_said_and_not_drawn() {
    let graph = table();
    for rows in [vec![], vec![vec![Value::Int(1), Value::Null]]] {
        let error = Diagram::from_rows(&graph, &rows, Lang::Ja).unwrap_err();
        assert_eq!(error.code(), Code::RunArgument);
        assert!(
            error.parts().message.ja.contains("描く") || error.parts().message.ja.contains("図に")
        );
    }
}

#[test]
fn more_than_anyone_can_read_is_refused() {
    let mut base = Base::open();
    let rows: Vec<NodeId> =
        (0..1_501).map(|i| base.node("A", &format!("n{i}"), "名", &[])).collect();
    let graph = base.0.build();
    let rows: Vec<Vec<Value>> =
        rows.iter().map(|id| vec![graph.value(&Datum::Node(*id))]).collect();
    let error = Diagram::from_rows(&graph, &rows, Lang::En).unwrap_err();
    assert_eq!(error.code(), Code::LimitMemory);
    let diagram = Diagram::from_rows(&graph, &rows[1..], Lang::En).unwrap();
    let drawing = BuiltIn.svg(&diagram).unwrap();
    assert!(drawing.notes.iter().any(|note| note.ja.contains("A4")));
}

// Escalation

#[test]
fn forums_stand_in_the_lane_of_their_level() {
    let graph = table();
    let diagram = diagram::escalation(&graph, None, Lang::Ja).unwrap();
    let network = network(&diagram);
    assert_eq!(network.flow, Flow::Up);
    let bands: Vec<&str> = network.bands.iter().map(|band| band.caption.as_str()).collect();
    assert_eq!(bands, ["現場", "都", "国"]);
    assert_eq!(texts(network), ["東京都医ケア児支援関係機関連絡会", "国提言など", "家族"]);
    let lanes: Vec<_> = network.nodes.iter().map(|node| node.band.unwrap()).collect();
    assert_eq!(lanes, [1, 2, 0]);
    let labels: Vec<&str> = network.edges.iter().map(|edge| edge.text.as_str()).collect();
    assert_eq!(labels, ["上申：国提案", "上申：課題の発信"]);
    assert_eq!(diagram.captions[0], "関係2件（うち推定1件）");
    assert!(!network.nodes.iter().any(|node| node.emphasis));
}

#[test]
fn the_way_of_one_issue_is_emphasised() {
    let graph = table();
    for wanted in ["i-2", "家族のケア負担", "②家族のケア負担"] {
        let diagram = diagram::escalation(&graph, Some(wanted), Lang::Ja).unwrap();
        let network = network(&diagram);
        let bands: Vec<&str> = network.bands.iter().map(|band| band.caption.as_str()).collect();
        assert_eq!(bands, ["課題", "現場", "都", "国"]);
        let on_way: Vec<&str> =
            network.nodes.iter().filter(|n| n.emphasis).map(|n| n.text.as_str()).collect();
        assert_eq!(on_way.len(), 4, "{on_way:?}");
        let edges: Vec<&str> =
            network.edges.iter().filter(|e| e.emphasis).map(|e| e.text.as_str()).collect();
        assert_eq!(edges, ["上申：国提案", "提起", "開催回"]);
        // A session stands in the lane of its forum.
        let session = network.nodes.iter().find(|node| node.key == "m29-3").unwrap();
        assert_eq!(network.bands[session.band.unwrap()].caption, "都");
        assert!(diagram.notes.is_empty());
    }
    let diagram = diagram::escalation(&graph, Some("i-5"), Lang::Ja).unwrap();
    assert_eq!(diagram.notes.len(), 1, "an issue raised nowhere is said");
}

#[test]
fn an_unknown_issue_is_answered_with_those_named_alike() {
    let error = diagram::escalation(&table(), Some("きょうだい"), Lang::Ja).unwrap_err();
    assert_eq!(error.code(), Code::RunArgument);
    assert!(error.parts().help[0].ja.contains("きょうだい児支援"));
}

#[test]
fn a_base_of_another_kind_is_told_what_is_missing() {
    let mut base = Base::open();
    base.node("課題", "x", "x", &[]);
    let graph = base.0.build();
    let error = diagram::escalation(&graph, None, Lang::Ja).unwrap_err();
    assert_eq!(
        (error.code(), error.parts().message.en.contains("`Level`")),
        (Code::NameLabel, true)
    );
    let error = diagram::coverage(&graph, Lang::Ja).unwrap_err();
    assert_eq!(
        (error.code(), error.parts().message.en.contains("`Domain`")),
        (Code::NameLabel, true)
    );
}

// Coverage

#[test]
fn coverage_counts_programs_and_shows_marks_as_printed() {
    let diagram = diagram::coverage(&table(), Lang::Ja).unwrap();
    let grid = grid(&diagram);
    let heads: Vec<&str> = grid.columns.iter().map(|head| head.text.as_str()).collect();
    assert_eq!(heads, ["当事者支援", "情報収集"]);
    let rows: Vec<&str> = grid.rows.iter().map(|row| row.head.text.as_str()).collect();
    assert_eq!(rows, ["課題", "現場", "都"]);
    assert_eq!(grid.rows[0].cells[0].lines, ["検討課題 2件", "対応施策なし 1件"]);
    let to = &grid.rows[2].cells;
    assert_eq!((to[0].mark.as_str(), to[0].lines[0].as_str()), ("×", "施策 2件"));
    assert_eq!((to[1].mark.as_str(), to[1].tone), ("★", Tone::Missing));
    let genba = &grid.rows[1].cells;
    assert_eq!((genba[0].lines[0].as_str(), genba[0].tone), ("施策なし", Tone::Missing));
    assert_eq!((genba[1].lines[0].as_str(), genba[1].tone), ("–", Tone::Plain), "neither of both");
    assert!(
        diagram.captions.iter().any(|caption| caption.contains("国")),
        "what is left out is said"
    );
}

// Data stays data

/// Names that mean something to DOT, SVG or XML.
const NASTY: [&str; 14] = [
    "\"]; evil [label=\"x",
    "\\\"]; evil; \"",
    "\\N \\G \\n \\l \\",
    "<b>bold</b>",
    "<<TABLE><TR><TD>x</TD></TR></TABLE>>",
    "</title><script>alert(1)</script>",
    "]]> &amp; &lt; &#60; &",
    "a\0b\u{1b}[31m\u{8}c",
    "line\nline\r\nline",
    "' onload='alert(1)",
    "\u{202e}evil\u{2066}",
    "{a|b} -> c -- d /* x */ // y # z",
    "\u{ffff}\u{fffe}",
    "",
];

fn named(names: &[&str]) -> Graph {
    let mut base = Base::open();
    for (index, name) in names.iter().enumerate() {
        base.node(&format!("L{index}{name}"), &format!("id{index}{name}"), name, &[]);
        let id = format!("id{index}{name}");
        base.rel(&id, &format!("t{name}"), &id, &[("how", name)]);
    }
    base.0.build()
}

fn whole(graph: &Graph) -> Diagram {
    let nodes = graph.nodes().map(Datum::Node);
    let rows: Vec<Vec<Value>> =
        nodes.chain(graph.rels().map(Datum::Rel)).map(|datum| vec![graph.value(&datum)]).collect();
    Diagram::from_rows(graph, &rows, Lang::Ja).unwrap()
}

/// DOT without what stands between quotes; fails where a quote is left open.
fn skeleton(dot: &str) -> String {
    let mut skeleton = String::new();
    let mut letters = dot.chars();
    while let Some(letter) = letters.next() {
        skeleton.push(letter);
        if letter == '"' {
            loop {
                match letters.next().expect("a quote is closed") {
                    '\\' => drop(letters.next()),
                    '"' => break,
                    _ => {}
                }
            }
        }
    }
    skeleton
}

#[test]
fn no_name_can_leave_its_quotes_in_dot() {
    let tame: Vec<String> = (0..NASTY.len()).map(|index| format!("name{index}")).collect();
    let tame: Vec<&str> = tame.iter().map(String::as_str).collect();
    let mut nasty = whole(&named(&NASTY));
    nasty.title = NASTY.concat();
    nasty.captions = NASTY.map(str::to_owned).to_vec();
    let mut expected = whole(&named(&tame));
    expected.title = "title".to_owned();
    let dot = nasty.to_dot();
    assert_eq!(skeleton(&dot), skeleton(&expected.to_dot()));
    assert!(!skeleton(&dot).contains("evil"));
    assert!(dot.contains("\\\\N \\\\G"), "an escape of Graphviz stays two letters");
    assert!(dot.contains("&amp;lt;"), "an entity stays what was written");
    assert!(!dot.contains('\0') && !dot.contains('\u{1b}'));
}

/// Whether a text is markup of ours only: known elements, all closed, entities we write, and no letter XML forbids.
fn is_clean_svg(svg: &str) {
    let mut open = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').expect("a tag is closed");
        assert!(!rest.contains('>'), "a bare > in text: {rest}");
        let name = tag.trim_matches('/').split([' ', '/']).next().unwrap();
        assert!(["svg", "title", "desc", "g", "rect", "path", "text"].contains(&name), "<{tag}>");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        for attribute in tag.split('"').step_by(2) {
            assert!(!attribute.contains(" on") && !attribute.contains("href"), "{tag}");
        }
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed.to_owned()));
        } else if !tag.ends_with('/') {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for entity in svg.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        assert!(known.iter().any(|known| entity.starts_with(known)), "&{entity:.10}");
    }
    let forbidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!svg.contains(forbidden));
}

#[test]
fn no_name_can_become_markup_in_svg() {
    let mut diagram = whole(&named(&NASTY));
    diagram.title = NASTY.concat();
    diagram.captions = NASTY.map(str::to_owned).to_vec();
    let svg = BuiltIn.svg(&diagram).unwrap().svg;
    is_clean_svg(&svg);
    assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script"));
    for picture in
        [diagram::coverage(&table(), Lang::Ja), diagram::escalation(&table(), None, Lang::En)]
    {
        is_clean_svg(&BuiltIn.svg(&picture.unwrap()).unwrap().svg);
    }
}

#[test]
fn a_name_of_any_length_is_cut_with_a_visible_mark() {
    let long = "課".repeat(120_000);
    let graph = named(&[&long, &"x".repeat(120_000), &"\"\\".repeat(60_000)]);
    let diagram = whole(&graph);
    let (svg, dot) = (BuiltIn.svg(&diagram).unwrap().svg, diagram.to_dot());
    assert!(svg.len() < 60_000 && dot.len() < 60_000, "{} {}", svg.len(), dot.len());
    assert!(svg.contains('…') && dot.contains('…'));
}

#[test]
fn colours_of_a_schema_are_numbers_or_nothing() {
    let mut schema = Schema::default();
    let fill = Some("red\"/><script>".to_owned());
    let style = LabelStyle { fill, ..LabelStyle::default() };
    schema.labels.insert("A".to_owned(), LabelSpec { style, ..LabelSpec::default() });
    let mut base = Base(Builder::new(schema));
    base.node("A", "a", "a", &[]);
    is_clean_svg(&BuiltIn.svg(&whole(&base.0.build())).unwrap().svg);
}

#[test]
fn a_picture_is_the_same_each_time_and_says_what_it_is() {
    let draw = || {
        let diagram = diagram::escalation(&table(), Some("i-2"), Lang::Ja).unwrap();
        (BuiltIn.svg(&diagram).unwrap().svg, diagram.to_dot())
    };
    let (svg, dot) = draw();
    assert_eq!((svg.clone(), dot.clone()), draw());
    let head = svg.lines().next().unwrap();
    for part in ["role=\"img\"", "xml:lang=\"ja\"", "viewBox=\"0 0 ", "mm\" height=\""] {
        assert!(head.contains(part), "{part} in {head}");
    }
    assert!(svg.contains("<title>課題の上申経路：②家族のケア負担</title>\n<desc>ノード5件"));
    assert!(dot.contains("subgraph \"cluster_level2\""), "{dot}");
    assert!(!svg.contains(" id=\""), "several pictures can stand on one page");
}

#[test]
fn inferred_edges_can_be_told_without_colour() {
    let graph = table();
    let rows = vec![vec![rel(&graph, "i-2", "addressed-by"), rel(&graph, "i-2", "raised-at")]];
    let diagram = Diagram::from_rows(&graph, &rows, Lang::Ja).unwrap();
    let svg = BuiltIn.svg(&diagram).unwrap().svg;
    // Once in the picture, once in the legend.
    assert_eq!(svg.matches("stroke-dasharray").count(), 2);
    assert!(svg.contains("推定（1件）"));
    let dot = diagram.to_dot();
    assert_eq!(dot.matches("\"arrowhead\"=\"empty\"").count(), 1);
}

#[test]
fn dashes_say_inferred_and_nothing_else() {
    let graph = table();
    let rows = |from: &str, kind: &str| vec![vec![rel(&graph, from, kind)]];
    for (from, kind, line) in [
        ("to", "rated", Line::Dotted),
        ("a-kazoku", "escalates-to", Line::Dotted),
        ("m-to", "escalates-to", Line::Dashed),
    ] {
        let diagram = Diagram::from_rows(&graph, &rows(from, kind), Lang::Ja).unwrap();
        assert_eq!(network(&diagram).edges[0].drawn_line(), line, "{from}");
        let svg = BuiltIn.svg(&diagram).unwrap().svg;
        let is_inferred = line == Line::Dashed;
        assert_eq!(svg.contains("stroke-dasharray=\"5 3\""), is_inferred);
        assert_eq!(svg.contains("出典に記載"), !is_inferred, "the legend shows what is drawn");
        assert_eq!(svg.contains("推定（1件）"), is_inferred);
    }
}

#[test]
fn an_edge_tells_what_only_its_type_has() {
    let graph = table();
    let rows = vec![vec![rel(&graph, "to", "rated"), rel(&graph, "i-2", "raised-at")]];
    let diagram = Diagram::from_rows(&graph, &rows, Lang::Ja).unwrap();
    let texts: Vec<&str> = network(&diagram).edges.iter().map(|edge| edge.text.as_str()).collect();
    assert_eq!(texts, ["評価：×", "提起"]);
}

#[test]
fn what_nearly_every_edge_says_is_said_once() {
    let every = BuiltIn.svg(&whole(&fan(false))).unwrap().svg;
    assert!(every.contains(">すべての矢印：対応<") && !every.contains(">対応<"));
    let most = whole(&fan(true));
    let svg = BuiltIn.svg(&most).unwrap().svg;
    assert!(svg.contains(">文字のない矢印：対応<") && svg.contains(">提起<"));
    assert!(most.to_dot().contains("文字のない矢印：対応"));
}

/// An issue with five programs, and perhaps a meeting.
fn fan(with_meeting: bool) -> Graph {
    let mut base = Base::new();
    base.node("Issue", "i", "課題", &[]);
    for index in 0..5 {
        let id = format!("p{index}");
        base.node("Program", &id, &format!("事業{index}"), &[]);
        base.rel("i", "addressed-by", &id, &[]);
    }
    if with_meeting {
        base.node("Meeting", "m", "会議", &[]);
        base.rel("i", "raised-at", "m", &[]);
    }
    base.0.build()
}

#[test]
fn nodes_called_the_same_are_told_apart() {
    let mut base = Base::new();
    for (id, name) in [("d1", "人材育成"), ("d2", "仕組みづくり")] {
        base.node("Domain", id, name, &[]);
    }
    for (id, number, domain) in [("x", "①", "d1"), ("y", "②", "d2"), ("z", "③", "d2")] {
        base.node("Issue", id, "必要な調査の実施", &[("number", Datum::str(number))]);
        base.rel(id, "in-domain", domain, &[]);
    }
    base.node("Program", "p", "必要な調査の実施", &[]);
    let diagram = whole(&base.0.build());
    let details: Vec<&str> = network(&diagram).nodes.iter().map(|n| n.detail.as_str()).collect();
    assert_eq!(
        details,
        ["", "", "人材育成", "y", "z", ""],
        "where the domain does not tell, the id"
    );
    let svg = BuiltIn.svg(&diagram).unwrap().svg;
    assert!(svg.contains("font-size=\"8.5\"") && diagram.to_dot().contains("\\n人材育成\""));
}

#[test]
fn a_wide_result_is_laid_out_for_the_page_and_a_long_one_says_so_for_png_too() {
    let Some(graphviz) = Graphviz::find() else { return };
    let mut base = Base::new();
    for issue in 0..12 {
        base.node("Issue", &format!("i{issue}"), &format!("課題{issue}"), &[]);
        for program in 0..3 {
            let id = format!("p{issue}-{program}");
            base.node("Program", &id, &format!("在宅レスパイト事業{id}"), &[]);
            base.rel(&format!("i{issue}"), "addressed-by", &id, &[]);
        }
    }
    let svg = diagram::svg(&whole(&base.0.build()), Some(&graphviz)).unwrap().svg;
    let side = |name: &str| {
        let value = svg.split(name).nth(1).unwrap().split("mm").next().unwrap();
        value.parse::<f64>().unwrap()
    };
    let (width, height) = (side("width=\""), side("height=\""));
    assert!(width.max(height) < 2.5 * width.min(height), "{width} x {height}");
}

// Renderers and files

#[test]
fn without_graphviz_svg_is_drawn_and_png_says_what_to_install() {
    let diagram = diagram::escalation(&table(), None, Lang::Ja).unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert!(Graphviz::find_in(folder.path().as_os_str()).is_none());
    assert!(Graphviz::find_in(OsStr::new("")).is_none());
    let drawing = diagram::svg(&diagram, None).unwrap();
    is_clean_svg(&drawing.svg);
    assert!(drawing.notes[0].ja.contains("Graphviz"));
    let error = diagram::write(&diagram, &folder.path().join("x.png"), None).unwrap_err();
    assert_eq!(error.code(), Code::Missing);
    assert!(error.parts().help[0].en.contains("Install Graphviz"));
    assert!(!folder.path().join("x.png").exists());
    let coverage = diagram::coverage(&table(), Lang::Ja).unwrap();
    assert!(diagram::svg(&coverage, None).unwrap().notes.is_empty(), "a grid needs no Graphviz");
}

/// A program named `dot` that is none.
#[cfg(unix)]
fn fake_dot(folder: &Path, script: &str) -> Graphviz {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("dot");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    Graphviz::find_in(folder.as_os_str()).unwrap()
}

#[cfg(unix)]
#[test]
fn a_graphviz_that_fails_is_replaced_and_the_reason_given() {
    let diagram = diagram::escalation(&table(), None, Lang::Ja).unwrap();
    let cases = [
        ("while :; do :; done", "停止"),
        ("(/bin/sleep 2) & wait", "停止"),
        ("echo 'no such font' >&2; exit 1", "no such font"),
        ("echo '{}'", "読み取れません"),
        ("while read -r line; do :; done; echo '{\"bb\":\"0,0,1,nan\"}'", "読み取れません"),
        ("while :; do echo yes; done", "停止"),
    ];
    for (script, reason) in cases {
        let folder = tempfile::tempdir().unwrap();
        let graphviz =
            fake_dot(folder.path(), script).with_time_max(std::time::Duration::from_millis(400));
        let drawing = diagram::svg(&diagram, Some(&graphviz)).unwrap();
        is_clean_svg(&drawing.svg);
        assert!(drawing.notes[0].ja.contains(reason), "{script}: {}", drawing.notes[0].ja);
    }
}

#[test]
fn with_graphviz_the_same_hand_draws() {
    // Where Graphviz is not installed, the tests above are all there is to try.
    let Some(graphviz) = Graphviz::find() else { return };
    for diagram in [
        diagram::escalation(&table(), Some("i-2"), Lang::Ja).unwrap(),
        whole(&named(&NASTY)),
        diagram::coverage(&table(), Lang::Ja).unwrap(),
    ] {
        let drawing = diagram::svg(&diagram, Some(&graphviz)).unwrap();
        is_clean_svg(&drawing.svg);
        assert!(!drawing.notes.iter().any(|note| note.en.contains("built-in")));
        let folder = tempfile::tempdir().unwrap();
        let dot = folder.path().join("x.dot");
        diagram::write(&diagram, &dot, None).unwrap();
        let plain = Command::new("dot").arg("-Tplain").arg(&dot).output().unwrap();
        // Without fonts Graphviz has more to complain about.
        let has_font = diagram::Metrics::installed().japanese_font().is_some();
        assert!(plain.status.success() && (plain.stderr.is_empty() || !has_font), "{plain:?}");
        match graphviz.png(&diagram) {
            Ok(painting) => {
                let png = painting.png;
                assert!(has_font && png.starts_with(b"\x89PNG") && png.len() > 2_000);
                let at = png.windows(4).position(|kind| kind == b"pHYs").unwrap();
                let dots = u32::from_be_bytes(png[at + 4..at + 8].try_into().unwrap());
                assert!(dots >= 11_780, "300 dots an inch, in dots a metre: {dots}");
                assert_eq!(painting.notes, drawing.notes, "PNG is told what SVG is");
            }
            Err(error) => assert_eq!((error.code(), has_font), (Code::Missing, false)),
        }
    }
}

#[test]
fn files_are_replaced_whole_and_the_ending_says_the_kind() {
    let diagram = diagram::coverage(&table(), Lang::Ja).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let write = |name: &str| diagram::write(&diagram, &path(name), None);
    write("x.svg").unwrap();
    assert!(fs::read_to_string(path("x.svg")).unwrap().starts_with("<svg "));
    write("x.DOT").unwrap();
    assert!(fs::read_to_string(path("x.DOT")).unwrap().starts_with("digraph "));
    for name in ["x", "x.jpg", "svg"] {
        assert_eq!(write(name).unwrap_err().code(), Code::Usage);
    }
    fs::create_dir(path("d.svg")).unwrap();
    let error = write("d.svg").unwrap_err();
    let message = &error.parts().message.ja;
    assert!(
        error.code() == Code::Io && message.ends_with("書き込めません：フォルダーです"),
        "{message}"
    );
    assert_eq!(write("none/x.svg").unwrap_err().code(), Code::Io);
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "nothing half-written stays: {left:?}");
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_mode_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let diagram = diagram::coverage(&table(), Lang::Ja).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.svg"), folder.path().join("link.svg"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.svg", &link).unwrap();
    diagram::write(&diagram, &link, None).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().starts_with("<svg "));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    let circle = folder.path().join("circle.svg");
    symlink("circle.svg", &circle).unwrap();
    assert_eq!(diagram::write(&diagram, &circle, None).unwrap_err().code(), Code::Io);
    let device = Path::new("/dev/null");
    let to_device = folder.path().join("null.svg");
    symlink(device, &to_device).unwrap();
    diagram::write(&diagram, &to_device, None).unwrap();
    assert!(fs::symlink_metadata(&to_device).unwrap().is_symlink(), "nothing is put in its place");
    let pipe = folder.path().join("pipe.svg");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(diagram::write(&diagram, &pipe, None).unwrap_err().code(), Code::Io);
}
