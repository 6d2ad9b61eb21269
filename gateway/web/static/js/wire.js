// What the dashboard answers, as the views take it.

import { query, read } from "./api.js";
import { t } from "./i18n.js";
import { WORKDAY_MINUTES } from "./time.js";

const FEED_ROWS = 40;
const BLOCKERS = 10;

const ask = ({ unit, asOf }, more = {}) => query({ unit, as_of: asOf, ...more });
const directive = ({ directive: id }) => `/dashboard/directives/${encodeURIComponent(id || "all")}`;

/** Elapsed minutes in words; a share that is not reached yet is more than what has passed. */
function elapsed(minutes) {
  if (minutes < 60) return t("time.minutes", { count: minutes });
  if (minutes < 1440) return t("time.hours", { count: (minutes / 60).toFixed(minutes < 600 ? 1 : 0) });
  return t("time.days", { count: (minutes / 1440).toFixed(1) });
}

export function takeFigures(data) {
  return data;
}

export const readFigures = async (asked) => takeFigures(await read(directive(asked) + ask(asked)));
export const readOverview = async (asked) => takeFigures(await read(`/dashboard/overview${ask(asked)}`));
export const readChildren = async (asked) => (await read(`${directive(asked)}/children${ask(asked)}`)).items;
export const readBlockers = async (asked) => (await read(`${directive(asked)}/blockers${ask(asked, { limit: BLOCKERS })}`)).items;
export const readFeed = async () => (await read(`/feed${query({ limit: FEED_ROWS })}`)).items.reverse();
export const readExplanation = (asked, what) => read(`${directive(asked)}/explain${ask(asked, what)}`);

/** The stream of figures of these units. */
export const streamOf = (units, id) => `/api/v1/stream${query({ node: units, directive: id })}`;
