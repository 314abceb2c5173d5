/** The name of a place as people say it: the gazetteer keeps names and kinds apart (`Мангистауская`, region), a reader needs both. */
import type { Language } from "./words.ts";

/** `[word, pattern]`: the kind word, and where the name goes. The first pattern is for adjectives, the second for the rest. */
type Pattern = readonly [word: string, adjective: string, noun: string];

const PATTERNS: Record<Language, Readonly<Record<string, Pattern>>> = {
  ru: {
    region: ["област", "{} область", "область {}"], district: ["район", "{} район", "район {}"], city_district: ["район", "{} район", "район {}"],
    square: ["площад", "{} площадь", "площадь {}"], park: ["парк", "{} парк", "парк {}"], market: ["базар", "{} рынок", "рынок {}"],
    station: ["вокзал", "вокзал {}", "вокзал {}"], airport: ["аэропорт", "аэропорт {}", "аэропорт {}"], microdistrict: ["микрорайон", "{} микрорайон", "микрорайон {}"],
  },
  uk: {
    region: ["област", "{} область", "область {}"], district: ["район", "{} район", "район {}"], city_district: ["район", "{} район", "район {}"],
    square: ["площ", "{} площа", "площа {}"], park: ["парк", "{} парк", "парк {}"], market: ["базар", "{} ринок", "ринок {}"],
    station: ["вокзал", "вокзал {}", "вокзал {}"], airport: ["аеропорт", "аеропорт {}", "аеропорт {}"], microdistrict: ["мікрорайон", "{} мікрорайон", "мікрорайон {}"],
  },
  kk: {
    region: ["облыс", "{} облысы", "{} облысы"], district: ["аудан", "{} ауданы", "{} ауданы"], city_district: ["аудан", "{} ауданы", "{} ауданы"],
    square: ["алаң", "{} алаңы", "{} алаңы"], park: ["саябақ", "{} саябағы", "{} саябағы"], market: ["базар", "{} базары", "{} базары"],
    station: ["вокзал", "{} вокзалы", "{} вокзалы"], airport: ["әуежай", "{} әуежайы", "{} әуежайы"], microdistrict: ["шағынаудан", "{} шағынауданы", "{} шағынауданы"],
  },
  en: {
    region: ["region", "{} Region", "{} Region"], district: ["district", "{} District", "{} District"], city_district: ["district", "{} District", "{} District"],
    square: ["square", "{} Square", "{} Square"], park: ["park", "{} Park", "{} Park"], market: ["bazaar", "{} market", "{} market"],
    station: ["station", "{} station", "{} station"], airport: ["airport", "{} Airport", "{} Airport"], microdistrict: ["microdistrict", "{} microdistrict", "microdistrict {}"],
  },
};

/** Russian and Ukrainian adjectives in the gender of their kind word; a number is said as an ordinal before the word. */
const isAdjective = (name: string): boolean => /(ая|ий|ый|ой|ька)$/.test(name) && !/\s/.test(name);

/** `Мангистауская` and `region` give `Мангистауская область`. A kind without a word of its own, or a name that has it, stays. */
export const withKind = (name: string, kind: string | null, lang: Language): string => {
  const pattern = kind === null ? undefined : PATTERNS[lang][kind];
  if (!pattern || !name || name.toLowerCase().includes(pattern[0])) return name;
  const [, adjective, noun] = pattern;
  return (isAdjective(name) ? adjective : noun).replace("{}", () => name);
};
