/** The dialog that loads a CSV: choose, send, follow, and read what became of every row. */
import { ApiError, getImport, getImports, problemsUrl, sendFile, undoImport } from "./api.ts";
import { h } from "./dom.ts";
import { formatCount, formatInstant, formatPercent } from "./format.ts";
import type { TextKey, Translator } from "./i18n.ts";
import { createUnderstood } from "./understood.ts";
import type { Job } from "./words.ts";

export interface Upload {
  open(): void;
  close(): void;
  setTranslator(tr: Translator): void;
}

/** Milliseconds between two questions about an import that still runs. */
const POLL_MS = 700;
const TOKEN_KEY = "incident-map-token";

/** The token in `#token=…`, kept for this tab and taken out of the address bar, so that it is not shared by accident. */
export const takeToken = (): void => {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  sessionStorage.setItem(TOKEN_KEY, token);
  history.replaceState(history.state, "", location.pathname + location.search);
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => { window.setTimeout(resolve, ms); });

export const createUpload = (dialog: HTMLDialogElement, first: Translator, onLoaded: () => void, onClose: () => void): Upload => {
  let tr = first;
  let file: File | null = null;
  let busy = false;
  let shown: Job | null = null;
  /** The import whose undoing has been asked for once and waits for a second press. */
  let asked: string | null = null;
  dialog.setAttribute("aria-labelledby", "upload-title");

  const title = h("h2", { id: "upload-title" });
  const close = h("button", { type: "button", class: "icon-button", onclick: () => dialog.close() }, "×");
  const chosen = h("p", { class: "chosen" });
  const input = h("input", { type: "file", id: "upload-file", accept: ".csv,.tsv,.txt,.xlsx,.ods,.geojson,.json,.gz,text/csv", class: "hidden-label", onchange: () => choose(input.files?.[0] ?? null) });
  const chooseLabel = h("label", { for: "upload-file", class: "plain" });
  const drop = h("div", { class: "drop" }, chosen, input, chooseLabel);
  const understood = createUnderstood(first);
  const token = h("input", { type: "password", id: "upload-token", autocomplete: "off", spellcheck: false, onchange: () => { void understood.look(file, token.value.trim()); } });
  const tokenLabel = h("label", { for: "upload-token", class: "label" });
  const tokenHint = h("p", { class: "muted small" });
  const dataset = h("input", { type: "text", id: "upload-dataset", autocomplete: "off", maxlength: 200 });
  const datasetLabel = h("label", { for: "upload-dataset", class: "label" });
  const start = h("button", { type: "submit", class: "primary" });
  const check = h("button", { type: "button", class: "plain", onclick: () => { void send(true); } });
  const progress = h("progress", { max: "1", hidden: true });
  const note = h("p", { class: "upload-note", role: "status" });
  const result = h("div", { class: "job" });
  const past = h("div", { class: "past" });
  const form = h("form", { novalidate: true, onsubmit: (event: SubmitEvent) => { event.preventDefault(); void send(false); } },
    drop, understood.element, h("div", { class: "field" }, datasetLabel, dataset), h("div", { class: "field" }, tokenLabel, token, tokenHint), h("div", { class: "actions" }, start, check), progress, note);
  dialog.replaceChildren(h("div", { class: "dialog-head" }, title, close), form, result, past);

  const choose = (next: File | null): void => {
    file = next;
    say("", false);
    render();
    void understood.look(file, token.value.trim());
  };
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    choose(event.dataTransfer?.files[0] ?? null);
  });
  dialog.addEventListener("close", onClose);

  const say = (text: string, isError: boolean): void => {
    note.textContent = text;
    note.classList.toggle("error", isError);
  };

  const send = async (dryRun: boolean): Promise<void> => {
    if (busy) return;
    if (!file) { say(tr.t("uploadNoFile"), true); return; }
    const bearer = token.value.trim();
    if (!bearer) { say(tr.t("uploadNoToken"), true); token.focus(); return; }
    sessionStorage.setItem(TOKEN_KEY, bearer);
    busy = true;
    shown = null;
    progress.hidden = false;
    progress.value = 0;
    say(tr.t("uploadSending", { percent: formatPercent(tr.lang, 0) }), false);
    render();
    try {
      let job = await sendFile({ file, dataset: dataset.value.trim(), token: bearer, dryRun, options: understood.options, preset: understood.preset }, (share) => {
        progress.value = share;
        say(share < 1 ? tr.t("uploadSending", { percent: formatPercent(tr.lang, share) }) : tr.t("uploadRunning"), false);
      });
      while (job.state === "queued" || job.state === "running") {
        if (job.progress) {
          progress.value = job.progress.share;
          say(tr.t("uploadRows", { n: formatCount(tr.lang, job.progress.rows), percent: formatPercent(tr.lang, job.progress.share) }), false);
        } else {
          progress.removeAttribute("value");
          say(tr.t("uploadRunning"), false);
        }
        await wait(POLL_MS);
        job = await getImport(job.id);
      }
      shown = job;
      if (job.dry_run) {
        // The file stays chosen: what was checked is loaded next.
        say(tr.t("dryRunDone"), false);
        return;
      }
      say(job.state === "succeeded" ? tr.t("jobDone") : `${tr.t("uploadFailed")}: ${job.error ?? ""}`, job.state !== "succeeded");
      file = null;
      input.value = "";
      void understood.look(null, "");
      onLoaded();
    } catch (error) {
      const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
      say(refused ? tr.t("uploadTooUnauthorised") : `${tr.t("uploadFailed")}: ${error instanceof Error ? error.message : String(error)}`, true);
    } finally {
      busy = false;
      progress.hidden = true;
      render();
      void listPast();
    }
  };

  const undo = async (job: Job): Promise<void> => {
    const bearer = token.value.trim();
    if (!bearer) { say(tr.t("uploadNoToken"), true); token.focus(); return; }
    if (asked !== job.id) {
      asked = job.id;
      render();
      result.querySelector<HTMLElement>("[data-undo]")?.focus();
      return;
    }
    asked = null;
    try {
      shown = await undoImport(job.id, bearer);
      sessionStorage.setItem(TOKEN_KEY, bearer);
      say(tr.t("undone"), false);
      onLoaded();
    } catch (error) {
      const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
      say(refused ? tr.t("uploadTooUnauthorised") : (error instanceof Error ? error.message : String(error)), true);
    } finally {
      render();
      void listPast();
    }
  };

  const listPast = async (): Promise<void> => {
    try {
      const jobs = await getImports();
      past.replaceChildren(h("h3", {}, tr.t("imports")), jobs.length === 0
        ? h("p", { class: "muted" }, tr.t("importsNone"))
        : h("ul", {}, ...jobs.map((job) => h("li", {},
          h("button", { type: "button", class: "link", onclick: () => { void show(job.id); } }, job.file),
          h("span", { class: "muted" }, ` ${formatInstant(tr.lang, job.created)} · ${tr.word("jobState", job.state)} · ${formatCount(tr.lang, job.read)}`)))));
    } catch { /* the banner says that the server is silent */ }
  };

  const show = async (id: string): Promise<void> => {
    try {
      shown = await getImport(id);
      render();
      result.scrollIntoView({ block: "nearest" });
    } catch (error) { say(error instanceof Error ? error.message : String(error), true); }
  };

  const count = (key: TextKey, name: keyof Job & string, job: Job): HTMLElement =>
    h("div", {}, h("dt", {}, tr.t(key)), h("dd", { "data-count": name }, formatCount(tr.lang, Number(job[name] ?? 0))));

  const table = (job: Job): HTMLElement => {
    const problems = job.problems ?? [];
    const total = job.problems_total ?? problems.length;
    if (total === 0) return h("p", { class: "muted" }, tr.t("problemsNone"));
    const head = (["problemLine", "problemColumn", "problemValue", "problemReason", "problemRepair"] as const).map((key) => h("th", { scope: "col" }, tr.t(key)));
    return h("div", {},
      h("h3", {}, tr.t("problems")),
      total > problems.length && h("p", { class: "muted" }, tr.t("problemsFirst", { n: formatCount(tr.lang, problems.length), total: formatCount(tr.lang, total) })),
      h("div", { class: "table", tabindex: 0, role: "region", "aria-label": tr.t("problems") }, h("table", {}, h("thead", {}, h("tr", {}, ...head)),
        h("tbody", {}, ...problems.map(({ code, line, column, value, reason, repair, kept }) => h("tr", {},
          h("td", {}, String(line)), h("td", {}, column ?? ""), h("td", { class: "value" }, value ?? ""),
          h("td", {}, tr.lang === "en" ? reason : tr.word("problem", code), tr.lang === "en" ? null : h("span", { class: "muted small", lang: "en" }, ` ${reason}`), h("span", { class: kept ? "tag" : "tag bad" }, tr.t(kept ? "problemKept" : "problemRejected"))), h("td", {}, tr.lang === "en" ? repair ?? "" : tr.word("repair", code))))))),
      h("p", {}, h("a", { href: problemsUrl(job.id), download: "" }, tr.t("problemsAll"))));
  };

  const render = (): void => {
    title.textContent = tr.t("uploadTitle");
    close.setAttribute("aria-label", tr.t("close"));
    chosen.textContent = file ? file.name : tr.t("uploadDrop");
    chooseLabel.textContent = tr.t("uploadChoose");
    tokenLabel.textContent = tr.t("uploadToken");
    tokenHint.textContent = tr.t("uploadTokenHint");
    datasetLabel.textContent = tr.t("uploadDataset");
    dataset.placeholder = tr.t("uploadDatasetHint");
    start.textContent = tr.t("uploadStart");
    start.disabled = busy;
    check.textContent = tr.t("dryRun");
    check.disabled = busy;
    const job = shown;
    result.replaceChildren(...(job ? [
      h("h3", {}, `${job.file} · ${job.dry_run ? tr.t("dryRunState") : tr.word("jobState", job.state)}`),
      ...(job.error ? [h("p", { class: "error" }, job.error)] : []),
      h("dl", { class: "counts" }, count("jobRead", "read", job), count("jobNew", "new", job), count("jobUpdated", "updated", job),
        count("jobUnchanged", "unchanged", job), count("jobDuplicate", "duplicate", job), count("jobRejected", "rejected", job)),
      h("h3", {}, tr.t("jobPlaces")),
      h("dl", { class: "counts" }, count("jobResolved", "resolved", job), count("jobAmbiguous", "ambiguous", job), count("jobUnresolved", "unresolved", job)),
      ...(job.state === "succeeded" && job.new + job.updated > 0 ? [h("p", {}, h("button", {
        type: "button", class: "plain", "data-undo": job.id, onclick: () => { void undo(job); },
      }, asked === job.id ? tr.t("undoSure", { n: formatCount(tr.lang, job.new), m: formatCount(tr.lang, job.updated) }) : tr.t("undo")))] : []),
      ...(job.dry_run?.length ? [h("ul", { class: "examples" }, ...job.dry_run.map(({ outcome, line, title: what, place, precision }) =>
        h("li", {}, `${tr.t("problemLine")} ${String(line)}, ${tr.t(outcome === "new" ? "jobNew" : "jobUpdated")}: ${what} (${place}; ${tr.word("precision", precision)})`)))] : []),
      table(job),
    ] : []));
  };

  return {
    open() {
      token.value = sessionStorage.getItem(TOKEN_KEY) ?? "";
      render();
      void listPast();
      if (!dialog.open) dialog.showModal();
    },
    close() { if (dialog.open) dialog.close(); },
    setTranslator(next) {
      tr = next;
      understood.setTranslator(next);
      render();
      if (dialog.open) void listPast();
    },
  };
};
