// Lists beside the figures: what holds most back, the units below in their own order, what just happened.

import { h } from "../h.js";
import { t } from "../i18n.js";
import { chip, empty, kindName, section, stageName, stateName, table } from "../parts/pieces.js";
import { to } from "../route.js";
import { momentText } from "../time.js";
import { nameOf, ownerOf, placeOf } from "../wire.js";
import { bar, overdueText } from "./status_figures.js";

const SHOWN_MAX = 10;

const at = (unitId, asked) => to("status", unitId, { d: asked.directive, at: asked.asOf });

function blocker(row, asked) {
  return h("li", { "data-key": row.key },
    h("div", {}, h("a", { href: at(placeOf(row), asked) }, nameOf(row)), " ", chip(stageName(row.stage)), h("strong", { class: "loss", "data-live": true }, row.points)),
    h("p", { class: "about" }, row.settled ? t("status.done_late", { when: momentText(row.done_us) }) : t("status.since", { when: momentText(row.due_us) }),
      " · ", t("status.owned_by", { owner: ownerOf(row) })));
}

/** Where it is stuck: what holds most back first, so that help can go there. */
export function blockersPart(rows, asked) {
  const list = (members) => h("ol", { class: "blockers" }, members.slice(0, SHOWN_MAX).map((row) => blocker(row, asked)));
  const open = rows.filter((row) => !row.settled);
  const settled = rows.filter((row) => row.settled);
  return section(t("status.stuck"), { about: t("status.stuck_about") },
    open.length ? list(open) : empty(t("status.nothing_stuck")),
    settled.length > 0 && h("details", {}, h("summary", {}, t("status.settled")), list(settled)));
}

/** The units directly below, in the order of the roster, never by index. */
export function childrenPart(rows, unit, { d, at: when }) {
  const columns = [
    [t("unit.name"), (row) => [h("a", { href: to("status", row.unit_id, { d, at: when }) }, row.name), h("small", {}, kindName(row.kind))], "name"],
    ...(d ? [[t("desk.state"), (row) => chip(stateName(row.state), row.state === "returned" ? "bad" : "soft")]] : []),
    [t("status.index"), (row) => h("span", { "data-live": true }, row.index ?? "—"), "count strong"],
    [t("status.plan"), (row) => row.plan ?? "—", "count"],
    [t("status.share"), (row) => (row.index === null ? "" : bar([["earned", row.index], ["waiting", row.not_yet_due], ["overdue", row.overdue]], t("status.bar", row), row.plan)), "spark"],
    [t("status.not_yet_due"), (row) => h("span", { "data-live": true }, row.not_yet_due ?? "—"), "count"],
    [t("status.overdue"), (row) => overdueText(row.overdue), "count"],
    [t("status.mass_short"), (row) => row.mass ?? "—", "count"],
  ];
  if (!rows.length) return section(t("status.children"), {}, empty(t(unit.children === 0 ? "status.no_children" : "status.children_out")));
  return section(t("status.children"), { about: t("status.children_about") }, table(columns, rows, { caption: t("status.children"), key: (row) => row.unit_id }));
}

function item(row) {
  return h("li", { "data-key": row.cursor },
    h("time", {}, momentText(row.at_us)),
    h("div", {}, h("a", { href: to("status", row.unit.unit_id, { d: row.directive_id }) }, row.unit.name),
      " ", h("span", {}, t(`event.${row.kind}`)), row.directive_title && h("small", {}, row.directive_title)));
}

/** What just happened, newest first. */
export const feedPart = (rows) => section(t("status.feed"), {}, rows.length ? h("ol", { class: "feed" }, rows.map(item)) : empty(t("status.feed_empty")));
