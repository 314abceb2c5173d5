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

/// Whether a preset of the name was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptPreset {
    /// None was.
    New,
    /// It is kept in place of an earlier one.
    Replaced,
}

/// Why a preset is not kept.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// Its name says how files of a kind are read that is known without it.
    #[error("`{0}` is built in and stays as it is; choose another name")]
    BuiltIn(String),
    /// There are too many.
    #[error("there are {MAX_PRESETS} presets already; forget one with DELETE /api/presets/NAME")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Files of these kinds are recognised by their columns; the name of the kind says no more.
fn is_built_in(name: &str) -> bool {
    BUILT_IN_PRESETS.contains(&name.trim().to_lowercase().as_str())
}

impl Store {
    /// Keeps a preset, in place of an earlier one of the name.
    ///
    /// # Errors
    /// The name is that of a built-in preset, there are too many, or the database fails.
    pub fn keep_preset(&self, preset: &Preset) -> Result<KeptPreset, PresetError> {
        if is_built_in(&preset.name) {
            return Err(PresetError::BuiltIn(preset.name.clone()));
        }
        let writer = self.writer();
        let find = "SELECT EXISTS (SELECT 1 FROM presets WHERE name = ?1)";
        let was_there: bool = writer.query_row(find, [&preset.name], |row| row.get(0)).map_err(StoreError::from)?;
        let kept = writer.execute(
            "INSERT INTO presets (name, options) SELECT ?1, ?2 WHERE (SELECT count(*) FROM presets) < ?3 \
             OR EXISTS (SELECT 1 FROM presets WHERE name = ?1) \
             ON CONFLICT (name) DO UPDATE SET options = excluded.options",
            (&preset.name, super::write::json(&preset.options), MAX_PRESETS),
        );
        match kept.map_err(StoreError::from)? {
            0 => Err(PresetError::TooMany),
            _ if was_there => Ok(KeptPreset::Replaced),
            _ => Ok(KeptPreset::New),
        }
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
        match found {
            Some(options) => options_of(&options).map(Some),
            None => Ok(is_built_in(name).then(ReadOptions::default)),
        }
    }
}

/// Options as they are kept.
pub(super) fn options_of(json: &str) -> Result<ReadOptions, StoreError> {
    let damaged = |_| StoreError::Damaged { value: json.chars().take(60).collect(), expected: "how a file is read" };
    serde_json::from_str(json).map_err(damaged)
}
