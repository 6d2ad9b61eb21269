// What somebody must do today for a unit: one line a task, each with the way to where it is done.

import { query, read, readAll } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { deskUnit, does, homeUnit } from "../me.js";
import { chip, empty, section } from "../parts/pieces.js";
import { viaText } from "../parts/routes.js";
import { to } from "../route.js";
import { dayText } from "../time.js";

const ROWS = 50;
const DIRECTIVES_READ_MAX = 500;
const LIGHTS = { red: "bad", yellow: "near", green: "good" };

/** A light in words: colour alone says nothing to some. */
export const lightChip = (light) => light && chip(t(`light.${light}`), LIGHTS[light]);

/** Where a person's day is: where they work, else where they watch. */
export const ownUnit = () => (does() ? deskUnit() : homeUnit());

function wayTo(item, unitId) {
  if (item.task === "verify") return to("verify", unitId, { d: item.directive_id });
  if (item.directive_id) return to("desk", unitId);
  if (item.order_id) return to("orders", unitId, { tab: item.task === "review_order" ? "issued" : "" });
  if (item.question_id) return to("matters", unitId, { tab: "public" });
  if (item.practice_id) return to("matters", unitId, { tab: "practice" });
  return to("matters", unitId, { tab: item.task === "answer_matter" ? "owed" : "" });
}

// What came by a route says so: an own step with who asks for it there, of others below the route alone.
async function routesOf(unit, items) {
  const directives = await readAll("/directives", { state: "open" }, DIRECTIVES_READ_MAX);
  const found = new Map(directives.filter((row) => row.route_id).map((row) => [row.directive_id, row]));
  if (!items.some((item) => item.unit_id === unit.unit_id && found.has(item.directive_id))) return found;
  const own = await readAll(`/units/${unit.unit_id}/assignments`, {}, DIRECTIVES_READ_MAX);
  return new Map([...found, ...own.filter((row) => row.route_id).map((row) => [row.directive_id, row])]);
}

function via(item, unit, routes) {
  const row = routes.get(item.directive_id);
  return row && h("small", { class: "via" }, viaText(item.unit_id === unit.unit_id ? row : { route_name: row.route_name }));
}

const line = (item, unit, routes) => h("li", { class: "todo" },
  h("a", { href: wayTo(item, unit.unit_id) }, h("strong", {}, t(`task.${item.task}`)), h("span", { class: "what" }, item.title)), via(item, unit, routes),
  h("span", { class: "when" },
    item.unit_id !== unit.unit_id && h("span", {}, item.unit_name), item.due_us > 0 && h("span", {}, t("today.until", { day: dayText(item.due_us) })), lightChip(item.light)));

export async function todayView(place, route) {
  const unitId = route.argument || ownUnit();
  const unit = await read(`/units/${unitId}`);
  const list = h("div", {});
  let items = [];
  const load = async (cursor) => {
    const page = await read(`/units/${unitId}/today${query({ limit: ROWS, cursor })}`);
    items = cursor ? items.concat(page.items) : page.items;
    const routes = items.some((item) => item.directive_id) ? await routesOf(unit, items) : new Map();
    put(list, items.length ? h("ul", { class: "lines" }, items.map((item) => line(item, unit, routes))) : empty(t("today.nothing")),
      page.next_cursor && h("button", { type: "button", class: "quiet wide", onclick: () => load(page.next_cursor) }, t("act.further")));
  };
  put(place, h("header", { class: "page" }, h("div", {}, h("h1", {}, unit.name), h("p", { class: "about" }, t("today.about")))),
    section(t("today.title"), { id: "today-list" }, list));
  await load("");
}
