// Elements, made without markup: whatever is data becomes text, never HTML.

const SVG = "http://www.w3.org/2000/svg";

const shown = (child) => child !== null && child !== undefined && child !== false;

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (!shown(value)) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter(shown).map((child) => (child instanceof Node ? child : String(child))));
  return node;
}

/** An HTML element; attributes named on… are listeners, false and null leave an attribute or child out. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element. */
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** Puts these in the place of everything in an element. */
export const put = (node, ...children) => node.replaceChildren(...children.flat(Infinity).filter(shown));
