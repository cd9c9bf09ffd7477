//! Arrays of numbers that are owned, or lie in a mapped file.
//!
//! A mapped array is verified where it is read: whole by [`Array::all`], block by block by [`Array::at`] and [`Array::range`]. A block
//! that is damaged reads as zeros, and the file remembers it, see [`Mapping::is_damaged`]. Nothing here fails.

use std::fmt::{self, Debug, Formatter};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytemuck::Pod;

use super::file::{Mapping, Section};

/// A number that arrays hold.
pub trait Element: Pod + Default + Debug + PartialEq + Send + Sync {
    /// What a file calls the type.
    const KIND: u8;
}

macro_rules! elements {
    ($($type:ty = $kind:literal),* $(,)?) => { $(impl Element for $type { const KIND: u8 = $kind; })* };
}

elements!(u8 = 1, u16 = 2, u32 = 3, u64 = 4, i64 = 5, f64 = 6);

/// Numbers of one type that do not change.
///
/// A point read goes through [`Array::at`] or [`Array::range`], which touch no more than they give; what goes through all of them
/// binds [`Array::all`] once.
pub struct Array<T>(Data<T>);

enum Data<T> {
    Owned(Vec<T>),
    Mapped(Mapped<T>),
}

/// A section of a mapped file.
struct Mapped<T> {
    file: Arc<Mapping>,
    section: Section,
    /// Whether every block was found sound.
    sound: AtomicBool,
    /// What is read where a block is damaged.
    zeros: OnceLock<Vec<T>>,
}

impl<T> Default for Array<T> {
    fn default() -> Self {
        Self(Data::Owned(Vec::new()))
    }
}

impl<T> From<Vec<T>> for Array<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Data::Owned(values))
    }
}

impl<T: Element> FromIterator<T> for Array<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Vec::from_iter(values).into()
    }
}

impl<T: Element> Array<T> {
    /// The array that a section of a file holds.
    pub(super) fn mapped(file: &Arc<Mapping>, section: Section) -> Self {
        let (sound, zeros) = (AtomicBool::new(false), OnceLock::new());
        Self(Data::Mapped(Mapped { file: Arc::clone(file), section, sound, zeros }))
    }

    /// How many numbers there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Data::Owned(values) => values.len(),
            Data::Mapped(mapped) => mapped.section.bytes / size_of::<T>(),
        }
    }

    /// Whether there is none.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All numbers. Cost: nothing but the first time, when every block is verified.
    #[must_use]
    #[inline]
    pub fn all(&self) -> &[T] {
        match &self.0 {
            Data::Owned(values) => values,
            Data::Mapped(mapped) => mapped.all(),
        }
    }

    /// One number; `None` past the last.
    #[must_use]
    #[inline]
    pub fn at(&self, index: usize) -> Option<T> {
        match &self.0 {
            Data::Owned(values) => values.get(index).copied(),
            Data::Mapped(mapped) => mapped.range(index..index.checked_add(1)?)?.first().copied(),
        }
    }

    /// The numbers of a range; none where it goes past the end.
    #[must_use]
    #[inline]
    pub fn range(&self, range: Range<usize>) -> &[T] {
        match &self.0 {
            Data::Owned(values) => values.get(range),
            Data::Mapped(mapped) => mapped.range(range),
        }
        .unwrap_or_default()
    }

    /// All of them, to be changed and put into another one; those that are owned move.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        match self.0 {
            Data::Owned(values) => values,
            Data::Mapped(mapped) => mapped.all().to_vec(),
        }
    }
}

impl<T: Element> PartialEq for Array<T> {
    fn eq(&self, other: &Self) -> bool {
        self.all() == other.all()
    }
}

impl<T: Element> Debug for Array<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.len())
    }
}

impl<T: Element> Clone for Array<T> {
    fn clone(&self) -> Self {
        match &self.0 {
            Data::Owned(values) => Self::from(values.clone()),
            Data::Mapped(mapped) => Self::mapped(&mapped.file, mapped.section),
        }
    }
}

impl<T: Element> Mapped<T> {
    #[inline]
    fn all(&self) -> &[T] {
        if self.sound.load(Ordering::Relaxed) { self.raw() } else { self.verified() }
    }

    #[cold]
    fn verified(&self) -> &[T] {
        self.file.prefetch(&self.section);
        if !self.file.verify(&self.section, 0..self.section.bytes) {
            return self.zeros();
        }
        self.sound.store(true, Ordering::Relaxed);
        self.raw()
    }

    #[inline]
    fn range(&self, range: Range<usize>) -> Option<&[T]> {
        if !self.sound.load(Ordering::Relaxed) {
            let size = size_of::<T>();
            let bytes = range.start.checked_mul(size)?..range.end.checked_mul(size)?;
            if bytes.start > bytes.end || bytes.end > self.section.bytes {
                return None;
            }
            if !self.file.verify(&self.section, bytes) {
                return self.zeros().get(range);
            }
        }
        self.raw().get(range)
    }

    /// The numbers as they lie in the file. That they begin where such numbers may was seen when the file was opened.
    #[inline]
    fn raw(&self) -> &[T] {
        bytemuck::try_cast_slice(self.file.bytes(&self.section)).unwrap_or_default()
    }

    #[cold]
    fn zeros(&self) -> &[T] {
        self.zeros.get_or_init(|| vec![T::default(); self.section.bytes / size_of::<T>()])
    }
}
