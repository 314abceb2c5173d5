//! What every request shares: the store, the snapshot of the moment, the geocoder and the queue of imports.

use super::error::ApiError;
use super::worker::{Queue, Running};
use crate::clock;
use crate::geocode::Geocoder;
use crate::layer::{FeatureQuery, RowSet, Snapshot};
use crate::load::Loader;
use crate::store::{Reader, Store, StoreError};
use std::sync::{Arc, PoisonError, RwLock};

/// Shared by all requests of a server. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(super) store: Store,
    pub(super) geocoder: Arc<Geocoder>,
    pub(super) live: Arc<Live>,
    pub(super) queue: Queue,
    pub(super) running: Arc<Running>,
    pub(super) settings: Arc<Settings>,
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
    /// Part of every ETag: two servers at one address never share one.
    pub lineage: String,
}

/// The snapshot of the moment.
#[derive(Debug, Default)]
pub struct Live(RwLock<Arc<Snapshot>>);

/// One committed state: what the store says and the snapshot of the same commit.
pub struct View {
    pub(super) reader: Reader,
    pub(super) snapshot: Arc<Snapshot>,
}

impl Live {
    fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The snapshot of the reader's commit: the one in memory, or a new one when a commit came between.
    fn of(&self, reader: &Reader) -> Result<Arc<Snapshot>, StoreError> {
        let generation = reader.generation()?;
        let current = self.current();
        if current.generation() == generation && generation > 0 {
            return Ok(current);
        }
        let fresh = Arc::new(reader.snapshot()?);
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.generation() < generation {
            *held = Arc::clone(&fresh);
        }
        Ok(fresh)
    }
}

impl View {
    /// The rows that pass, in page order.
    pub(super) fn found(&self, query: &FeatureQuery) -> Result<Option<RowSet>, StoreError> {
        query.words.as_ref().map(|words| self.reader.find_words(&self.snapshot, words)).transpose()
    }
}

impl App {
    /// One committed state, now.
    ///
    /// # Errors
    /// The store fails or is busy.
    pub fn view(&self) -> Result<View, StoreError> {
        let reader = self.store.reader()?;
        let snapshot = self.live.of(&reader)?;
        Ok(View { reader, snapshot })
    }

    /// What loads files.
    pub(super) fn loader(&self) -> Loader<'_> {
        Loader { store: &self.store, geocoder: &self.geocoder, now: &clock::now }
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
