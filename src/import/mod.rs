//! One file becomes incidents, piece by piece: rows are read, names are resolved, problems are listed.
//!
//! Values in, values out; [`crate::store`] writes the pieces. Read [`pieces`] first.

mod doubt;
mod incident;
mod locate;
mod pieces;
mod preview;
mod words;

pub use incident::{Incident, Location, Placed};
pub use pieces::{LeftOut, Piece, ProblemRow, pieces};
pub use preview::{PREVIEW_ROWS, Preview, preview};
pub use words::PieceWords;
