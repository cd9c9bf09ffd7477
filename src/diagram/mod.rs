//! Diagrams: results of queries, the ways issues escalate, and what programs cover, as pictures.
//!
//! Turns values or a graph into a [`Diagram`] (words, shapes, who is joined to whom), and a diagram into DOT, SVG or PNG. Text is
//! measured and wrapped before anything is placed ([`Metrics`]); a [`Renderer`] places it, with Graphviz where that is
//! installed, else with the built-in layout; one hand draws both, so that a picture looks the same whoever placed it.
//! Nothing here runs a query, and no data ever becomes markup: DOT takes words only through `dot::Quoted`, SVG through `svg::xml`.

mod coverage;
mod dot;
mod draw;
mod escalation;
mod font;
mod geometry;
mod graphviz;
mod labels;
mod layered;
mod model;
mod png;
mod scene;
mod sheet;
mod style;
mod svg;
mod text;
mod values;
mod words;
mod write;

pub use coverage::coverage;
pub use draw::{BuiltIn, Drawing, Painting, Renderer, png, svg};
pub use escalation::escalation;
pub use font::Metrics;
pub use graphviz::Graphviz;
pub use model::{Band, Body, Cell, Diagram, Edge, Flow, Grid, GridRow, Head, Network, Node, Tone};
pub use style::{Color, Look};
pub use write::write;
