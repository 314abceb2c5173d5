//! The gazetteer: places and their names, from files.
//!
//! Files are read into entries, stacked, and compiled into one table with an index of every form of every name; an open gazetteer
//! looks into that table, in memory or in a file. What a text means is decided in [`crate::geocode`].
//! Read [`Place`] first, then [`Gazetteer`].

mod comparison;
mod compile;
mod compiled;
mod consistency;
mod draft;
mod entry;
mod explanation;
mod file;
mod forms;
mod geonames;
mod index;
mod inside;
mod namesakes;
mod osm;
mod own_csv;
mod place;
mod runs;
mod spellings;
mod stack;
mod synonym;
mod towns;

pub use comparison::{Compared, Comparison, Disagreement, Namesake};
pub use compiled::CompiledError;
pub use consistency::{Stray, Unreached, strays, twice, unreached};
pub use entry::{Entry, Parent};
pub use explanation::{Explanation, ExplanationError, Explanations};
pub use file::GazetteerFile;
pub(crate) use forms::case_forms;
pub use forms::{MAX_NAME_WORDS, Rule};
pub use index::{MIN_MISSPELT_LETTERS, NameIndex, Posting, Postings};
pub use own_csv::{GazetteerError, GazetteerErrors, MAX_ERRORS};
pub use place::{NameStatus, Place, PlaceId, PlaceKind, Toponym, Validity};
pub use runs::{InMemory, Scratch};
pub use spellings::NAMED_AFTER;
pub use stack::{MAX_CONFLICTS, StackReport};

use compiled::{Compiled, ParentRow, PlaceRow, Section, SiteRow, ToponymRow, day_of};
use draft::Draft;
use inside::Area;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io::{self, Cursor, Seek, Write};
use std::sync::{Arc, OnceLock};
use towns::Towns;
use zerocopy::little_endian::{I32, U32};

/// Places by number and id, with every form of their names and a version that names their content.
pub struct Gazetteer {
    compiled: Arc<Compiled>,
    names: NameIndex,
    about: About,
    /// The outlines of countries, regions, districts and settlements, read when the first is asked for.
    areas: OnceLock<Vec<Area>>,
    /// The settlements without an outline, found when the first position is looked for.
    towns: OnceLock<Towns>,
}

/// What a compiled gazetteer says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct About {
    version: String,
    report: StackReport,
}

/// Why files cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// They have errors.
    #[error(transparent)]
    Files(#[from] GazetteerErrors),
    /// The result, or what is set aside on the way, cannot be written.
    #[error(transparent)]
    Unwritable(#[from] io::Error),
}

impl std::fmt::Debug for Gazetteer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gazetteer").field("places", &self.len()).field("version", &self.about.version).finish()
    }
}

impl Gazetteer {
    /// Reads one file in our own format.
    ///
    /// # Errors
    /// Every error of the file, with its line.
    pub fn from_csv(bytes: &[u8], name: &str) -> Result<Self, GazetteerErrors> {
        Self::from_files(&[(name.to_owned(), bytes.to_vec()).into()])
    }

    /// Reads files one over the other: our own format, GeoNames `geoname` files and `alternateNamesV2` files,
    /// OpenStreetMap extracts, told apart by how they begin. Of two places with one id, or of one kind and name at one spot, that of the earlier file stays
    /// and takes the other's names; our own files come before GeoNames, and these before OpenStreetMap. [`Self::report`] says what became of the entries.
    ///
    /// # Errors
    /// Every error of the files, with its line; also parents that are in none of them, and places that contain themselves.
    pub fn from_files(files: &[GazetteerFile]) -> Result<Self, GazetteerErrors> {
        let failed = |reason: String| {
            let name = files.first().map(|file| file.name().to_owned()).unwrap_or_default();
            let reason = format!("it cannot be compiled: {reason}");
            GazetteerErrors(vec![GazetteerError { file: name, line: 0, column: "id", value: String::new(), reason }])
        };
        let compiled = Self::compile(files, Cursor::new(Vec::new()), &InMemory, &mut |_, _| {});
        let bytes = compiled.map_err(|error| match error {
            CompileError::Files(errors) => errors,
            CompileError::Unwritable(error) => failed(error.to_string()),
        })?;
        Self::open(bytes.into_inner()).map_err(|error| failed(error.to_string()))
    }

    /// Compiles files (see [`Self::from_files`]) into `out`, which [`Self::open`] opens at once, whatever its size. `progress` is told
    /// how many places are written, and of how many; what does not fit into memory goes to `scratch`.
    ///
    /// # Errors
    /// The files have errors, or the result cannot be written.
    pub fn compile<W: Write + Seek>(
        files: &[GazetteerFile],
        out: W,
        scratch: &impl Scratch,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<W, CompileError> {
        let draft = Draft::read(files)?;
        let about = About { version: draft.version.clone(), report: draft.report.clone() };
        let total = draft.entries.len() as u64;
        let mut progress = |done| progress(done, total);
        Ok(compile::compile(&draft, &about, out, scratch, runs::USUAL_RUN_BYTES, &mut progress)?)
    }

    /// Looks into a compiled gazetteer. Nothing is read but its beginning; see [`Self::is_whole`].
    ///
    /// # Errors
    /// It is none, is cut off, or comes from another version of this program.
    pub fn open(compiled: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, CompiledError> {
        let compiled = Arc::new(Compiled::open(Arc::new(compiled))?);
        let about = serde_json::from_slice(compiled.bytes(Section::About))
            .map_err(|_| CompiledError::Damaged { part: "description" })?;
        let names =
            NameIndex::new(Arc::clone(&compiled)).map_err(|_| CompiledError::Damaged { part: "index of names" })?;
        Ok(Self { compiled, names, about, areas: OnceLock::new(), towns: OnceLock::new() })
    }

    /// Whether a file is a compiled gazetteer, by its first bytes.
    #[must_use]
    pub fn is_compiled(beginning: &[u8]) -> bool {
        compile::is_compiled(beginning)
    }

    fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// Whether every byte of a compiled gazetteer is as it was written. Reads all of it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.compiled.is_whole()
    }

    /// What became of the entries of the files.
    #[must_use]
    pub fn report(&self) -> &StackReport {
        &self.about.report
    }

    /// The forms of all names.
    #[must_use]
    pub fn names(&self) -> &NameIndex {
        &self.names
    }

    /// How many places there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.compiled.len()
    }

    /// Whether there is no place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All places, in the order of their files.
    pub fn places(&self) -> impl ExactSizeIterator<Item = Place<'_>> {
        (0..self.len()).map(|number| self.at(number))
    }

    /// The place of this number.
    ///
    /// # Panics
    /// There is no such place.
    #[must_use]
    pub fn at(&self, number: usize) -> Place<'_> {
        Place::new(self, number, &self.compiled.rows::<PlaceRow>(Section::Places)[number])
    }

    /// The place with this id.
    #[must_use]
    pub fn place(&self, id: &PlaceId) -> Option<Place<'_>> {
        self.compiled.number_of(id).map(|number| self.at(number))
    }

    /// The stations and airports of a place.
    pub fn sites_of(&self, place: Place<'_>) -> impl Iterator<Item = Place<'_>> {
        let sites: &[SiteRow] = self.compiled.rows(Section::Sites);
        let parent = place.number();
        let first = sites.partition_point(|site| (site.parent.get() as usize) < parent);
        let of_place = sites[first..].iter().take_while(move |site| site.parent.get() as usize == parent);
        of_place.map(|site| self.at(site.place.get() as usize))
    }

    /// The countries, cities, towns and villages that a map labels, the most important first.
    pub fn labelled(&self) -> impl Iterator<Item = Place<'_>> {
        self.compiled.rows::<U32>(Section::Labels).iter().map(|number| self.at(number.get() as usize))
    }

    /// The first 16 hex digits of the SHA-256 of the files it was read from.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.about.version
    }

    /// The days on which names, places or what contains them begin to hold or hold no longer, in order: between two of them the day of
    /// an incident makes no difference.
    #[must_use]
    pub fn days_of_change(&self) -> Vec<Date> {
        let mut codes = BTreeSet::new();
        let mut take = |from: I32, until: I32| codes.extend([(from.get(), false), (until.get(), true)]);
        self.compiled.rows::<PlaceRow>(Section::Places).iter().for_each(|row| take(row.from, row.until));
        self.compiled.rows::<ToponymRow>(Section::Toponyms).iter().for_each(|row| take(row.from, row.until));
        self.compiled.rows::<ParentRow>(Section::Parents).iter().for_each(|row| take(row.from, row.until));
        // The last day of validity is included: the change comes on the next.
        let change = |(code, is_last): (i32, bool)| {
            day_of(code.into()).and_then(|day| if is_last { day.tomorrow().ok() } else { Some(day) })
        };
        let mut days: Vec<Date> = codes.into_iter().filter_map(change).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The places that contain `place` on `day` (today's when `None`), from the country inward, without `place` itself.
    #[must_use]
    pub fn path<'g>(&'g self, place: Place<'g>, day: Option<Date>) -> Vec<Place<'g>> {
        let mut path = Vec::new();
        let mut next = place.parent_on(day);
        while let Some(parent) = next {
            // The reader refuses loops; the bound keeps even a damaged file from hanging the program.
            if path.len() >= MAX_DEPTH {
                break;
            }
            path.push(parent);
            next = parent.parent_on(day);
        }
        path.reverse();
        path
    }
}

/// More containing places than any real hierarchy has (country to building is seven).
const MAX_DEPTH: usize = 16;
