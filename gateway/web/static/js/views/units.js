// Units: found by name, each with its place, its people and what may be looked at from here.

import { query, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { seldom } from "../live.js";
import { has } from "../me.js";
import { wordsOf } from "../parts/forms.js";
import { empty, kindName, panel, section, stateName, table, unitLink } from "../parts/pieces.js";
import { also, to, turn } from "../route.js";
import { momentText } from "../time.js";
import { postsOf } from "./posts.js";

const ROWS = 50;
const TYPING_MS = 250;
const KINDS = ["district_committee", "working_committee", "primary_committee", "general_branch", "branch"];

const holders = (unit) => unit.holders.map((held) => t("unit.holder", { person: held.person_name, post: held.post_name + (held.acting ? t("desk.acting") : "") })).join(t("list.separator")) || "—";

const columns = (changed) => [
  [t("unit.code"), (unit) => unit.code || "—", "code"],
  [t("unit.name"), (unit) => h("button", { type: "button", class: "link", onclick: () => look(unit.unit_id, changed) }, unit.name), "name"],
  [t("unit.kind"), (unit) => kindName(unit.kind)],
  [t("unit.parent"), (unit) => unit.parent_name || "—", "name"],
  [t("unit.members"), (unit) => unit.members || "—", "count"],
  [t("unit.holders"), holders, "name"],
];

/** A unit in full; `changed` hears of another holder. */
async function look(unitId, changed) {
  const [unit, history] = await Promise.all([read(`/units/${unitId}`), read(`/units/${unitId}/history`)]);
  const facts = [
    [t("unit.code"), unit.code || "—"], [t("unit.kind"), kindName(unit.kind)], [t("unit.parent"), unit.parent_name || "—"],
    [t("unit.members"), unit.members], [t("desk.state"), stateName(unit.state)],
  ];
  const links = [
    h("a", { class: "button", href: to("status", unitId) }, t("unit.see_status")),
    h("a", { class: "button", href: to("desk", unitId) }, t("unit.see_desk")),
    has("operator", "unit_secretary") && h("a", { class: "button", href: to("messages", unitId, { tab: "contacts" }) }, t("contact.tab")),
    has("operator", "unit_secretary") && h("a", { class: "button", href: to("accounts", unitId) }, t("unit.see_accounts")),
  ];
  const shown = panel(unit.name, [
    h("dl", { class: "facts" }, facts.map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)])),
    h("p", { class: "buttons" }, links),
    postsOf(unit, async () => {
      shown.close();
      await Promise.all([look(unitId, changed), changed()]);
    }),
    h("h3", {}, t("unit.history")),
    h("ol", { class: "history" }, history.items.map((item) => h("li", {},
      h("time", {}, momentText(item.occurred_at_us)), h("span", {}, t(`event.${item.type.split(".").at(-1)}`)),
      h("small", { class: "entry" }, item.event_id)))),
  ]);
  for (const link of links) if (link) link.addEventListener("click", () => shown.close());
}

export async function unitsView(place, route) {
  const list = h("div", {});
  const search = h("input", { type: "search", id: "unit-search", placeholder: t("unit.search"), "aria-label": t("unit.search") });
  search.value = route.params.q ?? "";
  const kind = h("select", { "aria-label": t("unit.kind") }, h("option", { value: "" }, t("unit.all_kinds")), KINDS.map((each) => h("option", { value: each, selected: each === route.params.kind }, kindName(each))));
  let rows = [];
  const load = async (cursor) => {
    const page = await read(`/units${query({ name_contains: search.value.trim(), kinds: kind.value ? [kind.value] : [], limit: ROWS, cursor })}`);
    rows = cursor ? rows.concat(page.items) : page.items;
    put(list, rows.length ? table(columns(() => load("")), rows, { caption: t("nav.units") }) : empty(t("unit.none")),
      page.next_cursor && h("button", { type: "button", class: "quiet wide", onclick: () => load(page.next_cursor) }, t("act.further")));
  };
  const soon = seldom(async () => {
    turn(also({ q: search.value.trim(), kind: kind.value }));
    await load("");
  }, TYPING_MS, (error) => put(list, empty(wordsOf(error))));
  search.addEventListener("input", soon);
  kind.addEventListener("change", soon);
  put(place, h("header", { class: "page" }, h("h1", {}, t("nav.units"))),
    section(t("unit.list"), { aside: h("div", { class: "filters" }, search, kind) }, list));
  await load("");
  if (route.argument) await look(route.argument, () => load(""));
  return { close: () => soon.stop(), turn: ({ params }) => (params.q ?? "") === search.value.trim() && (params.kind ?? "") === kind.value };
}
