//! Reports in, honest map out.
//!
//! The way of a report: a CSV row becomes a [`incident::Report`] ([`ingest`]); its words become a place ([`text`], [`gazetteer`],
//! [`geocode`]) and the two an [`import::Incident`]; a whole file is written in one transaction ([`load`], [`store`]); a [`layer::Snapshot`] of
//! what is committed answers every filter; [`http`] serves layers and page. Each arrow goes one way.
//!
//! The core ([`cell`], [`geo`], [`time`], [`incident`], [`text`], [`gazetteer`], [`geocode`], [`ingest`], [`import`], [`layer`]) knows no HTTP,
//! no SQL, no clock and no environment. docs/ARCHITECTURE.md has the map and the invariants.

pub mod cell;
pub mod cli;
pub mod clock;
pub mod config;
pub mod disk;
pub mod gazetteer;
pub mod geo;
pub mod geocode;
pub mod http;
pub mod import;
pub mod incident;
pub mod ingest;
pub mod layer;
pub mod live;
pub mod load;
pub mod memory;
pub mod store;
pub mod text;
pub mod time;
