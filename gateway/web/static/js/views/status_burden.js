// What the asking costs, beside the index and with equal rank: added items, time left, load, checks, minutes a week.

import { query, read } from "../api.js";
import { h } from "../h.js";
import { t } from "../i18n.js";
import { has, me } from "../me.js";
import { empty, panel, section, table } from "../parts/pieces.js";
import { to } from "../route.js";
import { dayText, nowUs, secondText } from "../time.js";

const FIGURES = { inflation: "inflation", compression: "compression", passed_through: "passed_through_rate", empty: "empty_rate", gap: "gap", minutes: "minutes_each" };
const PER_CENT = ["passed_through", "empty", "gap"];
const DAY_US = 86_400_000_000;

export const readBurden = ({ unit, asOf }) => read(`/dashboard/burden${query({ unit, as_of: asOf })}`);

const layerName = (layer) => (layer === 0 ? t("status.layer_own") : t("status.layer_number", { layer }));
const directiveName = (ref) => [ref.number, ref.title].filter(Boolean).join(" ");

/** The entries behind one figure, in a panel. */
async function showEntries(asked, figure, layer) {
  const found = await read(`/dashboard/burden/entries${query({ unit: asked.unit, as_of: asked.asOf, figure, layer, limit: 200 })}`);
  const columns = [
    [t("burden.when"), (row) => secondText(row.at_us), "day"],
    [t("burden.unit"), (row) => row.unit.name, "name"],
    [t("status.directive"), (row) => directiveName(row.directive), "name"],
    [t("burden.value"), (row) => row.value, "count"],
    [t("burden.entry"), (row) => h("code", {}, row.event_id.split("/").pop()), "count"],
  ];
  panel(t(`burden.${figure}`), [
    h("p", { class: "about" }, t(`burden.${figure}_hint`)),
    found.entries.length ? table(columns, found.entries, { caption: t(`burden.${figure}`) }) : empty(t("burden.no_entries")),
    found.entries_left_out && h("p", { class: "hint" }, t("burden.more_entries")),
  ]);
}

function cell(asked, figure, row) {
  const value = row[FIGURES[figure]];
  if (value === null || value === undefined) return "—";
  const shown = figure === "compression" ? `${value} / ${row.granted}` : PER_CENT.includes(figure) ? `${value}%` : value;
  return h("button", { type: "button", class: row.squeezed && figure === "compression" ? "quiet why late" : "quiet why", onclick: () => showEntries(asked, figure, row.layer) }, shown);
}

function layers(burden, asked) {
  const columns = [
    [t("status.layer"), (row) => layerName(row.layer), "name"],
    [t("status.units"), (row) => row.units, "count"],
    [t("burden.asked_above"), (row) => row.asked_above, "count"],
    [t("burden.asked_between"), (row) => row.asked_between, "count"],
    ...Object.keys(FIGURES).map((figure) => [t(`burden.${figure}`), (row) => cell(asked, figure, row), "count"]),
    [t("burden.gap_bounds"), (row) => (row.gap_low === null ? "—" : `${row.gap_low}–${row.gap_high}%`), "count"],
  ];
  return table(columns, burden.layers, { caption: t("burden.heading"), key: (row) => `burden ${row.layer}` });
}

function range({ items_from: first, items_to: last }) {
  if (!last) return t("burden.items_up", { first });
  return first === last ? String(first) : `${first}–${last}`;
}

function load({ load: found }, asked) {
  const over = found.over === null ? t("burden.few") : found.over;
  return h("div", { class: "load" },
    h("h3", {}, t("burden.load")),
    h("p", { class: "about" }, t("burden.load_hint", { max: found.items_max, least: found.cell_min })),
    found.cells.length
      ? table([[t("burden.items"), range, "name"], [t("burden.persons"), (row) => row.persons, "count"]], found.cells, { caption: t("burden.load") })
      : empty(t("burden.load_few")),
    found.heavy && h("p", { class: "warn" }, t("burden.heavy", { over, max: found.items_max })),
    found.items > 0 && h("button", { type: "button", class: "quiet", onclick: () => showEntries(asked, "load", undefined) }, t("burden.load_entries", { items: found.items })));
}

function piled({ piled: rows }) {
  if (!rows.length) return h("div", {}, h("h3", {}, t("burden.piled")), empty(t("burden.piled_none")));
  const columns = [
    [t("burden.issuer"), (row) => row.issuer.name, "name"],
    [t("status.directive"), (row) => h("a", { href: to("status", row.issuer.unit_id, { d: row.directive.directive_id }) }, directiveName(row.directive)), "name"],
    [t("status.units"), (row) => row.items, "count"],
    [t("burden.due"), (row) => dayText(row.report_due_us), "day"],
    [t("burden.follows"), (row) => (row.parent ? directiveName(row.parent) : "—"), "name"],
    [t("burden.taken"), (row) => (row.workdays_taken > 0 ? h("span", { class: "late" }, t("burden.workdays", { days: row.workdays_taken })) : "—"), "count"],
  ];
  return h("div", {}, h("h3", {}, t("burden.piled")), table(columns, rows, { caption: t("burden.piled"), key: (row) => row.directive.directive_id }));
}

/** The whole card. */
export function burdenPart(burden, asked) {
  const inspected = burden.inspected === null ? "—" : burden.inspected;
  return section(t("burden.heading"), { kind: "burden", about: t("burden.about", { policy: burden.policy_version }) },
    h("p", { class: "figures-line" }, t("burden.inspected", { index: burden.index ?? "—", inspected })),
    layers(burden, asked), load(burden, asked), piled(burden));
}

/** For operators: the paper for the meeting, frozen at this moment. */
export function packPart(unit, asked) {
  const mine = me.roles.filter((held) => held.role === "operator").map((held) => held.unit_id);
  if (!has("operator") || ![unit.unit_id, ...unit.ancestor_ids].some((id) => mine.includes(id))) return null;
  const since = h("input", { type: "date" });
  since.value = new Date((nowUs() - 7 * DAY_US) / 1000 + 8 * 3_600_000).toISOString().slice(0, 10);
  const kind = h("select", {}, ["meeting", "week", "month"].map((key) => h("option", { value: key }, t(`pack.${key}`))));
  const open = (ending) => {
    const from = since.value && kind.value === "meeting" ? String(Date.parse(`${since.value}T00:00:00+08:00`) * 1000) : "";
    location.assign(`/api/v1/dashboard/pack.${ending}${query({ unit: unit.unit_id, kind: kind.value, as_of: asked.asOf, since: from, lang: document.documentElement.lang.slice(0, 2) })}`);
  };
  return section(t("pack.heading"), { kind: "pack", about: t("pack.about") },
    h("div", { class: "tools" },
      h("label", { class: "pick" }, h("span", {}, t("pack.kind")), kind),
      h("label", { class: "pick" }, h("span", {}, t("pack.since")), since),
      h("button", { type: "button", class: "main", onclick: () => open("pdf") }, "PDF"),
      h("button", { type: "button", onclick: () => open("docx") }, "DOCX")));
}
