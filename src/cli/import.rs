//! `import`: one file into the store, with a progress bar and every problem listed.

use super::serve::open;
use super::{DONE, DONE_WITH_PROBLEMS, Delimiter, ImportArgs, config};
use crate::clock;
use crate::geocode::Geocoder;
use crate::http::dataset_of;
use crate::import::{Batch, prepare};
use crate::ingest::{ReadOptions, RowProblem};
use crate::store::{Example, ExampleKind, Job, JobId, NewJob, Store};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{Read, Write};
use std::process::ExitCode;

/// Problems printed in words; the rest is counted.
const PRINTED_PROBLEMS: usize = 20;

pub(super) fn import(args: ImportArgs) -> anyhow::Result<ExitCode> {
    let config = config(args.store.db, args.gazetteer, None)?;
    let is_standard_input = args.file.as_os_str() == "-";
    let bytes = if is_standard_input {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        bytes
    } else {
        std::fs::read(&args.file).with_context(|| format!("cannot read `{}`", args.file.display()))?
    };
    let file = if is_standard_input {
        "standard-input.csv".to_owned()
    } else {
        args.file
            .file_name()
            .map_or_else(|| args.file.display().to_string(), |name| name.to_string_lossy().into_owned())
    };
    let dataset = args.dataset.unwrap_or_else(|| dataset_of(&file));
    if dataset.trim().is_empty() {
        bail!("--dataset is empty; leave it out to use the name of the file");
    }
    let options = ReadOptions {
        encoding: args.encoding,
        delimiter: args.delimiter.map(|delimiter| match delimiter {
            Delimiter::Comma => ',',
            Delimiter::Semicolon => ';',
            Delimiter::Tab => '\t',
            Delimiter::Pipe => '|',
        }),
    };
    let (store, geocoder) = open(&config)?;
    let keep = match (args.dry_run, args.all_or_nothing) {
        (true, _) => Keep::Nothing,
        (false, true) => Keep::AllOrNothing,
        (false, false) => Keep::GoodRows,
    };
    let job = load(&store, &geocoder, &bytes, &file, &dataset, &options, keep)?;
    if args.json {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &job)?;
        writeln!(out)?;
    } else {
        print_words(&job)?;
    }
    Ok(ExitCode::from(if args.strict && job.problems_total > 0 { DONE_WITH_PROBLEMS } else { DONE }))
}

/// What of a file is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Every row that is not rejected.
    GoodRows,
    /// Every row, or none when any is rejected.
    AllOrNothing,
    /// None: a dry run.
    Nothing,
}

/// Loads a file; what of it is kept is kept in one transaction.
pub(super) fn load(
    store: &Store,
    geocoder: &Geocoder,
    bytes: &[u8],
    file: &str,
    dataset: &str,
    options: &ReadOptions,
    keep: Keep,
) -> anyhow::Result<Job> {
    let job = NewJob {
        id: JobId::from_random(u128::from_be_bytes(clock::random_bytes())),
        dataset: dataset.to_owned(),
        file: file.to_owned(),
        created: clock::now(),
    };
    // indicatif hides the bar by itself when standard error is no terminal.
    let style = ProgressStyle::with_template("{msg:>10} [{bar:40}] {pos}/{len} {eta}")
        .context("the template of the progress bar is wrong")?
        .progress_chars("=> ");
    let bar = ProgressBar::new(0).with_style(style).with_message("resolving");
    let prepared = prepare(bytes, file, dataset, options, geocoder, &mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    let batch = match prepared {
        Ok(batch) => batch,
        Err(error) => {
            if keep != Keep::Nothing {
                store.fail_job(&job, &error.to_string(), &clock::now())?;
            }
            return Err(error).with_context(|| format!("nothing of `{file}` was loaded"));
        }
    };
    if keep == Keep::AllOrNothing && batch.rejected > 0 {
        bar.finish_and_clear();
        let reason =
            format!("{} of {} rows were rejected, and --all-or-nothing takes none then", batch.rejected, batch.read);
        store.fail_job(&job, &reason, &clock::now())?;
        print_problems(&batch.problems, batch.problems.len() as u64)?;
        bail!("nothing of `{file}` was loaded: {reason}");
    }
    bar.set_message(if keep == Keep::Nothing { "comparing" } else { "writing" });
    bar.set_position(0);
    let written = match keep {
        Keep::Nothing => Ok(store.try_batch(&job, &batch, &clock::now(), &mut |done| bar.set_position(done))?),
        Keep::GoodRows | Keep::AllOrNothing => write(store, &job, &batch, &bar),
    };
    bar.finish_and_clear();
    written
}

fn write(store: &Store, job: &NewJob, batch: &Batch, bar: &ProgressBar) -> anyhow::Result<Job> {
    store
        .write_batch(job, batch, &clock::now(), &mut |done| bar.set_position(done))
        .with_context(|| format!("nothing of `{}` was loaded", job.file))
}

/// Says in words what became of every row.
pub(super) fn print_words(job: &Job) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{}: {} rows read = {} new + {} updated + {} unchanged + {} duplicate + {} rejected",
        job.file, job.read, job.new, job.updated, job.unchanged, job.duplicate, job.rejected
    )?;
    writeln!(out, "places: {} resolved, {} ambiguous, {} unresolved", job.resolved, job.ambiguous, job.unresolved)?;
    if let Some(examples) = &job.dry_run {
        writeln!(out, "this was a dry run: nothing was kept")?;
        for Example { outcome, line, title, place, precision } in examples {
            let outcome = match outcome {
                ExampleKind::New => "new",
                ExampleKind::Updated => "updated",
            };
            writeln!(out, "  line {line}, {outcome}: {title} ({place}; {precision})")?;
        }
    } else if job.new + job.updated > 0 {
        writeln!(out, "to take it back: incident-map undo {} (with the same --db)", job.id)?;
    }
    drop(out);
    print_problems(&job.problems, job.problems_total)
}

fn print_problems(problems: &[RowProblem], total: u64) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for problem in problems.iter().take(PRINTED_PROBLEMS) {
        let outcome = if problem.kept { "kept" } else { "rejected" };
        writeln!(
            out,
            "  line {}, {}: `{}`: {} ({outcome}; {})",
            problem.line, problem.column, problem.value, problem.reason, problem.repair
        )?;
    }
    let more = total.saturating_sub(PRINTED_PROBLEMS as u64);
    if more > 0 {
        writeln!(out, "  and {more} more; `--json` and the page list them")?;
    }
    Ok(())
}
