/** Building elements without HTML text: what comes from reports can only become text. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

const apply = (element: Element, attributes: Attributes): void => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
};

/** An element with attributes (a function is a listener) and children (a string is text). */
export const h = <K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  apply(element, attributes);
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
};

/** The same for SVG. */
export const s = (tag: string, attributes: Attributes = {}, ...children: (Node | string)[]): SVGElement => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement;
  apply(element, attributes);
  element.append(...children);
  return element;
};

/** The element with this id, which index.html must have. */
export const byId = <T extends HTMLElement = HTMLElement>(id: string): T => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html lacks #${id}`);
  return element as T;
};

/** Waits until calls stop for `wait_ms`. */
export const debounce = <A extends unknown[]>(call: (...args: A) => void, wait_ms: number): ((...args: A) => void) => {
  let timer = 0;
  return (...args) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => call(...args), wait_ms);
  };
};
