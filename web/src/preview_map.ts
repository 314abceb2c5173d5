/** A small map of the first rows of a file that is not loaded yet. With map.ts, layers.ts, basemap.ts and labels.ts the only user of Leaflet. */
import L from "leaflet";
import type { GeoJsonObject } from "geojson";
import { type Preview, getCountries } from "./api.ts";
import { drawBaseMap } from "./basemap.ts";
import { createMap, darkTheme } from "./map.ts";

export interface PreviewMap { show(rows: Preview["rows"]): void; remove(): void }

/** Metres of uncertainty from which a circle is drawn around a point. */
const DRAWN_UNCERTAINTY_M = 100;
const MAX_ZOOM = 11;

export const createPreviewMap = (element: HTMLElement): PreviewMap => {
  const map = createMap(element);
  const drawn = L.featureGroup().addTo(map);
  let removed = false;
  void getCountries().then((file) => { if (!removed) drawBaseMap(map, file, darkTheme().matches); }, () => { /* the rows are told in words too */ });
  return {
    show(rows) {
      drawn.clearLayers();
      map.invalidateSize();
      for (const { geometry, position, uncertainty_m: uncertainty, line } of rows) {
        if (!geometry) continue;
        const label = String(line);
        const style = { className: "preview-shape", interactive: false };
        const at = position && ("lon" in position ? [position.lat, position.lon] : [position[1], position[0]]) as L.LatLngTuple;
        const circle = geometry.type === "Point" && at && uncertainty && uncertainty > DRAWN_UNCERTAINTY_M ? L.circle(at, { ...style, radius: uncertainty }) : null;
        (circle ?? L.geoJSON(geometry as GeoJsonObject, { style: () => style, pointToLayer: (_, latlng) => L.circleMarker(latlng, { ...style, radius: 6 }) })).addTo(drawn);
        if (at) L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "preview-number", html: "", iconSize: [18, 18] }) }).addTo(drawn).getElement()?.append(label);
      }
      const box = drawn.getBounds();
      if (box.isValid()) map.fitBounds(box, { maxZoom: MAX_ZOOM, padding: [18, 18], animate: false });
    },
    remove() { removed = true; map.remove(); },
  };
};
