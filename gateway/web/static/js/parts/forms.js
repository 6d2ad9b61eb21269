// Forms: a field says what is wrong with it, and what is sent twice is done once.

import { Intent, Refused, Unreached } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";

// Refusals that mean one field, though they do not name it as a request does.
const FIELDS = {
  LOGIN_FAILED: "password",
  CODE_INVALID: "one_time_code",
  CODE_EXPIRED: "one_time_code",
  PASSWORD_TOO_WEAK: "new_password",
  COUNT_IMPOSSIBLE: "done_count",
  EMPTY_SCOPE: "scope.kinds",
  UNIT_NOT_BELOW_ISSUER: "scope.subtree_unit_id",
  LEADS_REPEATED: "lead_unit_id",
  PLAN_TOO_SHORT: "plan.report_workdays",
  PLAN_NOT_RISING: "plan.report_workdays",
  EXTENSION_BACKWARDS: "workdays",
  EXTENSION_STAGE_DONE: "stage",
  EVIDENCE_REQUIRED: "evidence",
  EVIDENCE_MISSING: "evidence",
  LOGIN_TAKEN: "login",
  ROUTE_NAME_TAKEN: "name",
  ROUTE_ENDED: "route_id",
};

let numbers = 0;

/** What a failure says to a person. */
export function wordsOf(error) {
  if (error instanceof Refused) return error.detail || t("error.unexplained", { code: error.code });
  return t(error instanceof Unreached ? "error.unreached" : "error.page");
}

/** A labelled field; `options` makes it a choice, `rows` a text of several lines. Its name is the request's. */
export function field(name, label, { type = "text", hint, options, rows, value, wide, required, ...attributes } = {}) {
  const id = `field-${(numbers += 1)}`;
  const shared = { id, name, "aria-describedby": `${id}-said`, "aria-required": required && "true", ...attributes };
  const input = options
    ? h("select", shared, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)))
    : rows
      ? h("textarea", { ...shared, rows })
      : h("input", { ...shared, type });
  if (value !== undefined && !options) input.value = value;
  return h("div", { class: wide ? "field wide" : "field", "data-field": name, "data-required": required },
    h("label", { for: id }, label, required && h("span", { class: "must", "aria-hidden": "true" }, "*")),
    input,
    hint && h("p", { class: "hint" }, hint),
    h("p", { id: `${id}-said`, class: "wrong" }));
}

/** The values of a form by name: numbers as numbers, empty ones and files left out. */
export function values(form) {
  const found = {};
  for (const input of form.querySelectorAll("input[name], select[name], textarea[name]")) {
    if (input.type === "file") continue;
    const text = input.type === "password" ? input.value : input.value.trim();
    if (text === "" || (input.type === "radio" && !input.checked)) continue;
    found[input.name] = input.type === "number" ? Number(text) : input.dataset.list === undefined ? text : text.split(" ");
  }
  return found;
}

function clear(form, said) {
  put(said);
  for (const wrong of form.querySelectorAll(".wrong")) put(wrong);
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

function point(form, name, text) {
  const place = name && form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!place) return false;
  const input = place.querySelector("input:not([type=hidden]), select, textarea");
  put(place.querySelector(".wrong"), text);
  input.setAttribute("aria-invalid", "true");
  input.focus();
  return true;
}

/** The first field that must be filled and is not. */
function missing(form) {
  return [...form.querySelectorAll("[data-required]")].find((place) => !place.querySelector("[name]").value.trim());
}

function complain(form, said, error, { reload, kept }) {
  const name = error instanceof Refused ? error.field || FIELDS[error.code] : "";
  if (point(form, name, wordsOf(error))) return;
  put(said, h("p", {}, wordsOf(error)), kept && error instanceof Unreached && h("p", {}, t("figures.kept")), error.stale && reload && h("button", { type: "button", class: "quiet", onclick: reload }, t("act.reload")));
}

/** A form. `submit(values, intent)` does it; `reload` is offered where somebody else was there first; `kept`: what is typed outlives the page. */
export function form(children, { label, submit, reload, cancel, danger, kept }) {
  const intent = new Intent();
  const said = h("div", { class: "said", role: "alert" });
  const button = h("button", { class: danger ? "danger" : "main" }, label);
  let busy = false;
  const onsubmit = async (event) => {
    event.preventDefault();
    if (busy) return;
    clear(node, said);
    const bare = missing(node);
    if (bare) return point(node, bare.dataset.field, t("error.required"));
    busy = true;
    button.setAttribute("aria-disabled", "true");
    try {
      await submit(values(node), intent);
    } catch (error) {
      complain(node, said, error, { reload, kept });
    } finally {
      busy = false;
      button.removeAttribute("aria-disabled");
    }
  };
  const node = h("form", { onsubmit, novalidate: true },
    h("div", { class: "fields" }, children),
    said,
    h("div", { class: "buttons" }, button, cancel && h("button", { type: "button", class: "quiet", onclick: cancel }, t("act.cancel"))));
  return node;
}

/** A button that does one thing at once; what goes wrong is told beside it. */
export function actButton(label, submit, { kind = "main", reload } = {}) {
  const intent = new Intent();
  const said = h("span", { class: "said inline", role: "alert" });
  let busy = false;
  const onclick = async () => {
    if (busy) return;
    busy = true;
    button.setAttribute("aria-disabled", "true");
    put(said);
    try {
      await submit(intent);
    } catch (error) {
      put(said, wordsOf(error), error.stale && reload && h("button", { type: "button", class: "quiet", onclick: reload }, t("act.reload")));
    } finally {
      busy = false;
      button.removeAttribute("aria-disabled");
    }
  };
  const button = h("button", { type: "button", class: kind, onclick }, label);
  return h("span", { class: "act" }, button, said);
}
