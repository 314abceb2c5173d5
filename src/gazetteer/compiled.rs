//! The file of a compiled gazetteer: what lies where, and looking into it without reading it.
//!
//! A header, then sections one after another: tables of rows of fixed size, texts, and finite state transducers (`fst`). Numbers are
//! little-endian. Nothing is parsed when a file is opened, and the system reads in what is looked at.

use super::{NameStatus, PlaceId, Toponym, Validity};
use crate::incident::Language;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;
use zerocopy::little_endian::{F64, I32, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// The first bytes of every compiled gazetteer.
pub(super) const MAGIC: [u8; 8] = *b"imapgaz\n";

/// The version of this layout: a file of another one has to be built again.
const LAYOUT: u32 = 2;

/// Parts of the file, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Ids, names, shapes as WKT, sources: UTF-8, one after another.
    Texts,
    /// [`PlaceRow`]s by number, and one more that ends the last one's lists.
    Places,
    /// [`ToponymRow`]s, those of one place together.
    Toponyms,
    /// [`ParentRow`]s, those of one place together.
    Parents,
    /// Numbers of the places that contain a place, those of one place together.
    Ancestors,
    /// Numbers of all places in the order of their ids.
    ById,
    /// Numbers of the countries, regions, districts and settlements that have an outline.
    Areas,
    /// [`SiteRow`]s in order.
    Sites,
    /// Numbers of the places that a map labels, the most important first.
    Labels,
    /// FST from a form to its first row in `FormPostings`.
    Forms,
    /// [`PostingRow`]s.
    FormPostings,
    /// FST from a skeleton to its first row in `SkeletonPostings`.
    Skeletons,
    /// [`PostingRow`]s.
    SkeletonPostings,
    /// FST from what a form of one word sounds like to its first row in `SoundForms`.
    Sounds,
    /// [`SoundRow`]s.
    SoundForms,
    /// [`super::About`] as JSON.
    About,
}

/// How many sections there are.
pub(super) const SECTIONS: usize = Section::About as usize + 1;

/// Where a section lies, bytes from the beginning of the file.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Extent {
    pub(super) start: U64,
    pub(super) end: U64,
}

/// The beginning of the file.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Header {
    magic: [u8; 8],
    layout: U32,
    extents: [Extent; SECTIONS],
    /// SHA-256 of everything after the header.
    content: [u8; 32],
    /// SHA-256 of the header before this field.
    header: [u8; 32],
}

impl Header {
    pub(super) fn new(extents: [Extent; SECTIONS], content: [u8; 32]) -> Self {
        let mut header = Self { magic: MAGIC, layout: LAYOUT.into(), extents, content, header: [0; 32] };
        header.header = header.own_hash();
        header
    }

    fn own_hash(&self) -> [u8; 32] {
        let bytes = self.as_bytes();
        Sha256::digest(&bytes[..bytes.len() - self.header.len()]).into()
    }
}

/// A text in [`Section::Texts`].
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct TextRow {
    pub(super) at: U64,
    pub(super) length: U32,
}

/// A place.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct PlaceRow {
    pub(super) id: TextRow,
    /// Well-known text; empty when there is none.
    pub(super) shape: TextRow,
    pub(super) source: TextRow,
    /// Its place in [`super::PlaceKind::ALL`].
    pub(super) kind: u8,
    pub(super) lon: F64,
    pub(super) lat: F64,
    pub(super) uncertainty_m: F64,
    /// [`PlaceRow::UNKNOWN`] when it is not known.
    pub(super) population: U64,
    pub(super) from: I32,
    pub(super) until: I32,
    /// The first row of each list; the next place's first row ends it.
    pub(super) toponyms: U32,
    pub(super) parents: U32,
    pub(super) ancestors: U32,
}

impl PlaceRow {
    /// No population.
    pub(super) const UNKNOWN: u64 = u64::MAX;
}

/// A name of a place.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct ToponymRow {
    pub(super) name: TextRow,
    /// Its place in [`Language::ALL`].
    pub(super) language: u8,
    /// Its place in [`NameStatus::ALL`].
    pub(super) status: u8,
    pub(super) from: I32,
    pub(super) until: I32,
}

/// A containing place.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct ParentRow {
    pub(super) place: U32,
    pub(super) from: I32,
    pub(super) until: I32,
}

/// A station or airport, by the place that contains it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
pub(super) struct SiteRow {
    pub(super) parent: U32,
    pub(super) place: U32,
}

/// A place that a form may mean.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct PostingRow {
    pub(super) place: U32,
    pub(super) toponym: U16,
    /// [`super::Rule::code`].
    pub(super) rule: u8,
    /// 1 for the last of a form, else 0.
    pub(super) last: u8,
}

/// A form that sounds so, by its first posting.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct SoundRow {
    pub(super) form: U64,
    /// 1 for the last of a sound, else 0.
    pub(super) last: u8,
}

/// An open day.
const NO_DAY: i32 = i32::MIN;

/// A day as year, month and day in one number: 20220105.
pub(super) fn code_of_day(day: Option<Date>) -> I32 {
    let code = |day: Date| i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day());
    day.map_or(NO_DAY, code).into()
}

pub(super) fn day_of(code: I32) -> Option<Date> {
    let code = code.get();
    let (year, month, day) = (code.div_euclid(10_000), code.rem_euclid(10_000) / 100, code.rem_euclid(100));
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The bytes of a compiled gazetteer, in memory or mapped from a file.
pub(super) type Data = dyn AsRef<[u8]> + Send + Sync;

/// Why bytes are no compiled gazetteer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompiledError {
    /// Something else.
    #[error("it is no compiled gazetteer")]
    Other,
    /// Too few bytes.
    #[error("it is cut off: copy it or build it again")]
    CutOff,
    /// Made by another version of this program.
    #[error("it has layout {found}, this program reads {LAYOUT}: build it again")]
    Layout {
        /// The layout that the file names.
        found: u32,
    },
    /// Bytes have changed.
    #[error("its {part} is damaged: build it again")]
    Damaged {
        /// Which part of it.
        part: &'static str,
    },
}

/// A section that owns a share of its file, for what has to hold its bytes.
pub(super) struct Part {
    data: Arc<Data>,
    range: Range<usize>,
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &(*self.data).as_ref()[self.range.clone()]
    }
}

/// A compiled gazetteer, looked into.
pub(super) struct Compiled {
    data: Arc<Data>,
    sections: [Range<usize>; SECTIONS],
}

impl Compiled {
    /// Looks at the header.
    pub(super) fn open(data: Arc<Data>) -> Result<Self, CompiledError> {
        let bytes = (*data).as_ref();
        let (header, _) = Header::ref_from_prefix(bytes).map_err(|_| CompiledError::CutOff)?;
        if header.magic != MAGIC {
            return Err(CompiledError::Other);
        }
        if header.layout.get() != LAYOUT {
            return Err(CompiledError::Layout { found: header.layout.get() });
        }
        if header.header != header.own_hash() {
            return Err(CompiledError::Damaged { part: "header" });
        }
        let mut sections = [const { 0..0 }; SECTIONS];
        for (range, extent) in sections.iter_mut().zip(&header.extents) {
            let (start, end) = (extent.start.get() as usize, extent.end.get() as usize);
            if start > end || end > bytes.len() {
                return Err(CompiledError::CutOff);
            }
            *range = start..end;
        }
        Ok(Self { sections, data })
    }

    /// Whether every byte is as it was written. Reads the whole file.
    pub(super) fn is_whole(&self) -> bool {
        let bytes = (*self.data).as_ref();
        Header::ref_from_prefix(bytes)
            .is_ok_and(|(header, rest)| header.content == <[u8; 32]>::from(Sha256::digest(rest)))
    }

    pub(super) fn bytes(&self, section: Section) -> &[u8] {
        &(*self.data).as_ref()[self.sections[section as usize].clone()]
    }

    pub(super) fn part(&self, section: Section) -> Part {
        Part { data: Arc::clone(&self.data), range: self.sections[section as usize].clone() }
    }

    /// The rows of a section; none of a section that does not hold whole rows.
    pub(super) fn rows<Row: FromBytes + Immutable + KnownLayout + Unaligned>(&self, section: Section) -> &[Row] {
        <[Row]>::ref_from_bytes(self.bytes(section)).unwrap_or(&[])
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.rows::<PlaceRow>(Section::Places).len().saturating_sub(1)
    }

    /// A text; empty where the file is damaged.
    pub(super) fn text(&self, row: TextRow) -> &str {
        let start = row.at.get() as usize;
        let bytes = start
            .checked_add(row.length.get() as usize)
            .and_then(|end| self.bytes(Section::Texts).get(start..end))
            .unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    pub(super) fn toponyms(&self, place: usize) -> &[ToponymRow] {
        self.list(Section::Toponyms, place, |row| row.toponyms)
    }

    pub(super) fn parents(&self, place: usize) -> &[ParentRow] {
        self.list(Section::Parents, place, |row| row.parents)
    }

    pub(super) fn ancestors(&self, place: usize) -> &[U32] {
        self.list(Section::Ancestors, place, |row| row.ancestors)
    }

    fn list<Row: FromBytes + Immutable + KnownLayout + Unaligned>(
        &self,
        section: Section,
        place: usize,
        first: impl Fn(&PlaceRow) -> U32,
    ) -> &[Row] {
        let places = self.rows::<PlaceRow>(Section::Places);
        let range = first(&places[place]).get() as usize..first(&places[place + 1]).get() as usize;
        self.rows(section).get(range).unwrap_or(&[])
    }

    pub(super) fn toponym(&self, row: &ToponymRow) -> Toponym<&str> {
        Toponym {
            name: self.text(row.name),
            language: Language::ALL.get(usize::from(row.language)).copied().unwrap_or(Language::En),
            status: NameStatus::ALL.get(usize::from(row.status)).copied().unwrap_or(NameStatus::Alternative),
            validity: Validity { from: day_of(row.from), until: day_of(row.until) },
        }
    }

    /// The number of the place with this id.
    pub(super) fn number_of(&self, id: &PlaceId) -> Option<usize> {
        let places = self.rows::<PlaceRow>(Section::Places);
        let by_id = self.rows::<U32>(Section::ById);
        let compare = |number: &U32| {
            places.get(number.get() as usize).map_or(Ordering::Less, |row| self.text(row.id).cmp(id.0.as_str()))
        };
        by_id.binary_search_by(compare).ok().map(|at| by_id[at].get() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_survive_their_number_and_damaged_numbers_are_open() {
        for day in [None, Some(jiff::civil::date(2022, 1, 5)), Some(jiff::civil::date(-120, 12, 31))] {
            assert_eq!(day_of(code_of_day(day)), day);
        }
        assert_eq!(day_of(20_229_999.into()), None);
    }
}
