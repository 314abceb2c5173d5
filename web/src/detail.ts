/** The story of one incident: what the source said, where it stands, why there, and what was done to it since. */
import { drawSymbol, shapeOf } from "./badge.ts";
import { changesList } from "./changes.ts";
import { h } from "./dom.ts";
import { formatDistance, formatInstant, formatOccurred, formatPercent, safeLink } from "./format.ts";
import type { Translator } from "./i18n.ts";
import { withKind } from "./place_name.ts";
import { ruleText } from "./said.ts";
import { doubtOf, type Names, type Precision, type Story } from "./words.ts";

export interface DetailActions { back: () => void; showOnMap: () => void; copyLink: () => void; pickPlace: (id: string) => void; pickIncident: (id: string) => void }

const named = ({ names, kind }: { names: Names; kind: string }, tr: Translator): string =>
  withKind(names[tr.lang] || names.ru || names.en || names.kk || names.uk || "", kind, tr.lang);

type Content = Node | string | null | undefined | false;
const fact = (label: string, ...content: Content[]): HTMLElement[] =>
  content.some((part) => part !== "" && part !== null && part !== undefined && part !== false) ? [h("dt", {}, label), h("dd", {}, ...content)] : [];

const quote = (lang: string | null, text: string): HTMLElement => h("q", { lang: lang || null }, text);

/** How far from where it is drawn something may be: of a point an error, of the rest anywhere inside. */
export const reachText = (tr: Translator, precision: Precision, uncertainty_m: number): string =>
  tr.t(precision === "point" ? "giveOrTake" : "anywhereWithin", { distance: formatDistance(tr.lang, uncertainty_m) });

/** What can be said about where something is: `Актау — населённый пункт, где угодно в пределах 9 км`. */
const precisionSentence = (story: Story, tr: Translator): string => {
  const { precision, uncertainty_m } = story.location;
  const words = tr.t("precisionSentence", { precision: tr.word("precision", precision) });
  return uncertainty_m ? `${words}; ${reachText(tr, precision, uncertainty_m)}` : words;
};

const where = (story: Story, tr: Translator, actions: DetailActions): HTMLElement => {
  const { location } = story;
  // From the country down to the place itself.
  const path = location.place ? [...location.place.path, location.place] : [];
  const steps = path.flatMap((place, i): Content[] => [
    i > 0 && h("span", { class: "muted", "aria-hidden": "true" }, " › "),
    h("button", { type: "button", class: "link", onclick: () => actions.pickPlace(place.id) }, named(place, tr)),
  ]);
  const candidates = location.candidates.filter(({ place_id }) => !place_id || place_id !== location.place?.id);
  const doubt = doubtOf(story.doubt ?? location.doubt);
  const context = [story.context.country, story.context.region, story.context.city].filter(Boolean).join(" · ");
  return h("section", { class: "card", "aria-labelledby": "where-heading" },
    h("h3", { id: "where-heading" }, tr.t("whereAndWhy")),
    h("p", { class: `precision precision-${location.status}` },
      drawSymbol({ shape: shapeOf(location.precision), categories: { [story.category ?? ""]: 1 }, ambiguous: location.status === "ambiguous", text: "", radius: 8, dark: matchMedia("(prefers-color-scheme: dark)").matches }),
      h("span", {}, location.status === "unresolved" ? tr.t("status_unresolved") : precisionSentence(story, tr))),
    doubt && h("p", { class: "doubt", role: "note" }, tr.t(`doubt_${doubt}`)),
    h("dl", {},
      ...fact(tr.t("pathLabel"), ...steps),
      ...fact(tr.t("statusLabel"), tr.word("status", location.status)),
      ...fact(tr.t("methodLabel"), location.method && tr.word("method", location.method)),
      ...(location.score !== null && location.status !== "unresolved" ? fact(tr.t("scoreLabel"), h("span", { title: tr.t("scoreHint") }, formatPercent(tr.lang, location.score)), h("span", { class: "muted" }, ` — ${tr.t("scoreHint")}`)) : []),
      ...fact(tr.t("surfaceLabel"), location.surface && quote(story.language, location.surface)),
      ...fact(tr.t("toponymLabel"), location.toponym),
      ...fact(tr.t("contextLabel"), context),
      ...fact(tr.t("rulesLabel"), location.rules.length > 0 && h("ol", { class: "rules" }, ...location.rules.map((rule) => {
        const { text, isOwn } = ruleText(tr.lang, rule);
        return h("li", { lang: isOwn ? null : "en" }, text);
      }))),
      ...fact(tr.t("candidatesLabel"), candidates.length > 0 && h("ul", { class: "candidates" }, ...candidates.map((candidate) =>
        h("li", {}, h("span", {}, candidate.name), h("span", { class: "muted" }, ` ${formatPercent(tr.lang, candidate.score)}`),
          candidate.reason && h("span", { class: "reason", lang: "en" }, candidate.reason)))))));
};

const provenance = (story: Story, tr: Translator): HTMLElement => {
  const { provenance: from } = story;
  const file = from.row === null ? from.file : tr.t("fileRow", { file: from.file, row: from.row });
  const extra = Object.entries(story.extra).filter(([, value]) => value);
  return h("section", { class: "card", "aria-labelledby": "provenance-heading" },
    h("h3", { id: "provenance-heading" }, tr.t("provenance")),
    h("dl", {},
      ...fact(tr.t("fileLabel"), file),
      ...fact(tr.t("datasetLabel"), from.dataset !== from.file && from.dataset),
      ...fact(tr.t("importedLabel"), formatInstant(tr.lang, from.imported)),
      ...fact(tr.t("gazetteerLabel"), from.gazetteer && h("code", {}, from.gazetteer)),
      ...fact(tr.t("extraLabel"), extra.length > 0 && h("ul", { class: "extra" }, ...extra.map(([name, value]) => h("li", {}, h("span", { class: "muted" }, `${name}: `), value)))),
      ...fact(tr.t("historyLabel"), story.history.length > 0 && h("ol", { class: "history" }, ...story.history.map(({ at, what, changed }) =>
        h("li", {}, h("time", {}, formatInstant(tr.lang, at)), ` — ${tr.word("history", what)}`,
          changesList(tr, changed)))))));
};

/** Other incidents that may tell of the same event; a person decides, nothing is merged. */
const alike = (story: Story, tr: Translator, actions: DetailActions): HTMLElement | false => story.likely_duplicates.length > 0 &&
  h("section", { class: "card", "aria-labelledby": "alike-heading" },
    h("h3", { id: "alike-heading" }, tr.t("likelyDuplicates")),
    h("ul", { class: "alike" }, ...story.likely_duplicates.map(({ id, title, occurred, source, signs }) => h("li", {},
      h("button", { type: "button", class: "link", onclick: () => actions.pickIncident(id) }, title),
      h("span", { class: "muted" }, ` ${[occurred ? formatOccurred(tr.lang, occurred) : "", source, ...signs.map((sign) => tr.word("sign", sign))].filter(Boolean).join(" · ")}`)))));

export const renderStory = (element: HTMLElement, story: Story, tr: Translator, actions: DetailActions): void => {
  const link = safeLink(story.source_url);
  const date = story.occurred ? formatOccurred(tr.lang, story.occurred) : tr.t("undated");
  const datePrecision = story.occurred_precision ? tr.word("datePrecision", story.occurred_precision) : "";
  element.replaceChildren(
    back(tr, actions.back),
    h("article", { class: "story", "aria-labelledby": "story-title" },
      h("p", { class: "kicker" }, tr.category(story.category ?? "")),
      h("h2", { id: "story-title", tabindex: -1, lang: story.language || null }, story.title),
      h("p", { class: "when" }, h("time", {}, date), datePrecision && h("span", { class: "muted" }, ` · ${datePrecision}`)),
      story.place_text && h("figure", { class: "words" }, h("figcaption", {}, tr.t("sourceWords")), h("blockquote", { lang: story.language || null }, `«${story.place_text}»`)),
      story.description && h("p", { class: "description", lang: story.language || null }, story.description),
      (story.source || link) && h("p", { class: "source" }, h("span", { class: "muted" }, `${tr.t("source")}: `),
        link ? h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, story.source || tr.t("openSource")) : story.source),
      h("div", { class: "actions" },
        story.location.position && h("button", { type: "button", class: "primary", onclick: actions.showOnMap }, tr.t("showOnMap")),
        h("button", { type: "button", class: "plain", onclick: actions.copyLink }, tr.t("copyLink"))),
      where(story, tr, actions),
      alike(story, tr, actions),
      provenance(story, tr)));
};

const back = (tr: Translator, run: () => void): HTMLElement =>
  h("button", { type: "button", class: "back", onclick: run }, h("span", { "aria-hidden": "true" }, "← "), tr.t("backToList"));

/** While the story is on its way, or when there is none to show. */
export const renderStoryNote = (element: HTMLElement, tr: Translator, onBack: () => void, note: string, isError: boolean): void => {
  element.replaceChildren(back(tr, onBack), h("p", { class: isError ? "error" : "muted", role: isError ? "alert" : null }, note));
};
