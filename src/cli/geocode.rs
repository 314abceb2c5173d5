//! `geocode`: what a place name means, one or many.

use super::plain::Plain;
use super::{DONE, DONE_WITH_PROBLEMS, GeocodeArgs, config};
use crate::geocode::question::{MAX_LINE_BYTES, answer_line};
use crate::geocode::{Answer, Context, Geocoder, Request};
use crate::incident::Status;
use anyhow::Context as _;
use std::io::{BufRead, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) fn geocode(args: GeocodeArgs) -> anyhow::Result<ExitCode> {
    let config = config(PathBuf::new(), args.gazetteer, None)?;
    let geocoder = Geocoder::new(Arc::new(config.gazetteer()?));
    if args.jsonl {
        return lines(&geocoder, args.strict);
    }
    let request = Request {
        text: args.text.unwrap_or_default(),
        context: Context { city: args.city, region: args.region, country: args.country },
        occurred: args.date,
    };
    let answer = Answer::new(geocoder.geocode(&request), geocoder.gazetteer());
    let is_resolved = answer.status == Status::Resolved;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &answer)?;
        writeln!(out)?;
    } else {
        print_words(&mut Plain(&mut out), &answer)?;
    }
    Ok(ExitCode::from(if args.strict && !is_resolved { DONE_WITH_PROBLEMS } else { DONE }))
}

fn print_words(out: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
    let path = answer.path.join(" › ");
    match (answer.lon, answer.lat, answer.uncertainty_m) {
        (Some(lon), Some(lat), Some(uncertainty_m)) => {
            let name = answer.name.as_deref().unwrap_or(&answer.toponym);
            let id = answer.place_id.as_ref().map_or_else(String::new, |id| format!(" ({id})"));
            writeln!(out, "{}: {name}{id}{}{path}", answer.status, if path.is_empty() { "" } else { ", in " })?;
            writeln!(
                out,
                "  {}, lon {lon}, lat {lat}, within {uncertainty_m} m; score {}",
                answer.precision, answer.score
            )?;
        }
        _ => writeln!(out, "{}", answer.status)?,
    }
    for rule in &answer.rules {
        writeln!(out, "  - {rule}")?;
    }
    for candidate in answer.candidates.iter().filter(|candidate| Some(&candidate.place_id) != answer.place_id.as_ref())
    {
        writeln!(out, "  also {} ({}): {}", candidate.name, candidate.place_id, candidate.reason)?;
    }
    Ok(())
}

fn lines(geocoder: &Geocoder, strict: bool) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut has_problems = false;
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        // One byte more than allowed shows that the line goes on.
        let mut limited = std::io::Read::take(&mut input, MAX_LINE_BYTES as u64 + 1);
        if limited.read_until(b'\n', &mut line).with_context(|| format!("cannot read line {number}"))? == 0 {
            break;
        }
        if line.len() > MAX_LINE_BYTES && !line.ends_with(b"\n") {
            // The answer says that it is too long; what is left of it must not be read as a line of its own.
            input.skip_until(b'\n').with_context(|| format!("cannot read line {number}"))?;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = answer_line(&line, number, geocoder);
        has_problems |= !answer.is_resolved();
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(ExitCode::from(if strict && has_problems { DONE_WITH_PROBLEMS } else { DONE }))
}
