// Why a number is what it is: names, stages, lost points, due and done, down to the entries of the ledger.

import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { wordsOf } from "../parts/forms.js";
import { empty, panel, stageName, table } from "../parts/pieces.js";
import { also, here, to, turn } from "../route.js";
import { momentText } from "../time.js";
import { readExplanation } from "../wire.js";

/** What an address says: <part>.<layer>.<stage>.<side>, the last three left out for the whole part. */
export function parseWhat(text) {
  const [part, layer = "", stage = "", side = ""] = text.split(".");
  return { part, layer, stage, side };
}

function lines(explained, asked) {
  if (!explained.items.length) return empty(t("explain.none"));
  return [
    h("p", { class: "sum" }, t("explain.sum", { total: explained.total, count: explained.items.length })),
    table([
      [t("unit.name"), (row) => h("a", { href: to("status", row.unit_id, { d: asked.directive, at: asked.asOf }) }, row.group_units ? t("status.group", { unit: row.unit_name, count: row.group_units }) : row.unit_name), "name"],
      [t("status.stage"), (row) => stageName(row.stage)],
      [t("explain.loss"), (row) => row.loss, "count strong"],
      [t("status.owner"), (row) => row.owner_name, "name"],
      [t("explain.due"), (row) => (row.due_us ? momentText(row.due_us) : "—")],
      [t("explain.done"), (row) => (row.done_at_us ? momentText(row.done_at_us) : t("explain.not_done"))],
      [t("explain.entry"), (row) => h("code", { class: "entry" }, row.event_id || "—"), "code"],
    ], explained.items, { caption: t("explain.title") }),
    explained.more && h("p", { class: "hint" }, t("explain.more")),
  ];
}

const heading = ({ part, layer, stage }) => [
  t(`explain.part.${part}`), layer !== "" && (layer === "0" ? t("status.layer_own") : t("status.layer_number", { layer })), stage && stageName(stage),
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
      if (wanted === what) put(body, lines(explained, asked));
    } catch (error) {
      put(body, h("p", { class: "said" }, wordsOf(error)));
    }
  };
}
