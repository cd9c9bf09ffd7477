//! Images of bases that are kept from one command to the next, so that text that has not changed is read once.
//!
//! An image belongs to the bytes of all files of a base, their names, and the program that read them: a name in the cache's folder
//! says which. Nothing here is needed: what cannot be kept or is damaged is made from the text again.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use etcetera::BaseStrategy;
use twox_hash::xxhash3_128::Hasher as Hasher128;

use super::content::Content;
use crate::files;
use crate::graph::{FORMAT, Graph, OpenError};
use crate::import;

/// The variable that names the folder.
const FOLDER_VARIABLE: &str = "KADAI_CACHE_DIR";
/// The ending of images.
const ENDING: &str = "kadai";

/// A folder of images; without one nothing is kept.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

/// How a base is opened of which there may be an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The image is verified where it is touched, see [`Graph::is_damaged`].
    Lazy,
    /// The image is verified first.
    Whole,
    /// There is a new image, whether or not there was one.
    Anew,
}

impl Cache {
    /// The folder that `KADAI_CACHE_DIR` names, else the one where the system keeps such files of the user.
    #[must_use]
    pub fn of_user() -> Self {
        let named = std::env::var_os(FOLDER_VARIABLE).filter(|name| !name.is_empty());
        let usual = || Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("kadai"));
        Self { folder: named.map(PathBuf::from).or_else(usual) }
    }

    /// Where the image of a base is; `None` where nothing is kept.
    pub(super) fn entry(&self, folder: Option<&Path>, content: Option<&Content>) -> Option<Entry> {
        let place = self.folder.clone()?;
        let base = match folder {
            Some(folder) => format!("{:016x}", name_hash(&folder.canonicalize().ok()?)),
            None => "bundled".to_owned(),
        };
        let key = key(folder.unwrap_or(Path::new("")), content)?;
        Some(Entry { folder: place, base, key })
    }
}

/// The place of an image in the cache.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    folder: PathBuf,
    base: String,
    key: u128,
}

impl Entry {
    fn path(&self) -> PathBuf {
        self.folder.join(format!("{}-{:032x}.{ENDING}", self.base, self.key))
    }

    /// The graph that is kept here; `None` where there is none, or none that can be read.
    ///
    /// # Errors
    /// Where it is damaged.
    pub(super) fn open(&self, whole: bool) -> Result<Option<Graph>, OpenError> {
        let Ok(file) = File::open(self.path()) else { return Ok(None) };
        let graph = Graph::open(&file)?;
        if whole && !graph.verify() {
            return Err(OpenError::Damaged);
        }
        Ok(Some(graph))
    }

    /// Keeps a graph, in place of what was kept for the same base; gives the path.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn keep(&self, graph: &mut Graph) -> io::Result<PathBuf> {
        files::private_folder(&self.folder)?;
        let path = self.path();
        files::replace_cached(&path, |out| graph.save(out))?;
        self.remove_others(&path);
        Ok(path)
    }

    /// Removes images of older text. One that somebody has open stays until it is closed.
    fn remove_others(&self, kept: &Path) {
        let prefix = format!("{}-", self.base);
        let others = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for other in others.map(|entry| entry.path()).filter(|path| path != kept) {
            let name = other.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with(&prefix) && name.ends_with(ENDING) {
                fs::remove_file(&other).ok();
            }
        }
    }
}

fn name_hash(path: &Path) -> u64 {
    twox_hash::XxHash3_64::oneshot(path.as_os_str().as_encoded_bytes())
}

/// What the image of a base depends on; `None` where a file could not be read.
fn key(folder: &Path, content: Option<&Content>) -> Option<u128> {
    let mut hasher = Hasher128::new();
    hasher.write(env!("CARGO_PKG_VERSION").as_bytes());
    hasher.write(&FORMAT.to_le_bytes());
    program()?.iter().for_each(|part| hasher.write(&part.to_le_bytes()));
    let begin = |hasher: &mut Hasher128, name: &Path, length: u64| {
        let name = name.strip_prefix(folder).ok()?.as_os_str().as_encoded_bytes();
        hasher.write(&(name.len() as u64).to_le_bytes());
        hasher.write(name);
        hasher.write(&length.to_le_bytes());
        Some(())
    };
    match content {
        None => {}
        Some(Content::Files(files)) => {
            for file in files {
                let bytes = file.bytes.as_ref().ok()?;
                begin(&mut hasher, Path::new(&file.name), bytes.len() as u64)?;
                hasher.write(bytes);
            }
        }
        Some(Content::Tables) => {
            for path in import::tables(folder).ok()? {
                begin(&mut hasher, &path, fs::metadata(&path).ok()?.len())?;
                write_file(&mut hasher, &path).ok()?;
            }
        }
    }
    Some(hasher.finish_128())
}

/// Takes in the bytes of a file, a piece at a time.
fn write_file(hasher: &mut Hasher128, path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; 256 * 1024];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(());
        }
        hasher.write(piece.get(..length).unwrap_or_default());
    }
}

/// What tells this program from another build of it: the size of its file, and when that was written.
fn program() -> Option<[u128; 2]> {
    let file = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let written = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some([u128::from(file.len()), written.as_nanos()])
}
