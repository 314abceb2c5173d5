/** A small map of the first rows of a file that is not loaded yet. With map.ts, layers.ts, basemap.ts and labels.ts the only user of Leaflet. */
import L from "leaflet";
import type { GeoJsonObject } from "geojson";
import { type Preview, getCountries } from "./api.ts";
import { shapeOf } from "./badge.ts";
import { drawBaseMap } from "./basemap.ts";
import { groupBadges, type Badge } from "./cluster.ts";
import { h } from "./dom.ts";
import { createMap, darkTheme } from "./map.ts";

type Row = Preview["rows"][number];

export interface PreviewMap {
  /** Shows rows; gives the lines of those that lie outside of the window because their coordinates are in doubt. */
  show(rows: readonly Row[]): number[];
  remove(): void;
}

/** Metres of uncertainty from which a circle is drawn around a point. */
const DRAWN_UNCERTAINTY_M = 100;
const MAX_ZOOM = 11;
/** Rows that one number names; of more it says how many more. */
const NAMED_ROWS = 3;
/** Half the width of a number, pixels. */
const RADIUS = 10;

/** Problems that say that a point lies where it should not: it must not decide what the map shows. */
const isInDoubt = ({ problems }: Row): boolean => problems.some(({ code }) => code === "swapped_coordinates" || code === "far_from_place");

const positionOf = ({ position }: Row): L.LatLngTuple | null =>
  position && ("lon" in position ? [position.lat, position.lon] : [position[1], position[0]]);

interface Numbered extends Badge { line: number; at: L.LatLngTuple; isArea: boolean }

export const createPreviewMap = (element: HTMLElement): PreviewMap => {
  const map = createMap(element);
  const shapes = L.featureGroup().addTo(map);
  const numbers = L.layerGroup().addTo(map);
  let shown: readonly Row[] = [];
  let removed = false;
  void getCountries().then((file) => { if (!removed) drawBaseMap(map, file, darkTheme().matches); }, () => { /* the rows are told in words too */ });

  const shapeOfRow = (row: Row): L.Layer | null => {
    const { geometry, uncertainty_m: uncertainty, precision } = row;
    const at = positionOf(row);
    if (!geometry) return null;
    const style = { className: precision && shapeOf(precision) === "area" ? "preview-shape preview-area" : "preview-shape", interactive: false };
    if (geometry.type === "Point" && at && uncertainty && uncertainty > DRAWN_UNCERTAINTY_M) return L.circle(at, { ...style, radius: uncertainty });
    return L.geoJSON(geometry as GeoJsonObject, { style: () => style, pointToLayer: (_, latlng) => L.circleMarker(latlng, { ...style, radius: 6 }) });
  };

  /** Numbers that would cover each other stand as one; what is an area never shares the number of a point. */
  const drawNumbers = (): void => {
    numbers.clearLayers();
    const all = shown.flatMap((row): Numbered[] => {
      const at = positionOf(row);
      if (!at || !row.geometry) return [];
      const { x, y } = map.latLngToLayerPoint(at);
      return [{ key: String(row.line), line: row.line, x, y, radius: RADIUS, count: 1, at, isArea: row.precision !== null && shapeOf(row.precision) === "area" }];
    });
    for (const isArea of [true, false]) {
      for (const { lead, members } of groupBadges(all.filter((each) => each.isArea === isArea))) {
        const lines = members.map(({ line }) => line).sort((a, b) => a - b);
        const text = lines.slice(0, NAMED_ROWS).join(", ") + (lines.length > NAMED_ROWS ? ` +${lines.length - NAMED_ROWS}` : "");
        const width = Math.max(2 * RADIUS, 10 + text.length * 6.5);
        const number = h("span", { class: isArea ? "preview-number area" : "preview-number", "data-lines": lines.join(",") }, text);
        L.marker(lead.at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "preview-marker", html: number, iconSize: [width, 2 * RADIUS], iconAnchor: [width / 2, isArea ? 2 * RADIUS + RADIUS : RADIUS] }) }).addTo(numbers);
      }
    }
  };
  map.on("zoomend", drawNumbers);

  return {
    show(rows) {
      shown = rows;
      shapes.clearLayers();
      map.invalidateSize();
      const bounds = L.latLngBounds([]);
      const sure = rows.filter((row) => row.geometry && !isInDoubt(row));
      for (const row of rows) {
        const shape = shapeOfRow(row);
        if (!shape) continue;
        shape.addTo(shapes);
        if (sure.length === 0 || sure.includes(row)) bounds.extend((shape as L.FeatureGroup | L.Circle).getBounds());
      }
      if (bounds.isValid()) map.fitBounds(bounds, { maxZoom: MAX_ZOOM, padding: [22, 22], animate: false });
      drawNumbers();
      return rows.filter((row) => { const at = positionOf(row); return at !== null && row.geometry !== null && !map.getBounds().contains(at); }).map(({ line }) => line);
    },
    remove() { removed = true; map.remove(); },
  };
};
