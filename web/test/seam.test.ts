import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutJumps } from "../src/seam.ts";

test("a coast that crosses the antimeridian runs on", () => {
  assert.deepEqual(withoutJumps([[179, 69], [-180, 68.9], [-180, 65], [179, 65], [179, 69]]), [[179, 69], [180, 68.9], [180, 65], [179, 65], [179, 69]]);
  assert.deepEqual(withoutJumps([[-180, 70], [179, 70.9], [179, 71.5], [-180, 71.6], [-180, 70]]), [[-180, 70], [-181, 70.9], [-181, 71.5], [-180, 71.6], [-180, 70]]);
});
test("a ring round a pole and a plain ring stay as they are", () => {
  const pole = [[-180, -84], [0, -80], [179, -84], [-180, -84]];
  assert.deepEqual(withoutJumps(pole), pole);
  const plain = [[0, 0], [1, 0], [1, 1], [0, 0]];
  assert.deepEqual(withoutJumps(plain), plain);
});
