//! `incident-map evaluate`: how good the answers are on cases with known truth.

use super::plain::Plain;
use super::{DONE, DONE_WITH_PROBLEMS, EvaluateArgs, config};
use crate::geocode::Geocoder;
use crate::geocode::evaluate::{Counts, Verdict, evaluate as judge_all, read_cases};
use anyhow::Context as _;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) fn evaluate(args: EvaluateArgs) -> anyhow::Result<ExitCode> {
    let name = args.cases.display();
    let bytes = std::fs::read(&args.cases).with_context(|| format!("cannot read `{name}`"))?;
    let cases = read_cases(&bytes).with_context(|| format!("`{name}`"))?;
    if cases.is_empty() {
        anyhow::bail!("`{name}` holds no case");
    }
    let geocoder = Geocoder::new(Arc::new(config(PathBuf::new(), args.gazetteer, None)?.gazetteer()?));
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut failure = Ok(());
    let evaluation = judge_all(&geocoder, &cases, &mut |case, answer, judged| {
        if args.failures && judged.verdict != Verdict::Correct && failure.is_ok() {
            let place = answer.place_id.as_ref().map_or("-", |id| id.0.as_str());
            failure = writeln!(
                Plain(&mut out),
                "line {} [{}] {:?}: `{}` -> {} {} {place}: {}",
                case.line,
                case.tag,
                judged.verdict,
                case.request.text,
                answer.status,
                answer.precision,
                answer.rules.join("; ")
            );
        }
    });
    failure?;
    if args.json {
        serde_json::to_writer(&mut out, &evaluation)?;
        writeln!(out)?;
    } else {
        writeln!(
            out,
            "{:24} {:>6} {:>8} {:>7} {:>6} {:>7} {:>9} {:>9}",
            "tag", "cases", "correct", "coarse", "wrong", "missed", "false pos", "covered"
        )?;
        for (tag, counts) in
            evaluation.tags.iter().map(|(tag, counts)| (tag.as_str(), counts)).chain([("all", &evaluation.all)])
        {
            write_counts(&mut out, tag, counts)?;
        }
        writeln!(out, "\n{:>10} {:>8} {:>8} {:>11}", "score from", "answers", "right", "mean score")?;
        for band in &evaluation.calibration {
            writeln!(
                out,
                "{:>10.1} {:>8} {:>8} {:>11.2}",
                band.from,
                band.answers,
                percent(band.right, band.answers),
                band.mean_score
            )?;
        }
    }
    out.flush()?;
    let is_perfect = evaluation.all.correct == evaluation.all.cases;
    Ok(ExitCode::from(if args.strict && !is_perfect { DONE_WITH_PROBLEMS } else { DONE }))
}

fn write_counts(out: &mut impl Write, tag: &str, counts: &Counts) -> std::io::Result<()> {
    let share = |part| percent(part, counts.cases);
    writeln!(
        Plain(out),
        "{tag:24} {:>6} {:>8} {:>7} {:>6} {:>7} {:>9} {:>9}",
        counts.cases,
        share(counts.correct),
        share(counts.coarse),
        share(counts.wrong),
        share(counts.missed),
        share(counts.false_positives),
        percent(counts.covered, counts.located)
    )
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1}%", 100.0 * part as f64 / whole as f64) }
}
