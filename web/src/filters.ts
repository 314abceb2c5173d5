/** Search words, categories, precision, dates, and the chips that say what narrows the view. */
import { h } from "./dom.ts";
import { formatCount, formatDate } from "./format.ts";
import type { Translator } from "./i18n.ts";
import { categoryColour } from "./palette.ts";
import { joinInterval, splitInterval, type State } from "./state.ts";
import { PRECISIONS, type Counts, type Precision } from "./words.ts";

export interface FilterView {
  tr: Translator;
  state: State;
  dark: boolean;
  counts: Counts | null;
  /** First and last day of the layer. */
  interval: [string, string] | null;
  /** What the place filter is called, when there is one. */
  placeTitle: string;
  /** The chosen place is an area, so that "everything inside" is another question than "exactly here". */
  placeId: string;
  change: (patch: Partial<State>, how?: "push" | "replace") => void;
  words: (q: string) => void;
}

export interface Filters { render(view: FilterView): void }

const CHOICES = PRECISIONS.filter((precision) => precision !== "unlocated" && precision !== "area");

const keepFocus = (element: HTMLElement, render: () => void): void => {
  const id = element.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.focus : undefined;
  render();
  if (id) element.querySelector<HTMLElement>(`[data-focus="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
};

export const createFilters = (element: HTMLElement, open: boolean): Filters => {
  let view: FilterView | null = null;
  const search = h("input", { type: "search", id: "words", autocomplete: "off", spellcheck: false, maxlength: 200, oninput: () => view?.words(search.value) });
  const searchLabel = h("label", { for: "words", class: "hidden-label" });
  const summary = h("summary", {});
  const chips = h("div", { class: "chips", role: "group" });
  const categoriesLabel = h("h3", { class: "hidden-label", id: "categories-label" });
  chips.setAttribute("aria-labelledby", "categories-label");
  const precision = h("select", { id: "precision", onchange: () => view?.change({ precision: (precision.value || null) as Precision | null }, "push") });
  const precisionLabel = h("label", { for: "precision", class: "label" });
  const dates = (): void => view?.change({ datetime: joinInterval(from.value, to.value) }, "push");
  const from = h("input", { type: "date", id: "date-from", onchange: dates });
  const to = h("input", { type: "date", id: "date-to", onchange: dates });
  const fromLabel = h("label", { for: "date-from", class: "label" });
  const toLabel = h("label", { for: "date-to", class: "label" });
  const clearDates = h("button", { type: "button", class: "plain small", onclick: () => view?.change({ datetime: "" }, "push") });
  const active = h("div", { class: "active-filters" });
  const details = h("details", { class: "filters", open },
    summary, h("div", { class: "filters-body" },
      h("div", {}, categoriesLabel, chips),
      h("div", { class: "field beside" }, precisionLabel, precision),
      h("div", { class: "dates" }, h("div", { class: "field" }, fromLabel, from), h("div", { class: "field" }, toLabel, to), clearDates)));
  element.replaceChildren(h("div", { class: "search" }, searchLabel, search), details, active);

  const chip = (name: string, count: number, on: boolean): HTMLElement => {
    const { tr, dark, state, change } = view as FilterView;
    const dot = h("i", { class: "dot", "aria-hidden": "true" });
    dot.style.background = categoryColour(name, dark);
    return h("button", {
      type: "button", class: "chip", "aria-pressed": String(on), "data-focus": `category ${name}`, "data-category": name,
      onclick: () => {
        const chosen = new Set(state.category ?? []);
        if (chosen.has(name)) chosen.delete(name);
        else chosen.add(name);
        change({ category: chosen.size > 0 ? [...chosen].sort() : null }, "push");
      },
    }, dot, h("span", {}, tr.category(name)), h("b", {}, formatCount(tr.lang, count)));
  };

  const removable = (name: string, patch: Partial<State>, ...more: Node[]): HTMLElement => {
    const { tr, change } = view as FilterView;
    return h("span", { class: "active" }, h("span", { class: "active-name" }, name), ...more,
      h("button", { type: "button", class: "remove", "aria-label": tr.t("removeFilter", { name }), onclick: () => change(patch, "push") }, "×"));
  };

  const renderActive = (): HTMLElement[] => {
    const { tr, state, placeTitle, placeId, change } = view as FilterView;
    const all: HTMLElement[] = [];
    if (state.locatedAt) {
      all.push(removable(`${placeTitle} · ${tr.t("exactlyHere")}`, { locatedAt: "" },
        ...(placeId ? [h("button", { type: "button", class: "link", onclick: () => change({ locatedAt: "", place: placeId }, "push") }, tr.t("showInside"))] : [])));
    }
    if (state.place) all.push(removable(`${placeTitle} · ${tr.t("insideToo")}`, { place: "" }));
    for (const name of state.category ?? []) all.push(removable(tr.category(name), { category: (state.category ?? []).filter((other) => other !== name).length ? (state.category ?? []).filter((other) => other !== name) : null }));
    if (state.precision) all.push(removable(`${tr.t("precisionFilter")}: ${tr.word("precision", state.precision)}`, { precision: null }));
    if (state.datetime) {
      const { from: first, to: last } = splitInterval(state.datetime);
      const name = first === last ? formatDate(tr.lang, first) : `${first ? formatDate(tr.lang, first) : "…"} – ${last ? formatDate(tr.lang, last) : "…"}`;
      all.push(removable(name, { datetime: "" }));
    }
    if (state.q.trim()) all.push(removable(`«${state.q.trim()}»`, { q: "" }));
    if (all.length > 1) all.push(h("button", { type: "button", class: "link clear-all", onclick: () => change({ locatedAt: "", place: "", category: null, precision: null, datetime: "", q: "" }, "push") }, tr.t("clearFilters")));
    return all;
  };

  return {
    render(now) {
      view = now;
      const { tr, state, counts, interval } = now;
      searchLabel.textContent = tr.t("searchLabel");
      search.placeholder = tr.t("searchPlaceholder");
      if (document.activeElement !== search && search.value !== state.q) search.value = state.q;
      else if (document.activeElement === search && !state.q && search.value && !search.dataset.typing) search.value = "";
      summary.textContent = tr.t("filters");
      categoriesLabel.textContent = tr.t("categories");
      precisionLabel.textContent = tr.t("precisionFilter");
      precision.replaceChildren(h("option", { value: "" }, tr.t("precisionAll")), ...CHOICES.map((word) => h("option", { value: word }, tr.word("precision", word))));
      precision.value = state.precision ?? "";
      fromLabel.textContent = tr.t("dateFrom");
      toLabel.textContent = tr.t("dateTo");
      const days = splitInterval(state.datetime);
      for (const [input, day] of [[from, days.from], [to, days.to]] as const) {
        input.value = day.slice(0, 10);
        input.min = interval?.[0].slice(0, 10) ?? "";
        input.max = interval?.[1].slice(0, 10) ?? "";
      }
      clearDates.textContent = tr.t("clearDates");
      clearDates.hidden = !state.datetime;
      const names = new Set([...Object.keys(counts?.by_category ?? {}), ...(state.category ?? [])]);
      const sorted = [...names].map((name) => ({ name, count: counts?.by_category[name] ?? 0 })).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
      keepFocus(chips, () => chips.replaceChildren(...sorted.map(({ name, count }) => chip(name, count, state.category?.includes(name) ?? false))));
      active.replaceChildren(...renderActive());
      active.hidden = active.childElementCount === 0;
    },
  };
};
