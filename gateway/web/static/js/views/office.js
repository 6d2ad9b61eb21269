// The office of a turnover: what goes up and comes back, meetings and their decisions, what the superior requires.

import { query, read, readAll } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has, homeUnit } from "../me.js";
import { empty, section } from "../parts/pieces.js";
import { to } from "../route.js";
import { lines, tabs } from "./lines.js";
import { callMeeting, meetingLine } from "./office_meetings.js";
import { draftPaper, paperLine } from "./office_papers.js";
import { receiveRequirement, requirementLine } from "./office_requirements.js";

const TABS = {
  papers: { line: paperLine, begin: draftPaper, path: "papers", key: "paper_id" },
  meetings: { line: meetingLine, begin: callMeeting, path: "meetings", key: "meeting_id" },
  requirements: { line: requirementLine, begin: receiveRequirement, path: "requirements", key: "requirement_id", paged: false },
};

export async function officeView(place, route) {
  const turnovers = await readAll(`/turnovers${query({})}`);
  const turnover = turnovers.find((each) => each.turnover_id === route.argument) ?? turnovers[0];
  if (!turnover) {
    put(place, h("header", { class: "page" }, h("h1", {}, t("nav.office"))), section(t("plan.turnovers"), {}, empty(t("plan.none"))));
    return;
  }
  const tab = TABS[route.params.tab] ? route.params.tab : "papers";
  const base = `/turnovers/${turnover.turnover_id}`;
  const [plan, unit] = await Promise.all([turnover.plan_version ? read(`${base}/plan`) : null, read(`/units/${turnover.unit_id}`)]);
  const writing = h("div", { class: "place" });
  const list = h("div", {});
  const kind = TABS[tab];
  const office = has("operator") && homeUnit() === turnover.unit_id;
  let refresh = () => {};
  const scene = { turnover, plan, unit, office, base, matter: route.params.matter ?? "" };
  const close = () => put(writing);
  const done = async () => { close(); await refresh("again"); };
  const open = () => { put(writing, h("div", { class: "act-form" }, kind.begin(scene, done, close))); writing.querySelector("input, select, textarea")?.focus(); };
  put(place,
    h("header", { class: "page" }, h("div", {}, h("h1", {}, t("nav.office")), h("p", { class: "about" }, h("a", { href: to("plan", turnover.turnover_id) }, turnover.name))),
      tabs(t("nav.office"), tab, Object.keys(TABS).map((name) => [name, t(`office.${name}`)]))),
    section(t(`office.${tab}`), { about: t(`office.${tab}_about`), aside: office && h("button", { type: "button", class: "main", onclick: open }, t(`office.${tab}_new`)) }, writing, list));
  refresh = await lines(list, `${base}/${kind.path}`, (row, _, redraw) => kind.line(row, scene, () => redraw(row[kind.key])), { none: t("office.none"), paged: kind.paged });
  if (scene.matter && office) open();
}
