import assert from "node:assert/strict";
import { test } from "node:test";
import { crowdParams, crowdPlaces } from "../src/crowd.ts";

const almaty = { west: 76.8, south: 43.1, east: 77.1, north: 43.4 };

test("small steps of the map ask for the same tiles", () => {
  const { bbox, zoom } = crowdParams(almaty, 11.2);
  const near = { west: almaty.west + 0.004, south: almaty.south + 0.004, east: almaty.east + 0.004, north: almaty.north + 0.004 };
  assert.deepEqual(crowdParams(near, 10.9), { bbox, zoom });
  assert.equal(zoom, "11");
});

test("the box is whole tiles and holds the window with a margin", () => {
  for (const zoom of [3, 7, 11, 18]) {
    const [west = 0, south = 0, east = 0, north = 0] = crowdParams(almaty, zoom).bbox.split(",").map(Number);
    assert.ok(west < almaty.west && south < almaty.south && east > almaty.east && north > almaty.north);
    const columns = [west, east].map((lon) => ((lon + 180) / 360) * 2 ** zoom);
    for (const column of columns) assert.ok(Math.abs(column - Math.round(column)) < 1e-2, `${column}`);
  }
});

test("a window beyond the edges of the world asks for the world", () => {
  assert.equal(crowdParams({ west: -250, south: -86, east: 250, north: 86 }, 3).bbox, "-180,-85.051129,180,85.051129");
});

test("clusters become badges with their counts, and lone places stay as they are", () => {
  const place = { type: "Feature" as const, geometry: null, properties: { key: "place:x", place_id: "x", name_ru: "Икс", name_kk: null, name_en: null, name_uk: null, kind: null, precision: "site" as const, uncertainty_m: 50, lon: 1, lat: 2, count: 3, ambiguous: 0, categories: { a: 3 }, first: null, last: null } };
  const cluster = { type: "Feature" as const, id: "cell:5/1/2", bbox: [1, 2, 3, 4] as [number, number, number, number], geometry: { type: "Point" as const, coordinates: [2, 3] }, properties: { cluster: true as const, count: 9, ambiguous: 1, categories: { a: 8, b: 1 }, precisions: { point: 9 }, first: null, last: null, expansion_zoom: 4 } };
  const [first, second] = crowdPlaces({ features: [cluster, place], numberMatched: 12, inAreas: 0 });
  assert.deepEqual([first?.properties.key, first?.properties.count, first?.properties.lon, first?.properties.cluster?.expansionZoom], ["cell:5/1/2", 9, 2, 4]);
  assert.equal(second, place);
});
