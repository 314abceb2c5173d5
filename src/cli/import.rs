//! `import`: one file into the store, with a progress bar and every problem listed.

use super::interrupt::Interrupt;
use super::plain::{Plain, in_line, plain};
use super::{DONE, DONE_WITH_PROBLEMS, ImportArgs, Usage, config};
use crate::clock;
use crate::disk;
use crate::geocode::Geocoder;
use crate::ingest::{
    BUILT_IN_PRESETS, DateOrder, Field, Input, OrderReason, ReadOptions, RowProblem, SameAs, Understood,
};
use crate::load::{LoadError, Loader, dataset_of};
use crate::store::{Example, Job, JobId, Keep, KeptPreset, NewJob, Preset, PresetError, Store, StoreError};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{StdoutLock, Write, stderr, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

/// Problems printed in words; the rest is counted.
const PRINTED_PROBLEMS: usize = 20;

/// Steps of the progress bar.
const BAR_STEPS: u64 = 1_000;

/// What standard input is called.
const STANDARD_INPUT: &str = "standard-input.csv";

pub(super) fn import(args: ImportArgs) -> anyhow::Result<ExitCode> {
    let config = config(args.store.db.clone(), args.gazetteer.clone(), None)?;
    let is_standard_input = args.file.as_os_str() == "-";
    let file = if is_standard_input {
        STANDARD_INPUT.to_owned()
    } else {
        args.file
            .file_name()
            .map_or_else(|| args.file.display().to_string(), |name| name.to_string_lossy().into_owned())
    };
    let interrupt = Interrupt::of(&file);
    // A file is read more than once; what comes through a pipe is kept until the program ends.
    let piped = is_standard_input.then(|| disk::kept(&mut std::io::stdin().lock())).transpose();
    let piped = piped.context("cannot read standard input")?;
    let path = piped.as_ref().map_or(args.file.as_path(), |kept| kept.path());
    let input = disk::input(path).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    let dataset = args.dataset.clone().unwrap_or_else(|| dataset_of(&file));
    if dataset.trim().is_empty() {
        return Err(Usage("--dataset is empty; leave it out to use the name of the file".to_owned()).into());
    }
    // A dry run leaves nothing behind, no database either.
    let is_for_nothing = args.dry_run && args.save_preset.is_none() && !config.db.exists();
    let nowhere = is_for_nothing.then(tempfile::tempdir).transpose().context("cannot make a temporary folder")?;
    let db = nowhere.as_ref().map_or(config.db.clone(), |folder| folder.path().join("dry-run.db"));
    // Both are needed before the first row, and each keeps one core busy.
    let gazetteer = thread::scope(|scope| {
        let hashed = thread::Builder::new().name("sha256".to_owned()).spawn_scoped(scope, || input.sha256());
        let gazetteer = config.gazetteer();
        // What failed is tried again where it is needed, and told there.
        drop(hashed.map(|hashed| hashed.join()));
        gazetteer
    })?;
    let geocoder = Geocoder::new(Arc::new(gazetteer));
    let store = Store::open(&db).map_err(|error| {
        let is_read_only = matches!(error, StoreError::ReadOnly);
        explained(error.into(), is_read_only, args.dry_run)
    })?;
    let options = options(&store, &args)?;
    if let Some(name) = &args.save_preset {
        keep_preset(&store, name, &options)?;
    }
    let keep = match (args.dry_run, args.all_or_nothing) {
        (true, _) => Keep::Nothing,
        (false, true) => Keep::AllOrNothing,
        (false, false) => Keep::GoodRows,
    };
    let job = new_job(&file, dataset, args.dataset.is_some(), options);
    let problems = args.problems.as_deref();
    let stop = Some(interrupt.asked());
    let loader = Loader { store: &store, geocoder: &geocoder, now: &clock::now, problems, stop };
    // What is wrong with the file is said by the load.
    if let Ok(Some(same)) = loader.same_as(&input, &job) {
        say_same(&same, &job)?;
    }
    match load(&loader, &input, &job, keep, &|| interrupt.begin()) {
        Ok(job) => {
            say_idle(&job, &args)?;
            print(&job, &args)?;
            Ok(ExitCode::from(if args.strict && job.problems_total > 0 { DONE_WITH_PROBLEMS } else { DONE }))
        }
        Err(error) => {
            if let LoadError::Rejected(job) | LoadError::AllRejected(job) = &error {
                print(job, &args)?;
            }
            let is_read_only = matches!(error, LoadError::Store(StoreError::ReadOnly));
            let error = explained(error.into(), is_read_only, args.dry_run);
            Err(error.context(format!("nothing of `{file}` was loaded")))
        }
    }
}

/// Says before anything is loaded that the same file is there under another name, and how to name its dataset.
fn say_same(same: &SameAs, job: &NewJob) -> anyhow::Result<()> {
    let SameAs { import, dataset, file } = same;
    let (dataset, file, own) = (in_line(dataset), in_line(file), in_line(&job.dataset));
    let what_follows = if job.is_dataset_named {
        format!("WARNING: in the dataset `{own}` its rows are there twice; --dataset \"{dataset}\" adds nothing twice")
    } else {
        format!("its rows go there, so that nothing is there twice; --dataset \"{own}\" makes a second copy of them")
    };
    let loaded = format!("the same file was loaded as `{file}` into the dataset `{dataset}` (import {import})");
    writeln!(stderr(), "{loaded}: {what_follows}")?;
    Ok(())
}

/// Says which arguments mean nothing to this kind of file.
fn say_idle(job: &Job, args: &ImportArgs) -> anyhow::Result<()> {
    let Some(understood) = job.understood.as_ref().filter(|understood| understood.delimiter.is_none()) else {
        return Ok(());
    };
    let given = [("--encoding", args.encoding.is_some()), ("--delimiter", args.delimiter.is_some())];
    for (name, _) in given.iter().filter(|(_, is_given)| *is_given) {
        writeln!(stderr(), "{name} changes nothing: a file of the kind {} says that itself", understood.format)?;
    }
    Ok(())
}

/// What failed because nothing can be written; of a dry run also why it writes.
fn explained(error: anyhow::Error, is_read_only: bool, is_dry_run: bool) -> anyhow::Error {
    if is_read_only && is_dry_run { error.context(DRY_RUN_WRITES) } else { error }
}

/// Why a dry run needs a database that can be written.
const DRY_RUN_WRITES: &str = "a dry run writes the rows to compare them and takes them back, so it cannot be done here; \
     make it on a copy of the database";

fn print(job: &Job, args: &ImportArgs) -> anyhow::Result<()> {
    if args.json {
        let mut out = stdout().lock();
        serde_json::to_writer(&mut out, &job)?;
        writeln!(out)?;
        Ok(())
    } else {
        print_words(job, args.problems.as_deref())
    }
}

/// How the file is read: what was typed, else what the mapping file says, else the preset.
fn options(store: &Store, args: &ImportArgs) -> anyhow::Result<ReadOptions> {
    let mut said: Vec<&(String, Option<Field>)> = args.columns.iter().collect();
    said.sort_unstable_by_key(|(header, _)| header);
    if let Some(twice) = said.windows(2).find(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1) {
        let meanings = [twice[0].1, twice[1].1].map(|field| field.map_or("", Field::as_str));
        let header = &twice[0].0;
        return Err(Usage(format!(
            "--column names `{header}` twice, as `{header}={}` and `{header}={}`; leave one out",
            meanings[0], meanings[1]
        ))
        .into());
    }
    let typed = ReadOptions {
        encoding: args.encoding.clone(),
        delimiter: args.delimiter,
        date_order: args.date_order,
        sheet: args.sheet.clone(),
        columns: args.columns.iter().cloned().collect(),
    };
    let mapped = match &args.mapping {
        None => ReadOptions::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            serde_json::from_str(&text).map_err(|error| {
                let path = path.display();
                Usage(format!("`{path}` is no mapping; expected for instance {MAPPING_EXAMPLE}: {error}"))
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

fn keep_preset(store: &Store, name: &str, options: &ReadOptions) -> anyhow::Result<()> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Usage("--save-preset is empty; name the preset".to_owned()).into());
    }
    match store.keep_preset(&Preset { name: name.to_owned(), options: options.clone() }) {
        Ok(KeptPreset::New) => Ok(()),
        Ok(KeptPreset::Replaced) => {
            writeln!(stderr(), "the preset `{}` is replaced: it had been kept before", plain(name))?;
            Ok(())
        }
        Err(error @ PresetError::BuiltIn(_)) => Err(Usage(format!("--save-preset: {error}")).into()),
        Err(error) => Err(error.into()),
    }
}

/// An import that begins now.
pub(super) fn new_job(file: &str, dataset: String, is_dataset_named: bool, options: ReadOptions) -> NewJob {
    NewJob {
        id: JobId::from_random(u128::from_be_bytes(clock::random_bytes())),
        dataset,
        is_dataset_named,
        file: file.to_owned(),
        created: clock::now(),
        options,
    }
}

/// Loads a file with a progress bar; what of it is kept is kept in one transaction.
///
/// `begun` is told before rows are written.
pub(super) fn load(
    loader: &Loader<'_>,
    input: &Input<'_>,
    job: &NewJob,
    keep: Keep,
    begun: &dyn Fn(),
) -> Result<Job, LoadError> {
    // indicatif hides the bar by itself when standard error is no terminal.
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% {eta}")
        .expect("a template of names that indicatif has")
        .progress_chars("=> ");
    let bar = ProgressBar::new(BAR_STEPS).with_style(style);
    let loaded = loader.load(input, job, keep, &mut |progress| {
        begun();
        bar.set_message(format!("{} rows", progress.rows));
        bar.set_position((progress.share * BAR_STEPS as f64) as u64);
    });
    bar.finish_and_clear();
    loaded
}

/// Says in words what the file was understood as and what became of every row; `problems` is the file that holds all problems.
pub(super) fn print_words(job: &Job, problems: Option<&Path>) -> anyhow::Result<()> {
    let mut out = Plain(stdout().lock());
    if let Some(understood) = &job.understood {
        print_understood(understood, &job.dataset, &mut out)?;
    }
    writeln!(
        out,
        "{}: {} rows read = {} new + {} updated + {} unchanged + {} duplicate + {} rejected",
        job.file, job.read, job.new, job.updated, job.unchanged, job.duplicate, job.rejected
    )?;
    writeln!(out, "places: {} resolved, {} ambiguous, {} unresolved", job.resolved, job.ambiguous, job.unresolved)?;
    if let Some(examples) = &job.dry_run {
        writeln!(out, "this was a dry run: nothing was kept")?;
        for example in examples {
            print_example(example, &mut out)?;
        }
    } else if job.new + job.updated > 0 {
        writeln!(out, "to take it back: incident-map undo {} (with the same --db)", job.id)?;
    }
    print_problems(&job.problems, job.problems_total, &mut out)?;
    if let Some(path) = problems {
        writeln!(out, "all rows with problems are in {}; repaired, it loads again", path.display())?;
    } else if job.problems_total > PRINTED_PROBLEMS as u64 {
        writeln!(out, "  --problems FILE writes all of them into a file that loads again when it is repaired")?;
    }
    Ok(())
}

fn print_understood(understood: &Understood, dataset: &str, out: &mut Plain<StdoutLock<'_>>) -> anyhow::Result<()> {
    let Understood { format, encoding, delimiter, columns, without_date, dates, repairs, same_as, .. } = understood;
    let Understood { sheet, other_sheets, merged_cells, .. } = understood;
    let delimiter = match delimiter {
        None => String::new(),
        Some('\t') => ", tab between cells".to_owned(),
        Some(delimiter) => format!(", `{delimiter}` between cells"),
    };
    let encoding = if delimiter.is_empty() { String::new() } else { format!(", {encoding}") };
    let sheet = sheet.as_ref().map_or_else(String::new, |name| format!(", sheet `{}`", in_line(name)));
    writeln!(out, "read as {format}{sheet}{encoding}{delimiter}")?;
    if !other_sheets.is_empty() {
        let names: Vec<String> = other_sheets.iter().map(|name| format!("`{}`", in_line(name))).collect();
        writeln!(out, "NOT read: the sheets {}; --sheet NAME reads one of them", names.join(", "))?;
    }
    if *merged_cells > 0 {
        writeln!(out, "{merged_cells} merged cells: what they say counts for each of their rows")?;
    }
    let (mut known, mut kept, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for column in columns {
        let header = in_line(&column.header);
        match (column.field, &column.kept_as) {
            (Some(field), _) => known.push(format!("{header} = {field}")),
            (None, Some(_)) => kept.push(header),
            (None, None) => left_out.push(header),
        }
    }
    for (what, names) in [("columns", known), ("kept as they are", kept), ("left out", left_out)] {
        if !names.is_empty() {
            writeln!(out, "{what}: {}", names.join(", "))?;
        }
    }
    if *without_date {
        writeln!(out, "no column is read as the date: the incidents have none (--column HEADER=date names one)")?;
    }
    if let Some(repairs) = repairs {
        writeln!(out, "repairs rows of import {} in the dataset {}", repairs.import, repairs.dataset)?;
    }
    if let Some(SameAs { file, .. }) = same_as.as_ref().filter(|same| same.dataset == dataset) {
        writeln!(out, "the same file as {}: its rows are in the dataset {}", in_line(file), in_line(dataset))?;
    }
    if let Some(dates) = dates {
        let first = |order| match order {
            DateOrder::DayFirst => "day first",
            DateOrder::MonthFirst => "month first",
        };
        let because = match dates.now.because {
            OrderReason::Asked => "as asked",
            OrderReason::File => "from the file",
            OrderReason::Contradicts => "the file has dates for either order; --date-order settles it",
            OrderReason::Convention => "as files of this kind have them",
            OrderReason::Default => "by default, the file does not tell; --date-order settles it",
        };
        writeln!(out, "dates with slashes are read {} ({because})", first(dates.now.order))?;
        if let Some(earlier) = dates.earlier {
            let earlier = first(earlier);
            writeln!(
                out,
                "WARNING: the last import of this dataset read them {earlier}: the same rows may have other dates now; \
                 --date-order settles it"
            )?;
        }
    }
    Ok(())
}

/// Letters of a value that are shown where it changes.
const SHOWN_CHARS: usize = 60;

fn print_example(example: &Example, out: &mut Plain<StdoutLock<'_>>) -> anyhow::Result<()> {
    let Example { outcome, line, title, place, precision, reason, changed } = example;
    let (title, place) = (in_line(title), in_line(place));
    write!(out, "  line {line}, {outcome}:")?;
    if !title.is_empty() {
        write!(out, " {title}")?;
    }
    match precision {
        Some(precision) => write!(out, " ({place}; {precision})")?,
        None if place.is_empty() => {}
        None => write!(out, " ({place})")?,
    }
    if let Some(reason) = reason {
        write!(out, " {}", in_line(reason))?;
    }
    writeln!(out)?;
    let shown = |value: &serde_json::Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), in_line);
        text.chars().take(SHOWN_CHARS).collect::<String>()
    };
    for (name, values) in changed {
        writeln!(out, "    {}: {} -> {}", in_line(name), shown(&values[0]), shown(&values[1]))?;
    }
    Ok(())
}

fn print_problems(problems: &[RowProblem], total: u64, out: &mut Plain<StdoutLock<'_>>) -> anyhow::Result<()> {
    for problem in problems.iter().take(PRINTED_PROBLEMS) {
        let outcome = if problem.kept { "kept" } else { "rejected" };
        let RowProblem { line, column, value, reason, repair, .. } = problem;
        // What is wrong with a whole row is in no column.
        let column = if column.is_empty() { String::new() } else { format!(", {}", in_line(column)) };
        writeln!(out, "  line {line}{column}: `{}`: {} ({outcome}; {repair})", in_line(value), in_line(reason))?;
    }
    let more = total.saturating_sub(PRINTED_PROBLEMS as u64);
    if more > 0 {
        writeln!(out, "  and {more} more")?;
    }
    Ok(())
}
