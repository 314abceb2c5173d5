//! GDELT event files (`*.export.CSV`): tab-separated, without a header (GDELT 2.0 and 1.0 event codebooks).

use super::records::Record;

/// Cells of a row of GDELT 2.0.
const CELLS: usize = 61;

/// Cells of a row of GDELT 1.0, whose places have no second-level code.
const CELLS_1: usize = 58;

/// The columns that mean something here, by their place in GDELT 2.0; the others are kept by number.
const NAMED: [(usize, &str); 9] = [
    (0, "GLOBALEVENTID"),
    (1, "SQLDATE"),
    (6, "Actor1Name"),
    (16, "Actor2Name"),
    (28, "EventRootCode"),
    (GEO_TYPE, "ActionGeo_Type"),
    (GEO_TYPE + 1, "ActionGeo_FullName"),
    (GEO_TYPE + LAT_AFTER_TYPE, "ActionGeo_Lat"),
    (GEO_TYPE + LAT_AFTER_TYPE + 1, "ActionGeo_Long"),
];

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
    let mut names: Vec<String> = (0..cells).map(|number| format!("column {}", number + 1)).collect();
    for (number, name) in NAMED {
        if let Some(cell) = names.get_mut(shifted(number, cells)) {
            *cell = name.to_owned();
        }
    }
    names[cells - 1] = "SOURCEURL".to_owned();
    Record::whole(0, names)
}

/// The row with the coordinates taken out that are only the middle of a country or region (types 1, 2 and 5): its words place it.
pub(super) fn without_centroid(mut record: Record) -> Record {
    let cells = record.cells.len();
    let geo_type = shifted(GEO_TYPE, cells);
    if record.cells.get(geo_type).is_some_and(|kind| !matches!(kind, "3" | "4")) {
        let coordinates = [LAT_AFTER_TYPE, LAT_AFTER_TYPE + 1].map(|after| shifted(GEO_TYPE + after, cells));
        let kept = record.cells.iter().enumerate();
        record.cells = kept.map(|(number, cell)| if coordinates.contains(&number) { "" } else { cell }).collect();
    }
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
