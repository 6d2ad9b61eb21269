// One route: who answers to whom on it, by superior; more of them, a link taken back, the route ended.

import { act } from "../api.js";
import { settle } from "../focus.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has } from "../me.js";
import { field, form } from "../parts/forms.js";
import { chip, empty, say, section } from "../parts/pieces.js";
import { LinkBlocks } from "../parts/route_links.js";
import { kindOf, readRoute } from "../parts/routes.js";
import { to } from "../route.js";

const reason = (hint) => field("reason", t("desk.reason"), { rows: 2, required: true, wide: true, hint });

// By superior, in the order in which the service gives them.
function bySuperior(links) {
  const found = new Map();
  for (const link of links) found.set(link.superior_unit_id, [...(found.get(link.superior_unit_id) ?? []), link]);
  return [...found.values()];
}

/** Acts on the route as it was seen; `again(said)` reads and draws it anew. */
class Acts {
  constructor(route, again) {
    Object.assign(this, { route, again });
  }

  async change(links, given, intent, said) {
    await act(`/routes/${this.route.route_id}/changes`, { reason: given.reason, links }, { intent, version: this.route.version });
    await this.again(said);
  }

  async end(given, intent) {
    await act(`/routes/${this.route.route_id}/end`, given, { intent, version: this.route.version });
    await this.again(t("route.ended", { name: this.route.name }));
  }
}

// A form in a place, opened by a button that comes back with the focus when it is put away.
function opener(label, place, fields, options, kind = "quiet") {
  const button = h("button", { type: "button", class: kind, onclick: () => {
    put(place, h("div", { class: "act-form" }, form(fields(), { ...options, cancel: () => { put(place); button.focus(); } })));
    place.querySelector("textarea").focus();
  } }, label);
  return button;
}

function linkLine(link, acts, open) {
  const place = h("div", { class: "place" });
  const back = open && opener(t("route.take_back"), place, () => [reason(t("route.take_back_hint", { unit: link.unit_name, parent: link.parent_name }))], {
    label: t("route.take_back"),
    reload: () => acts.again(),
    submit: (given, intent) => acts.change([{ unit: link.unit_id }], given, intent, t("route.taken_back", { unit: link.unit_name })),
  });
  return h("li", { class: "below", "data-unit": link.unit_id },
    h("div", { class: "who" }, h("strong", {}, link.unit_name), link.unit_code && h("code", {}, link.unit_code), h("small", {}, t("route.own_parent", { parent: link.parent_name }))),
    h("div", { class: "acts" }, back), place);
}

const superiorCard = (links, acts, open) => section(links[0].superior_name, { kind: "route-superior", aside: h("span", { class: "count" }, t("route.units_count", { count: links.length })) },
  h("ul", { class: "lines" }, links.map((link) => linkLine(link, acts, open))));

// More units, or others' superiors: the form stands open where there is no link yet.
class Adding {
  constructor(acts, opened) {
    Object.assign(this, { acts, blocks: null, place: h("div", {}) });
    this.node = section(t("route.add"), { about: t("route.add_about") }, this.place);
    if (opened) this.open();
    else this.shut();
  }

  shut() {
    this.stop();
    put(this.place, h("p", { class: "buttons" }, h("button", { type: "button", onclick: () => { this.open(); this.place.querySelector("input[role]").focus(); } }, t("route.add"))));
  }

  open() {
    this.blocks = new LinkBlocks();
    const { acts, blocks } = this;
    put(this.place, form([blocks.node, reason()], {
      label: t("route.add_do"),
      reload: () => acts.again(),
      cancel: () => { this.shut(); this.place.querySelector("button").focus(); },
      submit: async (given, intent) => {
        try {
          await acts.change(await blocks.links(), given, intent, t("route.added"));
        } catch (error) {
          throw blocks.placed(error);
        }
      },
    }));
  }

  stop() {
    this.blocks?.stop();
    this.blocks = null;
  }
}

function ending(route, acts) {
  const place = h("div", { class: "place" });
  const button = opener(t("route.end"), place, () => [reason()], {
    label: t("route.end"), danger: true, reload: () => acts.again(), submit: (given, intent) => acts.end(given, intent),
  }, "danger");
  return section(t("route.end"), { about: t(route.open_directives ? "route.end_in_use" : "route.end_about", { count: route.open_directives }) },
    !route.open_directives && h("p", { class: "buttons" }, button), place);
}

const head = (route) => h("header", { class: "page" }, h("div", {},
  h("nav", { class: "crumbs", "aria-label": t("nav.routes") }, h("ol", {}, h("li", {}, h("a", { href: to("routes") }, t("nav.routes"))), h("li", { "aria-current": "page" }, route.name))),
  h("h1", {}, route.name, " ", chip(t(`route.state.${route.state}`), route.state === "open" ? "good" : "soft")),
  h("p", { class: "about" }, [kindOf(route), route.basis, t("route.units_count", { count: route.links_count }), t("route.directives_count", { count: route.open_directives })].filter(Boolean).join(" · "))));

export async function routePart(place, routeId) {
  let stop = () => {};
  const draw = async (said) => {
    const route = await readRoute(routeId);
    const acts = new Acts(route, draw);
    const open = route.state === "open" && has("operator");
    stop();
    const more = open && new Adding(acts, !route.links.length);
    stop = () => { if (more) more.stop(); };
    put(place, head(route),
      h("div", { class: "stack" },
        h("p", { class: "about" }, t("route.rest")),
        route.links.length ? bySuperior(route.links).map((links) => superiorCard(links, acts, open)) : empty(t("route.no_links")),
        more && more.node,
        open && ending(route, acts)));
    if (!said) return;
    say(said);
    settle(place);
  };
  await draw();
  return { close: () => stop() };
}
