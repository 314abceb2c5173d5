//! Imports as jobs.

use crate::incident::{Precision, UnknownWord, words};
use crate::ingest::{ReadOptions, RowProblem, Understood};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;

/// Identity of an import.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(String);

impl JobId {
    /// An id from random bits.
    #[must_use]
    pub fn from_random(bits: u128) -> Self {
        Self(uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string())
    }

    /// An id as it stands in an address or in the database.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Accepted, waits for its turn.
    Queued,
    /// Being read and written.
    Running,
    /// All of it is in the store.
    Succeeded,
    /// Nothing of it is in the store.
    Failed,
    /// It was in the store and was taken back.
    Undone,
}

words!(JobState, "state of an import", {
    Queued => "queued", Running => "running", Succeeded => "succeeded", Failed => "failed", Undone => "undone",
});

impl Serialize for JobState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An import before it has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewJob {
    /// Identity.
    pub id: JobId,
    /// The rows that belong together.
    pub dataset: String,
    /// Whether a person named the dataset; else it follows from the name of the file.
    #[serde(default)]
    pub is_dataset_named: bool,
    /// Name of the file.
    pub file: String,
    /// Now, RFC 3339.
    pub created: String,
    /// How the file is read.
    pub options: ReadOptions,
}

/// An import and what came of it. `read = new + updated + unchanged + duplicate + rejected` once it has succeeded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Job {
    /// Identity.
    pub id: JobId,
    /// How far it is.
    pub state: JobState,
    /// The rows that belong together.
    pub dataset: String,
    /// Name of the file.
    pub file: String,
    /// How the file was read, where that was said.
    #[serde(skip_serializing_if = "is_usual")]
    pub options: ReadOptions,
    /// Data rows in the file.
    pub read: u64,
    /// Rows that became incidents.
    pub new: u64,
    /// Rows that changed an incident.
    pub updated: u64,
    /// Rows that said what was known.
    pub unchanged: u64,
    /// Rows that said the same as an earlier row of the file.
    pub duplicate: u64,
    /// Rows that were not taken.
    pub rejected: u64,
    /// Of the rows taken, those with one place.
    pub resolved: u64,
    /// Of the rows taken, those with several possible places.
    pub ambiguous: u64,
    /// Of the rows taken, those without a place.
    pub unresolved: u64,
    /// When it was accepted, RFC 3339 in UTC.
    pub created: String,
    /// When it ended.
    pub finished: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone: Option<String>,
    /// How many of its incidents stayed when it was taken back, because later imports have them too.
    #[serde(skip_serializing_if = "is_none")]
    pub stayed: u64,
    /// How many incidents it got from earlier imports that were taken back: it has them too.
    #[serde(skip_serializing_if = "is_none")]
    pub took_over: u64,
    /// The first problems by line.
    pub problems: Vec<RowProblem>,
    /// How many problems there are.
    pub problems_total: u64,
    /// How the file was understood; `None` before it was read, and in lists of jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub understood: Option<Understood>,
    /// Of a dry run, of which nothing was kept, the first rows of each kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<Vec<Example>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

fn is_usual(options: &ReadOptions) -> bool {
    *options == ReadOptions::default()
}

/// A row and what would become of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// What would become of it.
    pub outcome: ExampleKind,
    /// Its line in the file.
    pub line: u64,
    /// Its title; empty when it is rejected.
    pub title: String,
    /// The words of its place; empty when it is rejected.
    pub place: String,
    /// How exactly it would be placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// Why, where that is not plain from the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of an update by name the properties that differ, as `[before, after]`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub changed: Map<String, Value>,
}

/// What would become of a row. One that is taken without a single place is an example of that as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExampleKind {
    /// A new incident.
    New,
    /// A changed one.
    Updated,
    /// It says what is known.
    Unchanged,
    /// It says the same as an earlier row of the file.
    Duplicate,
    /// It would not be placed.
    Unresolved,
    /// It may be at several places.
    Ambiguous,
    /// It would not be taken.
    Rejected,
}

words!(ExampleKind, "kind of example", {
    New => "new", Updated => "updated", Unchanged => "unchanged", Duplicate => "duplicate", Unresolved => "unresolved",
    Ambiguous => "ambiguous", Rejected => "rejected",
});

/// How many rows came to what, while an import runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the same as in a job")]
pub struct Counts {
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub duplicate: u64,
    pub rejected: u64,
}

impl FromStr for JobId {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from_text(text))
    }
}
