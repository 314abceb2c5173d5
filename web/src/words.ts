/** The words of the HTTP interface as types: what docs/API.md promises, nothing more. */
import type { Geometry, Point, Position } from "geojson";

export const LANGUAGES = ["ru", "kk", "en", "uk"] as const;
export type Language = (typeof LANGUAGES)[number];

/** From fine to coarse; the order matters ("not coarser than"). */
export const PRECISIONS = [
  "point", "site", "street", "quarter", "settlement", "near", "district", "region", "country", "area", "unlocated",
] as const;
export type Precision = (typeof PRECISIONS)[number];

export type Status = "resolved" | "ambiguous" | "unresolved";
export type Names = Partial<Record<Language, string | null>>;

export interface Link { rel: string; href: string; type?: string; title?: string }

export interface Layer {
  id: string;
  title: Names;
  count: number;
  located: number;
  extent: { bbox: [number, number, number, number] | null; interval: [string, string] | null };
  links: Link[];
}

/** What speaks against given coordinates. */
export const DOUBTS = ["far_from_place", "swapped"] as const;
export type Doubt = (typeof DOUBTS)[number];

/** The doubt that a property names, if it names one; a server may not know doubts at all. */
export const doubtOf = (text: string | null | undefined): Doubt | null => DOUBTS.find((doubt) => doubt === text) ?? null;

export interface IncidentProperties {
  title: string;
  description: string | null;
  occurred: string | null;
  occurred_precision: string | null;
  category: string | null;
  source: string | null;
  source_url: string | null;
  place_text: string | null;
  status: Status;
  precision: Precision;
  uncertainty_m: number | null;
  place_id: string | null;
  place_name: string | null;
  place_path: string | null;
  doubt?: string | null;
}

export interface IncidentFeature { type: "Feature"; id: string; geometry: Geometry | null; properties: IncidentProperties }

export interface IncidentPage {
  features: IncidentFeature[];
  numberMatched?: number;
  numberReturned?: number;
  links?: Link[];
}

export interface PlaceProperties {
  key: string;
  place_id: string | null;
  name_ru: string | null;
  name_kk: string | null;
  name_en: string | null;
  name_uk: string | null;
  kind: string | null;
  precision: Precision;
  uncertainty_m: number | null;
  lon: number;
  lat: number;
  count: number;
  ambiguous: number;
  categories: Record<string, number>;
  first: string | null;
  last: string | null;
  /** Only areas: everything inside, `count` included. */
  count_within?: number;
  /** Only clusters of places: the box around them, and the zoom level from which they are no longer one. */
  cluster?: { bbox: [number, number, number, number]; expansionZoom: number };
}

export interface PlaceFeature { type: "Feature"; geometry: Geometry | null; properties: PlaceProperties }
export interface PlaceCollection { features: PlaceFeature[]; numberMatched: number }

export interface ClusterProperties {
  cluster: true;
  count: number;
  ambiguous: number;
  categories: Record<string, number>;
  precisions: Partial<Record<Precision, number>>;
  first: string | null;
  last: string | null;
  expansion_zoom: number;
}
export interface ClusterFeature { type: "Feature"; id: string; bbox: [number, number, number, number]; geometry: Point; properties: ClusterProperties }
/** A part of the map: `numberMatched` is `inAreas` and the counts of all features. */
export interface ClusterCollection { features: (ClusterFeature | PlaceFeature)[]; numberMatched: number; inAreas: number }

export interface Counts {
  total: number;
  matched: number;
  located: number;
  unlocated: number;
  by_category: Record<string, number>;
  by_precision: Partial<Record<Precision, number>>;
}

export type BinUnit = "hour" | "day" | "week" | "month" | "year";
export interface Histogram { unit: BinUnit; bins: { start: string; count: number }[]; undated: number; coarse: number; matched: number }

export interface Candidate {
  place_id: string | null;
  name: string;
  kind: string | null;
  position: Position | null;
  score: number;
  toponym: string | null;
  reason: string | null;
}

export interface PathPlace { id: string; kind: string; names: Names }

export interface Story {
  id: string;
  title: string;
  description: string | null;
  occurred: string | null;
  occurred_precision: string | null;
  category: string | null;
  source: string | null;
  source_url: string | null;
  language: string | null;
  place_text: string | null;
  context: { city?: string | null; region?: string | null; country?: string | null };
  extra: Record<string, string>;
  doubt?: string | null;
  location: {
    doubt?: string | null;
    status: Status;
    precision: Precision;
    uncertainty_m: number | null;
    method: string | null;
    score: number | null;
    position: Position | null;
    geometry: Geometry | null;
    place: { id: string; kind: string; names: Names; path: PathPlace[] } | null;
    toponym: string | null;
    surface: string | null;
    rules: string[];
    candidates: Candidate[];
  };
  provenance: { dataset: string; file: string; row: number | null; import: string; imported: string; gazetteer: string | null };
  history: { at: string; import: string | null; what: string; before: Record<string, unknown> | null; changed?: Changes }[];
  likely_duplicates: { id: string; title: string; occurred: string | null; source: string; signs: string[] }[];
}

export interface Problem { code: string; line: number; column: string | null; value: string | null; reason: string; repair: string | null; kept: boolean }

/** The first five after `read` add up to it. */
export interface JobCounts {
  read: number;
  new: number;
  updated: number;
  unchanged: number;
  duplicate: number;
  rejected: number;
  resolved: number;
  ambiguous: number;
  unresolved: number;
}

/** How far an import is: rows that are done, the share of the file that is read (0 to 1), and of newer servers also bytes and what came of the rows so far. */
export interface Progress extends Partial<JobCounts> { rows: number; share: number; bytes_read?: number; bytes_total?: number }

export type DateOrder = "day-first" | "month-first";
/** How dates with slashes are read. */
export interface DatesRead { order: DateOrder; because: string; earlier?: DateOrder }

/** How a file was understood. */
export interface Reading {
  dates?: DatesRead | null;
  /** No column is read as the date. */
  without_date?: boolean;
  /** Of a file of repaired problems: the import and the dataset whose rows these are. */
  repairs?: { import: string; dataset: string } | null;
  /** The import that loaded the same file into another dataset. */
  same_as?: { import: string; dataset: string; file: string } | null;
  /** Of a workbook: the sheet that is read, and the others that have rows. */
  sheet?: string | null;
  other_sheets?: string[];
  /** Cells of it that cover several rows. */
  merged_cells?: number;
}

/** Of an update by name what differs, as before and after. */
export type Changes = Record<string, [unknown, unknown]>;

/** A row and what would become of it. */
export interface Example {
  outcome: "new" | "updated" | "unchanged" | "duplicate" | "unresolved" | "ambiguous" | "rejected";
  line: number;
  title: string;
  place: string;
  precision?: Precision;
  reason?: string;
  changed?: Changes;
}

export interface Job extends JobCounts {
  id: string;
  state: "queued" | "running" | "succeeded" | "failed" | "undone";
  dataset: string;
  file: string;
  created: string;
  finished: string | null;
  error: string | null;
  problems?: Problem[];
  problems_total?: number;
  understood?: Reading;
  /** How many of its incidents stayed when it was undone, because later imports have them too. */
  stayed?: number;
  /** How many it has from earlier imports that were undone. */
  took_over?: number;
  /** While it runs. */
  progress?: Progress;
  /** Of a dry run the first rows of each kind. */
  dry_run?: Example[];
}

export interface MapConfig { version: string; language: string; base_map: string; gazetteer: string; attribution: unknown[] }

export interface LabelProperties {
  name_ru: string | null;
  name_kk: string | null;
  name_en: string | null;
  name_uk: string | null;
  kind: string;
  population: number | null;
  rank: number;
}
