/** What became of a file, in numbers and row by row: of an import that runs, that ended, or of a dry run. */
import { problemsUrl } from "./api.ts";
import { changesList } from "./changes.ts";
import { datesRead } from "./dates_read.ts";
import { h } from "./dom.ts";
import { formatCount } from "./format.ts";
import type { TextKey, Translator } from "./i18n.ts";
import { fileError } from "./said.ts";
import type { Example, Job, JobCounts, Problem } from "./words.ts";

export interface JobActions {
  /** The import that is to be undone was named once already. */
  isAsked: boolean;
  undo: () => void;
}

/** Counts that are final are marked `data-count`, those of an import that runs `data-so-far`. */
type Mark = "data-count" | "data-so-far";
const count = (tr: Translator, key: TextKey, name: keyof JobCounts, counts: Partial<JobCounts>, mark: Mark): HTMLElement | null =>
  counts[name] === undefined ? null : h("div", {}, h("dt", {}, tr.t(key)), h("dd", { [mark]: name }, formatCount(tr.lang, counts[name])));

const ROWS = [["jobRead", "read"], ["jobNew", "new"], ["jobUpdated", "updated"], ["jobUnchanged", "unchanged"], ["jobDuplicate", "duplicate"], ["jobRejected", "rejected"]] as const;
const PLACES = [["jobResolved", "resolved"], ["jobAmbiguous", "ambiguous"], ["jobUnresolved", "unresolved"]] as const;

const tiles = (tr: Translator, keys: readonly (readonly [TextKey, keyof JobCounts])[], counts: Partial<JobCounts>, mark: Mark = "data-count"): HTMLElement | null => {
  const all = keys.map(([key, name]) => count(tr, key, name, counts, mark)).filter((each) => each !== null);
  return all.length > 0 ? h("dl", { class: "counts" }, ...all) : null;
};

/** What is known of an import while it runs. */
export const renderSoFar = (element: HTMLElement, tr: Translator, counts: Partial<JobCounts>): void => {
  element.replaceChildren(...[tiles(tr, ROWS, counts, "data-so-far"), tiles(tr, PLACES, counts, "data-so-far")].filter((each) => each !== null));
};

/** A sentence for people: the page's own for the kind of problem, or the server's when it has a kind that the page does not know. */
const reasonOf = (tr: Translator, { code, reason }: Problem): string => {
  const own = tr.word("problem", code);
  return tr.lang === "en" || own === code ? reason : own;
};
const repairOf = (tr: Translator, { code, repair }: Problem): string => {
  const own = tr.word("repair", code);
  return tr.lang === "en" || own === code ? repair ?? "" : own;
};

const PROBLEM_HEAD = ["problemLine", "problemColumn", "problemValue", "problemReason", "problemRepair"] as const;

const problems = (tr: Translator, job: Job): HTMLElement => {
  const listed = job.problems ?? [];
  const total = job.problems_total ?? listed.length;
  if (total === 0) return h("p", { class: "muted" }, tr.t("problemsNone"));
  const head = PROBLEM_HEAD.map((key) => h("th", { scope: "col" }, tr.t(key)));
  /** On a phone each row is a card whose cells say what they are. */
  const cell = (column: number, attributes: Record<string, string>, ...content: (Node | string)[]): HTMLElement =>
    h("td", { "data-label": tr.t(PROBLEM_HEAD[column] ?? "problemLine"), ...attributes }, ...content);
  return h("div", {},
    h("h3", {}, tr.t("problems")),
    total > listed.length && h("p", { class: "muted" }, tr.t("problemsFirst", { n: formatCount(tr.lang, listed.length), total: formatCount(tr.lang, total) })),
    h("div", { class: "table cards", tabindex: 0, role: "region", "aria-label": tr.t("problems") }, h("table", {}, h("thead", {}, h("tr", {}, ...head)),
      h("tbody", {}, ...listed.map((problem) => h("tr", {},
        cell(0, {}, String(problem.line)), cell(1, {}, problem.column ?? ""), cell(2, { class: "value" }, problem.value ?? ""),
        cell(3, {}, reasonOf(tr, problem), h("span", { class: problem.kept ? "tag" : "tag bad" }, tr.t(problem.kept ? "problemKept" : "problemRejected"))),
        cell(4, {}, repairOf(tr, problem))))))),
    h("p", {}, h("a", { href: problemsUrl(job.id), download: "" }, tr.t("problemsAll"))));
};

/** Why a row is no incident, in the page's language where the page knows the reason. */
const whyLeftOut = (tr: Translator, { problems: listed = [] }: Job, { line, reason = "" }: Example): string => {
  const problem = listed.find((each) => each.line === line && !each.kept && each.reason === reason);
  const same = /^says the same as line (\d+)$/.exec(reason);
  if (same) return tr.t("sameAsLine", { line: same[1] ?? "" });
  return problem ? reasonOf(tr, problem) : reason;
};

const exampleItem = (tr: Translator, job: Job, example: Example): HTMLElement => {
  const { outcome, line, title, place, precision, changed } = example;
  const why = whyLeftOut(tr, job, example);
  return h("li", { "data-outcome": outcome },
    h("span", { class: "muted" }, `${tr.t("problemLine")} ${String(line)} · ${tr.word("outcome", outcome)}`),
    h("span", {}, title),
    h("span", { class: "muted" }, [place, precision && tr.word("precision", precision)].filter(Boolean).join(" · ")),
    why && h("span", { class: outcome === "rejected" ? "tag bad" : "tag" }, why),
    changesList(tr, changed));
};

export const renderJob = (element: HTMLElement, tr: Translator, job: Job | null, { isAsked, undo }: JobActions): void => {
  element.replaceChildren(...(job ? [
    h("h3", { tabindex: -1, "data-job": job.id }, `${job.file} · ${job.dry_run ? tr.t("dryRunState") : tr.word("jobState", job.state)}`),
    job.error && h("p", { class: "error" }, fileError(tr.lang, job.error)),
    (job.stayed ?? 0) > 0 && h("p", { class: "dates-read warn" }, tr.t("undoStayed", { n: formatCount(tr.lang, job.stayed ?? 0) })),
    job.understood?.without_date && h("p", { class: "dates-read warn" }, tr.t("withoutDate")),
    (job.understood?.merged_cells ?? 0) > 0 && h("p", { class: "dates-read" }, tr.t("mergedCells", { n: formatCount(tr.lang, job.understood?.merged_cells ?? 0) })),
    job.understood?.same_as?.dataset === job.dataset && h("p", {}, tr.t("sameAsWent", { file: job.understood.same_as.file, dataset: job.dataset })),
    ...datesRead(tr, job.understood?.dates),
    tiles(tr, ROWS, job),
    h("h3", {}, tr.t("jobPlaces")),
    tiles(tr, PLACES, job),
    job.state === "succeeded" && job.new + job.updated + (job.took_over ?? 0) > 0 && h("p", {}, h("button", {
      type: "button", class: "plain", "data-undo": job.id, onclick: undo,
    }, isAsked ? tr.t("undoSure", { n: formatCount(tr.lang, job.new + (job.took_over ?? 0)), m: formatCount(tr.lang, job.updated) }) : tr.t("undo"))),
    (job.dry_run?.length ?? 0) > 0 && h("ul", { class: "examples" }, ...(job.dry_run ?? []).map((example) => exampleItem(tr, job, example))),
    problems(tr, job),
  ].filter((part): part is HTMLElement => part instanceof HTMLElement) : []));
};
