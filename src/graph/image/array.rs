//! The one form in which an image keeps what grows with the graph: plain numbers, one behind the other.

use std::fmt::{self, Debug, Formatter};
use std::ops::Range;

/// What an [`Array`] may hold.
pub trait Element: Copy + Default + Debug + PartialEq + Send + Sync + 'static {}

impl Element for u8 {}
impl Element for u16 {}
impl Element for u32 {}
impl Element for u64 {}
impl Element for i64 {}
impl Element for f64 {}

/// Numbers of one type that do not change.
///
/// A point read goes through [`Array::at`] or [`Array::range`], which touch no more than they give; what goes through all of them
/// binds [`Array::all`] once.
#[derive(Clone, Default, PartialEq)]
pub struct Array<T: Element>(Vec<T>);

impl<T: Element> Array<T> {
    /// How many there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    #[must_use]
    #[inline]
    pub fn all(&self) -> &[T] {
        &self.0
    }

    /// The one at a place; `None` past the last.
    #[must_use]
    #[inline]
    pub fn at(&self, place: usize) -> Option<T> {
        self.0.get(place).copied()
    }

    /// Those of a range; none where it does not lie within.
    #[must_use]
    #[inline]
    pub fn range(&self, range: Range<usize>) -> &[T] {
        self.0.get(range).unwrap_or(&[])
    }

    /// All of them, to be changed and put into another one; those that are owned move.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T: Element> From<Vec<T>> for Array<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

impl<T: Element> Debug for Array<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.len())
    }
}
