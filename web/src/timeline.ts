/** The histogram of incidents over time. Dragging across bars sets the datetime filter; the date fields do the same by keyboard. */
import uPlot from "uplot";
import { h } from "./dom.ts";
import { binEnd, formatCount, formatDate, formatOccurred, formatShortDay, formatShortMonth } from "./format.ts";
import type { Translator } from "./i18n.ts";
import { joinInterval, splitInterval } from "./state.ts";
import type { Histogram } from "./words.ts";

export interface TimelineView { tr: Translator; dark: boolean; histogram: Histogram | null; datetime: string;
  /** Hears the interval while it is being dragged. */
  live: (datetime: string) => void;
  change: (datetime: string) => void;
}
export interface Timeline { render(view: TimelineView): void; resize(): void }

const COLOURS = {
  light: { bar: "#5b7f9e", off: "#cfd6db", axis: "#5b646c" },
  dark: { bar: "#7fa8ca", off: "#414b54", axis: "#a3adb6" },
} as const;

/** The bins that a filter touches, first and last; `null`: all of them. */
export const binsOf = (histogram: Histogram, datetime: string): [number, number] | null => {
  if (!datetime) return null;
  const { from, to } = splitInterval(datetime);
  const first = from ? histogram.bins.findIndex(({ start }) => binEnd(histogram.unit, start) >= from.slice(0, 10)) : 0;
  const inside = histogram.bins.filter(({ start }) => !to || start.slice(0, to.length) <= to).length - 1;
  return first < 0 || inside < first ? [0, -1] : [first, inside];
};

/** The filter that covers the bins from `first` to `last`, both included. */
export const intervalOf = (histogram: Histogram, first: number, last: number): string => {
  const { bins, unit } = histogram;
  const start = bins[first]?.start.slice(0, 10) ?? "";
  const end = binEnd(unit, bins[last]?.start.slice(0, 10) ?? start);
  return joinInterval(start, end);
};

export const createTimeline = (element: HTMLElement): Timeline => {
  const title = h("h2", {});
  const note = h("p", { class: "timeline-note" });
  const clear = h("button", { type: "button", class: "plain small" });
  const chart = h("div", { class: "chart" });
  element.replaceChildren(h("div", { class: "timeline-head" }, title, note, clear), chart);
  let plot: uPlot | null = null;
  let view: TimelineView | null = null;
  let drawn = "";
  /** While bars are being dragged over the chart stays as it is: a new one would take the drag away. */
  let dragging = false;
  /** Ends what the chart before listened to. */
  let listening = new AbortController();
  clear.addEventListener("click", () => view?.change(""));

  const height = (): number => Math.max(40, chart.clientHeight);

  const draw = (): void => {
    const now = view;
    if (!now?.histogram || chart.clientWidth === 0 || dragging) return;
    const { histogram, tr, dark, datetime } = now;
    const key = JSON.stringify([histogram.bins, histogram.unit, tr.lang, dark, datetime, chart.clientWidth, chart.clientHeight]);
    if (key === drawn) return;
    drawn = key;
    plot?.destroy();
    listening.abort();
    listening = new AbortController();
    const colours = COLOURS[dark ? "dark" : "light"];
    const { bins, unit } = histogram;
    const chosen = binsOf(histogram, datetime);
    const isOn = (i: number): boolean => !chosen || (i >= chosen[0] && i <= chosen[1]);
    const xs = bins.map((_, i) => i);
    const on = bins.map(({ count }, i) => (isOn(i) ? count : null));
    const off = bins.map(({ count }, i) => (isOn(i) ? null : count));
    const short = (i: number): string => {
      const start = bins[i]?.start;
      if (!start) return "";
      if (unit === "year") return start.slice(0, 4);
      return unit === "month" ? formatShortMonth(tr.lang, start) : formatShortDay(tr.lang, start);
    };
    const bars = uPlot.paths.bars?.({ size: [0.82, 64], radius: 0.12 });
    const font = '11px system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';
    const step = Math.max(1, Math.ceil(bins.length / Math.max(2, Math.floor(chart.clientWidth / 84))));
    plot = new uPlot({
      width: chart.clientWidth, height: height(), padding: [8, 10, 0, 4], legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 2 } },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: { x: { time: false, range: () => [-0.5, Math.max(bins.length - 0.5, 0.5)] }, y: { range: (_u, _min, max) => [0, Math.max(1, max * 1.08)] } },
      series: [{}, { paths: bars, fill: colours.bar, stroke: colours.bar, width: 0, points: { show: false } }, { paths: bars, fill: colours.off, stroke: colours.off, width: 0, points: { show: false } }],
      axes: [
        { stroke: colours.axis, font, size: 22, gap: 3, grid: { show: false }, ticks: { show: false }, splits: () => xs.filter((i) => i % step === 0), values: (_u, splits) => splits.map(short) },
        { stroke: colours.axis, font, size: 38, gap: 4, grid: { stroke: colours.off, width: 0.5 }, ticks: { show: false }, space: 18, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 50_000, 100_000, 1_000_000], 
          // The zero would stand on the first day below it.
          values: (_u, splits) => splits.map((value) => (value === 0 ? "" : formatCount(tr.lang, value))) },
      ],
      hooks: {
        setSelect: [(u) => {
          dragging = false;
          if (u.select.width < MIN_DRAG) return;
          const chosen = brushed(u, u.select.left, u.select.left + u.select.width, bins.length);
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          now.change(intervalOf(histogram, ...chosen));
          // The last step of the drag may have asked for the same: then nothing changed since, and the bars still look as before it.
          draw();
        }],
        setCursor: [(u) => {
          if (dragging && u.select.width >= MIN_DRAG) now.live(intervalOf(histogram, ...brushed(u, u.select.left, u.select.left + u.select.width, bins.length)));
          const i = u.cursor.idx;
          const bin = i === null || i === undefined ? undefined : bins[i];
          note.textContent = bin ? `${formatOccurred(tr.lang, unit === "day" ? bin.start : `${bin.start.slice(0, 10)}/${binEnd(unit, bin.start)}`)}: ${tr.n("incidentCount", bin.count)}` : rest();
        }],
      },
    }, [xs, on, off], chart);
    plot.over.addEventListener("click", () => {
      // A click without a drag chooses the one bar under the pointer.
      const i = plot?.cursor.idx;
      if (i !== null && i !== undefined && bins[i] && (plot?.select.width ?? 0) < 3 && !dragged) now.change(intervalOf(histogram, i, i));
      dragged = false;
    });
    let startX = 0;
    let dragged = false;
    plot.over.addEventListener("mousedown", (event) => { startX = event.clientX; dragged = false; dragging = true; });
    // Before uPlot hears of it, and wherever the button is let go.
    window.addEventListener("mouseup", (event) => { if (dragging) { dragged = Math.abs(event.clientX - startX) > 3; dragging = false; } }, { once: false, signal: listening.signal });
    touchBrush(plot, bins.length, {
      start: () => { dragging = true; },
      move: (a, b) => now.live(intervalOf(histogram, a, b)),
      end: (chosen) => {
        dragging = false;
        now.change(chosen ? intervalOf(histogram, ...chosen) : datetime);
        draw();
      },
    });
  };

  const rest = (): string => {
    if (!view?.histogram) return "";
    const { tr, histogram, datetime } = view;
    const parts: string[] = [];
    if (datetime) {
      const { from, to } = splitInterval(datetime);
      parts.push(from === to ? formatDate(tr.lang, from) : `${from ? formatDate(tr.lang, from) : "…"} – ${to ? formatDate(tr.lang, to) : "…"}`);
    } else parts.push(tr.t("timelineHint"));
    if (histogram.undated > 0) parts.push(tr.n("timelineUndated", histogram.undated));
    if (histogram.coarse > 0) parts.push(tr.n("timelineCoarse", histogram.coarse));
    return parts.join(" · ");
  };

  new ResizeObserver(() => draw()).observe(chart);
  return {
    render(now) {
      view = now;
      title.textContent = now.tr.t("timeline");
      clear.textContent = now.tr.t("clearDates");
      clear.hidden = !now.datetime;
      note.textContent = rest();
      element.setAttribute("aria-label", now.tr.t("timeline"));
      const empty = !now.histogram || now.histogram.bins.length === 0;
      element.classList.toggle("timeline-empty", empty);
      if (empty) { plot?.destroy(); plot = null; drawn = ""; return; }
      draw();
    },
    resize: draw,
  };
};

/** Pixels from which a move is a drag. */
const MIN_DRAG = 3;

/** The bins between two pixels of the chart, first and last. */
const brushed = (plot: uPlot, a: number, b: number, bins: number): [number, number] => {
  const bin = (x: number): number => Math.max(0, Math.min(bins - 1, Math.round(plot.posToVal(x, "x"))));
  return [bin(Math.min(a, b)), bin(Math.max(a, b))];
};

interface Brush { start: () => void; move: (first: number, last: number) => void; end: (chosen: [number, number] | null) => void }

/** The same brush for a finger: uPlot itself only knows the mouse. */
const touchBrush = (plot: uPlot, bins: number, brush: Brush): void => {
  let from: number | null = null;
  const { over } = plot;
  const at = (event: PointerEvent): number => event.clientX - over.getBoundingClientRect().left;
  over.style.touchAction = "pan-y";
  over.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    from = at(event);
    over.setPointerCapture(event.pointerId);
  });
  over.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const to = at(event);
    if (Math.abs(to - from) < 6) return;
    brush.start();
    plot.setSelect({ left: Math.min(from, to), top: 0, width: Math.abs(to - from), height: over.clientHeight }, false);
    brush.move(...brushed(plot, from, to, bins));
  });
  const done = (event: PointerEvent): void => {
    if (from === null) return;
    const [a, b] = [from, at(event)];
    from = null;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    // A touch that does not move is a click, which is another matter.
    if (Math.abs(b - a) >= 6) brush.end(event.type === "pointercancel" ? null : brushed(plot, a, b, bins));
  };
  over.addEventListener("pointerup", done);
  over.addEventListener("pointercancel", done);
};
