// Where the keyboard is. Whoever signs in begins at the top, as on any new page; who follows a link begins at the
// content that it leads to; and what is drawn anew under the reader's hands leaves them where they were.

const STOPS = "a[href], button, summary, input:not([type=hidden]), select, textarea";
// What the same control is recognised by after it was drawn anew.
const MARKS = ["data-focus", "name", "href"];

const quietly = { preventScroll: true };

function alike(was, place) {
  const mark = MARKS.find((name) => was.getAttribute(name));
  if (mark) return place.querySelector(`[${mark}="${CSS.escape(was.getAttribute(mark))}"]`);
  return [...place.querySelectorAll(STOPS)].find((node) => node.nodeName === was.nodeName && node.textContent === was.textContent);
}

/** Puts the focus on an element that is no control, such as the content. */
export function settle(place) {
  if (!place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
  place.focus(quietly);
}

/** Remembers the focused control of a place; the answer finds it again in a place, or says that there is none. */
export function recognise(place) {
  const was = document.activeElement;
  const held = place.contains(was) && was !== place;
  return (next) => {
    const found = held && alike(was, next);
    found?.focus?.(quietly);
    return Boolean(found);
  };
}

/** Remembers where in a place the focus is; the answer puts it back there once the place was drawn anew. */
export function holdFocus(place) {
  const was = document.activeElement;
  if (!place.contains(was) || was === place) return () => {};
  const key = was.closest("[data-key]")?.dataset.key;
  return () => {
    if (document.activeElement === was) return;
    if (was.isConnected) return was.focus(quietly);
    const entry = key && place.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const next = (entry && (alike(was, entry) ?? entry.querySelector(STOPS))) ?? (key ? null : alike(was, place));
    return next ? next.focus(quietly) : settle(place);
  };
}
