//! What became of the rows of an import while it is written, and the job that comes of it.

use super::commit::count_commit;
use super::read::{JOB_PROBLEMS, changed, from_json};
use super::write::{Head, json};
use super::{Counts, Example, ExampleKind, Job, JobState, NewJob, StoreError};
use crate::import::{Incident, LeftOut};
use crate::ingest::{DateOrder, RowProblem, Understood};
use crate::layer::feature::Headline;
use rusqlite::{OptionalExtension, Transaction, named_params, params};
use std::collections::BTreeSet;
use std::ops::Range;

/// Examples of each kind that a dry run gives.
const MAX_EXAMPLES: usize = 5;

const FINISH_JOB: &str = "UPDATE imports SET state = :state, dataset = :dataset, gazetteer = :gazetteer, read = :read, new = :new, \
     updated = :updated, unchanged = :unchanged, duplicate = :duplicate, rejected = :rejected, resolved = :resolved, \
     ambiguous = :ambiguous, unresolved = :unresolved, problems_total = :problems, finished = :finished, error = :error, \
     header = :header, kept_columns = :kept_columns, reading = :reading, understood = :understood, file_sha256 = :file_sha256 WHERE seq = :seq";

/// The order of dates with slashes in the file of this dataset that was loaded last.
const EARLIER_ORDER: &str = "SELECT json_extract(understood, '$.dates.order') AS date_order FROM imports \
     WHERE dataset = ?1 AND seq <> ?2 AND state = 'succeeded' AND date_order IS NOT NULL ORDER BY seq DESC LIMIT 1";

impl NewJob {
    /// The job while it waits for its turn.
    #[must_use]
    pub fn queued(&self) -> Job {
        Job { dataset: self.dataset.clone(), ..Outcome::default().job(self, JobState::Queued) }
    }
}

/// What became of the rows.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) read: u64,
    pub(super) counts: Counts,
    pub(super) resolved: u64,
    pub(super) ambiguous: u64,
    pub(super) unresolved: u64,
    pub(super) problems: u64,
    pub(super) further_columns: BTreeSet<String>,
    pub(super) updated_incidents: Vec<i64>,
    pub(super) new_incidents: Range<i64>,
    first_problems: Vec<RowProblem>,
    /// Only of a dry run.
    examples: Option<Vec<Example>>,
    understood: Option<Understood>,
    dataset: String,
    error: Option<String>,
}

impl Outcome {
    /// Nothing so far; `next` is the number of the first new incident.
    pub(super) fn new(next: i64, is_dry_run: bool) -> Self {
        Self { new_incidents: next..next, examples: is_dry_run.then(Vec::new), ..Self::default() }
    }

    /// Whether a further example of this kind is to be shown.
    pub(super) fn wants(&self, kind: ExampleKind) -> bool {
        let of_kind = |examples: &Vec<Example>| examples.iter().filter(|example| example.outcome == kind).count();
        self.examples.as_ref().is_some_and(|examples| of_kind(examples) < MAX_EXAMPLES)
    }

    /// Shows an incident as an example; `differs` gives the properties before and after a change.
    pub(super) fn show(
        &mut self,
        kind: ExampleKind,
        incident: &Incident,
        differs: impl FnOnce() -> Result<Option<(String, String)>, StoreError>,
    ) -> Result<(), StoreError> {
        if !self.wants(kind) {
            return Ok(());
        }
        let Headline { title, place } = Headline::of(&incident.said);
        let changed = match differs()? {
            None => serde_json::Map::new(),
            Some((before, after)) => {
                let read = |json: &str| from_json::<serde_json::Value>(json, "properties of a feature");
                changed(&read(&before)?, &read(&after)?)
            }
        };
        let (line, precision) = (incident.line, Some(incident.placed.precision));
        let example = Example { outcome: kind, line, title, place, precision, reason: None, changed };
        self.examples.get_or_insert_default().push(example);
        Ok(())
    }

    /// Shows rows that became no incident.
    pub(super) fn leave_out(&mut self, rows: Vec<LeftOut>) {
        for LeftOut { line, said, duplicate_of, reason } in rows {
            let kind = if duplicate_of.is_some() { ExampleKind::Duplicate } else { ExampleKind::Rejected };
            if !self.wants(kind) {
                continue;
            }
            let Headline { title, place } = Headline::of(&said);
            let reason = Some(reason);
            let changed = serde_json::Map::new();
            let example = Example { outcome: kind, line, title, place, precision: None, reason, changed };
            self.examples.get_or_insert_default().push(example);
        }
    }

    /// Counts a problem, and lists it when it is one of the first.
    pub(super) fn list(&mut self, problem: RowProblem) {
        self.problems += 1;
        if self.first_problems.len() < JOB_PROBLEMS {
            self.first_problems.push(problem);
        }
    }

    /// Writes what became of the import. It failed when there is a row and none was taken.
    pub(super) fn finish(
        &mut self,
        transaction: &Transaction<'_>,
        import: i64,
        head: Head,
        now: &str,
    ) -> Result<JobState, StoreError> {
        let is_all_rejected = self.read > 0 && self.counts.rejected == self.read;
        let state = if is_all_rejected { JobState::Failed } else { JobState::Succeeded };
        self.error = is_all_rejected.then(|| match self.read {
            1 => "the only row was rejected; its problem says why".to_owned(),
            rows => format!("all {rows} rows were rejected; their problems say why"),
        });
        let mut understood = head.understood;
        if let Some(dates) = &mut understood.dates {
            let found: Option<String> =
                transaction.query_row(EARLIER_ORDER, params![head.dataset, import], |row| row.get(0)).optional()?;
            let earlier: Option<DateOrder> = found.and_then(|word| word.parse().ok());
            dates.earlier = earlier.filter(|earlier| *earlier != dates.now.order);
        }
        let kept_columns: Vec<&String> = head.kept_columns.iter().chain(&self.further_columns).collect();
        let counts = self.counts;
        transaction.execute(
            FINISH_JOB,
            named_params! {
                ":seq": import, ":state": state.as_str(), ":dataset": head.dataset, ":gazetteer": head.gazetteer,
                ":read": self.read as i64, ":new": counts.new as i64, ":updated": counts.updated as i64,
                ":unchanged": counts.unchanged as i64, ":duplicate": counts.duplicate as i64,
                ":rejected": counts.rejected as i64, ":resolved": self.resolved as i64,
                ":ambiguous": self.ambiguous as i64, ":unresolved": self.unresolved as i64,
                ":problems": self.problems as i64, ":finished": now, ":error": self.error,
                ":header": json(&head.header), ":kept_columns": json(&kept_columns), ":reading": json(&head.reading),
                ":understood": json(&understood), ":file_sha256": head.file_sha256,
            },
        )?;
        (self.understood, self.dataset) = (Some(understood), head.dataset);
        if state == JobState::Succeeded {
            let mut updated = self.updated_incidents.clone();
            updated.sort_unstable();
            count_commit(transaction, updated.into_iter().chain(self.new_incidents.clone()))?;
        }
        Ok(state)
    }

    /// The job of an import of which nothing is kept.
    pub(super) fn job(self, job: &NewJob, state: JobState) -> Job {
        let Counts { new, updated, unchanged, duplicate, rejected } = self.counts;
        let mut examples = self.examples;
        if let Some(examples) = &mut examples {
            examples.sort_by_key(|example| (example.outcome, example.line));
        }
        Job {
            id: job.id.clone(),
            state,
            dataset: self.dataset,
            file: job.file.clone(),
            options: job.options.clone(),
            read: self.read,
            new,
            updated,
            unchanged,
            duplicate,
            rejected,
            resolved: self.resolved,
            ambiguous: self.ambiguous,
            unresolved: self.unresolved,
            created: job.created.clone(),
            finished: None,
            error: self.error,
            undone: None,
            stayed: 0,
            took_over: 0,
            problems: self.first_problems,
            problems_total: self.problems,
            understood: self.understood,
            dry_run: examples,
        }
    }
}
