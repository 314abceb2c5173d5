/**
 * Badges that would cover each other become one with the sum of their counts. Pure: pixels in, groups out.
 *
 * Works on what the server sent for the current filter and never thins: each place is in exactly one group, so the counts
 * of all groups add up to the counts of all places.
 */

/** A badge that wants to be drawn: its centre in world pixels of the zoom level, its radius, what it counts. */
export interface Badge { key: string; x: number; y: number; radius: number; count: number }

/** Badges shown as one. It sits where its greatest member is: on a real place, not on an average of places. */
export interface Group<B extends Badge> { lead: B; members: B[]; count: number }

/** The largest badge, pixels: room for seven digits. */
const MAX_RADIUS = 30;

/** Pixels of the badge for `count` incidents, from 9 on: area grows with the logarithm of the count, then with its digits, which need room. */
export const badgeRadius = (count: number): number => {
  const digits = String(Math.max(1, count)).length;
  return digits >= 5 ? Math.min(MAX_RADIUS, 22 + 3 * (digits - 5)) : Math.min(21, Math.round(10.5 + 2.6 * Math.log2(Math.max(1, count)) ** 0.9));
};

/** The largest type, pixels, in which `text` stays clear of the ring of a badge. */
export const badgeType = (text: string, radius: number): number => {
  const width = 2 * (radius - 5);
  // A digit is about 0.6 of the type wide; the space that parts thousands half of that.
  const letters = [...text].reduce((sum, letter) => sum + (/\d/.test(letter) ? 0.62 : 0.3), 0);
  return Math.min(radius > 14 ? 13 : 11.5, Math.max(8, width / Math.max(1, letters)));
};

const order = (a: Badge, b: Badge): number => b.count - a.count || (a.key < b.key ? -1 : 1);

/**
 * Merges greedily, the greatest count first and then by key, so that the result depends on nothing but the badges.
 * `gap` is the pixels two badges may overlap before they are merged.
 */
export const groupBadges = <B extends Badge>(badges: readonly B[], gap = 2): Group<B>[] => {
  const cell = 2 * MAX_RADIUS;
  const grid = new Map<string, Group<B>[]>();
  const groups: Group<B>[] = [];
  for (const badge of [...badges].sort(order)) {
    const column = Math.floor(badge.x / cell);
    const row = Math.floor(badge.y / cell);
    let nearest: Group<B> | null = null;
    let nearestGap = Infinity;
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        for (const group of grid.get(`${column + dx}:${row + dy}`) ?? []) {
          const between = Math.hypot(group.lead.x - badge.x, group.lead.y - badge.y) - group.lead.radius - badge.radius + gap;
          if (between < 0 && between < nearestGap) [nearest, nearestGap] = [group, between];
        }
      }
    }
    if (nearest) {
      nearest.members.push(badge);
      nearest.count += badge.count;
      continue;
    }
    const group: Group<B> = { lead: badge, members: [badge], count: badge.count };
    groups.push(group);
    const cellKey = `${column}:${row}`;
    const list = grid.get(cellKey);
    if (list) list.push(group);
    else grid.set(cellKey, [group]);
  }
  return groups;
};

/** A rectangle in pixels. */
export interface Box { left: number; top: number; width: number; height: number }

export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

/** The largest distance, in pixels of the given zoom factor, between the lead and another member; 0 when all coincide. */
export const spread = (group: Group<Badge>): number =>
  Math.max(0, ...group.members.map((member) => Math.hypot(member.x - group.lead.x, member.y - group.lead.y)));

/** The sum of several counts by category. */
export const sumCategories = (all: Iterable<Record<string, number>>): Record<string, number> => {
  const sum: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
};
