//! GDELT event files (`*.export.CSV`): tab-separated, without a header (GDELT 2.0 and 1.0 event codebooks).

use super::records::Record;
use super::versions::Versions;

/// Cells of a row of GDELT 2.0.
const CELLS: usize = 61;

/// Cells of a row of GDELT 1.0, whose places have no second-level code.
const CELLS_1: usize = 58;

/// The columns of GDELT 2.0.
const HEADER: [&str; CELLS] = [
    "GLOBALEVENTID",
    "SQLDATE",
    "MonthYear",
    "Year",
    "FractionDate",
    "Actor1Code",
    "Actor1Name",
    "Actor1CountryCode",
    "Actor1KnownGroupCode",
    "Actor1EthnicCode",
    "Actor1Religion1Code",
    "Actor1Religion2Code",
    "Actor1Type1Code",
    "Actor1Type2Code",
    "Actor1Type3Code",
    "Actor2Code",
    "Actor2Name",
    "Actor2CountryCode",
    "Actor2KnownGroupCode",
    "Actor2EthnicCode",
    "Actor2Religion1Code",
    "Actor2Religion2Code",
    "Actor2Type1Code",
    "Actor2Type2Code",
    "Actor2Type3Code",
    "IsRootEvent",
    "EventCode",
    "EventBaseCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
    "NumMentions",
    "NumSources",
    "NumArticles",
    "AvgTone",
    "Actor1Geo_Type",
    "Actor1Geo_FullName",
    "Actor1Geo_CountryCode",
    "Actor1Geo_ADM1Code",
    "Actor1Geo_ADM2Code",
    "Actor1Geo_Lat",
    "Actor1Geo_Long",
    "Actor1Geo_FeatureID",
    "Actor2Geo_Type",
    "Actor2Geo_FullName",
    "Actor2Geo_CountryCode",
    "Actor2Geo_ADM1Code",
    "Actor2Geo_ADM2Code",
    "Actor2Geo_Lat",
    "Actor2Geo_Long",
    "Actor2Geo_FeatureID",
    "ActionGeo_Type",
    "ActionGeo_FullName",
    "ActionGeo_CountryCode",
    "ActionGeo_ADM1Code",
    "ActionGeo_ADM2Code",
    "ActionGeo_Lat",
    "ActionGeo_Long",
    "ActionGeo_FeatureID",
    "DATEADDED",
    "SOURCEURL",
];

/// What the root codes of CAMEO mean, from 01 (CAMEO codebook 1.1b3).
const ROOTS: [&str; 20] = [
    "Make public statement",
    "Appeal",
    "Express intent to cooperate",
    "Consult",
    "Engage in diplomatic cooperation",
    "Engage in material cooperation",
    "Provide aid",
    "Yield",
    "Investigate",
    "Demand",
    "Disapprove",
    "Reject",
    "Threaten",
    "Protest",
    "Exhibit force posture",
    "Reduce relations",
    "Coerce",
    "Assault",
    "Fight",
    "Use unconventional mass violence",
];

/// Where the root code stands; the full code stands beside it.
const ROOT_CODE: usize = 28;

/// Where the kind of the place stands in GDELT 2.0.
const GEO_TYPE: usize = 51;

/// Cells from the kind of a place to its latitude.
const LAT_AFTER_TYPE: usize = 5;

/// Whether a first row is one of GDELT: as many cells, the first an id, the second a day in eight digits.
pub(super) fn is_row(record: &Record) -> bool {
    let is_number = |cell: usize, length: std::ops::RangeInclusive<usize>| {
        let text = &record.cells[cell];
        length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    [CELLS, CELLS_1].contains(&record.cells.len()) && is_number(0, 1..=12) && is_number(1, 8..=8)
}

/// The header that such a file lacks.
pub(super) fn header(cells: usize) -> Record {
    let is_there = |name: &&&str| cells == CELLS || !name.ends_with("_ADM2Code");
    Record::whole(0, HEADER.iter().filter(is_there))
}

/// What makes rows of so many cells versions of one another.
pub(super) fn versions(cells: usize) -> Versions {
    Versions::Article { url: cells - 1, geo_type: shifted(GEO_TYPE, cells) }
}

/// The row with the words of its root code, and without coordinates that are only the middle of a country or region (types 1, 2 and 5):
/// its words place it.
pub(super) fn understood(mut record: Record) -> Record {
    let cells = record.cells.len();
    let geo_type = shifted(GEO_TYPE, cells);
    let is_centroid = record.cells.get(geo_type).is_some_and(|kind| !matches!(kind, "3" | "4"));
    let coordinates = [LAT_AFTER_TYPE, LAT_AFTER_TYPE + 1].map(|after| shifted(GEO_TYPE + after, cells));
    let root = |code: &str| code.parse::<usize>().ok().and_then(|code| ROOTS.get(code.checked_sub(1)?).copied());
    let understood = record.cells.iter().enumerate().map(|(number, cell)| match number {
        ROOT_CODE => root(cell).unwrap_or(cell),
        number if is_centroid && coordinates.contains(&number) => "",
        _ => cell,
    });
    record.cells = understood.collect();
    record
}

/// The place of a column of GDELT 2.0 in a row of so many cells: each of the three places of a row of 1.0 is one cell shorter, after its
/// first-level code.
fn shifted(number: usize, cells: usize) -> usize {
    if cells != CELLS_1 {
        return number;
    }
    match number {
        GEO_TYPE.. if number > GEO_TYPE + 3 => number - 3,
        GEO_TYPE.. => number - 2,
        _ => number,
    }
}
