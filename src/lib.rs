//! Reports in, honest map out.
#![forbid(unsafe_code)]

pub mod gazetteer;
pub mod geo;
pub mod geocode;
pub mod incident;
pub mod time;
