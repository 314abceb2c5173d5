//! Files as programs and offices make them: marks of Excel, titles, mixed encodings.

use super::{read, read_bytes};
use incident_map::ingest::ProblemCode;

#[test]
fn the_line_in_which_excel_names_the_delimiter_is_no_header() {
    for text in ["sep=;\ndate;place\n2022-01-05;Актау\n", "sep=;\r\ndate;place\r\n2022-01-05;Актау, порт\r\n"]
    {
        let file = read(text);
        assert_eq!((file.delimiter, file.rows_read, file.reports[0].line), (Some(';'), 1, 3), "{text}");
        assert!(file.reports[0].place_text.starts_with("Актау"));
    }
}

#[test]
fn a_title_above_the_header_is_passed_over() {
    for text in [
        "Сводка происшествий за январь;;\n;;\nДата;Место;Описание\n05.01.2022;Актау;Митинг\n",
        "Сводка, январь\n\nДата;Место;Описание\n05.01.2022;Актау;Митинг\n",
    ] {
        let file = read(text);
        assert_eq!((file.rows_read, file.reports[0].place_text.as_str()), (1, "Актау"), "{text}");
    }
    assert_eq!(read("place\nАктау; порт\n").reports.len(), 1, "a semicolon in one column is no delimiter");
}

#[test]
fn one_row_in_another_encoding_is_rejected_with_its_bytes_and_the_others_are_right() {
    let mut bytes = "date,place\n2022-01-05,в Алматы\n2022-01-05,".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xe2 \xc0\xea\xf2\xe0\xf3\n");
    let file = read_bytes(&bytes).unwrap();
    assert_eq!((file.encoding, file.reports[0].place_text.as_str()), ("UTF-8", "в Алматы"));
    assert_eq!((file.rejected, file.problems[0].code), (1, ProblemCode::BrokenEncoding));
    assert!(file.problems[0].value.contains(r"\xE2 \xC0\xEA\xF2\xE0\xF3"), "{:?}", file.problems[0]);
}

#[test]
fn a_letter_that_was_lost_before_is_reported() {
    let file = read("date,place\n2022-01-05,Акт\u{fffd}у\n2022-01-05,Актау\n");
    assert_eq!((file.rejected, file.reports.len()), (1, 1));
    assert!(file.problems[0].reason.contains("U+FFFD"), "{:?}", file.problems[0]);
}
