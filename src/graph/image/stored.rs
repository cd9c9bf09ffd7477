//! What of an image goes into its file, and in which order: each part says so for itself, writing and reading alike.

use std::ops::Range;

use super::array::{Array, Element};
use super::column::{Cells, Column, Shared, Span, Texts};
use super::csr::Csr;
use super::file::{OpenError, Reader, Writer};
use super::index::Index;
use super::shapes::{NodeShape, Places, RelShape, Shapes};
use super::{Ends, Ids, Image, Members};
use crate::model::{KeyId, LabelId};

/// A part of an image.
pub(in crate::graph) trait Stored: Sized {
    /// Adds the part to a file.
    fn write<'g>(&'g self, out: &mut Writer<'g>);

    /// Takes the part from a file.
    ///
    /// # Errors
    /// Where there is something else.
    fn read(from: &mut Reader<'_>) -> Result<Self, OpenError>;
}

/// Parts that lie among the small ones.
macro_rules! small {
    ($($type:ty),* $(,)?) => { $(
        impl Stored for $type {
            fn write<'g>(&'g self, out: &mut Writer<'g>) {
                out.put(self);
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, OpenError> {
                from.get()
            }
        }
    )* };
}

/// Parts that are made of parts.
macro_rules! parts {
    ($($type:ty { $($part:ident),* $(,)? })*) => { $(
        impl Stored for $type {
            fn write<'g>(&'g self, out: &mut Writer<'g>) {
                $(self.$part.write(out);)*
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, OpenError> {
                Ok(Self { $($part: Stored::read(from)?),* })
            }
        }
    )* };
}

small!(u8, u32, i64, usize, Range<u32>, LabelId, KeyId, NodeShape, RelShape);

parts! {
    Csr { first, offsets, nodes, rels }
    Column { span, cells }
    Ids { bound, count, holes }
    Image {
        nodes, rels, node_shapes, rel_shapes, members, node_columns, rel_columns, ends, topology, indexes,
    }
    Index { label, key, offsets, nodes }
    Texts { offsets, bytes }
}

impl<T: Element> Stored for Array<T> {
    fn write<'g>(&'g self, out: &mut Writer<'g>) {
        out.array(self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, OpenError> {
        from.array()
    }
}

impl<S: Stored> Stored for Vec<S> {
    fn write<'g>(&'g self, out: &mut Writer<'g>) {
        out.put(&self.len());
        self.iter().for_each(|part| part.write(out));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, OpenError> {
        (0..from.get::<usize>()?).map(|_| S::read(from)).collect()
    }
}

impl<S: Stored> Stored for Option<S> {
    fn write<'g>(&'g self, out: &mut Writer<'g>) {
        out.put(&self.is_some());
        if let Some(part) = self {
            part.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, OpenError> {
        from.get::<bool>()?.then(|| S::read(from)).transpose()
    }
}

impl<S: Stored> Stored for [S; 2] {
    fn write<'g>(&'g self, out: &mut Writer<'g>) {
        self.iter().for_each(|part| part.write(out));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, OpenError> {
        Ok([S::read(from)?, S::read(from)?])
    }
}

impl<S: Stored> Stored for Shapes<S> {
    fn write<'g>(&'g self, out: &mut Writer<'g>) {
        self.table.write(out);
        self.places.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, OpenError> {
        Ok(Self { table: Stored::read(from)?, places: Stored::read(from)? })
    }
}

/// Enums begin with a number for the variant.
macro_rules! variants {
    ($($type:ty { $($number:literal = $variant:ident $fields:tt)* })*) => { $(
        impl Stored for $type {
            fn write<'g>(&'g self, out: &mut Writer<'g>) {
                match self {
                    $(variants!(@pattern $variant $fields) => variants!(@write out $number $fields),)*
                }
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, OpenError> {
                Ok(match from.get::<u8>()? {
                    $($number => variants!(@read from $variant $fields),)*
                    _ => return Err(OpenError::Damaged),
                })
            }
        }
    )* };
    (@pattern $variant:ident { $($field:ident),* }) => { Self::$variant { $($field),* } };
    (@pattern $variant:ident ($field:ident)) => { Self::$variant($field) };
    (@write $out:ident $number:literal { $($field:ident),* }) => {{ $out.put(&$number); $($field.write($out);)* }};
    (@write $out:ident $number:literal ($field:ident)) => {{ $out.put(&$number); $field.write($out); }};
    (@read $from:ident $variant:ident { $($field:ident),* }) => { Self::$variant { $($field: Stored::read($from)?),* } };
    (@read $from:ident $variant:ident ($field:ident)) => { Self::$variant(Stored::read($from)?) };
}

variants! {
    Span {
        0_u8 = All { first, length }
        1_u8 = Some { first, length, present }
        2_u8 = List(ids)
    }
    Cells {
        0_u8 = Int { values, least, greatest }
        1_u8 = Float(values)
        2_u8 = Bool(values)
        3_u8 = Code { codes, texts, shared }
        4_u8 = Text(texts)
        5_u8 = Any { offsets, bytes }
    }
    Ends {
        0_u8 = Each { starts, ends }
        1_u8 = Rows {}
    }
    Places {
        0_u8 = Each(places)
        1_u8 = Runs { starts, shapes }
    }
    Members {
        0_u8 = Range(range)
        1_u8 = List(ids)
    }
}

/// Texts that readers share are made when they are first read.
impl Stored for Shared {
    fn write<'g>(&'g self, _: &mut Writer<'g>) {}

    fn read(_: &mut Reader<'_>) -> Result<Self, OpenError> {
        Ok(Self::default())
    }
}
