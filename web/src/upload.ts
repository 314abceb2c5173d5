/** The dialog that loads a file: choose, send, follow, and read what became of every row. */
import { ApiError, getImport, getImports, sendFile, undoImport } from "./api.ts";
import { h } from "./dom.ts";
import { formatBytes, formatCount, formatInstant, formatPercent } from "./format.ts";
import type { Translator } from "./i18n.ts";
import { renderJob, renderSoFar } from "./job_view.ts";
import { fileError } from "./said.ts";
import { createUnderstood } from "./understood.ts";
import type { Job, Progress } from "./words.ts";

export interface Upload {
  open(): void;
  /** Opens the dialog with this file chosen, as if it had been dropped into it. */
  take(file: File): void;
  close(): void;
  setTranslator(tr: Translator): void;
}

/** Milliseconds between two questions about an import that still runs. */
const POLL_MS = 300;
const TOKEN_KEY = "incident-map-token";

/** The token in `#token=…`, kept for this tab and taken out of the address bar, so that it is not shared by accident. */
export const takeToken = (): void => {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  sessionStorage.setItem(TOKEN_KEY, token);
  history.replaceState(history.state, "", location.pathname + location.search);
};

const reasonOf = (error: unknown): string => (error instanceof ApiError && error.detail ? error.detail : error instanceof Error ? error.message : String(error));

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
  const input = h("input", { type: "file", id: "upload-file", accept: ".csv,.tsv,.txt,.xlsx,.xlsm,.ods,.geojson,.json,.gz,text/csv", class: "hidden-label", onchange: () => choose(input.files?.[0] ?? null) });
  const chooseLabel = h("label", { for: "upload-file", class: "plain" });
  const drop = h("div", { class: "drop" }, chosen, input, chooseLabel);
  const understood = createUnderstood(first, () => renderHint());
  const token = h("input", { type: "password", id: "upload-token", autocomplete: "off", spellcheck: false, onchange: () => { void understood.look(file, token.value.trim()); } });
  const tokenLabel = h("label", { for: "upload-token", class: "label" });
  const tokenHint = h("p", { class: "muted small" });
  const dataset = h("input", { type: "text", id: "upload-dataset", autocomplete: "off", maxlength: 200, "aria-describedby": "upload-dataset-hint", oninput: () => renderHint() });
  const datasetHint = h("p", { class: "muted small", id: "upload-dataset-hint", role: "status" });
  const sameAs = h("div", { class: "same-as", role: "status" });
  const datasetLabel = h("label", { for: "upload-dataset", class: "label" });
  const start = h("button", { type: "submit", class: "primary" });
  const check = h("button", { type: "button", class: "plain", onclick: () => { void send(true); } });
  const progress = h("progress", { max: "1", hidden: true });
  const note = h("p", { class: "upload-note", role: "status" });
  const soFar = h("div", { class: "so-far", "aria-hidden": "true" });
  const result = h("div", { class: "job" });
  const past = h("div", { class: "past" });
  const form = h("form", { novalidate: true, onsubmit: (event: SubmitEvent) => { event.preventDefault(); void send(false); } },
    drop, understood.element, h("div", { class: "field" }, datasetLabel, dataset, datasetHint, sameAs), h("div", { class: "field" }, tokenLabel, token, tokenHint), h("div", { class: "actions" }, start, check), progress, note, soFar);
  dialog.replaceChildren(h("div", { class: "dialog-head" }, title, close), form, result, past);

  const choose = (next: File | null): void => {
    file = next;
    // What became of another file stands in the list of past imports.
    [shown, asked] = [null, null];
    say("", false);
    render();
    void understood.look(file, token.value.trim());
  };
  dialog.addEventListener("close", onClose);

  const say = (text: string, isError: boolean): void => {
    note.textContent = text;
    note.classList.toggle("error", isError);
  };

  const sending = (sent: number, all: number): void => {
    progress.value = all > 0 ? sent / all : 0;
    const values = { percent: formatPercent(tr.lang, progress.value), bytes: formatBytes(tr.lang, sent), total: formatBytes(tr.lang, all) };
    if (sent < all) say(tr.t("uploadSending", values), false);
    else waiting();
  };

  const waiting = (): void => {
    progress.removeAttribute("value");
    say(tr.t("uploadRunning"), false);
  };

  /** How far the import is: in a bar, in words, and what came of its rows so far. */
  const follow = ({ progress: far }: { progress?: Progress }): void => {
    if (!far) { waiting(); return; }
    progress.value = far.share;
    const { bytes_read: bytes, bytes_total: total } = far;
    const size = bytes !== undefined && total !== undefined ? ` · ${tr.t("uploadBytes", { bytes: formatBytes(tr.lang, bytes), total: formatBytes(tr.lang, total) })}` : "";
    say(tr.n("uploadRows", far.rows) + ` · ${tr.t("uploadShare", { percent: formatPercent(tr.lang, far.share) })}${size}`, false);
    renderSoFar(soFar, tr, far);
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
    sending(0, file.size);
    render();
    try {
      let job = await sendFile({ file, dataset: dataset.value.trim(), token: bearer, dryRun, options: understood.options, preset: understood.preset }, sending);
      while (job.state === "queued" || job.state === "running") {
        follow(job);
        await wait(POLL_MS);
        job = await getImport(job.id);
      }
      soFar.replaceChildren();
      shown = job;
      if (job.dry_run && job.state !== "failed") {
        // The file stays chosen: what was checked is loaded next.
        say(tr.t("dryRunDone"), false);
        return;
      }
      say(job.state === "succeeded" ? tr.t("jobDone") : `${tr.t("uploadFailed")}: ${fileError(tr.lang, job.error ?? "")}`, job.state !== "succeeded");
      if (job.dry_run) return;
      file = null;
      input.value = "";
      void understood.look(null, "");
      onLoaded();
    } catch (error) {
      const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
      say(refused ? tr.t("uploadTooUnauthorised") : `${tr.t("uploadFailed")}: ${fileError(tr.lang, reasonOf(error))}`, true);
    } finally {
      busy = false;
      progress.hidden = true;
      soFar.replaceChildren();
      render();
      keepFocus(shown ? null : dryRun ? check : start);
      // In sight are what came of it, below, and the buttons for the next step, above.
      note.scrollIntoView({ block: "center" });
      void listPast();
    }
  };

  /** A button that was pressed may be gone or was out of use: the focus goes on with what it did, or back to it. */
  const keepFocus = (button: HTMLElement | null): void => {
    if (!dialog.open || (document.activeElement !== document.body && dialog.contains(document.activeElement))) return;
    (button ?? result.querySelector<HTMLElement>("[data-job]"))?.focus({ preventScroll: true });
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
      say(tr.t((shown.stayed ?? 0) > 0 ? "undonePartly" : "undone"), false);
      onLoaded();
    } catch (error) {
      const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
      say(refused ? tr.t("uploadTooUnauthorised") : reasonOf(error), true);
    } finally {
      render();
      keepFocus(null);
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
    } catch (error) { say(reasonOf(error), true); }
  };

  /** Where the rows go: of repaired problems that is known. */
  const renderHint = (): void => {
    const { repairs } = understood;
    dataset.placeholder = repairs ?? tr.t("uploadDatasetHint");
    datasetHint.textContent = repairs ? tr.t("uploadDatasetRepairs", { dataset: repairs }) : "";
    const same = understood.sameAs;
    const named = dataset.value.trim();
    if (!same || named === same.dataset) { sameAs.replaceChildren(); return; }
    const take = (): void => {
      dataset.value = same.dataset;
      renderHint();
      dataset.focus();
    };
    sameAs.replaceChildren(
      h("p", { class: "warn" }, tr.t(named ? "sameAsDoubled" : "sameAsGoes", { file: same.file, dataset: same.dataset, named })),
      h("button", { type: "button", class: "plain", onclick: take }, tr.t("sameAsTake", { dataset: same.dataset })));
  };

  const render = (): void => {
    title.textContent = tr.t("uploadTitle");
    close.setAttribute("aria-label", tr.t("close"));
    chosen.textContent = file ? file.name : tr.t("uploadDrop");
    chooseLabel.textContent = tr.t("uploadChoose");
    tokenLabel.textContent = tr.t("uploadToken");
    tokenHint.textContent = tr.t("uploadTokenHint");
    datasetLabel.textContent = tr.t("uploadDataset");
    renderHint();
    start.textContent = tr.t("uploadStart");
    start.disabled = busy;
    check.textContent = tr.t("dryRun");
    check.disabled = busy;
    const job = shown;
    renderJob(result, tr, job, { isAsked: job !== null && asked === job.id, undo: () => { if (job) void undo(job); } });
  };

  return {
    open() {
      token.value = sessionStorage.getItem(TOKEN_KEY) ?? "";
      render();
      void listPast();
      if (!dialog.open) dialog.showModal();
    },
    take(next) { if (!busy) choose(next); },
    close() { if (dialog.open) dialog.close(); },
    setTranslator(next) {
      tr = next;
      understood.setTranslator(next);
      render();
      if (dialog.open) void listPast();
    },
  };
};
