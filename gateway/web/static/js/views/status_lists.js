// Lists beside the figures: what holds most back, the units below in their own order, what just happened.

import { h } from "../h.js";
import { t } from "../i18n.js";
import { chip, empty, kindName, section, stageName, table } from "../parts/pieces.js";
import { to } from "../route.js";
import { momentText } from "../time.js";
import { bar } from "./status_figures.js";

const at = (unitId, asked) => to("status", unitId, { d: asked.directive, at: asked.asOf });

function blocker(row, asked) {
  const who = row.group_units ? t("status.group", { unit: row.unit_name, count: row.group_units }) : row.unit_name;
  return h("li", { "data-key": row.key },
    h("div", {}, h("a", { href: at(row.unit_id, asked) }, who), " ", chip(stageName(row.stage)), h("strong", { class: "loss", "data-live": true }, row.loss)),
    h("p", { class: "about" }, row.done_at_us ? t("status.done_late", { when: momentText(row.done_at_us) }) : t("status.since", { when: momentText(row.since_us) }),
      " · ", t("status.owned_by", { owner: row.owner_name })));
}

/** Where it is stuck: what holds most back first, so that help can go there. */
export const blockersPart = (rows, asked) => section(t("status.stuck"), { about: t("status.stuck_about") },
  rows.length ? h("ol", { class: "blockers" }, rows.map((row) => blocker(row, asked))) : empty(t("status.nothing_stuck")));

/** The units directly below, in the order of the roster, never by index. */
export function childrenPart(rows, unit, { d, at: when }) {
  const columns = [
    [t("unit.name"), (row) => [h("a", { href: to("status", row.unit_id, { d, at: when }) }, row.name), h("small", {}, kindName(row.kind))], "name"],
    [t("status.index"), (row) => h("span", { "data-live": true }, row.index ?? "—"), "count strong"],
    [t("status.plan"), (row) => row.plan ?? "—", "count"],
    [t("status.share"), (row) => (row.index === null ? "" : bar([["earned", row.index], ["waiting", row.not_yet_due], ["overdue", row.overdue]], t("status.bar", row), row.plan)), "spark"],
    [t("status.not_yet_due"), (row) => h("span", { "data-live": true }, row.not_yet_due ?? "—"), "count"],
    [t("status.overdue"), (row) => h("span", { "data-live": true }, row.overdue ?? "—"), "count late"],
    [t("status.mass_short"), (row) => row.mass, "count"],
  ];
  if (!rows.length) return section(t("status.children"), {}, empty(t(unit.children ? "status.children_out" : "status.no_children")));
  return section(t("status.children"), { about: t("status.children_about") }, table(columns, rows, { caption: t("status.children"), key: (row) => row.unit_id }));
}

function item(row) {
  return h("li", { "data-key": row.cursor },
    h("time", {}, momentText(row.occurred_at_us)),
    h("div", {}, row.unit_id ? h("a", { href: to("status", row.unit_id, { d: row.directive_id }) }, row.unit_name || row.unit_id) : row.unit_name,
      " ", h("span", {}, t(`event.${row.kind}`)), row.directive_title && h("small", {}, row.directive_title)));
}

/** What just happened, newest first. */
export const feedPart = (rows) => section(t("status.feed"), {}, rows.length ? h("ol", { class: "feed" }, rows.map(item)) : empty(t("status.feed_empty")));
