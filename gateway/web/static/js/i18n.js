// Words: every visible text comes from i18n/<language>.json by its key.

export const LANGUAGES = ["zh", "en"];
const KEPT = "huanjie.language";

let words = {};
let spoken = "zh";

export const language = () => spoken;

/** The language asked for by the address, kept from last time, or Chinese. */
export function preferred() {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(KEPT);
  return LANGUAGES.includes(asked) ? asked : LANGUAGES[0];
}

/** Loads a language and keeps the choice. */
export async function speak(wanted) {
  const answer = await fetch(`/i18n/${wanted}.json`);
  words = await answer.json();
  spoken = wanted;
  localStorage.setItem(KEPT, wanted);
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
}

/** The text of a key, its {placeholders} filled. */
export function t(key, params = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/** The text of a key that data names; the bare name where there is none. */
export const tOr = (key, name) => words[key] ?? name;
