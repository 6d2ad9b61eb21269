// Drawing a list anew without taking away what somebody is writing, and without losing their place.

import { holdFocus } from "../focus.js";

const entries = (place) => new Map([...place.querySelectorAll("[data-key]")].map((node) => [node.dataset.key, node]));

// Entries with an open form stay as they are, but for the one that was just acted on.
function keepWriting(before, place, done) {
  const after = entries(place);
  for (const [key, node] of before) {
    if (key !== done && node.querySelector("form")) after.get(key)?.replaceWith(node);
  }
}

/**
 * Reads and draws, unless nothing changed or a form is open. After an act, `refresh(key)` draws in any case and
 * puts the focus into the entry with that data-key.
 */
export function redrawer(place, read, draw) {
  let last = "";
  return async (key = "") => {
    const writing = () => !key && place.querySelector("form");
    if (writing()) return;
    const rows = await read();
    const content = JSON.stringify(rows);
    if (writing() || (!key && content === last)) return;
    last = content;
    const before = entries(place);
    const back = holdFocus(place);
    draw(rows);
    keepWriting(before, place, key);
    const acted = key && entries(place).get(key)?.querySelector("button, a, summary");
    if (acted) acted.focus();
    else back();
  };
}
