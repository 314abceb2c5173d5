/** The symbols of the map, as SVG: the same drawing serves the map, the list and the legend. */
import { categoryColour, dominant, NEUTRAL } from "./palette.ts";
import { badgeType } from "./cluster.ts";
import { s } from "./dom.ts";
import type { Precision } from "./words.ts";

/** What a symbol says about exactness. Solid is exact, hollow is "somewhere here". */
export type Shape = "point" | "site" | "street" | "circle" | "area" | "group" | "none";

export const shapeOf = (precision: Precision): Shape => {
  switch (precision) {
    case "point": case "site": case "street": return precision;
    case "quarter": case "settlement": case "near": return "circle";
    case "district": case "region": case "country": case "area": return "area";
    case "unlocated": return "none";
  }
};

export interface Symbol { shape: Shape; categories: Record<string, number>; ambiguous: boolean; text: string; radius: number; dark: boolean }

const ring = (categories: Record<string, number>, radius: number, width: number, dark: boolean, dashed: boolean): SVGElement[] => {
  const parts = Object.entries(categories).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  const around = 2 * Math.PI * radius;
  let from = 0;
  const arcs = parts.map(([name, count]) => {
    const length = (count / total) * around;
    const arc = s("circle", {
      r: radius, fill: "none", stroke: categoryColour(name, dark), "stroke-width": width,
      "stroke-dasharray": parts.length === 1 ? null : `${length} ${around - length}`, "stroke-dashoffset": -from, transform: "rotate(-90)",
    });
    from += length;
    return arc;
  });
  return dashed ? [...arcs, ...gaps(radius, width, dark)] : arcs;
};

const paper = (dark: boolean): string => (dark ? "#1b2127" : "#ffffff");
/** Gaps cut into a ring: the dashes of "ambiguous", whatever the ring's colours are. */
const gaps = (radius: number, width: number, dark: boolean): SVGElement[] => [
  s("circle", { r: radius, fill: "none", stroke: paper(dark), "stroke-width": width + 0.6, "stroke-dasharray": "2.2 3.8" }),
];

/** Draws the symbol, centred, in a box of `2 * radius + 4` pixels (a wider one for streets and areas). */
export const drawSymbol = ({ shape, categories, ambiguous, text, radius, dark }: Symbol): SVGSVGElement => {
  const { name, only } = dominant(categories);
  const colour = only ? categoryColour(name, dark) : NEUTRAL[dark ? "dark" : "light"];
  const background = paper(dark);
  const wide = shape === "street";
  const halfWidth = wide ? radius + 4 : radius;
  const width = 2 * halfWidth + 4;
  const height = 2 * radius + 4;
  const svg = s("svg", { width, height, viewBox: `${-width / 2} ${-height / 2} ${width} ${height}`, "aria-hidden": "true", focusable: "false" }) as SVGSVGElement;
  const dash = ambiguous ? "3 2.4" : null;
  const outline = { stroke: ambiguous ? (dark ? "#f4f6f8" : "#14181c") : background, "stroke-width": ambiguous ? 1.8 : 1.6, "stroke-dasharray": dash };
  let ink = background;
  switch (shape) {
    case "point":
      svg.append(s("circle", { r: radius - 0.5, fill: colour, ...outline }));
      if (!only && radius > 8) svg.append(...ring(categories, radius - 3, 2.2, dark, false));
      break;
    case "site":
      svg.append(s("rect", { x: -radius + 1, y: -radius + 1, width: 2 * radius - 2, height: 2 * radius - 2, rx: 2.5, fill: colour, ...outline }));
      if (!only) svg.append(s("rect", { x: -radius + 3.2, y: -radius + 3.2, width: 2 * radius - 6.4, height: 2 * radius - 6.4, rx: 1, fill: "none", stroke: categoryColour(name, dark), "stroke-width": 2 }));
      break;
    case "street": {
      const tall = Math.min(radius, 9);
      svg.append(s("rect", { x: -halfWidth + 1, y: -tall + 1, width: 2 * halfWidth - 2, height: 2 * tall - 2, rx: tall, fill: colour, ...outline }));
      if (!only) svg.append(s("rect", { x: -halfWidth + 3, y: -tall + 3, width: 2 * halfWidth - 6, height: 2 * tall - 6, rx: tall, fill: "none", stroke: categoryColour(name, dark), "stroke-width": 1.6 }));
      break;
    }
    case "circle":
      ink = dark ? "#f4f6f8" : "#14181c";
      svg.append(s("circle", { r: radius, fill: background, stroke: background, "stroke-width": 2 }));
      svg.append(...ring(categories, radius - 1.8, 3, dark, ambiguous));
      break;
    case "group":
      ink = dark ? "#14181c" : "#ffffff";
      svg.append(s("circle", { r: radius, fill: background, stroke: background, "stroke-width": 2 }));
      svg.append(...ring(categories, radius - 1.2, 2.6, dark, ambiguous));
      svg.append(s("circle", { r: radius - 3.6, fill: dark ? "#c9d1d8" : "#3a434c" }));
      break;
    case "area":
    case "none":
      ink = dark ? "#f4f6f8" : "#14181c";
      svg.append(s("rect", { x: -radius + 1, y: -radius + 1, width: 2 * radius - 2, height: 2 * radius - 2, rx: 2, fill: background, stroke: colour, "stroke-width": 1.4, "stroke-dasharray": shape === "none" ? "2 2" : dash }));
      if (shape === "area") for (const x of [-0.5, 0, 0.5]) svg.append(s("path", { d: `M${x * radius - radius * 0.35} ${radius * 0.55}L${x * radius + radius * 0.35} ${-radius * 0.55}`, stroke: colour, "stroke-width": 1.2 }));
      break;
  }
  if (text) svg.append(s("text", { y: "0.36em", "text-anchor": "middle", fill: ink, "font-size": badgeType(text, radius).toFixed(1), "font-weight": 650 }, text));
  return svg;
};
