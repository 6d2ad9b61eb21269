// Drawing a list anew without taking away what somebody is writing, and without losing their place.

/**
 * Reads and draws, unless nothing changed or a form is open. After an act, `refresh(key)` draws in any case and
 * puts the focus into the element with that data-key.
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
    draw(rows);
    if (key) place.querySelector(`[data-key="${CSS.escape(key)}"] :is(button, a, summary)`)?.focus();
  };
}
