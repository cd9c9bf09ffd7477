//! The image: a graph as plain arrays that do not change, so that it can be written to a file array by array, and mapped back.

mod array;
mod encode;
mod file;
mod map;

pub use array::{Array, Element};
pub(super) use encode::{decode, encode};
pub use file::{FORMAT, Mapping, OpenError};
