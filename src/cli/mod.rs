//! The command line as typed, and what each command does.

mod evaluate;
mod export;
mod gazetteer;
mod geocode;
mod import;
mod interrupt;
mod plain;
mod serve;
mod token;
mod undo;

pub use plain::plain;

use crate::config::{Config, ConfigError, MIB};
use crate::http::{KEPT_BYTES, MAX_UPLOAD_BYTES};
use crate::ingest::{DateOrder, Field, check_encoding, parse_delimiter};
use crate::store::Store;
use anyhow::bail;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Exit code: done.
pub const DONE: u8 = 0;
/// Exit code with `--strict`: done, but some rows have problems.
pub const DONE_WITH_PROBLEMS: u8 = 1;
/// Exit code: wrong usage (clap's own).
pub const WRONG_USAGE: u8 = 2;
/// Exit code: nothing could be done.
pub const NOTHING_DONE: u8 = 3;

/// Reports that name places, resolved offline, on an honest map.
///
/// Start with `incident-map demo`: it makes a database with example incidents and serves the map on this machine.
/// Then load your own CSV with `incident-map import FILE` and look at it with `incident-map serve`.
///
/// Nothing ever leaves the machine.
#[derive(Debug, Parser)]
#[command(name = "incident-map", version, max_term_width = 100, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Something typed that means nothing, which is found out only later.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(String);

const EXIT_CODES: &str = "Exit codes: 0 done; 1 with --strict: done, but some rows have problems (each is listed); 2 wrong usage; \
     3 nothing could be done.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a database with the bundled example incidents and serve the map
    Demo(DemoArgs),
    /// Serve the map, the layers and the API
    Serve(ServeArgs),
    /// Load a table of incidents: CSV, XLSX, ODS or GeoJSON
    Import(ImportArgs),
    /// Take an import back: what it made goes, what it changed becomes what it was
    Undo(UndoArgs),
    /// Say what a place name means
    Geocode(GeocodeArgs),
    /// Say how good the answers are on cases with known truth
    Evaluate(EvaluateArgs),
    /// Write incidents as GeoJSON or CSV
    Export(ExportArgs),
    /// Check gazetteer files and look names up in them
    #[command(subcommand)]
    Gazetteer(GazetteerCommand),
    /// Make, list and revoke the tokens that allow loading over the network
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Debug, Args)]
struct StoreArgs {
    /// Database file; made when missing
    #[arg(long, value_name = "FILE", env = "INCIDENT_MAP_DB", default_value = "var/incidents.db")]
    db: PathBuf,
}

#[derive(Debug, Clone, Args)]
struct GazetteerArgs {
    /// Gazetteer files (CSV as in data/README.md), the one that wins first, separated by commas; the word `bundled` stands for the one
    /// inside the program, which is used alone when none is given. Or one file that `gazetteer build` wrote
    #[arg(long, value_name = "FILE", env = "INCIDENT_MAP_GAZETTEER", value_delimiter = ',')]
    gazetteer: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Database file; made when missing, never emptied
    #[arg(long, value_name = "FILE", default_value = "var/demo.db")]
    db: PathBuf,
    #[command(flatten)]
    gazetteer: GazetteerArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

#[derive(Debug, Args)]
struct NetworkArgs {
    /// Address and port to listen on; when the port is taken the next free one is used unless this is given
    #[arg(long, value_name = "ADDR:PORT", env = "INCIDENT_MAP_BIND")]
    bind: Option<SocketAddr>,
    /// Configuration file (TOML) that names further layers
    #[arg(long, value_name = "FILE", env = "INCIDENT_MAP_CONFIG")]
    config: Option<PathBuf>,
    /// Base map instead of the bundled country outlines: TopoJSON with an object `countries`, or GeoJSON
    #[arg(long, value_name = "FILE", env = "INCIDENT_MAP_BASEMAP")]
    basemap: Option<PathBuf>,
    /// Largest file taken over the network, in MiB
    #[arg(long, value_name = "MIB", default_value_t = MAX_UPLOAD_BYTES / MIB, value_parser = clap::value_parser!(u64).range(1..=4096))]
    max_upload: u64,
    /// Memory for answers that are kept until the next change, in MiB; 0 keeps none
    #[arg(long, value_name = "MIB", default_value_t = KEPT_BYTES / MIB, value_parser = clap::value_parser!(u64).range(0..=65_536))]
    cache: u64,
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    gazetteer: GazetteerArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// The file: CSV, XLSX, ODS or GeoJSON, or gzip of one; `-` reads standard input
    file: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    gazetteer: GazetteerArgs,
    /// The rows that belong together; the file's name when not given. The same dataset twice updates its rows. Files whose rows name
    /// their dataset (exports, repaired problems) keep it
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// End with exit code 1 when a row has a problem, rejected or only not placed
    #[arg(long)]
    strict: bool,
    /// Take nothing when any row is rejected
    #[arg(long)]
    all_or_nothing: bool,
    /// Say what would be new, changed and rejected, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the import as JSON instead of words
    #[arg(long)]
    json: bool,
    /// Write the rows with problems into this file; repaired, it loads again
    #[arg(long, value_name = "FILE")]
    problems: Option<PathBuf>,
    /// Encoding of the file instead of the detected one, for instance `windows-1251`
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<String>,
    /// Delimiter of the file instead of the detected one: `;` or semicolon, comma, tab, pipe
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter)]
    delimiter: Option<char>,
    /// Whether day or month comes first in dates with slashes, instead of what the file tells: day-first, month-first
    #[arg(long, value_name = "ORDER")]
    date_order: Option<DateOrder>,
    /// The sheet of a workbook that is read; else the first that has a column for the place
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// What a column holds instead of what its header says: `Где=place`; `Служебное=` is only kept. May be repeated. Meanings: id,
    /// date, time, date_end, title, description, category, source, source_url, place, city, district, region, country, lat, lon,
    /// lat_lon, lon_lat, language
    #[arg(long = "column", value_name = "HEADER=MEANING", value_parser = column)]
    columns: Vec<(String, Option<Field>)>,
    /// The same as a JSON file: {"columns":{"Где":"place"},"encoding":"windows-1251","delimiter":";"}
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Read the file as a preset says that `--save-preset` or the page kept
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Keep how this file is read as a preset, in place of an earlier one of the name
    #[arg(long, value_name = "NAME")]
    save_preset: Option<String>,
}

fn encoding(name: &str) -> Result<String, crate::ingest::EncodingError> {
    check_encoding(name).map(|()| name.to_owned())
}

/// `HEADER=FIELD`, or `HEADER=` for a column that is only kept.
fn column(named: &str) -> Result<(String, Option<Field>), String> {
    let Some((header, field)) = named.rsplit_once('=') else {
        return Err("it names no meaning; expected for instance `--column \"Где=place\"`".to_owned());
    };
    let field = if field.is_empty() { None } else { Some(field.parse().map_err(|error| format!("{error}"))?) };
    Ok((header.to_owned(), field))
}

#[derive(Debug, Args)]
struct UndoArgs {
    /// Id of the import, as `import --json` and the page show it; without it the last imports are listed
    import: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
    /// Print the import as JSON instead of words
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct GeocodeArgs {
    /// The words of a place, as written: "на площади Республики"
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    text: Option<String>,
    /// City, town or village that is known from elsewhere
    #[arg(long, default_value = "", conflicts_with = "jsonl")]
    city: String,
    /// Region or district that is known from elsewhere
    #[arg(long, default_value = "", conflicts_with = "jsonl")]
    region: String,
    /// Country that is known from elsewhere
    #[arg(long, default_value = "", conflicts_with = "jsonl")]
    country: String,
    /// When it happened, as `2022-01-05`; decides between places of different times
    #[arg(long, value_name = "DATE", conflicts_with = "jsonl")]
    date: Option<crate::time::Occurred>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    /// End with exit code 1 when a place is not resolved or a line cannot be read
    #[arg(long)]
    strict: bool,
    /// Read one JSON object a line ({"id","query","context":{"city","region","country"}}), write one answer a line
    #[arg(long)]
    jsonl: bool,
    #[command(flatten)]
    gazetteer: GazetteerArgs,
}

#[derive(Debug, Args)]
struct EvaluateArgs {
    /// Cases, tab-separated, with a header: tag, text, city, region, country, date, status, precision, place_id, lon, lat
    cases: PathBuf,
    #[command(flatten)]
    gazetteer: GazetteerArgs,
    /// List every case whose answer is not correct
    #[arg(long)]
    failures: bool,
    /// Print the sums as JSON
    #[arg(long)]
    json: bool,
    /// End with exit code 1 when an answer is not correct
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Args)]
struct ExportArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Geojson)]
    format: Format,
    /// File to write; standard output when not given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only this dataset
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Geojson,
    Csv,
    Xlsx,
}

#[derive(Debug, Subcommand)]
enum GazetteerCommand {
    /// Read gazetteer files and say what they hold, what was merged, what contradicts itself, and what lies elsewhere than references say
    Check {
        /// The files, the one that wins first; the bundled gazetteer when none is given
        files: Vec<PathBuf>,
        #[command(flatten)]
        gazetteer: GazetteerArgs,
        /// A reference: each place of the files is compared with its nearest namesake in it. Anything that is read as a gazetteer; may be
        /// repeated
        #[arg(long, value_name = "FILE")]
        against: Vec<PathBuf>,
        /// Disagreements with the references that are no problems: CSV with the columns `id` and `reason`
        #[arg(long, value_name = "FILE", requires = "against")]
        explained: Option<PathBuf>,
        /// End with exit code 1 when there is a problem
        #[arg(long)]
        strict: bool,
    },
    /// Compile gazetteer files into one file, which opens at once whatever its size
    Build {
        /// The files, the one that wins first; the bundled gazetteer when none is given
        files: Vec<PathBuf>,
        #[command(flatten)]
        gazetteer: GazetteerArgs,
        /// The file to write
        #[arg(short, long)]
        output: PathBuf,
    },
    /// List the places that have a name of this form
    Lookup {
        /// The name, in any case ending
        name: String,
        #[command(flatten)]
        gazetteer: GazetteerArgs,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make a token and print it; it is shown only now
    Create {
        /// What it is for
        #[arg(long, default_value = "import")]
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List the tokens
    List {
        #[command(flatten)]
        store: StoreArgs,
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// End a token
    Revoke {
        /// Its id, as `list` shows it
        id: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// The exit code of a command that failed so.
#[must_use]
pub fn exit_code_of(error: &anyhow::Error) -> u8 {
    if error.is::<Usage>() { WRONG_USAGE } else { NOTHING_DONE }
}

/// Whether an error only says that nobody reads the output any more, as after `… | head`: then enough was printed.
#[must_use]
pub fn is_unread(error: &anyhow::Error) -> bool {
    let is_closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    };
    error.chain().any(is_closed)
}

/// An error with its causes, each said once: a message may hold that of its cause already.
#[must_use]
pub fn said(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !said.contains(&cause) {
            said = if said.is_empty() { cause } else { format!("{said}: {cause}") };
        }
    }
    said
}

/// Runs one command.
///
/// # Errors
/// Nothing could be done; the error says why.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Demo(args) => serve::demo(args),
        Command::Serve(args) => serve::serve(args),
        Command::Import(args) => import::import(args),
        Command::Undo(args) => undo::undo(args),
        Command::Geocode(args) => geocode::geocode(args),
        Command::Evaluate(args) => evaluate::evaluate(args),
        Command::Export(args) => export::export(args),
        Command::Gazetteer(command) => gazetteer::gazetteer(command),
        Command::Token(command) => token::token(command),
    }
}

/// What was typed, as one checked configuration.
/// Opens a database that is there: to make one would not help who asks for what is in it.
fn existing_store(db: &Path) -> anyhow::Result<Store> {
    if !db.exists() {
        bail!("there is no database `{}`; load a file first, or name another one with --db", db.display());
    }
    Ok(Store::open(db)?)
}

fn config(db: PathBuf, gazetteer: GazetteerArgs, network: Option<NetworkArgs>) -> Result<Config, ConfigError> {
    let config = Config::new(db).with_gazetteers(&gazetteer.gazetteer)?;
    match network {
        None => Ok(config),
        Some(network) => {
            let NetworkArgs { bind, config: file, basemap, max_upload, cache } = network;
            config.with_network(bind, basemap.as_deref(), max_upload, cache, file.as_deref())
        }
    }
}
