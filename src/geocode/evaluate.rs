//! How good the answers are: cases with known truth, judged one by one and summed by tag.

use super::{Context, Geocoder, Request, Resolution};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::geo::LonLat;
use crate::incident::{Precision, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// Most cases in one file.
pub const MAX_CASES: usize = 1_000_000;

/// A question with its known answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Line in the file, from 1 with the header.
    pub line: u64,
    /// What it tests.
    pub tag: String,
    /// The question.
    pub request: Request,
    /// The known answer; where it depends on what the gazetteer holds, the first whose place it has counts.
    pub truths: Vec<Truth>,
}

impl Case {
    /// The known answer over a gazetteer: the first whose place it has, else the last.
    fn truth(&self, gazetteer: &Gazetteer) -> &Truth {
        let is_known = |truth: &&Truth| match truth {
            Truth::Place(id, _) | Truth::Several(Some(id)) => gazetteer.place(id).is_some(),
            Truth::NoPlace | Truth::Several(None) | Truth::Position(..) => true,
        };
        let last = &self.truths[self.truths.len() - 1];
        self.truths.iter().find(is_known).unwrap_or(last)
    }
}

/// A known answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// The words name no place.
    NoPlace,
    /// They may name several; what these share, if anything.
    Several(Option<PlaceId>),
    /// One place of the gazetteer.
    Place(PlaceId, Precision),
    /// A position, for what is no gazetteer entry: a crossing, an offset, a section of a road.
    Position(LonLat, Precision),
}

/// What is wrong with a file of cases.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// Not tab-separated values.
    #[error("the cases cannot be read as tab-separated values: {0}")]
    Table(#[from] csv::Error),
    /// A column is missing.
    #[error(
        "the cases have no column `{0}`; expected tag, text, city, region, country, date, status, precision, place_id, lon, lat"
    )]
    NoColumn(&'static str),
    /// A line cannot be understood.
    #[error("line {line}: {reason}")]
    Line {
        /// Line from 1.
        line: u64,
        /// Why.
        reason: String,
    },
}

/// Reads cases: UTF-8, tab-separated, no quoting, a header with the columns of the error above; `#` begins a comment. Where the answer
/// depends on what the gazetteer holds, `status`, `precision` and `place_id` are lists with `|`, the one that needs most first: the village
/// of a larger gazetteer, then the district that holds it.
///
/// # Errors
/// A column is missing or a line cannot be understood.
pub fn read_cases(bytes: &[u8]) -> Result<Vec<Case>, CasesError> {
    let mut table =
        csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).comment(Some(b'#')).flexible(true).from_reader(bytes);
    let header = table.headers()?.clone();
    let column = |name: &'static str| header.iter().position(|cell| cell == name).ok_or(CasesError::NoColumn(name));
    let (tag, text, status, precision) = (column("tag")?, column("text")?, column("status")?, column("precision")?);
    let place_id = column("place_id")?;
    let optional = |name: &str| header.iter().position(|cell| cell == name);
    let (city, region, country) = (optional("city"), optional("region"), optional("country"));
    let (date, lon, lat) = (optional("date"), optional("lon"), optional("lat"));
    let mut cases = Vec::new();
    for record in table.records().take(MAX_CASES) {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let fail = |reason: String| CasesError::Line { line, reason };
        let cell = |at: usize| record.get(at).unwrap_or("").trim();
        let or_empty = |at: Option<usize>| at.map_or("", cell);
        let mut truths = Vec::new();
        for (number, status) in cell(status).split('|').enumerate() {
            let of_list = |at: usize| cell(at).split('|').nth(number).unwrap_or("");
            let known_precision = || of_list(precision).parse::<Precision>().map_err(|error| fail(error.to_string()));
            let id = Some(of_list(place_id)).filter(|id| !id.is_empty()).map(|id| PlaceId(id.to_owned()));
            truths.push(match status {
                "unresolved" => Truth::NoPlace,
                "ambiguous" => Truth::Several(id),
                "resolved" => match id {
                    Some(id) => Truth::Place(id, known_precision()?),
                    None => {
                        let number = |name: &str, at: Option<usize>| {
                            or_empty(at)
                                .parse::<f64>()
                                .map_err(|_| fail(format!("`{name}` is no number, and there is no place_id")))
                        };
                        let at = LonLat { lon: number("lon", lon)?, lat: number("lat", lat)? };
                        Truth::Position(at, known_precision()?)
                    }
                },
                other => return Err(fail(format!("status `{other}` is none of resolved, ambiguous, unresolved"))),
            });
        }
        let occurred = match or_empty(date) {
            "" => None,
            text => Some(text.parse().map_err(|_| fail(format!("`{text}` is no date")))?),
        };
        let context = Context {
            city: or_empty(city).to_owned(),
            region: or_empty(region).to_owned(),
            country: or_empty(country).to_owned(),
        };
        let request = Request { text: cell(text).to_owned(), context, occurred };
        cases.push(Case { line, tag: cell(tag).to_owned(), request, truths });
    }
    Ok(cases)
}

/// How an answer stands to the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The place, or rightly none.
    Correct,
    /// A larger place that holds the right one, with its own true precision.
    Coarse,
    /// Another place, or one where several are possible.
    Wrong,
    /// No location although there is one.
    Missed,
    /// A location although there is none.
    FalsePositive,
}

/// An answer with its verdict.
#[derive(Debug, Clone)]
pub struct Judged {
    /// How it stands to the truth.
    pub verdict: Verdict,
    /// Whether the true position lies within the stated uncertainty; `None` without a location or a true position.
    pub is_covered: Option<bool>,
    /// The answer's score.
    pub score: f64,
}

/// How far from the true position an answer of this precision may lie to be right, metres.
fn tolerance_m(precision: Precision) -> f64 {
    match precision {
        Precision::Point => 500.0,
        Precision::Site => 1_000.0,
        Precision::Street | Precision::Quarter => 3_000.0,
        Precision::Settlement => 10_000.0,
        Precision::Near => 20_000.0,
        Precision::District => 80_000.0,
        Precision::Area => 40_000.0,
        Precision::Region => 200_000.0,
        Precision::Country | Precision::Unlocated => 1_000_000.0,
    }
}

/// Judges one answer.
#[must_use]
pub fn judge(truth: &Truth, answer: &Resolution, gazetteer: &Gazetteer) -> Judged {
    let place_of = |id: &PlaceId| gazetteer.place(id).map(|place| place.position());
    let true_position = match truth {
        Truth::NoPlace => None,
        Truth::Several(id) => id.as_ref().and_then(place_of),
        Truth::Place(id, _) => place_of(id),
        Truth::Position(at, _) => Some(*at),
    };
    let off = answer.position.zip(true_position).map(|(at, truth)| at.distance_m(truth));
    let is_covered = off.zip(answer.uncertainty_m).map(|(off, uncertainty)| off <= uncertainty);
    let is_located = answer.position.is_some();
    let verdict = match truth {
        Truth::NoPlace if is_located => Verdict::FalsePositive,
        Truth::NoPlace => Verdict::Correct,
        Truth::Several(shared) => match answer.status {
            Status::Ambiguous if shared.is_none() || answer.place_id == *shared => Verdict::Correct,
            Status::Ambiguous => Verdict::Coarse,
            Status::Resolved => Verdict::Wrong,
            Status::Unresolved => Verdict::Missed,
        },
        Truth::Place(_, precision) | Truth::Position(_, precision) => {
            let is_place = match truth {
                Truth::Place(id, _) => answer.place_id.as_ref() == Some(id),
                _ => off.is_some_and(|off| off <= tolerance_m(*precision)),
            };
            if !is_located {
                Verdict::Missed
            } else if is_place && answer.precision == *precision && answer.status == Status::Resolved {
                Verdict::Correct
            } else if is_covered == Some(true) && (answer.precision > *precision || answer.status == Status::Ambiguous)
            {
                Verdict::Coarse
            } else {
                Verdict::Wrong
            }
        }
    };
    Judged { verdict, is_covered, score: answer.score }
}

/// Counts of verdicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the verdicts")]
pub struct Counts {
    pub cases: u64,
    pub correct: u64,
    pub coarse: u64,
    pub wrong: u64,
    pub missed: u64,
    pub false_positives: u64,
    /// Answers with a location for which the true position is known.
    pub located: u64,
    /// Of these, how many state an uncertainty that covers the truth.
    pub covered: u64,
}

impl Counts {
    fn add(&mut self, judged: &Judged) {
        self.cases += 1;
        match judged.verdict {
            Verdict::Correct => self.correct += 1,
            Verdict::Coarse => self.coarse += 1,
            Verdict::Wrong => self.wrong += 1,
            Verdict::Missed => self.missed += 1,
            Verdict::FalsePositive => self.false_positives += 1,
        }
        self.located += u64::from(judged.is_covered.is_some());
        self.covered += u64::from(judged.is_covered == Some(true));
    }
}

/// Right answers among those with a score of this band.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Calibration {
    /// Lower end of the band, included; bands are a tenth wide.
    pub from: f64,
    /// Answers with a location in this band.
    pub answers: u64,
    /// Of these, correct or rightly coarse.
    pub right: u64,
    /// Mean of their scores.
    pub mean_score: f64,
}

/// The sums over a set of cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// All cases.
    pub all: Counts,
    /// Cases whose truth is that there is no place.
    pub negatives: Counts,
    /// By tag.
    pub tags: BTreeMap<String, Counts>,
    /// By score.
    pub calibration: Vec<Calibration>,
}

/// Asks every case and sums up; `each` sees every answer.
pub fn evaluate(geocoder: &Geocoder, cases: &[Case], each: &mut dyn FnMut(&Case, &Resolution, &Judged)) -> Evaluation {
    let mut evaluation = Evaluation {
        all: Counts::default(),
        negatives: Counts::default(),
        tags: BTreeMap::new(),
        calibration: Vec::new(),
    };
    let mut bands = [(0u64, 0u64, 0.0f64); 11];
    for case in cases {
        let answer = geocoder.geocode(&case.request);
        let truth = case.truth(geocoder.gazetteer());
        let judged = judge(truth, &answer, geocoder.gazetteer());
        evaluation.all.add(&judged);
        evaluation.tags.entry(case.tag.clone()).or_default().add(&judged);
        if *truth == Truth::NoPlace {
            evaluation.negatives.add(&judged);
        }
        if answer.position.is_some() {
            let band = &mut bands[((judged.score * 10.0).floor().max(0.0) as usize).min(10)];
            band.0 += 1;
            band.1 += u64::from(matches!(judged.verdict, Verdict::Correct | Verdict::Coarse));
            band.2 += judged.score;
        }
        each(case, &answer, &judged);
    }
    evaluation.calibration = (0u32..)
        .zip(bands)
        .filter(|(_, (answers, ..))| *answers > 0)
        .map(|(number, (answers, right, sum))| Calibration {
            from: f64::from(number) / 10.0,
            answers,
            right,
            mean_score: sum / answers as f64,
        })
        .collect();
    evaluation
}
