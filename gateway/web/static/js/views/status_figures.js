// The figures themselves: the index with the plan beside it, where the rest is, layer by layer.

import { h, s } from "../h.js";
import { t } from "../i18n.js";
import { section, stageName, table } from "../parts/pieces.js";
import { viaText } from "../parts/routes.js";
import { also, to } from "../route.js";

const WIDTH = 1000;
// The stages whose times are shown: when it arrived, when it was answered.
const TIMED = [2, 5];

/** A figure that can be asked why; `what` names the part of the account. */
export const why = (text, what, directive) =>
  (directive ? h("a", { class: "why", href: also({ x: what }), "data-live": true, title: t("status.explain") }, text) : h("span", { "data-live": true }, text));

/** Parts of a hundred as one bar: [[class, share]…]. */
export function bar(parts, label, mark) {
  let from = 0;
  const rects = parts.map(([kind, share]) => {
    const width = (Number(share) / 100) * WIDTH;
    const rect = s("rect", { class: kind, x: from.toFixed(1), y: 0, width: Math.max(0, width).toFixed(1), height: 10 });
    from += width;
    return rect;
  });
  const at = mark === null || mark === undefined ? null : ((Number(mark) / 100) * WIDTH).toFixed(1);
  const line = (kind) => s("line", { class: kind, x1: at, x2: at, y1: 0, y2: 10 });
  return s("svg", { class: "bar", viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", role: "img", "aria-label": label },
    rects, at !== null && [line("halo"), line("mark")]);
}

const shares = (figures) => [["earned", figures.index], ["waiting", figures.not_yet_due], ["overdue", figures.overdue]];

function figure(name, value, { what, directive, big, hint } = {}) {
  return h("div", { class: big ? "figure big" : "figure", title: hint },
    h("dt", {}, name), h("dd", {}, value === null || value === undefined ? h("span", {}, "—") : what ? why(value, what, directive) : h("span", { "data-live": true }, value)));
}

/** The headline: the index beside the plan, what it is made of, and the account of a hundred. */
export function headlinePart(figures, { d }) {
  const legend = (kind, name, value, what) => h("li", { class: kind }, h("i", {}), h("span", {}, name), why(value, what, d));
  const about = [figures.route && viaText({ route_name: figures.route }), t("status.mass", { mass: figures.mass })].filter(Boolean).join(" · ");
  return section(t("status.headline"), { kind: "headline-card", about },
    figures.index === null ? h("p", { class: "empty" }, t("status.nothing_obliged")) : [
      h("dl", { class: "figures" },
        figure(t("status.index"), figures.index, { what: "index", directive: d, big: true, hint: t("status.index_hint") }),
        figure(t("status.plan"), figures.plan, { hint: t("status.plan_hint") }),
        figure(t("status.if_verified"), figures.if_verified, { hint: t("status.if_verified_hint") }),
        figure(t("status.reach"), figures.reached, { hint: t("status.reach_hint") }),
        figures.let_through !== null && figure(t("status.let_through"), figures.let_through, { hint: t("status.let_through_hint") }),
        figure(t("status.lag"), figures.lag, { hint: t("status.lag_hint") })),
      bar(shares(figures), t("status.bar", figures), figures.plan),
      h("ul", { class: "legend" },
        legend("earned", t("status.earned"), figures.index, "index"),
        legend("waiting", t("status.not_yet_due"), figures.not_yet_due, "not_yet_due"),
        legend("overdue", t("status.overdue"), figures.overdue, "overdue")),
    ]);
}

/** What is overdue stands out where there is any. */
export const overdueText = (value) => h("span", { class: Number(value) > 0 ? "late" : "", "data-live": true }, value ?? "—");

// The verifier's share is another line than what is not reported yet.
const lineStage = ({ stage, side }) => (stage === 6 && side === "superior" ? t("status.verify_waiting") : stageName(stage));

const layerName = (layer) => (layer === 0 ? t("status.layer_own") : t("status.layer_number", { layer }));

function accountLine(line, most, { d }) {
  const what = (part) => [part, line.layer, line.stage, line.side].join(".");
  return h("tr", { "data-key": what("") },
    h("td", {}, layerName(line.layer)), h("td", {}, lineStage(line)),
    h("td", { class: "owner" }, Number(line.overdue) > 0 ? t(`status.side.${line.side}`) : "—"),
    h("td", { class: "spark" }, bar([["waiting", (line.not_yet_due / most) * 100], ["overdue", (line.overdue / most) * 100]], "")),
    h("td", { class: "count" }, why(line.not_yet_due, what("not_yet_due"), d)),
    h("td", { class: Number(line.overdue) > 0 ? "count late" : "count" }, why(line.overdue, what("overdue"), d)));
}

/** Where the rest of the hundred is: by layer, stage and who owns it. */
export function accountPart(figures, params) {
  const lines = figures.account.filter((line) => Number(line.not_yet_due) || Number(line.overdue));
  const most = Math.max(1, ...lines.map((line) => Number(line.not_yet_due) + Number(line.overdue)));
  const heads = [["status.layer"], ["status.stage"], ["status.owner", "owner"], ["status.share", "spark"], ["status.not_yet_due", "count"], ["status.overdue", "count"]];
  return section(t("status.account"), { about: t("status.account_about") },
    lines.length === 0 ? h("p", { class: "empty" }, t("status.account_empty")) : h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("status.account") },
      h("table", { class: "account" },
        h("thead", {}, h("tr", {}, heads.map(([key, kind]) => h("th", { scope: "col", class: kind }, t(key))))),
        h("tbody", {}, lines.map((line) => accountLine(line, most, params))))));
}

/** Entries that could not be counted yet, where there are any: the figures may lack something. */
export const parkedPart = ({ moment }) =>
  (moment.parked ? h("p", { class: "warn", role: "alert" }, t("status.parked", { count: moment.parked })) : null);

const rate = (value) => h("span", { "data-live": true }, value === null || value === undefined ? "—" : `${value}%`);

function latency(row, stage) {
  const found = row.latency.find((each) => each.stage === stage);
  return h("span", { "data-live": true }, stage < 4 || row.obliged_units ? found.text : "—");
}

/** Layer by layer: what arrives, what is received, named, begun, reported, verified, and how long that took. */
export function layersPart(figures) {
  const columns = [
    [t("status.layer"), (row) => layerName(row.layer), "name"],
    [t("status.units"), (row) => row.route_units, "count"],
    [t("status.rate.coverage"), (row) => rate(row.coverage), "count"],
    [t("status.rate.receipt"), (row) => rate(row.receipt_rate), "count"],
    [t("status.rate.receipt_on_time"), (row) => rate(row.receipt_on_time_rate), "count"],
    [t("status.rate.naming"), (row) => rate(row.naming_rate), "count"],
    [t("status.rate.pass"), (row) => rate(row.pass_factor), "count strong"],
    [t("status.attenuation"), (row) => row.attenuation ?? "—", "count"],
    [t("status.rate.start"), (row) => rate(row.start_rate), "count"],
    [t("status.rate.report"), (row) => rate(row.report_rate), "count"],
    [t("status.rate.verify"), (row) => rate(row.verify_rate), "count"],
    [t("status.rate.return"), (row) => rate(row.return_rate), "count"],
    [t("status.rate.passed_through"), (row) => rate(row.passed_through_rate), "count"],
    ...TIMED.map((stage) => [t("status.half", { stage: stageName(stage) }), (row) => latency(row, stage), "count"]),
  ];
  return section(t("status.layers"), { about: t("status.layers_about") },
    table(columns, figures.layers, { caption: t("status.layers"), key: (row) => `layer ${row.layer}` }));
}

/** Each directive on its own, newest first, as they were issued: a way in, not an order of merit. */
export function directivesPart(rows, asked) {
  const columns = [
    [t("status.directive"), (row) => [h("a", { href: to("status", asked.unit, { d: row.directive_id, at: asked.asOf }) }, [row.number, row.title].filter(Boolean).join(" ")),
      row.route_name && h("small", {}, viaText({ route_name: row.route_name }))], "name"],
    [t("status.index"), (row) => h("span", { "data-live": true }, row.index ?? "—"), "count strong"],
    [t("status.plan"), (row) => row.plan ?? "—", "count"],
    [t("status.share"), (row) => bar(shares(row), t("status.bar", row), row.plan), "spark"],
    [t("status.not_yet_due"), (row) => row.not_yet_due, "count"],
    [t("status.overdue"), (row) => overdueText(row.overdue), "count"],
  ];
  return section(t("status.directives"), { about: t("status.directives_about") },
    rows.length ? table(columns, rows, { caption: t("status.directives"), key: (row) => row.directive_id }) : h("p", { class: "empty" }, t("status.no_directives")));
}
