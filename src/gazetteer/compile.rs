//! Writing a compiled gazetteer: every entry once, forms sorted, then the sections one after another.
//!
//! Memory holds the entries, one run of forms being sorted and little else: all that grows goes to files.

use super::compiled::{
    Extent, Header, MAGIC, ParentRow, PlaceRow, PostingRow, SECTIONS, Section, SiteRow, SoundRow, TextRow, ToponymRow,
    code_of_day,
};
use super::draft::Draft;
use super::forms::{Kind, each_form};
use super::index::{MIN_MISSPELT_LETTERS, sound};
use super::runs::{Runs, Scratch, Value};
use super::{About, Entry, PlaceKind};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use zerocopy::{Immutable, IntoBytes};

/// Places that a map labels at most, the most populous first.
const MAX_LABELS: usize = 20_000;

/// A section while it grows.
struct Spool<F: Write>(BufWriter<F>);

impl<F: Write> Spool<F> {
    fn new(scratch: &impl Scratch<File = F>) -> io::Result<Self> {
        Ok(Self(BufWriter::new(scratch.file()?)))
    }

    fn row(&mut self, row: &(impl IntoBytes + Immutable)) -> io::Result<()> {
        self.0.write_all(row.as_bytes())
    }

    fn rows(&mut self, rows: impl IntoIterator<Item = impl IntoBytes + Immutable>) -> io::Result<()> {
        rows.into_iter().try_for_each(|row| self.row(&row))
    }
}

/// Keys, and what they lead to.
type Pair<F> = (Spool<F>, Spool<F>);

/// Lists of postings while they grow.
struct Lists<F: Write> {
    keys: fst::MapBuilder<Spool<F>>,
    postings: Spool<F>,
    /// Rows in `postings`.
    written: u64,
    /// The key whose postings are gathered.
    key: Vec<u8>,
    gathered: Vec<Posting>,
}

/// Where a form leads; in this order the nearest rule of a place is its first.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Posting {
    place: u32,
    rule: u8,
    toponym: u16,
}

impl Posting {
    fn value(self) -> Value {
        let mut value = Value::default();
        value[..4].copy_from_slice(&self.place.to_be_bytes());
        value[4] = self.rule;
        value[5..7].copy_from_slice(&self.toponym.to_be_bytes());
        value
    }

    fn of(value: Value) -> Self {
        let [a, b, c, d, rule, e, f, _] = value;
        Self { place: u32::from_be_bytes([a, b, c, d]), rule, toponym: u16::from_be_bytes([e, f]) }
    }
}

impl<F: Write> Lists<F> {
    fn new(scratch: &impl Scratch<File = F>) -> io::Result<Self> {
        Ok(Self {
            keys: fst::MapBuilder::new(Spool::new(scratch)?).map_err(io::Error::other)?,
            postings: Spool::new(scratch)?,
            written: 0,
            key: Vec::new(),
            gathered: Vec::new(),
        })
    }

    /// Takes the next posting in the order of keys; `closed` is told of a key that is complete, with its first row.
    fn push(
        &mut self,
        key: &[u8],
        posting: Posting,
        closed: &mut impl FnMut(&[u8], u64) -> io::Result<()>,
    ) -> io::Result<()> {
        if key != self.key {
            self.close(closed)?;
            self.key.clear();
            self.key.extend_from_slice(key);
        }
        if self.gathered.last().is_none_or(|last| last.place != posting.place) {
            self.gathered.push(posting);
        }
        Ok(())
    }

    fn close(&mut self, closed: &mut impl FnMut(&[u8], u64) -> io::Result<()>) -> io::Result<()> {
        let Some(last) = self.gathered.len().checked_sub(1) else { return Ok(()) };
        self.keys.insert(&self.key, self.written).map_err(io::Error::other)?;
        closed(&self.key, self.written)?;
        for (number, Posting { place, rule, toponym }) in self.gathered.drain(..).enumerate() {
            let last = u8::from(number == last);
            self.postings.row(&PostingRow { place: place.into(), toponym: toponym.into(), rule, last })?;
            self.written += 1;
        }
        Ok(())
    }

    fn finish(self) -> io::Result<Pair<F>> {
        Ok((self.keys.into_inner().map_err(io::Error::other)?, self.postings))
    }
}

/// Merges sorted postings into lists.
fn lists_of<S: Scratch>(
    runs: Runs<'_, S>,
    scratch: &S,
    closed: &mut impl FnMut(&[u8], u64) -> io::Result<()>,
) -> io::Result<Pair<S::File>> {
    let mut lists = Lists::new(scratch)?;
    runs.merge(|key, value| lists.push(key, Posting::of(value), closed))?;
    lists.close(closed)?;
    lists.finish()
}

/// From sounds to the forms that sound so.
fn sounds_of<S: Scratch>(runs: Runs<'_, S>, scratch: &S) -> io::Result<Pair<S::File>> {
    let mut keys = fst::MapBuilder::new(Spool::new(scratch)?).map_err(io::Error::other)?;
    let mut forms = Spool::new(scratch)?;
    let mut written = 0u64;
    let mut key: Vec<u8> = Vec::new();
    let mut waiting: Option<u64> = None;
    runs.merge(|next, value| {
        let is_same = waiting.is_some() && next == key;
        if let Some(form) = waiting.replace(u64::from_be_bytes(value)) {
            forms.row(&SoundRow { form: form.into(), last: u8::from(!is_same) })?;
            written += 1;
        }
        if !is_same {
            keys.insert(next, written).map_err(io::Error::other)?;
            key.clear();
            key.extend_from_slice(next);
        }
        Ok(())
    })?;
    if let Some(form) = waiting {
        forms.row(&SoundRow { form: form.into(), last: 1 })?;
    }
    Ok((keys.into_inner().map_err(io::Error::other)?, forms))
}

/// Texts as they are written, one after another.
struct Texts<W> {
    out: W,
    at: u64,
    /// Sources that are written already: thousands of places share one.
    sources: HashMap<Arc<str>, TextRow>,
}

impl<W: Write> Texts<W> {
    fn write(&mut self, text: &str) -> io::Result<TextRow> {
        let length = u32::try_from(text.len()).map_err(|_| io::Error::other("a text of four gigabytes"))?;
        self.out.write_all(text.as_bytes())?;
        let row = TextRow { at: self.at.into(), length: length.into() };
        self.at += u64::from(length);
        Ok(row)
    }

    fn source(&mut self, source: &Arc<str>) -> io::Result<TextRow> {
        if let Some(row) = self.sources.get(source) {
            return Ok(*row);
        }
        let row = self.write(source)?;
        self.sources.insert(Arc::clone(source), row);
        Ok(row)
    }
}

/// Everything but the texts while it grows.
struct Tables<F: Write> {
    places: Spool<F>,
    toponyms: Spool<F>,
    parents: Spool<F>,
    ancestors: Spool<F>,
    /// Rows of the three tables before.
    rows: [u32; 3],
    areas: Vec<u32>,
    sites: Vec<SiteRow>,
    labels: Vec<Label>,
}

/// What decides which places a map labels first, and the place's number.
type Label = ((bool, std::cmp::Reverse<u64>, PlaceKind), u32);

impl<F: Write> Tables<F> {
    fn new(scratch: &impl Scratch<File = F>) -> io::Result<Self> {
        let spool = || Spool::new(scratch);
        Ok(Self {
            places: spool()?,
            toponyms: spool()?,
            parents: spool()?,
            ancestors: spool()?,
            rows: [0; 3],
            areas: Vec::new(),
            sites: Vec::new(),
            labels: Vec::new(),
        })
    }

    fn place(&mut self, number: u32, draft: &Draft, texts: &mut Texts<impl Write>) -> io::Result<()> {
        let entry = &draft.entries[number as usize];
        let [toponyms, parents, ancestors] = self.rows;
        self.places.row(&PlaceRow {
            id: texts.write(&entry.id.0)?,
            shape: texts.write(&entry.shape.as_ref().map(|shape| shape.to_string()).unwrap_or_default())?,
            source: texts.source(&entry.source)?,
            kind: entry.kind as u8,
            lon: entry.position.lon.into(),
            lat: entry.position.lat.into(),
            uncertainty_m: entry.uncertainty_m.into(),
            population: entry.population.unwrap_or(PlaceRow::UNKNOWN).into(),
            from: code_of_day(entry.validity.from),
            until: code_of_day(entry.validity.until),
            toponyms: toponyms.into(),
            parents: parents.into(),
            ancestors: ancestors.into(),
        })?;
        for toponym in &entry.toponyms {
            self.toponyms.row(&ToponymRow {
                name: texts.write(&toponym.name)?,
                language: toponym.language as u8,
                status: toponym.status as u8,
                from: code_of_day(toponym.validity.from),
                until: code_of_day(toponym.validity.until),
            })?;
        }
        for parent in &entry.parents {
            let Some(place) = draft.number_of(&parent.id) else { continue };
            self.parents.row(&ParentRow {
                place: place.into(),
                from: code_of_day(parent.validity.from),
                until: code_of_day(parent.validity.until),
            })?;
            self.rows[1] += 1;
            if matches!(entry.kind, PlaceKind::Station | PlaceKind::Airport) {
                self.sites.push(SiteRow { parent: place.into(), place: number.into() });
            }
        }
        let above = draft.ancestors(number);
        self.rows[0] += entry.toponyms.len() as u32;
        self.rows[2] += above.len() as u32;
        self.ancestors.rows(above.into_iter().map(zerocopy::little_endian::U32::new))?;
        if entry.kind <= PlaceKind::Village && entry.shape.as_ref().is_some_and(|shape| shape.is_area()) {
            self.areas.push(number);
        }
        self.label(number, entry);
        Ok(())
    }

    fn label(&mut self, number: u32, entry: &Entry) {
        let is_labelled = entry.kind.is_settlement() || entry.kind == PlaceKind::Country;
        if is_labelled && entry.validity.until.is_none() {
            let people = std::cmp::Reverse(entry.population.unwrap_or(0));
            self.labels.push(((entry.kind != PlaceKind::Country, people, entry.kind), number));
        }
        // Kept short while they grow: only the first are written.
        if self.labels.len() >= 4 * MAX_LABELS {
            self.labels.sort_unstable();
            self.labels.truncate(MAX_LABELS);
        }
    }

    /// The row after the last: where the lists of the last place end.
    fn end(&mut self) -> io::Result<()> {
        let [toponyms, parents, ancestors] = self.rows.map(zerocopy::little_endian::U32::new);
        let nothing = TextRow { at: 0.into(), length: 0.into() };
        let zero = zerocopy::little_endian::F64::ZERO;
        self.labels.sort_unstable();
        self.labels.truncate(MAX_LABELS);
        self.sites.sort_unstable_by_key(|site| (site.parent.get(), site.place.get()));
        self.places.row(&PlaceRow {
            id: nothing,
            shape: nothing,
            source: nothing,
            kind: 0,
            lon: zero,
            lat: zero,
            uncertainty_m: zero,
            population: PlaceRow::UNKNOWN.into(),
            from: code_of_day(None),
            until: code_of_day(None),
            toponyms,
            parents,
            ancestors,
        })
    }
}

/// Writes the file; `progress` is told how many of the entries are done. What does not fit into memory goes to files of `scratch`.
pub(super) fn compile<W: Write + Seek, S: Scratch>(
    draft: &Draft,
    about: &About,
    out: W,
    scratch: &S,
    run_bytes: usize,
    progress: &mut dyn FnMut(u64),
) -> io::Result<W> {
    let mut out = BufWriter::with_capacity(1 << 20, out);
    let begin = out.stream_position()?;
    let header_bytes = size_of::<Header>() as u64;
    out.write_all(&vec![0; header_bytes as usize])?;
    let mut out = Hashing { out, hash: Sha256::new(), written: header_bytes };
    let mut texts = Texts { out: &mut out, at: 0, sources: HashMap::new() };
    let mut tables = Tables::new(scratch)?;
    let (mut forms, mut skeletons) = (Runs::new(run_bytes, scratch), Runs::new(run_bytes, scratch));
    for (number, entry) in (0u32..).zip(&draft.entries) {
        tables.place(number, draft, &mut texts)?;
        each_form(entry, draft.is_bilingual(number), &mut |kind, form, toponym, rule| {
            let Ok(toponym) = u16::try_from(toponym) else { return Ok(()) };
            let posting = Posting { place: number, rule: rule.code(), toponym };
            match kind {
                Kind::Form => forms.push(form.as_bytes(), posting.value()),
                Kind::Skeleton => skeletons.push(form.as_bytes(), posting.value()),
            }
        })?;
        if number % 1024 == 1023 {
            progress(u64::from(number) + 1);
        }
    }
    tables.end()?;
    let mut sounds = Runs::new(run_bytes, scratch);
    let (forms, form_postings) = lists_of(forms, scratch, &mut |form, first| {
        let Ok(form) = std::str::from_utf8(form) else { return Ok(()) };
        if form.contains(' ') || form.chars().count() < MIN_MISSPELT_LETTERS {
            return Ok(());
        }
        sounds.push(sound(form).as_bytes(), first.to_be_bytes())
    })?;
    let (skeletons, skeleton_postings) = lists_of(skeletons, scratch, &mut |_, _| Ok(()))?;
    let (sounds, sound_forms) = sounds_of(sounds, scratch)?;
    let mut by_id: Vec<u32> = (0..draft.entries.len() as u32).collect();
    by_id.sort_unstable_by_key(|number| &draft.entries[*number as usize].id);
    let numbers = |numbers: &mut dyn Iterator<Item = u32>| -> Vec<u8> { numbers.flat_map(u32::to_le_bytes).collect() };
    let Tables { places, toponyms, parents, ancestors, areas, sites, labels, .. } = tables;
    let mut extents = [Extent { start: header_bytes.into(), end: out.written.into() }; SECTIONS];
    let mut section = |section: Section, content: Content<S::File>| -> io::Result<()> {
        let start = out.written.into();
        content.copy_to(&mut out)?;
        extents[section as usize] = Extent { start, end: out.written.into() };
        Ok(())
    };
    section(Section::Places, Content::Spool(places))?;
    section(Section::Toponyms, Content::Spool(toponyms))?;
    section(Section::Parents, Content::Spool(parents))?;
    section(Section::Ancestors, Content::Spool(ancestors))?;
    section(Section::ById, Content::Bytes(numbers(&mut by_id.into_iter())))?;
    section(Section::Areas, Content::Bytes(numbers(&mut areas.into_iter())))?;
    section(Section::Sites, Content::Bytes(sites.as_bytes().to_vec()))?;
    section(Section::Labels, Content::Bytes(numbers(&mut labels.into_iter().map(|(_, number)| number))))?;
    section(Section::Forms, Content::Spool(forms))?;
    section(Section::FormPostings, Content::Spool(form_postings))?;
    section(Section::Skeletons, Content::Spool(skeletons))?;
    section(Section::SkeletonPostings, Content::Spool(skeleton_postings))?;
    section(Section::Sounds, Content::Spool(sounds))?;
    section(Section::SoundForms, Content::Spool(sound_forms))?;
    section(Section::About, Content::Bytes(serde_json::to_vec(about).map_err(io::Error::other)?))?;
    let Hashing { mut out, hash, .. } = out;
    out.seek(SeekFrom::Start(begin))?;
    out.write_all(Header::new(extents, hash.finalize().into()).as_bytes())?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// What a section is copied from.
enum Content<F: Write> {
    Spool(Spool<F>),
    Bytes(Vec<u8>),
}

impl<F: Read + Write + Seek> Content<F> {
    fn copy_to(self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => out.write_all(&bytes),
            Self::Spool(spool) => {
                let mut file = spool.0.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.seek(SeekFrom::Start(0))?;
                io::copy(&mut BufReader::with_capacity(1 << 20, file).by_ref(), out).map(drop)
            }
        }
    }
}

impl<F: Write> Write for Spool<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Hashes and counts what is written.
struct Hashing<W> {
    out: W,
    hash: Sha256,
    written: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.hash.update(&bytes[..taken]);
        self.written += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether these are the first bytes of a compiled gazetteer.
pub(super) fn is_compiled(beginning: &[u8]) -> bool {
    beginning.starts_with(&MAGIC)
}
