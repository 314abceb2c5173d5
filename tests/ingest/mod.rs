//! CSV files as people send them: reports, problems, and nothing lost.

mod cells;
mod corpus;
mod files;
mod positions;
mod precision;
mod times;
mod workbooks;

use incident_map::ingest::{Format, IngestError, ProblemTable, ReadOptions, Reading, Repairs, ReportFile, read_file};
use proptest::prelude::*;
use std::io::{Cursor, Write};
use std::str::FromStr;

fn read(text: &str) -> ReportFile {
    read_bytes(text.as_bytes()).unwrap()
}

fn read_bytes(bytes: &[u8]) -> Result<ReportFile, IngestError> {
    let file = read_file(bytes, &ReadOptions::default())?;
    let rejected = file.problems.iter().filter(|problem| !problem.kept).count() as u64;
    assert_eq!(file.rejected, rejected, "each rejected row is listed once");
    assert_eq!(file.rows_read, file.reports.len() as u64 + file.duplicates + file.rejected, "no row is lost");
    Ok(file)
}

#[test]
fn headers_in_three_languages_give_the_same_report() {
    for header in [
        "дата;заголовок;место;категория",
        "күні;тақырып;орын;санат",
        "date;title;place;category",
        "Дата события;Заголовок;МЕСТО;Категория",
    ] {
        let file = read(&format!("{header}\n05.01.2022;Митинг;в Актау;protest\n"));
        let report = &file.reports[0];
        assert_eq!(report.occurred.unwrap().to_string(), "2022-01-05", "{header}");
        assert_eq!(
            (report.title.as_str(), report.place_text.as_str(), report.category.as_str()),
            ("Митинг", "в Актау", "protest")
        );
        assert_eq!(file.delimiter, Some(';'));
    }
}

#[test]
fn windows_1251_with_semicolons_and_crlf_is_read() {
    let text = "дата;место;описание\r\n05.01.2022;в Актау;\"Двое; \"\"трое\"\"\r\nи ещё\"\r\n06.01.2022;площадь Республики в Алматы;Описание событий\r\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
    let file = read_bytes(&bytes).unwrap();
    assert_eq!((file.encoding, file.delimiter, file.rows_read), ("windows-1251", Some(';'), 2));
    assert_eq!(file.reports[0].description, "Двое; \"трое\"\r\nи ещё");
    assert_eq!(file.reports[1].line, 4);
}

#[test]
fn each_bad_row_is_listed_with_line_column_value_reason_and_repair_and_the_good_ones_load() {
    let mut bytes = "\u{feff}date,title,place,lat,lon\n\
        2022-01-05,Good,в Актау,,\n\
        32.01.2022,Bad date,в Актау,,\n\
        2022-01-05,No place,,,\n\
        2022-01-05,Too few\n\
        2022-01-05,Too many,в Актау,,,x\n\
        2022-01-05,Bad latitude,в Актау,176.9,43.2\n\
        2022-01-05,Null island,в Актау,0,0\n\
        2022-01-05,Broken "
        .as_bytes()
        .to_vec();
    bytes.extend_from_slice(b"\xcf\xf0\xe8,");
    bytes.extend_from_slice("в Актау,,\n2022-01-05,\"Unclosed,в Актау,,\n2022-01-06,Last,в Таразе,,\n".as_bytes());
    let file = read_bytes(&bytes).unwrap();
    let titles: Vec<&str> = file.reports.iter().map(|report| report.title.as_str()).collect();
    assert_eq!(titles, ["Good", "No place", "Null island", "Last"]);
    assert_eq!((file.rows_read, file.rejected), (10, 6));
    let listed: Vec<(u64, &str, bool)> =
        file.problems.iter().map(|problem| (problem.line, problem.column.as_str(), problem.kept)).collect();
    assert_eq!(
        listed,
        [
            (3, "date", false),
            (4, "place", true),
            (5, "", false),
            (6, "", false),
            (7, "lat", false),
            (8, "lat", true),
            (9, "", false),
            (10, "", false)
        ]
    );
    for problem in &file.problems {
        assert!(!problem.reason.is_empty() && !problem.repair.is_empty(), "{problem:?}");
    }
    assert!(file.problems[4].reason.contains("latitude 176.9"), "{:?}", file.problems[4]);
    assert!(file.problems[6].reason.contains("broken encoding"), "{:?}", file.problems[6]);
}

#[test]
fn the_same_id_with_other_words_is_rejected_and_the_same_row_twice_is_a_duplicate() {
    let file = read("id,title,place\n1,A,Актау\n1,A,Актау\n1,B,Актау\n,C,Актау\n,C,Актау\n");
    assert_eq!((file.reports.len(), file.duplicates, file.rejected), (2, 2, 1));
    assert!(file.problems[0].reason.contains("line 2"), "{:?}", file.problems);
}

#[test]
fn a_key_made_from_content_is_the_same_whatever_the_file_looks_like() {
    let comma = read("title,place,date\nA,в Актау,2022-01-05\n");
    let semicolon = read("date;place;title\r\n05.01.2022;в  Актау;A\r\n");
    assert_eq!(comma.reports[0].key, semicolon.reports[0].key);
}

#[test]
fn an_hxl_row_names_the_columns() {
    let file = read("a,b,c\n#date+occurred,#loc+name,#description\n2022-01-05,Aktau,Text\n");
    assert_eq!((file.rows_read, file.reports[0].place_text.as_str()), (1, "Aktau"));
}

#[test]
fn the_hxl_tags_may_be_the_only_header() {
    let file = read("#date,#adm1+name,#loc+name,#affected+killed\n2022-01-05,Mangystau,Aktau,2\n");
    let [report] = &file.reports[..] else { panic!("{:?}", file.problems) };
    assert_eq!((report.place_text.as_str(), report.region.as_str()), ("Aktau", "Mangystau"));
    assert_eq!(report.occurred.unwrap().to_string(), "2022-01-05");
    assert_eq!(report.extra, [("#affected+killed".to_owned(), "2".to_owned())]);
    assert_eq!(read("#date,#loc\n2022-01-05,Aktau\n").reports[0].place_text, "Aktau");
}

#[test]
fn columns_without_a_meaning_are_kept_beside_the_incident() {
    let file = read("place,погибшие,source_url\nАктау,2,javascript:alert(1)\n");
    let extra = &file.reports[0].extra;
    assert!(extra.contains(&("погибшие".to_owned(), "2".to_owned())));
    assert!(extra.contains(&("source_url_in_file".to_owned(), "javascript:alert(1)".to_owned())));
    assert!(file.reports[0].source_url.is_empty() && file.problems[0].kept);
}

#[test]
fn a_file_that_cannot_be_read_says_what_it_needs() {
    let error = |bytes: &[u8]| read_bytes(bytes).unwrap_err().to_string();
    assert!(error(b"").contains("empty"));
    assert!(error("дата,текст\n2022-01-05,x\n".as_bytes()).contains("`дата`, `текст`"));
    assert!(error(b"PK\x03\x04....").contains("cannot be unpacked"));
    assert!(error(b"\x1f\x8b\x08\x00").contains("cannot be unpacked"));
    assert!(error(b"%PDF-1.7").contains("a PDF"));
    let utf32: Vec<u8> = "\u{feff}дата,место\n".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    assert!(error(&utf32).contains("text in UTF-32"));
    assert!(error(&gzip(&gzip(b"place\nAktau\n"))).contains("a gzip file inside another one"));
    assert!(error(b"\n<HTML><body><table><tr><td>Date</td></tr></table>").contains("an HTML page"));
    let binary: Vec<u8> = (0..2_000u32).map(|number| (number * number % 251) as u8).collect();
    assert!(error(&binary).contains("a binary file"));
    let control = error(b"a\x01b\x02,some words that are long enough,and others\n1,2,3\n");
    assert!(control.contains("no column says where") && !control.contains(char::is_control), "{control}");
    assert!(error(b"{\"type\":\"FeatureCollection\"").contains("GeoJSON"));
    assert!(error(b"{\"type\":\"Point\",\"coordinates\":[1,2]}").contains("without properties"));
    assert_eq!(read("place\n").rows_read, 0);
    assert_eq!(read("place\n\n\n,\n").rows_read, 0);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A ZIP file of (name, content).
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_table_is_the_same_as_csv_xlsx_ods_and_geojson_packed_or_not() {
    let csv = "id,date,title,place,lat,lon,погибшие\n\
               7,2022-01-05,Митинг «Оян»,в Актау,,,2\n8,2022-01-06,Протест,Алматы,43.238,76.945,0\n";
    let mut book = rust_xlsxwriter::Workbook::new();
    let empty = book.add_worksheet();
    empty.write(0, 0, "").unwrap();
    let sheet = book.add_worksheet();
    for (row, line) in csv.lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            let (row, column) = (row as u32, column as u16);
            match (cell.parse::<f64>(), jiff::civil::Date::from_str(cell)) {
                (Ok(number), _) => sheet.write(row, column, number).unwrap(),
                (_, Ok(_)) => {
                    let day = rust_xlsxwriter::ExcelDateTime::parse_from_str(cell).unwrap();
                    let format = rust_xlsxwriter::Format::new().set_num_format("dd.mm.yyyy");
                    sheet.write_with_format(row, column, &day, &format).unwrap()
                }
                _ => sheet.write(row, column, cell).unwrap(),
            };
        }
    }
    let xlsx = book.save_to_buffer().unwrap();
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let rows: String = csv
        .lines()
        .map(|line| format!("<table:table-row>{}</table:table-row>", line.split(',').map(cell).collect::<String>()))
        .collect();
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"a\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let manifest = "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    let ods = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ]);
    let geojson = serde_json::json!({ "type": "FeatureCollection", "features": [
        { "type": "Feature", "id": 7, "geometry": null,
          "properties": { "date": "2022-01-05", "title": "Митинг «Оян»", "place": "в Актау", "погибшие": 2 } },
        { "type": "Feature", "id": "8", "geometry": { "type": "Point", "coordinates": [76.945, 43.238] },
          "properties": { "date": "2022-01-06", "title": "Протест", "place": "Алматы", "погибшие": 0 } },
    ]})
    .to_string();
    let plain = read(csv);
    let without_lines = |file: &ReportFile| -> Vec<_> {
        file.reports.iter().cloned().map(|report| incident_map::incident::Report { line: 0, ..report }).collect()
    };
    for (bytes, format) in [
        (csv.as_bytes(), Format::Csv),
        (&xlsx, Format::Xlsx),
        (&ods, Format::Ods),
        (geojson.as_bytes(), Format::GeoJson),
    ] {
        for bytes in [bytes.to_vec(), gzip(bytes)] {
            let file = read_bytes(&bytes).unwrap();
            assert_eq!((file.format, file.rows_read), (format, 2), "{:?}", file.problems);
            assert_eq!(without_lines(&file), without_lines(&plain), "{format:?}");
        }
    }
}

#[test]
fn files_of_acled_ucdp_ushahidi_timemap_atlos_and_gdelt_are_understood_as_they_come() {
    let acled = "\u{feff}event_id_cnty,event_date,year,event_type,admin1,location,latitude,longitude,geo_precision,source,notes\n\
                 KAZ1,2022-01-05,2022,Riots,Almaty City,Almaty,43.25,76.91,1,Reuters,Crowds at the square\n";
    let ucdp = "id,relid,source_headline,where_coordinates,adm_1,latitude,longitude,country,date_start,date_end\n\
                1,KAZ-2022-1,Clashes,Almaty city,Almaty,43.25,76.91,Kazakhstan,2022-01-05 00:00:00.000,2022-01-06 00:00:00.000\n";
    let ushahidi = "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE\n\
                    1,Clashes,2022-01-05 14:30:00,Almaty,text,\"A, B, \",43.25,76.91\n";
    let survey = "Post ID,Post Status,Post Date (UTC),Where.lat,Where.lon\n,,,,\n7,published,2022-01-05,43.25,76.91\n";
    let row = |geo_type: &str, cells: usize| {
        let mut row = vec![String::new(); cells];
        (row[0], row[1], row[cells - 1]) = ("1024".into(), "20220105".into(), "https://example.org/a".into());
        // Of the last cells the place comes before the day of adding and the address; 1.0 has one cell less in it.
        let place = cells - if cells == 61 { 10 } else { 9 };
        let names = if cells == 61 { 5 } else { 4 };
        (row[place], row[place + 1]) = (geo_type.into(), "Almaty, Almaty, Kazakhstan".into());
        (row[place + names], row[place + names + 1]) = ("43.25".into(), "76.91".into());
        row.join("\t") + "\n"
    };
    let timemap = "id,date,latitude,longitude,location,description,sources,associations\n\
                   1,1/5/2022,43.25,76.91,Almaty,Crowds,SRC001,Type=Protest\n";
    let atlos = "slug,inserted_at,updated_at,latitude,longitude,date,description,source_1,source_2\n\
                 ABC123,2023-01-01,2023-01-02,43.25,76.91,2022-01-05,Crowds,https://a.example/1,https://b.example/2\n";
    let mut event = vec![String::new(); 49];
    for (column, cell) in [(0, "12345"), (1, "KAZ-2022-1-524-322"), (2, "2022"), (29, "43.25"), (30, "76.91")] {
        event[column] = cell.to_owned();
    }
    (event[33], event[38], event[39]) =
        ("Kazakhstan".into(), "2022-01-05 00:00:00.000".into(), "2022-01-05 00:00:00.000".into());
    let headerless = event.join(",") + "\n";
    let gdelt = [row("4", 61), row("4", 58)];
    let named = [
        ("acled", acled),
        ("ucdp", ucdp),
        ("ucdp without header", &headerless),
        ("ushahidi", ushahidi),
        ("survey", survey),
    ];
    for (name, text) in named
        .into_iter()
        .chain([("timemap", timemap), ("atlos", atlos)])
        .chain(gdelt.iter().map(|text| ("gdelt", text.as_str())))
    {
        let file = read(text);
        let [report] = &file.reports[..] else { panic!("{name}: {:?} {:?}", file.reports, file.problems) };
        assert!(file.problems.is_empty(), "{name}: {:?}", file.problems);
        let at = report.given.unwrap_or_else(|| panic!("{name} gives a position: {report:?}"));
        assert_eq!((at.lat, at.lon), (43.25, 76.91), "{name}");
        assert!(report.occurred.unwrap().to_string().starts_with("2022-01-05"), "{name}");
    }
    assert_eq!(read(acled).reports[0].key.as_deref(), Some("KAZ1"));
    assert_eq!(read(atlos).reports[0].source_url, "https://a.example/1");
    assert_eq!(read(ucdp).reports[0].occurred.unwrap().to_string(), "2022-01-05/2022-01-06");
    let region = read(&row("5", 61));
    assert_eq!(region.reports[0].given, None, "the middle of a region is no position");
    assert_eq!(region.reports[0].place_text, "Almaty, Almaty, Kazakhstan");
    assert_eq!(region.reports[0].source_url, "https://example.org/a");
}

#[test]
fn a_packed_file_that_unpacks_without_end_is_refused_and_a_cut_one_too() {
    let zeros = vec![b'0'; 64 << 20];
    let parts: Vec<(String, &[u8])> = (0..16).map(|part| (format!("part-{part}"), &zeros[..])).collect();
    let mut parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, zeros)| (name.as_str(), *zeros)).collect();
    parts.push(("xl/workbook.xml", &zeros));
    let bomb = archive(&parts);
    assert!(bomb.len() < 4 << 20);
    assert!(read_bytes(&bomb).unwrap_err().to_string().contains("split it"));
    let packed = gzip("place\nв Актау\n".repeat(1_000).as_bytes());
    assert!(read_bytes(&packed[..packed.len() / 2]).unwrap_err().to_string().contains("cannot be unpacked"));
    let other = archive(&[("photo.jpg", b"not a table")]);
    assert!(read_bytes(&other).unwrap_err().to_string().contains("a ZIP file"));
}

#[test]
fn a_megabyte_in_one_cell_is_a_listed_problem() {
    let file = read(&format!("place,title\nАктау,{}\nАктау,b\n", "x".repeat(1 << 20)));
    assert_eq!((file.rejected, file.reports.len()), (1, 1));
}

#[test]
fn problems_written_as_csv_cannot_run_as_formulas() {
    let file = read("date,place\n=cmd|' /C calc'!A0,Актау\n");
    let mut table = Vec::new();
    let repairs = Repairs { import: "1".to_owned(), dataset: "=x".to_owned() };
    let mut problems = ProblemTable::new(&[], repairs, &Reading::default(), &mut table).unwrap();
    problems.push(&[], "", &file.problems).unwrap();
    problems.finish().unwrap();
    let table = String::from_utf8(table).unwrap();
    let head = "problem_line,problem_column,problem_value,problem_reason,problem_repair,problem_kept,\
                incident_map_import,incident_map_dataset,incident_map_key,incident_map_mapping,incident_map_left_out\n\
                2,date,'=cmd";
    assert!(table.starts_with(head), "{table}");
    assert!(table.ends_with(",false,1,'=x,,,\n"), "{table}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_and_no_row_is_lost(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_bytes(&bytes);
        let _ = read_bytes(&[b"place,date\n".as_slice(), &bytes].concat());
    }

    #[test]
    fn what_is_written_in_any_delimiter_and_line_end_reads_back(
        rows in prop::collection::vec(("[а-яёA-Z ,;\"\n]{1,20}", "[а-яқA-Z ,;|\t]{1,20}"), 1..6),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        crlf in any::<bool>(),
    ) {
        let mut table = csv::WriterBuilder::new()
            .delimiter(delimiter as u8)
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        table.write_record(["id", "title", "place"]).unwrap();
        for (number, (title, place)) in rows.iter().enumerate() {
            table.write_record([&number.to_string(), title, place]).unwrap();
        }
        let file = read_bytes(&table.into_inner().unwrap()).unwrap();
        prop_assert_eq!(file.delimiter, Some(delimiter));
        prop_assert_eq!(file.reports.len(), rows.len());
        for (report, (title, place)) in file.reports.iter().zip(&rows) {
            let place = place.trim();
            prop_assert_eq!(report.place_text.as_str(), place);
            if !title.trim().is_empty() {
                prop_assert_eq!(report.title.as_str(), title.trim());
            }
        }
    }
}
