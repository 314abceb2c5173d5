/**
 * Incidents on the map, each drawn as what is known of its place: a symbol, a line, a circle of its true uncertainty, an area.
 *
 * One badge a place; badges that would cover each other are merged with the sum of their counts (cluster.ts). Areas show
 * only the incidents known to nothing finer, each with a flag of its own that says how many (flags.ts): what is known only to
 * an area never becomes part of a badge. Nothing is moved away from its place: the flag of an area may stand anywhere inside the
 * area, because that is all it says, or beside it with a line to it.
 */
import L from "leaflet";
import type { Geometry, Position } from "geojson";
import { drawSymbol, shapeOf, type Shape } from "./badge.ts";
import { badgeRadius, groupBadges, sumCategories, type Badge, type Box, type Group } from "./cluster.ts";
import { reachText } from "./detail.ts";
import { h } from "./dom.ts";
import { placeFlag, type Pixel } from "./flags.ts";
import { formatCount, formatDate } from "./format.ts";
import type { Translator } from "./i18n.ts";
import { nameOf } from "./labels.ts";
import { withKind } from "./place_name.ts";
import { stillMotion, toLatLng } from "./map.ts";
import { categoryColour, dominant, NEUTRAL } from "./palette.ts";
import { MAX_ZOOM } from "./state.ts";
import type { PlaceFeature, PlaceProperties, Precision } from "./words.ts";

/** A circle narrower than this says nothing that the badge does not. */
const MIN_CIRCLE_PX = 10;
/** Below this zoom level the flags of areas carry the number only. */
const WORDY_ZOOM = 4.5;

interface PlaceBadge extends Badge { place: PlaceProperties }
type PlaceGroup = Group<PlaceBadge>;

/** Metres of uncertainty beyond its farther end from which the line of a street is only a belief. */
const UNSURE_M = 1500;

export interface Highlight { geometry: Geometry | null; position: Position | null; precision: Precision; uncertainty_m: number | null }

/** What of the map's window is not covered by anything, and the boxes of what stands in it (buttons, the legend). */
export type FreeWindow = () => { window: Box; taken: Box[] };

export interface IncidentLayers {
  show(places: PlaceFeature[], areas: PlaceFeature[]): void;
  setTranslator(tr: Translator): void;
  setTheme(dark: boolean): void;
  /** Dims every place but this one; empty: none. */
  select(key: string): void;
  /** Draws the place of one incident above the rest; `null` takes it away. */
  highlight(what: Highlight | null, go: boolean): void;
  /** Pixels of the window that badges cover. */
  boxes(): Box[];
}

/** Whether a badge stands for several places: some that were grouped here, or a cluster of the server. */
const isMany = (group: PlaceGroup): boolean => group.members.length > 1 || group.lead.place.cluster !== undefined;

/** Where a badge stands: at its greatest place; clusters that became one stand in the middle of all their members, as each did before. */
const middleOf = ({ lead, members, count }: PlaceGroup): L.LatLngTuple => {
  if (!lead.place.cluster) return [lead.place.lat, lead.place.lon];
  const mean = (of: (place: PlaceProperties) => number): number => members.reduce((sum, { place }) => sum + of(place) * place.count, 0) / count;
  return [mean(({ lat }) => lat), mean(({ lon }) => lon)];
};

/** The place as people call it: its name, or its coordinates when it has none. */
export const placeTitle = (place: PlaceProperties, tr: Translator): string =>
  withKind(nameOf(place, tr.lang), place.kind, tr.lang) || tr.t("coordinates", { lat: place.lat.toFixed(4), lon: place.lon.toFixed(4) });

const insideRing = (x: number, y: number, ring: Position[]): boolean => {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[j] ?? [];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
};

const holds = (geometry: Geometry | null, lon: number, lat: number): boolean => {
  const polygons = geometry?.type === "Polygon" ? [geometry.coordinates] : geometry?.type === "MultiPolygon" ? geometry.coordinates : [];
  return polygons.some(([outer]) => outer && insideRing(lon, lat, outer));
};

export const incidentLayers = (
  map: L.Map, first: Translator, firstDark: boolean, free: FreeWindow, onPick: (place: PlaceProperties) => void, onDrawn: () => void,
): IncidentLayers => {
  let tr = first;
  let dark = firstDark;
  let places: PlaceFeature[] = [];
  let areas: PlaceFeature[] = [];
  let selected = "";
  let drawnBoxes: Box[] = [];
  const shapes = L.svg({ padding: 0.4 });
  const shapeLayer = L.layerGroup().addTo(map);
  const highlightLayer = L.layerGroup().addTo(map);
  const markers = new Map<string, L.Marker>();

  // Hatching is a pattern of the SVG renderer: one for each colour, made when first used.
  const hatched = new Map<string, string>();
  const hatch = (colour: string): string => {
    const known = hatched.get(colour);
    if (known) return known;
    const id = `hatch-${hatched.size}`;
    hatched.set(colour, `url(#${id})`);
    shapes.addTo(map);
    const svg = map.getPane("overlayPane")?.querySelector("svg");
    const make = (tag: string, attributes: Record<string, string>): SVGElement => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement;
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      return element;
    };
    const defs = make("defs", {});
    const pattern = make("pattern", { id, width: "7", height: "7", patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    pattern.append(
      make("rect", { width: "7", height: "7", fill: colour, "fill-opacity": "0.18" }),
      make("rect", { width: "1.6", height: "7", fill: colour, "fill-opacity": "0.8" }),
    );
    defs.append(pattern);
    svg?.prepend(defs);
    return `url(#${id})`;
  };

  const colourOf = (categories: Record<string, number>): string => {
    const { name, only } = dominant(categories);
    return only ? categoryColour(name, dark) : NEUTRAL[dark ? "dark" : "light"];
  };
  /** Whether the line of a street is where the street runs: then its uncertainty is hardly more than the way to its farther end. */
  const isSureOf = (line: Geometry, place: PlaceProperties): boolean => {
    const lines = line.type === "LineString" ? [line.coordinates] : line.type === "MultiLineString" ? line.coordinates : [];
    const middle = L.latLng(place.lat, place.lon);
    const reach = Math.max(0, ...lines.flat().map((position) => middle.distanceTo(toLatLng(position))));
    return (place.uncertainty_m ?? 0) <= reach + UNSURE_M;
  };

  const dashOf = (place: PlaceProperties): string | undefined => (place.ambiguous > 0 ? "5 5" : undefined);
  const dimmed = (key: string): boolean => selected !== "" && selected !== key;

  const countLine = (place: PlaceProperties): string => {
    const parts = [tr.n("incidentCount", place.count)];
    if (place.ambiguous > 0) parts.push(tr.n("ambiguousCount", place.ambiguous));
    if (place.count_within !== undefined && place.count_within > place.count) parts.push(tr.t("withinInAll", { n: formatCount(tr.lang, place.count_within) }));
    return parts.join(" · ");
  };

  const exactness = (place: PlaceProperties): string => {
    const words = tr.word("precision", place.precision);
    return place.uncertainty_m && shapeOf(place.precision) !== "area"
      ? `${words} · ${reachText(tr, place.precision, place.uncertainty_m)}`
      : words;
  };

  const categoryLines = (place: PlaceProperties): HTMLElement[] =>
    Object.entries(place.categories).sort((a, b) => b[1] - a[1]).slice(0, 4).map(([name, count]) => {
      const dot = h("i", { class: "dot" });
      dot.style.background = categoryColour(name, dark);
      return h("span", { class: "tip-category" }, dot, `${tr.category(name)} ${formatCount(tr.lang, count)}`);
    });

  const placeTip = (place: PlaceProperties): HTMLElement => {
    const title = shapeOf(place.precision) === "area" ? tr.t("somewhereIn", { name: placeTitle(place, tr) }) : placeTitle(place, tr);
    return h("div", { class: "tip" }, h("strong", {}, title), h("span", {}, countLine(place)), h("span", { class: "muted" }, exactness(place)),
      ...categoryLines(place));
  };

  /** A line for a member of a group: a place by its name, a cluster by its count alone. */
  const memberTitle = (place: PlaceProperties): string =>
    place.cluster ? tr.n("incidentCount", place.count) : `${placeTitle(place, tr)} ${formatCount(tr.lang, place.count)}`;

  const daysOf = (place: PlaceProperties): string =>
    [...new Set([place.first, place.last])].flatMap((day) => (day ? [formatDate(tr.lang, day)] : [])).join(" – ");

  const pickList = (group: PlaceGroup): void => {
    const list = h("ul", { class: "pick" }, ...group.members.map(({ place }) => h("li", {},
      h("button", { type: "button", onclick: () => { map.closePopup(); onPick(place); } },
        h("span", {}, placeTitle(place, tr)), h("b", {}, formatCount(tr.lang, place.count))))));
    L.popup({ maxWidth: 300, maxHeight: 260, autoPan: true, closeButton: true }).setLatLng([group.lead.place.lat, group.lead.place.lon])
      .setContent(h("div", {}, h("h3", {}, tr.n("placesHere", group.members.length)), list)).openOn(map);
    list.querySelector("button")?.focus();
  };

  /** Zooms until the members come apart; those that never will are listed. */
  const openGroup = (group: PlaceGroup): void => {
    const box = L.latLngBounds(group.members.flatMap(({ place }): L.LatLngTuple[] => {
      const [west, south, east, north] = place.cluster?.bbox ?? [place.lon, place.lat, place.lon, place.lat];
      return [[south, west], [north, east]];
    }));
    const clusters = group.members.flatMap(({ place }) => place.cluster ?? []);
    if (clusters.length > 0) {
      // A cluster comes apart at a level of its own, and always does.
      const needed = Math.max(map.getZoom() + 1, Math.min(...clusters.map(({ expansionZoom }) => expansionZoom)));
      map.setView(box.getCenter(), Math.min(MAX_ZOOM, Math.max(needed, map.getBoundsZoom(box))), { animate: !stillMotion() });
      return;
    }
    const apart = groupBadges(badgesAt(group.members.map(({ place }) => place), MAX_ZOOM)).length > 1;
    const zoom = Math.min(MAX_ZOOM, Math.max(map.getZoom() + 1, map.getBoundsZoom(box.pad(0.25))));
    if (!apart || map.getZoom() >= MAX_ZOOM) pickList(group);
    else map.setView(box.getCenter(), zoom, { animate: !stillMotion() });
  };

  const badgesAt = (all: PlaceProperties[], zoom: number): PlaceBadge[] => all.map((place) => {
    const { x, y } = map.project([place.lat, place.lon], zoom);
    const shape = shapeOf(place.precision);
    const single = place.count === 1 && shape !== "circle" && !place.cluster;
    const radius = single ? (shape === "street" ? 5 : 7) : badgeRadius(place.count);
    return { key: place.key, x, y, radius, count: place.count, place };
  });

  const setMarker = (key: string, at: L.LatLngExpression, signature: string, make: () => { icon: HTMLElement | SVGElement; size: [number, number]; label: string; tip: () => HTMLElement; click: () => void; z: number; dim: boolean }, kept: Set<string>): void => {
    const full = `${key}\u0000${signature}`;
    kept.add(full);
    if (markers.has(full)) return;
    const { icon, size, label, tip, click, z, dim } = make();
    const box = h("div", { class: "badge-box" }, icon);
    const marker = L.marker(at, {
      pane: "badges", keyboard: true, riseOnHover: true, zIndexOffset: z, autoPanOnFocus: false, bubblingMouseEvents: false,
      icon: L.divIcon({ html: box, className: `badge${dim ? " dimmed" : ""}`, iconSize: size, iconAnchor: [size[0] / 2, size[1] / 2] }),
    });
    marker.bindTooltip(() => tip(), { direction: "top", offset: [0, -size[1] / 2], opacity: 1 });
    marker.on("click", click);
    marker.on("add", () => {
      const element = marker.getElement();
      element?.setAttribute("aria-label", label);
      element?.setAttribute("role", "button");
      // Leaflet lets a marker take the focus but turns no key into a click.
      element?.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        click();
      });
    });
    marker.addTo(map);
    markers.set(full, marker);
  };

  const areaPath = (area: PlaceFeature): L.Layer | null => {
    const { properties: place, geometry } = area;
    const colour = colourOf(place.categories);
    const isCountry = place.precision === "country";
    const style: L.PathOptions = {
      renderer: shapes, color: colour, weight: selected === place.key ? 3 : 1.4, opacity: dimmed(place.key) ? 0.25 : 0.8, dashArray: dashOf(place),
      fill: !isCountry, fillColor: hatch(colour), fillOpacity: dimmed(place.key) ? 0.12 : Math.min(0.75, 0.3 + 0.09 * Math.log2(place.count + 1)),
      bubblingMouseEvents: false, className: "area",
    };
    if (geometry?.type === "Polygon" || geometry?.type === "MultiPolygon" || geometry?.type === "LineString" || geometry?.type === "MultiLineString") {
      return L.geoJSON(geometry, { style: { ...style, fill: style.fill && geometry.type.endsWith("Polygon") }, renderer: shapes } as L.GeoJSONOptions);
    }
    return place.uncertainty_m ? L.circle([place.lat, place.lon], { ...style, radius: place.uncertainty_m }) : null;
  };

  const drawShapes = (inWindow: (place: PlaceProperties) => boolean, perPixel: (lat: number) => number): void => {
    shapeLayer.clearLayers();
    const coarseFirst = [...areas].filter(({ properties }) => properties.count > 0).sort((a, b) => (b.properties.uncertainty_m ?? 0) - (a.properties.uncertainty_m ?? 0));
    for (const area of coarseFirst) {
      const path = areaPath(area);
      if (!path) continue;
      path.bindTooltip(() => placeTip(area.properties), { sticky: true, opacity: 1 });
      path.on("click", () => onPick(area.properties));
      path.addTo(shapeLayer);
    }
    for (const { properties: place, geometry } of places) {
      const colour = colourOf(place.categories);
      const shape = shapeOf(place.precision);
      const dim = dimmed(place.key);
      let path: L.Layer | null = null;
      if (geometry?.type === "LineString" || geometry?.type === "MultiLineString") {
        const isSure = isSureOf(geometry, place);
        path = L.geoJSON(geometry, { renderer: shapes, bubblingMouseEvents: false, style: { renderer: shapes, color: colour, weight: isSure ? 6 : 3, opacity: dim ? 0.2 : isSure ? 0.75 : 0.5, lineCap: "round", dashArray: place.ambiguous > 0 || !isSure ? "2 10" : undefined } } as L.GeoJSONOptions);
        if (!isSure && place.uncertainty_m) {
          // The street may lie anywhere in the circle; its line is only the best belief.
          L.circle([place.lat, place.lon], { renderer: shapes, radius: place.uncertainty_m, color: colour, weight: 1.2, opacity: dim ? 0.2 : 0.6, fillColor: colour, fillOpacity: dim ? 0.02 : 0.06, interactive: false }).addTo(shapeLayer);
        }
      } else if (shape === "circle" && place.uncertainty_m && inWindow(place) && place.uncertainty_m / perPixel(place.lat) > MIN_CIRCLE_PX) {
        path = L.circle([place.lat, place.lon], {
          renderer: shapes, radius: place.uncertainty_m, color: colour, weight: 1.2, opacity: dim ? 0.2 : 0.75, fillColor: colour, fillOpacity: dim ? 0.03 : 0.1,
          dashArray: dashOf(place), bubblingMouseEvents: false, interactive: place.uncertainty_m / perPixel(place.lat) < 260,
        });
      }
      if (!path) continue;
      path.bindTooltip(() => placeTip(place), { sticky: true, opacity: 1 });
      path.on("click", () => onPick(place));
      path.addTo(shapeLayer);
    }
  };

  /** The flags of all areas in sight that have incidents of their own; pushes their boxes to `taken`. */
  const drawFlags = (state: string, window_: Box, taken: Box[], kept: Set<string>): void => {
    const zoom = map.getZoom();
    const flags = areas.filter(({ properties }) => properties.count > 0)
      .sort((a, b) => b.properties.count - a.properties.count || (a.properties.key < b.properties.key ? -1 : 1));
    for (const area of flags) {
      const { properties: place } = area;
      const count = formatCount(tr.lang, place.count);
      const long = `${count} · ${tr.word("wholeOf", place.precision)}`;
      const texts = zoom >= WORDY_ZOOM ? [long, count] : [count];
      const sizes = texts.map((text) => ({ width: 28 + text.length * 6.8, height: 22 }));
      const home = map.latLngToContainerPoint([place.lat, place.lon]);
      const holdsPixel = ({ x, y }: Pixel): boolean => {
        const { lat, lng } = map.containerPointToLatLng([x, y]);
        return holds(area.geometry, lng, lat);
      };
      const spot = placeFlag({ home, sizes, holds: holdsPixel }, taken, window_);
      if (typeof spot === "string") continue;
      taken.push(spot.box);
      const at = map.containerPointToLatLng([spot.at.x, spot.at.y]);
      if (spot.leader) {
        const to = map.containerPointToLatLng([spot.leader.x, spot.leader.y]);
        const line = { renderer: shapes, color: dark ? "#e8eaec" : "#1d2329", interactive: false, className: "leader" };
        L.polyline([at, to], { ...line, weight: 1.2, opacity: 0.8 }).addTo(shapeLayer);
        L.circleMarker(to, { ...line, radius: 2.5, weight: 0, fillColor: line.color, fillOpacity: 0.9 }).addTo(shapeLayer);
      }
      const words = texts[spot.size] ?? count;
      const width = sizes[spot.size]?.width ?? 28;
      setMarker(`flag ${place.key}`, at, `${state} ${words} ${at.lat.toFixed(3)},${at.lng.toFixed(3)} ${JSON.stringify(place.categories)}`, () => {
        const icon = h("div", { class: `flag${place.ambiguous > 0 ? " ambiguous" : ""}`, "data-area": place.key, "data-count": place.count },
          drawSymbol({ shape: "area", categories: place.categories, ambiguous: place.ambiguous > 0, text: "", radius: 6, dark }), h("span", {}, words));
        return {
          icon, size: [width, 22], tip: () => placeTip(place), click: () => onPick(place), z: 200, dim: dimmed(place.key),
          label: tr.t("markerLabel", { name: tr.t("somewhereIn", { name: placeTitle(place, tr) }), count: countLine(place), precision: tr.word("precision", place.precision) }),
        };
      }, kept);
    }
  };

  const draw = (): void => {
    const zoom = map.getZoom();
    const window_ = map.getBounds().pad(0.3);
    const inWindow = (place: PlaceProperties): boolean => window_.contains([place.lat, place.lon]) ||
      (place.uncertainty_m !== null && L.latLng(place.lat, place.lon).toBounds(2 * place.uncertainty_m).intersects(window_));
    const perPixel = (lat: number): number => (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** zoom);
    drawShapes(inWindow, perPixel);

    const kept = new Set<string>();
    const state = `${tr.lang}${dark ? "d" : "l"}${selected}`;
    const { window: freeWindow, taken } = free();
    const groups = groupBadges(badgesAt(places.map(({ properties }) => properties), zoom)).filter(({ lead }) => window_.contains([lead.place.lat, lead.place.lon]));
    for (const group of groups) {
      const at = map.latLngToContainerPoint(middleOf(group));
      const radius = (isMany(group) ? badgeRadius(group.count) : group.lead.radius) + 1;
      taken.push({ left: at.x - radius, top: at.y - radius, width: 2 * radius, height: 2 * radius });
    }
    drawFlags(state, freeWindow, taken, kept);
    for (const group of groups) {
      const { place } = group.lead;
      const many = isMany(group);
      const categories = many ? sumCategories(group.members.map((member) => member.place.categories)) : place.categories;
      const ambiguous = group.members.reduce((sum, member) => sum + member.place.ambiguous, 0);
      const radius = many ? badgeRadius(group.count) : group.lead.radius;
      const shape: Shape = many ? "group" : shapeOf(place.precision);
      const text = group.count > 1 || shape === "circle" || many ? formatCount(tr.lang, group.count) : "";
      setMarker(group.members.map(({ key }) => key).join("\u0001"), middleOf(group), `${state} ${JSON.stringify(categories)} ${ambiguous} ${radius}`, () => {
        const icon = drawSymbol({ shape, categories, ambiguous: ambiguous > 0, text, radius, dark });
        icon.dataset.count = String(group.count);
        const size: [number, number] = [Math.max(24, Number(icon.getAttribute("width"))), Math.max(24, Number(icon.getAttribute("height")))];
        return many ? {
          icon, size, z: group.count, dim: selected !== "" && !group.members.some(({ key }) => key === selected), click: () => openGroup(group),
          label: place.cluster ? tr.t("clusterLabel", { count: tr.n("incidentCount", group.count) })
            : tr.t("groupLabel", { places: tr.n("placesHere", group.members.length), count: tr.n("incidentCount", group.count) }),
          tip: () => h("div", { class: "tip" }, h("strong", {}, `${tr.n("incidentCount", group.count)}`),
            ...(group.members.length > 1 ? group.members.slice(0, 5).map((member) => h("span", {}, memberTitle(member.place))) : [h("span", { class: "muted" }, daysOf(place)), ...categoryLines(place)]),
            group.members.length > 5 && h("span", { class: "muted" }, `+${group.members.length - 5}`)),
        } : {
          icon, size, z: group.count, dim: dimmed(place.key), tip: () => placeTip(place), click: () => onPick(place),
          label: tr.t("markerLabel", { name: placeTitle(place, tr), count: countLine(place), precision: exactness(place) }),
        };
      }, kept);
    }
    for (const [key, marker] of markers) {
      if (kept.has(key)) continue;
      marker.remove();
      markers.delete(key);
    }
    drawnBoxes = taken;
    onDrawn();
  };

  map.on("moveend resize", draw);

  return {
    show(newPlaces, newAreas) { places = newPlaces; areas = newAreas; draw(); },
    setTranslator(now) { tr = now; draw(); },
    setTheme(now) { dark = now; draw(); },
    select(key) { if (key !== selected) { selected = key; draw(); } },
    boxes: () => [...drawnBoxes],
    highlight(what, go) {
      highlightLayer.clearLayers();
      if (!what) return;
      const { geometry, position, precision, uncertainty_m } = what;
      const style: L.PathOptions = { renderer: shapes, color: dark ? "#ffd166" : "#b3540a", weight: 3, opacity: 1, fillOpacity: 0.08, interactive: false, className: "highlight" };
      const bounds = L.latLngBounds([]);
      if (geometry && geometry.type !== "Point") {
        const shape = L.geoJSON(geometry, { style: { ...style, weight: geometry.type.endsWith("LineString") ? 9 : 3, opacity: geometry.type.endsWith("LineString") ? 0.6 : 1 }, interactive: false, renderer: shapes } as L.GeoJSONOptions).addTo(highlightLayer);
        bounds.extend(shape.getBounds());
      } else if (position) {
        const at = toLatLng(position);
        bounds.extend(uncertainty_m ? L.latLng(at).toBounds(2 * uncertainty_m) : at);
        if (uncertainty_m && shapeOf(precision) !== "point") L.circle(at, { ...style, radius: uncertainty_m }).addTo(highlightLayer);
      }
      if (position && geometry?.type !== "Polygon" && geometry?.type !== "MultiPolygon") L.circleMarker(toLatLng(position), { ...style, radius: 25, fill: false, weight: 2.5 }).addTo(highlightLayer);
      if (!bounds.isValid()) return;
      const seen = map.getBounds().intersects(bounds) && map.getBounds().contains(bounds.getCenter());
      if (go) map.fitBounds(bounds.pad(0.3), { maxZoom: precision === "point" || precision === "site" ? 15 : 13, animate: !stillMotion() });
      else if (!seen) map.panTo(bounds.getCenter(), { animate: !stillMotion() });
    },
  };
};
