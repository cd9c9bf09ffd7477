//! The file of an image: small parts in one piece that is read at once, and arrays in sections that are used where they lie.
//!
//! ```text
//! header     64 bytes: mark, byte order and format, lengths, counts, checksum of the head
//! sections   32 bytes each: where it begins, how long it is, the type of its numbers, its first block
//! checksums   8 bytes for each block of 64 KiB; every section begins with a block of its own
//! small      names, schema, counts, and which section is which, as postcard writes them
//! data       the sections, each at a multiple of 64
//! ```
//!
//! The first four are the head: it is verified when the file is opened, a block of data when it is first touched. So opening costs
//! little for a file of any size, and no byte is trusted unseen. Numbers lie as the machine has them; a machine that has them the
//! other way round does not open the file.

use std::hash::Hasher;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[cfg(target_os = "linux")]
use memmap2::Advice;
use memmap2::Mmap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use twox_hash::XxHash3_64;

use super::array::{Array, Element};
use super::map::map;

/// What an image is written as. It counts up with every change of what a file holds: programs open files of their own format only.
pub const FORMAT: u32 = 3;

/// How snapshots begin; a text file never does.
const MAGIC: u64 = u64::from_ne_bytes(*b"\x89kadai\r\n");
/// Reads differently where numbers lie the other way round.
const ORDER: u32 = 0x0102_0304;
/// How many bytes one checksum is for.
const BLOCK: usize = 64 << 10;
/// Where sections may begin: a line of the processor's cache.
const ALIGNMENT: usize = 64;
/// The words of the header.
const HEADER_WORDS: usize = 8;
/// The words of an entry in the table of sections.
const ENTRY_WORDS: usize = 4;

/// Why a file was not opened.
#[derive(Debug)]
pub enum OpenError {
    /// It cannot be read.
    Io(io::Error),
    /// It is something else.
    Foreign,
    /// Another version of the program wrote it, or one on another kind of machine.
    Format,
    /// What was written is not what is there.
    Damaged,
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where an array lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    offset: usize,
    /// How many bytes.
    pub(super) bytes: usize,
    kind: u8,
    block: usize,
}

/// A file that is open.
#[derive(Debug)]
pub(in crate::graph) struct Mapping {
    map: Mmap,
    sections: Vec<Section>,
    /// The checksum of each block.
    sums: Vec<u64>,
    /// A bit for each block that was found sound.
    seen: Vec<AtomicU64>,
    small: Range<usize>,
    damaged: AtomicBool,
}

impl Mapping {
    /// Opens a file and verifies its head.
    ///
    /// # Errors
    /// Where the file is not one that this program can use.
    pub(in crate::graph) fn open(file: &std::fs::File) -> Result<Arc<Self>, OpenError> {
        if file.metadata()?.len() < (HEADER_WORDS * size_of::<u64>()) as u64 {
            return Err(OpenError::Foreign);
        }
        let map = map(file)?;
        let header: [u64; HEADER_WORDS] = words(&map, 0).ok_or(OpenError::Foreign)?;
        let [magic, format, length, head, sections, blocks, small, sum] = header;
        if magic != MAGIC {
            return Err(OpenError::Foreign);
        }
        if format != mark() {
            return Err(OpenError::Format);
        }
        let [length, head, sections, blocks, small] = [length, head, sections, blocks, small]
            .map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        let whole = map.len() == length && head <= length;
        let bytes = map.get(..head).filter(|_| whole).ok_or(OpenError::Damaged)?;
        if checksum_of_head(bytes) != sum {
            return Err(OpenError::Damaged);
        }
        let layout = Layout::of(sections, blocks, small).filter(|layout| layout.end <= head);
        let layout = layout.ok_or(OpenError::Damaged)?;
        let entries = (0..sections).map(|at| entry(&map, layout.table + at * 32, blocks));
        let sections = entries.collect::<Option<Vec<_>>>().ok_or(OpenError::Damaged)?;
        let sums = (0..blocks).map_while(|at| Some(words::<1>(&map, layout.sums + at * 8)?[0]));
        let sums: Vec<u64> = sums.collect();
        let seen = (0..blocks.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        let damaged = AtomicBool::new(false);
        let small = layout.small..layout.end;
        Ok(Arc::new(Self { map, sections, sums, seen, small, damaged }))
    }

    /// Whether a block was found damaged; what was read since may be wrong then.
    pub(in crate::graph) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Verifies every block; says whether all are sound.
    pub(in crate::graph) fn verify_all(&self) -> bool {
        self.sections.iter().all(|section| self.verify(section, 0..section.bytes))
    }

    /// Asks the system to bring a section in at once, which costs less than touching it page by page.
    pub(super) fn prefetch(&self, section: &Section) {
        #[cfg(target_os = "linux")]
        if section.bytes > BLOCK {
            // Where the system does not know how, pages come one by one.
            self.map.advise_range(Advice::PopulateRead, section.offset, section.bytes).ok();
        }
        #[cfg(not(target_os = "linux"))]
        let _ = section;
    }

    /// The bytes of a section.
    #[inline]
    pub(super) fn bytes(&self, section: &Section) -> &[u8] {
        self.map.get(section.offset..section.offset + section.bytes).unwrap_or_default()
    }

    /// Verifies the blocks that some bytes of a section lie in; says whether they are sound.
    #[inline]
    pub(super) fn verify(&self, section: &Section, bytes: Range<usize>) -> bool {
        (bytes.start / BLOCK..bytes.end.div_ceil(BLOCK)).all(|block| {
            let at = section.block + block;
            let bit = 1 << (at % 64);
            let seen = self.seen.get(at / 64).map_or(0, |word| word.load(Ordering::Relaxed));
            seen & bit != 0 || self.verify_block(section, block)
        })
    }

    #[cold]
    fn verify_block(&self, section: &Section, block: usize) -> bool {
        let at = section.block + block;
        let bytes = self.bytes(section).chunks(BLOCK).nth(block).unwrap_or_default();
        let sound = self.sums.get(at) == Some(&XxHash3_64::oneshot(bytes));
        match self.seen.get(at / 64) {
            Some(word) if sound => _ = word.fetch_or(1 << (at % 64), Ordering::Relaxed),
            _ => self.damaged.store(true, Ordering::Relaxed),
        }
        sound
    }
}

/// The byte order and the format, in one word.
fn mark() -> u64 {
    u64::from(ORDER) << 32 | u64::from(FORMAT)
}

/// Words at a place that may lie anywhere.
fn words<const N: usize>(bytes: &[u8], at: usize) -> Option<[u64; N]> {
    let bytes = bytes.get(at..at.checked_add(N * size_of::<u64>())?)?;
    let mut words = [0; N];
    bytemuck::cast_slice_mut(&mut words).copy_from_slice(bytes);
    Some(words)
}

/// The section that an entry of the table describes; `None` where it does not lie in the file.
fn entry(map: &[u8], at: usize, blocks: usize) -> Option<Section> {
    let [offset, bytes, kind, block] = words::<ENTRY_WORDS>(map, at)?;
    let [offset, bytes, block] = [offset, bytes, block].map(usize::try_from);
    let section = Section {
        offset: offset.ok()?,
        bytes: bytes.ok()?,
        kind: kind.try_into().ok()?,
        block: block.ok()?,
    };
    let end = section.offset.checked_add(section.bytes)?;
    let last_block = section.block.checked_add(section.bytes.div_ceil(BLOCK))?;
    let fits = end <= map.len() && last_block <= blocks && section.offset.is_multiple_of(ALIGNMENT);
    fits.then_some(section)
}

/// Where the parts of the head lie.
struct Layout {
    table: usize,
    sums: usize,
    small: usize,
    end: usize,
}

impl Layout {
    /// The layout; `None` where it is larger than any file.
    fn of(sections: usize, blocks: usize, small: usize) -> Option<Self> {
        let table = HEADER_WORDS * size_of::<u64>();
        let sums = table.checked_add(sections.checked_mul(ENTRY_WORDS * size_of::<u64>())?)?;
        let from = sums.checked_add(blocks.checked_mul(size_of::<u64>())?)?;
        Some(Self { table, sums, small: from, end: from.checked_add(small)? })
    }
}

/// The checksum of everything in the head but the word it stands in itself.
fn checksum_of_head(head: &[u8]) -> u64 {
    let mut hasher = XxHash3_64::new();
    let own = (HEADER_WORDS - 1) * size_of::<u64>();
    hasher.write(head.get(..own).unwrap_or_default());
    hasher.write(head.get(own + size_of::<u64>()..).unwrap_or_default());
    hasher.finish()
}

/// Writes an image: small parts as they come, arrays as sections.
#[derive(Debug, Default)]
pub(in crate::graph) struct Writer<'g> {
    small: Vec<u8>,
    sections: Vec<(u8, &'g [u8])>,
    fault: Option<postcard::Error>,
}

impl<'g> Writer<'g> {
    /// Adds a small part.
    pub(in crate::graph) fn put<T: Serialize + ?Sized>(&mut self, value: &T) {
        match postcard::to_extend(value, std::mem::take(&mut self.small)) {
            Ok(small) => self.small = small,
            Err(fault) => self.fault = Some(fault),
        }
    }

    /// Adds an array.
    pub(in crate::graph) fn array<T: Element>(&mut self, array: &'g Array<T>) {
        self.sections.push((T::KIND, bytemuck::cast_slice(array.all())));
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Those of writing.
    pub(in crate::graph) fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(fault) = self.fault {
            return Err(io::Error::other(fault));
        }
        let blocks = self.sections.iter().flat_map(|(_, bytes)| bytes.chunks(BLOCK));
        let sums: Vec<u64> = blocks.map(XxHash3_64::oneshot).collect();
        let layout = Layout::of(self.sections.len(), sums.len(), self.small.len());
        let layout = layout.ok_or(io::ErrorKind::FileTooLarge)?;
        let (mut table, mut block) = (Vec::new(), 0);
        let mut end = layout.end;
        for (kind, bytes) in &self.sections {
            let offset = end.next_multiple_of(ALIGNMENT);
            table.extend([offset as u64, bytes.len() as u64, u64::from(*kind), block]);
            block += bytes.len().div_ceil(BLOCK) as u64;
            end = offset + bytes.len();
        }
        let [sections, blocks, small] = [self.sections.len(), sums.len(), self.small.len()];
        let sizes = [end, layout.end, sections, blocks, small].map(|n| n as u64);
        let [length, head_length, sections, blocks, small] = sizes;
        let header = [MAGIC, mark(), length, head_length, sections, blocks, small, 0];
        let words = [header.as_slice(), &table, &sums].concat();
        let mut head = [bytemuck::cast_slice(&words), self.small.as_slice()].concat();
        let sum = checksum_of_head(&head).to_ne_bytes();
        let own = (HEADER_WORDS - 1) * size_of::<u64>();
        if let Some(place) = head.get_mut(own..own + sum.len()) {
            place.copy_from_slice(&sum);
        }
        out.write_all(&head)?;
        let mut written = head.len();
        for (_, bytes) in &self.sections {
            let gap = written.next_multiple_of(ALIGNMENT) - written;
            out.write_all([0; ALIGNMENT].get(..gap).unwrap_or_default())?;
            out.write_all(bytes)?;
            written += gap + bytes.len();
        }
        Ok(())
    }
}

/// Reads what a [`Writer`] wrote, in the same order.
#[derive(Debug)]
pub(in crate::graph) struct Reader<'f> {
    file: &'f Arc<Mapping>,
    small: &'f [u8],
    next: usize,
}

impl<'f> Reader<'f> {
    /// A reader from the beginning.
    pub(in crate::graph) fn new(file: &'f Arc<Mapping>) -> Self {
        let small = file.map.get(file.small.clone()).unwrap_or_default();
        Self { file, small, next: 0 }
    }

    /// The next small part.
    ///
    /// # Errors
    /// Where it is another.
    pub(in crate::graph) fn get<T: DeserializeOwned>(&mut self) -> Result<T, OpenError> {
        let (value, rest) =
            postcard::take_from_bytes(self.small).map_err(|_| OpenError::Damaged)?;
        self.small = rest;
        Ok(value)
    }

    /// The next array.
    ///
    /// # Errors
    /// Where it is one of other numbers.
    pub(in crate::graph) fn array<T: Element>(&mut self) -> Result<Array<T>, OpenError> {
        let section = self.file.sections.get(self.next).copied();
        let fits = |section: &Section| {
            section.kind == T::KIND && section.bytes.is_multiple_of(size_of::<T>())
        };
        let section = section.filter(fits).ok_or(OpenError::Damaged)?;
        self.next += 1;
        Ok(Array::mapped(self.file, section))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    /// What a file is made of: two arrays of several blocks and one of none.
    fn arrays() -> (Array<u32>, Array<f64>, Array<u8>) {
        let floats: Vec<f64> = (0..30_000).map(f64::from).collect();
        ((0..40_000).collect(), floats.into(), Array::default())
    }

    fn written() -> Vec<u8> {
        let (ints, floats, none) = arrays();
        let mut writer = Writer::default();
        writer.put("some names");
        writer.array(&ints);
        writer.array(&none);
        writer.array(&floats);
        writer.put(&[7_u64, 8]);
        let mut bytes = Vec::new();
        writer.finish(&mut bytes).unwrap();
        bytes
    }

    type Read = (String, Array<u32>, Array<f64>, [u64; 2]);

    fn read(bytes: &[u8]) -> Result<(Arc<Mapping>, Read), OpenError> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("image");
        std::fs::write(&path, bytes)?;
        let file = Mapping::open(&File::open(&path)?)?;
        let mut reader = Reader::new(&file);
        let (name, ints) = (reader.get()?, reader.array()?);
        reader.array::<u8>()?;
        let (floats, numbers) = (reader.array()?, reader.get()?);
        Ok((file, (name, ints, floats, numbers)))
    }

    #[test]
    fn what_was_written_is_read() {
        let (file, (name, ints, floats, numbers)) = read(&written()).unwrap();
        let (wanted_ints, wanted_floats, _) = arrays();
        assert_eq!((name.as_str(), numbers), ("some names", [7, 8]));
        assert_eq!((ints.at(39_999), ints.at(40_000)), (Some(39_999), None));
        assert_eq!(ints.range(16_380..16_390), wanted_ints.range(16_380..16_390));
        assert!(ints.range(39_999..40_001).is_empty());
        assert_eq!((ints, floats), (wanted_ints, wanted_floats));
        assert!(file.verify_all() && !file.is_damaged());
    }

    #[test]
    fn only_what_is_touched_is_verified() {
        let mut bytes = written();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let (file, (_, ints, floats, _)) = read(&bytes).unwrap();
        assert_eq!((ints.all().len(), floats.at(0)), (40_000, Some(0.0)));
        assert!(!file.is_damaged());
        assert_eq!((floats.at(29_999), floats.len()), (Some(0.0), 30_000));
        assert!(file.is_damaged() && !file.verify_all());
    }

    #[test]
    fn other_files_are_told_from_damaged_ones() {
        let text =
            b"# a text that is longer than any header of a snapshot, and that is all there is";
        assert!(matches!(read(text), Err(OpenError::Foreign)));
        assert!(matches!(read(b""), Err(OpenError::Foreign)));
        let mut other = written();
        other[8] ^= 2;
        assert!(matches!(read(&other), Err(OpenError::Format)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_flipped_bit_is_noticed_or_means_nothing(at: Index, bit in 0..8_u8) {
            let mut bytes = written();
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            let Ok((file, (name, ints, floats, numbers))) = read(&bytes) else { return Ok(()) };
            let (wanted_ints, wanted_floats, _) = arrays();
            let same = name == "some names" && numbers == [7, 8] && ints == wanted_ints && floats == wanted_floats;
            prop_assert!(same || file.is_damaged());
        }

        #[test]
        fn a_file_that_ends_early_is_not_opened(at: Index) {
            let bytes = written();
            prop_assert!(read(&bytes[..at.index(bytes.len())]).is_err());
        }
    }
}
