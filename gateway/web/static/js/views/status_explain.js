// Why a number is what it is: names, stages, lost points, due and done, down to the entries of the ledger.

import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { wordsOf } from "../parts/forms.js";
import { empty, panel, stageName, table } from "../parts/pieces.js";
import { also, here, to, turn } from "../route.js";
import { momentText } from "../time.js";
import { nameOf, ownerOf, placeOf, readExplanation } from "../wire.js";

/** What an address says: <part>.<layer>.<stage>.<side>, the last three left out for the whole part. */
export function parseWhat(text) {
  const [part, layer = "", stage = "", side = ""] = text.split(".");
  return { part, layer, stage, side };
}

const layerText = (layer) => (Number(layer) ? t("status.layer_number", { layer }) : t("status.layer_own"));

const sumOf = (rows) => (rows.reduce((sum, row) => sum + Math.round(Number(row.points) * 100), 0) / 100).toFixed(2);

// By part of the tree: what each unit directly below holds back, in the order of the roster.
const groups = (rows, link) => rows.length > 0 && [
  h("h3", {}, t("explain.groups")),
  table([
    [t("unit.name"), (row) => link(row.unit.unit_id, row.unit.name), "name"],
    [t("status.layer"), (row) => layerText(row.layer)],
    [t("status.stage"), (row) => stageName(row.stage)],
    [t("status.owner"), (row) => t(`status.side.${row.side}`)],
    [t("explain.loss"), (row) => row.points, "count strong"],
  ], rows, { caption: t("explain.groups") }),
];

// A verified report that was corrected counts as unverified again from a day on.
const undoneText = (row) => (row.corrected_us ? t("explain.unverified_again", { when: momentText(row.corrected_us) }) : t("explain.not_done"));

const lines = (rows, link) => [
  h("h3", {}, t("explain.lines")),
  table([
    [t("unit.name"), (row) => link(placeOf(row), nameOf(row)), "name"],
    [t("status.stage"), (row) => stageName(row.stage)],
    [t("explain.loss"), (row) => row.points, "count strong"],
    [t("status.owner"), (row) => ownerOf(row), "name"],
    [t("explain.due"), (row) => (row.due_us ? momentText(row.due_us) : "—"), "when"],
    [t("explain.done"), (row) => (row.settled ? momentText(row.done_us) : undoneText(row)), "when"],
    [t("explain.entry"), (row) => h("span", { class: "entry" }, row.event_id || "—")],
  ], rows, { caption: t("explain.lines") }),
];

function shownLines(explained, asked) {
  const link = (unitId, name) => h("a", { href: to("status", unitId, { d: asked.directive, at: asked.asOf }) }, name);
  if (!explained.lines.length && !explained.groups.length) return empty(t("explain.none"));
  return [
    h("p", { class: "about" }, t("explain.sum", { index: explained.index ?? "—", missing: explained.missing ?? "—", count: explained.lines.length, total: sumOf(explained.lines) })),
    explained.leftOut && h("p", { class: "hint" }, t("explain.more")),
    lines(explained.lines, link),
    groups(explained.groups, link),
  ];
}

const heading = ({ part, layer, stage }) => [
  t(`explain.part.${part}`), layer !== "" && layerText(layer), stage && stageName(stage),
].filter(Boolean).join(" · ");

/** Shows the explanation that an address asks for, and none for an empty one. */
export function explainPanel(asked, unit) {
  let shown = null;
  let what = "";
  return async (wanted = "") => {
    if (wanted === what) return;
    what = wanted;
    shown?.close();
    if (!what || !asked.directive) return;
    const parsed = parseWhat(what);
    const body = h("div", { "aria-live": "polite" }, h("p", { class: "about" }, t("act.loading")));
    shown = panel(`${unit.name} · ${heading(parsed)}`, [body], () => {
      if (what === wanted) what = "";
      if (here().params.x === wanted) turn(also({ x: "" }));
    });
    try {
      const explained = await readExplanation(asked, parsed);
      if (wanted === what) put(body, shownLines(explained, asked));
    } catch (error) {
      put(body, h("p", { class: "said" }, wordsOf(error)));
    }
  };
}
