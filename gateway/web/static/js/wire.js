// What the dashboard answers, as the views take it.

import { query, read } from "./api.js";
import { t } from "./i18n.js";
import { WORKDAY_MINUTES } from "./time.js";

const FEED_ROWS = 40;
const BLOCKER_LINES = 60;
const NAMED_OTHERS_MAX = 3;
const EXPLAINED_LINES = 200;
const CHILDREN_ROWS = 500;
const CHILDREN_READ_MAX = 64;
const STAGES = { dispatch: 1, receive: 2, name: 3, start: 4, report: 5, verify: 6 };
const NOTHING = { mass: null, index: null, plan: null, not_yet_due: null, overdue: null };

const asked = ({ unit, asOf }, more = {}) => query({ unit, as_of: asOf, ...more });
const under = ({ directive }) => `/dashboard/directives/${encodeURIComponent(directive)}`;

/** Elapsed minutes in words. */
function elapsed(minutes) {
  if (minutes < 60) return t("time.minutes", { count: minutes });
  if (minutes < 1440) return t("time.hours", { count: Math.round(minutes / 60) });
  return t("time.days", { count: (minutes / 1440).toFixed(1) });
}

function lag(minutes) {
  return minutes ? t("status.lag_days", { count: (minutes / WORKDAY_MINUTES).toFixed(1) }) : t("status.lag_none");
}

const perCent = (part, whole) => (whole ? ((100 * part) / whole).toFixed(1) : null);

/**
 * Within which time half of a layer's units had done a stage. Where half have not, more than all the time there was;
 * how long that is is known here for the issuer's own next layer only, which got the directive as it was issued.
 */
function half({ stage, p50_minutes: minutes }, row, data) {
  const first = data.layer + row.layer === 1;
  const waited = Math.floor((data.moment.business_us - data.directive.issued_at_us) / 60_000_000);
  if (minutes !== null) return { stage: STAGES[stage], text: t("status.within", { time: elapsed(minutes) }) };
  return { stage: STAGES[stage], text: first ? t("status.over", { time: elapsed(waited) }) : t("status.under_half") };
}

const layer = (row, data) => ({
  ...row,
  receipt_on_time_rate: perCent(row.received_on_time, row.route_units),
  start_rate: perCent(row.started, row.obliged_units),
  attenuation: row.attenuation_millibits === null ? null : (row.attenuation_millibits / 1000).toFixed(2),
  latency: row.latencies.map((each) => half(each, row, data)),
});

const headline = (found) => ({ ...found, lag: lag(found.lag_minutes) });
const accountLine = (line) => ({ ...line, stage: STAGES[line.stage] });

/** Figures of one unit, under one directive or over all: as read, or as an event of the stream brings them. */
export function takeFigures(data) {
  return {
    ...headline(data.headline),
    unit_id: data.unit.unit_id,
    name: data.unit.name,
    kind: data.unit.kind,
    moment: data.moment,
    route: data.directive?.route_name ?? "",
    let_through: data.layer ? data.let_through : null,
    account: data.account.map(accountLine),
    // The issuer itself has nothing to receive.
    layers: (data.layers ?? []).filter((row) => data.layer + row.layer > 0 && row.route_units > 0).map((row) => layer(row, data)),
    directives: (data.directives ?? []).map((row) => ({ ...row.directive, ...row.headline })),
  };
}

export const readFigures = async (what) =>
  takeFigures(await read(what.directive ? under(what) + asked(what) : `/dashboard/overview${asked(what)}`));

/** The units directly below, by code. Over all directives the stream brings their figures, or the past is read one by one. */
export async function readChildren(what) {
  if (what.directive) {
    const page = await read(`${under(what)}/children${asked(what, { limit: CHILDREN_ROWS })}`);
    return page.items.map((row) => ({ ...row.unit, ...row.headline, state: row.let_off ? "withdrawn" : row.stage }));
  }
  const units = (await read(`/units/${what.unit}/children${query({ limit: CHILDREN_ROWS })}`)).items;
  if (!what.asOf) return units.map((unit) => ({ unit_id: unit.unit_id, name: unit.name, kind: unit.kind, ...NOTHING }));
  return Promise.all(units.slice(0, CHILDREN_READ_MAX).map((unit) => readFigures({ ...what, unit: unit.unit_id })));
}

/** A lost or open share: `side` says whether the unit itself or the one above owns it. */
const lossLine = (line) => ({
  ...line,
  stage: STAGES[line.stage],
  side: line.waiting || line.stage === "dispatch" ? "superior" : "unit",
  key: [line.unit.unit_id, line.layer, line.stage, line.others_count].join(" "),
});

/** What a line is called: a unit, or those below it that nothing has happened to. */
export function nameOf({ unit, others, others_count: count }) {
  if (!count) return unit.name;
  return count <= NAMED_OTHERS_MAX ? others.map((other) => other.name).join(t("list.separator")) : t("status.group", { unit: unit.name, count });
}

/** Who can end it. */
export const ownerOf = ({ owner, others, others_count: count }) => owner.name || (count === 1 ? others[0].name : t("status.each_unit"));

/** The unit that a line leads to. */
export const placeOf = (line) => (line.others_count === 1 ? line.others[0].unit_id : line.unit.unit_id);

export const readBlockers = async (what) =>
  (await read(`${under(what)}/blockers${asked(what, { limit: BLOCKER_LINES })}`)).lines.map(lossLine).filter((line) => Number(line.points));

/** Why a figure is what it is; `part`, `layer`, `stage`, `side` narrow it, "" for all. */
export async function readExplanation(what, { part, ...place }) {
  const found = await read(`${under(what)}/explain${asked(what, { limit: EXPLAINED_LINES })}`);
  const fits = (row) => Object.entries(place).every(([name, wanted]) => wanted === "" || String(row[name]) === wanted);
  const late = { overdue: true, not_yet_due: false }[part];
  return {
    groups: late === undefined ? found.groups.map(accountLine).filter(fits) : [],
    lines: found.lines.map(lossLine).filter((line) => fits(line) && (late === undefined || line.overdue === late)),
    index: found.index,
    missing: found.missing,
    leftOut: found.lines_left_out,
  };
}

/** What just happened, newest first. */
export async function readFeed() {
  const page = await read(`/feed${query({ limit: FEED_ROWS })}`);
  return page.items.reverse().map((item) => ({ ...item, kind: item.type.split(".").at(-1) }));
}

/** The stream of figures of these units. */
export const streamOf = (units, directive) => `/api/v1/stream${query({ node: units, directive })}`;
