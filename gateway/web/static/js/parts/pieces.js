// Small pieces that several views show.

import { h, put } from "../h.js";
import { t, tOr } from "../i18n.js";
import { to } from "../route.js";

export const stageName = (stage) => t(`stage.${stage}`);
export const kindName = (kind) => tOr(`kind.${kind}`, kind);
export const stateName = (state) => tOr(`state.${state}`, state);
export const roleName = (role) => tOr(`role.${role}`, role);
export const urgencyName = (urgency) => tOr(`urgency.${urgency}`, urgency);

export const chip = (text, kind = "") => h("span", { class: `chip ${kind}` }, text);

/** A section with a heading; `aside` stands at the heading's right. */
export const section = (title, { aside, about, id, kind = "" } = {}, ...children) =>
  h("section", { class: `card ${kind}`, "aria-labelledby": id },
    h("header", {}, h("h2", { id }, title), aside),
    about && h("p", { class: "about" }, about),
    children);

export const empty = (text) => h("p", { class: "empty" }, text);

export const unitLink = (unitId, name, params = {}) => h("a", { href: to("status", unitId, params) }, name || unitId);

/** Says something for a moment, and to screen readers. */
export function say(text) {
  const said = document.getElementById("said");
  put(said, text);
  said.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.classList.remove("shown"), 4000);
}

/** A panel at the side over the page; Esc closes it, and focus goes back to where it was. */
export function panel(title, children, closed) {
  const close = h("button", { type: "button", class: "quiet", "aria-label": t("act.close"), onclick: () => dialog.close() }, "×");
  const dialog = h("dialog", { class: "panel", "aria-label": title, onclose: () => { dialog.remove(); closed?.(); } },
    h("header", {}, h("h2", {}, title), close),
    h("div", { class: "body" }, children));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A table from columns `[heading, cell(row), class]`. */
export function table(columns, rows, { caption, key, rowClass = () => "" } = {}) {
  const head = columns.map(([heading, , kind]) => h("th", { scope: "col", class: kind }, heading));
  const line = (row) => h("tr", { "data-key": key?.(row), class: rowClass(row) }, columns.map(([, cell, kind]) => h("td", { class: kind }, cell(row))));
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    h("table", {}, caption && h("caption", { class: "unseen" }, caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows.map(line))));
}
