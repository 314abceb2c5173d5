//! Layers of the configuration file.

use crate::support::{Server, program};
use serde_json::Value;

const CONFIG: &str = r#"
[[layer]]
id = "almaty-protests"
title = { ru = "Протесты в Алматы", en = "Protests in Almaty" }
place = "kz-almaty"
category = ["protest", "clash"]
datetime = "2022-01-04/2022-01-06"

[[layer]]
id = "squares"
title = "Площади"
q = "площади"
precision = "street"
"#;

#[test]
fn a_layer_of_the_configuration_is_its_filter_in_every_output() {
    let server = Server::configured(CONFIG);
    let listed = server.json("/layers");
    let ids: Vec<&str> =
        listed["layers"].as_array().unwrap().iter().map(|layer| layer["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["incidents", "almaty-protests", "squares", "dataset-january-2022"]);
    for (id, filter) in [
        ("almaty-protests", "place=kz-almaty&category=protest,clash&datetime=2022-01-04/2022-01-06"),
        ("squares", "q=площади&precision=street"),
    ] {
        let of_layer = |address: &str| address.replace("LAYER", id);
        let counts = server.json(&format!("/layers/incidents/counts.json?{filter}"));
        let count = &counts["matched"];
        assert!(count.as_u64().unwrap() > 1, "{id}");
        let described = listed["layers"].as_array().unwrap().iter().find(|layer| layer["id"] == id).unwrap();
        assert_eq!((&described["count"], &described["located"]), (count, &counts["located"]));
        assert!(described["extent"]["bbox"].is_array() && described["extent"]["interval"].is_array());
        let own = server.json(&of_layer("/layers/LAYER/counts.json"));
        assert_eq!((&own["total"], &own["matched"]), (count, count));
        for (view, query) in [
            (".geojson", "limit=100&fields=brief"),
            ("/places.geojson", ""),
            ("/areas.geojson", ""),
            ("/unlocated.geojson", ""),
            ("/clusters.geojson", "bbox=-180,-85,180,85&zoom=5"),
            ("/histogram.json", "unit=day"),
        ] {
            let [mut own, mut other] = [
                server.json(&of_layer(&format!("/layers/LAYER{view}?{query}"))),
                server.json(&format!("/layers/incidents{view}?{query}&{filter}")),
            ];
            // Their addresses differ.
            for page in [&mut own, &mut other] {
                page.as_object_mut().unwrap().remove("links");
            }
            assert_eq!(own, other, "{id}{view}");
        }
        let tile = server.get(&of_layer("/layers/LAYER/tiles/0/0/0.mvt"));
        assert_eq!(tile.bytes, server.get(&format!("/layers/incidents/tiles/0/0/0.mvt?{filter}")).bytes);
        assert_eq!(server.get(&of_layer("/layers/LAYER.csv")).status, 200);
        let first = server.json(&of_layer("/layers/LAYER/ids.json"))["ids"][0].as_str().unwrap().to_owned();
        assert_eq!(server.get(&of_layer(&format!("/layers/LAYER/items/{first}"))).status, 200);
        // A further filter narrows it; one that contradicts it leaves none.
        let inside = server.json(&of_layer("/layers/LAYER/counts.json?category=protest"));
        let by_hand = server.json(&format!(
            "/layers/incidents/counts.json?{}&status=resolved,ambiguous,unresolved",
            filter.replace(",clash", "")
        ));
        if id == "almaty-protests" {
            assert_eq!(inside["matched"], by_hand["matched"]);
            assert_eq!(server.json(&of_layer("/layers/LAYER/counts.json?place=kz-city-aktau"))["matched"], 0);
        }
    }
    let titles = |number: usize| listed["layers"][number]["title"].clone();
    assert_eq!(
        (&titles(1)["ru"], &titles(1)["en"], &titles(1)["kk"]),
        (&Value::from("Протесты в Алматы"), &"Protests in Almaty".into(), &"Протесты в Алматы".into())
    );
    assert_eq!(titles(2)["uk"], "Площади");
    let all = server.json("/layers/incidents/ids.json");
    let outside = all["ids"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|id| server.get(&format!("/layers/squares/items/{}", id.as_str().unwrap())).status == 404);
    assert!(outside.count() > 10);
}

#[test]
fn an_error_of_the_configuration_names_its_line_and_key_and_nothing_starts() {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, db) = (folder.path().join("config.toml"), folder.path().join("test.db"));
    let layer = "[[layer]]\nid = \"a\"\ntitle = \"a\"\n";
    for (text, says) in [
        (format!("{layer}colour = \"red\""), vec!["line 4", "colour"]),
        ("[[layers]]\nid = \"a\"".to_owned(), vec!["line 1", "layers"]),
        (format!("{layer}precision = \"exact\""), vec!["line 4", "precision", "exact"]),
        (format!("{layer}\ncategory = 7"), vec!["line 5"]),
        (format!("{layer}datetime = \"05.01.2022\""), vec!["line 4", "datetime"]),
        (format!("{layer}bbox = \"1,2,3\""), vec!["line 4", "bbox"]),
        (format!("{layer}q = \"\""), vec!["line 4", "`q`", "empty"]),
        (format!("{layer}place = \"nope\""), vec!["place", "nope"]),
        (format!("{layer}{layer}"), vec!["line 5", "`id`", "another"]),
        ("[[layer]]\nid = \"incidents\"\ntitle = \"a\"".to_owned(), vec!["line 2", "`id`", "taken"]),
        ("[[layer]]\nid = \"А\"\ntitle = \"a\"".to_owned(), vec!["line 2", "`id`", "expected"]),
        ("[[layer]]\nid = \"a\"\ntitle = { de = \"a\" }".to_owned(), vec!["line 3", "title", "de"]),
        ("[[layer]]\nid = \"a\"".to_owned(), vec!["line 1", "title"]),
        ("[[layer]".to_owned(), vec!["line 1"]),
    ] {
        std::fs::write(&file, &text).unwrap();
        let mut command = program();
        command.arg("serve").arg("--config").arg(&file).arg("--db").arg(&db).args(["--bind", "127.0.0.1:0"]);
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains("config"), "{text}: {error}");
        for word in says {
            assert!(error.contains(word), "{text}: `{word}` in {error}");
        }
    }
}
