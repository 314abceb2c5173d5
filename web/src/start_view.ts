/**
 * What the map shows first: the extent of a layer, but not pulled away by points whose coordinates are in doubt (a swapped pair lies in another part
 * of the world). Only what lies at the edge of the extent is looked at: what is inside cannot pull.
 */
import type { Geometry, Position } from "geojson";
import { getBox, getClusters } from "./api.ts";
import { shapeOf } from "./badge.ts";
import { crowdPlaces } from "./crowd.ts";
import { doubtOf, type PlaceFeature } from "./words.ts";

/** `west, south, east, north`, degrees. */
export type Extent = [number, number, number, number];

/** Incidents at one place of the edge that are asked whether they are in doubt; of more, some are surely right. */
const MAX_AT_EDGE = 20;
/** How often an edge is taken off before the rest is taken as it is. */
const MAX_STEPS = 6;
/** The zoom level at which the world is looked at: cells of about 150 km. */
const ZOOM = 6;
const WORLD = "-180,-85,180,85";

const join = (boxes: readonly Extent[]): Extent | null => boxes.reduce<Extent | null>((all, [west, south, east, north]) =>
  all ? [Math.min(all[0], west), Math.min(all[1], south), Math.max(all[2], east), Math.max(all[3], north)] : [west, south, east, north], null);

const boxOf = ({ properties: { lon, lat, cluster } }: PlaceFeature): Extent => cluster?.bbox ?? [lon, lat, lon, lat];

const positions = (geometry: Geometry): Position[] => {
  switch (geometry.type) {
    case "Polygon": case "MultiLineString": return geometry.coordinates.flat();
    case "MultiPolygon": return geometry.coordinates.flat(2);
    case "LineString": return geometry.coordinates;
    default: return [];
  }
};
const areaBox = ({ geometry, properties: { lon, lat } }: PlaceFeature): Extent =>
  join((geometry ? positions(geometry) : []).map(([x = 0, y = 0]): Extent => [x, y, x, y])) ?? [lon, lat, lon, lat];

/** Whether a box reaches to the edge of the extent of all. */
const isAtEdge = ([west, south, east, north]: Extent, all: Extent): boolean => west <= all[0] || south <= all[1] || east >= all[2] || north >= all[3];

const isAllInDoubt = async (layer: string, place: PlaceFeature): Promise<boolean> => {
  const { count, key } = place.properties;
  if (count > MAX_AT_EDGE) return false;
  const [west, south, east, north] = boxOf(place);
  // A box needs a size for the sake of rounding.
  const grown = [west - 1e-4, south - 1e-4, east + 1e-4, north + 1e-4].join(",");
  const { features } = await getBox(key, layer, grown, 2 * MAX_AT_EDGE);
  // Areas that lie over the box are in the answer as well.
  const points = features.filter(({ properties }) => shapeOf(properties.precision) !== "area");
  return points.length >= count && points.every(({ properties }) => doubtOf(properties.doubt) !== null);
};

/** The extent of a layer without what is in doubt at its edge; `null` when nothing of it is in doubt: then the extent is the layer's own. */
export const sureExtent = async (layer: string, areas: readonly PlaceFeature[]): Promise<Extent | null> => {
  let places = crowdPlaces(await getClusters(layer, { bbox: WORLD, zoom: String(ZOOM) }, "extent"));
  const shaded = areas.filter(({ properties }) => properties.count > 0).map(areaBox);
  let isSmaller = false;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const all = join([...places.map(boxOf), ...shaded]);
    if (!all) return null;
    const edge = places.filter((place) => isAtEdge(boxOf(place), all));
    const doubts = await Promise.all(edge.map((place) => isAllInDoubt(layer, place)));
    const inDoubt = new Set(edge.filter((_, i) => doubts[i]));
    if (inDoubt.size === 0 || inDoubt.size === places.length) return isSmaller ? all : null;
    places = places.filter((place) => !inDoubt.has(place));
    isSmaller = true;
  }
  return join([...places.map(boxOf), ...shaded]);
};
