import assert from "node:assert/strict";
import { test } from "node:test";
import { badgeRadius, badgeType, overlap, type Box } from "../src/cluster.ts";
import { placeFlag, type Pixel } from "../src/flags.ts";

const window_: Box = { left: 0, top: 0, width: 390, height: 500 };
const sizes = [{ width: 130, height: 22 }, { width: 40, height: 22 }];
const disc = (at: Pixel, radius: number) => (pixel: Pixel): boolean => Math.hypot(pixel.x - at.x, pixel.y - at.y) <= radius;
const box = (x: number, y: number, half: number): Box => ({ left: x - half, top: y - half, width: 2 * half, height: 2 * half });

test("the label of an area stands at its label point when there is room", () => {
  const home = { x: 200, y: 200 };
  const spot = placeFlag({ home, sizes, holds: disc(home, 80) }, [], window_);
  assert.ok(typeof spot !== "string");
  assert.deepEqual([spot.at, spot.size, spot.leader], [home, 0, null]);
});

test("a label without room inside its area stands beside it with a line to a part of it that can be seen", () => {
  const home = { x: 200, y: 200 };
  const holds = disc(home, 24);
  const taken = [box(200, 200, 20)];
  const spot = placeFlag({ home, sizes, holds }, taken, window_);
  assert.ok(typeof spot !== "string" && spot.leader);
  assert.ok(!taken.some((other) => overlap(other, spot.box)), "it covers no badge");
  assert.ok(holds(spot.leader), "the line ends in the area");
  assert.ok(!overlap(box(200, 200, 20), { left: spot.leader.x, top: spot.leader.y, width: 1, height: 1 }), "not below the badge");
});

test("an area whose label point is out of sight has its label in the part that is seen, and none when no part is", () => {
  const home = { x: 900, y: 250 };
  const spot = placeFlag({ home, sizes, holds: ({ x }) => x > 300 }, [], window_);
  assert.ok(typeof spot !== "string" && spot.at.x > 300 && spot.box.left + spot.box.width <= 390);
  assert.equal(placeFlag({ home, sizes, holds: ({ x }) => x > 500 }, [], window_), "unseen");
});

test("a window full of badges has no room", () => {
  assert.equal(placeFlag({ home: { x: 200, y: 200 }, sizes, holds: () => true }, [window_], window_), "crowded");
});

test("the digits of a badge stay within its ring", () => {
  for (const [count, text] of [[7, "7"], [99, "99"], [1234, "1 234"], [69_015, "69 015"], [123_456, "123 456"], [1_000_000, "1 000 000"]] as const) {
    const radius = badgeRadius(count);
    assert.ok([...text].filter((letter) => /\d/.test(letter)).length * 0.58 * badgeType(text, radius) <= 2 * (radius - 4), text);
  }
});
