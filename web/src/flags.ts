/**
 * Where the labels of areas go: each area has one of its own at every zoom level, and none ever joins a badge. Pure: pixels in, pixels out.
 *
 * A label stands inside its area where there is room; else beside it, with a line to it. Only when neither is possible is there none.
 */
import { overlap, type Box } from "./cluster.ts";

/** Pixels from the upper left corner of the map. */
export interface Pixel { x: number; y: number }

/** A label that wants a place. */
export interface Wanted {
  /** The label point of the area. */
  home: Pixel;
  /** From the widest that is liked to the narrowest that still says the count. */
  sizes: readonly { width: number; height: number }[];
  /** Whether a pixel lies in the area. */
  holds: (at: Pixel) => boolean;
}

/** Where a label stands: its middle, which of the sizes it has, and the point of its area a line leads to when it stands outside. */
export interface Spot { at: Pixel; size: number; box: Box; leader: Pixel | null }

/** `unseen`: no part of the area is in the window; `crowded`: there is no room. */
export type Place = Spot | "unseen" | "crowded";

/** The longest line between an area and its label, pixels: a longer one is hard to follow. */
const MAX_LEADER = 150;
/** The window is searched for a part of an area in so many steps each way. */
const STEPS = 12;

const boxAt = ({ x, y }: Pixel, { width, height }: { width: number; height: number }): Box =>
  ({ left: x - width / 2 - 1, top: y - height / 2 - 1, width: width + 2, height: height + 2 });

const inside = (box: Box, window_: Box): boolean => box.left >= window_.left && box.top >= window_.top
  && box.left + box.width <= window_.left + window_.width && box.top + box.height <= window_.top + window_.height;

const ring = (home: Pixel, reach: number, turns: number): Pixel[] =>
  Array.from({ length: turns }, (_, i) => {
    const angle = (2 * Math.PI * i) / turns - Math.PI / 2;
    return { x: home.x + 1.4 * reach * Math.cos(angle), y: home.y + reach * Math.sin(angle) };
  });

/** The label point, or when that is out of sight the part of the area in sight that is nearest to it. */
const homeInSight = ({ home, holds }: Wanted, window_: Box): Pixel | null => {
  const margin = 16;
  const cut = (value: number, from: number, length: number): number => Math.max(from + margin, Math.min(from + length - margin, value));
  const near = { x: cut(home.x, window_.left, window_.width), y: cut(home.y, window_.top, window_.height) };
  if ((near.x === home.x && near.y === home.y) || holds(near)) return near;
  let best: Pixel | null = null;
  let least = Infinity;
  for (let i = 0; i <= STEPS; i += 1) {
    for (let j = 0; j <= STEPS; j += 1) {
      const at = { x: window_.left + margin + ((window_.width - 2 * margin) * i) / STEPS, y: window_.top + margin + ((window_.height - 2 * margin) * j) / STEPS };
      const far = Math.hypot(at.x - home.x, at.y - home.y);
      if (far < least && holds(at)) [best, least] = [at, far];
    }
  }
  return best;
};

export const placeFlag = (wanted: Wanted, taken: readonly Box[], window_: Box): Place => {
  const home = homeInSight(wanted, window_);
  if (!home) return "unseen";
  const free = (box: Box): boolean => inside(box, window_) && !taken.some((other) => overlap(box, other));
  const isHome = home.x === wanted.home.x && home.y === wanted.home.y;
  const inner = [24, 44, 66, 92].flatMap((reach): Pixel[] => ring(home, reach, 12));
  for (const [size, extent] of wanted.sizes.entries()) {
    const around: readonly Pixel[] = [home, ...inner];
    for (const at of around) {
      const box: Box = boxAt(at, extent);
      if (free(box) && ((at === home && isHome) || wanted.holds(at))) return { at, size, box, leader: null };
    }
  }
  const narrowest = wanted.sizes.length - 1;
  const extent = wanted.sizes[narrowest];
  if (!extent) return "crowded";
  // The line ends where the area can be seen: not below a badge.
  const bare = [home, ...[8, 14, 20].flatMap((reach): Pixel[] => ring(home, reach, 12)), ...inner]
    .filter((at) => (at === home || wanted.holds(at)) && !taken.some((other) => overlap(other, { left: at.x - 2, top: at.y - 2, width: 4, height: 4 })));
  const targets = bare.length > 0 ? bare : [home];
  const away = (from: Pixel, to: Pixel): number => Math.hypot(from.x - to.x, from.y - to.y);
  for (let reach = 30; reach <= MAX_LEADER / 1.4; reach += 14) {
    for (const at of ring(home, reach, 16)) {
      const box: Box = boxAt(at, extent);
      if (free(box)) return { at, size: narrowest, box, leader: targets.reduce((best, each) => (away(at, each) < away(at, best) ? each : best)) };
    }
  }
  return "crowded";
};
