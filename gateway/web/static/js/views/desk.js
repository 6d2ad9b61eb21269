// A unit's desk: what is open for it, and what the units below have sent up.

import { read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { Live, seldom } from "../live.js";
import { deskUnit } from "../me.js";
import { actButton } from "../parts/forms.js";
import { chip, empty, kindName, unitLink } from "../parts/pieces.js";
import { answeringTo } from "../parts/routes.js";
import { also, to } from "../route.js";
import { belowPart } from "./desk_below.js";
import { card, nextAct, waitsForUs } from "./desk_card.js";
import { redrawer } from "./desk_redraw.js";
import { Receipts } from "./many.js";

const SETTLE_MS = 800;

function head(unit, below, tab) {
  const holders = unit.holders.map((held) => `${held.post_name} ${held.person_name}${held.acting ? t("desk.acting") : ""}`).join(" · ");
  const link = (name, text) => h("a", { href: also({ tab: name, d: "" }), "aria-current": tab === name ? "true" : null }, text);
  return h("header", { class: "page" },
    h("div", {},
      h("h1", {}, unit.name, " ", chip(kindName(unit.kind), "soft")),
      h("p", { class: "about" }, holders || h("a", { href: to("units", unit.unit_id) }, t("desk.no_holder")), " · ", unitLink(unit.unit_id, t("desk.see_status")))),
    below > 0 && h("nav", { class: "tabs", "aria-label": t("desk.parts") },
      link("", t("desk.own")), link("below", t("desk.below", { count: below }))));
}

// The first group of the own desk that an assignment belongs to.
function groupOf(assignment) {
  if (["verified", "withdrawn"].includes(assignment.state)) return "closed";
  return waitsForUs(assignment) ? "open" : "waiting";
}

// What may be done for all that wait for it at once: [method that is offered, act on many].
const AT_ONCE = [["ReceiveAssignment", "receive"], ["NameResponsible", "name"]];

function atOnce(open, receipts) {
  return AT_ONCE.map(([method, name]) => {
    const members = open.filter((assignment) => nextAct(assignment) === method);
    const intents = [];
    return members.length > 1 && actButton(t(`many.do.${name}`, { count: members.length }), () => receipts.run(name, members, intents), { kind: "" });
  });
}

async function ownPart(place, unit) {
  const list = h("div", { class: "desk-body" });
  const receipts = new Receipts(() => refresh("done"));
  const rows = async () => (await read(`/units/${unit.unit_id}/assignments?limit=200`)).items;
  const draw = (assignments) => {
    const groups = { open: [], waiting: [], closed: [] };
    for (const assignment of assignments) groups[groupOf(assignment)].push(assignment);
    put(list, Object.entries(groups).map(([group, members]) => (members.length > 0 || group === "open") && h("section", { class: `group ${group}` },
      h("h2", {}, t(`desk.group.${group}`), h("span", { class: "count" }, members.length)),
      group === "open" && h("div", { class: "at-once" }, atOnce(members, receipts)),
      members.length ? members.map((assignment) => card(assignment, refresh)) : empty(t("desk.nothing_open")))));
  };
  const refresh = redrawer(list, rows, draw);
  put(place, receipts.node, list);
  await refresh();
  return refresh;
}

export async function deskView(place, route) {
  const unitId = route.argument || deskUnit();
  const tab = route.params.tab ?? "";
  const [unit, answering] = await Promise.all([read(`/units/${unitId}`), answeringTo(unitId)]);
  const body = h("div", { class: "desk-body" });
  put(place, head(unit, unit.children + answering, tab), body);
  const refresh = tab === "below" ? await belowPart(body, unit, route) : await ownPart(body, unit);
  const soon = seldom(() => refresh(), SETTLE_MS);
  const live = new Live(`/api/v1/stream?node=${unitId}`, ["figures"], () => soon(), () => {});
  return { close: () => { soon.stop(); live.close(); } };
}
