/** What the page shows, as one object, and the URL that says the same. Pure; the store at the end only calls listeners. */
import { LANGUAGES, PRECISIONS, type Language, type Precision } from "./words.ts";

/** Centre in degrees (lon,lat, CRS84) and Leaflet's zoom level. */
export interface View { lon: number; lat: number; zoom: number }

export const PANELS = ["list", "unlocated", "upload"] as const;
export type Panel = (typeof PANELS)[number];

export interface State {
  layer: string;
  /** `null`: fit the layer's extent. */
  view: View | null;
  /** An interval as the server reads it (`2022-01-02/2022-01-05`, open end `..`), or empty. */
  datetime: string;
  /** Chosen categories; `null`: all. The empty name stands for incidents without one. */
  category: string[] | null;
  /** The coarsest shown; `null`: all, the unlocated included. */
  precision: Precision | null;
  q: string;
  /** A place id: incidents there and inside. */
  place: string;
  /** A key of places.geojson: incidents exactly there. */
  locatedAt: string;
  incident: string;
  lang: Language;
  panel: Panel;
  /** The list holds only what the map window shows. */
  inView: boolean;
  embed: boolean;
}

export const DEFAULT_LAYER = "incidents";

export const defaultState = (lang: Language): State => ({
  layer: DEFAULT_LAYER, view: null, datetime: "", category: null, precision: null, q: "", place: "", locatedAt: "",
  incident: "", lang, panel: "list", inView: false, embed: false,
});

/** The browser's first language that the page speaks, else Russian. */
export const preferredLanguage = (languages: readonly string[]): Language => {
  for (const tag of languages) {
    const language = LANGUAGES.find((known) => tag.toLowerCase().split("-")[0] === known);
    if (language) return language;
  }
  return "ru";
};

/** Joins names by commas; a comma or backslash inside a name gets a backslash before it. */
export const joinNames = (names: readonly string[]): string => names.map((name) => name.replace(/[\\,]/g, "\\$&")).join(",");

/** The reverse of {@link joinNames}. */
export const splitNames = (text: string): string[] => {
  const names: string[] = [];
  let name = "";
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (letter === "\\" && i + 1 < text.length) name += text[(i += 1)] ?? "";
    else if (letter === ",") { names.push(name); name = ""; }
    else name += letter ?? "";
  }
  return [...names, name];
};

const oneOf = <T extends string>(words: readonly T[], text: string | null): T | null => words.find((word) => word === text) ?? null;

export const MIN_ZOOM = 3;
export const MAX_ZOOM = 18;

const parseView = (text: string | null): View | null => {
  const numbers = (text ?? "").split(",").map(Number);
  const [lon, lat, zoom] = numbers;
  if (numbers.length !== 3 || lon === undefined || lat === undefined || zoom === undefined) return null;
  if (!numbers.every(Number.isFinite) || Math.abs(lon) > 360 || Math.abs(lat) > 90) return null;
  return { lon, lat, zoom: Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom)) };
};

/** Metres of map are not worth more digits than this at any zoom level. */
export const formatView = ({ lon, lat, zoom }: View): string => `${+lon.toFixed(4)},${+lat.toFixed(4)},${+zoom.toFixed(2)}`;

const isDatetime = (text: string): boolean => /^(\.\.|\d{4}[-\dT:]*)(\/(\.\.|\d{4}[-\dT:]*))?$/.test(text) && text !== "../..";

/** Reads the query of a URL. What cannot be read falls back to its default: a broken link still opens the map. */
export const parseState = (search: string, lang: Language): State => {
  const query = new URLSearchParams(search);
  const state = defaultState(oneOf(LANGUAGES, query.get("lang")) ?? lang);
  const datetime = query.get("datetime") ?? "";
  const category = query.get("category");
  return {
    ...state,
    layer: query.get("layer") || DEFAULT_LAYER,
    view: parseView(query.get("view")),
    datetime: isDatetime(datetime) ? datetime : "",
    category: category === null ? null : splitNames(category),
    precision: oneOf(PRECISIONS, query.get("precision")),
    q: query.get("q") ?? "",
    place: query.get("place") ?? "",
    locatedAt: query.get("located_at") ?? "",
    incident: query.get("incident") ?? "",
    panel: oneOf(PANELS, query.get("panel")) ?? "list",
    inView: query.get("inview") === "1",
    embed: query.get("embed") === "1",
  };
};

/** The query that {@link parseState} reads back, with `?`; defaults are left out. `lang` is the language that needs no word. */
export const formatState = (state: State, lang: Language): string => {
  const query = new URLSearchParams();
  const add = (name: string, value: string): void => { if (value) query.set(name, value); };
  if (state.layer !== DEFAULT_LAYER) add("layer", state.layer);
  if (state.view) add("view", formatView(state.view));
  add("datetime", state.datetime);
  if (state.category) query.set("category", joinNames(state.category));
  add("precision", state.precision ?? "");
  add("q", state.q);
  add("place", state.place);
  add("located_at", state.locatedAt);
  add("incident", state.incident);
  if (state.panel !== "list") add("panel", state.panel);
  if (state.inView) add("inview", "1");
  if (state.embed) add("embed", "1");
  if (state.lang !== lang) add("lang", state.lang);
  // Commas, slashes and colons need no escape in a query; links that people share stay readable.
  const text = query.toString().replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%3A/g, ":");
  return text ? `?${text}` : "";
};

/** The filters as parameters of the HTTP interface. `without` leaves some out: a control that shows what choosing would give. */
export const filterParams = (state: State, without: readonly (keyof State)[] = []): Record<string, string> => {
  const params: Record<string, string> = {};
  const wanted = (key: keyof State): boolean => !without.includes(key);
  if (state.datetime && wanted("datetime")) params.datetime = state.datetime;
  if (state.category && wanted("category")) params.category = joinNames(state.category);
  if (state.precision && wanted("precision")) params.precision = state.precision;
  if (state.q.trim() && wanted("q")) params.q = state.q.trim();
  if (state.place && wanted("place")) params.place = state.place;
  if (state.locatedAt && wanted("locatedAt")) params.located_at = state.locatedAt;
  return params;
};

/** Whether anything but the layer itself narrows what is shown. */
export const isFiltered = (state: State): boolean => Object.keys(filterParams(state)).length > 0;

/** The first and last day of a datetime filter, empty where open. */
export const splitInterval = (datetime: string): { from: string; to: string } => {
  if (!datetime) return { from: "", to: "" };
  const [start = "", end = start] = datetime.split("/");
  const day = (text: string): string => (text === ".." ? "" : text);
  return { from: day(start), to: day(end) };
};

/** The reverse of {@link splitInterval}; both empty: no filter. */
export const joinInterval = (from: string, to: string): string => {
  if (!from && !to) return "";
  if (from && to && from > to) return joinInterval(to, from);
  if (from === to) return from;
  return `${from || ".."}/${to || ".."}`;
};

export type How = "push" | "replace" | "live";

export interface Store {
  readonly now: State;
  /** Changes some fields. `push` makes a step that the back button undoes, `live` is on its way to one and leaves the address alone. Listeners hear which fields differ. */
  set(patch: Partial<State>, how?: How): void;
  /** Takes a whole state, as the back button gives it, without telling listeners; says which fields differ. */
  adopt(next: State): ReadonlySet<keyof State>;
  listen(listener: (state: State, changed: ReadonlySet<keyof State>, how: How) => void): void;
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

export const createStore = (initial: State): Store => {
  let now = initial;
  const listeners: Parameters<Store["listen"]>[0][] = [];
  return {
    get now() { return now; },
    set(patch, how = "replace") {
      const changed = new Set((Object.keys(patch) as (keyof State)[]).filter((key) => !same(now[key], patch[key])));
      if (changed.size === 0) return;
      now = { ...now, ...patch };
      for (const listener of listeners) listener(now, changed, how);
    },
    adopt(next) {
      const changed = new Set((Object.keys(next) as (keyof State)[]).filter((key) => !same(now[key], next[key])));
      now = next;
      return changed;
    },
    listen(listener) { listeners.push(listener); },
  };
};
