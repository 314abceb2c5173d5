//! What is wrong with a row: where, what was there, why it is wrong, how to repair it.

use crate::incident::{Report, UnknownWord, words};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// How much of a value is shown.
pub const MAX_VALUE_CHARS: usize = 200;

/// Stands for the column that names the place, until [`super::Table::in_its_words`] says how the file calls it.
pub const PLACE_COLUMN: &str = "place";

/// Stands for the columns of the position in the same way.
pub const POSITION_COLUMN: &str = "lat, lon";

/// What kind of thing is wrong, for those who tell it in another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the reasons that go with them say what they mean")]
pub enum ProblemCode {
    SameId,
    NoLink,
    NoPlace,
    NotPlaced,
    BrokenEncoding,
    UnclosedQuote,
    LongCell,
    FewCells,
    ManyCells,
    ZeroCharacter,
    BadDate,
    AmbiguousDate,
    BadTime,
    EndBeforeStart,
    BadCoordinates,
    SwappedCoordinates,
    FarFromPlace,
    BadFeature,
    ShapeNotDrawn,
    OtherVersion,
    TextNotKept,
    RepeatedRow,
    CellWithoutValue,
}

words!(ProblemCode, "code of a problem", {
    SameId => "same_id", NoLink => "no_link", NoPlace => "no_place", NotPlaced => "not_placed",
    BrokenEncoding => "broken_encoding", UnclosedQuote => "unclosed_quote", LongCell => "long_cell",
    FewCells => "few_cells", ManyCells => "many_cells", ZeroCharacter => "zero_character", BadDate => "bad_date",
    AmbiguousDate => "ambiguous_date", BadTime => "bad_time", EndBeforeStart => "end_before_start",
    BadCoordinates => "bad_coordinates",
    SwappedCoordinates => "swapped_coordinates", FarFromPlace => "far_from_place",
    BadFeature => "bad_feature", ShapeNotDrawn => "shape_not_drawn", OtherVersion => "other_version",
    TextNotKept => "text_not_kept", RepeatedRow => "repeated_row",
    CellWithoutValue => "cell_without_value",
});

/// One thing that is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// What kind of thing.
    pub code: ProblemCode,
    /// First line of the row, counted from 1 with the header.
    pub line: u64,
    /// The column as the file names it; empty when it is the row as a whole.
    pub column: String,
    /// What was there, cut to [`MAX_VALUE_CHARS`].
    pub value: String,
    /// Why it is wrong.
    pub reason: String,
    /// What to do.
    pub repair: String,
    /// Whether the row was taken all the same.
    pub kept: bool,
}

impl RowProblem {
    /// A row that was not taken.
    #[must_use]
    pub fn rejected(
        code: ProblemCode,
        line: u64,
        column: &str,
        value: &str,
        reason: impl Into<String>,
        repair: impl Into<String>,
    ) -> Self {
        Self {
            code,
            line,
            column: column.to_owned(),
            value: shown(value),
            reason: reason.into(),
            repair: repair.into(),
            kept: false,
        }
    }

    /// A row that was taken, with something to look at.
    #[must_use]
    pub fn kept(
        code: ProblemCode,
        line: u64,
        column: &str,
        value: &str,
        reason: impl Into<String>,
        repair: impl Into<String>,
    ) -> Self {
        Self { kept: true, ..Self::rejected(code, line, column, value, reason, repair) }
    }

    /// A row whose words name no place that could be found; it is kept without a location.
    #[must_use]
    pub fn place_not_found(report: &Report, why: &str) -> Self {
        let words: Vec<&str> = [&report.place_text, &report.city, &report.region, &report.country]
            .into_iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        Self::kept(
            ProblemCode::NotPlaced,
            report.line,
            PLACE_COLUMN,
            &words.join(", "),
            format!("not placed: {why}"),
            "name the town or region in full, or add the place to your own gazetteer file",
        )
    }
}

/// What a row says that is not taken because another counts in its place.
pub(super) fn other_version(line: u64, column: &str, value: &str, better: u64) -> RowProblem {
    RowProblem::kept(
        ProblemCode::OtherVersion,
        line,
        column,
        value,
        format!("line {better} tells of the same event and counts in its place"),
        "nothing needs to be done",
    )
}

fn shown(value: &str) -> String {
    if value.chars().count() <= MAX_VALUE_CHARS {
        return value.to_owned();
    }
    value.chars().take(MAX_VALUE_CHARS - 1).chain(['…']).collect()
}
