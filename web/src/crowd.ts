/**
 * Layers with more places than a browser can hold: what the server counted for the visible part takes their stead. Pure: boxes and
 * features in, boxes and features out.
 */
import type { ClusterCollection, ClusterFeature, ClusterProperties, PlaceFeature } from "./words.ts";

/** Places that are asked for one by one; of more the server's clusters are shown. */
export const MAX_PLACES = 1500;

/** The share of the window that is asked for beyond its edges, so that a small step shows nothing empty. */
const MARGIN = 0.3;

/** Degrees, CRS84. */
export interface Window { west: number; south: number; east: number; north: number }

const column = (lon: number, tiles: number): number => ((lon + 180) / 360) * tiles;
const row = (lat: number, tiles: number): number => {
  const sin = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * tiles;
};
const lonOf = (x: number, tiles: number): number => (x / tiles) * 360 - 180;
const latOf = (y: number, tiles: number): number => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / tiles))) * 180) / Math.PI;

/**
 * The parameters of the clusters of a window: its box with a margin, widened to whole tiles. Small steps ask for the same tiles, and at the
 * edge there are whole cells.
 */
export const crowdParams = (window_: Window, mapZoom: number): { bbox: string; zoom: string } => {
  const zoom = Math.max(0, Math.round(mapZoom));
  const tiles = 2 ** zoom;
  const wide = (window_.east - window_.west) * MARGIN;
  const high = (window_.north - window_.south) * MARGIN;
  const inside = (tile: number): number => Math.max(0, Math.min(tiles, tile));
  const left = inside(Math.floor(column(window_.west - wide, tiles)));
  const right = inside(Math.ceil(column(window_.east + wide, tiles)));
  const top = inside(Math.floor(row(window_.north + high, tiles)));
  const bottom = inside(Math.ceil(row(window_.south - high, tiles)));
  const corners = [lonOf(left, tiles), latOf(bottom, tiles), lonOf(right, tiles), latOf(top, tiles)];
  return { bbox: corners.map((degrees) => +degrees.toFixed(6)).join(","), zoom: String(zoom) };
};

/** A cluster in the shape of a place, which is how all badges are drawn. */
const asPlace = (id: string, [lon = 0, lat = 0]: number[], bbox: [number, number, number, number], cluster: ClusterProperties): PlaceFeature => ({
  type: "Feature", geometry: null,
  properties: {
    key: id, place_id: null, name_ru: null, name_kk: null, name_en: null, name_uk: null, kind: null, precision: "point", uncertainty_m: null,
    lon, lat, count: cluster.count, ambiguous: cluster.ambiguous, categories: cluster.categories, first: cluster.first, last: cluster.last,
    cluster: { bbox, expansionZoom: cluster.expansion_zoom },
  },
});

const isCluster = (feature: ClusterCollection["features"][number]): feature is ClusterFeature => "expansion_zoom" in feature.properties;

/** What is drawn of an answer: its clusters and its lone places. */
export const crowdPlaces = ({ features }: ClusterCollection): PlaceFeature[] =>
  features.map((feature) => (isCluster(feature) ? asPlace(feature.id, feature.geometry.coordinates, feature.bbox, feature.properties) : feature));
