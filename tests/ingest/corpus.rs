//! Files as they come from phones, ministries and broken disks: every one is read or refused in words, and no row is lost.

use super::{gzip, read_bytes};
use encoding_rs::Encoding;

/// How a text may be encoded; `None` is UTF-8.
type Encode = fn(&str) -> Vec<u8>;

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
    mark.iter().copied().chain(text.encode_utf16().flat_map(to_bytes)).collect()
}

fn in_table(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, is_lossy) = encoding.encode(text);
    assert!(!is_lossy, "{} has every letter of the text", encoding.name());
    bytes.into_owned()
}

const ENCODINGS: [(&str, Encode); 11] = [
    ("UTF-8", |text| text.as_bytes().to_vec()),
    ("UTF-8 with a mark", |text| [b"\xef\xbb\xbf", text.as_bytes()].concat()),
    ("UTF-16LE", |text| utf16(text, u16::to_le_bytes, b"")),
    ("UTF-16LE with a mark", |text| utf16(text, u16::to_le_bytes, b"\xff\xfe")),
    ("UTF-16BE", |text| utf16(text, u16::to_be_bytes, b"")),
    ("UTF-16BE with a mark", |text| utf16(text, u16::to_be_bytes, b"\xfe\xff")),
    ("windows-1251", |text| in_table(text, encoding_rs::WINDOWS_1251)),
    ("KOI8-R", |text| in_table(text, encoding_rs::KOI8_R)),
    ("KOI8-U", |text| in_table(text, encoding_rs::KOI8_U)),
    ("IBM866", |text| in_table(text, encoding_rs::IBM866)),
    ("x-mac-cyrillic", |text| in_table(text, encoding_rs::X_MAC_CYRILLIC)),
];

#[test]
fn every_encoding_is_found_in_files_of_every_size_and_no_letter_is_replaced() {
    let mut files = 0;
    for (name, encode) in ENCODINGS {
        for rows in [1, 60, 3_000] {
            let row = "05.01.2022;в Актау;Собрались у акимата\n";
            let text = format!("дата;место;описание\n{}", row.repeat(rows).replace("05.", "06."));
            // Rows of one file differ, or they would be one row.
            let numbered: String = text
                .lines()
                .enumerate()
                .map(|(number, line)| if number == 0 { format!("{line};id\n") } else { format!("{line};{number}\n") })
                .collect();
            let file = read_bytes(&encode(&numbered)).unwrap();
            assert_eq!((file.rows_read, file.rejected, file.duplicates), (rows as u64, 0, 0), "{name}, {rows} rows");
            let report = &file.reports[rows - 1];
            assert_eq!(
                (report.place_text.as_str(), report.description.as_str()),
                ("в Актау", "Собрались у акимата"),
                "{name}"
            );
            files += 1;
        }
    }
    assert_eq!(files, 33);
}

#[test]
fn every_delimiter_and_line_end_gives_the_same_rows() {
    for delimiter in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["id,place,title", "1,в Актау,\"a, b; c | d\"", "2,в Таразе,x"]
                .map(|line| match line.split_once('"') {
                    Some((plain, quoted)) => format!("{}\"{quoted}", plain.replace(',', delimiter)),
                    None => line.replace(',', delimiter),
                })
                .join(end);
            let file = read_bytes(text.as_bytes()).unwrap();
            assert_eq!((file.rows_read, file.rejected), (2, 0), "{delimiter:?} {end:?}");
            assert_eq!(file.reports[0].title, "a, b; c | d", "{delimiter:?} {end:?}");
        }
    }
}

/// Rows that are read and rows that are rejected, or `None` for a file that is refused as a whole.
type Expected = Option<(u64, u64)>;

/// Named files with what must become of them.
fn hostile_files() -> Vec<(&'static str, Vec<u8>, Expected)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let rows = |count: usize| (0..count).map(|row| format!("{row},в Актау,t\n")).collect::<String>();
    let head = "id,place,title\n";
    let mut mixed = text(head);
    mixed.extend_from_slice(rows(20).as_bytes());
    mixed.extend_from_slice(b"90,\xe2 \xc0\xea\xf2\xe0\xf3,t\n");
    mixed.extend_from_slice(b"91,\xd0\x92 \xff,t\n");
    let unclosed: String = (0..1_000)
        .map(|row| if row % 10 == 3 { format!("{row},\"в Актау,t\n") } else { format!("{row},в Актау,t\n") })
        .collect();
    let headers = |count: usize| (0..count).map(|n| format!("h{n}")).collect::<Vec<_>>().join(",");
    vec![
        ("nothing", Vec::new(), None),
        ("a mark and nothing", b"\xef\xbb\xbf".to_vec(), None),
        ("only line ends", text("\n\r\n\r\n"), None),
        ("only a header", text(head), Some((0, 0))),
        ("one column", text("place\nв Актау\nв Таразе\n"), Some((2, 0))),
        ("no line end at the end", text("id,place\n1,в Актау"), Some((1, 0))),
        ("no column that says where", text("id,title\n1,x\n"), None),
        ("zero bytes inside", text("id,place,title\n1,в Актау,a\0b\n2,в Таразе,c\n"), Some((2, 1))),
        ("only zero bytes", vec![0; 5_000], None),
        ("an unclosed quote in every tenth row", text(&format!("{head}{unclosed}")), Some((1_000, 100))),
        ("an unclosed quote in the last row", text(&format!("{head}{}9,\"в Актау,t\n", rows(9))), Some((10, 1))),
        ("a quote inside a cell", text("id,place,title\n1,в Актау,he said \"no\"\n"), Some((1, 0))),
        ("quotes only", text("id,place,title\n\"\"\"\"\"\",\"\",\"\"\n"), Some((1, 0))),
        ("two encodings in one file", mixed, Some((22, 2))),
        (
            "three marks",
            [b"\xef\xbb\xbf\xef\xbb\xbf\xef\xbb\xbf".to_vec(), text("place\nв Актау\n")].concat(),
            Some((1, 0)),
        ),
        ("all line ends mixed", text("id,place\r\n1,в Актау\n2,в Таразе\r3,в Семее\r\n"), Some((3, 0))),
        ("the same header twice", text("id,place,title,title\n1,в Актау,a,b\n"), Some((1, 0))),
        ("empty headers", text("id,,place,\n1,x,в Актау,y\n"), Some((1, 0))),
        ("too many headers", text(&format!("place,{}\nв Актау\n", headers(200_000))), None),
        ("as many headers as there may be", text(&format!("place,{}\n", headers(499))), Some((0, 0))),
        ("short and long rows", text("id,place,title\n1\n2,в Актау\n3,в Актау,a,b,c\n4,в Актау,a\n"), Some((4, 3))),
        ("line breaks in quotes", text("id,place,title\n1,в Актау,\"a\nb\r\nc\"\n2,в Таразе,d\n"), Some((2, 0))),
        ("decimal commas", text("id;place;lat;lon\n1;Алматы;43,238;76,945\n"), Some((1, 0))),
        ("gzip", gzip(text(&format!("{head}{}", rows(5))).as_slice()), Some((5, 0))),
        ("gzip in gzip", gzip(&gzip(b"place\n")), None),
        ("a cut gzip", gzip(rows(500).as_bytes())[..40].to_vec(), None),
        ("a cut workbook", b"PK\x03\x04\x14\x00\x06\x00".to_vec(), None),
        ("a PDF", text("%PDF-1.7\n%binary"), None),
        ("a web page", text("<!DOCTYPE html><html><body>404</body></html>"), None),
        ("JSON of another kind", text("{\"rows\":[1,2,3]}"), None),
        ("GeoJSON without features", text("{\"type\":\"FeatureCollection\",\"features\":[]}"), Some((0, 0))),
        ("a hundred thousand empty lines", text(&format!("{head}{}1,в Актау,t\n", "\n".repeat(100_000))), Some((1, 0))),
        ("delimiters only", text(&format!("{head}{}", ",,\n".repeat(1_000))), Some((0, 0))),
        (
            "eight megabytes in one line",
            text(&format!("place,title\nв Актау,{}\nв Таразе,x\n", "x".repeat(8 << 20))),
            Some((2, 1)),
        ),
        (
            "a cell one byte too long",
            text(&format!("place,title\nв Актау,{}\n", "x".repeat(64 * 1024 + 1))),
            Some((1, 1)),
        ),
        (
            "a cell as long as it may be",
            text(&format!("place,title\nв Актау,{}\n", "x".repeat(64 * 1024))),
            Some((1, 0)),
        ),
        ("formulas", text("id,place,title\n1,в Актау,=cmd|' /C calc'!A0\n"), Some((1, 0))),
        (
            "impossible dates",
            text("date,place\n31.02.2022,в Актау\n2022-13-01,в Актау\n05.01.2022,в Актау\n"),
            Some((3, 2)),
        ),
        ("impossible coordinates", text("id,lat,lon\n1,NaN,1\n2,1e999,1\n3,95,1\n4,0,0\n5,43.2,76.9\n"), Some((5, 4))),
        ("one id for two rows", text("id,place\n1,в Актау\n1,в Таразе\n1,в Актау\n"), Some((3, 1))),
    ]
}

#[test]
fn a_hostile_file_is_read_or_refused_and_its_rows_add_up() {
    let files = hostile_files();
    assert!(files.len() + 33 + 12 >= 60);
    let wrong = files.into_iter().filter_map(|(name, bytes, expected)| {
        let read = read_bytes(&bytes);
        let found = read.as_ref().ok().map(|file| (file.rows_read, file.rejected));
        let told =
            read.map(|file| file.problems.into_iter().take(3).collect::<Vec<_>>()).map_err(|error| error.to_string());
        (found != expected).then(|| format!("{name}: {found:?}, not {expected:?}: {told:?}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
