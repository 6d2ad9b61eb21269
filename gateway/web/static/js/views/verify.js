// What waits to be verified below a unit, oldest due first; and samples that are looked at on the spot.

import { read, readAll } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { Live, seldom } from "../live.js";
import { chip, empty, unitLink } from "../parts/pieces.js";
import { viaText } from "../parts/routes.js";
import { also, go } from "../route.js";
import { dayText, nowUs, WORKDAY_MINUTES } from "../time.js";
import { actOf, labelOf, openAct, seeButton } from "./desk_acts.js";
import { redrawer } from "./desk_redraw.js";
import { tabs } from "./lines.js";
import { Choice, Receipts } from "./many.js";
import { ownUnit } from "./today.js";
import { samplesPart } from "./verify_samples.js";

const ROWS = 200;
const SETTLE_MS = 800;

function due(row) {
  if (!row.verify_due_us) return null;
  const late = row.verify_due_us < nowUs();
  return h("span", { class: late ? "due late" : "due" }, t(late ? "verify.was_due" : "verify.due", { day: dayText(row.verify_due_us) }));
}

function line(row, routes, choice, refresh) {
  const key = `${row.directive_id} ${row.unit_id}`;
  const again = () => refresh(key);
  const place = h("div", { class: "place" });
  const can = (method) => row.actions.includes(method);
  return h("li", { class: "below waits", "data-key": key, "data-unit": row.unit_id },
    h("div", { class: "who" }, choice.box(row), unitLink(row.unit_id, row.unit_name, { d: row.directive_id }),
      row.parent_name && h("small", {}, row.parent_name), routes.has(row.directive_id) && h("small", {}, viaText({ route_name: routes.get(row.directive_id) })), row.state === "rectified" && chip(t("verify.rectified"), "soft"), due(row)),
    h("p", { class: "told" }, row.directive_title, " · ", h("strong", {}, t("desk.counts", { due: row.due_count, done: row.done_count })),
      row.explanations > 0 && [" ", chip(t("verify.explained", { count: row.explanations }), "warn")]),
    row.summary && h("p", { class: "told" }, row.summary),
    h("div", { class: "acts" }, seeButton(row), can("VerifyReport") && actOf("VerifyReport", row, again),
      can("ReturnReport") && h("button", { type: "button", class: "quiet", onclick: () => openAct("ReturnReport", row, place, again) }, labelOf("ReturnReport", row))),
    place);
}

/** What waits; the answer draws it anew. */
async function queuePart(place, unit, routes, directive) {
  let shown = ROWS;
  const receipts = new Receipts(() => refresh("done"));
  const choice = new Choice([{ name: "verify", fits: (row) => row.actions.includes("VerifyReport"), kind: "main" }], receipts);
  const list = h("div", { class: "stack" });
  const rows = () => readAll(`/units/${unit.unit_id}/verifications`, { directive_id: directive }, shown);
  const further = () => h("button", { type: "button", class: "quiet wide", onclick: () => { shown += ROWS; refresh("further"); } }, t("act.further"));
  const draw = (found) => {
    choice.see(found);
    put(list, found.length
      ? h("section", { class: "card" }, h("header", {}, h("h2", {}, t("verify.waiting"), " ", h("span", { class: "count" }, found.length)), choice.all()),
        h("ul", { class: "lines" }, found.map((row) => line(row, routes, choice, refresh))))
      : empty(t("verify.nothing")), found.length >= shown && further());
  };
  const refresh = redrawer(list, rows, draw);
  put(place, receipts.node, list, choice.bar);
  await refresh();
  return refresh;
}

function own(record) {
  if (!record.verified && !record.returned) return t("verify.no_record");
  const days = (record.late_working_minutes / WORKDAY_MINUTES).toFixed(1);
  const late = record.verified_late ? t("verify.record_late", { count: record.verified_late, days }) : t("verify.record_on_time");
  return `${t("verify.record", { verified: record.verified, returned: record.returned })}${late}`;
}

export async function verifyView(place, route) {
  const unitId = route.argument || ownUnit();
  const { d = "", tab = "" } = route.params;
  const [unit, record, directives] = await Promise.all([
    read(`/units/${unitId}`), read(`/units/${unitId}/verifications/record`), readAll("/directives", { state: "open" }, 500)]);
  const pick = h("label", { class: "pick" }, h("span", {}, t("status.directive")),
    h("select", { name: "d", onchange: (event) => go(also({ d: event.target.value })) },
      h("option", { value: "" }, t("desk.all_directives")), directives.map((row) => h("option", { value: row.directive_id, selected: row.directive_id === d }, [row.number, row.title].filter(Boolean).join(" ")))));
  const body = h("div", { class: "stack" });
  put(place, h("header", { class: "page" }, h("div", {}, h("h1", {}, t("nav.verify")), h("p", { class: "about" }, unit.name, " · ", own(record))),
    tabs(t("nav.verify"), tab, [["", t("verify.tab.queue")], ["samples", t("verify.tab.samples")]])),
  h("div", { class: "filters" }, pick), body);
  if (tab === "samples") return samplesPart(body, unit, directives, d);
  const routes = new Map(directives.filter((row) => row.route_id).map((row) => [row.directive_id, row.route_name]));
  const refresh = await queuePart(body, unit, routes, d);
  const soon = seldom(() => refresh(), SETTLE_MS);
  const live = new Live(`/api/v1/stream?node=${unitId}`, ["figures"], () => soon(), () => {});
  return { close: () => { soon.stop(); live.close(); } };
}
