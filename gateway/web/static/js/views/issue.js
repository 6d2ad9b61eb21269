// Issuing a directive: what is asked, of whom, by when; seen in numbers before it goes out.

import { act, read, readAll } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { seldom } from "../live.js";
import { me } from "../me.js";
import { field, form } from "../parts/forms.js";
import { inWords } from "../parts/figures.js";
import { kindName, section, stageName, table, unitLink } from "../parts/pieces.js";
import { unitField } from "../parts/picker.js";
import { kindOf, openRoutes, readRoute, viaText } from "../parts/routes.js";
import { to } from "../route.js";
import { dateText, dayText, nowUs } from "../time.js";

const KINDS = ["district_committee", "working_committee", "primary_committee", "general_branch", "branch"];
const URGENCIES = ["ordinary", "urgent", "immediate"];
// The defaults of services/reporting, in working days; the report is counted from the launch.
const PLAN = [["dispatch", 1], ["receive", 1], ["name", 1], ["start", 2], ["report", 10], ["verify", 3]];
const TYPING_MS = 250;
const SUPERIORS_NAMED_MAX = 3;

// Where this person may issue from.
async function issuers() {
  const ids = [...new Set(me.roles.filter((held) => ["operator", "unit_secretary"].includes(held.role) && held.unit_id).map((held) => held.unit_id))];
  return Promise.all(ids.map((id) => read(`/units/${id}`)));
}

function kindBoxes() {
  return h("fieldset", { class: "field wide", "data-field": "scope.kinds" }, h("legend", {}, t("issue.kinds")),
    h("div", { class: "boxes" }, KINDS.slice(1).map((kind) =>
      h("label", {}, h("input", { type: "checkbox", value: kind, checked: kind === "branch" }), kindName(kind)))),
    h("p", { class: "hint" }, t("issue.kinds_hint")), h("p", { class: "wrong" }));
}

const kindsOf = (node) => [...node.querySelectorAll("[type=checkbox]:checked")].map((box) => box.value);

// The newest version of each form; what is asked for without one is how many were due and how many are done.
function formChoices(forms) {
  const newest = new Map();
  for (const one of forms) if ((newest.get(one.form_id)?.form_version ?? 0) < one.form_version) newest.set(one.form_id, one);
  return [["", t("issue.no_form")], ...[...newest.values()].map((one) => [one.form_id, inWords(one.title)])];
}

// The routes that may be taken; the unit tree is what is usual.
const routeField = (routes) => routes.length > 0 && field("route_id", t("issue.route"), {
  options: [["", t("issue.route_tree")], ...routes.map((route) => [route.route_id, `${route.name} · ${kindOf(route)}`])], value: "", hint: t("issue.route_usual"),
});

function fields(issuer, given, forms, routes) {
  return [
    field("title", t("issue.title"), { required: true, wide: true, maxlength: 200, value: given.title ?? "" }),
    field("text", t("issue.text"), { required: true, wide: true, rows: 5, value: given.text ?? "" }),
    field("number", t("issue.number"), { value: given.number ?? "", hint: t("issue.number_hint") }),
    field("urgency", t("issue.urgency"), { options: URGENCIES.map((key) => [key, t(`urgency.${key}`)]), value: "ordinary" }),
    field("basis", t("issue.basis"), { value: given.basis ?? "", hint: t("issue.basis_hint") }),
    field("source", t("issue.source"), { value: given.source ?? "", hint: t("issue.source_hint") }),
    field("turnover", t("issue.turnover"), { required: true, value: `${issuer.code}/district/${new Date(nowUs() / 1000).getFullYear()}`, hint: t("issue.turnover_hint") }),
    routeField(routes),
    unitField("scope.subtree_unit_id", t("issue.subtree"), { unit: issuer, hint: t("issue.subtree_hint") }),
    field("form_id", t("issue.form"), { options: formChoices(forms), value: "", hint: t("issue.form_hint") }),
    field("evidence_reason", t("issue.evidence"), { hint: t("issue.evidence_hint"), wide: true }),
    kindBoxes(),
    h("fieldset", { class: "field wide plan", "data-field": "plan" }, h("legend", {}, t("issue.plan")),
      h("div", { class: "days" }, PLAN.map(([stage, days]) =>
        field(`plan.${stage}_workdays`, t(`issue.plan.${stage}`), { type: "number", min: "1", inputmode: "numeric", value: days, required: true }))),
      h("p", { class: "wrong" })),
  ];
}

function contentOf(given, node, issuer) {
  const plan = {};
  for (const [stage] of PLAN) plan[`${stage}_workdays`] = given[`plan.${stage}_workdays`];
  const { title, text, number, urgency, basis, source, turnover, route_id, form_id, evidence_reason } = given;
  return {
    title, text, number, urgency, basis, source, turnover, route_id, form_id, evidence_reason, plan, issuer_unit_id: issuer.unit_id, lead_unit_id: issuer.unit_id,
    scope: { subtree_unit_id: given["scope.subtree_unit_id"] ?? issuer.unit_id, kinds: kindsOf(node) },
  };
}

// The units as they stand on a route: who answers to another has that one's superiors above it.
function standing(units, links) {
  const linked = new Map(links.map((link) => [link.unit_id, link.superior_unit_id]));
  const parents = new Map(units.map((unit) => [unit.unit_id, linked.get(unit.unit_id) ?? unit.parent_id]));
  const above = (unitId) => {
    const found = [];
    for (let at = parents.get(unitId); at && found.length < parents.size; at = parents.get(at)) found.push(at);
    return found;
  };
  return links.length ? units.map((unit) => ({ ...unit, ancestor_ids: above(unit.unit_id) })) : units;
}

// Who would be reached: every unit that the person may see, counted here by kind under the chosen subtree.
function counted(units, issuer, subtreeId, kinds) {
  const inside = units.filter((unit) => unit.unit_id !== issuer.unit_id && (unit.unit_id === subtreeId || unit.ancestor_ids.includes(subtreeId)));
  return KINDS.map((kind) => [kind, inside.filter((unit) => unit.kind === kind).length]).filter(([kind, count]) => count && (!kinds.length || kinds.includes(kind)));
}

// Of a route, units are known by name only where they stand elsewhere in the unit tree than below this person.
const unseen = (units, links) => {
  const known = new Set(units.map((unit) => unit.unit_id));
  return links.filter((link) => !known.has(link.unit_id) && known.has(link.superior_unit_id)).length;
};

function preview(place, units, links, issuer, node) {
  const subtreeId = node.querySelector("[name='scope.subtree_unit_id']").value || issuer.unit_id;
  const byKind = counted(standing(units, links), issuer, subtreeId, kindsOf(node));
  const sum = byKind.reduce((total, [, count]) => total + count, 0);
  const others = unseen(units, links);
  put(place,
    h("p", { class: "sum" }, h("strong", {}, sum), " ", t("issue.units_reached")),
    h("dl", { class: "facts" }, byKind.map(([kind, count]) => [h("dt", {}, kindName(kind)), h("dd", {}, count)])),
    others > 0 && h("p", { class: "hint" }, t("issue.route_others", { count: others })),
    h("p", { class: "hint" }, t("issue.preview_hint")));
}

/** The route that is chosen: its links, and one line that says who passes on by it. */
class ChosenRoute {
  links = [];
  #asked = "";

  constructor(node, drawn) {
    Object.assign(this, { node, drawn });
    this.hint = node?.querySelector(".hint");
    node?.querySelector("select").addEventListener("change", (event) => this.choose(event.target.value));
  }

  async choose(routeId) {
    this.#asked = routeId;
    const route = routeId ? await readRoute(routeId).catch(() => null) : null;
    if (this.#asked !== routeId) return;
    this.links = route?.links ?? [];
    put(this.hint, route ? this.#says(route) : t("issue.route_usual"));
    this.drawn();
  }

  #says({ links, links_count: count }) {
    const names = [...new Set(links.map((link) => link.superior_name))];
    const superiors = names.slice(0, SUPERIORS_NAMED_MAX).join(t("list.separator")) + (names.length > SUPERIORS_NAMED_MAX ? t("issue.route_and_others") : "");
    return t(names.length ? "issue.route_says" : "issue.route_empty", { superiors, count });
  }
}

function issued(place, directive, answer) {
  const rows = directive.deadlines.filter((due) => due.stage > 1 || due.layer > 1);
  const layers = [...new Set(rows.map((due) => due.layer))];
  const at = (layer, stage) => rows.find((due) => due.layer === layer && due.stage === stage)?.due_us;
  put(place, section(t("issue.done"), { kind: "done" },
    h("p", {}, t("issue.done_text", { title: directive.title, count: answer.units_in_scope }), directive.route_id && ` ${viaText(directive)}`),
    answer.unannounced_years.length > 0 && h("p", { class: "warn" }, t("issue.unannounced", { years: answer.unannounced_years.join(t("list.separator")) })),
    table([[t("status.layer"), (layer) => t("status.layer_number", { layer })],
      ...[1, 2, 3, 4, 5, 6].map((stage) => [stageName(stage), (layer) => (at(layer, stage) ? dayText(at(layer, stage)) : "—"), "day"])],
    layers, { caption: t("issue.deadlines") }),
    h("p", { class: "buttons" },
      h("a", { class: "button main", href: to("status", directive.issuer_unit_id, { d: directive.directive_id }) }, t("issue.watch")),
      h("button", { type: "button", class: "quiet", onclick: () => location.reload() }, t("issue.another")))));
}

async function issuedList(issuer) {
  const rows = (await read("/directives?limit=50")).items;
  return section(t("issue.list"), {}, table([
    [t("issue.number"), (row) => row.number || "—"],
    [t("issue.title"), (row) => [unitLink(issuer.unit_id, row.title, { d: row.directive_id }), row.route_id && h("small", {}, viaText(row))], "name"],
    [t("issue.at"), (row) => dateText(row.issued_at_us)],
    [t("desk.state"), (row) => t(`directive.${row.state}`)],
  ], rows, { caption: t("issue.list") }));
}

// A link may say what is to be asked, a decision of a meeting for one: #/issue?title=…&text=…&source=…&parent=…
export async function issueView(place, { params } = { params: {} }) {
  const [issuer] = await issuers();
  if (!issuer) return put(place, section(t("nav.issue"), {}, h("p", {}, t("issue.nowhere"))));
  const [units, forms, routes] = await Promise.all([readAll("/units"), read("/forms"), openRoutes()]);
  const side = h("aside", { class: "card preview", "aria-live": "polite" });
  const node = form(fields(issuer, params, forms.items, routes), {
    label: t("issue.submit"),
    submit: async (given, intent) => {
      const answer = await act("/directives", { ...contentOf(given, node, issuer), ...(params.parent ? { parent_directive_id: params.parent } : {}) }, { intent });
      issued(place, await read(`/directives/${answer.directive_id}`), answer);
    },
  });
  const draw = () => preview(side, units, chosen.links, issuer, node);
  const chosen = new ChosenRoute(node.querySelector("[data-field='route_id']"), draw);
  const soon = seldom(draw, TYPING_MS);
  node.addEventListener("input", soon);
  node.addEventListener("click", soon);
  draw();
  put(place, h("header", { class: "page" }, h("h1", {}, t("issue.heading")), h("p", { class: "about" }, t("issue.about", { unit: issuer.name }))),
    h("div", { class: "with-side" }, h("section", { class: "card" }, node), side), await issuedList(issuer));
  return { close: () => soon.stop() };
}
