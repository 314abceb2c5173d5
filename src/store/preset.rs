//! Named ways to read a file, for files that come again.

use super::{Reader, Store, StoreError};
use crate::ingest::{BUILT_IN_PRESETS, ReadOptions};
use rusqlite::OptionalExtension;
use serde::Serialize;

/// Most presets.
pub const MAX_PRESETS: i64 = 1_000;

/// A named way to read a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preset {
    /// What it is called.
    pub name: String,
    /// How files are read.
    pub options: ReadOptions,
}

impl Store {
    /// Keeps a preset, in place of an earlier one of the name. `false` when there are too many.
    ///
    /// # Errors
    /// The database fails.
    pub fn keep_preset(&self, preset: &Preset) -> Result<bool, StoreError> {
        let kept = self.writer().execute(
            "INSERT INTO presets (name, options) SELECT ?1, ?2 WHERE (SELECT count(*) FROM presets) < ?3 \
             OR EXISTS (SELECT 1 FROM presets WHERE name = ?1) \
             ON CONFLICT (name) DO UPDATE SET options = excluded.options",
            (&preset.name, super::write::json(&preset.options), MAX_PRESETS),
        )?;
        Ok(kept > 0)
    }

    /// Forgets a preset; `false` when there is none of the name.
    ///
    /// # Errors
    /// The database fails.
    pub fn forget_preset(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.writer().execute("DELETE FROM presets WHERE name = ?1", [name])? > 0)
    }
}

impl Reader {
    /// The presets in order of name.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn presets(&self) -> Result<Vec<Preset>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT name, options FROM presets ORDER BY name")?;
        let mut rows = statement.query([])?;
        let mut presets = Vec::new();
        while let Some(row) = rows.next()? {
            presets.push(Preset { name: row.get(0)?, options: options_of(row.get_ref(1)?.as_str().unwrap_or(""))? });
        }
        Ok(presets)
    }

    /// A preset by its name.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn preset(&self, name: &str) -> Result<Option<ReadOptions>, StoreError> {
        let query = "SELECT options FROM presets WHERE name = ?1";
        let found: Option<String> = self.connection().query_row(query, [name], |row| row.get(0)).optional()?;
        // Files of these kinds are recognised by their columns; the name of the kind says no more.
        let is_built_in = BUILT_IN_PRESETS.contains(&name.to_lowercase().as_str());
        match found {
            Some(options) => options_of(&options).map(Some),
            None => Ok(is_built_in.then(ReadOptions::default)),
        }
    }
}

/// Options as they are kept.
pub(super) fn options_of(json: &str) -> Result<ReadOptions, StoreError> {
    let damaged = |_| StoreError::Damaged { value: json.chars().take(60).collect(), expected: "how a file is read" };
    serde_json::from_str(json).map_err(damaged)
}
