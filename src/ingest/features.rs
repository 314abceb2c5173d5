//! GeoJSON (RFC 7946), feature by feature: a file may have any size, one feature as many bytes as a row.

use super::records::{Fault, Record};
use super::{IngestError, MAX_COLUMNS, MAX_FIELD_BYTES, MAX_ROW_BYTES, container};
use foldhash::{HashMap, HashMapExt};
use memchr::memchr2;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::ops::Range;
use wkt::ToWkt;

/// The column that a feature's own id makes.
const ID_COLUMN: &str = "id";

/// The column that a feature's geometry makes.
const GEOMETRY_COLUMN: &str = "wkt";

/// Longest geometry, bytes of JSON: 1 MiB. What it says has to fit into a cell as WKT, and as numbers it takes many times its text.
pub(super) const MAX_GEOMETRY_BYTES: usize = 1 << 20;

/// Bytes read at a time.
const BLOCK_BYTES: usize = 64 * 1024;

/// What the features of a file have in common.
#[derive(Debug)]
pub(super) struct Layer {
    /// The columns: id, geometry, then all properties in the order in which they come first.
    header: Vec<String>,
    at: HashMap<String, usize>,
    /// Whether the geometries of lines and areas are those of named places, which the words of the features name again.
    is_own: bool,
}

impl Layer {
    /// Looks through a file once for the names of its properties.
    pub(super) fn survey(
        reader: Box<dyn Read + Send + '_>,
        is_own: impl Fn(&[String]) -> bool,
    ) -> Result<Self, IngestError> {
        let mut layer =
            Self { header: vec![ID_COLUMN.to_owned(), GEOMETRY_COLUMN.to_owned()], at: HashMap::new(), is_own: false };
        let mut document = Document::new(reader);
        while let Some(feature) = document.next_feature()? {
            // What is no feature is a problem of its row.
            let Ok(Outline { properties: Some(Names(names)) }) = serde_json::from_slice(feature) else { continue };
            for name in names {
                if !layer.at.contains_key(&name) {
                    if layer.header.len() >= MAX_COLUMNS {
                        return Err(IngestError::TooManyColumns(MAX_COLUMNS + 1));
                    }
                    layer.at.insert(name.clone(), layer.header.len());
                    layer.header.push(name);
                }
            }
        }
        layer.is_own = is_own(&layer.header);
        Ok(layer)
    }

    /// The header, then a record for each feature. Lines are the features' numbers, counted from 2 as in a table.
    pub(super) fn records<'t>(
        &'t self,
        reader: Box<dyn Read + Send + 't>,
    ) -> impl Iterator<Item = Result<Record, IngestError>> + Send + 't {
        let header = std::iter::once(Ok(Record::whole(1, &self.header)));
        let mut document = Document::new(reader);
        let mut line = 1;
        header.chain(std::iter::from_fn(move || {
            line += 1;
            match document.next_feature() {
                Ok(feature) => feature.map(|feature| Ok(self.record(line, feature))),
                Err(error) => Some(Err(error)),
            }
        }))
    }

    fn record(&self, line: u64, json: &[u8]) -> Record {
        self.cells_of(json).map_or_else(
            |_| {
                let text = String::from_utf8_lossy(&json[..json.len().min(MAX_FIELD_BYTES)]);
                Record { fault: Some(Fault::BrokenFeature), ..Record::whole(line, [text.as_ref()]) }
            },
            |(cells, is_long)| Record { fault: is_long.then_some(Fault::LongField), ..Record::whole(line, cells) },
        )
    }

    /// The cells of a feature, and whether one of them is longer than a cell may be. Nothing of it is unfolded that is too long for one.
    fn cells_of(&self, json: &[u8]) -> Result<(Vec<String>, bool), serde_json::Error> {
        // What has a member twice is left out of the survey, and is no feature here either.
        let Parts { kind: Kind::Feature, id, geometry, properties } = serde_json::from_slice(json)?;
        let (mut cells, mut is_long) = (vec![String::new(); self.header.len()], false);
        cells[0] = match id {
            Some(geojson::feature::Id::String(id)) => id,
            Some(geojson::feature::Id::Number(id)) => id.to_string(),
            None => String::new(),
        };
        match geometry.map(RawValue::get) {
            None => {}
            Some(geometry) if geometry.len() <= MAX_GEOMETRY_BYTES => {
                let geometry = serde_json::from_str::<geojson::Geometry>(geometry)?;
                match geo_types::Geometry::<f64>::try_from(&geometry) {
                    Ok(geo_types::Geometry::Point(at)) => cells[1] = format!("POINT({} {})", at.x(), at.y()),
                    Ok(shape) if !self.is_own => cells[1] = shape.wkt_string(),
                    Ok(_) | Err(_) => {}
                }
            }
            Some(geometry) if !self.is_own => {
                geometry[..MAX_FIELD_BYTES].clone_into(&mut cells[1]);
                is_long = true;
            }
            Some(_) => {}
        }
        for (property, value) in properties.into_iter().flatten() {
            let Some(column) = self.at.get(&property) else { continue };
            cells[*column] = match value.get() {
                "null" => String::new(),
                text if text.starts_with('"') => serde_json::from_str(text)?,
                long if long.len() > MAX_FIELD_BYTES => long.to_owned(),
                other => serde_json::from_str::<serde_json::Value>(other)?.to_string(),
            };
        }
        for cell in cells.iter_mut().filter(|cell| cell.len() > MAX_FIELD_BYTES) {
            cell.truncate(cell.floor_char_boundary(MAX_FIELD_BYTES));
            is_long = true;
        }
        Ok((cells, is_long))
    }
}

/// A feature whose geometry and properties are not unfolded yet.
#[derive(Deserialize)]
struct Parts<'f> {
    #[serde(rename = "type")]
    kind: Kind,
    id: Option<geojson::feature::Id>,
    #[serde(borrow)]
    geometry: Option<&'f RawValue>,
    #[serde(borrow)]
    properties: Option<BTreeMap<String, &'f RawValue>>,
}

#[derive(Deserialize)]
enum Kind {
    Feature,
}

/// As much of a feature as tells its columns.
#[derive(Deserialize)]
struct Outline {
    properties: Option<Names>,
}

/// What a document as a whole is (RFC 7946, section 1.4).
#[derive(Deserialize)]
#[serde(tag = "type")]
enum Kinds {
    Feature,
    FeatureCollection,
    Point,
    MultiPoint,
    LineString,
    MultiLineString,
    Polygon,
    MultiPolygon,
    GeometryCollection,
}

/// The names of an object, in their order.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Names, M::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    // What has more names than a table has columns is refused, whatever comes after them.
                    if names.len() <= MAX_COLUMNS || (names.len() <= 2 * MAX_COLUMNS && !names.contains(&name)) {
                        names.push(name);
                    }
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// A window over a JSON text that gives the features of a collection one by one, as bytes. What the bytes of one mean is left to the
/// JSON reader; here only quotes and brackets are looked at.
struct Document<'a> {
    reader: Box<dyn Read + Send + 'a>,
    window: Vec<u8>,
    /// Where what is not taken begins.
    at: usize,
    is_ended: bool,
    state: State,
}

enum State {
    Before,
    InFeatures,
    After,
}

impl<'a> Document<'a> {
    fn new(reader: Box<dyn Read + Send + 'a>) -> Self {
        Self { reader, window: Vec::new(), at: 0, is_ended: false, state: State::Before }
    }

    fn next_feature(&mut self) -> Result<Option<&[u8]>, IngestError> {
        if matches!(self.state, State::Before) {
            if let Some(feature) = self.begin()? {
                self.state = State::After;
                self.window = feature;
                return Ok(Some(&self.window));
            }
            self.state = State::InFeatures;
            if self.peek()? == Some(b']') {
                self.state = State::After;
            }
        } else if matches!(self.state, State::InFeatures) {
            match self.peek()? {
                Some(b',') => self.at += 1,
                Some(b']') => self.state = State::After,
                _ => return Err(broken("expected `,` or `]` after a feature")),
            }
        }
        if matches!(self.state, State::After) {
            return Ok(None);
        }
        let value = self.value()?;
        Ok(Some(&self.window[value]))
    }

    /// Goes to the first feature of a collection; gives the bytes of a document that is one feature.
    fn begin(&mut self) -> Result<Option<Vec<u8>>, IngestError> {
        if self.peek()? == Some(0xef) {
            self.at += 3;
        }
        self.expect(b'{')?;
        let (mut members, mut has_properties) = (b"{".to_vec(), false);
        while self.peek()? != Some(b'}') {
            if members.len() > 1 {
                self.expect(b',')?;
                members.push(b',');
            }
            let key = self.value()?;
            let key = self.window[key].to_vec();
            self.expect(b':')?;
            if key == b"\"features\"" && self.peek()? == Some(b'[') {
                self.at += 1;
                return Ok(None);
            }
            has_properties |= key == b"\"properties\"";
            let value = self.value()?;
            if members.len() + value.len() > MAX_ROW_BYTES {
                return Err(broken(TOO_LARGE));
            }
            members.extend_from_slice(&key);
            members.push(b':');
            members.extend_from_slice(&self.window[value]);
        }
        members.push(b'}');
        match serde_json::from_slice::<Kinds>(&members) {
            Ok(Kinds::Feature) if has_properties => Ok(Some(members)),
            Ok(Kinds::FeatureCollection) => Err(broken("`features` is no list")),
            Ok(_) => Err(broken("a geometry without properties says nothing of what happened")),
            Err(error) => Err(broken(&error.to_string())),
        }
    }

    fn expect(&mut self, wanted: u8) -> Result<(), IngestError> {
        match self.peek()? {
            Some(found) if found == wanted => {
                self.at += 1;
                Ok(())
            }
            _ => Err(broken(&format!("expected `{}`", char::from(wanted)))),
        }
    }

    /// The next byte that is no space; it is not taken.
    fn peek(&mut self) -> Result<Option<u8>, IngestError> {
        loop {
            while let Some(byte) = self.window.get(self.at) {
                if !byte.is_ascii_whitespace() {
                    return Ok(Some(*byte));
                }
                self.at += 1;
            }
            if self.is_ended {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// Takes one value; gives where it stands in the window.
    fn value(&mut self) -> Result<Range<usize>, IngestError> {
        self.peek()?;
        self.window.drain(..self.at);
        self.at = 0;
        let mut scan = Scan::default();
        loop {
            if let Some(end) = scan.go_on(&self.window) {
                self.at = end;
                return Ok(0..end);
            }
            if self.is_ended {
                return Err(broken("the file breaks off"));
            }
            if self.window.len() > MAX_ROW_BYTES {
                return Err(broken(TOO_LARGE));
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), IngestError> {
        self.window.drain(..self.at);
        self.at = 0;
        let wanted = BLOCK_BYTES.max(self.window.len() / 2);
        self.window.reserve_exact(wanted);
        let read = (&mut self.reader).take(wanted as u64).read_to_end(&mut self.window);
        self.is_ended = read.map_err(container::fault_of)? < wanted;
        Ok(())
    }
}

const TOO_LARGE: &str = "one feature has more than 16 MiB";

fn broken(what: &str) -> IngestError {
    IngestError::GeoJson(what.to_owned())
}

/// Looks for the end of a value that begins at the start of a window.
#[derive(Default)]
struct Scan {
    at: usize,
    depth: usize,
    is_in_text: bool,
}

impl Scan {
    /// Where the value ends; `None` when the window is too short.
    fn go_on(&mut self, window: &[u8]) -> Option<usize> {
        loop {
            if self.is_in_text {
                let found = self.at + memchr2(b'"', b'\\', window.get(self.at..)?)?;
                if window[found] == b'\\' {
                    // What it protects may come with the next block.
                    window.get(found + 1)?;
                    self.at = found + 2;
                    continue;
                }
                self.is_in_text = false;
                self.at = found + 1;
                if self.depth == 0 {
                    return Some(self.at);
                }
            }
            let byte = *window.get(self.at)?;
            match byte {
                b'"' => self.is_in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' | b',' | b':' if self.depth == 0 => return Some(self.at),
                b'}' | b']' if self.depth == 1 => return Some(self.at + 1),
                b'}' | b']' => self.depth -= 1,
                byte if self.depth == 0 && byte.is_ascii_whitespace() => return Some(self.at),
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io;

    /// Gives few bytes at a time, as a pipe does.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = into.len().min(self.0.len()).min(self.1);
            into[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    proptest! {
        #[test]
        fn the_features_of_a_stream_are_those_of_the_document(
            titles in prop::collection::vec("[a-яё\"\\\\{}\\[\\], \n]{0,12}", 0..6),
            step in 1usize..9,
            is_spaced in any::<bool>(),
        ) {
            let features: Vec<_> = titles.iter().map(|title| serde_json::json!({
                "type": "Feature", "geometry": { "type": "Point", "coordinates": [1.5, 2] }, "properties": { "title": title }
            })).collect();
            let document = serde_json::json!({ "name": { "a": [1, "]"] }, "features": features, "type": "FeatureCollection" });
            let text = if is_spaced { serde_json::to_string_pretty(&document).unwrap() } else { document.to_string() };
            let mut stream = Document::new(Box::new(Slow(text.as_bytes(), step)));
            let mut found = Vec::new();
            while let Some(feature) = stream.next_feature().unwrap() {
                found.push(serde_json::from_slice::<serde_json::Value>(feature).unwrap());
            }
            prop_assert_eq!(found, features);
        }

        #[test]
        fn any_bytes_end_in_features_or_an_error(bytes in prop::collection::vec(prop::sample::select(b"{}[]\":,\\ a1".to_vec()), 0..60)) {
            let text = [b"{\"features\":[".as_slice(), &bytes].concat();
            let mut stream = Document::new(Box::new(&text[..]));
            let mut count = 0;
            while let Ok(Some(_)) = stream.next_feature() {
                count += 1;
                prop_assert!(count < 100);
            }
        }
    }
}
