// Supervision orders: those to a unit, its ledger of rectification, and what is overdue and could be ordered.

import { act, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has } from "../me.js";
import { evidenceField, evidenceLink } from "../parts/evidence.js";
import { field, form } from "../parts/forms.js";
import { chip, say, section, stageName } from "../parts/pieces.js";
import { dayText } from "../time.js";
import { lines, offers, tabs } from "./lines.js";
import { lightChip, ownUnit } from "./today.js";

const WORKDAYS = 3;
const days = () => field("workdays", t("order.workdays"), { type: "number", min: "1", inputmode: "numeric", value: WORKDAYS });
const long = (name, label, extra = {}) => field(name, label, { rows: 3, wide: true, required: true, ...extra });

const ACTS = {
  AcceptOrder: { path: (row) => `/orders/${row.order_id}/accept` },
  AnswerOrder: {
    path: (row) => `/orders/${row.order_id}/answer`,
    fields: (row) => [long("summary", t("order.summary"), { value: row.summary || undefined }), field("evidence_reference", t("order.evidence"), { wide: true, hint: t("order.evidence_hint"), value: row.evidence_reference || undefined }), evidenceField(row.unit_id, "")],
  },
  CloseOrder: { path: (row) => `/orders/${row.order_id}/close` },
  ReturnOrder: { path: (row) => `/orders/${row.order_id}/return`, fields: () => [long("reason", t("desk.reason")), days()] },
  WithdrawOrder: { path: (row) => `/orders/${row.order_id}/withdraw`, fields: () => [long("reason", t("desk.reason"))], danger: true },
};

const told = (name, text) => text && h("p", { class: "told" }, h("strong", {}, name), " ", text);

const orderLine = (row, refresh) => h("li", { class: "below matter-line" },
  h("div", { class: "who" }, h("strong", {}, row.number), h("span", {}, row.unit_name), row.person_name && h("span", {}, row.person_name),
    chip(t(`order.state.${row.state}`), row.state === "closed" ? "good" : ""), lightChip(row.light),
    row.light && h("span", { class: "due" }, t("today.until", { day: dayText(row.due_us) }))),
  h("p", { class: "told" }, t("order.about", { title: row.directive_title, stage: stageName(row.stage) })),
  h("p", { class: "told" }, row.text),
  told(t("order.summary"), row.summary), told(t("order.evidence"), (row.evidence_reference || row.evidence.length > 0) && [row.evidence_reference, " ", row.evidence.map((sha) => [evidenceLink({ unit_id: row.unit_id, file_sha256: sha }), " "])]), told(t("order.reason"), row.reason),
  offers(row, ACTS, refresh));

const key = (row) => `${row.directive_id} ${row.unit_id} ${row.stage}`;

function proposalLine(row, refresh) {
  const place = h("div", { class: "place" });
  const label = t("act.IssueOrder");
  const text = t("order.draft", { title: row.directive_title, stage: stageName(row.stage) });
  const submit = async (given, intent) => {
    await act(`/units/${row.unit_id}/orders`, { ...given, directive_id: row.directive_id, stage: row.stage }, { intent });
    say(label);
    await refresh();
  };
  const open = () => put(place, h("div", { class: "act-form" }, form([long("text", t("order.text"), { value: text }), days()], { label, submit, cancel: () => put(place) })));
  return h("li", { class: "below matter-line", "data-key": key(row) },
    h("div", { class: "who" }, h("strong", {}, row.unit_name), lightChip(row.light), h("span", { class: "due late" }, t("desk.was_due", { stage: stageName(row.stage), day: dayText(row.due_us) }))),
    h("p", { class: "told" }, row.directive_title),
    h("div", { class: "acts" }, h("button", { type: "button", class: "quiet", onclick: open }, label)), place);
}

export async function ordersView(place, route) {
  const unitId = route.argument || ownUnit();
  const tab = route.params.tab ?? (has("operator") ? "proposed" : "");
  const unit = await read(`/units/${unitId}`);
  const list = h("div", {});
  const named = [has("operator") && ["proposed", t("order.tab.proposed")], has("operator") && ["issued", t("order.tab.issued")], ["", t("order.tab.own")]].filter(Boolean);
  put(place, h("header", { class: "page" }, h("div", {}, h("h1", {}, t("nav.orders")), h("p", { class: "about" }, unit.name)), tabs(t("nav.orders"), tab, named)));
  const about = tab === "proposed" ? t("order.proposed_about") : tab === "issued" ? t("order.ledger_about") : "";
  place.append(section(t(`order.tab.${tab || "own"}`), { about }, list));
  if (tab === "proposed") await lines(list, `/units/${unitId}/orders/proposed`, proposalLine, { none: t("order.none_proposed") });
  else if (tab === "issued") await lines(list, `/units/${unitId}/orders/issued`, orderLine, { none: t("order.none") });
  else await lines(list, `/units/${unitId}/orders`, orderLine, { none: t("order.none") });
}
