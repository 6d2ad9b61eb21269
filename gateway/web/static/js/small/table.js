// The page's table: the draft, fields bound to it, and lines that follow it while somebody types.

import { h, put } from "../h.js";
import { field } from "../parts/forms.js";
import { loadDraft, saveDraft } from "./draft.js";

let draw = () => {};
let lines = [];

export const page = { draft: loadDraft(), recorded: false };

export const drawnBy = (act) => { draw = act; };

function follow() {
  lines = lines.filter(([place]) => place.isConnected);
  for (const [place, make] of lines) put(place, make());
}

/** Keeps what was typed; lines that follow it are made anew. */
export function keep() {
  saveDraft(page.draft);
  follow();
}

/** Keeps it and draws the page anew. */
export function redraw() {
  if (!page.recorded) saveDraft(page.draft);
  lines = [];
  draw();
}

/** A line that follows the draft. */
export function following(make, attributes = {}) {
  const place = h("div", attributes, make());
  lines.push([place, make]);
  return place;
}

/** A field that writes `target[key]`. */
export function bound(target, key, label, options = {}) {
  const node = field(key, label, { value: target[key], ...options });
  const input = node.querySelector("input, select, textarea");
  input.addEventListener("input", () => {
    target[key] = input.value;
    keep();
  });
  return node;
}

/** A field for a whole number. */
export const counted = (target, key, label, options = {}) => bound(target, key, label, { inputmode: "numeric", autocomplete: "off", ...options });
