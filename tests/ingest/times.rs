//! When a row says that it happened, where its cells say more or less than a day.

use super::read;
use incident_map::ingest::{ProblemCode, ReportFile};

fn when(file: &ReportFile) -> Vec<Option<String>> {
    file.reports.iter().map(|report| report.occurred.map(|at| at.to_string())).collect()
}

#[test]
fn a_time_that_no_day_takes_is_kept_beside_the_incident() {
    let file = read(
        "date,time,place\n,14:30,Актау\n2022-01,14:30,Актау\n2022-01-04/2022-01-06,14:30,Актау\n\
         2022-01-05 10:00,14:30,Актау\n2022-01-05 14:30,14:30,Актау\n2022-01-05,14:30,Тараз\n",
    );
    let kept: Vec<bool> =
        file.reports.iter().map(|report| report.extra.contains(&("time".to_owned(), "14:30".to_owned()))).collect();
    assert_eq!(kept, [true, true, true, true, false, false], "{:?}", file.problems);
    assert_eq!(when(&file)[5].as_deref(), Some("2022-01-05T14:30"));
    let ended = read("date,date end,place\n,2022-01-06,Актау\n");
    assert_eq!(ended.reports[0].extra, [("date end".to_owned(), "2022-01-06".to_owned())]);
}

#[test]
fn a_time_with_a_day_is_that_time_on_its_day_and_listed_on_another() {
    let file = read(
        "date,time,place\n2022-01-05,1899-12-30 09:15,Актау\n2022-01-05,05.01.2022 14:30,Актау\n\
         2022-01-05,06.01.2022 14:30,Актау\n2022-01-05,5.01.22,Актау\n",
    );
    assert_eq!(when(&file), [Some("2022-01-05T09:15".to_owned()), Some("2022-01-05T14:30".to_owned())]);
    let codes: Vec<_> = file.problems.iter().map(|problem| (problem.line, problem.code)).collect();
    assert_eq!(codes, [(4, ProblemCode::BadTime), (5, ProblemCode::BadTime)]);
}

#[test]
fn a_date_that_is_a_day_only_in_the_other_order_is_said_to_contradict_the_file() {
    let file = read("date,place\n13/01/2022,Актау\n14/01/2022,Актау\n01/13/2022,Актау\n31/31/2022,Актау\n");
    let told: Vec<_> = file.problems.iter().map(|problem| problem.reason.as_str()).collect();
    let other = "the dates of the file are read day first, and this is a day only month first: 2022-01-13";
    assert_eq!(told, [other, "not a date that can be read, or no such day"]);
}

#[test]
fn words_for_unknown_are_empty_cells_of_dates_and_positions() {
    let words = ["-", "—", "н/д", "неизвестно", "N/A", "нет данных", "Unknown", "невідомо", "белгісіз"];
    let rows: String = words.iter().map(|word| format!("{word};{word};{word};Актау\n")).collect();
    let file = read(&format!("date;lat;lon;place\n{rows}"));
    assert_eq!((file.reports.len(), file.problems.len()), (1, 0), "{:?}", file.problems);
    assert_eq!((file.reports[0].given, file.reports[0].occurred), (None, None));
    let date = read("date,place\nвчера,Актау\n");
    assert_eq!(date.rejected, 1, "other words are not understood, and that is listed");
}
