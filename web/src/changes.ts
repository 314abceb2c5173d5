/** What a change did to an incident: each property before and after. */
import { h } from "./dom.ts";
import type { Translator } from "./i18n.ts";
import type { Changes } from "./words.ts";

const MAX_SHOWN_CHARS = 160;

/** Properties that say how a place was found out, or the same as another one. */
const ONLY_HOW = new Set(["place_id", "place_path", "method", "score"]);

const brief = (value: unknown): string => {
  if (value === null || value === "") return "—";
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
};

const nameOf = (tr: Translator, name: string): string => {
  const own = tr.word("property", name);
  return own === name ? tr.word("field", name) : own;
};

const valueOf = (tr: Translator, name: string, value: unknown): string =>
  typeof value === "string" && (name === "precision" || name === "status" || name === "category") && value ? tr.word(name, value) : brief(value);

/** Nothing when nothing that people read has changed. */
export const changesList = (tr: Translator, changed: Changes | undefined): HTMLElement | null => {
  const shown = Object.entries(changed ?? {}).filter(([name]) => !ONLY_HOW.has(name));
  return shown.length === 0 ? null : h("ul", { class: "extra" }, ...shown.map(([name, [before, after]]) =>
    h("li", {}, h("span", { class: "muted" }, `${nameOf(tr, name)}, ${tr.t("wasBefore")}: `), valueOf(tr, name, before), " → ", valueOf(tr, name, after))));
};
