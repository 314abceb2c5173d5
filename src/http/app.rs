//! What every request shares: the store, the snapshot of the moment, the geocoder and the queue of imports.

use super::answer::Kept;
use super::dry_runs::DryRuns;
use super::error::ApiError;
use super::named::NamedLayer;
use super::worker::{Queue, Running};
use crate::clock;
use crate::gazetteer::PlaceId;
use crate::geocode::Geocoder;
use crate::layer::{FeatureQuery, Found, Snapshot, Words};
use crate::live::Live;
use crate::load::Loader;
use crate::store::{Reader, Store, StoreError};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// How often the store and the snapshot are asked anew until both are of the same commit.
const TRIES: usize = 5;

/// Shared by all requests of a server. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(super) store: Store,
    pub(super) geocoder: Arc<LazyGeocoder>,
    pub(super) live: Arc<Live>,
    pub(super) kept: Arc<Kept>,
    pub(super) streams: Streams,
    pub(super) queue: Queue,
    pub(super) running: Arc<Running>,
    pub(super) dry_runs: Arc<DryRuns>,
    pub(super) settings: Arc<Settings>,
}

/// A geocoder that is made when it is asked for first: layers and page do not wait for its gazetteer.
pub type LazyGeocoder = LazyLock<Geocoder, Box<dyn FnOnce() -> Geocoder + Send>>;

/// Whole layers that are on their way at once.
pub const MAX_STREAMS: usize = 64;

/// Counts the whole layers that are on their way.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<AtomicUsize>);

/// Room for one of them; it is free again when it is dropped.
pub(super) struct StreamPlace(Arc<AtomicUsize>);

impl Streams {
    /// Room for one more.
    pub(super) fn place(&self) -> Option<StreamPlace> {
        let taken = |count: usize| (count < MAX_STREAMS).then_some(count + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).ok()?;
        Some(StreamPlace(Arc::clone(&self.0)))
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the operator chose.
#[derive(Debug, Clone)]
pub struct Settings {
    /// SHA-256 of a token that is valid as long as the process runs.
    pub session_token: Option<[u8; 32]>,
    /// The operator's base map instead of the bundled one.
    pub base_map: Option<Vec<u8>>,
    /// Largest file that is taken, bytes.
    pub max_upload_bytes: u64,
    /// Room for answers that are kept, bytes.
    pub kept_bytes: u64,
    /// The layers of the configuration file.
    pub named_layers: Vec<NamedLayer>,
    /// Follows from the text of that file: part of the ETags of layers.
    pub layers_mark: String,
    /// Drawn by lot at the start: part of the ETags of what stays the same as long as the server runs.
    pub run: String,
}

/// One committed state: what the store says and the snapshot of the same commit.
pub struct View {
    pub(super) reader: Reader,
    pub(super) snapshot: Arc<Snapshot>,
}

impl App {
    /// The snapshot of the last commit. Only when it has to be made the request waits, and not on an async thread.
    pub(super) async fn snapshot(&self) -> Result<Arc<Snapshot>, ApiError> {
        match self.live.ready()? {
            Some(snapshot) => Ok(snapshot),
            None => self.ask(|app| Ok(app.live.now()?)).await,
        }
    }

    /// One committed state, now.
    ///
    /// # Errors
    /// The store fails or is busy.
    pub fn view(&self) -> Result<View, StoreError> {
        let mut view = View { reader: self.store.reader()?, snapshot: self.live.now()? };
        for _ in 1..TRIES {
            if view.reader.commit()? == view.snapshot.commit() {
                break;
            }
            view = View { reader: self.store.reader()?, snapshot: self.live.now()? };
        }
        Ok(view)
    }

    /// What a word search finds for the words of a query and of its layer.
    pub(super) fn found(&self, snapshot: &Snapshot, query: &FeatureQuery) -> Result<Vec<Found>, StoreError> {
        if query.all_words().next().is_none() {
            return Ok(Vec::new());
        }
        self.found_by(&self.store.reader()?, snapshot, query)
    }

    /// The same, in the state that a reader sees.
    pub(super) fn found_by(
        &self,
        reader: &Reader,
        snapshot: &Snapshot,
        query: &FeatureQuery,
    ) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::new();
        for words in query.all_words() {
            found.extend(reader.find_words(snapshot, words, &self.called(words))?);
        }
        Ok(found)
    }

    /// The places that have some of these words, one after the other, as a name in any form.
    fn called(&self, words: &Words) -> Vec<(Range<usize>, Vec<PlaceId>)> {
        let gazetteer = self.geocoder.gazetteer();
        let words: Vec<&str> = words.as_slice().iter().map(String::as_str).collect();
        let from = |first: usize| {
            let names = gazetteer.names().places_of_beginnings(&words[first..]);
            (first + 1..).zip(names).map(move |(end, places)| {
                (first..end, places.map(|posting| gazetteer.at(posting.place).place_id()).collect())
            })
        };
        (0..words.len()).flat_map(from).collect()
    }

    /// What loads files.
    pub(super) fn loader(&self) -> Loader<'_> {
        Loader { store: &self.store, geocoder: &self.geocoder, now: &clock::now, problems: None, stop: None }
    }

    /// Asks the store off the async threads.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&App) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let app = self.clone();
        actix_web::web::block(move || question(&app)).await.map_err(|_| ApiError::Stopping)?
    }
}
