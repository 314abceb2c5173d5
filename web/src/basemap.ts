/** Land and borders under everything: the bundled countries or the operator's own, drawn on a canvas in calm colours. */
import L from "leaflet";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { FeatureCollection, GeoJsonObject, MultiLineString, Position } from "geojson";
import { toLatLng } from "./map.ts";
import { mendSeam } from "./seam.ts";

export interface BaseMap { setTheme(dark: boolean): void }

const COLOURS = {
  light: { land: "#f6f4ef", coast: "#b9c4c9", border: "#c2bba9" },
  dark: { land: "#262c33", coast: "#3a444d", border: "#4a555f" },
} as const;

/** Accepts TopoJSON with an object `countries`, or a GeoJSON FeatureCollection. */
const read = (file: unknown): { land: FeatureCollection; borders: MultiLineString | null } => {
  const { type } = file as { type?: string };
  if (type === "Topology") {
    const topology = file as Topology<{ countries?: GeometryCollection }>;
    const { countries } = topology.objects;
    if (!countries) throw new Error("the TopoJSON base map has no object `countries`");
    return { land: feature(topology as Topology, countries) as FeatureCollection, borders: mesh(topology as Topology, countries, (a, b) => a !== b) };
  }
  if (type === "FeatureCollection") return { land: file as FeatureCollection, borders: null };
  throw new Error("the base map is neither TopoJSON nor a GeoJSON FeatureCollection");
};

/** Lines along the antimeridian are the seam of the file, not a border of a country. */
const onSeam = (position: Position): boolean => Math.abs(position[0] ?? 0) > 179.98;

export const drawBaseMap = (map: L.Map, file: unknown, dark: boolean): BaseMap => {
  const { land, borders } = read(file);
  const renderer = L.canvas({ pane: "base", padding: 0.4 });
  const colours = COLOURS[dark ? "dark" : "light"];
  const common = { renderer, pane: "base", interactive: false, smoothFactor: 1.2 };
  const fill = L.geoJSON(mendSeam(land) as GeoJsonObject, {
    ...common,
    style: { fillColor: colours.land, fillOpacity: 1, stroke: true, color: borders ? colours.coast : colours.border, weight: borders ? 0.7 : 1 },
    // The operator's file may hold points; a base map is land.
    filter: ({ geometry }) => geometry?.type.endsWith("Polygon") ?? false,
  } as L.GeoJSONOptions).addTo(map);
  const lines = L.polyline(
    (borders?.coordinates ?? []).filter((line) => !line.every(onSeam)).map((line) => line.map(toLatLng)),
    { ...common, color: colours.border, weight: 1.1, fill: false },
  ).addTo(map);
  return {
    setTheme(nowDark) {
      const now = COLOURS[nowDark ? "dark" : "light"];
      fill.setStyle({ fillColor: now.land, color: borders ? now.coast : now.border });
      lines.setStyle({ color: now.border });
    },
  };
};
