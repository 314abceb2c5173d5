/** The line that says how many are shown, where they are, and how many are known only to an area: those are listed, wherever the map is. */
import { h } from "./dom.ts";
import { formatCount } from "./format.ts";
import type { Translator } from "./i18n.ts";
import { placeTitle } from "./layers.ts";
import type { Counts, PlaceFeature } from "./words.ts";

export interface TotalsView {
  tr: Translator;
  counts: Counts;
  areas: readonly PlaceFeature[];
  inView: boolean;
  inViewCount: number | null;
  onInView: (inView: boolean) => void;
  onPick: (key: string) => void;
}

const areaList = ({ tr, areas, onPick }: TotalsView, open: boolean): HTMLElement | false => {
  const own = areas.map(({ properties }) => properties).filter(({ count }) => count > 0).sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  const count = own.reduce((sum, place) => sum + place.count, 0);
  return count > 0 && h("details", { class: "area-only", open, "data-count": count },
    h("summary", {}, tr.n("areaOnly", count)),
    h("ul", { class: "pick" }, ...own.map((place) => h("li", {},
      h("button", { type: "button", "data-focus": place.key, onclick: () => onPick(place.key) }, h("span", {}, placeTitle(place, tr)), h("b", {}, formatCount(tr.lang, place.count)))))));
};

export const renderTotals = (element: HTMLElement, view: TotalsView): void => {
  const { tr, counts, inView, inViewCount, onInView } = view;
  const n = (count: number): string => formatCount(tr.lang, count);
  const line = counts.matched === counts.total ? tr.t("shownAll", { total: n(counts.total) }) : tr.t("shownOf", { n: n(counts.matched), total: n(counts.total) });
  const box = h("input", { type: "checkbox", id: "in-view", checked: inView, onchange: () => onInView(box.checked) });
  const open = element.querySelector<HTMLDetailsElement>(".area-only")?.open ?? false;
  const focused = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement : null;
  const again = focused?.id ? `#${focused.id}` : focused?.dataset.focus ? `[data-focus="${CSS.escape(focused.dataset.focus)}"]` : focused?.tagName === "SUMMARY" ? "summary" : null;
  const parts: (HTMLElement | false)[] = [
    h("p", { id: "totals-line", "data-total": counts.total, "data-matched": counts.matched, "data-located": counts.located, "data-unlocated": counts.unlocated },
      h("strong", {}, line), ` · ${tr.t("onMap", { n: n(counts.located) })} · ${tr.t("withoutPlaceShort", { n: n(counts.unlocated) })}`),
    areaList(view, open),
    h("label", { for: "in-view", class: "check" }, box, tr.t("inView"), inView && inViewCount !== null && h("span", { class: "muted" }, ` ${n(inViewCount)}`)),
  ];
  element.replaceChildren(...parts.filter((part) => part !== false));
  if (again) element.querySelector<HTMLElement>(again)?.focus({ preventScroll: true });
};
