// Choosing a unit by a part of its name: a field whose suggestions come from the platform.

import { query, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { seldom } from "../live.js";
import { kindName } from "./pieces.js";

const TYPING_MS = 200;
const SHOWN_MAX = 12;

/** A field for one unit; its hidden input of the given name holds the id. `chosen(unit)` is told. */
export function unitField(name, label, { unit = null, hint, required, chosen = () => {} } = {}) {
  const held = h("input", { type: "hidden", name, value: unit?.unit_id });
  const listId = `list-${name.replaceAll(".", "-")}`;
  const list = h("ul", { class: "choices", role: "listbox", id: listId, hidden: true });
  const input = h("input", {
    type: "text", autocomplete: "off", role: "combobox", "aria-expanded": "false", "aria-controls": listId, id: `${listId}-text`,
  });
  input.value = unit?.name ?? "";
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  };
  const choose = (found) => {
    held.value = found.unit_id;
    input.value = found.name;
    show(false);
    chosen(found);
  };
  const choice = (found) =>
    h("li", { role: "option" }, h("button", { type: "button", onclick: () => choose(found) },
      found.name, h("small", {}, [kindName(found.kind), found.parent_name].filter(Boolean).join(" · "))));
  const look = seldom(async () => {
    const text = input.value.trim();
    if (!text) return show(false);
    const page = await read(`/units${query({ name_contains: text, limit: SHOWN_MAX })}`);
    if (input.value.trim() !== text) return;
    put(list, page.items.length ? page.items.map(choice) : h("li", { class: "none" }, t("unit.none")));
    show(true);
  }, TYPING_MS, () => show(false));
  input.addEventListener("input", () => { held.value = ""; look(); });
  const box = h("div", { class: "field", "data-field": name, "data-required": required },
    h("label", { for: input.id }, label, required && h("span", { class: "must", "aria-hidden": "true" }, "*")),
    h("div", { class: "picker" }, held, input, list), hint && h("p", { class: "hint" }, hint), h("p", { class: "wrong" }));
  box.addEventListener("keydown", (event) => onKey(event, box, list, show));
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) show(false); });
  return box;
}

function onKey(event, box, list, show) {
  if (event.key === "Escape") show(false);
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [box.querySelector("input[role]"), ...list.querySelectorAll("button")];
  const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  stops[next]?.focus();
  event.preventDefault();
}
