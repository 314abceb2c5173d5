//! One test binary, linked once. Each module is an area of behaviour; names are sentences.
#![expect(missing_docs, reason = "the names of the tests say what they show")]

mod api;
mod cli;
mod code;
mod geocode;
mod ingest;
mod support;
