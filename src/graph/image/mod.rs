//! The image: a graph as plain arrays that do not change, so that it can be written to a file array by array, and mapped back.

mod array;

pub use array::{Array, Element};
