// What was typed and is not yet done: kept in this browser, under the login that typed it, until it is.

import { me } from "./me.js";

const KEPT = "huanjie.draft";

/** The draft of one thing, named by words that tell it from all others. A browser that keeps nothing has none. */
export function draftOf(...names) {
  const key = () => [KEPT, me.login, ...names].join(" ");
  const trying = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    read: () => trying(() => JSON.parse(localStorage.getItem(key()))),
    keep: (content) => trying(() => localStorage.setItem(key(), JSON.stringify(content))),
    drop: () => trying(() => localStorage.removeItem(key())),
  };
}
