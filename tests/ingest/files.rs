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

#[test]
fn of_two_versions_of_an_acled_event_the_newer_counts_wherever_it_stands() {
    let head = "event_id_cnty,event_date,event_type,admin1,location,notes,timestamp\n";
    let file = read(&format!(
        "{head}KAZ1,2022-01-05,Protests,Almaty,Almaty,old,1641500000\nKAZ1,2022-01-05,Riots,Almaty,Almaty,new,1641600000\n\
         KAZ2,2022-01-05,Riots,Almaty,Almaty,new,1641600000\nKAZ2,2022-01-05,Riots,Almaty,Almaty,old,1641500000\n"
    ));
    assert_eq!((file.reports.len(), file.duplicates, file.rejected), (2, 2, 0));
    assert!(file.reports.iter().all(|report| report.description == "new"));
    let told: Vec<_> = file.problems.iter().map(|problem| (problem.line, problem.code)).collect();
    assert_eq!(told, [(2, ProblemCode::OtherVersion), (5, ProblemCode::OtherVersion)]);
    assert!(file.problems[0].reason.contains("line 3"), "{:?}", file.problems[0]);
}

#[test]
fn rows_of_gdelt_are_one_incident_for_an_article_with_a_category_in_words() {
    let row = |id: &str, root: &str, geo_type: &str, url: &str| {
        let mut row = vec![String::new(); 61];
        for (column, cell) in
            [(0, id), (1, "20220105"), (28, root), (51, geo_type), (52, "Almaty, Kazakhstan"), (60, url)]
        {
            row[column] = cell.to_owned();
        }
        (row[40], row[41], row[56], row[57]) = ("51.1".into(), "71.4".into(), "43.25".into(), "76.91".into());
        row.join("\t") + "\n"
    };
    let a = "https://example.org/a";
    let text = row("1", "01", "1", a)
        + &row("2", "14", "4", a)
        + &row("3", "14", "4", a)
        + &row("4", "19", "4", "https://example.org/b");
    let file = read(&text);
    let found: Vec<_> = file.reports.iter().map(|report| (report.key.as_deref(), report.category.as_str())).collect();
    assert_eq!(found, [(Some("2"), "Protest"), (Some("4"), "Fight")]);
    assert_eq!((file.duplicates, file.problems.len()), (2, 2));
    let report = &file.reports[0];
    assert_eq!(report.given.map(|at| (at.lat, at.lon)), Some((43.25, 76.91)), "not where those come from who acted");
    assert!(report.extra.iter().any(|(name, _)| name == "Actor1Geo_Lat"), "{:?}", report.extra);
}

#[test]
fn lists_of_categories_end_without_a_comma_and_a_space_may_precede_a_quoted_cell() {
    let file = read("title, place, Categories\nA, \"Актау, порт\", \"Fire, Crowd, \"\n");
    let report = &file.reports[0];
    assert_eq!((report.place_text.as_str(), report.category.as_str()), ("Актау, порт", "Fire, Crowd"));
}

#[test]
fn when_a_form_of_kobo_was_opened_and_saved_is_not_when_it_happened() {
    let file = read(
        "start,end,Дата происшествия,Место,_id,_submission_time\n\
         2022-01-06T10:00:00.000+06:00,2022-01-06T10:05:00.000+06:00,2022-01-05,Актау,1,2022-01-06T04:05:10\n",
    );
    assert_eq!(file.reports[0].occurred.unwrap().to_string(), "2022-01-05");
    assert!(file.reports[0].extra.iter().any(|(name, value)| name == "end" && value.starts_with("2022-01-06T10:05")));
    let undated = read("start,end,Место,_uuid\n2022-01-06T10:00,2022-01-06T10:05,Актау,u\n");
    assert_eq!(undated.reports[0].occurred, None);
    let own = read("start date,end,place\n2022-01-05,2022-01-06,Актау\n");
    assert_eq!(own.reports[0].occurred.unwrap().to_string(), "2022-01-05/2022-01-06");
}

/// Text in windows-1251.
fn windows(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
}

#[test]
fn rows_of_utf8_in_a_file_of_one_byte_a_letter_are_read_as_what_they_are_or_listed() {
    let head = windows("дата;место;описание\n05.01.2022;Актау;Митинг у акимата\n");
    let whole = [&head[..], "06.01.2022;Жанаозен;Ещё один митинг\n".as_bytes()].concat();
    let file = read_bytes(&whole).unwrap();
    assert_eq!((file.encoding, file.reports.len()), ("windows-1251", 2), "{:?}", file.problems);
    assert_eq!(file.reports[1].description, "Ещё один митинг");
    for words in ["ok ✓", "Café", "«Азаттық» – сайт"] {
        let mixed =
            [&head[..], &windows("06.01.2022;Жанаозен;"), words.as_bytes(), b"\n", &windows("07.01.2022;Тараз;Сход\n")];
        let file = read_bytes(&mixed.concat()).unwrap();
        assert_eq!(
            (file.encoding, file.reports.len(), file.rejected),
            ("windows-1251", 2, 1),
            "{words}: {:?}",
            file.problems
        );
        assert_eq!((file.problems[0].line, file.problems[0].code), (3, ProblemCode::BrokenEncoding), "{words}");
    }
    let mut long = windows("дата;место\n");
    long.extend(windows("05.01.2022;Пётр в Рівне\n").repeat(30_000));
    long.extend("06.01.2022;Жанаозен\n".as_bytes());
    let file = read_bytes(&long).unwrap();
    assert_eq!((file.rows_read, file.rejected, file.encoding), (30_001, 0, "windows-1251"));
    assert_eq!(file.reports.last().unwrap().place_text, "Жанаозен");
}

#[test]
fn an_event_of_acled_with_a_row_for_each_actor_is_one_incident() {
    let head = "event_id_cnty,event_date,event_type,actor1,inter1,admin1,location,notes,timestamp\n";
    let file = read(&format!(
        "{head}KAZ1,2022-01-05,Riots,Rioters,5,Almaty,Almaty,Crowd,1641600000\n\
         KAZ1,2022-01-05,Riots,Police Forces,1,Almaty,Almaty,Crowd,1641600000\n\
         KAZ2,2022-01-05,Riots,Rioters,5,Almaty,Almaty,Crowd,1641600000\n\
         KAZ2,2022-01-06,Riots,Police Forces,1,Almaty,Aktau,Other,1641600000\n"
    ));
    assert_eq!((file.reports.len(), file.duplicates, file.rejected), (2, 1, 1), "{:?}", file.problems);
    let told: Vec<_> = file.problems.iter().map(|problem| (problem.line, problem.code)).collect();
    assert_eq!(told, [(3, ProblemCode::OtherVersion), (5, ProblemCode::SameId)]);
}

#[test]
fn what_a_survey_of_ushahidi_asks_wins_over_what_is_known_of_the_post() {
    let file = read(
        "Post ID,Post Status,Post Date (UTC),Unstructured Description,Title,Description,Where did it happen?.lat,\
         Where did it happen?.lon,When did it happen?\n,,,,,,,,\n\
         12,published,2022-01-06 09:59:00,,Crowd,Many people,43.25,76.91,2022-01-05\n\
         13,draft,2022-01-06 09:59:00,text of an SMS,,,43.25,76.91,\n",
    );
    let [asked, message] = &file.reports[..] else { panic!("{:?}", file.problems) };
    assert_eq!(
        (asked.description.as_str(), asked.occurred.unwrap().to_string().as_str()),
        ("Many people", "2022-01-05")
    );
    assert_eq!((message.description.as_str(), message.occurred), ("text of an SMS", None));
    let alone = read("Post ID,Post Date (UTC),Unstructured Description,X.lat,X.lon\n1,2022-01-06,Text,43.25,76.91\n");
    assert_eq!(alone.reports[0].description, "Text");
    assert_eq!(alone.reports[0].occurred.unwrap().to_string(), "2022-01-06");
}
