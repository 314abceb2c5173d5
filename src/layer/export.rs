//! Incidents as a table that loads again.

use super::feature::FeatureProperties;
use crate::cell::inert;
use crate::geo::LonLat;
use crate::incident::{Doubt, Language, Method, TABLE_COLUMNS};

/// The columns that hold numbers of our own making.
const NUMBERS: [&str; 6] = ["lat", "lon", "uncertainty_m", "score", "resolved_lon", "resolved_lat"];

/// The header, `extra` being the names of further columns.
#[must_use]
pub fn header(extra: &[String]) -> Vec<String> {
    TABLE_COLUMNS.into_iter().map(str::to_owned).chain(extra.iter().map(|name| inert(name))).collect()
}

/// One incident; cells from outside are kept from running as formulas.
#[must_use]
pub fn row(position: Option<LonLat>, properties: &FeatureProperties, extra: &[String]) -> Vec<String> {
    let p = properties;
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let text = |value: Option<&str>| value.unwrap_or("").to_owned();
    // Only coordinates that stood in the source count as given; found ones would freeze the answer of this gazetteer.
    let given = position.filter(|_| p.method == Some(Method::Given));
    let cells = [
        p.key.clone(),
        text(p.occurred.as_deref()),
        p.title.clone(),
        p.description.clone(),
        p.place_text.clone(),
        p.city.clone(),
        p.region.clone(),
        p.country.clone(),
        number(given.map(|at| at.lat)),
        number(given.map(|at| at.lon)),
        p.category.clone(),
        p.source.clone(),
        p.source_url.clone(),
        text(p.language.map(Language::as_str)),
        p.dataset.clone(),
        text(p.place_id.as_deref()),
        text(p.place_name.as_deref()),
        text(p.place_path.as_deref()),
        p.status.to_string(),
        p.precision.to_string(),
        number(p.uncertainty_m),
        text(p.method.map(Method::as_str)),
        number(p.score),
        text(p.doubt.map(Doubt::as_str)),
        number(position.map(|at| at.lon)),
        number(position.map(|at| at.lat)),
    ];
    let own = TABLE_COLUMNS.iter().zip(&cells).map(|(column, cell)| {
        // Numbers of our own making stay numbers.
        if NUMBERS.contains(column) { cell.clone() } else { inert(cell) }
    });
    let further = extra.iter().map(|name| {
        let value = p.extra.iter().find(|(header, _)| header == name);
        value.map(|(_, value)| inert(value)).unwrap_or_default()
    });
    own.chain(further).collect()
}

/// Most incidents in a workbook: what Excel takes, without the header.
pub const MAX_SHEET_ROWS: usize = 1_048_575;

/// Longest cell of a workbook that Excel takes, in UTF-16 units.
pub const MAX_SHEET_CELL: usize = 32_767;

/// Why incidents do not become a workbook.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// Too many of them.
    #[error("{0} incidents are more than the {MAX_SHEET_ROWS} rows of a workbook; filter them, or take CSV")]
    TooManyRows(usize),
    /// A long text.
    #[error("incident `{0}` has a text longer than the {MAX_SHEET_CELL} characters of a cell; take CSV")]
    LongCell(String),
    /// The workbook cannot be written.
    #[error("the workbook cannot be written: {0}")]
    Unwritable(#[from] rust_xlsxwriter::XlsxError),
}

/// An XLSX file with one sheet while it is written; rows go to a temporary file, so memory does not grow with them.
pub struct Sheet {
    workbook: rust_xlsxwriter::Workbook,
    next: u32,
}

impl Sheet {
    /// A workbook of so many incidents with its header.
    ///
    /// # Errors
    /// There are too many of them.
    pub fn new(incidents: usize, header: &[String]) -> Result<Self, SheetError> {
        if incidents > MAX_SHEET_ROWS {
            return Err(SheetError::TooManyRows(incidents));
        }
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name("incidents")?;
        let mut book = Self { workbook, next: 0 };
        book.push(header)?;
        Ok(book)
    }

    /// Writes a row of [`row`].
    ///
    /// # Errors
    /// A cell is too long.
    pub fn push(&mut self, cells: &[String]) -> Result<(), SheetError> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, cell) in (0u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let is_number = TABLE_COLUMNS.get(usize::from(column)).is_some_and(|name| NUMBERS.contains(name));
            match cell.parse::<f64>() {
                Ok(number) if is_number && self.next > 0 => sheet.write_number(self.next, column, number)?,
                _ if cell.encode_utf16().count() > MAX_SHEET_CELL => {
                    return Err(SheetError::LongCell(cells.first().cloned().unwrap_or_default()));
                }
                _ => sheet.write_string(self.next, column, cell)?,
            };
        }
        self.next += 1;
        Ok(())
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// The temporary file fails.
    pub fn into_bytes(mut self) -> Result<Vec<u8>, SheetError> {
        Ok(self.workbook.save_to_buffer()?)
    }
}

/// Cells as a line of CSV (RFC 4180).
#[must_use]
pub fn csv_line(cells: &[String]) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(cells).expect("writing to memory does not fail");
    table.into_inner().expect("writing to memory does not fail")
}
