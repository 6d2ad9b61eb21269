// How far what was asked has come, for any unit and all below it: moves by itself, or stands as of a time.

import { query, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { Live, seldom } from "../live.js";
import { homeUnit, me } from "../me.js";
import { morph } from "../morph.js";
import { empty, section } from "../parts/pieces.js";
import { secondText } from "../time.js";
import { readBlockers, readChildren, readFeed, readFigures, streamOf, takeFigures } from "../wire.js";
import { burdenPart, packPart, readBurden } from "./status_burden.js";
import { explainPanel } from "./status_explain.js";
import { accountPart, directivesPart, headlinePart, layersPart, parkedPart } from "./status_figures.js";
import { crumbs, picks, pulse } from "./status_head.js";
import { blockersPart, childrenPart, feedPart } from "./status_lists.js";

const SETTLE_MS = 2500;
// Deadlines pass without an event: figures are read anew from time to time.
const PASSING_MS = 60_000;
const WATCHED_CHILDREN_MAX = 63;
const LEVELS_MAX = 16;

const mine = () => new Set(me.roles.map((held) => held.unit_id));

// The units above, as far up as this person may see.
async function above(unit) {
  const own = mine();
  const from = unit.ancestor_ids.findIndex((id) => own.has(id));
  return from < 0 ? [] : Promise.all(unit.ancestor_ids.slice(from).map((id) => read(`/units/${id}`)));
}

// The same on a directive's route: one superior after the other, up to a unit of this person's own.
async function aboveOnRoute(unitId, directiveId) {
  const own = mine();
  const chain = [];
  for (let below = unitId; below && !own.has(below) && chain.length < LEVELS_MAX;) {
    const found = await read(`/directives/${directiveId}/assignments/${below}`).catch(() => null);
    below = found?.superior_unit_id;
    if (below) chain.unshift({ unit_id: below, name: found.superior_name });
  }
  return chain.length && own.has(chain[0].unit_id) ? chain : [];
}

const directiveOf = async (directives, directiveId) =>
  directives.find((row) => row.directive_id === directiveId) ?? (directiveId ? read(`/directives/${encodeURIComponent(directiveId)}`).catch(() => null) : null);

// A unit with those above it. On a directive's route it may stand where the unit tree does not show it to this person:
// what it is called the figures know.
async function placed(unitId, directive, asOf) {
  if (!directive?.route_id) {
    const unit = await read(`/units/${unitId}`);
    return [unit, await above(unit)];
  }
  const [figures, chain] = await Promise.all([
    readFigures({ unit: unitId, directive: directive.directive_id, asOf }).catch(() => null), aboveOnRoute(unitId, directive.directive_id)]);
  return [figures ? { unit_id: unitId, name: figures.name, kind: figures.kind } : await read(`/units/${unitId}`), chain];
}

function areas() {
  const area = (name) => h("div", { class: `area ${name}` });
  return { headline: area("headline"), account: area("account"), table: area("table"), stuck: area("stuck"), burden: area("burden"), children: area("children"), feed: area("feed") };
}

class Status {
  constructor(unit, params) {
    this.unit = unit;
    this.params = params;
    this.asked = { unit: unit.unit_id, directive: params.d ?? "", asOf: params.at ?? "" };
    this.parts = areas();
    this.figures = null;
    this.children = [];
    this.blockers = [];
    this.feed = [];
  }

  get whole() {
    return !this.asked.directive;
  }

  async load() {
    const { asked } = this;
    [this.figures] = await Promise.all([readFigures(asked), this.loadLists()]);
  }

  /** What the asking costs is counted when it is asked for, over all directives; it moves when the page is opened. */
  async drawBurden() {
    if (!this.whole) return;
    const burden = await readBurden(this.asked);
    put(this.parts.burden, [packPart(this.unit, this.asked), burdenPart(burden, this.asked)]);
  }

  /** What the stream does not bring. */
  async loadLists() {
    const { asked } = this;
    const [children, blockers, feed] = await Promise.all([
      readChildren(asked), this.whole ? [] : readBlockers(asked), asked.asOf ? [] : readFeed(),
    ]);
    const known = new Map(this.children.map((row) => [row.unit_id, row]));
    // Over all directives a child's figures come by the stream, and stay.
    this.children = children.map((row) => (row.mass === null ? { ...row, ...known.get(row.unit_id) } : row));
    Object.assign(this, { blockers, feed });
  }

  draw() {
    const { parts, figures, asked, params } = this;
    morph(parts.headline, [parkedPart(figures), headlinePart(figures, params)]);
    morph(parts.account, [accountPart(figures, params)]);
    morph(parts.table, [this.whole ? directivesPart(figures.directives, asked) : layersPart(figures)]);
    morph(parts.stuck, this.whole ? [] : [blockersPart(this.blockers, asked)]);
    morph(parts.children, [childrenPart(this.children, this.unit, params)]);
    morph(parts.feed, asked.asOf ? [] : [feedPart(this.feed)]);
  }

  /** An event of the stream: figures of the unit, or of one below it. */
  take(data) {
    const figures = takeFigures(data);
    if (figures.unit_id === this.unit.unit_id) {
      this.figures = figures;
    } else {
      this.children = this.children.map((row) => (row.unit_id === figures.unit_id ? { ...row, ...figures } : row));
    }
    this.draw();
  }
}

function watch(status, dot) {
  const renew = async (load) => {
    try {
      await load();
      status.draw();
    } catch {
      dot("behind");
    }
  };
  const refresh = seldom(() => renew(() => status.loadLists()), SETTLE_MS);
  const renewAll = () => renew(() => status.load());
  const watched = [status.unit.unit_id, ...status.children.slice(0, WATCHED_CHILDREN_MAX).map((row) => row.unit_id)];
  const live = new Live(streamOf(watched, status.asked.directive), ["figures"], (_, data) => {
    status.take(data);
    dot("live");
    refresh();
  }, dot);
  const timer = setInterval(() => { if (!live.paused && !document.hidden) renewAll(); }, PASSING_MS);
  return {
    pause: (paused) => { live.pause(paused); if (!paused) renewAll(); },
    close: () => { clearInterval(timer); refresh.stop(); live.close(); },
  };
}

export async function statusView(place, route) {
  const unitId = route.argument || homeUnit();
  if (!unitId) return put(place, section(t("nav.status"), {}, empty(t("status.no_unit"))));
  const directives = await read(`/directives${query({ limit: 200 })}`);
  const [unit, chain] = await placed(unitId, await directiveOf(directives.items, route.params.d), route.params.at ?? "");
  const status = new Status(unit, route.params);
  const { parts, asked } = status;
  let watching = null;
  const beat = pulse((paused) => watching?.pause(paused), Boolean(asked.asOf));
  put(place,
    h("header", { class: "page status-head" },
      h("div", {}, crumbs(chain, unit, route.params), h("h1", {}, unit.name)),
      h("div", { class: "tools" }, picks(directives.items, route.params), beat.node)),
    h("div", { class: "grid" }, Object.values(parts)));
  try {
    await status.load();
  } catch (error) {
    if (!error.detail) throw error;
    put(place.querySelector(".grid"), section(t("status.headline"), { kind: "headline-card" }, empty(error.detail)));
    return undefined;
  }
  status.draw();
  status.drawBurden().catch(() => {});
  const dot = (state) => beat.show(state, `${t("status.position")} ${status.figures.moment.position} · ${secondText(status.figures.moment.business_us)}`);
  if (asked.asOf) dot("frozen");
  else watching = watch(status, dot);
  const explain = explainPanel(asked, unit);
  explain(route.params.x);
  const stays = (next) => (next.argument || homeUnit()) === unitId && (next.params.d ?? "") === asked.directive && (next.params.at ?? "") === asked.asOf;
  return {
    turn: (next) => {
      if (!stays(next)) return false;
      Object.assign(status.params, { x: next.params.x });
      explain(next.params.x);
      return true;
    },
    close: () => { watching?.close(); explain(""); },
  };
}
