/**
 * The only module that talks to the server, and only to the one that sent the page. Errors have a type; a newer request
 * for the same slot aborts the older one, so an answer that comes late never replaces a newer one.
 */
import type {
  ClusterCollection, Counts, DateOrder, Histogram, IncidentPage, Job, LabelProperties, Layer, Link, MapConfig, PlaceCollection, Precision, Problem, Reading, Story,
} from "./words.ts";
import type { FeatureCollection, Geometry, Point } from "geojson";

/** What went wrong. `unreachable`: no answer at all; `refused`: the server said no, in `title` and `detail`; `stale`: replaced by a newer request. */
export class ApiError extends Error {
  constructor(
    readonly kind: "unreachable" | "refused" | "stale",
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail ? `${title}: ${detail}` : title);
  }
}

export const isStale = (error: unknown): boolean => error instanceof ApiError && error.kind === "stale";

type Params = Record<string, string>;
const running = new Map<string, AbortController>();
let heard: (reachable: boolean) => void = () => undefined;

/** Calls `listener` after each request with whether the server answered. */
export const onReachable = (listener: (reachable: boolean) => void): void => { heard = listener; };

/** Path with the parameters that are not empty; an empty `category` has a meaning and stays. */
export const urlOf = (path: string, params: Params = {}): string => {
  const query = new URLSearchParams(params).toString();
  return query ? `${path}?${query}` : path;
};

const problem = (status: number, text: string, fallback: string): ApiError => {
  try {
    const body = JSON.parse(text) as { title?: unknown; detail?: unknown };
    const say = (part: unknown): string => (typeof part === "string" ? part : "");
    if (say(body.title) || say(body.detail)) return new ApiError("refused", status, say(body.title) || `HTTP ${status}`, say(body.detail));
  } catch { /* not problem+json: a proxy's page, perhaps; its status says enough */ }
  return new ApiError("refused", status, `HTTP ${status}`, fallback);
};

const aborted = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

const get = async <T>(slot: string, url: string): Promise<T> => {
  running.get(slot)?.abort();
  const controller = new AbortController();
  running.set(slot, controller);
  try {
    const answer = await fetch(url, { signal: controller.signal, headers: { accept: "application/json, application/geo+json" } });
    if (!answer.ok) throw problem(answer.status, await answer.text(), answer.statusText);
    const body = (await answer.json()) as T;
    heard(true);
    return body;
  } catch (error) {
    if (aborted(error)) throw new ApiError("stale", 0, "stale", "");
    if (error instanceof ApiError) {
      heard(error.status < 502 || error.status > 504);
      throw error;
    }
    heard(false);
    throw new ApiError("unreachable", 0, "unreachable", String(error));
  } finally {
    if (running.get(slot) === controller) running.delete(slot);
  }
};

const layerPath = (layer: string, rest: string): string => `/layers/${encodeURIComponent(layer)}${rest}`;

/** The part of a `next` link that may be asked for: the same server, whatever host name it knows itself by. */
export const nextUrl = (links: readonly Link[] | undefined): string | null => {
  const href = links?.find((link) => link.rel === "next")?.href;
  if (!href) return null;
  const url = new URL(href, "http://here.invalid/");
  return url.pathname + url.search;
};

export const getLayers = async (): Promise<Layer[]> => (await get<{ layers: Layer[] }>("layers", "/layers")).layers;
export const getMapConfig = (): Promise<MapConfig> => get("config", "/map/config.json");
export const getCountries = (): Promise<unknown> => get("countries", "/map/countries.json");
export const getLabels = (): Promise<FeatureCollection<Point, LabelProperties>> => get("labels", "/map/labels.geojson");
/** The places with most incidents, at most `limit`; `numberMatched` says how many there are. */
export const getPlaces = (layer: string, params: Params, limit: number): Promise<PlaceCollection> =>
  get("places", urlOf(layerPath(layer, "/places.geojson"), { ...params, limit: String(limit) }));
/** What is shown of a part of a layer that has too many places. */
export const getClusters = (layer: string, params: Params, slot = "clusters"): Promise<ClusterCollection> => get(slot, urlOf(layerPath(layer, "/clusters.geojson"), params));
export const getAreas = (layer: string, params: Params, slot = "areas"): Promise<PlaceCollection> => get(slot, urlOf(layerPath(layer, "/areas.geojson"), params));
/** `slot` tells requests apart that are wanted at the same time. */
export const getCounts = (slot: string, layer: string, params: Params): Promise<Counts> => get(`counts ${slot}`, urlOf(layerPath(layer, "/counts.json"), params));
export const getHistogram = (layer: string, params: Params): Promise<Histogram> => get("histogram", urlOf(layerPath(layer, "/histogram.json"), params));

export const PAGE = 50;
/** The first page of the incidents, newest first. */
export const getIncidents = (layer: string, params: Params): Promise<IncidentPage> =>
  get("list", urlOf(layerPath(layer, ".geojson"), { ...params, fields: "brief", limit: String(PAGE) }));
export const getUnlocated = (layer: string, params: Params): Promise<IncidentPage> =>
  get("list", urlOf(layerPath(layer, "/unlocated.geojson"), { ...params, limit: String(PAGE) }));
/** The incidents of a box, without the detail of their geometry; `slot` tells requests apart that are wanted at the same time. */
export const getBox = (slot: string, layer: string, bbox: string, limit: number): Promise<IncidentPage> =>
  get(`box ${slot}`, urlOf(layerPath(layer, ".geojson"), { bbox, fields: "brief", limit: String(limit) }));
/** The page behind a `next` link. */
export const getPage = (url: string): Promise<IncidentPage> => get("list", url);
export const getStory = (id: string): Promise<Story> => get("story", `/api/incidents/${encodeURIComponent(id)}`);

export const getImports = async (): Promise<Job[]> => (await get<{ imports: Job[] }>("imports", "/api/imports?limit=20")).imports;
export const getImport = (id: string): Promise<Job> => get("import", `/api/imports/${encodeURIComponent(id)}`);
export const problemsUrl = (id: string): string => `/api/imports/${encodeURIComponent(id)}/problems.csv`;

/** Takes an import back. */
export const undoImport = async (id: string, token: string): Promise<Job> => {
  let answer: Response;
  try {
    answer = await fetch(`/api/imports/${encodeURIComponent(id)}`, { method: "DELETE", headers: { accept: "application/json", authorization: `Bearer ${token}` } });
  } catch (error) {
    heard(false);
    throw new ApiError("unreachable", 0, "unreachable", String(error));
  }
  heard(true);
  if (!answer.ok) throw problem(answer.status, await answer.text(), answer.statusText);
  return (await answer.json()) as Job;
};

/** How a file is read where that is not detected: what its columns hold, its encoding, its delimiter, what comes first in its dates with slashes, which sheet of a workbook it is. */
export interface ReadOptions { columns?: Record<string, string | null>; encoding?: string; delimiter?: string; date_order?: DateOrder; sheet?: string }
export interface Preset { name: string; options: ReadOptions }

export interface PreviewColumn { header: string; field: string | null; kept_as: string | null; samples: string[] }
export interface PreviewRow {
  line: number; is_rejected: boolean; title: string; occurred: string | null; place_text: string; status: string | null; precision: Precision | null;
  place_name: string | null; uncertainty_m: number | null; position: [number, number] | { lon: number; lat: number } | null; geometry: Geometry | null; problems: Problem[];
}
/** What a file is understood as, before anything of it is kept. */
export interface Preview extends Reading { format: string; encoding: string; delimiter: string | null; columns: PreviewColumn[]; rows: PreviewRow[]; error: string | null }

/** Bytes of a file that are sent for a preview: enough for its first rows. */
const PREVIEW_BYTES = 512 * 1024;

/** Only text may be cut: the other kinds are read whole. */
const isText = (file: File): boolean => !/\.(xlsx|ods|gz|json|geojson)$/i.test(file.name);

const send = async <T>(url: string, token: string, init: RequestInit): Promise<T> => {
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, headers: { accept: "application/json", authorization: `Bearer ${token}`, ...init.headers } });
  } catch (error) {
    heard(false);
    throw new ApiError("unreachable", 0, "unreachable", String(error));
  }
  heard(true);
  if (!answer.ok) throw problem(answer.status, await answer.text(), answer.statusText);
  return (await answer.json()) as T;
};

export const previewFile = (file: File, options: ReadOptions, preset: string, token: string): Promise<Preview> => {
  const form = new FormData();
  form.append("mapping", JSON.stringify(options));
  form.append("file", isText(file) ? file.slice(0, PREVIEW_BYTES) : file, file.name);
  return send(urlOf("/api/imports", { preview: "true", ...(preset ? { preset } : {}) }), token, { method: "POST", body: form });
};
export const getPresets = async (): Promise<Preset[]> => (await get<{ presets: Preset[] }>("presets", "/api/presets")).presets;
export const keepPreset = (name: string, options: ReadOptions, token: string): Promise<Preset & { replaced?: boolean }> =>
  send(`/api/presets/${encodeURIComponent(name)}`, token, { method: "PUT", body: JSON.stringify(options), headers: { "content-type": "application/json" } });

export interface Sending { file: File; dataset: string; token: string; dryRun: boolean; options: ReadOptions; preset: string }

/**
 * Sends a file, with `dryRun` only to learn what would become of it; `progress` hears how many bytes of how many have left. The answer does not
 * wait for the import, so that its progress can be asked for. (XMLHttpRequest, because `fetch` cannot tell what has left.)
 */
export const sendFile = ({ file, dataset, token, dryRun, options, preset }: Sending, progress: (sent: number, all: number) => void): Promise<Job> =>
  new Promise((resolve, reject) => {
    const form = new FormData();
    // Fields before the file, so that a server that reads as it comes knows them in time.
    if (dataset) form.append("dataset", dataset);
    if (Object.keys(options).length > 0) form.append("mapping", JSON.stringify(options));
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", urlOf("/api/imports", { ...(dryRun ? { dry_run: "true" } : {}), ...(preset ? { preset } : {}) }));
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("prefer", "respond-async");
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress(event.loaded, event.total); };
    request.onerror = () => { heard(false); reject(new ApiError("unreachable", 0, "unreachable", "")); };
    request.onload = () => {
      heard(true);
      if (request.status < 200 || request.status > 299) {
        reject(problem(request.status, request.responseText, request.statusText));
        return;
      }
      try {
        resolve(JSON.parse(request.responseText) as Job);
      } catch {
        reject(new ApiError("refused", request.status, `HTTP ${request.status}`, ""));
      }
    };
    request.send(form);
  });
