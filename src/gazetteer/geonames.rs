//! GeoNames dumps: `geoname` files (19 columns) and `alternateNamesV2` files, as described in the readme of
//! download.geonames.org/export/dump. Tab-separated, UTF-8, no header, no quoting.

use super::stack::{Interned, Origin, Record};
use super::{NameStatus, PlaceKind, Toponym, Validity};
use crate::geo::LonLat;
use crate::incident::Language;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _};

/// What a file was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Places,
    AlternateNames,
}

/// Recognises a GeoNames file by its first line; `None` for anything else.
pub(super) fn layout_of(bytes: &[u8]) -> Option<Layout> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let line = std::str::from_utf8(&bytes[..end]).ok()?.trim_start_matches('\u{feff}');
    let cells: Vec<&str> = line.split('\t').collect();
    let is_number = |cell: &&str| !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
    match cells.len() {
        19 if is_number(&cells[0]) => Some(Layout::Places),
        8..=10 if is_number(&cells[0]) && is_number(&cells[1]) => Some(Layout::AlternateNames),
        _ => None,
    }
}

/// Reads a `geoname` file. What has no kind here is counted in `skipped` by its feature code, what is broken in `broken`.
pub(super) fn read_places(
    mut reader: impl BufRead,
    skipped: &mut BTreeMap<String, u64>,
    broken: &mut Vec<(u64, String)>,
) -> io::Result<Vec<Record>> {
    let mut records = Vec::new();
    let mut interned = Interned::default();
    let mut bytes = Vec::new();
    let mut line = 0;
    while next_line(&mut reader, &mut bytes)? {
        line += 1;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            broken.push((line, "is not UTF-8".to_owned()));
            continue;
        };
        let text = text.trim_start_matches('\u{feff}').trim_end_matches('\r');
        if text.is_empty() {
            continue;
        }
        let cells: Vec<&str> = text.split('\t').collect();
        if cells.len() < 15 {
            broken.push((line, format!("has {} columns instead of 19", cells.len())));
            continue;
        }
        let (class, code) = (cells[6], cells[7]);
        let population = cells[14].parse().unwrap_or(0);
        let Some(kind) = kind_of(class, code, population) else {
            *skipped.entry(format!("{class}.{code}")).or_default() += 1;
            continue;
        };
        let parsed = (cells[0].parse(), cells[5].parse(), cells[4].parse());
        let (Ok(id), Ok(lon), Ok(lat)) = parsed else {
            broken.push((line, "has no id or no coordinates".to_owned()));
            continue;
        };
        let position = match LonLat::new(lon, lat) {
            Ok(position) => position,
            Err(error) => {
                broken.push((line, error.to_string()));
                continue;
            }
        };
        let mut toponyms = Vec::new();
        add(&mut toponyms, kind, cells[1], language_of(cells[1]), NameStatus::Official);
        add(&mut toponyms, kind, cells[2], Language::En, NameStatus::Listed);
        for name in cells[3].split(',') {
            add(&mut toponyms, kind, name, language_of(name), NameStatus::Listed);
        }
        if toponyms.is_empty() {
            broken.push((line, "has no name".to_owned()));
            continue;
        }
        let id: u64 = id;
        records.push(Record {
            origin: Origin::GeoNames { line },
            number: id,
            kind,
            toponyms,
            position,
            country: interned.text(&cells[8].to_lowercase()),
            admin1: interned.text(cells[10]),
            population,
            shape: None,
            uncertainty_m: None,
            is_of_town: kind == PlaceKind::District && cells[3].split(',').any(|name| name.trim().starts_with("г.")),
        });
    }
    Ok(records)
}

/// Longest line, bytes; the longest of the dump of all countries is some 20,000.
const MAX_LINE_BYTES: u64 = 1 << 20;

/// Reads the next line without its end; `false` at the end of the file.
fn next_line(reader: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<bool> {
    bytes.clear();
    if reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', bytes)? == 0 {
        return Ok(false);
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    Ok(true)
}

/// Reads an `alternateNamesV2` file and gives every name with its GeoNames id to `take`. Languages other than ours, links and codes
/// are left out.
pub(super) fn read_names(
    mut reader: impl BufRead,
    take: &mut dyn FnMut(u64, &str, Language, NameStatus),
) -> io::Result<()> {
    let mut bytes = Vec::new();
    while next_line(&mut reader, &mut bytes)? {
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let cells: Vec<&str> = text.trim_end_matches('\r').split('\t').collect();
        let (Some(Ok(id)), Some(code), Some(name)) =
            (cells.get(1).map(|id| id.parse::<u64>()), cells.get(2), cells.get(3))
        else {
            continue;
        };
        let language = match *code {
            "" => language_of(name),
            code => match code.parse::<Language>() {
                Ok(language) => language,
                Err(_) => continue,
            },
        };
        let is = |column: usize| cells.get(column).is_some_and(|cell| *cell == "1");
        let status = match (is(7), is(5), is(4)) {
            (true, ..) => NameStatus::Former,
            (_, true, _) => NameStatus::Short,
            (_, _, true) => NameStatus::Official,
            _ => NameStatus::Listed,
        };
        take(id, name, language, status);
    }
    Ok(())
}

impl Record {
    /// Takes over a labelled name of its id; a preferred name becomes the official one of its language.
    pub(super) fn take_name(&mut self, name: &str, language: Language, status: NameStatus) {
        // One official name a language; the place's own English name stays it.
        let has_official =
            self.toponyms.iter().any(|toponym| toponym.language == language && toponym.status == NameStatus::Official);
        let status = if status == NameStatus::Official && has_official { NameStatus::Listed } else { status };
        let plain = without_kind_word(name, self.kind);
        match self.toponyms.iter_mut().find(|known| known.name == plain) {
            // What only the letters told is corrected by the label.
            Some(known) if known.status != NameStatus::Official => {
                (known.language, known.status) = (language, status);
            }
            Some(_) => {}
            None => add(&mut self.toponyms, self.kind, name, language, status),
        }
    }

    /// Puts the official names first, as every entry has them.
    pub(super) fn official_names_first(&mut self) {
        self.toponyms.sort_by_key(|toponym| toponym.status != NameStatus::Official);
        self.toponyms.shrink_to_fit();
    }
}

fn add(toponyms: &mut Vec<Toponym>, kind: PlaceKind, name: &str, language: Language, status: NameStatus) {
    // The names of a district stand at its seat as well.
    if kind.is_settlement() && name.split_whitespace().count() > 1 && name.split_whitespace().any(is_area_word) {
        return;
    }
    let name = without_kind_word(name, kind);
    if !name.is_empty() && toponyms.iter().all(|known| known.name != name) {
        toponyms.push(Toponym { name, language, status, validity: Validity::default() });
    }
}

/// Words for areas that make the name of a settlement that of its district, lower case.
fn is_area_word(word: &str) -> bool {
    const AREAS: [&str; 17] = [
        "район",
        "ауданы",
        "аудан",
        "audany",
        "district",
        "rayon",
        "raion",
        "область",
        "облысы",
        "oblysy",
        "oblast",
        "oblast’",
        "region",
        "province",
        "rural",
        "округ",
        "округі",
    ];
    AREAS.contains(&word.to_lowercase().as_str())
}

/// Kind words before and after the names of settlements, lower case.
const BEFORE_SETTLEMENTS: [&str; 18] = [
    "село",
    "селение",
    "посёлок",
    "поселок",
    "аул",
    "станция",
    "город",
    "деревня",
    "с.",
    "п.",
    "г.",
    "пос.",
    "ст.",
    "selo",
    "poselok",
    "stantsiya",
    "stanitsa",
    "aul",
];
const AFTER_SETTLEMENTS: [&str; 15] = [
    "ауылы",
    "кенті",
    "қаласы",
    "стансасы",
    "станциясы",
    "бекеті",
    "ауылдық",
    "auyly",
    "aŭyly",
    "awyly",
    "kenti",
    "qalasy",
    "stansasy",
    "village",
    "ауыл",
];

/// Kind words that GeoNames writes into names of regions, districts and towns, lower case.
const KIND_WORDS: [&str; 22] = [
    "область",
    "облысы",
    "region",
    "oblast",
    "oblast’",
    "oblysy",
    "province",
    "район",
    "ауданы",
    "district",
    "audany",
    "rayon",
    "raion",
    "қаласы",
    "город",
    "қ.",
    "г.",
    "обл.",
    "область,",
    "qalasy",
    "аудан",
    "область\"",
];

/// A name without its kind word: `Маңғыстау облысы` of a region is `Маңғыстау`.
fn without_kind_word(name: &str, kind: PlaceKind) -> String {
    let name = name.trim().trim_matches('"').trim();
    let name = if kind.is_settlement() { without_settlement_word(name) } else { name };
    if !matches!(kind, PlaceKind::Region | PlaceKind::District | PlaceKind::City) {
        return name.to_owned();
    }
    let words: Vec<&str> =
        name.split_whitespace().filter(|word| !KIND_WORDS.contains(&word.to_lowercase().as_str())).collect();
    if words.is_empty() { name.to_owned() } else { words.join(" ") }
}

/// The name of a settlement without the kind word at its end or beginning: "Жансүгіров ауылы", "Станция Канайка". A number or a small
/// word alone is no name, nor is "Посёлок".
fn without_settlement_word(name: &str) -> &str {
    let is_name = |rest: &&str| rest.chars().next().is_some_and(char::is_uppercase) && rest.chars().count() > 2;
    let is_in = |words: &[&str], word: &str| words.contains(&word.to_lowercase().as_str());
    let after = name.rsplit_once(' ').filter(|(_, word)| is_in(&AFTER_SETTLEMENTS, word)).map(|(rest, _)| rest);
    let before = || name.split_once(' ').filter(|(word, _)| is_in(&BEFORE_SETTLEMENTS, word)).map(|(_, rest)| rest);
    after.or_else(before).map(str::trim).filter(is_name).unwrap_or(name)
}

/// The language that the letters of a name tell.
pub(super) fn language_of(name: &str) -> Language {
    let lower = name.to_lowercase();
    if !lower.chars().any(|c| ('\u{400}'..='\u{52f}').contains(&c)) {
        Language::En
    } else if lower.contains(['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ']) {
        Language::Kk
    } else if lower.contains(['ї', 'є', 'ґ']) {
        Language::Uk
    } else if lower.contains('і') {
        Language::Kk
    } else {
        Language::Ru
    }
}

/// The kind for a feature class and code (geonames.org/export/codes.html); `None` for what this program does not place.
fn kind_of(class: &str, code: &str, population: u64) -> Option<PlaceKind> {
    Some(match (class, code) {
        ("A", "PCLI" | "PCL" | "PCLD" | "PCLF" | "PCLS") => PlaceKind::Country,
        ("A", "ADM1") => PlaceKind::Region,
        ("A", "ADM2") => PlaceKind::District,
        ("P", "PPLQ" | "PPLH" | "PPLW" | "PPLCH") => return None,
        ("P", "PPLX") => PlaceKind::Quarter,
        ("P", "PPLC" | "PPLA") => PlaceKind::City,
        ("P", _) => settlement_of(population),
        ("S", "AIRP") => PlaceKind::Airport,
        ("S", "RSTN" | "BUSTN") => PlaceKind::Station,
        ("S", "SQR") | ("L", "SQR") => PlaceKind::Square,
        ("S", "MKT") => PlaceKind::Market,
        ("L", "PRK") => PlaceKind::Park,
        ("S", "GOVL" | "ADMF" | "PAL") => PlaceKind::Building,
        _ => return None,
    })
}

/// The kind of a settlement with so many people.
pub(super) fn settlement_of(population: u64) -> PlaceKind {
    match population {
        20_000.. => PlaceKind::City,
        5_000.. => PlaceKind::Town,
        _ => PlaceKind::Village,
    }
}

/// Metres within which something reported "in" a place of this kind and population lies, when no extent is known. Settlements: the
/// radius of a circle of 1,000 people a square kilometre, doubled for what lies off the middle, and a minute of arc of rounding.
pub(super) fn uncertainty_m(kind: PlaceKind, population: u64) -> f64 {
    match kind {
        PlaceKind::Country => 1_500_000.0,
        PlaceKind::Region => 350_000.0,
        // Half of Kazakhstan's districts reach farther than 90 km from the middle that lists give them.
        PlaceKind::District => 120_000.0,
        PlaceKind::City | PlaceKind::Town | PlaceKind::Village => {
            let radius_km = (population as f64 / 1000.0 / std::f64::consts::PI).sqrt();
            ((2.0 * radius_km).clamp(1.0, 18.0) * 1000.0 + 1_800.0).round()
        }
        PlaceKind::Airport => 3_000.0,
        PlaceKind::CityDistrict | PlaceKind::Quarter | PlaceKind::Microdistrict => 3_000.0,
        PlaceKind::Street | PlaceKind::Square | PlaceKind::Station | PlaceKind::Park | PlaceKind::Market => 1_500.0,
        PlaceKind::Building => 1_000.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_language_and_without_kind_words() {
        let line = "85672923\tMangghystau\tMangghystau\tMangystau Region,Маңғыстау облысы,Мангистауская область\t44.16\t54.17\tA\tADM1\tKZ\t\t09\t\t\t\t510377\t\t\t\t\n";
        assert_eq!(layout_of(line.as_bytes()), Some(Layout::Places));
        let records = read_places(line.as_bytes(), &mut BTreeMap::new(), &mut Vec::new()).unwrap();
        let names: Vec<(&str, Language)> =
            records[0].toponyms.iter().map(|toponym| (toponym.name.as_str(), toponym.language)).collect();
        assert_eq!(
            names,
            [
                ("Mangghystau", Language::En),
                ("Mangystau", Language::En),
                ("Маңғыстау", Language::Kk),
                ("Мангистауская", Language::Ru)
            ]
        );
    }

    #[test]
    fn settlements_are_called_without_their_kind_words_and_never_as_their_district() {
        for (written, name) in [
            ("Жансүгіров ауылы", "Жансүгіров"),
            ("Станция Канайка", "Канайка"),
            ("Балықшы кенті", "Балықшы"),
            ("Посёлок имени Степана Разина", "Посёлок имени Степана Разина"),
            ("Посёлок", "Посёлок"),
            ("Куль-Аул", "Куль-Аул"),
            ("Аул 5", "Аул 5"),
        ] {
            assert_eq!(without_kind_word(written, PlaceKind::Village), name);
        }
        let mut toponyms = Vec::new();
        for name in ["Шортанды", "Шортандинский район", "Shortandy District", "Шортанды ауданы"]
        {
            add(&mut toponyms, PlaceKind::Town, name, language_of(name), NameStatus::Alternative);
        }
        assert_eq!(toponyms.len(), 1);
    }

    #[test]
    fn broken_lines_and_unknown_codes_are_counted_and_hide_nothing() {
        let text = "1\tA\n2\tTown\tTown\t\t50.1\t60.2\tP\tPPL\tKZ\t\t01\t\t\t\t6000\t\t\t\t\n3\tHill\tHill\t\t50.1\t60.2\tT\tHLL\tKZ\t\t01\t\t\t\t0\t\t\t\t\n4\tNowhere\tNowhere\t\t95\t60\tP\tPPL\tKZ\t\t01\t\t\t\t0\t\t\t\t\n";
        let (mut skipped, mut broken) = (BTreeMap::new(), Vec::new());
        let records = read_places(text.as_bytes(), &mut skipped, &mut broken).unwrap();
        assert_eq!((records.len(), records[0].kind), (1, PlaceKind::Town));
        assert_eq!(skipped.get("T.HLL"), Some(&1));
        assert_eq!(broken.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4]);
    }
}
