// The plan of a turnover as a timeline: each step's latest day, how far it is, and why its gate is closed.

import { query, read, readAll } from "../api.js";
import { h, put, s } from "../h.js";
import { language, t } from "../i18n.js";
import { has, homeUnit } from "../me.js";
import { chip, empty, panel, section, stageName } from "../parts/pieces.js";
import { also, go, to, turn } from "../route.js";
import { dateText, dayText, nowUs, toLocal } from "../time.js";
import { overrides, stepActs } from "./plan_acts.js";
import { adoptPanel, openTurnover } from "./plan_adopt.js";
import { dateShown, factKey, noon, said, titleOf, warningText } from "./plan_shared.js";

const WIDTH = 190;
const DAY_US = 86_400_000_000;

const thisYear = () => toLocal(nowUs()).slice(0, 4);
// The year only where it is not the present one.
const dayShown = (day) => (!day ? "—" : day.slice(0, 4) === thisYear() ? dayText(noon(day)) : dateText(noon(day)));
const cited = (citation) => t("plan.cited", { source: said(citation), confidence: t(`plan.confidence.${citation.confidence}`) });

/** A bar from the earliest to the latest day within the whole of the plan; today is a thin line. */
function bar(step, frame) {
  const place = (day) => ((noon(day) - frame.first) / (frame.last - frame.first)) * WIDTH;
  const from = place(step.done_day || step.earliest_day);
  const until = place(step.done_day || step.latest_day);
  return s("svg", { viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: "track", x: 0, y: 4, width: WIDTH, height: 2 }),
    s("rect", { class: "bar", x: Math.min(from, until), y: 2, width: Math.max(3, Math.abs(until - from)), height: 6 }),
    s("rect", { class: "today", x: place(frame.today), y: 0, width: 1, height: 10 }));
}

const why = (step) => step.missing.length > 0 && h("ul", { class: "why" }, step.missing.map((lack) =>
  h("li", {}, said(lack), h("cite", {}, cited(lack.citation)))));

const facts = (rows) => h("dl", { class: "facts" }, rows.filter(([, text]) => text).map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));

function more(step) {
  return h("details", {}, h("summary", {}, t("plan.more")), facts([
    [t("plan.earliest"), dateShown(step.earliest_day)],
    [t("plan.slack"), t("plan.workdays", { count: step.slack_workdays })],
    [t("plan.papers"), step.documents.map(said).join(t("list.separator"))],
    [t("plan.source"), `${said(step.citation)} · ${t(`plan.confidence.${step.citation.confidence}`)}`],
  ]));
}

const chips = (step) => [
  chip(t(`plan.state.${step.state}`), { done: "soft", opened: "", ready: "good", waiting: "soft" }[step.state]),
  step.late && chip(t("plan.late"), "bad"),
  step.critical && step.state !== "done" && chip(t("plan.critical"), "warn"),
  step.override_id && chip(t("plan.overridden"), "bad"),
];

function line(step, frame, acts) {
  const day = step.done_day || step.latest_day;
  const units = step.units_due > 0 && h("a", { href: to("status", homeUnit(), { d: step.directive_id }) }, t("plan.units", { done: step.units_done, due: step.units_due }));
  return h("li", { class: `${step.state}${step.late ? " late" : ""}`, "data-step": step.milestone_id },
    h("div", { class: "by" }, dayShown(day), h("small", {}, t(step.done_day ? "plan.done_on" : "plan.latest"))),
    h("div", { class: "mark" }),
    h("div", { class: "what" },
      h("div", { class: "title" }, h("strong", {}, titleOf(step)), chips(step)),
      h("p", { class: "who" }, t(`plan.owner.${step.owner}`), units && [" · ", units]),
      why(step), more(step),
      acts && acts(step)),
    h("div", { class: "span" }, bar(step, frame)));
}

const choice = (turnover, turnovers) => turnovers.length > 1 && h("select", { "aria-label": t("plan.choose"), onchange: (event) => { location.hash = to("plan", event.target.value); } },
  turnovers.map((each) => h("option", { value: each.turnover_id, selected: each.turnover_id === turnover.turnover_id }, `${each.unit_name} ${each.name}`)));

async function opening() {
  const unit = await read(`/units/${homeUnit()}`);
  const dialog = panel(t("plan.open_turnover"), [openTurnover(unit, (id) => { dialog.close(); go(to("plan", id)); }, () => dialog.close())]);
}

function head(turnover, plan, turnovers, adopt) {
  const base = `/api/v1/turnovers/${turnover.turnover_id}/plan`;
  const left = Math.round((noon(plan.congress_day) - noon(plan.today)) / DAY_US);
  return h("header", { class: "page" },
    h("div", { class: "stack" }, h("h1", {}, plan.name), choice(turnover, turnovers),
      h("p", { class: "about" }, language() === "zh" ? plan.template_title_zh : plan.template_title_en),
      h("p", { class: "facts-line" },
        h("span", {}, t("plan.congress"), " ", h("strong", {}, dateShown(plan.congress_day))),
        h("span", {}, t("plan.term_end"), " ", dateShown(plan.term_end_day)),
        h("span", {}, t("plan.version", { version: plan.plan_version, approver: plan.approver }))),
      h("p", { class: "outputs" },
        h("a", { href: `${base}/print.pdf`, target: "_blank", rel: "noopener" }, t("plan.print")),
        h("a", { href: `${base}/workbook.xlsx` }, t("plan.workbook")),
        h("a", { href: `${base}/calendar.ics` }, t("plan.calendar")),
        adopt && [h("a", { href: to("office", turnover.turnover_id) }, t("nav.office")),
          h("button", { type: "button", class: "link", onclick: adopt }, t("plan.move")),
          h("button", { type: "button", class: "link", onclick: opening }, t("plan.open_turnover"))])),
    h("p", { class: "left" }, h("strong", {}, Math.abs(left)), h("span", {}, t(left < 0 ? "plan.days_over" : "plan.days_left"))));
}

const warnings = (plan) => [
  plan.shortfall_workdays > 0 && h("p", { class: "said" }, t("plan.shortfall", { count: plan.shortfall_workdays })),
  plan.warnings.filter((warning) => warning.code !== "PLAN_YEAR_UNANNOUNCED").map((warning) => h("p", { class: "warn" }, warningText(warning))),
  plan.unannounced_years.length > 0 && h("p", { class: "warn" }, t("plan.unannounced", { years: plan.unannounced_years.join(t("list.separator")) })),
];

/** What one unit owes, and what later versions of the plan changed of it. */
function own(days, changes) {
  const rows = days.days.map((day) => h("li", {},
    h("strong", {}, titleOf(day)), " ",
    day.stages.length ? day.stages.map((each) => `${stageName(each.stage)} ${dayShown(each.day)}`).join(t("list.separator")) : dayShown(day.latest_day)));
  return section(t("plan.own", { unit: days.unit_name }), { about: t("plan.own_about") },
    rows.length ? h("ul", { class: "changes" }, rows) : empty(t("plan.own_none")),
    changes.length > 0 && [h("h3", {}, t("plan.changed")), h("ul", { class: "changes" }, changes.map((each) => h("li", {},
      h("strong", {}, titleOf(each)), " ", t("plan.moved", { from: dayShown(each.from_day), to: dayShown(each.to_day), reason: each.reason }))))]);
}

function frameOf(plan) {
  const days = plan.milestones.flatMap((step) => [step.earliest_day, step.latest_day, step.done_day || step.latest_day]);
  const sorted = [...days, plan.today].sort();
  return { first: noon(sorted[0]), last: Math.max(noon(sorted.at(-1)), noon(sorted[0]) + DAY_US), today: plan.today };
}

const whole = async (path) => (await read(path)).items;
const pathOf = (turnover) => `/turnovers/${turnover.turnover_id}`;

async function drawPlan(place, turnover, turnovers, open) {
  const base = pathOf(turnover);
  const office = has("operator");
  const [plan, days, changes, asked, records] = await Promise.all([
    read(`${base}/plan`),
    read(`${base}/units/${homeUnit()}/days`),
    read(`${base}/units/${homeUnit()}/changes`),
    office ? whole(`${base}/overrides`) : [],
    office ? whole(`${base}/records`) : [],
  ]);
  const again = async () => drawPlan(place, await read(base), turnovers, open);
  const acts = office && stepActs({
    turnover, plan, done: again,
    onRecord: new Set(records.filter((each) => !each.withdrawn).map(factKey)),
    pending: new Set(asked.filter((each) => each.state === "asked").map((each) => each.milestone_id)),
  });
  const frame = frameOf(plan);
  const shown = plan.milestones.filter((step) => !open || step.state !== "done");
  const toggle = h("label", {}, h("input", { type: "checkbox", checked: open, onchange: (event) => {
    turn(also({ open: event.target.checked ? "1" : "" }));
    drawPlan(place, turnover, turnovers, event.target.checked);
  } }), t("plan.only_open"));
  put(place, head(turnover, plan, turnovers, office && (() => adoptPanel(turnover, plan, again))), warnings(plan),
    overrides(turnover, plan, asked, again),
    turnover.unit_id !== homeUnit() && own(days, changes.items),
    h("p", { class: "boxes" }, toggle),
    plan.phases.map((phase) => {
      const steps = shown.filter((step) => step.phase === phase.phase);
      return steps.length > 0 && section(language() === "zh" ? phase.title_zh : phase.title_en, {}, h("ol", { class: "timeline" }, steps.map((step) => line(step, frame, acts))));
    }));
}

/** A turnover without a plan yet, or no turnover at all: what the office does first. */
async function drawFirst(place, turnover, turnovers) {
  const office = has("operator");
  const adopt = () => adoptPanel(turnover, null, async () => drawPlan(place, await read(pathOf(turnover)), turnovers, false));
  put(place, h("header", { class: "page" }, h("div", { class: "stack" }, h("h1", {}, turnover?.name ?? t("nav.plan")), turnover && choice(turnover, turnovers))),
    section(t("plan.turnovers"), {},
      empty(t(turnover ? "plan.no_plan" : "plan.none")),
      office && h("p", { class: "buttons" },
        turnover && h("button", { type: "button", class: "main", onclick: adopt }, t("plan.adopt")),
        h("button", { type: "button", class: turnover ? "quiet" : "main", onclick: opening }, t("plan.open_turnover")))));
}

export async function planView(place, route) {
  const turnovers = await readAll(`/turnovers${query({})}`);
  const shown = has("operator") ? turnovers : turnovers.filter((each) => each.plan_version);
  const wanted = shown.find((each) => each.turnover_id === route.argument) ?? shown.find((each) => each.plan_version) ?? shown[0];
  if (!wanted?.plan_version) {
    await drawFirst(place, wanted, shown);
    return {};
  }
  await drawPlan(place, wanted, shown, route.params.open === "1");
  return { turn: ({ argument, params }) => (argument || wanted.turnover_id) === wanted.turnover_id && (params.open === "1") === Boolean(place.querySelector(".boxes input:checked")) };
}
