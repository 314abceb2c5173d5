/** Numbers, distances and civil dates in words. Dates are never shifted: they are read and written as UTC, both ways. */
import { dayOfYear, monthOfYear, rangeOfDays, shortDay, shortMonth, weekday } from "./calendar.ts";
import type { Language } from "./words.ts";

// Where the browser knows no Kazakh its numbers are written as the Russian ones, which look the same.
const locale: Record<Language, string[]> = { ru: ["ru"], kk: ["kk", "ru"], en: ["en-GB"], uk: ["uk"] };

const cache = new Map<string, Intl.NumberFormat>();
const numberFormat = (lang: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat => {
  const key = `${lang}${JSON.stringify(options)}`;
  let format = cache.get(key);
  if (!format) cache.set(key, (format = new Intl.NumberFormat(locale[lang], options)));
  return format;
};

export const formatCount = (lang: Language, count: number): string => numberFormat(lang, {}).format(count);
export const formatPercent = (lang: Language, share: number): string => numberFormat(lang, { style: "percent", maximumFractionDigits: 0 }).format(share);

/** Bytes as a person compares them: `12 МБ`. */
export const formatBytes = (lang: Language, bytes: number): string => {
  const [unit, size] = bytes < 1e6 ? (["kilobyte", 1e3] as const) : (["megabyte", 1e6] as const);
  return numberFormat(lang, { style: "unit", unit, maximumFractionDigits: bytes < 1e7 ? 1 : 0 }).format(bytes / size);
};

/** Metres below 950, else kilometres with one digit below ten. */
export const formatDistance = (lang: Language, metres: number): string => {
  const options: Intl.NumberFormatOptions = metres < 950
    ? { style: "unit", unit: "meter", maximumSignificantDigits: 2 }
    : { style: "unit", unit: "kilometer", maximumSignificantDigits: 2 };
  return numberFormat(lang, options).format(metres < 950 ? metres : metres / 1000);
};

const civil = (text: string): Date | null => {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d))?/.exec(text);
  if (!match) return null;
  const [, year, month = "01", day = "01", hour = "00", minute = "00"] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(date.getTime()) ? null : date;
};

/** One ISO date cut to its precision (`2022`, `2022-01`, `2022-01-05`, `2022-01-05T14:30`) in words. Unreadable: as it came. */
export const formatDate = (lang: Language, text: string): string => {
  const date = civil(text);
  if (!date) return text;
  if (text.length === 4) return text;
  if (text.length === 7) return monthOfYear(lang, date);
  const day = dayOfYear(lang, date);
  return text.length > 10 ? `${day}, ${text.slice(11, 16)}` : day;
};

/** What the server calls `occurred`: a date or an interval of two. */
export const formatOccurred = (lang: Language, occurred: string): string => {
  const [start = "", end] = occurred.split("/");
  if (end === undefined) return formatDate(lang, start);
  if (start.length === 10 && end.length === 10) {
    const [a, b] = [civil(start), civil(end)];
    if (a && b) return rangeOfDays(lang, a, b);
  }
  return `${formatDate(lang, start)} – ${formatDate(lang, end)}`;
};

/** `5 Jan`: for axes and short ranges. */
export const formatShortDay = (lang: Language, text: string): string => {
  const date = civil(text);
  return date ? shortDay(lang, date) : text;
};

export const formatShortMonth = (lang: Language, text: string): string => {
  const date = civil(text);
  return date ? shortMonth(lang, date) : text;
};

export const formatWeekday = (lang: Language, text: string): string => {
  const date = civil(text);
  return date ? weekday(lang, date) : "";
};

/** An instant of the server's clock (`imported`, `created`), shown as it was written, to the minute. */
export const formatInstant = (lang: Language, text: string): string => {
  const date = civil(text);
  return date ? `${formatDate(lang, text.slice(0, 10))}, ${text.slice(11, 16)}` : text;
};

const dayText = (date: Date): string => date.toISOString().slice(0, 10);

/** The last day of the bin that starts on `start`. */
export const binEnd = (unit: string, start: string): string => {
  const date = civil(start);
  if (!date) return start;
  if (unit === "week") date.setUTCDate(date.getUTCDate() + 6);
  if (unit === "month") date.setUTCMonth(date.getUTCMonth() + 1, 0);
  if (unit === "year") date.setUTCFullYear(date.getUTCFullYear(), 11, 31);
  return dayText(date);
};

/** The unit that gives a histogram worth reading for an extent of days: at most a few hundred bars, at least a few. */
export const binUnit = (interval: [string, string] | null): "day" | "week" | "month" | "year" => {
  const [start, end] = [civil(interval?.[0] ?? ""), civil(interval?.[1] ?? "")];
  if (!start || !end) return "day";
  const days = (end.getTime() - start.getTime()) / 86_400_000;
  if (days <= 120) return "day";
  if (days <= 3 * 366) return "week";
  return days <= 30 * 366 ? "month" : "year";
};

/** Under which heading of the list an incident stands: its day, month or year; empty when undated. */
export const dayKey = (occurred: string | null): string => (occurred ?? "").split("/")[0]?.slice(0, 10) ?? "";

/** The text when it is a link that may be followed, else `null`: only http and https, nothing a script could hide in. */
export const safeLink = (text: string | null | undefined): string | null => {
  if (!text || !/^https?:\/\//i.test(text.trim())) return null;
  try {
    const url = new URL(text.trim());
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
};
