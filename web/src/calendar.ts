/**
 * Days and months by name. Our own tables, because browsers lack some languages: Chromium has no names of months in Kazakh.
 * All dates are read as UTC, which is how civil dates are kept.
 */
import type { Language } from "./words.ts";

interface Names {
  /** As the heading of a calendar: `январь 2022`. */
  months: readonly string[];
  /** Beside a day, in the case that the language needs there: `5 января`. */
  ofMonths: readonly string[];
  /** For axes. */
  short: readonly string[];
  /** From Sunday on. */
  weekdays: readonly string[];
}

const list = (text: string): readonly string[] => text.split(" ");

const NAMES: Record<Language, Names> = {
  ru: {
    months: list("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"),
    ofMonths: list("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    short: list("янв фев мар апр мая июн июл авг сен окт ноя дек"),
    weekdays: list("воскресенье понедельник вторник среда четверг пятница суббота"),
  },
  kk: {
    months: list("қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"),
    ofMonths: list("қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"),
    short: list("қаң ақп нау сәу мам мау шіл там қыр қаз қар жел"),
    weekdays: list("жексенбі дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі"),
  },
  en: {
    months: list("January February March April May June July August September October November December"),
    ofMonths: list("January February March April May June July August September October November December"),
    short: list("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    weekdays: list("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
  },
  uk: {
    months: list("січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень"),
    ofMonths: list("січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
    short: list("січ лют бер кві тра чер лип сер вер жов лис гру"),
    weekdays: list("неділя понеділок вівторок середа четвер п’ятниця субота"),
  },
};

const year = (date: Date): string => String(date.getUTCFullYear());
const nth = (names: readonly string[], date: Date): string => names[date.getUTCMonth()] ?? "";
const day = (date: Date): string => String(date.getUTCDate());
const dayAndMonth = (lang: Language, date: Date): string => `${day(date)} ${nth(NAMES[lang].ofMonths, date)}`;
/** In Kazakh the year stands before the day. */
const withYear = (lang: Language, date: Date, rest: string): string => (lang === "kk" ? `${year(date)} ж. ${rest}` : `${rest} ${year(date)}`);

/** `5 января 2022`, `2022 ж. 5 қаңтар`. */
export const dayOfYear = (lang: Language, date: Date): string => withYear(lang, date, dayAndMonth(lang, date));

/** `январь 2022`, `2022 ж. қаңтар`. */
export const monthOfYear = (lang: Language, date: Date): string => withYear(lang, date, nth(NAMES[lang].months, date));

/** `5–7 января 2022`: what both days share is said once. */
export const rangeOfDays = (lang: Language, from: Date, to: Date): string => {
  if (from.getTime() === to.getTime()) return dayOfYear(lang, from);
  if (year(from) !== year(to)) return `${dayOfYear(lang, from)} – ${dayOfYear(lang, to)}`;
  const isOneMonth = from.getUTCMonth() === to.getUTCMonth();
  return withYear(lang, to, isOneMonth ? `${day(from)}–${dayAndMonth(lang, to)}` : `${dayAndMonth(lang, from)} – ${dayAndMonth(lang, to)}`);
};

/** `5 янв`. */
export const shortDay = (lang: Language, date: Date): string => `${day(date)} ${nth(NAMES[lang].short, date)}`;

/** `янв 2022`. */
export const shortMonth = (lang: Language, date: Date): string => {
  // The genitive `мая` belongs to a day.
  const month = lang === "ru" && date.getUTCMonth() === 4 ? "май" : nth(NAMES[lang].short, date);
  return lang === "kk" ? `${year(date)} ${month}` : `${month} ${year(date)}`;
};

export const weekday = (lang: Language, date: Date): string => NAMES[lang].weekdays[date.getUTCDay()] ?? "";
