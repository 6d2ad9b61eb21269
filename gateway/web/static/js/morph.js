// Makes what is shown like what should be shown, and touches only what differs: focus, selection and clicks under
// way survive, and a figure that moved can be seen to have moved.

import { holdFocus } from "./focus.js";

// What the reader did to the page is theirs.
const THEIRS = new Set(["open"]);
const FLASH_MS = 1600;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-key") : null);

function same(was, next) {
  return was && was.nodeType === next.nodeType && was.nodeName === next.nodeName && keyOf(was) === keyOf(next);
}

function flash(element) {
  if (calm.matches || !element) return;
  for (const before of element.getAnimations()) before.cancel();
  element.animate([{ backgroundColor: "#f8ecd2" }, { backgroundColor: "transparent" }], { duration: FLASH_MS, easing: "ease-out" });
}

function patch(was, next) {
  if (was.nodeType !== Node.ELEMENT_NODE) {
    if (was.data === next.data) return;
    was.data = next.data;
    flash(was.parentElement?.closest("[data-live]"));
    return;
  }
  for (const { name } of [...was.attributes]) {
    if (!next.hasAttribute(name) && !THEIRS.has(name)) was.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if (was.getAttribute(name) !== value && !THEIRS.has(name)) was.setAttribute(name, value);
  }
  arrange(was, [...next.childNodes]);
}

function arrange(parent, children) {
  const wanted = children.flat(Infinity).filter(Boolean);
  const keys = new Set(wanted.map(keyOf));
  // What is gone goes first: whatever stays need not be moved out of its way.
  for (const node of [...parent.childNodes]) if (keyOf(node) && !keys.has(keyOf(node))) node.remove();
  const keyed = new Map([...parent.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
  wanted.forEach((next, place) => {
    const here = parent.childNodes[place] ?? null;
    const was = keyed.get(keyOf(next)) ?? here;
    if (!same(was, next)) {
      parent.insertBefore(next, here);
      return;
    }
    if (was !== here) parent.insertBefore(was, here);
    patch(was, next);
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
}

/** Gives `parent` these children. Live parts carry no listeners: what can be done in them are links. */
export function morph(parent, children) {
  const back = holdFocus(parent);
  arrange(parent, children);
  back();
}
