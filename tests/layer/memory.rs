//! How much memory a server takes.

use crate::support::Server;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Points of each tile; as many incidents lie in one street.
const POINTS: u32 = 10_000;

/// Tiles, no two of which are the same, and how many are asked for at once.
const TILES: usize = 64;
const CONNECTIONS: usize = 8;

fn rows() -> String {
    let row = |number: u32| {
        let (lat, lon) = (43.25 + f64::from(number % 100) * 1e-6, 76.85 + f64::from(number / 100) * 1e-6);
        format!("{number},2022-02-01,Row {number},{lat:.6},{lon:.6}\n")
    };
    std::iter::once("id,date,title,lat,lon\n".to_owned()).chain((0..POINTS).map(row)).collect()
}

#[test]
fn a_server_is_small_at_rest_and_after_large_tiles_for_many() {
    let server = Server::demo();
    server.json("/layers/incidents/counts.json");
    std::thread::sleep(Duration::from_secs(1));
    let at_rest = server.own_mib();
    // With the bundled gazetteer, which takes about ten.
    assert!(at_rest <= 40, "{at_rest} MiB at rest");
    assert_eq!(server.load("rows.csv", rows().as_bytes()).status, 201);
    let begin = Instant::now();
    while server.get("/layers/dataset-rows/counts.json").status == 404 {
        assert!(begin.elapsed() < Duration::from_secs(60), "the layer does not come");
    }
    let loaded = server.own_mib();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < TILES) {
                    // Whoever came before this day is in none of the tiles.
                    let day = format!("datetime=2022-01-{:02}/..", number / 2 % 28 + 1);
                    let titles = number % 2 == 0;
                    let tile = format!("/layers/dataset-rows/tiles/0/0/0.mvt?cluster=false&titles={titles}&{day}");
                    let tile = server.get(&tile);
                    assert_eq!(tile.status, 200, "{}", tile.body);
                    assert!(tile.bytes.len() > POINTS as usize * 40, "{} bytes", tile.bytes.len());
                }
            });
        }
    });
    let after = server.own_mib();
    // Kept answers take 48 at most, those under way a few each.
    assert!(after <= loaded + 110, "{after} MiB after large tiles, {loaded} before");
}
