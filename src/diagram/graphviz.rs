//! Graphviz, where it is installed: places networks and makes PNG.
//!
//! The program is called with fixed arguments, reads DOT from its standard input, and is held to limits of time and size. For a layout it
//! gets sizes only and no word of data.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::error::{Code, Error, Result, plural, text};

use super::dot;
use super::geometry::{Placed, Point, Route};
use super::labels;
use super::layered::PAGE;
use super::model::Network;
use super::png;
use super::scene::Scene;
use super::sheet::{Sheet, Size};

/// The longest time a layout may take.
const TIME_MAX: Duration = Duration::from_secs(20);
/// The largest answer that is read, in bytes.
const ANSWER_MAX: u64 = 64 << 20;
/// The largest complaint that is read, in bytes.
const COMPLAINT_MAX: u64 = 4 << 10;
/// Past this many edges networks are drawn by forces, as layers take minutes.
const EDGES_LAYERED: usize = 400;

/// The resolution of PNG on paper, in dots an inch.
const DOTS_PRINTED: f64 = 300.0;
/// The least resolution of PNG on a screen, where it is not shrunk.
const DOTS_SHOWN: f64 = 192.0;
/// The longest side of a PNG, to which larger pictures are shrunk.
const PIXELS_MAX: f64 = 10_000.0;

/// The `dot` program of an installed Graphviz.
#[derive(Clone, Debug)]
pub struct Graphviz {
    program: PathBuf,
    time_max: Duration,
}

impl Graphviz {
    /// Finds `dot` in the folders of the environment variable `PATH`.
    #[must_use]
    pub fn find() -> Option<Self> {
        Self::find_in(&std::env::var_os("PATH")?)
    }

    /// Finds `dot` in a list of folders written as in `PATH`; folders that are not absolute are passed over.
    #[must_use]
    pub fn find_in(folders: &OsStr) -> Option<Self> {
        let name = format!("dot{}", std::env::consts::EXE_SUFFIX);
        let folders = std::env::split_paths(folders).filter(|folder| folder.is_absolute());
        let program = folders.map(|folder| folder.join(&name)).find(|path| is_program(path))?;
        Some(Self { program, time_max: TIME_MAX })
    }

    /// The same program, held to another limit of time.
    #[must_use]
    pub fn with_time_max(self, time_max: Duration) -> Self {
        Self { time_max, ..self }
    }

    /// Places a network whose edges lead right (`sideways`) or down.
    pub(super) fn place(&self, sheet: &Sheet<'_>, sideways: bool) -> Result<Placed> {
        let engine = engine(sheet.network);
        let answer = self.run(&[engine, "-Tjson0"], dot::layout_only(sheet, sideways))?;
        serde_json::from_slice::<Answer>(&answer)
            .ok()
            .and_then(|answer| answer.placed(sheet))
            .map(|mut placed| {
                labels::onto_lines(sheet, &mut placed);
                placed
            })
            .ok_or_else(|| {
                self.failed(&text!(
                    "Graphviz gave a layout that kadai cannot read",
                    "Graphviz のレイアウト結果を読み取れませんでした"
                ))
            })
    }

    /// Paints a scene as PNG, with the resolution at which it prints no larger than A4.
    pub(super) fn paint(&self, scene: &Scene) -> Result<Vec<u8>> {
        let largest = scene.size.width.max(scene.size.height).max(1.0);
        let scale = scene.size.scale_on(PAGE);
        // What is shrunk much on paper keeps enough dots to be read on a screen.
        let dots = (DOTS_PRINTED * scale).max(DOTS_SHOWN).min(PIXELS_MAX * 72.0 / largest);
        let dots = dots.floor().max(1.0);
        let resolution = format!("-Gdpi={dots}");
        let input = dot::painted(scene);
        let png = self.run(&["-Kneato", "-n2", "-Tpng", &resolution], input)?;
        png::with_resolution(&png, dots / scale).ok_or_else(|| {
            self.failed(&text!(
                "Graphviz made no PNG picture",
                "Graphviz が PNG を出力しませんでした"
            ))
        })
    }

    fn failed(&self, message: &crate::error::Text) -> Error {
        let program = self.program.display();
        Error::new(Code::Io, message.clone())
            .note(text!("The program is `{program}`.", "プログラムは「{program}」です。"))
    }

    /// Runs the program on a text; what it wrote.
    fn run(&self, arguments: &[&str], input: String) -> Result<Vec<u8>> {
        let io = |error: &std::io::Error| {
            self.failed(&text!(
                "cannot run Graphviz: {error}",
                "Graphviz を実行できません：{error}"
            ))
        };
        let mut child = Command::new(&self.program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| io(&error))?;
        let writer = child.stdin.take().map(|mut stdin| {
            // A program that stops reading has failed, and that shows in its status.
            thread::spawn(move || drop(stdin.write_all(input.as_bytes())))
        });
        let answer = child.stdout.take().map(|stdout| read_up_to(stdout, ANSWER_MAX));
        let complaint = child.stderr.take().map(|stderr| read_up_to(stderr, COMPLAINT_MAX));
        let ended = wait(&mut child, self.time_max).map_err(|error| io(&error))?;
        // What a stopped program started may hold the pipes open: nobody waits for its threads.
        let Some(status) = ended else {
            let seconds = self.time_max.as_secs();
            let s = plural(seconds == 1);
            return Err(self.failed(&text!(
                "Graphviz took longer than {seconds} second{s} and was stopped",
                "Graphviz が {seconds} 秒を超えたため停止しました"
            )));
        };
        drop(writer.map(JoinHandle::join));
        let read = |reader: Option<JoinHandle<Vec<u8>>>| {
            reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
        };
        let (answer, complaint) = (read(answer), read(complaint));
        if u64::try_from(answer.len()).unwrap_or(u64::MAX) >= ANSWER_MAX {
            return Err(self.failed(&text!("the picture is too large", "画像が大きすぎます")));
        }
        if !status.success() {
            let complaint = String::from_utf8_lossy(&complaint);
            let line = super::text::clean(complaint.lines().next().unwrap_or(""));
            return Err(
                self.failed(&text!("Graphviz failed: {line}", "Graphviz が失敗しました：{line}"))
            );
        }
        Ok(answer)
    }
}

/// The argument that chooses the engine.
fn engine(network: &Network) -> &'static str {
    if is_drawn_by_forces(network) { "-Ksfdp" } else { "-Kdot" }
}

/// Whether a network is too dense for layers.
pub(super) fn is_drawn_by_forces(network: &Network) -> bool {
    network.edges.len() > EDGES_LAYERED && network.bands.is_empty()
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Reads at most so many bytes in a thread of its own, then reads on without keeping, so that the program is not blocked.
fn read_up_to(mut from: impl Read + Send + 'static, most: u64) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        // A broken pipe ends the answer; the status says whether that was a fault.
        drop(from.by_ref().take(most).read_to_end(&mut kept));
        drop(std::io::copy(&mut from, &mut std::io::sink()));
        kept
    })
}

/// Waits for the end of a program; past the time it is killed, reaped, and there is no status.
fn wait(
    child: &mut Child,
    time_max: Duration,
) -> std::io::Result<Option<std::process::ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= time_max {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// A layout as Graphviz writes it in JSON; numbers come as text, `y` grows upwards.
#[derive(Deserialize)]
struct Answer {
    bb: String,
    #[serde(default)]
    objects: Vec<Object>,
    #[serde(default)]
    edges: Vec<Line>,
}

#[derive(Deserialize)]
struct Object {
    name: String,
    pos: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    id: Option<String>,
    pos: Option<String>,
    lp: Option<String>,
}

impl Answer {
    /// The layout of a sheet; `None` where something is missing.
    fn placed(&self, sheet: &Sheet<'_>) -> Option<Placed> {
        let bounds = numbers(&self.bb)?;
        let [left, bottom, right, top] = bounds.as_slice() else { return None };
        let turn = |x: f64, y: f64| Point::new(x - left, top - y);
        let point = |text: &str| match numbers(text)?.as_slice() {
            [x, y] => Some(turn(*x, *y)),
            _ => None,
        };
        let mut nodes = vec![None; sheet.nodes.len()];
        for object in &self.objects {
            let index = object.name.strip_prefix('n').and_then(|index| index.parse().ok());
            if let Some(node) = index.and_then(|index: usize| nodes.get_mut(index)) {
                *node = Some(point(object.pos.as_ref()?)?);
            }
        }
        let mut routes = vec![Route::default(); sheet.network.edges.len()];
        for line in &self.edges {
            let index = line.id.as_deref().and_then(|id| id.strip_prefix('e')?.parse().ok());
            let Some(route) = index.and_then(|index: usize| routes.get_mut(index)) else {
                continue;
            };
            let way = line.pos.as_deref()?.split(';').next()?;
            for pair in way.split_whitespace() {
                route.points.push(point(pair)?);
            }
            route.label = line.lp.as_deref().map(&point).unwrap_or_default();
        }
        let nodes: Vec<Point> = nodes.into_iter().collect::<Option<_>>()?;
        let size = Size { width: right - left, height: top - bottom };
        Some(Placed { size, nodes, routes })
    }
}

/// Numbers with commas between them, all finite.
fn numbers(text: &str) -> Option<Vec<f64>> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    numbers.filter(|numbers| numbers.iter().all(|number| number.is_finite()))
}
