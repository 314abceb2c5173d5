//! One test binary, linked once. Each module is an area of behaviour; names are sentences.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod cli;
mod code;
mod durability;
mod geocode;
mod ingest;
mod layer;
mod loading;
mod support;
