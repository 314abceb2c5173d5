//! Files of problems that come back as they were, or only partly repaired.

use super::{Desk, counts};
use serde_json::Value;

/// What is listed, without the lines.
fn listed(job: &Value) -> Vec<[String; 4]> {
    let problems = job["problems"].as_array().unwrap();
    let word = |text: &Value| text.as_str().unwrap_or_default().trim().to_owned();
    let words = |problem: &Value| ["code", "column", "value", "reason"].map(|name| word(&problem[name]));
    problems.iter().map(words).collect()
}

#[test]
fn rows_that_were_left_out_and_are_not_repaired_are_left_out_again_for_the_same_reason() {
    let desk = Desk::new();
    let told = desk.path("w.csv");
    let mut file = b"id,date,title,place\n\
        1,2022-01-05,First,in Aktau\n\
        2,2022-01-05,Too many,in Aktau,surplus\n\
        3,2022-01-05,Too few\n\
        1,2022-01-06,Second with the id of the first,in Taraz\n\
        4,2022-01-05,\xc0\xeb\xec\xe0\xf2\xfb,in Aktau\n\
        5,2022-01-05,\xd0\x90\xd0\xba\xd1\x82\xd0\xb0\xd1\x83,in Aktau\n6,2022-01-05,Long "
        .to_vec();
    file.extend_from_slice("ж".repeat(40_005).as_bytes());
    file.extend_from_slice(b",in Aktau\n7,2022-02-31,No such day,in Aktau\n8,2022-01-05,\"Unclosed,in Aktau,\n");
    std::fs::write(desk.path("a.csv"), file).unwrap();
    let arguments = ["--json", "--problems", told.to_str().unwrap()];
    let first: Value = serde_json::from_slice(&desk.load(&desk.path("a.csv"), &arguments).stdout).unwrap();
    assert_eq!(counts(&first), [9, 2, 0, 0, 7], "{first}");
    let before = desk.incidents();
    let words = std::fs::read_to_string(&told).unwrap();

    let again = desk.path("w2.csv");
    let second = desk.job("w.csv", &words, &["--problems", again.to_str().unwrap()]);
    assert_eq!(counts(&second), [7, 0, 0, 0, 7], "{second}");
    assert_eq!(listed(&second), listed(&first));
    assert_eq!(desk.incidents(), before);
    // However often they come back.
    let third = desk.job("w2.csv", &std::fs::read_to_string(&again).unwrap(), &[]);
    assert_eq!(listed(&third), listed(&first));

    // What was repaired is taken, and the rest is still left out.
    let repaired =
        words.replace("\n1,2022-01-06,", "\n9,2022-01-06,").replace("Too many,in Aktau", "Too many,in Taraz");
    let done = desk.job("w.csv", &repaired, &[]);
    assert_eq!(counts(&done), [7, 2, 0, 0, 5], "{done}");
}

#[test]
fn an_older_version_of_an_event_in_a_problem_file_does_not_replace_the_newer_one() {
    let desk = Desk::new();
    let told = desk.path("w.csv");
    let head = "event_id_cnty,event_date,event_type,admin1,location,notes,timestamp\n";
    let file = format!(
        "{head}KAZ1,2022-01-05,Protests,Almaty,Almaty,old,1641500000\nKAZ1,2022-01-05,Riots,Almaty,Almaty,new,1641600000\n"
    );
    desk.job("a.csv", &file, &["--problems", told.to_str().unwrap()]);
    let again = desk.job("w.csv", &std::fs::read_to_string(&told).unwrap(), &[]);
    assert_eq!((again["duplicate"].as_u64(), counts(&again)), (Some(1), [1, 0, 0, 0, 0]), "{again}");
    assert_eq!(desk.incidents()[0]["description"], "new");
}
