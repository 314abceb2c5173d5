/** How the dates with slashes of a file are read, in words. */
import { h } from "./dom.ts";
import type { Translator } from "./i18n.ts";
import type { DatesRead } from "./words.ts";

/** Nothing when the file has none. */
export const datesRead = (tr: Translator, dates: DatesRead | null | undefined): HTMLElement[] => {
  if (!dates) return [];
  const { order, because, earlier } = dates;
  const doubtful = because === "contradicts" || because === "default";
  return [
    h("p", { class: doubtful ? "dates-read warn" : "dates-read" }, tr.t("datesRead", { order: tr.word("dateOrder", order), because: tr.word("datesBecause", because) })),
    ...(earlier ? [h("p", { class: "dates-read warn" }, tr.t("datesEarlier", { order: tr.word("dateOrder", earlier) }))] : []),
  ];
};
