/** The list of incidents, newest first, under a heading for each day. Arrow keys walk it, Enter opens. */
import { drawSymbol, shapeOf } from "./badge.ts";
import { h } from "./dom.ts";
import { dayKey, formatDate, formatOccurred, formatWeekday } from "./format.ts";
import type { Translator } from "./i18n.ts";
import { doubtOf, type IncidentFeature } from "./words.ts";

export interface ListView {
  tr: Translator;
  dark: boolean;
  features: IncidentFeature[];
  selected: string;
  loading: boolean;
  more: boolean;
  /** What to say when there is nothing, and an action that helps. */
  empty: { title: string; hint: string; action: { label: string; run: () => void } | null };
  /** The name of a place in the page's language, when the map knows it. */
  placeName: (feature: IncidentFeature) => string;
  onOpen: (id: string) => void;
  onMore: () => void;
}

const heading = (tr: Translator, key: string): HTMLElement => {
  if (!key) return h("h3", { class: "day" }, tr.t("undated"));
  const note = key.length === 10 ? formatWeekday(tr.lang, key) : key.length < 10 ? tr.t("dayUnknown") : "";
  return h("h3", { class: "day" }, h("span", {}, formatDate(tr.lang, key)), note && h("span", { class: "muted" }, note));
};

const row = ({ tr, dark, selected, placeName, onOpen }: ListView, feature: IncidentFeature): HTMLElement => {
  const { id, properties } = feature;
  const { title, category, precision, status, occurred } = properties;
  const symbol = drawSymbol({ shape: shapeOf(precision), categories: { [category ?? ""]: 1 }, ambiguous: status === "ambiguous", text: "", radius: 7, dark });
  const place = placeName(feature) || properties.place_text || "";
  const time = occurred?.includes("/") ? formatOccurred(tr.lang, occurred) : occurred && occurred.length > 10 ? occurred.slice(11, 16) : "";
  return h("li", {},
    h("button", { type: "button", class: "row", "data-id": id, "aria-current": id === selected ? "true" : null, onclick: () => onOpen(id) },
      h("span", { class: "row-symbol" }, symbol),
      h("span", { class: "row-text" },
        h("span", { class: "row-title" }, title),
        h("span", { class: "row-note" },
          time && h("time", {}, time),
          h("span", {}, tr.category(category ?? "")),
          h("span", { class: "row-place" }, precision === "unlocated" ? (place ? `«${place}»` : tr.t("precision_unlocated")) : [place, tr.word("precision", precision)].filter(Boolean).join(" · ")),
          doubtOf(properties.doubt) && h("span", { class: "doubt" }, tr.t("doubtMark"))))));
};

/** Replaces the content of `element`. */
export const renderList = (element: HTMLElement, view: ListView): void => {
  const focused = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
  const groups: HTMLElement[] = [];
  let key: string | null = null;
  let items: HTMLElement | null = null;
  for (const feature of view.features) {
    const day = dayKey(feature.properties.occurred);
    if (day !== key || !items) {
      key = day;
      items = h("ul", {});
      groups.push(h("section", {}, heading(view.tr, day), items));
    }
    items.append(row(view, feature));
  }
  const { empty } = view;
  element.replaceChildren(
    ...groups,
    ...(view.features.length === 0 && !view.loading
      ? [h("div", { class: "empty" }, h("strong", {}, empty.title), h("p", {}, empty.hint), empty.action && h("button", { type: "button", class: "plain", onclick: empty.action.run }, empty.action.label))]
      : []),
    ...(view.loading && view.features.length === 0 ? [h("div", { class: "skeletons", "aria-label": view.tr.t("loading") }, ...Array.from({ length: 6 }, () => h("div", { class: "skeleton" })))] : []),
    ...(view.more ? [h("button", { type: "button", class: "more", disabled: view.loading, onclick: view.onMore }, view.loading ? view.tr.t("loading") : view.tr.t("more"))] : []),
  );
  element.setAttribute("aria-busy", String(view.loading));
  if (focused) element.querySelector<HTMLElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
};

/** Arrow keys, Home and End move between the rows of `element`. */
export const walkByKeys = (element: HTMLElement): void => {
  element.addEventListener("keydown", (event) => {
    const rows = [...element.querySelectorAll<HTMLElement>(".row, .more")];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
  });
};
