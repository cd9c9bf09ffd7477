//! A graph as a file, see [`super::image`].

use std::fs::File;
use std::io::{self, Write};
use std::sync::OnceLock;

use super::image::{Image, Mapping, OpenError, Reader, Stored, Writer};
use super::overlay::Overlay;
use super::{Graph, Names, Statistics};

impl Graph {
    /// Writes the graph, for [`Graph::open`]. Cost: where something was written, the image is built anew first.
    ///
    /// # Errors
    /// Those of writing.
    pub fn save(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.overlay.is_empty() {
            self.merge();
        }
        let mut writer = Writer::default();
        writer.put(&self.names.spelt());
        writer.put(&self.schema);
        writer.put(self.statistics());
        self.image.write(&mut writer);
        writer.finish(out)
    }

    /// Opens a graph that was saved. Cost: that of its names and counts; the rest is read when it is asked for, and verified then, see
    /// [`Graph::is_damaged`].
    ///
    /// # Errors
    /// Where the file is not one that this program can use.
    pub fn open(file: &File) -> Result<Self, OpenError> {
        let file = Mapping::open(file)?;
        let mut reader = Reader::new(&file);
        let names = Names::of_spelt(reader.get()?);
        let (schema, counted) = (reader.get()?, OnceLock::from(reader.get::<Statistics>()?));
        let image = Image::read(&mut reader)?;
        let overlay = Overlay::over(&image);
        Ok(Self { schema, names, image, overlay, counted, file: Some(file), ..Self::default() })
    }

    /// Whether the file of the graph turned out to be damaged: what was read may be wrong then.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.is_damaged())
    }

    /// Verifies all of the file; says whether it is sound. Cost: one pass over it.
    #[must_use]
    pub fn verify(&self) -> bool {
        self.file.as_ref().is_none_or(|file| file.verify_all())
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
