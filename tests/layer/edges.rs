//! What goes around answers: packing, conditions, limits of the head, refusals.

use crate::support::{Answer, Server};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;

/// The answer to these lines of a head, as it comes over the network.
fn raw(server: &Server, head: &str) -> String {
    let mut stream = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(format!("{head}\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn count(answer: &Answer, header: &str) -> usize {
    answer.headers.get_all(header).iter().count()
}

#[test]
fn a_packed_answer_is_kept_packed_for_each_coding_and_says_each_thing_once() {
    let server = Server::demo();
    let address = "/layers/incidents.geojson?limit=50";
    let plain = server.get_with(address, &[("accept-encoding", "identity")]);
    assert_eq!((count(&plain, "content-encoding"), count(&plain, "vary")), (0, 1));
    let mut sizes = Vec::new();
    for coding in ["zstd", "br"] {
        let first = server.get_with(address, &[("accept-encoding", coding)]);
        let second = server.get_with(address, &[("accept-encoding", coding)]);
        assert!(first.header("server-timing").starts_with("make;dur="), "{coding}");
        assert_eq!((second.header("server-timing"), second.header("content-encoding")), ("kept", coding));
        assert_eq!(first.bytes, second.bytes, "{coding}");
        assert!(first.bytes.len() * 3 < plain.bytes.len(), "{coding}: {}", first.bytes.len());
        assert_eq!((count(&second, "vary"), second.header("content-length")), (1, &*second.bytes.len().to_string()));
        sizes.push(first.bytes.len());
    }
    // What ureq unpacks itself is the plain body.
    let unpacked = server.get_with(address, &[("accept-encoding", "gzip")]);
    assert_eq!(unpacked.bytes, plain.bytes);
    assert_eq!(server.get_with(address, &[("accept-encoding", "identity")]).header("server-timing"), "kept");
    // Too small to pay.
    let small = server.get_with("/layers/incidents/counts.json?q=этогословатамнет", &[("accept-encoding", "zstd")]);
    assert_eq!((count(&small, "content-encoding"), small.json()["matched"].as_u64()), (0, Some(0)));
}

#[test]
fn whole_layers_say_how_long_they_took_and_a_head_of_a_workbook_makes_none() {
    let server = Server::demo();
    for address in ["/layers/incidents.geojson", "/layers/incidents.csv"] {
        assert!(server.get(address).header("server-timing").starts_with("make;dur="), "{address}");
    }
    let head = server.send("HEAD", "/layers/incidents.xlsx", None, "text/plain", b"");
    assert_eq!((head.status, head.header("server-timing"), count(&head, "etag")), (200, "", 1));
    let whole = server.get("/layers/incidents.xlsx");
    assert_eq!((count(&whole, "content-encoding"), whole.header("content-type")), (0, head.header("content-type")));
    assert!(whole.header("server-timing").starts_with("make;dur="));
}

#[test]
fn refusals_of_the_edge_are_problems_like_any_other() {
    let server = Server::demo();
    let range = server.get_with("/map/countries.json", &[("range", "bytes=99999999-")]);
    let size = server.get_with("/map/countries.json", &[("accept-encoding", "identity")]).bytes.len();
    assert_eq!(range.header("content-range"), format!("bytes */{size}"));
    let none = server.get_with("/layers", &[("accept-encoding", "identity;q=0")]);
    for (answer, status, kind) in [(range, 416, "range-not-satisfiable"), (none, 406, "not-acceptable")] {
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"));
        assert_eq!(answer.json()["type"], json!(format!("/problems/{kind}")));
    }
    let with_bytes = |bytes: usize| raw(&server, &format!("GET /healthz HTTP/1.1\r\nx: {}", "a".repeat(bytes)));
    assert!(with_bytes(32_000).starts_with("HTTP/1.1 200"));
    let refused = with_bytes(33_000);
    assert!(refused.starts_with("HTTP/1.1 431") && refused.contains("/problems/long-headers"), "{refused}");
    assert!(with_bytes(120_000).contains("/problems/long-headers"));
}
