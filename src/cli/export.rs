//! `export`: incidents as GeoJSON, CSV or XLSX.

use super::{DONE, ExportArgs, Format};
use crate::layer::export::{self, Sheet, csv_line};
use crate::layer::{FeatureQuery, feature};
use crate::store::Store;
use anyhow::{Context, bail};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// Incidents read from the store at a time.
const PIECE: usize = 1_000;

pub(super) fn export(args: ExportArgs) -> anyhow::Result<ExitCode> {
    if !args.store.db.exists() {
        bail!("there is no database `{}`; load a file first, or name another one with --db", args.store.db.display());
    }
    let store = Store::open(&args.store.db)?;
    let reader = store.reader()?;
    let snapshot = reader.snapshot()?;
    if let Some(dataset) = &args.dataset
        && !snapshot.datasets().contains(&dataset.as_str())
    {
        bail!("there is no dataset `{dataset}`; there is {}", snapshot.datasets().join(", "));
    }
    let query = FeatureQuery { dataset: args.dataset, ..FeatureQuery::default() };
    let rows = snapshot.select(&query, None);
    let extra = reader.kept_columns(&snapshot.imports(&rows))?;
    let seqs: Vec<i64> = rows.into_iter().map(|row| snapshot.seq(row)).collect();
    let mut out: Box<dyn Write> = match &args.output {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?))
        }
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    let incidents = seqs.chunks(PIECE).map(|piece| reader.incidents(piece));
    match args.format {
        Format::Geojson => {
            out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
            let mut is_first = true;
            for stored in incidents {
                let mut piece = Vec::new();
                for stored in stored? {
                    if !std::mem::take(&mut is_first) {
                        piece.extend_from_slice(b",\n");
                    }
                    feature::write(&mut piece, &stored.id, stored.geometry.as_deref(), &stored.properties);
                }
                out.write_all(&piece)?;
            }
            out.write_all(b"\n]}\n")?;
        }
        Format::Csv => {
            out.write_all(&csv_line(&export::header(&extra)))?;
            for stored in incidents {
                for stored in stored? {
                    out.write_all(&csv_line(&stored.table_row(&extra)?))?;
                }
            }
        }
        Format::Xlsx => {
            let mut sheet = Sheet::new(seqs.len(), &export::header(&extra))?;
            for stored in incidents {
                for stored in stored? {
                    sheet.push(&stored.table_row(&extra)?)?;
                }
            }
            out.write_all(&sheet.into_bytes()?)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::from(DONE))
}
