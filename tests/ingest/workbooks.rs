//! Workbooks and GeoJSON: what they cost does not grow with how far apart their cells lie.

use super::{archive, read_bytes};
use incident_map::ingest::{IngestError, Input, ProblemCode, ReadOptions, Table};

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

const EXCEL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of sheets: name, further attributes, rows, what comes after the rows, relations.
fn xlsx(sheets: &[(&str, &str, &str, &str, &str)]) -> Vec<u8> {
    let part = |element: &str, inside: &str| {
        format!("<?xml version=\"1.0\"?><{element} xmlns:r=\"{EXCEL}\">{inside}</{element}>").into_bytes()
    };
    let (mut names, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for (number, (name, attributes, rows, after, links)) in (1..).zip(sheets) {
        names += &format!("<sheet name=\"{name}\" sheetId=\"{number}\" {attributes} r:id=\"rId{number}\"/>");
        relations += &format!(
            "<Relationship Id=\"rId{number}\" Type=\"{EXCEL}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        parts.push((
            format!("xl/worksheets/sheet{number}.xml"),
            part("worksheet", &format!("<sheetData>{rows}</sheetData>{after}")),
        ));
        parts.push((format!("xl/worksheets/_rels/sheet{number}.xml.rels"), part("Relationships", links)));
    }
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), part("Relationships", &relations)));
    parts.push(("xl/workbook.xml".to_owned(), part("workbook", &format!("<sheets>{names}</sheets>"))));
    archive(&parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
}

/// A row of texts.
fn row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")).collect();
    format!("<row>{cells}</row>")
}

/// The sheet that is read, the others that have rows, and the first title.
fn sheets_of(bytes: &[u8], options: &ReadOptions) -> Result<(String, Vec<String>, String), IngestError> {
    let input = Input::from(bytes);
    let table = Table::open(&input, options)?;
    let understood = table.understood();
    let file = incident_map::ingest::read_file(bytes, options)?;
    Ok((understood.sheet.unwrap(), understood.other_sheets, file.reports[0].title.clone()))
}

#[test]
fn the_sheet_that_says_where_is_read_and_the_others_are_named() {
    let data = |title: &str| row(&["date", "place", "title"]) + &row(&["2022-01-05", "Актау", title]);
    let help = row(&["Инструкция"]) + &row(&["Заполните лист с данными"]);
    let book = xlsx(&[
        ("old", "state=\"hidden\"", &data("hidden"), "", ""),
        ("Инструкция", "", &help, "", ""),
        ("2021", "", &data("A"), "", ""),
        ("2022", "", &data("B"), "", ""),
        ("empty", "", "", "", ""),
    ]);
    let others = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (name, rest, title) = sheets_of(&book, &ReadOptions::default()).unwrap();
    assert_eq!((name.as_str(), title.as_str()), ("2021", "A"));
    assert_eq!(rest, others(&["Инструкция", "2022", "old"]));
    let asked: ReadOptions = serde_json::from_str(r#"{"sheet":"2022"}"#).unwrap();
    assert_eq!(sheets_of(&book, &asked).unwrap().2, "B");
    let unknown: ReadOptions = serde_json::from_str(r#"{"sheet":"2023"}"#).unwrap();
    let error = sheets_of(&book, &unknown).unwrap_err().to_string();
    assert!(error.contains("no sheet `2023`") && error.contains("`2022`"), "{error}");
    let only_hidden = xlsx(&[("a", "", &help, "", ""), ("b", "state=\"veryHidden\"", &data("hidden"), "", "")]);
    assert_eq!(sheets_of(&only_hidden, &ReadOptions::default()).unwrap().2, "hidden");
}

#[test]
fn cells_without_a_value_are_listed_and_their_row_is_kept() {
    let bad = "<row><c t=\"inlineStr\"><is><t>Актау</t></is></c><c t=\"e\"><f>NA()</f><v>#N/A</v></c><c><f>A1</f></c>\
               <c t=\"str\"><f>A2</f><v></v></c></row>";
    let book = xlsx(&[("a", "", &(row(&["place", "title", "source", "note"]) + bad), "", "")]);
    let file = read_bytes(&book).unwrap();
    assert_eq!((file.rows_read, file.reports.len()), (1, 1));
    let told: Vec<_> =
        file.problems.iter().map(|problem| (problem.code, problem.column.as_str(), problem.value.as_str())).collect();
    let code = ProblemCode::CellWithoutValue;
    assert_eq!(told, [(code, "title", "#N/A"), (code, "source", "")]);
}

#[test]
fn where_a_cell_links_to_is_kept() {
    let rows = row(&["place", "title"]) + &row(&["Актау", "text"]) + &row(&["Тараз", "https://c.d/e"]);
    let links = "<hyperlinks><hyperlink ref=\"B2\" r:id=\"rId1\"/><hyperlink ref=\"B3\" r:id=\"rId2\"/></hyperlinks>";
    let link = |number: u8, target: &str| {
        format!(
            "<Relationship Id=\"rId{number}\" Type=\"{EXCEL}/hyperlink\" Target=\"{target}\" TargetMode=\"External\"/>"
        )
    };
    let relations = link(1, "https://a.b/c") + &link(2, "https://c.d/e");
    let file = read_bytes(&xlsx(&[("a", "", &rows, links, &relations)])).unwrap();
    let urls: Vec<_> = file.reports.iter().map(|report| report.source_url.as_str()).collect();
    assert_eq!(urls, ["https://a.b/c", ""], "{:?}", file.problems);
    let rows = row(&["place", "title", "url"]) + &row(&["Актау", "text", "https://x.y/z"]);
    let file = read_bytes(&xlsx(&[("a", "", &rows, links, &relations)])).unwrap();
    assert_eq!(file.reports[0].source_url, "https://x.y/z");
    assert!(file.reports[0].extra.contains(&("link".to_owned(), "https://a.b/c".to_owned())), "{:?}", file.reports[0]);
}

/// What is read of region and place in each row, and how many merged cells the table says.
fn regions_and_places(bytes: &[u8]) -> (Vec<(String, String)>, u64) {
    let input = Input::from(bytes);
    let table = Table::open(&input, &ReadOptions::default()).unwrap();
    let merged = table.understood().merged_cells;
    let file = read_bytes(bytes).unwrap();
    (file.reports.into_iter().map(|report| (report.region, report.place_text)).collect(), merged)
}

#[test]
fn a_cell_that_is_merged_over_rows_counts_for_each_of_them() {
    let book = |rows: &str, merged: &str| {
        let after = format!("<mergeCells>{merged}</mergeCells>");
        xlsx(&[("a", "", rows, &after, "")])
    };
    let cells = |number: u32, cells: &[(&str, &str)]| {
        let cells: String = cells
            .iter()
            .map(|(column, text)| format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"))
            .collect();
        format!("<row r=\"{number}\">{cells}</row>")
    };
    let rows = cells(1, &[("A", "region"), ("B", "place"), ("C", "title")])
        + &cells(2, &[("A", "Мангистауская"), ("B", "Актау"), ("C", "1")])
        + &cells(3, &[("B", "Жанаозен"), ("C", "2")])
        // Nothing of its own: no row at all.
        + &cells(4, &[("A", "")])
        + &cells(5, &[("B", "Бейнеу"), ("C", "3")])
        + &cells(6, &[("B", "Астана"), ("C", "4")])
        // A title over the whole table is no cell over rows.
        + &cells(7, &[("A", "Атырауская"), ("B", "Атырау"), ("C", "5")]);
    let (read, merged) = regions_and_places(&book(&rows, "<mergeCell ref=\"A2:A5\"/><mergeCell ref=\"A7:B7\"/>"));
    let expected = [
        ("Мангистауская", "Актау"),
        ("Мангистауская", "Жанаозен"),
        ("Мангистауская", "Бейнеу"),
        ("", "Астана"),
        ("Атырауская", "Атырау"),
    ];
    let expected = expected.map(|(region, place)| (region.to_owned(), place.to_owned()));
    assert_eq!((read.as_slice(), merged), (expected.as_slice(), 1));

    let cell = |attributes: &str, text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\" {attributes}><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let covered = "<table:covered-table-cell/>";
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let sheet = [
        row(&[cell("", "region"), cell("", "place"), cell("", "title")]),
        row(&[cell("table:number-rows-spanned=\"2\"", "Мангистауская"), cell("", "Актау"), cell("", "1")]),
        row(&[covered.to_owned(), cell("", "Жанаозен"), cell("", "2")]),
        row(&["<table:table-cell/>".to_owned(), cell("", "Астана"), cell("", "4")]),
    ];
    let (read, merged) = regions_and_places(&ods(&sheet.concat()));
    assert_eq!((read, merged), ([&expected[..2], &expected[3..4]].concat(), 1));
}

#[test]
fn a_number_that_is_merged_over_rows_is_the_id_of_the_first() {
    let rows = row(&["id", "place", "title"]) + &row(&["7", "Актау", "1"]) + &row(&["", "Жанаозен", "2"]);
    let after = "<mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>";
    let file = read_bytes(&xlsx(&[("a", "", &rows, after, "")])).unwrap();
    let keys: Vec<_> = file.reports.iter().map(|report| report.key.as_deref()).collect();
    assert_eq!((keys[0], file.rejected), (Some("7"), 0), "{:?}", file.problems);
    assert!(keys[1].unwrap().starts_with("content-"), "{keys:?}");
}

#[test]
fn a_long_cell_that_is_merged_over_many_rows_unfolds_no_further_than_others() {
    let long = "Y".repeat(60_000);
    let rows: String = (0..20_000).map(|_| row(&["", "Актау", "1"])).collect();
    let rows = row(&["note", "place", "title"]) + &row(&[&long, "Актау", "1"]) + &rows;
    let after = "<mergeCells><mergeCell ref=\"A2:A20002\"/></mergeCells>";
    let error = read_bytes(&xlsx(&[("a", "", &rows, after, "")])).unwrap_err();
    assert!(matches!(error, IngestError::UnpacksTooLarge), "{error}");
}
