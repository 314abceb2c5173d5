/** The map itself: view, panes, controls. With layers.ts, basemap.ts and labels.ts the only user of Leaflet. */
import L from "leaflet";
import type { Position } from "geojson";
import type { Box } from "./cluster.ts";
import { MAX_ZOOM, MIN_ZOOM, type View } from "./state.ts";

/** GeoJSON order (lon,lat) to Leaflet order (lat,lng), degrees, CRS84: the one place where it changes. */
export const toLatLng = (position: Position): L.LatLngTuple => [position[1] ?? 0, position[0] ?? 0];

/** Drawing order, from below: land, areas and circles, names of places, badges. */
export const PANES = { base: 150, labels: 450, badges: 600 } as const;

export const stillMotion = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
export const darkTheme = (): MediaQueryList => window.matchMedia("(prefers-color-scheme: dark)");

export const createMap = (element: HTMLElement): L.Map => {
  const still = stillMotion();
  const map = L.map(element, {
    minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM, zoomControl: false, attributionControl: false,
    maxBounds: [[-86, -260], [86, 260]], maxBoundsViscosity: 0.8, worldCopyJump: false,
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
    zoomSnap: 0.5, zoomDelta: 1, wheelPxPerZoomLevel: 90, boxZoom: true,
  });
  for (const [name, zIndex] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(zIndex);
    if (name !== "badges") pane.style.pointerEvents = "none";
  }
  map.setView([48, 67], 4, { animate: false });
  return map;
};

export const viewOf = (map: L.Map): View => {
  const { lat, lng } = map.getCenter();
  return { lon: lng, lat, zoom: map.getZoom() };
};

export const setView = (map: L.Map, { lon, lat, zoom }: View): void => {
  map.setView([lat, lon], zoom, { animate: false });
};

/** Whether the map already shows this view, to the digits that a URL keeps. */
export const showsView = (map: L.Map, view: View): boolean => {
  const now = viewOf(map);
  return Math.abs(now.zoom - view.zoom) < 0.02 && Math.abs(now.lon - view.lon) < 2e-4 && Math.abs(now.lat - view.lat) < 2e-4;
};

/**
 * What is drawn in the window, as a filter: its box, cut to the globe (`west,south,east,north`). A box alone lets incidents without a place pass,
 * which are not in sight, so the coarsest precision that is drawn is asked for as well, unless a finer one is.
 */
export const inViewParams = (map: L.Map, { precision }: Record<string, string>): { bbox: string; precision: string } =>
  ({ bbox: bboxOf(map), precision: precision ?? "area" });

/** `west,south,east,north` of what the window shows, cut to the globe: the parameter `bbox`. */
const bboxOf = (map: L.Map): string => {
  const box = map.getBounds();
  const cut = (value: number, limit: number): string => Math.max(-limit, Math.min(limit, value)).toFixed(5);
  return [cut(box.getWest(), 180), cut(box.getSouth(), 90), cut(box.getEast(), 180), cut(box.getNorth(), 90)].join(",");
};

/** What the window shows, degrees. */
export const windowOf = (map: L.Map): { west: number; south: number; east: number; north: number } => {
  const box = map.getBounds();
  return { west: box.getWest(), south: box.getSouth(), east: box.getEast(), north: box.getNorth() };
};

/** The box of an element in pixels of the map. */
export const boxOnMap = (map: L.Map, element: Element): Box => {
  const [outer, inner] = [map.getContainer().getBoundingClientRect(), element.getBoundingClientRect()];
  return { left: inner.left - outer.left, top: inner.top - outer.top, width: inner.width, height: inner.height };
};

/** What the window shows beside what covers its edges, pixels. */
export const freeBox = (map: L.Map, covered: Covered): Box => {
  const { x, y } = map.getSize();
  return { left: covered.left, top: covered.top, width: x - covered.left - covered.right, height: y - covered.top - covered.bottom };
};

/** Pixels the panel covers, so that "everything" is shown in what is left. */
export interface Covered { top: number; right: number; bottom: number; left: number }

export const fitBox = (map: L.Map, [west, south, east, north]: [number, number, number, number], covered: Covered, maxZoom = 12): void => {
  const size = map.getSize();
  // On a small window the margins must not eat the map.
  const margin = Math.min(36, size.x / 20, size.y / 20);
  map.fitBounds([[south, west], [north, east]], {
    paddingTopLeft: [covered.left + margin, covered.top + margin], paddingBottomRight: [covered.right + margin, covered.bottom + margin],
    maxZoom, animate: !stillMotion(),
  });
};
