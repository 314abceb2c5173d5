//! The code holds to its own rules.

use crate::support::{repository, sources};

/// What each part of the core may not name: the outside world, and the parts that come after it.
const FORBIDDEN: [(&str, &[&str]); 9] = [
    (
        "src/geo/",
        &["crate::time", "crate::incident", "crate::text", "crate::gazetteer", "crate::geocode", "crate::ingest"],
    ),
    ("src/time.rs", &["crate::geo", "crate::incident", "crate::text", "crate::gazetteer"]),
    ("src/incident.rs", &["crate::text", "crate::gazetteer", "crate::geocode", "crate::ingest", "crate::layer"]),
    ("src/text/", &["crate::gazetteer", "crate::geocode", "crate::ingest", "crate::layer"]),
    ("src/gazetteer/", &["crate::geocode", "crate::ingest", "crate::layer"]),
    ("src/geocode/", &["crate::ingest", "crate::layer", "crate::import"]),
    ("src/ingest/", &["crate::geocode", "crate::import", "crate::layer"]),
    ("src/layer/", &["crate::ingest"]),
    ("src/store/", &["crate::http", "crate::cli", "crate::clock", "crate::config"]),
];

const CORE: [&str; 10] = [
    "src/geo/",
    "src/time.rs",
    "src/incident.rs",
    "src/text/",
    "src/gazetteer/",
    "src/geocode/",
    "src/cell.rs",
    "src/ingest/",
    "src/import.rs",
    "src/layer/",
];

/// The code without its comments, which may speak of anything.
fn code_of(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn data_flows_one_way() {
    for (path, text) in sources("src") {
        let text = code_of(&text);
        for (part, forbidden) in FORBIDDEN.iter().filter(|(part, _)| path.starts_with(part)) {
            for name in *forbidden {
                assert!(!text.contains(name), "{path} names {name}, which {part} may not know");
            }
        }
    }
}

#[test]
fn the_core_knows_no_http_no_sql_no_clock_and_no_environment() {
    for (path, text) in sources("src").into_iter().filter(|(path, _)| CORE.iter().any(|part| path.starts_with(part))) {
        for name in [
            "crate::http",
            "crate::store::Store",
            "crate::cli",
            "crate::clock",
            "std::env",
            "SystemTime",
            "Timestamp::now",
            "std::fs",
            "rand::",
        ] {
            assert!(!text.contains(name), "{path} names {name}");
        }
    }
}

#[test]
fn each_library_of_the_edge_is_named_in_one_place() {
    for (path, text) in sources("src") {
        for (library, home) in
            [("rusqlite", "src/store/"), ("r2d2", "src/store/"), ("clap", "src/cli/"), ("indicatif", "src/cli/")]
        {
            let is_home = path.starts_with(home) || path == "src/main.rs";
            let uses = text.contains(&format!("use {library}")) || text.contains(&format!("{library}::"));
            assert!(is_home || !uses, "{path} names {library}");
        }
        // The server is started by the command line; everything else of actix stays in http.
        let uses_actix = text.lines().any(|line| line.contains("actix_web") && !line.contains("actix_web::rt::System"));
        assert!(path.starts_with("src/http/") || !uses_actix, "{path} names actix_web");
    }
}

#[test]
fn every_problem_type_has_a_line_in_the_docs() {
    let error = std::fs::read_to_string(repository().join("src/http/error.rs")).unwrap();
    let start = error.find("pub fn code").unwrap();
    let end = start + error[start..].find("fn title").unwrap();
    let docs = std::fs::read_to_string(repository().join("docs/ERRORS.md")).unwrap();
    let codes: Vec<&str> = error[start..end].split('"').skip(1).step_by(2).collect();
    assert!(codes.len() >= 10, "{codes:?}");
    for code in codes {
        assert!(docs.contains(&format!("`{code}`")), "docs/ERRORS.md lacks `{code}`");
    }
}

#[test]
fn every_code_of_a_problem_of_a_row_stands_in_the_docs() {
    let problem = std::fs::read_to_string(repository().join("src/ingest/problem.rs")).unwrap();
    let start = problem.find("words!(ProblemCode").unwrap();
    let table = &problem[start..start + problem[start..].find("});").unwrap()];
    let docs = std::fs::read_to_string(repository().join("docs/ERRORS.md")).unwrap();
    let codes: Vec<&str> = table.split('"').skip(3).step_by(2).collect();
    assert!(codes.contains(&"bad_date") && codes.len() >= 15, "{codes:?}");
    for code in codes {
        assert!(docs.contains(&format!("`{code}`")), "docs/ERRORS.md lacks `{code}`");
    }
}

#[test]
fn the_guide_names_every_folder_of_the_source() {
    let guide = std::fs::read_to_string(repository().join("docs/ARCHITECTURE.md")).unwrap();
    for entry in std::fs::read_dir(repository().join("src")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(guide.contains(&format!("src/{name}")), "docs/ARCHITECTURE.md lacks src/{name}");
    }
}

#[test]
fn every_test_that_the_architecture_names_exists() {
    let text = std::fs::read_to_string(repository().join("docs/ARCHITECTURE.md")).unwrap();
    let code: String = sources("src").into_iter().chain(sources("tests")).map(|(_, text)| text).collect();
    let folder = std::fs::read_dir(repository().join("tests/browser")).unwrap();
    let scripts =
        folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "mjs"));
    let browser: String = scripts.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let named: Vec<&str> = text.split("test `").skip(1).filter_map(|rest| rest.split('`').next()).collect();
    assert!(named.len() >= 10, "{named:?}");
    for name in named {
        assert!(code.contains(&format!("fn {name}(")), "ARCHITECTURE.md names the test {name}, which is not there");
    }
    for name in text.split("browser test \"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(browser.contains(&format!("test(\"{name}\"")), "ARCHITECTURE.md names the browser test {name}");
    }
}
