/**
 * Everything the page says, in four languages, one file of `texts` each. A table that lacks a key, or has one too many, does not compile.
 *
 * A text with `{n}` and the like is filled by {@link Translator.t}; a plural is an object of forms for `Intl.PluralRules`.
 */
import { formatCount } from "./format.ts";
import { en } from "./texts/en.ts";
import { kk } from "./texts/kk.ts";
import { ru, type Plural, type Table } from "./texts/ru.ts";
import { uk } from "./texts/uk.ts";
import type { Language } from "./words.ts";

export const tables: Record<Language, Table> = { ru, kk, en, uk };

/** The languages in their own names, for the select. */
export const languageNames: Record<Language, string> = { ru: "Русский", kk: "Қазақша", en: "English", uk: "Українська" };

type Values = Record<string, string | number>;
export type TextKey = { [K in keyof Table]: Table[K] extends string ? K : never }[keyof Table];
export type PluralKey = Exclude<keyof Table, TextKey>;

const fill = (text: string, values: Values): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

export interface Translator {
  readonly lang: Language;
  /** A text with its blanks filled. */
  t(key: TextKey, values?: Values): string;
  /** A plural; `{n}` is the count, written with the language's separators. */
  n(key: PluralKey, count: number): string;
  /** A word of an open set, such as a category: its translation or itself. */
  word(prefix: string, word: string): string;
  /** A category as people read it; the empty one is "no category". */
  category(name: string): string;
}

export const translator = (lang: Language): Translator => {
  const table = tables[lang];
  const rules = new Intl.PluralRules(lang);
  const word = (prefix: string, name: string): string => {
    const text = (table as Record<string, string | Plural>)[`${prefix}_${name}`];
    return typeof text === "string" ? text : name;
  };
  return {
    lang,
    t: (key, values = {}) => fill(table[key], values),
    n: (key, count) => {
      const forms = table[key];
      return fill(forms[rules.select(count)] ?? forms.other, { n: formatCount(lang, count) });
    },
    word,
    category: (name) => (name ? word("category", name) : table.noCategory),
  };
};
