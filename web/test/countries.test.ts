import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { feature } from "topojson-client";
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";

const file = JSON.parse(readFileSync(join(process.env.WEB_FOLDER ?? "", "dist", "countries.json"), "utf8"));
const countries = feature(file, file.objects.countries) as unknown as FeatureCollection<Polygon | MultiPolygon, { name: string }>;

const countryOf = (lon: number, lat: number): string[] =>
  countries.features.filter(({ geometry }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return polygons.some((rings) => rings.reduce((inside, ring) => {
      let hit = inside;
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const [ax = 0, ay = 0] = ring[i] ?? [];
        const [bx = 0, by = 0] = ring[j] ?? [];
        if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) hit = !hit;
      }
      return hit;
    }, false));
  }).map(({ properties }) => properties.name);

test("Crimea is drawn as part of Ukraine (UN General Assembly resolution 68/262)", () => {
  assert.deepEqual(countryOf(34.1, 44.95), ["Ukraine"], "Simferopol");
  assert.deepEqual(countryOf(33.6, 44.65), ["Ukraine"], "near Sevastopol");
  assert.deepEqual(countryOf(38.97, 45.04), ["Russia"], "Krasnodar");
  assert.deepEqual(countryOf(33.5, 46.6), ["Ukraine"], "north of Perekop");
});
