/**
 * Colours of categories: Paul Tol's "muted" scheme, which stays apart for the usual kinds of colour blindness, with lighter
 * twins for the dark theme. Stable by name, whatever else is on the map. Colour is never the only sign: names stand beside it.
 */

const SCHEME = [
  { light: "#cc3311", dark: "#ff7a5c" }, // vermilion
  { light: "#882255", dark: "#d97aa8" }, // wine
  { light: "#332288", dark: "#9a8df0" }, // indigo
  { light: "#117733", dark: "#4fbf78" }, // green
  { light: "#ba7c00", dark: "#e5b54a" }, // ochre
  { light: "#aa4499", dark: "#dd83cf" }, // purple
  { light: "#1f78a8", dark: "#6cbde8" }, // blue
  { light: "#2a8f86", dark: "#5cc9be" }, // teal
  { light: "#7a7a1f", dark: "#c2c25a" }, // olive
  { light: "#e07b91", dark: "#ffb3c1" }, // rose
  { light: "#7b4a2b", dark: "#c99a76" }, // brown
  { light: "#6fa300", dark: "#a6ff4d" }, // lime
] as const;

export const NEUTRAL = { light: "#59626b", dark: "#a3adb6" } as const;

/**
 * Kinds that are met together have colours of their own, far apart, by whatever name of them in the four languages a file calls them.
 * The number is the place in the scheme; the first line that fits decides.
 */
const KNOWN: readonly (readonly [colour: number, names: RegExp])[] = [
  [11, /state.of.emergency|чрезвычайн|надзвичайн|төтенше|^чп$|^нс$|^тж$/],
  [0, /clash|столкнов|сутич|зіткнен|қақтығыс|беспоряд|riot|battle/],
  [4, /arson|loot|поджог|мародер|підпал|өртеу|тонау|fire|пожар|пожеж|өрт/],
  [5, /occup|захват|захоплен|басып алу|seiz/],
  [1, /shoot|gunfire|стрельб|стрілян|атыс|обстрел|обстріл/],
  [2, /detent|arrest|задержан|затриман|арест|арешт|ұстау|қамау/],
  [3, /security|силовик|күштік|полиц|поліц|police|army|арми|армі/],
  [8, /statement|заявлен|^заява|мәлімдеме/],
  [7, /communicat|internet|интернет|інтернет|связь|зв.язок|байланыс/],
  [9, /transport|транспорт|көлік/],
  [10, /explosion|взрыв|вибух|жарылыс|strike|забастовк|страйк/],
  [6, /protest|протест|наразылық|митинг|мітинг|rally|demonstrat|пикет|пікет|жиын/],
];
const known = (name: string): number | undefined => {
  const plain = name.toLocaleLowerCase().replace(/ё/g, "е").replace(/[_-]+/g, " ").trim();
  return KNOWN.find(([, names]) => names.test(plain))?.[0];
};

const hash = (text: string): number => {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 16777619);
  return value >>> 0;
};

export const categoryColour = (name: string, dark: boolean): string => {
  const theme = dark ? "dark" : "light";
  if (!name) return NEUTRAL[theme];
  return (SCHEME[known(name) ?? hash(name.toLocaleLowerCase()) % SCHEME.length] ?? NEUTRAL)[theme];
};

/** The category with most incidents (ties by name), and whether it is the only one. */
export const dominant = (categories: Record<string, number>): { name: string; only: boolean } => {
  const sorted = Object.entries(categories).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return { name: sorted[0]?.[0] ?? "", only: sorted.length <= 1 };
};
