/** Names of countries and settlements on a canvas: the important ones first, more with each zoom level, none over another. */
import L from "leaflet";
import type { Feature, FeatureCollection, Point } from "geojson";
import { overlap, type Box } from "./cluster.ts";
import { toLatLng } from "./map.ts";
import type { LabelProperties, Language } from "./words.ts";

const COLOURS = {
  light: { settlement: "#3b434a", country: "#8a8472", halo: "rgba(246,244,239,0.92)", dot: "#6b747b" },
  dark: { settlement: "#c3ccd3", country: "#7f8b95", halo: "rgba(30,36,42,0.9)", dot: "#8f9aa3" },
} as const;

const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';
/** Square pixels of window per settlement label: keeps the map quiet. */
const ROOM = 26_000;

export interface Labels { setLanguage(lang: Language): void; setTheme(dark: boolean): void; redraw(): void }

export const nameOf = (properties: { name_ru?: string | null; name_kk?: string | null; name_en?: string | null; name_uk?: string | null }, lang: Language): string =>
  properties[`name_${lang}`] || properties.name_ru || properties.name_en || properties.name_kk || properties.name_uk || "";

/** `obstacles` gives the pixels of the window that badges cover: names go around them. */
export const drawLabels = (
  map: L.Map, file: FeatureCollection<Point, LabelProperties>, lang: Language, dark: boolean, obstacles: () => Box[],
): Labels => {
  const pane = map.getPane("labels");
  if (!pane) throw new Error("the pane `labels` is made with the map");
  const canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated labels", pane);
  canvas.setAttribute("aria-hidden", "true");
  const sorted = [...file.features].sort((a, b) =>
    a.properties.rank - b.properties.rank || (b.properties.population ?? 0) - (a.properties.population ?? 0));
  let language = lang;
  let colours: (typeof COLOURS)["light" | "dark"] = COLOURS[dark ? "dark" : "light"];
  let corner = map.containerPointToLatLng([0, 0]);
  let drawnZoom = map.getZoom();

  /** `badges` are the obstacles, `named` those of them that have a name beside them: one each, of the most important settlement below. */
  const place = (feature: Feature<Point, LabelProperties>, context: CanvasRenderingContext2D, taken: Box[], badges: readonly Box[], named: Set<Box>): boolean => {
    const { kind } = feature.properties;
    const isCountry = kind === "country";
    const zoom = drawnZoom;
    if (isCountry && zoom > 6.5) return false;
    const text = isCountry ? nameOf(feature.properties, language).toLocaleUpperCase(language) : nameOf(feature.properties, language);
    if (!text) return false;
    const at = map.latLngToContainerPoint(toLatLng(feature.geometry.coordinates));
    const size = map.getSize();
    if (at.x < -60 || at.y < -20 || at.x > size.x + 60 || at.y > size.y + 20) return false;
    const large = (feature.properties.population ?? 0) >= 500_000;
    const pixels = isCountry ? 11 : large ? 13 : 12;
    context.font = `${isCountry ? 500 : large ? 600 : 400} ${pixels}px ${FONT}`;
    context.letterSpacing = isCountry ? "2px" : "0px";
    const width = context.measureText(text).width;
    const height = pixels + 3;
    const badge = isCountry ? undefined : badges.find((box) => at.x >= box.left && at.x <= box.left + box.width && at.y >= box.top && at.y <= box.top + box.height);
    // A second name at a badge, or one at the flag of an area (which is wide), would be read as the badge's.
    if (badge && (named.has(badge) || badge.width !== badge.height)) return false;
    if (badge) [at.x, at.y] = [badge.left + badge.width / 2, badge.top + badge.height / 2];
    const away = badge ? badge.width / 2 + 4 : 7;
    const spots: [number, number][] = isCountry
      ? [[-width / 2, -height / 2]]
      : [[away, -height / 2], [-width - away, -height / 2], [-width / 2, away - 1], [-width / 2, 1 - height - away]];
    for (const [dx, dy] of spots) {
      const box = { left: at.x + dx - 3, top: at.y + dy - 1, width: width + 6, height: height + 2 };
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      context.lineJoin = "round";
      context.lineWidth = 3;
      context.strokeStyle = colours.halo;
      context.fillStyle = isCountry ? colours.country : colours.settlement;
      context.textBaseline = "middle";
      context.strokeText(text, at.x + dx, at.y + dy + height / 2);
      context.fillText(text, at.x + dx, at.y + dy + height / 2);
      if (badge) named.add(badge);
      else if (!isCountry) {
        context.beginPath();
        context.arc(at.x, at.y, 2.2, 0, 2 * Math.PI);
        context.fillStyle = colours.dot;
        context.fill();
      }
      return true;
    }
    return false;
  };

  const redraw = (): void => {
    const size = map.getSize();
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(size.x * ratio);
    canvas.height = Math.round(size.y * ratio);
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    corner = map.containerPointToLatLng([0, 0]);
    drawnZoom = map.getZoom();
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(ratio, ratio);
    const badges = obstacles();
    const taken = [...badges];
    const named = new Set<Box>();
    let room = Math.ceil((size.x * size.y) / ROOM) + Math.max(0, Math.round((drawnZoom - 7) * 6));
    for (const feature of sorted) {
      if (room <= 0) break;
      if (place(feature, context, taken, badges, named) && feature.properties.kind !== "country") room -= 1;
    }
  };

  // During the zoom animation the old drawing is stretched, as Leaflet does with its own layers.
  const animate = ({ center, zoom }: L.ZoomAnimEvent): void => {
    const scale = map.getZoomScale(zoom, drawnZoom);
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2)).add(L.DomUtil.getPosition(map.getPane("mapPane") as HTMLElement)).round();
    L.DomUtil.setTransform(canvas, map.project(corner, zoom).subtract(origin), scale);
  };

  map.on("zoomanim", animate as L.LeafletEventHandlerFn);
  return {
    setLanguage(now) { language = now; redraw(); },
    setTheme(nowDark) { colours = COLOURS[nowDark ? "dark" : "light"]; redraw(); },
    redraw,
  };
};
