//! Columns that are named by tags of the Humanitarian Exchange Language (hxlstandard.org).

use super::cells::Cells;
use super::columns::Field;

/// HXL tags, attributes joined in the order they stand (hxlstandard.org, dictionary 1.1).
const HXL_TAGS: [(Field, &[&str]); 15] = [
    (Field::Id, &["#event+code", "#event+id", "#meta+id"]),
    (Field::Date, &["#date", "#date+occurred", "#date+start", "#date+event"]),
    (Field::DateEnd, &["#date+end"]),
    (Field::Title, &["#event", "#event+name", "#event+title"]),
    (Field::Description, &["#description", "#description+text"]),
    (Field::Category, &["#event+type", "#cause", "#event+category"]),
    (Field::Source, &["#meta+source", "#meta+source+name"]),
    (Field::SourceUrl, &["#meta+url", "#meta+source+url"]),
    (Field::Place, &["#loc", "#loc+name"]),
    (Field::City, &["#adm4+name", "#loc+city", "#loc+town"]),
    (Field::District, &["#adm2", "#adm2+name"]),
    (Field::Region, &["#adm1", "#adm1+name"]),
    (Field::Country, &["#country", "#country+name"]),
    (Field::Lat, &["#geo+lat"]),
    (Field::Lon, &["#geo+lon"]),
];

/// The meaning of an HXL tag such as `#geo+lat`.
pub(super) fn field_of_tag(tag: &str) -> Option<Field> {
    let tag: String = tag.to_lowercase().split_whitespace().collect();
    HXL_TAGS.iter().find(|(_, tags)| tags.contains(&tag.as_str())).map(|(field, _)| *field)
}

/// Whether a row is one of HXL tags of which some have a meaning here.
pub(super) fn has_tags(cells: &Cells) -> bool {
    is_hxl_row(cells) && cells.iter().any(|cell| field_of_tag(cell).is_some())
}

/// Whether a row is the HXL row: some cell begins with `#`, and all that are not empty do.
pub(super) fn is_hxl_row(cells: &Cells) -> bool {
    let mut filled = cells.iter().map(str::trim).filter(|cell| !cell.is_empty()).peekable();
    filled.peek().is_some() && filled.all(|cell| cell.starts_with('#') && cell.len() > 1)
}
