//! From a row to a report: every data row becomes exactly one report, one duplicate or one problem.

mod blank;
mod check;
mod fingerprint;
mod occurred;
mod position;

pub use fingerprint::Fingerprint;
pub(super) use position::PairColumn;

use fingerprint::content_key;

use super::cells::Cells;
use super::columns::{Field, field_of, folded};
use super::coordinates::{Found, PairOrder, accuracy_m};
use super::dates::{SlashedDates, zone_of};
use super::hxl::field_of_tag;
use super::problem::{self, ProblemCode, RowProblem};
use super::records::Record;
use super::repair::{Reading, RepairColumns, Repairs, is_ours};
use super::scales::Scales;
use super::versions::Versions;
use super::{IngestError, MAX_COLUMNS};
use crate::cell::revived;
use crate::incident::{Language, PROPERTIES, Precision, Report, StatedPrecision, TABLE_COLUMNS};
use std::collections::{BTreeMap, HashMap};

/// How many meanings a column may have.
const FIELDS: usize = Field::ALL.len();

/// Letters of a title that is made of the first words of something else.
const TITLE_CHARS: usize = 80;

/// A data row and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its first line, counted from 1 with the header.
    pub line: u64,
    /// Its cells, as the file has them.
    pub cells: Cells,
    /// What became of it.
    pub outcome: Outcome,
    /// What is wrong with it.
    pub problems: Vec<RowProblem>,
    /// What tells it from the other rows of its file; means nothing when it is not taken.
    pub fingerprint: Fingerprint,
    /// The key of the incident that it repairs; empty when it repairs none.
    pub repaired_key: String,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is taken; its key is filled in.
    Report(Box<Report>),
    /// It is not taken; its problem says why.
    Rejected,
    /// Another row of the file tells of the same event and counts in its place; its problem says which.
    Duplicate,
}

/// What the rows of a file tell only together; asked only where one row leaves it open.
pub(super) struct Orders<'o> {
    /// Whether days or months come first.
    pub(super) dates: &'o dyn Fn() -> SlashedDates,
    /// Whether latitudes or longitudes come first.
    pub(super) pairs: &'o dyn Fn() -> PairOrder,
}

/// What the columns of a file hold.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    /// As the file has them.
    pub(super) headers: Vec<String>,
    pub(super) fields: Vec<Option<Field>>,
    /// The names under which columns without a meaning are kept; `None` for those that say nothing of the incident.
    kept_as: Vec<Option<String>>,
    /// Columns that say nothing of the incident.
    is_ignored: Vec<bool>,
    /// By [`Field`], its column.
    at: [Option<usize>; FIELDS],
    /// The columns that say how exactly something is known.
    scales: Scales,
    /// Whether this is one of our own exports.
    is_own: bool,
    /// Of our own GeoJSON the column that says how a position was found: only a given one counts.
    method: Option<usize>,
    /// Of a file of problems the columns that say what it repairs.
    repair: RepairColumns,
    /// The description of rows that have none in the column for it.
    spare_description: Option<usize>,
    /// What the headers alone mean.
    by_headers: Vec<Option<Field>>,
}

/// Whether a column of Ushahidi tells of the post; those of its survey tell what happened.
fn is_of_post(header: &str) -> bool {
    matches!(folded(header).as_str(), "post date utc" | "unstructured description")
}

/// Columns that Kobo adds to the answers of a form; `start` and `end` beside them are when it was opened and saved.
const FORM_COLUMNS: [&str; 4] = ["_submission_time", "_submitted_by", "_uuid", "__version__"];

/// Columns of our own tables that a file must have to be one of them, and of our own GeoJSON.
const OWN_TABLE: [&str; 3] = ["dataset", "resolved_place_id", "resolved_path"];
const OWN_GEOJSON: [&str; 4] = ["dataset", "place_text", "place_path", "import"];

/// The column of our own tables with which begins what this program found; what was reported stands before it.
const FIRST_ANSWER: &str = "resolved_place_id";

/// Whether these are the columns of our own GeoJSON.
pub(super) fn is_own_geojson(headers: &[String]) -> bool {
    OWN_GEOJSON.iter().all(|name| headers.iter().any(|header| header == name))
}

impl Columns {
    pub(super) fn new(header: &Record) -> Result<Self, IngestError> {
        if header.cells.count() > MAX_COLUMNS {
            return Err(IngestError::TooManyColumns(header.cells.count()));
        }
        let headers: Vec<String> = header.cells.iter().map(|cell| revived(cell.trim()).to_owned()).collect();
        let mut columns = Self {
            fields: vec![None; headers.len()],
            kept_as: vec![None; headers.len()],
            is_ignored: vec![false; headers.len()],
            at: [None; FIELDS],
            scales: Scales::default(),
            is_own: false,
            method: None,
            repair: RepairColumns::of(&headers),
            spare_description: None,
            by_headers: Vec::new(),
            headers,
        };
        let has = |name: &&str| columns.headers.iter().any(|header| header == name);
        let (is_own_table, is_own_geojson) = (OWN_TABLE.iter().all(has), is_own_geojson(&columns.headers));
        columns.is_own = is_own_table || is_own_geojson;
        columns.scales = Scales::of(&columns.headers, columns.is_own);
        // ACLED and UCDP name the part of the world in a column of this name, beside the one for the region of the country.
        let has_admin1 = columns.headers.iter().any(|header| matches!(folded(header).as_str(), "admin1" | "adm 1"));
        let is_of_form = columns.headers.iter().any(|header| FORM_COLUMNS.contains(&header.as_str()));
        let headers = columns.headers.clone();
        let mut of_post = Vec::new();
        let mut answers = TABLE_COLUMNS.iter().skip_while(|name| **name != FIRST_ANSWER).copied().collect::<Vec<_>>();
        for (index, header) in headers.iter().enumerate() {
            let name = header.as_str();
            // A further column of the same name is one of a file that was loaded.
            let answer = answers.iter().position(|answer| is_own_table && *answer == name);
            if (is_own_table || is_own_geojson) && name == "dataset" {
                columns.take(index, Some(Field::Dataset));
            } else if is_own_geojson && (PROPERTIES.contains(&name) || name == "wkt") {
                columns.is_ignored[index] = true;
                columns.take_own_property(index, name);
            } else if is_ours(name) || answer.is_some() {
                columns.is_ignored[index] = true;
                answer.map(|answer| answers.swap_remove(answer));
            } else if is_of_form && matches!(folded(name).as_str(), "start" | "end") {
                // When the form was filled in is not when it happened.
            } else if is_of_post(name) {
                of_post.push(index);
            } else {
                // Whatever further columns of our own files are called, they are what was kept, and mean no more.
                let is_kept = |field: &Field| {
                    use Field::{DateEnd, District, LatLon, LonLat, Time};
                    is_own_geojson || (is_own_table && matches!(field, Time | DateEnd | District | LatLon | LonLat))
                };
                let is_part_of_world = has_admin1 && folded(name) == "region";
                columns.take(index, field_of(name).filter(|field| !is_kept(field) && !is_part_of_world));
            }
        }
        for index in of_post {
            let field = field_of(&headers[index]);
            if field == Some(Field::Description) && columns.column_of(Field::Description).is_some() {
                columns.spare_description = Some(index);
            }
            columns.take(index, field);
        }
        columns.name_columns();
        columns.by_headers.clone_from(&columns.fields);
        Ok(columns)
    }

    /// Whether the columns are those of a file of problems.
    pub(super) fn is_repair(&self) -> bool {
        self.repair.is_there()
    }

    /// What the file repairs and how it is read, when it is a file of problems and this row says it.
    pub(super) fn repairs(&self, row: &Record) -> Result<Option<(Repairs, Reading)>, IngestError> {
        self.repair.told(|column| row.cells.get(column).unwrap_or_default())
    }

    /// The columns of which the header says something else than what they hold.
    pub(super) fn unlike_headers(&self) -> BTreeMap<String, Option<Field>> {
        let columns = self.headers.iter().zip(self.fields.iter().zip(&self.by_headers));
        let unlike = columns.filter(|(_, (holds, by_header))| holds != by_header);
        unlike.map(|(header, (holds, _))| (header.clone(), *holds)).collect()
    }

    /// The meaning of a property of our own GeoJSON.
    fn take_own_property(&mut self, index: usize, name: &str) {
        let field = match name {
            "key" => Some(Field::Id),
            "occurred" => Some(Field::Date),
            "place_text" => Some(Field::Place),
            "wkt" => Some(Field::LatLon),
            "method" => {
                self.method = Some(index);
                None
            }
            "title" | "description" | "category" | "source" | "source_url" | "city" | "region" | "country"
            | "language" => field_of(name),
            _ => None,
        };
        self.take(index, field);
    }

    /// What a person said of columns wins over everything that is detected.
    pub(super) fn take_named(&mut self, named: &BTreeMap<String, Option<Field>>) -> Result<(), IngestError> {
        let mut taken: HashMap<Field, &str> = HashMap::new();
        for (header, field) in named {
            let Some(index) = self.headers.iter().position(|known| known == header.trim()) else {
                return Err(IngestError::NoSuchColumn { header: header.clone(), found: self.found() });
            };
            if let Some(field) = *field
                && let Some(first) = taken.insert(field, header)
            {
                return Err(IngestError::TwiceNamed { first: first.to_owned(), second: header.clone(), field });
            }
            if let Some(own) = self.fields[index].take() {
                self.at[own as usize] = None;
            }
            self.is_ignored[index] = false;
        }
        for (header, field) in named.iter().filter_map(|(header, field)| Some((header, (*field)?))) {
            if let Some(earlier) = self.at[field as usize].take() {
                self.fields[earlier] = None;
            }
            let index = self.headers.iter().position(|known| known == header.trim());
            self.take(index.unwrap_or_default(), Some(field));
        }
        self.name_columns();
        Ok(())
    }

    /// The headers as an error tells them.
    fn found(&self) -> String {
        let shown = |header: &String| format!("`{}`", header.replace(char::is_control, "\u{fffd}"));
        let found: Vec<String> = self.headers.iter().take(20).map(shown).collect();
        found.join(", ")
    }

    /// Gives names to columns without a meaning, like none of ours and each its own; then to the others, for cells that do not hold what
    /// they should.
    fn name_columns(&mut self) {
        self.kept_as = vec![None; self.headers.len()];
        for has_meaning in [false, true] {
            for index in 0..self.headers.len() {
                if !self.is_ignored[index] && self.fields[index].is_some() == has_meaning {
                    self.kept_as[index] = Some(self.free_name(index));
                }
            }
        }
    }

    fn free_name(&self, index: usize) -> String {
        let header = match self.headers[index].as_str() {
            "" => format!("column {}", index + 1),
            name if PROPERTIES.contains(&name) || TABLE_COLUMNS.contains(&name) => format!("{name}_in_file"),
            name => name.to_owned(),
        };
        let is_taken = |name: &String| self.kept_as.iter().flatten().any(|taken| taken == name);
        let numbered = (2..).map(|number| format!("{header} {number}"));
        std::iter::once(header.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(header)
    }

    /// The name under which a column is kept when it has no meaning and is not ignored.
    pub(super) fn kept_as(&self, index: usize) -> Option<&str> {
        self.kept_as[index].as_deref().filter(|_| self.fields[index].is_none())
    }

    /// The names under which columns without a meaning are kept.
    pub(super) fn kept(&self) -> impl Iterator<Item = &str> {
        let without_meaning = self.fields.iter().zip(&self.kept_as).filter(|(field, _)| field.is_none());
        without_meaning.filter_map(|(_, name)| name.as_deref())
    }

    /// What makes rows versions of one another: ACLED gives an event again when more is known of it, with a later time.
    pub(super) fn versions(&self) -> Option<Versions> {
        let column = |name: &str| self.headers.iter().position(|header| header.eq_ignore_ascii_case(name));
        let tells_who = |header: &str| {
            let header = header.to_ascii_lowercase();
            header.contains("actor") || header.starts_with("inter")
        };
        let actors = (0..self.headers.len()).filter(|column| tells_who(&self.headers[*column])).collect();
        Some(Versions::Newest { id: column("event_id_cnty")?, timestamp: column("timestamp")?, actors })
    }

    /// The row that another counts for.
    pub(super) fn other_version(&self, record: Record, better: u64) -> Row {
        let id = self.column_of(Field::Id).and_then(|index| record.cells.get(index)).unwrap_or_default();
        let problem = problem::other_version(record.line, self.header(Field::Id), id, better);
        Row {
            line: record.line,
            cells: record.cells,
            outcome: Outcome::Duplicate,
            problems: vec![problem],
            fingerprint: Fingerprint::default(),
            repaired_key: String::new(),
        }
    }

    /// Whether these are the columns of a TimeMap sheet, whose dates are `M/D/YYYY` (Forensic Architecture, datasheet-server).
    pub(super) fn is_timemap(&self) -> bool {
        let has = |name: &str| self.headers.iter().any(|header| header == name);
        ["location", "sources", "associations"].into_iter().all(has)
    }

    /// The column with this meaning.
    pub(super) fn column_of(&self, field: Field) -> Option<usize> {
        self.at[field as usize]
    }

    /// What becomes of a row; `orders` tell what the file as a whole says.
    pub(super) fn row(&self, record: Record, orders: &Orders<'_>) -> Row {
        let line = record.line;
        let repaired_key = self.repair.key(|column| record.cells.get(column).unwrap_or_default());
        let repaired_key = repaired_key.unwrap_or_default().to_owned();
        if let Some(problem) = self.repair.still_wrong(line, |column| record.cells.get(column).unwrap_or_default()) {
            let outcome = if problem.kept { Outcome::Duplicate } else { Outcome::Rejected };
            let fingerprint = Fingerprint::default();
            return Row { line, cells: record.cells, outcome, problems: vec![problem], fingerprint, repaired_key };
        }
        match self.report(&record, orders) {
            Ok((mut report, mut problems)) => {
                problems.extend(self.cells_without_value(&record));
                if report.key.is_none() {
                    report.key = Some(content_key(&report));
                }
                let fingerprint = Fingerprint::of(&report);
                let outcome = Outcome::Report(Box::new(report));
                Row { line, cells: record.cells, outcome, problems, fingerprint, repaired_key }
            }
            Err(problem) => Row {
                line,
                cells: record.cells,
                outcome: Outcome::Rejected,
                problems: vec![problem],
                fingerprint: Fingerprint::default(),
                repaired_key,
            },
        }
    }

    /// The first column of a meaning has it; a second one is kept as it is.
    fn take(&mut self, index: usize, field: Option<Field>) {
        if let Some(field) = field.filter(|field| self.at[*field as usize].is_none()) {
            self.fields[index] = Some(field);
            self.at[field as usize] = Some(index);
        }
    }

    /// HXL tags say more exactly than headers what a column holds; they win.
    pub(super) fn take_tags(&mut self, tags: &Cells) {
        for (index, tag) in tags.iter().enumerate().take(self.fields.len()) {
            if let Some(field) = field_of_tag(tag) {
                if let Some(earlier) = self.at[field as usize].take() {
                    self.fields[earlier] = None;
                }
                if let Some(own) = self.fields[index].take() {
                    self.at[own as usize] = None;
                }
                self.take(index, Some(field));
            }
        }
        self.name_columns();
    }

    pub(super) fn require_place(&self) -> Result<(), IngestError> {
        use Field::{City, Country, District, Lat, LatLon, Lon, LonLat, Place, Region};
        let has = |field: Field| self.at[field as usize].is_some();
        let is_placed =
            [Place, City, District, Region, Country, LatLon, LonLat].into_iter().any(has) || (has(Lat) && has(Lon));
        if is_placed {
            return Ok(());
        }
        Err(IngestError::NoPlaceColumn { found: self.found() })
    }

    /// The name under which the cell of a column is kept that does not hold what it should.
    fn kept_name(&self, field: Field) -> String {
        self.column_of(field).and_then(|index| self.kept_as[index].clone()).unwrap_or_default()
    }

    /// What is wrong with a row that has the id of an earlier one and says something else.
    pub(super) fn contradiction(&self, line: u64, cells: &Cells, earlier_line: u64) -> RowProblem {
        let id = self.at[Field::Id as usize].and_then(|index| cells.get(index)).unwrap_or_default();
        RowProblem::rejected(
            ProblemCode::SameId,
            line,
            self.header(Field::Id),
            revived(id.trim()),
            format!("line {earlier_line} has the same id and says something else"),
            "give each row its own id, or remove the older row",
        )
    }

    fn header(&self, field: Field) -> &str {
        self.at[field as usize].map_or("", |index| self.headers[index].as_str())
    }

    /// The report of a row with what is to be looked at, or why it is rejected.
    fn report(&self, row: &Record, orders: &Orders<'_>) -> Result<(Report, Vec<RowProblem>), RowProblem> {
        let line = row.line;
        self.check(row)?;
        let said = |index: usize| revived(row.cells[index].trim());
        let cell = |field: Field| match self.at[field as usize].map_or("", said) {
            "" if field == Field::Description => self.spare_description.map_or("", said),
            text => blank::known(field, text),
        };
        let reject = |code: ProblemCode, field: Field, value: &str, reason: String, repair: &str| {
            RowProblem::rejected(code, line, self.header(field), value, reason, repair)
        };
        let mut remarks = Vec::new();
        let mut extra: Vec<(String, String)> = Vec::new();
        for (index, value) in row.cells.iter().enumerate() {
            let name = self.kept_as.get(index).and_then(Option::as_ref);
            if let Some(name) = name.filter(|_| self.fields[index].is_none() && !value.trim().is_empty()) {
                extra.push((name.clone(), revived(value.trim()).to_owned()));
            }
        }
        let position = self.position(row, &cell, &reject, orders, &mut remarks)?;
        let mut place_text = cell(Field::Place).to_owned();
        let mut stated = self.scales.stated(|column| row.cells.get(column).unwrap_or_default());
        if let Some((Found::Position(_), field @ (Field::LatLon | Field::Place))) = position {
            stated = stated.or_else(|| accuracy_m(cell(field)).and_then(StatedPrecision::within));
        }
        let given = match position {
            None => None,
            Some((Found::Position(at), Field::Place)) => {
                extra.push((self.kept_name(Field::Place), std::mem::take(&mut place_text)));
                Some(at)
            }
            Some((Found::Position(at), _)) => Some(at),
            Some((Found::Shape { middle, reach_m }, field)) => {
                // `wkt` is what the geometries of our own exports are called.
                let name = Some(self.kept_name(field)).filter(|name| name != "wkt");
                extra.push((name.unwrap_or_else(|| "geometry_wkt".to_owned()), cell(field).to_owned()));
                let has_words = [Field::Place, Field::City, Field::District, Field::Region, Field::Country]
                    .into_iter()
                    .any(|field| !cell(field).is_empty());
                remarks.push(RowProblem::kept(
                    ProblemCode::ShapeNotDrawn,
                    line,
                    self.header(field),
                    cell(field),
                    if has_words {
                        "lines and areas of a file are not drawn; the words of the row place it"
                    } else {
                        "lines and areas of a file are not drawn; the middle of the box around it stands for it"
                    },
                    "give a point, or add the place to your own gazetteer file; the geometry is kept beside the incident",
                ));
                if has_words {
                    None
                } else {
                    stated = Some(StatedPrecision { precision: Precision::Area, uncertainty_m: reach_m });
                    Some(middle)
                }
            }
        };
        if given.is_some() && !self.is_own && stated.is_some_and(|stated| stated.is_of_area()) {
            // The words may place it, and then the coordinates would be nowhere.
            for field in [Field::Lat, Field::Lon, Field::LatLon, Field::LonLat]
                .into_iter()
                .filter(|field| !cell(*field).is_empty())
            {
                extra.push((format!("{}_in_file", self.header(field)), cell(field).to_owned()));
            }
        }
        for field in [Field::Date, Field::DateEnd] {
            // A reported time is local and never shifted; what its zone was is kept as it was written.
            if zone_of(cell(field)).is_some() {
                extra.push((self.kept_name(field), cell(field).to_owned()));
            }
        }
        let mut source_url = cell(Field::SourceUrl).to_owned();
        if !source_url.is_empty() && !is_web_address(&source_url) {
            remarks.push(RowProblem::kept(
                ProblemCode::NoLink,
                line,
                self.header(Field::SourceUrl),
                &source_url,
                "not an address that begins with http:// or https://",
                "write the whole address; the text is kept beside the incident and never made a link",
            ));
            extra.push((self.kept_name(Field::SourceUrl), std::mem::take(&mut source_url)));
        }
        let language = match cell(Field::Language).to_lowercase().as_str() {
            "" => None,
            code => match code.parse::<Language>() {
                Ok(language) => Some(language),
                Err(_) => {
                    extra.push((self.kept_name(Field::Language), cell(Field::Language).to_owned()));
                    None
                }
            },
        };
        let region = join([cell(Field::District), cell(Field::Region)]);
        let occurred = self.occurred(&cell, &reject, orders.dates, &mut remarks, &mut extra)?;
        let occurred = occurred.map(|at| self.scales.as_exact(at, |column| row.cells.get(column).unwrap_or_default()));
        let at = |column: usize| row.cells.get(column).unwrap_or_default();
        let named = |field: Field| Some(cell(field)).filter(|text| !text.is_empty());
        let report = Report {
            dataset: named(Field::Dataset).or(self.repair.dataset(at)).map(str::to_owned),
            // A repaired row is the incident that it repairs, whatever it says now.
            key: self.repair.key(at).or(named(Field::Id)).map(str::to_owned),
            title: self.title(&cell),
            description: cell(Field::Description).to_owned(),
            occurred,
            // Ushahidi ends its lists with a comma.
            category: cell(Field::Category).trim_end_matches([',', ';', ' ']).to_owned(),
            source: cell(Field::Source).to_owned(),
            source_url,
            language,
            place_text,
            city: cell(Field::City).to_owned(),
            region,
            country: cell(Field::Country).to_owned(),
            given,
            stated,
            extra,
            line,
        };
        if given.is_none() && !report.names_a_place() {
            remarks.push(RowProblem::kept(
                ProblemCode::NoPlace,
                line,
                self.header(Field::Place),
                "",
                "the row names no place",
                "fill in the place, city or region; until then the incident is listed without a location",
            ));
        }
        Ok((report, remarks))
    }

    /// The title; when the file has none the first words of the description, else of the place.
    fn title<'a>(&self, cell: &impl Fn(Field) -> &'a str) -> String {
        let from = [Field::Title, Field::Description, Field::Place, Field::City, Field::Region];
        let text = from.into_iter().map(cell).find(|text| !text.is_empty()).unwrap_or("");
        if !cell(Field::Title).is_empty() || text.chars().count() <= TITLE_CHARS {
            return text.to_owned();
        }
        let start: String = text.chars().take(TITLE_CHARS - 1).collect();
        let start = start.rsplit_once(' ').map_or(start.as_str(), |(whole_words, _)| whole_words);
        format!("{start}…")
    }
}

fn join(parts: [&str; 2]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Whether an address is one without a closer look, as nearly all are: a name with a dot and no sign that means anything else.
fn is_plain_web_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or(text.strip_prefix("http://")) else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_label = |label: &str| {
        label.starts_with(|c: char| c.is_ascii_alphabetic()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    host.contains('.') && host.split('.').all(is_label) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_web_address(text: &str) -> bool {
    is_plain_web_address(text)
        || url::Url::parse(text).is_ok_and(|address| matches!(address.scheme(), "http" | "https") && address.has_host())
}
