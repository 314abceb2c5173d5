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
  { light: "#c45a6e", dark: "#f09aa8" }, // rose
] as const;

export const NEUTRAL = { light: "#59626b", dark: "#a3adb6" } as const;

/** The example's categories have their colours by hand, so that those met together are far apart. */
const KNOWN: Record<string, number> = {
  protest: 6, clash: 0, arson_or_looting: 4, building_occupied: 5, shooting: 1, security_forces: 3, detention: 2,
  statement: 8, communications: 7, transport: 9, state_of_emergency: 2,
};

const hash = (text: string): number => {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 16777619);
  return value >>> 0;
};

export const categoryColour = (name: string, dark: boolean): string => {
  const theme = dark ? "dark" : "light";
  if (!name) return NEUTRAL[theme];
  return (SCHEME[KNOWN[name] ?? hash(name.toLocaleLowerCase()) % SCHEME.length] ?? NEUTRAL)[theme];
};

/** The category with most incidents (ties by name), and whether it is the only one. */
export const dominant = (categories: Record<string, number>): { name: string; only: boolean } => {
  const sorted = Object.entries(categories).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return { name: sorted[0]?.[0] ?? "", only: sorted.length <= 1 };
};
