//! `export`: incidents as GeoJSON, CSV or XLSX.

use super::{DONE, ExportArgs, Format};
use crate::layer::body::{Bodies, Body, Geometries};
use crate::layer::export::{self, Sheet, csv_line};
use crate::layer::{FeatureQuery, Selection};
use crate::live::Live;
use anyhow::{Context, bail};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// Incidents read at a time.
const PIECE: usize = 1_000;

pub(super) fn export(args: ExportArgs) -> anyhow::Result<ExitCode> {
    let store = super::existing_store(&args.store.db)?;
    let snapshot = Live::open(&store)?.now()?;
    if let Some(dataset) = &args.dataset
        && !snapshot.datasets().contains(&dataset.as_str())
    {
        bail!("there is no dataset `{dataset}`; there is {}", snapshot.datasets().join(", "));
    }
    let query = FeatureQuery { dataset: args.dataset, ..FeatureQuery::default() };
    let selection = snapshot.select(&query, &[]);
    let extra = store.reader()?.kept_columns(&snapshot.import_ids(&selection.imports()))?;
    let mut out: Box<dyn Write> = match &args.output {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?))
        }
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    match args.format {
        Format::Geojson => {
            out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
            let (mut piece, mut is_first) = (Vec::new(), true);
            each(&selection, |body| {
                piece.clear();
                if !std::mem::take(&mut is_first) {
                    piece.extend_from_slice(b",\n");
                }
                body.write_feature(&mut piece, Geometries::Whole);
                Ok(out.write_all(&piece)?)
            })?;
            out.write_all(b"\n]}\n")?;
        }
        Format::Csv => {
            out.write_all(&csv_line(&export::header(&extra)))?;
            each(&selection, |body| Ok(out.write_all(&csv_line(&row(body, &extra)?))?))?;
        }
        Format::Xlsx => {
            let mut sheet = Sheet::new(selection.len(), &export::header(&extra))?;
            each(&selection, |body| Ok(sheet.push(&row(body, &extra)?)?))?;
            out.write_all(&sheet.into_bytes()?)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::from(DONE))
}

/// Gives the incidents in page order.
fn each(selection: &Selection<'_>, mut take: impl FnMut(&Body<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut walk = selection.walk();
    loop {
        let rows = walk.next(PIECE);
        if rows.is_empty() {
            return Ok(());
        }
        for body in Bodies::read(selection.snapshot(), &rows)?.iter() {
            take(&body)?;
        }
    }
}

fn row(body: &Body<'_>, extra: &[String]) -> anyhow::Result<Vec<String>> {
    Ok(export::row(body.position(), &body.properties()?, extra))
}
