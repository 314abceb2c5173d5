//! Stand-in.
#![expect(missing_docs, reason = "stand-in")]
use crate::incident::Report;
use serde::Serialize;
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    pub line: u64,
    pub column: String,
    pub value: String,
    pub reason: String,
    pub repair: String,
    pub kept: bool,
}
impl RowProblem {
    pub fn place_not_found(report: &Report, why: &str) -> Self {
        Self {
            line: report.line,
            column: "place".into(),
            value: report.place_text.clone(),
            reason: why.to_owned(),
            repair: String::new(),
            kept: true,
        }
    }
}
#[derive(Debug, thiserror::Error)]
#[error("stand-in")]
pub struct IngestError;
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    pub x: u8,
}
pub struct ReportFile {
    pub rows_read: u64,
    pub duplicates: u64,
    pub rejected: u64,
    pub reports: Vec<Report>,
    pub problems: Vec<RowProblem>,
}
pub fn read_csv(_: &[u8], _: &ReadOptions) -> Result<ReportFile, IngestError> {
    Err(IngestError)
}
pub fn write_problems_csv<W: std::io::Write>(_: &[RowProblem], _: W) -> Result<(), csv::Error> {
    Ok(())
}
