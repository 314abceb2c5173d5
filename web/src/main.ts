/** Wires the parts: state to requests, answers to map, list, filters, timeline and detail. */
import "leaflet/dist/leaflet.css";
import "uplot/dist/uPlot.min.css";
import "../css/app.css";
import {
  ApiError, getAreas, getClusters, getCountries, getCounts, getHistogram, getIncidents, getLabels, getLayers, getMapConfig, getPage, getPlaces, getStory,
  getUnlocated, isStale, nextUrl, onReachable,
} from "./api.ts";
import { drawBaseMap, type BaseMap } from "./basemap.ts";
import { renderStory, renderStoryNote } from "./detail.ts";
import { crowdParams, crowdPlaces, MAX_PLACES } from "./crowd.ts";
import { byId, debounce, h } from "./dom.ts";
import { takeDrops } from "./drop.ts";
import { type Box } from "./cluster.ts";
import { createFilters } from "./filters.ts";
import { binUnit } from "./format.ts";
import { languageNames, translator, type Translator } from "./i18n.ts";
import { drawLabels, nameOf, type Labels } from "./labels.ts";
import { incidentLayers, placeTitle } from "./layers.ts";
import { withKind } from "./place_name.ts";
import { renderLegend } from "./legend.ts";
import { renderList, walkByKeys } from "./list.ts";
import { inViewParams, boxOnMap, createMap, darkTheme, fitBox, freeBox, setView, showsView, stillMotion, viewOf, windowOf, type Covered } from "./map.ts";
import { createStore, DEFAULT_LAYER, filterParams, formatState, isFiltered, parseState, preferredLanguage, type State } from "./state.ts";
import { sureExtent, type Extent } from "./start_view.ts";
import { createTimeline } from "./timeline.ts";
import { renderTotals } from "./totals.ts";
import { createUpload, takeToken } from "./upload.ts";
import { LANGUAGES, type Counts, type Histogram, type IncidentFeature, type Language, type Layer, type PlaceFeature, type Story } from "./words.ts";

takeToken();
const ownLanguage = preferredLanguage(navigator.languages);
const store = createStore(parseState(location.search, ownLanguage));
let tr: Translator = translator(store.now.lang);
const theme = darkTheme();
let dark = theme.matches;

let layers: Layer[] = [];
let counts: Counts | null = null;
let inViewCount: number | null = null;
let histogram: Histogram | null = null;
let places: PlaceFeature[] = [];
let areas: PlaceFeature[] = [];
/** Which clusters are shown; `null` when every place is. */
let crowd: string | null = null;
let story: Story | null = null;
let listed: { features: IncidentFeature[]; next: string | null; matched: number; loading: boolean; error: string } =
  { features: [], next: null, matched: 0, loading: true, error: "" };

const body = document.body;
const panel = byId("panel");
const banner = byId("banner");
const isPhone = (): boolean => window.matchMedia("(max-width: 760px)").matches;

// --- The map -------------------------------------------------------------------------------------------------------------------
const map = createMap(byId("map"));
let baseMap: BaseMap | null = null;
let labels: Labels | null = null;
/** What stands on the map: nothing is written below it. */
const controlBoxes = (): Box[] => ["map-controls", "legend", "attribution"].map((id) => boxOnMap(map, byId(id)));
const drawn = incidentLayers(map, tr, dark, () => ({ window: freeBox(map, { ...covered(), top: 0 }), taken: controlBoxes() }), (place) => pick(place.key), () => labels?.redraw());

function covered(): Covered {
  const sheet = isPhone() && !store.now.embed ? panel.getBoundingClientRect() : null;
  // On a phone the sheet and the time above it lie over the map.
  const bottom = sheet ? window.innerHeight - sheet.top + byId("timeline").offsetHeight : 0;
  return { top: sheet ? 60 : 0, right: 0, left: 0, bottom: Math.min(Math.max(0, bottom), window.innerHeight * 0.6) };
}

/** Of each layer and state of it the extent without points in doubt, as it was found. */
const sure = new Map<string, Promise<Extent | null>>();

const fitLayer = async (): Promise<void> => {
  const layer = layers.find(({ id }) => id === store.now.layer);
  const bbox = layer?.extent.bbox;
  if (!layer || !bbox) return;
  const key = JSON.stringify([layer.id, layer.count, bbox]);
  const found = sure.get(key) ?? getAreas(layer.id, {}, "extent areas").then(({ features }) => sureExtent(layer.id, features));
  sure.set(key, found);
  const extent = await found.catch(() => { sure.delete(key); return null; });
  if (store.now.layer === layer.id) fitBox(map, extent ?? bbox, covered());
};

const pick = (key: string): void => {
  store.set({ locatedAt: key, place: "", incident: "", panel: "list" }, "push");
  openSheet(true);
};

let moving = false;
map.on("movestart", () => { moving = true; });
map.on("moveend", () => {
  moving = false;
  const view = viewOf(map);
  if (!store.now.view || !showsView(map, store.now.view)) store.set({ view });
  if (store.now.inView) { void loadList(); void loadInViewCount(); }
  if (crowd !== null) loadCrowdSoon();
});

// --- What the page says --------------------------------------------------------------------------------------------------------
const filters = createFilters(byId("filters"), !isPhone());
const timeline = createTimeline(byId("timeline"));
const upload = createUpload(byId<HTMLDialogElement>("upload"), tr, () => { void loadLayers().then(() => loadAll()); }, () => {
  if (store.now.panel === "upload") store.set({ panel: "list" });
  // The button that opened it may have been drawn anew since.
  const { activeElement } = document;
  if (!activeElement || activeElement === body || byId("upload").contains(activeElement)) document.getElementById("open-upload")?.focus();
});
takeDrops(body, (file) => { upload.take(file); store.set({ panel: "upload" }, "push"); });
walkByKeys(byId("list"));

let toastTimer = 0;
const toast = (text: string): void => {
  const element = byId("toast");
  element.textContent = text;
  element.classList.add("on");
  window.clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => element.classList.remove("on"), 2500);
};

const failed = (error: unknown): string => {
  if (error instanceof ApiError && error.kind === "refused") return error.message;
  return error instanceof Error ? error.message : String(error);
};

onReachable((reachable) => {
  if (reachable === banner.hidden) return;
  banner.hidden = reachable;
  if (!reachable) {
    banner.replaceChildren(h("span", {}, tr.t("unreachable")), h("button", { type: "button", class: "plain small", onclick: () => { void start(); } }, tr.t("retry")));
  }
});

const unlocatedCount = (): number => counts?.unlocated ?? 0;

const placeNameOf = (feature: IncidentFeature): string => {
  const id = feature.properties.place_id;
  const known = id ? [...places, ...areas].find(({ properties }) => properties.place_id === id) : undefined;
  return (known && withKind(nameOf(known.properties, tr.lang), known.properties.kind, tr.lang)) || feature.properties.place_name || "";
};

const currentPlace = (): { title: string; id: string } => {
  const { locatedAt, place } = store.now;
  const known = [...places, ...areas].find(({ properties }) => (locatedAt ? properties.key === locatedAt : properties.place_id === place));
  const title = known ? placeTitle(known.properties, tr) : (locatedAt || place).replace(/^place:/, "");
  return { title, id: known?.properties.count_within !== undefined ? known.properties.place_id ?? "" : "" };
};

const renderHeader = (): void => {
  const { layer, lang, embed } = store.now;
  const title = (entry: Layer): string => nameOf({ name_ru: entry.title.ru, name_kk: entry.title.kk, name_en: entry.title.en, name_uk: entry.title.uk }, lang);
  const language = h("select", { id: "language", "aria-label": tr.t("language"), onchange: () => store.set({ lang: language.value as Language }, "push") },
    ...LANGUAGES.map((code) => h("option", { value: code, lang: code, selected: code === lang }, languageNames[code])));
  const choice = h("select", { id: "layer", "aria-label": tr.t("layer"), onchange: () => store.set({ layer: choice.value, locatedAt: "", place: "", view: null }, "push") },
    ...layers.map((entry) => h("option", { value: entry.id, selected: entry.id === layer }, title(entry))));
  // Who stands on one of these stays there.
  const focused = byId("header").contains(document.activeElement) ? document.activeElement?.id : "";
  byId("header").replaceChildren(
    h("div", { class: "brand" }, h("h1", {}, tr.t("appName")), language),
    ...(embed ? [] : [h("div", { class: "tools" }, ...(layers.length > 1 ? [choice] : []),
      h("button", { type: "button", class: "plain", id: "open-upload", onclick: () => store.set({ panel: "upload" }, "push") }, tr.t("upload")))]));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
};

const renderTotalsNow = (): void => {
  if (!counts) return;
  renderTotals(byId("totals"), {
    tr, counts, areas, inView: store.now.inView, inViewCount, onInView: (inView) => store.set({ inView }, "push"), onPick: pick,
  });
};

const renderStrip = (): void => {
  const strip = byId<HTMLButtonElement>("strip");
  const showing = store.now.panel === "unlocated";
  strip.replaceChildren(h("span", {}, showing ? `← ${tr.t("backToList")}` : tr.n("withoutPlace", unlocatedCount())), ...(showing ? [] : [h("span", { "aria-hidden": "true" }, "›")]));
  strip.dataset.count = String(unlocatedCount());
  strip.title = tr.t("withoutPlaceHint");
};
byId("strip").addEventListener("click", () => {
  store.set({ panel: store.now.panel === "unlocated" ? "list" : "unlocated", incident: "" }, "push");
  openSheet(true);
});

const renderListNow = (): void => {
  const narrowed = isFiltered(store.now) || store.now.inView;
  const clear = (): void => store.set({ category: null, precision: null, q: "", datetime: "", place: "", locatedAt: "", inView: false }, "push");
  const nothing = { title: tr.t("nothing"), hint: tr.t("nothingHint"), action: { label: tr.t("clearFilters"), run: clear } };
  const empty = { title: tr.t("emptyLayer"), hint: tr.t("emptyLayerHint"), action: { label: tr.t("upload"), run: () => store.set({ panel: "upload" }, "push") } };
  renderList(byId("list"), {
    tr, dark, features: listed.features, selected: store.now.incident, loading: listed.loading, more: listed.next !== null,
    empty: listed.error ? { title: tr.t("requestFailed"), hint: listed.error, action: narrowed ? nothing.action : null } : narrowed ? nothing : empty,
    placeName: placeNameOf, onOpen: (id) => store.set({ incident: id }, "push"), onMore: () => { void loadMore(); },
  });
};

const renderFilters = (): void => {
  const place = currentPlace();
  filters.render({
    tr, state: store.now, dark, counts, interval: layers.find(({ id }) => id === store.now.layer)?.extent.interval as [string, string] | null ?? null,
    placeTitle: place.title, placeId: place.id, change: (patch, how) => store.set(patch, how), words: typeWords,
  });
};
const typeWords = debounce((q: string) => store.set({ q }), 250);

const renderTimeline = (): void => timeline.render({ tr, dark, histogram, datetime: store.now.datetime, live, change: (datetime) => {
  wanted = null;
  store.set({ datetime }, "live");
  // What a drag showed already is a step of its own now.
  saveAddress("push");
} });

/** The interval that a drag asks for next; the next is taken when the last is drawn, so that a large layer is asked as often as it answers. */
let wanted: string | null = null;
let isFollowing = false;
const live = (datetime: string): void => {
  wanted = datetime;
  if (!isFollowing) void followDrag();
};
const followDrag = async (): Promise<void> => {
  isFollowing = true;
  while (wanted !== null) {
    const datetime = wanted;
    wanted = null;
    await new Promise((resolve) => { requestAnimationFrame(resolve); });
    store.set({ datetime }, "live");
    await shown;
  }
  isFollowing = false;
};

const closeStory = (): void => {
  const id = store.now.incident;
  store.set({ incident: "" }, "push");
  byId("list").querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
};

const renderDetail = (): void => {
  const open = store.now.incident !== "";
  byId("browse").hidden = open;
  byId("detail").hidden = !open;
  if (!open || !story) return;
  const { location: place } = story;
  renderStory(byId("detail"), story, tr, {
    back: closeStory,
    showOnMap: () => {
      openSheet(false);
      drawn.highlight({ geometry: place.geometry, position: place.position, precision: place.precision, uncertainty_m: place.uncertainty_m }, true);
    },
    copyLink: () => {
      const link = new URL(location.href);
      navigator.clipboard?.writeText(link.href).then(() => toast(tr.t("copied")), () => toast(tr.t("copyFailed")));
    },
    pickPlace: (id) => store.set({ place: id, locatedAt: "", incident: "" }, "push"),
    pickIncident: (id) => store.set({ incident: id }, "push"),
  });
};

const renderControls = (): void => {
  byId("map-controls").replaceChildren(
    h("button", { type: "button", class: "icon-button", "aria-label": tr.t("zoomIn"), title: tr.t("zoomIn"), onclick: () => map.zoomIn() }, "+"),
    h("button", { type: "button", class: "icon-button", "aria-label": tr.t("zoomOut"), title: tr.t("zoomOut"), onclick: () => map.zoomOut() }, "−"),
    h("button", { type: "button", class: "icon-button", "aria-label": tr.t("wholeExtent"), title: tr.t("wholeExtent"), onclick: () => { void fitLayer(); } }, "⤢"));
};

const renderTexts = (): void => {
  document.documentElement.lang = tr.lang;
  document.title = tr.t("appName");
  byId("skip").textContent = tr.t("skipToList");
  body.dataset.drop = tr.t("dropAnywhere");
  byId("map").setAttribute("aria-label", tr.t("mapLabel"));
  byId("timeline").setAttribute("aria-label", tr.t("timeline"));
  panel.setAttribute("aria-label", tr.t("incidents"));
  byId("sheet-handle").setAttribute("aria-label", tr.t("sheetHandle"));
  body.classList.toggle("embed", store.now.embed);
  renderHeader();
  renderControls();
  renderLegendNow();
};

const renderLegendNow = (): void => renderLegend(byId("legend"), tr, dark, Object.keys(counts?.by_category ?? {}));

const renderAll = (): void => {
  renderTexts();
  renderTotalsNow();
  renderStrip();
  renderFilters();
  renderListNow();
  renderTimeline();
  renderDetail();
};

// --- The phone's sheet ---------------------------------------------------------------------------------------------------------
const openSheet = (open: boolean): void => { panel.classList.toggle("open", open); };
byId("sheet-handle").addEventListener("click", () => openSheet(!panel.classList.contains("open")));

// --- Requests ------------------------------------------------------------------------------------------------------------------
const quietly = async (run: () => Promise<void>): Promise<void> => {
  try { await run(); } catch (error) { if (!isStale(error)) toast(failed(error)); }
};

const loadLayers = (): Promise<void> => quietly(async () => {
  layers = await getLayers();
  if (!layers.some(({ id }) => id === store.now.layer)) store.set({ layer: DEFAULT_LAYER });
  renderHeader();
  renderFilters();
});

const loadPlaces = (): Promise<void> => quietly(async () => {
  const params = filterParams(store.now);
  const { layer } = store.now;
  // Of a large layer first only how many places there are.
  const isLarge = (layers.find(({ id }) => id === layer)?.located ?? 0) > MAX_PLACES;
  const [asked, newAreas] = await Promise.all([getPlaces(layer, params, isLarge ? 1 : MAX_PLACES), getAreas(layer, params)]);
  const newPlaces = isLarge && asked.numberMatched <= MAX_PLACES ? await getPlaces(layer, params, MAX_PLACES) : asked;
  areas = newAreas.features;
  if (newPlaces.numberMatched > newPlaces.features.length) {
    crowd = "";
    await loadCrowd();
  } else {
    crowd = null;
    places = newPlaces.features;
    drawn.show(places, areas);
  }
  drawn.select(store.now.locatedAt);
  renderTotalsNow();
  renderFilters();
  renderListNow();
});

/** Of more places than the page can hold, the server's clusters of what the window shows; asked again only for other tiles. */
const loadCrowd = async (): Promise<void> => {
  const params = { ...filterParams(store.now), ...crowdParams(windowOf(map), map.getZoom()) };
  const asked = JSON.stringify([store.now.layer, params]);
  if (crowd === asked) return;
  const clusters = await getClusters(store.now.layer, params);
  if (crowd === null) return;
  crowd = asked;
  places = crowdPlaces(clusters);
  drawn.show(places, areas);
};
const loadCrowdSoon = debounce(() => { void quietly(loadCrowd); }, 80);

const loadCounts = (): Promise<void> => quietly(async () => {
  counts = await getCounts("all", store.now.layer, filterParams(store.now));
  renderTotalsNow();
  renderStrip();
  renderFilters();
  renderLegendNow();
});

const withinView = (params: Record<string, string>): Record<string, string> => ({ ...params, ...inViewParams(map, params) });

const loadInViewCount = (): Promise<void> => quietly(async () => {
  inViewCount = store.now.inView ? (await getCounts("view", store.now.layer, withinView(filterParams(store.now)))).matched : null;
  renderTotalsNow();
});

const loadHistogram = (): Promise<void> => quietly(async () => {
  const interval = layers.find(({ id }) => id === store.now.layer)?.extent.interval as [string, string] | null ?? null;
  histogram = await getHistogram(store.now.layer, { ...filterParams(store.now, ["datetime"]), unit: binUnit(interval) });
  renderTimeline();
});

const loadList = async (): Promise<void> => {
  const { layer, panel: shown, inView } = store.now;
  listed = { ...listed, loading: true, error: "" };
  renderListNow();
  try {
    const params = filterParams(store.now);
    const page = shown === "unlocated" ? await getUnlocated(layer, params) : await getIncidents(layer, inView ? withinView(params) : params);
    listed = { features: page.features, next: nextUrl(page.links), matched: page.numberMatched ?? page.features.length, loading: false, error: "" };
  } catch (error) {
    if (isStale(error)) return;
    listed = { features: [], next: null, matched: 0, loading: false, error: failed(error) };
  }
  renderListNow();
};

const loadMore = async (): Promise<void> => {
  if (!listed.next || listed.loading) return;
  listed = { ...listed, loading: true };
  renderListNow();
  await quietly(async () => {
    const page = await getPage(listed.next ?? "");
    listed = { ...listed, features: [...listed.features, ...page.features], next: nextUrl(page.links) };
  });
  listed = { ...listed, loading: false };
  renderListNow();
};

const loadStory = async (): Promise<void> => {
  const id = store.now.incident;
  story = null;
  drawn.highlight(null, false);
  renderDetail();
  if (!id) return;
  renderStoryNote(byId("detail"), tr, closeStory, tr.t("loading"), false);
  openSheet(true);
  try {
    story = await getStory(id);
    renderDetail();
    byId("detail").scrollTop = 0;
    byId("body").scrollTop = 0;
    document.getElementById("story-title")?.focus({ preventScroll: true });
    const { geometry, position, precision, uncertainty_m } = story.location;
    drawn.highlight(position || geometry ? { geometry, position, precision, uncertainty_m } : null, !isPhone());
  } catch (error) {
    if (isStale(error)) return;
    const gone = error instanceof ApiError && (error.status === 404 || error.status === 400);
    renderStoryNote(byId("detail"), tr, closeStory, gone ? tr.t("notFoundIncident") : failed(error), true);
  }
};

const loadAll = async (): Promise<void> => {
  await Promise.all([loadPlaces(), loadCounts(), loadHistogram(), loadList(), loadInViewCount()]);
};

// --- State changes -------------------------------------------------------------------------------------------------------------
const QUESTION: readonly (keyof State)[] = ["layer", "datetime", "category", "precision", "q", "place", "locatedAt"];

/** Resolves when what was asked last is drawn. */
let shown: Promise<unknown> = Promise.resolve();

const saveAddress = (how: "push" | "replace"): void => {
  const url = location.pathname + (formatState(store.now, ownLanguage) || "");
  if (how === "replace") history.replaceState(history.state, "", url);
  else if (url !== location.pathname + location.search) history.pushState(null, "", url);
};

store.listen((state, changed, how) => {
  if (how !== "live") saveAddress(how);
  apply(state, changed);
});

const apply = (state: State, changed: ReadonlySet<keyof State>): void => {
  const has = (...keys: (keyof State)[]): boolean => keys.some((key) => changed.has(key));
  if (has("lang")) {
    tr = translator(state.lang);
    drawn.setTranslator(tr);
    labels?.setLanguage(state.lang);
    upload.setTranslator(tr);
    renderAll();
  }
  if (has("panel")) {
    if (state.panel === "upload") upload.open();
    else upload.close();
    renderStrip();
  }
  if (has(...QUESTION)) {
    renderFilters();
    shown = Promise.all([loadPlaces(), loadCounts(), loadList(), loadInViewCount()]);
    if ([...changed].some((key) => key !== "datetime")) void loadHistogram();
    else renderTimeline();
    if (has("layer") && !state.view) void fitLayer();
  } else if (has("panel", "inView")) {
    void loadList();
    void loadInViewCount();
    renderTotalsNow();
  }
  if (has("incident")) {
    void loadStory();
    renderListNow();
  }
  if (has("view") && state.view && !moving && !showsView(map, state.view)) setView(map, state.view);
};

window.addEventListener("popstate", () => {
  const changed = store.adopt(parseState(location.search, ownLanguage));
  apply(store.now, changed);
});

window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && store.now.incident && !byId<HTMLDialogElement>("upload").open) closeStory();
});

theme.addEventListener("change", () => {
  dark = theme.matches;
  baseMap?.setTheme(dark);
  labels?.setTheme(dark);
  drawn.setTheme(dark);
  renderAll();
});

// Whatever makes the map's window larger or smaller: the browser's window, the panel that goes when the page is embedded.
new ResizeObserver(debounce(() => { timeline.resize(); map.invalidateSize(); }, 60)).observe(byId("map"));

// --- Start ---------------------------------------------------------------------------------------------------------------------
const start = async (): Promise<void> => {
  renderAll();
  await Promise.all([
    quietly(async () => {
      const countries = await getCountries();
      baseMap ??= drawBaseMap(map, countries, dark);
    }),
    quietly(async () => {
      const file = await getLabels();
      labels ??= drawLabels(map, file, tr.lang, dark, () => drawn.boxes());
    }),
    quietly(async () => {
      const { attribution, version } = await getMapConfig();
      byId("attribution").textContent = [...attribution.map((name) => (name === "Natural Earth" ? tr.t("attribution") : String(name))), `incident-map ${version}`].join(" · ");
    }),
    loadLayers(),
  ]);
  // Without the panel the window is wider than it was when the map was made.
  map.invalidateSize({ animate: false, pan: false });
  if (store.now.view) setView(map, store.now.view);
  else await fitLayer();
  await loadAll();
  if (store.now.incident) await loadStory();
  if (store.now.panel === "upload") upload.open();
  if (stillMotion()) body.classList.add("still");
  body.dataset.ready = "true";
};
void start();
