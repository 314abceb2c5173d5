//! Questions as JSON lines: `{"id","query","context":{"city","region","country"},"date"}`, one answer a line.

use super::{Answer, Context, Geocoder, Request};
use crate::incident::Status;
use crate::time::Occurred;
use serde::{Deserialize, Serialize};

/// Longest line, bytes.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

#[derive(Debug, Deserialize)]
struct Question {
    #[serde(default)]
    id: serde_json::Value,
    query: String,
    #[serde(default)]
    context: QuestionContext,
    #[serde(default)]
    date: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct QuestionContext {
    city: Option<String>,
    region: Option<String>,
    country: Option<String>,
}

/// The answer to one line: the fields of [`Answer`] with the line's `id`, or an `error`.
#[derive(Debug, Serialize)]
pub struct AnsweredLine {
    id: serde_json::Value,
    #[serde(flatten)]
    answer: Option<Answer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl AnsweredLine {
    /// Whether the line could be read and its place was found.
    #[must_use]
    pub fn is_resolved(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.status == Status::Resolved)
    }
}

/// Answers one line; `number` is its number from 1, for the error.
#[must_use]
pub fn answer_line(line: &[u8], number: u64, geocoder: &Geocoder) -> AnsweredLine {
    let (id, answer) = answer(line, geocoder);
    match answer {
        Ok(answer) => AnsweredLine { id, answer: Some(answer), error: None },
        Err(error) => AnsweredLine { id, answer: None, error: Some(format!("line {number}: {error}")) },
    }
}

fn answer(line: &[u8], geocoder: &Geocoder) -> (serde_json::Value, Result<Answer, String>) {
    if line.len() > MAX_LINE_BYTES {
        return (serde_json::Value::Null, Err(format!("the line is longer than {MAX_LINE_BYTES} bytes")));
    }
    let question: Question = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(error) => {
            let id = serde_json::from_slice::<serde_json::Value>(line)
                .map_or(serde_json::Value::Null, |line| line["id"].clone());
            return (id, Err(format!("{error}; expected {{\"id\",\"query\",\"context\"}}")));
        }
    };
    let occurred = match question.date.as_deref().map(str::parse::<Occurred>).transpose() {
        Ok(occurred) => occurred,
        Err(error) => return (question.id, Err(error.to_string())),
    };
    let request = Request {
        text: question.query,
        context: Context {
            city: question.context.city.unwrap_or_default(),
            region: question.context.region.unwrap_or_default(),
            country: question.context.country.unwrap_or_default(),
        },
        occurred,
    };
    (question.id, Ok(Answer::new(geocoder.geocode(&request), geocoder.gazetteer())))
}
