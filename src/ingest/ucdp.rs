//! UCDP GED files without a header, as some candidate releases come (24.0.1); the columns are those of the codebook.

use super::records::Record;

/// The columns of the Georeferenced Event Dataset.
const HEADER: [&str; 49] = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
];

/// Where the id of the event in its conflict stands.
const RELID: usize = 1;

/// Whether a first row is an event: as many cells as there are columns, a number, and an id such as `IRQ-1989-1-524-322`.
pub(super) fn is_row(record: &Record) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut relid = record.cells.get(RELID).unwrap_or_default().split('-');
    record.cells.len() == HEADER.len()
        && is_number(&record.cells[0])
        && relid.next().is_some_and(|state| state.len() == 3 && state.bytes().all(|byte| byte.is_ascii_uppercase()))
        && relid.next().is_some_and(|year| year.len() == 4 && is_number(year))
        && relid.next().is_some()
}

/// The header that such a file lacks.
pub(super) fn header() -> Record {
    Record::whole(0, HEADER)
}
