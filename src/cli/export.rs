//! `export`: incidents as GeoJSON or CSV.

use super::{DONE, ExportArgs, Format};
use crate::layer::{FeatureQuery, feature};
use crate::store::{Store, csv_header};
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
    let seqs: Vec<i64> = snapshot.select(&query, None).into_iter().map(|row| snapshot.seq(row)).collect();
    let mut out: Box<dyn Write> = match &args.output {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?))
        }
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    match args.format {
        Format::Geojson => out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?,
        Format::Csv => out.write_all(&csv_header())?,
    }
    let mut is_first = true;
    for seqs in seqs.chunks(PIECE) {
        let mut piece = Vec::new();
        for stored in reader.incidents(seqs)? {
            match args.format {
                Format::Geojson => {
                    if !is_first {
                        piece.extend_from_slice(b",\n");
                    }
                    feature::write(&mut piece, &stored.id, stored.geometry.as_deref(), &stored.properties);
                }
                Format::Csv => stored.write_csv(&mut piece)?,
            }
            is_first = false;
        }
        out.write_all(&piece)?;
    }
    if args.format == Format::Geojson {
        out.write_all(b"\n]}\n")?;
    }
    out.flush()?;
    Ok(ExitCode::from(DONE))
}
