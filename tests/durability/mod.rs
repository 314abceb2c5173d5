//! What stays when the program is killed, the disk is full, or a file is made to harm: the real binary, and SQLite's own check.

use crate::support::{program, repository};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Kills in each of three works.
const KILLS: usize = 70;

/// Rows of the file that is loaded while it is killed.
const ROWS: u32 = 4_000;

/// Most memory that a hostile file may cost (promise 20).
const MOST_MIB: u64 = 150;

struct Desk {
    folder: TempDir,
    gazetteer: PathBuf,
}

impl Desk {
    /// A compiled gazetteer opens at once, so that kills hit the work and not the start.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let gazetteer = folder.path().join("bundled.gaz");
        let bundled = repository().join("data/gazetteer.csv");
        let built = program().args(["gazetteer", "build"]).arg(bundled).arg("-o").arg(&gazetteer).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        Self { folder, gazetteer }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, word: &str) -> PathBuf {
        let rows: String = (0..ROWS).map(|row| format!("{row},2022-01-05,{word} {row},в Актау\n")).collect();
        let path = self.path(name);
        std::fs::write(&path, format!("id,date,title,place\n{rows}")).unwrap();
        path
    }

    fn import(&self, file: &Path, db: &Path) -> Command {
        let mut command = program();
        command.arg("import").arg(file).args(["--dataset", "many", "--json", "--db"]).arg(db);
        command.arg("--gazetteer").arg(&self.gazetteer).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// Copies a database that nobody has open.
fn copy(from: &Path, to: &Path) {
    let connection = rusqlite::Connection::open(from).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(connection);
    for suffix in ["-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", to.display()));
    }
    std::fs::copy(from, to).unwrap();
}

/// How many incidents say each word, after SQLite found nothing wrong with the file.
fn counts(db: &Path, words: [&str; 2]) -> [u32; 2] {
    // The program itself opens it first, as after any crash.
    let opened = program().args(["token", "list", "--db"]).arg(db).output().unwrap();
    assert_eq!(opened.status.code(), Some(0), "{}", String::from_utf8_lossy(&opened.stderr));
    let connection = rusqlite::Connection::open(db).unwrap();
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let count = |query: &str| connection.query_row(query, [], |row| row.get::<_, u32>(0)).unwrap();
    let incidents = count("SELECT count(*) FROM incidents");
    for table in ["reports", "incident_ids"] {
        assert_eq!(count(&format!("SELECT count(*) FROM {table}")), incidents, "{table}");
    }
    let stray = "SELECT count(*) FROM postings WHERE import NOT IN (SELECT seq FROM imports WHERE state = 'succeeded')";
    assert_eq!(count(stray), 0, "words of an import that is not there");
    words.map(|word| count(&format!("SELECT count(*) FROM reports WHERE said LIKE '%\"title\":\"{word} %'")))
}

#[test]
fn what_is_killed_at_any_of_210_points_is_there_whole_or_not_at_all() {
    let desk = Desk::new();
    let (old, new) = (desk.write("old.csv", "Старое"), desk.write("new.csv", "Новое"));
    let (with_old, with_new) = (desk.path("old.db"), desk.path("new.db"));
    assert_eq!(json(&desk.import(&old, &with_old).output().unwrap())["new"], ROWS);
    copy(&with_old, &with_new);
    let update = json(&desk.import(&new, &with_new).output().unwrap());
    assert_eq!(update["updated"], ROWS);
    let update = update["id"].as_str().unwrap();

    let db = desk.path("killed.db");
    let undo = || {
        let mut command = program();
        command.args(["undo", update, "--db"]).arg(&db).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let words = ["Старое", "Новое"];
    let mut random = StdRng::seed_from_u64(20_220_105);
    type Work<'a> = (&'a str, Option<&'a Path>, &'a dyn Fn() -> Command, [u32; 2], [u32; 2]);
    let into_nothing = || desk.import(&old, &db);
    let into_something = || desk.import(&new, &db);
    let works: [Work<'_>; 3] = [
        ("the first import", None, &into_nothing, [0, 0], [ROWS, 0]),
        ("an import that updates", Some(&with_old), &into_something, [ROWS, 0], [0, ROWS]),
        ("an undo", Some(&with_new), &undo, [0, ROWS], [ROWS, 0]),
    ];
    for (what, start, work, before, after) in works {
        let begin = || match start {
            Some(start) => copy(start, &db),
            None => ["", "-wal", "-shm", "-journal"].iter().for_each(|suffix| {
                let _ = std::fs::remove_file(format!("{}{suffix}", db.display()));
            }),
        };
        begin();
        let time = Instant::now();
        assert!(work().output().unwrap().status.success(), "{what}");
        let whole = time.elapsed();
        assert_eq!(counts(&db, words), after, "{what}");
        let mut found = [0, 0];
        for kill in 0..KILLS {
            begin();
            let mut child = work().spawn().unwrap();
            let wait = whole.mul_f64(random.random_range(0.0..1.3));
            std::thread::sleep(wait);
            let _ = child.kill();
            let _ = child.wait();
            if !db.exists() {
                continue;
            }
            let state = counts(&db, words);
            assert!(state == before || state == after, "{what}, kill {kill} after {wait:?}: {state:?}");
            found[usize::from(state == after)] += 1;
        }
        // Finished again, it is as if nothing had happened.
        assert!(work().output().unwrap().status.success() || counts(&db, words) == after, "{what}");
        assert_eq!(counts(&db, words), after, "{what}");
        println!("{what}: {KILLS} kills within {whole:?}, {} left nothing of it, {} all", found[0], found[1]);
    }
}

/// A file system of its own in memory, when this machine lets us make one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mount =
            |options: &str| Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).status();
        let is_mounted = mount(&format!("size={size}")).is_ok_and(|status| status.success());
        is_mounted.then(|| Self(at.to_owned()))
    }

    fn grow(&self, size: &str) {
        let options = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_fails_the_import_harms_nothing_and_works_again_once_there_is_room() {
    let desk = Desk::new();
    let Some(disk) = SmallDisk::new(&desk.path("disk"), "3m") else {
        println!("NOT TESTED: this machine does not let us mount a small disk");
        return;
    };
    let db = desk.path("disk/test.db");
    let few = desk.path("few.csv");
    std::fs::write(&few, "id,date,title,place\nx,2022-01-05,Старое слово,в Актау\n").unwrap();
    assert_eq!(json(&desk.import(&few, &db).output().unwrap())["new"], 1);
    let many = desk.write("many.csv", "Новое");
    for text in ["x".repeat(2_000), "y".repeat(2_000)] {
        let rows: String =
            (0..2_000).map(|row| format!("{row},2022-01-05,Новое {row},\"в Актау, {text}\"\n")).collect();
        std::fs::write(&many, format!("id,date,title,place\n{rows}")).unwrap();
        let full = desk.import(&many, &db).output().unwrap();
        let said = String::from_utf8_lossy(&full.stderr);
        assert_eq!(full.status.code(), Some(3), "{said}");
        assert!(said.contains("no space left") && said.contains("nothing of `many.csv` was loaded"), "{said}");
        assert_eq!(counts(&db, ["Старое", "Новое"]), [1, 0], "what was there is there");
    }
    disk.grow("60m");
    assert_eq!(json(&desk.import(&many, &db).output().unwrap())["new"], 2_000);
    assert_eq!(counts(&db, ["Старое", "Новое"]), [1, 2_000]);
}

/// Runs a program and gives the most memory that it held, MiB.
fn peak_mib(mut command: Command) -> (u64, Output) {
    // A pipe that nobody reads would stop the program.
    let mut answer = tempfile::tempfile().unwrap();
    let mut child = command.stdout(answer.try_clone().unwrap()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) / 1024);
        std::thread::sleep(Duration::from_millis(5));
    }
    let status = child.wait().unwrap();
    let mut stdout = Vec::new();
    answer.rewind().unwrap();
    answer.read_to_end(&mut stdout).unwrap();
    (peak, Output { status, stdout, stderr: Vec::new() })
}

#[test]
fn files_made_to_harm_cost_little_memory_and_their_rows_add_up() {
    let desk = Desk::new();
    let file = desk.path("hostile.csv");
    let large = |piece: &[u8], times: usize| {
        let mut out = std::io::BufWriter::new(std::fs::File::create(&file).unwrap());
        out.write_all("place,title\nв Актау,first\n".as_bytes()).unwrap();
        (0..times).for_each(|_| out.write_all(piece).unwrap());
        out.write_all("\nв Таразе,last\n".as_bytes()).unwrap();
    };
    let letters = vec![b'x'; 1 << 20];
    type Case<'a> = (&'a str, &'a dyn Fn(), Option<(u64, u64)>);
    let zeros = vec![0; 1 << 20];
    let open_quotes = format!("в Актау,\"{}\n", "y".repeat(1_000));
    let cells = format!("в Актау{}\n", ",a".repeat(10_000));
    let features = |property: &str, geometry: &str| {
        let feature = |property: &str, geometry: &str| {
            format!(
                "{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{{\"place\":\"в Актау\",\"a\":{property}}}}}"
            )
        };
        let all = [feature("1", "null"), feature(property, geometry)].join(",");
        std::fs::write(&file, format!("{{\"type\":\"FeatureCollection\",\"features\":[{all}]}}")).unwrap();
    };
    let lists = format!("[{}[]]", "[],".repeat(5_000_000));
    let points = format!("{{\"type\":\"MultiPoint\",\"coordinates\":[{}[1,2]]}}", "[1,2],".repeat(2_500_000));
    let place = "<c t=\"inlineStr\"><is><t>place</t></is></c>";
    let xlsx = |rows: &dyn Fn(&mut dyn Write), texts: usize| {
        let (office, main) = ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "xmlns:r");
        let mut out = zip::ZipWriter::new(std::fs::File::create(&file).unwrap());
        let mut part = |name: &str, write: &dyn Fn(&mut dyn Write)| {
            out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            write(&mut std::io::BufWriter::new(&mut out));
        };
        let relation = |kind: &str, part: &str| {
            format!("<Relationship Id=\"{kind}\" Type=\"{office}/{kind}\" Target=\"{part}\"/>")
        };
        let relations = relation("worksheet", "a.xml") + &relation("sharedStrings", "b.xml");
        part("xl/workbook.xml", &|out| {
            write!(out, "<w {main}=\"{office}\"><sheet name=\"a\" r:id=\"worksheet\"/></w>").unwrap();
        });
        part("xl/_rels/workbook.xml.rels", &|out| write!(out, "<r>{relations}</r>").unwrap());
        part("xl/a.xml", &|out| {
            write!(out, "<w><sheetData><row>{place}</row>").unwrap();
            rows(out);
            write!(out, "<row><c t=\"s\"><v>1</v></c></row></sheetData></w>").unwrap();
        });
        part("xl/b.xml", &|out| {
            write!(out, "<sst>").unwrap();
            (0..texts).for_each(|number| write!(out, "<si><t>в Актау, текст номер {number}</t></si>").unwrap());
            write!(out, "</sst>").unwrap();
        });
        out.finish().unwrap();
    };
    let long_cell = |out: &mut dyn Write| {
        write!(out, "<row><c t=\"inlineStr\"><is><t>").unwrap();
        (0..60).for_each(|_| out.write_all(&letters).unwrap());
        write!(out, "</t></is></c></row>").unwrap();
    };
    let cases: [Case<'_>; 13] = [
        ("a cell of 60 MiB in a workbook", &|| xlsx(&long_cell, 2), Some((2, 1))),
        ("a million shared texts", &|| xlsx(&|_| (), 1_000_000), Some((1, 0))),
        ("a property of five million lists", &|| features(&lists, "null"), Some((2, 1))),
        ("a shape of 2.5 million points", &|| features("1", &points), Some((2, 1))),
        ("a row of 15 million cells", &|| large(&b"1,".repeat(1 << 19), 30), Some((3, 1))),
        ("a header of 20 million cells", &|| std::fs::write(&file, b"x,".repeat(20_000_000)).unwrap(), None),
        ("300 MB in one line", &|| large(&letters, 300), Some((3, 1))),
        ("300 MB of zero bytes", &|| large(&zeros, 300), Some((3, 1))),
        ("ten million empty lines", &|| large(&[b'\n'; 10_000], 1_000), Some((2, 0))),
        ("50,000 quotes that are not closed", &|| large(open_quotes.as_bytes(), 50_000), Some((50_002, 50_000))),
        ("rows of 10,000 cells", &|| large(cells.as_bytes(), 500), Some((502, 500))),
        ("200,000 headers", &|| std::fs::write(&file, format!("place,{}\n", "h,".repeat(200_000))).unwrap(), None),
        (
            "a gigabyte packed into one megabyte",
            &|| {
                let mut out =
                    flate2::write::GzEncoder::new(std::fs::File::create(&file).unwrap(), flate2::Compression::fast());
                (0..300).for_each(|_| out.write_all(&letters).unwrap());
                out.finish().unwrap();
            },
            None,
        ),
    ];
    for (what, make, expected) in cases {
        make();
        let db = desk.path("hostile.db");
        let (peak, output) = peak_mib(desk.import(&file, &db));
        assert!(peak <= MOST_MIB, "{what}: {peak} MiB");
        match expected {
            None => assert_eq!(output.status.code(), Some(3), "{what}"),
            Some((read, rejected)) => {
                let job = json(&output);
                assert_eq!((&job["read"], &job["rejected"]), (&read.into(), &rejected.into()), "{what}: {job}");
            }
        }
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", db.display()));
        }
    }
}

#[test]
fn rejected_rows_that_were_packed_small_are_listed_and_do_not_fill_the_disk() {
    let desk = Desk::new();
    let (file, db, listed) = (desk.path("bad.csv.gz"), desk.path("bad.db"), desk.path("problems.csv"));
    let mut out = flate2::write::GzEncoder::new(std::fs::File::create(&file).unwrap(), flate2::Compression::fast());
    out.write_all(b"date,place\n").unwrap();
    let row = format!("99.99.2022,{}\n", "y".repeat(60_000));
    (0..3_000).for_each(|_| out.write_all(row.as_bytes()).unwrap());
    out.finish().unwrap();
    let output = desk.import(&file, &db).arg("--problems").arg(&listed).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(std::fs::metadata(&db).unwrap().len() < 80 << 20, "{:?}", std::fs::metadata(&db));
    let mut rows = csv::Reader::from_path(&listed).unwrap();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3_000, "every row is listed");
    assert!(rows[0][1].len() == 60_000 && rows[0][4].contains("99.99.2022"), "the first ones whole");
    let said: Vec<usize> = (0..rows.len()).filter(|row| rows[*row][5].contains("only the code")).collect();
    assert_eq!(said.len(), 1, "where the others begin is said once");
    let (last, line) = (&rows[2_999], rows[said[0]][2].parse::<usize>().unwrap());
    assert_eq!((&last[1], &last[2], &last[5]), ("", "3001", "bad_date"));
    assert_eq!(line, said[0] + 2);
}
