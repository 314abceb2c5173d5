/** What a chosen file is understood as, and the way to say it better: encoding, delimiter, columns, and its first rows in words and on a map. */
import { ApiError, type Preset, type Preview, type PreviewColumn, type ReadOptions, getPresets, keepPreset, previewFile } from "./api.ts";
import { datesRead } from "./dates_read.ts";
import { h } from "./dom.ts";
import { formatCount, formatOccurred } from "./format.ts";
import type { TextKey, Translator } from "./i18n.ts";
import { fileError } from "./said.ts";
import { type PreviewMap, createPreviewMap } from "./preview_map.ts";
import type { DateOrder, Reading } from "./words.ts";

export interface Understood {
  readonly element: HTMLElement;
  /** What was said by hand. */
  readonly options: ReadOptions;
  readonly preset: string;
  /** The dataset whose rows the file repairs. */
  readonly repairs: string | null;
  /** The import that loaded the same file into another dataset. */
  readonly sameAs: Reading["same_as"];
  /** Looks at a file; nothing is shown for none. */
  look(file: File | null, token: string): Promise<void>;
  setTranslator(tr: Translator): void;
}

const ENCODINGS = ["UTF-8", "windows-1251", "KOI8-R", "KOI8-U", "IBM866", "x-mac-cyrillic", "UTF-16LE", "UTF-16BE", "windows-1252"];
const DELIMITERS = [",", ";", "\t", "|"];
const DATE_ORDERS: readonly DateOrder[] = ["day-first", "month-first"];
const FIELDS = ["id", "date", "time", "date_end", "title", "description", "category", "source", "source_url", "place", "city", "district", "region", "country", "lat", "lon", "lat_lon", "lon_lat", "language"] as const;

/** Milliseconds after a change before the file is looked at again: a meaning may be chosen by typing its first letters. */
const SETTLE_MS = 400;

/** Columns by which a file of problems is known; they hold nothing of an incident. */
const isTelling = ({ repairs }: Preview, { header, field, kept_as }: PreviewColumn): boolean =>
  Boolean(repairs) && field === null && kept_as === null && /^(problem|incident_map)_/.test(header);

/** `onSeen` hears when something else is known of the file. */
export const createUnderstood = (first: Translator, onSeen: () => void): Understood => {
  let tr = first;
  let file: File | null = null;
  let token = "";
  let options: ReadOptions = {};
  let preset = "";
  let presets: Preset[] = [];
  /** What the columns of the last file were said to hold: said again of a file that has the same columns, such as its rows with problems. */
  let handMade: Record<string, string | null> = {};
  let seen: Preview | null = null;
  let failure = "";
  /** What became of a preset, until the next change. */
  let noted = "";
  let map: PreviewMap | null = null;
  let timer = 0;
  const element = h("section", { class: "understood", hidden: true, "aria-live": "polite" });

  /** Whether a file has all the columns of which something was said by hand. */
  const isSameTable = ({ columns: now }: Preview): boolean => {
    const headers = new Set(now.map(({ header }) => header));
    const said = Object.keys(handMade);
    return said.length > 0 && said.every((header) => headers.has(header));
  };

  const ask = async (isFirst: boolean): Promise<void> => {
    const asked = file;
    if (!asked) return;
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await previewFile(asked, options, preset, token);
      if (asked !== file) return;
      [seen, failure] = [answer, answer.error ?? ""];
      if (isFirst && isSameTable(answer)) {
        options = { columns: handMade };
        await ask(false);
        return;
      }
    } catch (error) {
      if (asked !== file) return;
      [seen, failure] = [null, error instanceof ApiError && error.detail ? error.detail : error instanceof Error ? error.message : String(error)];
    }
    element.removeAttribute("aria-busy");
    render();
  };

  const change = (next: ReadOptions): void => {
    options = next;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => { void ask(false); }, SETTLE_MS);
  };

  const select = (id: string, label: TextKey, values: readonly string[], now: string, name: (value: string) => string, onchange: (value: string) => void): HTMLElement => {
    const all = values.includes(now) ? values : [now, ...values];
    const input = h("select", { id, onchange: () => onchange(input.value) }, ...all.map((value) => h("option", { value, selected: value === now }, name(value))));
    return h("div", { class: "field" }, h("label", { for: id, class: "label" }, tr.t(label)), input);
  };

  const sheets = ({ sheet, other_sheets: others = [] }: Preview): HTMLElement[] => !sheet || others.length === 0 ? []
    : [select("sheet", "sheet", [sheet, ...others], sheet, (value) => value, (value) => change({ ...options, columns: {}, sheet: value }))];

  /** Offered where a column holds dates: those with slashes may come after the rows that are shown. */
  const dateOrder = (preview: Preview): HTMLElement[] => {
    const now = options.date_order;
    if (!now && !preview.dates && !preview.columns.some(({ field }) => field === "date" || field === "date_end")) return [];
    return [select("date-order", "dateOrder", ["", ...DATE_ORDERS], now ?? "", (value) => tr.word("dateOrder", value || "found"), (value) => {
      const { date_order: _, ...others } = options;
      const chosen = DATE_ORDERS.find((order) => order === value);
      change(chosen ? { ...others, date_order: chosen } : others);
    })];
  };

  const delimiterName = (value: string): string => value === "\t" ? tr.t("delimiterTab") : value;

  const columns = (preview: Preview): HTMLElement => h("div", { class: "table cards", tabindex: 0, role: "region", "aria-label": tr.t("columns") },
    h("table", { class: "columns" },
      h("thead", {}, h("tr", {}, ...(["columnHeader", "columnMeaning", "columnSamples"] as const).map((key) => h("th", { scope: "col" }, tr.t(key))))),
      h("tbody", {}, ...preview.columns.filter((column) => !isTelling(preview, column)).map(({ header, field, samples }) => {
        const input = h("select", {
          "aria-label": `${tr.t("columnMeaning")}: ${header}`, "data-header": header,
          onchange: () => change({ ...options, columns: { ...options.columns, [header]: input.value || null } }),
        }, h("option", { value: "", selected: field === null }, tr.t("columnKept")), ...FIELDS.map((value) => h("option", { value, selected: value === field }, tr.word("field", value))));
        const cell = (key: TextKey, attributes: Record<string, string>, content: Node | string): HTMLElement => h("td", { "data-label": tr.t(key), ...attributes }, content);
        return h("tr", {}, cell("columnHeader", {}, header), cell("columnMeaning", {}, input), cell("columnSamples", { class: "value" }, samples.filter((cell) => cell.trim() !== "").slice(0, 3).join(" · ")));
      }))));

  const rows = (preview: Preview): HTMLElement => h("ol", { class: "examples" }, ...preview.rows.map((row) => {
    const isUnplaced = (row.precision ?? "unlocated") === "unlocated";
    return h("li", { value: row.line },
      h("span", { class: "muted" }, `${tr.t("problemLine")} ${String(row.line)} · ${row.occurred ? formatOccurred(tr.lang, row.occurred) : tr.t("undated")}`),
      h("span", {}, row.title || "—"),
      h("span", { class: row.is_rejected ? "tag bad" : isUnplaced ? "tag warn" : "tag" }, row.is_rejected ? tr.t("problemRejected")
        : [row.place_name ?? row.place_text, tr.word("precision", row.precision ?? "unlocated")].filter(Boolean).join(" · ")),
      ...row.problems.slice(0, 2).map(({ code, reason }) => h("span", { class: "tag warn" }, tr.lang === "en" || tr.word("problem", code) === code ? reason : tr.word("problem", code))));
  }));

  const keep = async (name: string): Promise<void> => {
    if (!name.trim()) return;
    try {
      const kept = await keepPreset(name.trim(), options, token);
      preset = kept.name;
      options = {};
      presets = await getPresets();
      noted = tr.t(kept.replaced ? "presetReplaced" : "presetKept", { name: preset });
      await ask(false);
      noted = "";
    } catch (error) {
      failure = error instanceof ApiError && error.detail ? error.detail : error instanceof Error ? error.message : String(error);
      render();
    }
  };

  const render = (): void => {
    onSeen();
    // A select that was used keeps the focus when it is drawn anew.
    const focused = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement : null;
    const key = focused?.id ? `#${focused.id}` : focused?.dataset["header"] ? `[data-header="${CSS.escape(focused.dataset["header"])}"]` : null;
    map?.remove();
    map = null;
    element.hidden = !file || (!seen && !failure && token !== "");
    if (element.hidden) { element.replaceChildren(); return; }
    if (!token) {
      element.replaceChildren(h("h3", {}, tr.t("understood")), h("p", { class: "muted" }, tr.t("understoodNeedsToken")));
      return;
    }
    const name = h("input", { type: "text", id: "preset-name", maxlength: 200, autocomplete: "off" });
    const canvas = h("div", { class: "preview-map", "aria-hidden": "true" });
    const beside = h("p", { class: "muted small", hidden: true });
    element.replaceChildren(
      h("h3", {}, tr.t("understood")),
      ...(failure ? [h("p", { class: "error" }, fileError(tr.lang, failure))] : []),
      ...(noted ? [h("p", { class: "muted", role: "status" }, noted)] : []),
      ...(presets.length > 0 ? [select("preset", "preset", ["", ...presets.map(({ name }) => name)], preset, (value) => value || tr.t("presetNone"), (value) => { preset = value; change({}); })] : []),
      ...(seen ? [
        h("div", { class: "fields" },
          h("p", {}, seen.format),
          ...sheets(seen),
          ...(seen.delimiter === null ? [] : [
            select("encoding", "encoding", ENCODINGS, seen.encoding, (value) => value, (value) => change({ ...options, encoding: value })),
            select("delimiter", "delimiter", DELIMITERS, seen.delimiter, delimiterName, (value) => change({ ...options, delimiter: value })),
          ]),
          ...dateOrder(seen)),
        ...(seen.repairs ? [h("p", { class: "repairs" }, tr.t("repairs", { dataset: seen.repairs.dataset }))] : []),
        ...datesRead(tr, seen.dates),
        ...(seen.merged_cells ? [h("p", { class: "dates-read" }, tr.t("mergedCells", { n: formatCount(tr.lang, seen.merged_cells) }))] : []),
        ...(seen.columns.some(({ field }) => field === "date") ? [] : [h("p", { class: "dates-read warn" }, tr.t("withoutDate"))]),
        columns(seen),
        h("h3", {}, tr.t("previewRows")), rows(seen), canvas, beside,
        ...(Object.keys(options).length > 0 ? [h("div", { class: "field keep" }, h("label", { for: "preset-name", class: "label" }, tr.t("presetName")), name,
          h("button", { type: "button", class: "plain", id: "preset-keep", onclick: () => { void keep(name.value); } }, tr.t("presetKeep")))] : []),
      ] : []));
    if (seen?.rows.some((row) => row.geometry)) {
      map = createPreviewMap(canvas);
      const away = map.show(seen.rows);
      beside.hidden = away.length === 0;
      beside.textContent = tr.t("previewAway", { rows: away.join(", ") });
    } else canvas.remove();
    if (key) element.querySelector<HTMLElement>(key)?.focus();
  };

  return {
    element,
    get options() { return options; },
    get preset() { return preset; },
    get sameAs() { return seen?.same_as ?? null; },
    get repairs() { return seen?.repairs?.dataset ?? null; },
    async look(next, bearer) {
      const isOther = next !== file;
      if (isOther) {
        const said = { ...presets.find(({ name }) => name === preset)?.options.columns, ...options.columns };
        if (Object.keys(said).length > 0) handMade = said;
        [options, preset, seen, failure] = [{}, "", null, ""];
      }
      [file, token] = [next, bearer];
      if (!file || !token) { render(); return; }
      presets = await getPresets().catch(() => []);
      await ask(isOther || !seen);
    },
    setTranslator(next) { tr = next; render(); },
  };
};
