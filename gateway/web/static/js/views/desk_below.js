// What the units below have to do: for those who pass on, verify, return, and help out.

import { read, readAll } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has } from "../me.js";
import { chip, empty, stateName, unitLink, urgencyName } from "../parts/pieces.js";
import { viaText } from "../parts/routes.js";
import { also, go } from "../route.js";
import { ACTS, actOf, labelOf, openAct, seeButton } from "./desk_acts.js";
import { booksPanel } from "./desk_books.js";
import { dueText, stateChip } from "./desk_card.js";
import { redrawer } from "./desk_redraw.js";
import { Choice, Receipts } from "./many.js";

const ROWS = 200;
const STATES = ["pending", "dispatched", "received", "named", "started", "reported", "returned", "rectified", "verified", "withdrawn"];
const TO_VERIFY = "reported,rectified";
// What a superior is asked for; the rest stands under "more".
const FIRST = ["VerifyReport", "ReturnReport", "GrantExtension", "RefuseExtension"];
const MORE = ["ReportOnBehalf", "CorrectReport", "WithdrawAssignment", "RestoreAssignment"];

function filters(directives, { d = "", s = "" }) {
  const choice = (name, label, value, options) => h("label", { class: "pick" }, h("span", {}, label),
    h("select", { onchange: (event) => go(also({ [name]: event.target.value })) }, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text))));
  return h("div", { class: "filters" },
    choice("d", t("status.directive"), d, [["", t("desk.all_directives")], ...directives.map((row) => [row.directive_id, row.title])]),
    choice("s", t("desk.state"), s, [["", t("desk.all_states")], [TO_VERIFY, t("desk.to_verify")], ...STATES.map((state) => [state, stateName(state)])]));
}

function report(row) {
  if (!row.report_number) return null;
  return h("p", { class: "told" }, h("strong", {}, t("desk.counts", { due: row.due_count, done: row.done_count })),
    row.summary && ` ${row.summary}`, row.on_behalf_by_unit_id && chip(t("desk.on_behalf"), "soft"));
}

// Who still owes a step of their own; the service decides, and says why not.
const OWING = ["dispatched", "received", "named", "started", "returned"];
const CHOSEN_FOR = [
  { name: "verify", fits: (row) => row.actions.includes("VerifyReport"), kind: "main" },
  { name: "remind", fits: (row) => OWING.includes(row.state) && has("operator", "unit_secretary"), kind: "" },
];

function line(row, choice, refresh) {
  const key = `${row.directive_id} ${row.unit_id}`;
  const again = () => refresh(key);
  const place = h("div", { class: "place" });
  const shut = () => put(place);
  const offer = (method) => (ACTS[method].form
    ? h("button", { type: "button", class: "quiet", onclick: () => openAct(method, row, place, again) }, labelOf(method, row))
    : actOf(method, row, again, method === "VerifyReport" ? undefined : shut));
  const offered = (methods) => methods.filter((method) => row.actions.includes(method)).map(offer);
  const more = [seeButton(row), ...offered(MORE)].filter(Boolean);
  return h("li", { class: `below ${row.state}`, "data-key": key, "data-unit": row.unit_id },
    h("div", { class: "who" }, choice.box(row), unitLink(row.unit_id, row.unit_name, { d: row.directive_id }), stateChip(row), dueText(row)),
    report(row),
    row.extension_stage > 0 && h("p", { class: "told" }, t("desk.asks_extension", { stage: t(`stage.${row.extension_stage}`) })),
    row.state === "returned" && h("p", { class: "told" }, t("desk.returned"), row.return_reason),
    h("div", { class: "acts" }, offered(FIRST), more.length > 0 && h("details", { class: "more" }, h("summary", {}, t("act.more")), more)),
    place);
}

function groups(unit, rows, choice, refresh) {
  const found = new Map();
  for (const row of rows) {
    if (!found.has(row.directive_id)) found.set(row.directive_id, []);
    found.get(row.directive_id).push(row);
  }
  const books = ([row]) => row.form_id && has("operator", "unit_secretary") && h("button", { type: "button", class: "quiet",
    onclick: () => booksPanel({ directive_id: row.directive_id, unit_id: unit.unit_id, title: row.directive_title }, { below: true }, () => refresh("books")) }, t("books.open"));
  return [...found.values()].map((members) => h("section", { class: "card group-below" },
    h("header", {}, h("h2", {}, members[0].urgency !== "ordinary" && [chip(urgencyName(members[0].urgency), "bad"), " "], members[0].directive_title),
      h("span", { class: "count" }, members.length), books(members)),
    members[0].route_id && h("p", { class: "about via" }, viaText({ route_name: members[0].route_name })),
    h("ul", { class: "lines" }, members.map((row) => line(row, choice, refresh)))));
}

/** Draws the part; the answer draws it anew. */
export async function belowPart(place, unit, route) {
  const { d = "", s = "" } = route.params;
  const directives = (await read("/directives?state=open&limit=100")).items;
  const list = h("div", { class: "stack" });
  let shown = ROWS;
  const rows = () => readAll(`/units/${unit.unit_id}/children/assignments`, { directive_id: d, states: s ? s.split(",") : [] }, shown);
  const further = () => h("button", { type: "button", class: "quiet wide", onclick: () => { shown += ROWS; refresh("further"); } }, t("act.further"));
  const receipts = new Receipts(() => refresh("done"));
  const choice = new Choice(CHOSEN_FOR, receipts);
  const all = h("div", { class: "at-once" });
  const draw = (found) => {
    choice.see(found);
    put(all, choice.all());
    put(list, found.length ? groups(unit, found, choice, refresh) : empty(t("desk.none_below")), found.length >= shown && further());
  };
  const refresh = redrawer(list, rows, draw);
  put(place, h("div", { class: "filters-line" }, filters(directives, route.params), all), receipts.node, list, choice.bar);
  await refresh();
  return refresh;
}
