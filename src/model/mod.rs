//! Values: what a query computes with ([`Datum`]) and what a reader gets ([`Value`]).
//!
//! A datum names nodes and relationships by id and means nothing without its graph; a value owns everything it shows.
//! Nothing here reads a graph.

mod datum;
mod names;
mod order;
pub mod temporal;
mod value;

pub use datum::{Datum, DatumMap, PathIds, type_words};
pub use names::{Written, is_plain_name, nfc, quote_string};
pub use order::GroupKey;
pub use value::{Node, Path, Relationship, Value};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub struct $name(pub $inner);

        impl $name {
            /// The id as an index into arrays that are parallel to it.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A node of one graph.
    NodeId(u32);
    /// A relationship of one graph.
    RelId(u32);
    /// An interned label.
    LabelId(u16);
    /// An interned relationship type.
    KindId(u16);
    /// An interned property key.
    KeyId(u16);
}
