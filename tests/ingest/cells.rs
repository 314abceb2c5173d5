//! Cells of workbooks as the programs of this world write them.

use super::archive;
use incident_map::ingest::{CellFault, IngestError, Input, ReadOptions, Record, Table};

/// The rows of a workbook, its header first.
fn rows(bytes: &[u8]) -> Result<(Vec<String>, Vec<Record>), IngestError> {
    let input = Input::from(bytes);
    let table = Table::open(&input, &ReadOptions::default())?;
    let records = table.rows()?.collect::<Result<_, _>>()?;
    Ok((table.headers().to_vec(), records))
}

/// The cells of the first row below the header.
fn cells(bytes: &[u8]) -> Vec<String> {
    rows(bytes).unwrap().1[0].cells.iter().map(str::to_owned).collect()
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Parts of a workbook of Excel with one sheet: its rows, and its styles of cells.
struct Book<'b> {
    rows: &'b str,
    /// Formats of numbers, the first for style 1.
    formats: &'b [&'b str],
    properties: &'b str,
}

impl Book<'_> {
    fn parts(&self) -> Vec<(String, String)> {
        let relation = |id: u8, kind: &str, target: &str| {
            format!("<Relationship Id=\"r{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
        };
        let (mut formats, mut styles) = (String::new(), "<xf numFmtId=\"0\"/>".to_owned());
        for (number, format) in (200..).zip(self.formats) {
            formats += &format!("<numFmt numFmtId=\"{number}\" formatCode=\"{}\"/>", format.replace('"', "&quot;"));
            styles += &format!("<xf numFmtId=\"{number}\"/>");
        }
        let part =
            |name: &str, text: String| (name.to_owned(), format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}"));
        vec![
            part(
                "_rels/.rels",
                format!("<Relationships>{}</Relationships>", relation(1, "officeDocument", "xl/workbook.xml")),
            ),
            part(
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships>{}{}</Relationships>",
                    relation(1, "worksheet", "worksheets/sheet1.xml"),
                    relation(2, "styles", "styles.xml")
                ),
            ),
            part(
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns:r=\"{RELATIONS}\">{}<sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
                    self.properties
                ),
            ),
            part(
                "xl/styles.xml",
                format!("<styleSheet><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"),
            ),
            part("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{}</sheetData></worksheet>", self.rows)),
        ]
    }
}

fn packed(parts: &[(String, String)]) -> Vec<u8> {
    archive(&parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect::<Vec<_>>())
}

fn text_row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")).collect();
    format!("<row>{cells}</row>")
}

/// A workbook with these numbers under these formats.
fn numbers(cells: &[(&str, &str)], properties: &str) -> Vec<u8> {
    let formats: Vec<&str> = cells.iter().map(|(_, format)| *format).collect();
    let headers: Vec<String> = (0..cells.len()).map(|number| format!("h{number}")).collect();
    let head = text_row(&headers.iter().map(String::as_str).collect::<Vec<_>>());
    let row: String =
        (1..).zip(cells).map(|(style, (number, _))| format!("<c s=\"{style}\"><v>{number}</v></c>")).collect();
    packed(&Book { rows: &format!("{head}<row>{row}</row>"), formats: &formats, properties }.parts())
}

#[test]
fn numbers_of_excel_are_the_times_that_their_formats_show() {
    let shown = [
        ("44566", "[$-419]d mmmm yyyy;@", "2022-01-05"),
        ("44566.604166666664", "dd.mm.yyyy hh:mm", "2022-01-05T14:30"),
        ("44566.60484953704", "yyyy-mm-dd hh:mm:ss", "2022-01-05T14:30:59"),
        ("44562", "mmmm yyyy", "2022-01"),
        ("44562", "yyyy", "2022"),
        ("44566", "mmmm yyyy", "2022-01-05"),
        ("0.6041666667", "hh:mm", "14:30"),
        ("1.0868055556", "[h]:mm", "26:05"),
        ("44566", "0", "44566"),
        ("0.25", "0%", "0.25"),
    ];
    let book = numbers(&shown.map(|(number, format, _)| (number, format)), "");
    assert_eq!(cells(&book), shown.map(|(_, _, text)| text));
    let of_mac = numbers(&[("43104.604166666664", "dd.mm.yyyy")], "<workbookPr date1904=\"1\"/>");
    assert_eq!(cells(&of_mac), ["2022-01-05T14:30"]);
}

#[test]
fn a_month_or_year_in_a_cell_is_not_taken_for_its_first_day() {
    let head = text_row(&["date", "place"]);
    let row =
        |number: u32| format!("<row><c s=\"1\"><v>{number}</v></c><c t=\"inlineStr\"><is><t>Актау</t></is></c></row>");
    let book = Book { rows: &(head + &row(44_562) + &row(44_566)), formats: &["mmm yy"], properties: "" };
    let file = super::read_bytes(&packed(&book.parts())).unwrap();
    let dates: Vec<_> = file.reports.iter().map(|report| report.occurred.unwrap().to_string()).collect();
    assert_eq!(dates, ["2022-01", "2022-01-05"]);
}

#[test]
fn a_workbook_is_read_however_its_parts_are_named_and_encoded() {
    let rows = text_row(&["place", "title"]) + &text_row(&["Актау", "Ә"]);
    let plain = Book { rows: &rows, formats: &[], properties: "" }.parts();
    let expected = ["Актау", "Ә"];
    assert_eq!(cells(&packed(&plain)), expected);
    let changed = |change: &dyn Fn(&str, &str) -> (String, String)| {
        let parts: Vec<_> = plain.iter().map(|(name, text)| change(name, text)).collect();
        cells(&packed(&parts))
    };
    // As old programs of Windows pack them.
    assert_eq!(changed(&|name, text| (name.replace('/', "\\").to_uppercase(), text.to_owned())), expected);
    assert_eq!(changed(&|name, text| (name.to_owned(), text.replace("Target=\"", "Target=\"./"))), expected);
    assert_eq!(
        changed(&|name, text| (name.to_owned(), text.replace("Target=\"worksheets", "Target=\"/xl/worksheets"))),
        expected
    );
    // As programs on the web name them.
    let renamed = |text: &str| text.replace("xl/workbook.xml", "xl/workbook22.xml");
    let renamed_relations = |name: &str| renamed(&name.replace("_rels/workbook.xml", "_rels/workbook22.xml"));
    assert_eq!(changed(&|name, text| (renamed_relations(name), renamed(text))), expected);
    // Strict Open XML has other names for the same.
    assert_eq!(
        changed(&|name, text| {
            (
                name.to_owned(),
                text.replace("schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument"),
            )
        }),
        expected
    );
    let prefixed = |name: &str, text: &str| {
        if !name.contains("sheet1") {
            return (name.to_owned(), text.to_owned());
        }
        let names = ["worksheet", "sheetData", "row", "c", "is", "t"];
        let text = names.iter().fold(text.to_owned(), |text, element| {
            let text = text.replace(&format!("<{element}>"), &format!("<x:{element}>"));
            let text = text.replace(&format!("<{element} "), &format!("<x:{element} "));
            text.replace(&format!("</{element}>"), &format!("</x:{element}>"))
        });
        (name.to_owned(), text)
    };
    assert_eq!(changed(&prefixed), expected);
}

#[test]
fn texts_of_cells_are_found_whatever_case_their_part_has_and_lost_ones_are_told() {
    let shared = "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row><row><c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c></row>";
    let mut parts = Book { rows: shared, formats: &[], properties: "" }.parts();
    let kind = format!(
        "<Relationship Id=\"r9\" Type=\"{RELATIONS}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    parts[1].1 = parts[1].1.replace("</Relationships>", &kind);
    let rich = "<si><r><t>Ак</t></r><r><rPr/><t xml:space=\"preserve\">тау </t></r><rPh sb=\"0\" eb=\"1\"><t>heard</t></rPh></si>";
    let texts =
        format!("<sst><si><t>place</t></si><si><t>title</t></si>{rich}<si><t>a_x000D__x005F_x000D_</t></si></sst>");
    parts.push(("xl/SharedStrings.xml".to_owned(), texts.clone()));
    assert_eq!(cells(&packed(&parts)), ["Актау ", "a\r_x000D_"]);
    parts.last_mut().unwrap().1 = texts.replace("<si><t>a_x000D__x005F_x000D_</t></si>", "");
    let (_, records) = rows(&packed(&parts)).unwrap();
    assert_eq!(records[0].cell_faults, [(1, CellFault::NoValue)]);
}

#[test]
fn parts_in_another_encoding_are_read() {
    let rows = text_row(&["place", "title"]) + &text_row(&["Актау", "Сход"]);
    let plain = Book { rows: &rows, formats: &[], properties: "" }.parts();
    let encoded = |encode: &dyn Fn(&str) -> Vec<u8>| {
        let parts: Vec<(String, Vec<u8>)> = plain.iter().map(|(name, text)| (name.clone(), encode(text))).collect();
        cells(&archive(&parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>()))
    };
    let utf16 = |text: &str, of: fn(u16) -> [u8; 2], mark: &str| {
        let text = mark.to_owned() + &text.replace("UTF-8", "UTF-16");
        text.encode_utf16().flat_map(of).collect::<Vec<u8>>()
    };
    for encode in [
        &(|text: &str| utf16(text, u16::to_le_bytes, "\u{feff}")) as &dyn Fn(&str) -> Vec<u8>,
        &|text| utf16(text, u16::to_be_bytes, "\u{feff}"),
        &|text| utf16(text, u16::to_le_bytes, ""),
        &|text| encoding_rs::WINDOWS_1251.encode(&text.replace("UTF-8", "windows-1251")).0.into_owned(),
        &|text| ("\u{feff}".to_owned() + text).into_bytes(),
    ] {
        assert_eq!(encoded(encode), ["Актау", "Сход"]);
    }
}

#[test]
fn files_that_are_no_workbook_we_read_are_named_with_the_way_out() {
    let old = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 504], &name].concat()
    };
    let zip = |part: &str| archive(&[(part, b"x")]);
    let text: Vec<u8> = "date,place\n2022-01-05,Актау\n".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let locked = archive(&[("content.xml", b"\x01\x02"), ("META-INF/manifest.xml", b"<manifest:encryption-data/>")]);
    for (bytes, words) in [
        (
            old("Workbook"),
            "an old Excel workbook (.xls), which is not read here; open it in a spreadsheet and save it as XLSX",
        ),
        (old("Book"), "an old Excel workbook (.xls)"),
        (old("WordDocument"), "an old Word document"),
        (old("EncryptedPackage"), "has a password; open it in a spreadsheet and save it without one"),
        (locked, "has a password"),
        (zip("encrypted-package"), "has a password"),
        (zip("xl/workbook.bin"), "a binary Excel workbook (.xlsb)"),
        (zip("word/document.xml"), "a Word document"),
        (text, "text in UTF-32BE"),
    ] {
        let error = rows(&bytes).map(drop).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn links_are_kept_whole_and_those_that_lead_nowhere_are_not() {
    let rows_of = text_row(&["place", "title", "mail"])
        + &text_row(&["Актау", "a", "x@y.z"])
        + "<row><c t=\"inlineStr\"><is><t>Тараз</t></is></c>\
           <c t=\"str\"><f>HYPERLINK(\"https://f.g/h?a=1&amp;b=2\",\"b\")</f><v>b</v></c></row>";
    let mut parts = Book { rows: &rows_of, formats: &[], properties: "" }.parts();
    let sheet = parts.pop().unwrap().1;
    let links = "<hyperlinks><hyperlink ref=\"B2\" r:id=\"r1\" location=\"part\"/><hyperlink ref=\"A2\" r:id=\"r2\"/>\
                 <hyperlink ref=\"C2\" r:id=\"r3\"/><hyperlink ref=\"A3\" location=\"a!A1\"/></hyperlinks></worksheet>";
    parts.push(("xl/worksheets/sheet1.xml".to_owned(), sheet.replace("</worksheet>", links)));
    let relation = |id: u8, target: &str| {
        format!("<Relationship Id=\"r{id}\" Type=\"{RELATIONS}/hyperlink\" Target=\"{target}\"/>")
    };
    let relations =
        [(1, "https://a.b/c"), (2, "#a!A1"), (3, "mailto:x@y.z")].map(|(id, target)| relation(id, target)).concat();
    parts.push((
        "xl/worksheets/_rels/sheet1.xml.rels".to_owned(),
        format!("<Relationships>{relations}</Relationships>"),
    ));
    let (headers, records) = rows(&packed(&parts)).unwrap();
    assert_eq!(headers, ["place", "title", "mail", "link"]);
    assert_eq!([&records[0].cells[3], &records[1].cells[3]], ["https://a.b/c#part", "https://f.g/h?a=1&b=2"]);
}

#[test]
fn a_column_of_addresses_that_shows_other_words_has_the_links_of_its_cells() {
    let text = |words: &str| ods_cell("office:value-type=\"string\"", &format!("<text:p>{words}</text:p>"));
    let linked = text("<text:a xlink:href=\"https://a.b/c\">Радио</text:a>");
    let rows = ods_row(&[text("place"), text("Ссылка"), text("title")])
        + &ods_row(&[text("Актау"), linked, text("a")])
        + &ods_row(&[text("Тараз"), text("https://d.e/f"), text("b")]);
    let file = super::read_bytes(&ods("", &rows)).unwrap();
    let urls: Vec<_> = file.reports.iter().map(|report| report.source_url.as_str()).collect();
    assert_eq!(urls, ["https://a.b/c", "https://d.e/f"], "{:?}", file.problems);
    assert!(file.problems.is_empty(), "{:?}", file.problems);
    assert_eq!(file.reports[0].extra, [("link".to_owned(), "Радио".to_owned())]);
}

#[test]
fn a_sheet_that_is_asked_of_a_file_without_sheets_is_refused() {
    let asked: ReadOptions = serde_json::from_str(r#"{"sheet":"2022"}"#).unwrap();
    let error = incident_map::ingest::read_file(b"place\nAktau\n", &asked).unwrap_err().to_string();
    assert!(error.contains("is CSV and has no sheets; leave the sheet `2022` out"), "{error}");
}

/// An OpenDocument with these styles and rows.
fn ods(styles: &str, rows: &str) -> Vec<u8> {
    ods_with_formats("", styles, rows)
}

/// The same, with formats in the part that LibreOffice has for those of the whole workbook.
fn ods_with_formats(formats: &str, styles: &str, rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:automatic-styles>{styles}\
         </office:automatic-styles><office:body><office:spreadsheet><table:table table:name=\"a\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let formats = format!("<office:document-styles><office:styles>{formats}</office:styles></office:document-styles>");
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("styles.xml", formats.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

fn ods_row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

fn ods_cell(attributes: &str, inside: &str) -> String {
    format!("<table:table-cell {attributes}>{inside}</table:table-cell>")
}

#[test]
fn cells_of_an_open_document_of_each_kind_are_read() {
    let kinds = [
        ("office:value-type=\"float\" office:value=\"43.25\"", "43,25", "43.25"),
        ("office:value-type=\"currency\" office:currency=\"KZT\" office:value=\"1500\"", "1 500 ₸", "1500"),
        ("office:value-type=\"percentage\" office:value=\"0.25\"", "25%", "0.25"),
        ("office:value-type=\"boolean\" office:boolean-value=\"true\"", "ИСТИНА", "true"),
        ("office:value-type=\"date\" office:date-value=\"2022-01-05T14:29:59.99\"", "05.01.22", "2022-01-05T14:30"),
        ("office:value-type=\"date\" office:date-value=\"2022-01-05T00:00:00.000Z\"", "05.01.22", "2022-01-05"),
        ("office:value-type=\"time\" office:time-value=\"PT14H30M07S\"", "14:30:07", "14:30:07"),
        ("office:value-type=\"time\" office:time-value=\"PT288H00M00S\"", "288:00", "288:00"),
        ("office:value-type=\"string\"", "a<text:s text:c=\"2\"/>b<text:tab/>c</text:p><text:p>d", "a  b\tc\nd"),
        ("office:value-type=\"string\"", "Пло<text:span>щадь</text:span>", "Площадь"),
    ];
    let head: Vec<_> = (0..kinds.len())
        .map(|number| ods_cell("office:value-type=\"string\"", &format!("<text:p>h{number}</text:p>")))
        .collect();
    let remark = "<office:annotation><dc:date>2022</dc:date><text:p>remark</text:p></office:annotation>";
    let row = kinds.map(|(attributes, words, _)| ods_cell(attributes, &format!("{remark}<text:p>{words}</text:p>")));
    assert_eq!(cells(&ods("", &(ods_row(&head) + &ods_row(&row)))), kinds.map(|(_, _, text)| text));
}

#[test]
fn failed_formulas_and_links_of_an_open_document_are_told() {
    let text = |words: &str| ods_cell("office:value-type=\"string\"", &format!("<text:p>{words}</text:p>"));
    let head = ["place", "title", "x", "y"].map(text);
    let link = "<text:a xlink:href=\"https://a.b/c?d=1&amp;e=2#f\">words</text:a>";
    let inner = "<text:a xlink:href=\"#a.A1\">here</text:a>";
    let row = [
        text(inner),
        text(link),
        ods_cell(
            "office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"",
            "<text:p>#Н/Д</text:p>",
        ),
        ods_cell("office:value-type=\"float\" office:value=\"0\"", "<text:p>Err:502</text:p>"),
    ];
    let (headers, records) = rows(&ods("", &(ods_row(&head) + &ods_row(&row)))).unwrap();
    assert_eq!(headers, ["place", "title", "x", "y", "link"]);
    assert_eq!(records[0].cells.iter().collect::<Vec<_>>(), ["here", "words", "", "", "https://a.b/c?d=1&e=2#f"]);
    let told = |words: &str| CellFault::Error(words.to_owned());
    assert_eq!(records[0].cell_faults, [(2, told("#Н/Д")), (3, told("Err:502"))]);
}

#[test]
fn a_month_in_an_open_document_is_known_by_the_style_of_its_cell_or_column() {
    let styles = "<number:date-style style:name=\"N1\"><number:month/><number:text>.</number:text><number:year/></number:date-style>\
                  <number:date-style style:name=\"N2\"><number:day/><number:month/><number:year/></number:date-style>\
                  <number:time-style style:name=\"N3\"><number:hours/></number:time-style>\
                  <style:style style:name=\"c1\" style:data-style-name=\"N1\"/><style:style style:name=\"c2\" style:data-style-name=\"N2\"/>";
    let text = |words: &str| ods_cell("office:value-type=\"string\"", &format!("<text:p>{words}</text:p>"));
    let date =
        |style: &str| ods_cell(&format!("{style} office:value-type=\"date\" office:date-value=\"2022-01-01\""), "");
    let columns = "<table:table-column table:number-columns-repeated=\"2\"/><table:table-column table:default-cell-style-name=\"c1\"/>";
    let row = ["table:style-name=\"c1\"", "table:style-name=\"c2\"", "", "table:style-name=\"c2\""].map(date);
    let book = ods(styles, &(columns.to_owned() + &ods_row(&["a", "b", "c", "d"].map(text)) + &ods_row(&row)));
    assert_eq!(cells(&book), ["2022-01", "2022-01-01", "2022-01", "2022-01-01"]);
    let (formats, styles) = styles.split_at(styles.find("<style:style").unwrap());
    let book =
        ods_with_formats(formats, styles, &(ods_row(&["a"].map(text)) + &ods_row(&[date("table:style-name=\"c1\"")])));
    assert_eq!(cells(&book), ["2022-01"]);
}
