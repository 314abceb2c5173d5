/** What each symbol means, in words. Folded away until wanted. */
import { drawSymbol, type Shape } from "./badge.ts";
import { h } from "./dom.ts";
import type { TextKey, Translator } from "./i18n.ts";
import { categoryColour } from "./palette.ts";

const ROWS: { shape: Shape; text: string; ambiguous: boolean; categories: Record<string, number>; key: TextKey }[] = [
  { shape: "point", text: "", ambiguous: false, categories: { protest: 1 }, key: "legendPoint" },
  { shape: "site", text: "", ambiguous: false, categories: { protest: 1 }, key: "legendSite" },
  { shape: "street", text: "", ambiguous: false, categories: { protest: 1 }, key: "legendStreet" },
  { shape: "circle", text: "3", ambiguous: false, categories: { protest: 1 }, key: "legendCircle" },
  { shape: "area", text: "", ambiguous: false, categories: { protest: 1 }, key: "legendArea" },
  { shape: "circle", text: "2", ambiguous: true, categories: { protest: 1 }, key: "legendAmbiguous" },
  { shape: "circle", text: "5", ambiguous: false, categories: { protest: 3, clash: 1, shooting: 1 }, key: "legendMixed" },
  { shape: "group", text: "9", ambiguous: false, categories: { protest: 5, clash: 4 }, key: "legendGroup" },
];

export const renderLegend = (element: HTMLElement, tr: Translator, dark: boolean, categories: string[]): void => {
  const open = element.querySelector("details")?.open ?? false;
  element.replaceChildren(h("details", { open },
    h("summary", {}, tr.t("legend")),
    h("ul", { class: "legend-symbols" }, ...ROWS.map(({ key, ...symbol }) =>
      h("li", {}, h("span", {}, drawSymbol({ ...symbol, radius: symbol.text ? 10 : symbol.shape === "street" ? 5 : 7, dark })), tr.t(key)))),
    h("h3", {}, tr.t("legendColours")),
    h("ul", { class: "legend-colours" }, ...categories.map((name) => {
      const dot = h("i", { class: "dot" });
      dot.style.background = categoryColour(name, dark);
      return h("li", {}, dot, tr.category(name));
    }))));
};
