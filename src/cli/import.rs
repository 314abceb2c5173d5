//! `import`: one file into the store, with a progress bar and every problem listed.

use super::serve::open;
use super::{DONE, DONE_WITH_PROBLEMS, Delimiter, ImportArgs, config};
use crate::clock;
use crate::disk;
use crate::geocode::Geocoder;
use crate::http::dataset_of;
use crate::ingest::{BUILT_IN_PRESETS, Field, Input, ReadOptions, RowProblem};
use crate::load::{LoadError, Loader};
use crate::store::{Example, ExampleKind, Job, JobId, Keep, MAX_PRESETS, NewJob, Preset, Store};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use std::process::ExitCode;

/// Problems printed in words; the rest is counted.
const PRINTED_PROBLEMS: usize = 20;

/// Steps of the progress bar.
const BAR_STEPS: u64 = 1_000;

/// What standard input is called.
const STANDARD_INPUT: &str = "standard-input.csv";

pub(super) fn import(args: ImportArgs) -> anyhow::Result<ExitCode> {
    let config = config(args.store.db.clone(), args.gazetteer.clone(), None)?;
    let is_standard_input = args.file.as_os_str() == "-";
    // A file is read more than once; what comes through a pipe is kept until the program ends.
    let piped = is_standard_input.then(|| disk::kept(&mut std::io::stdin().lock())).transpose();
    let piped = piped.context("cannot read standard input")?;
    let path = piped.as_ref().map_or(args.file.as_path(), |kept| kept.path());
    let input = disk::input(path).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    let file = if is_standard_input {
        STANDARD_INPUT.to_owned()
    } else {
        args.file
            .file_name()
            .map_or_else(|| args.file.display().to_string(), |name| name.to_string_lossy().into_owned())
    };
    let dataset = args.dataset.clone().unwrap_or_else(|| dataset_of(&file));
    if dataset.trim().is_empty() {
        bail!("--dataset is empty; leave it out to use the name of the file");
    }
    let (store, geocoder) = open(&config)?;
    let options = options(&store, &args)?;
    if let Some(name) = &args.save_preset {
        keep_preset(&store, name, &options)?;
    }
    let keep = match (args.dry_run, args.all_or_nothing) {
        (true, _) => Keep::Nothing,
        (false, true) => Keep::AllOrNothing,
        (false, false) => Keep::GoodRows,
    };
    let job = load(&store, &geocoder, &input, &file, &dataset, options, keep)?;
    if args.json {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &job)?;
        writeln!(out)?;
    } else {
        print_words(&job)?;
    }
    Ok(ExitCode::from(if args.strict && job.problems_total > 0 { DONE_WITH_PROBLEMS } else { DONE }))
}

/// How the file is read: what was typed, else what the mapping file says, else the preset.
fn options(store: &Store, args: &ImportArgs) -> anyhow::Result<ReadOptions> {
    let typed = ReadOptions {
        encoding: args.encoding.clone(),
        delimiter: args.delimiter.map(|delimiter| match delimiter {
            Delimiter::Comma => ',',
            Delimiter::Semicolon => ';',
            Delimiter::Tab => '\t',
            Delimiter::Pipe => '|',
        }),
        columns: args.columns.iter().map(|named| column(named)).collect::<anyhow::Result<_>>()?,
    };
    let mapped = match &args.mapping {
        None => ReadOptions::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            serde_json::from_str(&text).with_context(|| {
                format!("`{}` is no mapping; expected for instance {MAPPING_EXAMPLE}", path.display())
            })?
        }
    };
    let preset = match &args.preset {
        None => ReadOptions::default(),
        Some(name) => store.reader()?.preset(name)?.with_context(|| {
            let known = store.reader().and_then(|reader| reader.presets()).unwrap_or_default();
            let known = known.iter().map(|preset| preset.name.as_str()).chain(BUILT_IN_PRESETS);
            let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
            format!("there is no preset `{name}`; there is {}", known.join(", "))
        })?,
    };
    Ok(typed.or(mapped).or(preset))
}

/// What a mapping looks like.
const MAPPING_EXAMPLE: &str =
    r#"{"columns":{"Где":"place","Когда":"date","Служебное":null},"encoding":"windows-1251","delimiter":";"}"#;

/// `HEADER=FIELD`, or `HEADER=` for a column that is only kept.
fn column(named: &str) -> anyhow::Result<(String, Option<Field>)> {
    let Some((header, field)) = named.rsplit_once('=') else {
        bail!("`--column {named}` names no meaning; expected for instance `--column \"Где=place\"`");
    };
    let field = if field.is_empty() { None } else { Some(field.parse::<Field>()?) };
    Ok((header.to_owned(), field))
}

fn keep_preset(store: &Store, name: &str, options: &ReadOptions) -> anyhow::Result<()> {
    let name = name.trim();
    if name.is_empty() {
        bail!("--save-preset is empty; name the preset");
    }
    if !store.keep_preset(&Preset { name: name.to_owned(), options: options.clone() })? {
        bail!("there are {MAX_PRESETS} presets already; forget one in the page or with DELETE /api/presets/NAME");
    }
    Ok(())
}

/// Loads a file; what of it is kept is kept in one transaction.
pub(super) fn load(
    store: &Store,
    geocoder: &Geocoder,
    input: &Input<'_>,
    file: &str,
    dataset: &str,
    options: ReadOptions,
    keep: Keep,
) -> anyhow::Result<Job> {
    let job = NewJob {
        id: JobId::from_random(u128::from_be_bytes(clock::random_bytes())),
        dataset: dataset.to_owned(),
        file: file.to_owned(),
        created: clock::now(),
        options,
    };
    // indicatif hides the bar by itself when standard error is no terminal.
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% {eta}")
        .context("the template of the progress bar is wrong")?
        .progress_chars("=> ");
    let bar = ProgressBar::new(BAR_STEPS).with_style(style);
    let loader = Loader { store, geocoder, now: &clock::now };
    let loaded = loader.load(input, &job, keep, &mut |progress| {
        bar.set_message(format!("{} rows", progress.rows));
        bar.set_position((progress.share * BAR_STEPS as f64) as u64);
    });
    bar.finish_and_clear();
    if let Err(LoadError::Rejected(refused)) = &loaded {
        print_problems(&refused.problems, refused.problems_total)?;
    }
    loaded.with_context(|| format!("nothing of `{file}` was loaded"))
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
