//! The map of a file into memory: the one place of the program that is not checked by the compiler.

use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};

/// Up to which size the system is asked to bring a file in at once: for less than this, that costs less than touching page by page.
const WHOLE_MAX: u64 = 256 << 10;

/// Maps a whole file for reading.
///
/// # Errors
/// As the system has it; an empty file cannot be mapped.
#[expect(unsafe_code, reason = "a map is only sound while nobody changes the file; see below")]
pub(super) fn map(file: &File) -> io::Result<Mmap> {
    let length = file.metadata()?.len();
    let mut options = MmapOptions::new();
    if length <= WHOLE_MAX {
        options.populate();
    }
    // SAFETY: the bytes must not change while the map lives. A snapshot is written beside its place and renamed (`files::replace`);
    // nothing writes to one that has its name. A new one takes the name and leaves the old bytes to those who have them open. All that
    // is made of the bytes are numbers, of which every bit pattern is one, and each block is compared with its checksum when it is
    // first touched. Whoever changes the file in place with other tools can make results wrong, or end the process where the file
    // gets shorter, as with every program that maps files.
    unsafe { options.map(file) }
}
