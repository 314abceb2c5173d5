//! Workbooks and GeoJSON: what they cost does not grow with how far apart their cells lie.

use super::{archive, read_bytes};
use incident_map::ingest::{IngestError, ProblemCode};

/// A workbook with a header, one row, and a cell far off.
fn with_far_cell(row: u32, column: u16) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, (header, cell)) in (0..).zip([("date", "2022-01-05"), ("place", "Алматы"), ("title", "Митинг")])
    {
        sheet.write(0, column, header).unwrap();
        sheet.write(1, column, cell).unwrap();
    }
    sheet.write(row, column, "x").unwrap();
    book.save_to_buffer().unwrap()
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"a\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.as_bytes())])
}

#[test]
fn a_cell_in_the_last_corner_of_a_sheet_is_named_and_costs_nothing() {
    let error = read_bytes(&with_far_cell(1_048_575, 16_383)).unwrap_err();
    assert!(matches!(&error, IngestError::FarCell(cell) if cell == "XFD1048576"), "{error}");
    // Of 200,000 rows between the two nothing is made.
    let file = read_bytes(&with_far_cell(199_999, 51)).unwrap();
    assert_eq!((file.rows_read, file.reports.len(), file.problems[0].line), (2, 2, 200_000));
}

#[test]
fn repeated_rows_and_cells_of_an_open_document_cost_nothing() {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let head = row(&[cell("place"), cell("title")]);
    let empty = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let file = read_bytes(&ods(&format!(
        "{head}{}{empty}{}",
        row(&[cell("Актау"), cell("A &amp; B")]),
        row(&[cell("Тараз"), cell("C")])
    )))
    .unwrap();
    assert_eq!(file.rows_read, 2);
    assert_eq!(file.reports[0].title, "A & B");
    assert_eq!(file.reports[1].line, 1_000_003);
    let twice = head.clone()
        + "<table:table-row table:number-rows-repeated=\"3\">"
        + &cell("Актау")
        + &cell("A")
        + "</table:table-row>";
    let file = read_bytes(&ods(&twice)).unwrap();
    assert_eq!((file.rows_read, file.duplicates), (3, 2));
    let wide = format!(
        "{head}<table:table-row><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>"
    );
    assert!(matches!(read_bytes(&ods(&wide)), Err(IngestError::FarCell(_))));
    let deep = format!("{head}<table:table-row table:number-rows-repeated=\"1000000\">{}</table:table-row>", cell("x"));
    let file = read_bytes(&ods(&deep)).unwrap();
    assert_eq!((file.rows_read, file.duplicates, file.rejected), (10_001, 9_999, 1));
    let problem = &file.problems[0];
    assert_eq!((problem.code, problem.line), (ProblemCode::RepeatedRow, 10_002));
    assert!(problem.reason.contains("repeated 1000000 times"), "{problem:?}");
}

#[test]
fn a_small_workbook_whose_rows_unfold_without_end_is_refused() {
    let long = "Y".repeat(60_000);
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let head = format!("<table:table-row>{}{}</table:table-row>", cell("date"), cell("place"));
    let row = format!(
        "<table:table-row table:number-rows-repeated=\"9999\">{}{}</table:table-row>",
        cell("99.99.2022"),
        cell(&long)
    );
    assert!(matches!(read_bytes(&ods(&(head + &row))), Err(IngestError::UnpacksTooLarge)));
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "place").unwrap();
    // One text that all of the rows point at.
    for row in 1..5_000 {
        sheet.write(row, 0, "Y".repeat(30_000)).unwrap();
    }
    assert!(matches!(read_bytes(&book.save_to_buffer().unwrap()), Err(IngestError::UnpacksTooLarge)));
}

#[test]
fn what_is_too_long_in_a_feature_is_a_listed_row_and_the_others_are_taken() {
    let feature = |geometry: &str, property: &str| {
        format!(
            "{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{{\"place\":\"Актау\",\"list\":{property}}}}}"
        )
    };
    let points = format!("{{\"type\":\"MultiPoint\",\"coordinates\":[{}[1,2]]}}", "[1,2],".repeat(300_000));
    let list = format!("[{}[]]", "[],".repeat(100_000));
    let features =
        [feature("null", "[1, {\"a\": 2}]"), feature(&points, "0"), feature("null", &list), feature("null", "1")];
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","));
    let file = read_bytes(text.as_bytes()).unwrap();
    assert_eq!((file.rows_read, file.rejected), (4, 2), "{:?}", file.problems.len());
    let told: Vec<_> = file.problems.iter().map(|problem| (problem.line, problem.code)).collect();
    assert_eq!(told, [(3, ProblemCode::LongCell), (4, ProblemCode::LongCell)]);
    assert!(file.reports[0].extra.contains(&("list".to_owned(), "[1,{\"a\":2}]".to_owned())), "{:?}", file.reports[0]);
}

#[test]
fn times_of_day_and_dates_of_a_workbook_are_those_that_it_shows() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let time = |text: &str| rust_xlsxwriter::ExcelDateTime::parse_from_str(text).unwrap();
    for (column, header) in (0..).zip(["date", "time", "place"]) {
        sheet.write(0, column, header).unwrap();
    }
    let format = |format: &str| rust_xlsxwriter::Format::new().set_num_format(format);
    sheet.write_with_format(1, 0, time("2022-01-05"), &format("dd.mm.yyyy")).unwrap();
    sheet.write_with_format(1, 1, time("14:30"), &format("hh:mm")).unwrap();
    sheet.write(1, 2, "Алматы").unwrap();
    let file = read_bytes(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(file.reports[0].occurred.unwrap().to_string(), "2022-01-05T14:30", "{:?}", file.problems);
    let cells = "<table:table-cell office:value-type=\"date\" office:date-value=\"2022-01-05\"><text:p>05.01.22</text:p></table:table-cell>\
                 <table:table-cell office:value-type=\"time\" office:time-value=\"PT14H30M00S\"><text:p>14:30:00</text:p></table:table-cell>\
                 <table:table-cell office:value-type=\"string\"><text:p>Алматы</text:p></table:table-cell>";
    let head = ["date", "time", "place"]
        .map(|name| {
            format!("<table:table-cell office:value-type=\"string\"><text:p>{name}</text:p></table:table-cell>")
        })
        .concat();
    let file = read_bytes(&ods(&format!(
        "<table:table-row>{head}</table:table-row><table:table-row>{cells}</table:table-row>"
    )))
    .unwrap();
    assert_eq!(file.reports[0].occurred.unwrap().to_string(), "2022-01-05T14:30", "{:?}", file.problems);
}

#[test]
fn a_broken_feature_is_a_listed_row_and_the_others_are_taken() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":null,"properties":{"place":"Актау"}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":"x"},"properties":{"place":"Тараз"}},
        7,
        {"type":"Feature","geometry":null,"properties":{"title":"A","place":"Семей"}}]}"#;
    let file = read_bytes(text.as_bytes()).unwrap();
    assert_eq!((file.rows_read, file.rejected), (4, 2), "{:?}", file.problems);
    assert_eq!(file.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(file.reports[1].title, "A");
    let cut = read_bytes(&text.as_bytes()[..text.len() - 20]).unwrap_err().to_string();
    assert!(cut.contains("breaks off"), "{cut}");
    let one = read_bytes(r#"{"type":"Feature","geometry":null,"properties":{"place":"Актау"}}"#.as_bytes()).unwrap();
    assert_eq!(one.reports[0].place_text, "Актау");
}
