// Routes beside the unit tree: which there are, and drawing another.

import { act } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has } from "../me.js";
import { field, form } from "../parts/forms.js";
import { chip, empty, say, section, table } from "../parts/pieces.js";
import { LinkBlocks } from "../parts/route_links.js";
import { kindOf, readRoutes } from "../parts/routes.js";
import { go, to } from "../route.js";
import { routePart } from "./routes_one.js";

const KINDS = ["line_of_work", "working_committee", "functional_area"];

function routesTable(routes) {
  return table([
    [t("route.name"), (row) => h("a", { href: to("routes", row.route_id) }, row.name), "name"],
    [t("route.kind"), kindOf, "when"],
    [t("desk.state"), (row) => chip(t(`route.state.${row.state}`), row.state === "open" ? "good" : "soft")],
    [t("route.links"), (row) => row.links, "count"],
    [t("route.directives"), (row) => row.open_directives, "count"],
  ], routes, { caption: t("nav.routes"), key: (row) => row.route_id });
}

function drawing(blocks, cancel) {
  return form([
    field("name", t("route.name"), { required: true, maxlength: 50, hint: t("route.name_hint") }),
    field("kind", t("route.kind"), { options: KINDS.map((kind) => [kind, kindOf({ kind })]) }),
    field("basis", t("route.basis"), { wide: true, hint: t("route.basis_hint") }),
    blocks.node,
  ], {
    label: t("route.draw"),
    cancel,
    submit: async ({ name, kind, basis }, intent) => {
      try {
        const drawn = await act("/routes", { name, kind, ...(basis ? { basis } : {}), links: await blocks.links() }, { intent });
        say(t("route.drawn", { name }));
        go(to("routes", drawn.route_id));
      } catch (error) {
        throw blocks.placed(error);
      }
    },
  });
}

/** One new route, in the place of the button that begins it. */
function newPart(place) {
  let blocks = null;
  const shut = () => {
    blocks?.stop();
    blocks = null;
    put(place, h("button", { type: "button", class: "main", onclick: open }, t("route.new")));
  };
  const open = () => {
    blocks = new LinkBlocks();
    put(place, section(t("route.new"), { about: t("route.new_about") }, drawing(blocks, () => { shut(); place.querySelector("button").focus(); })));
    place.querySelector("input").focus();
  };
  shut();
  return () => blocks?.stop();
}

export async function routesView(place, route) {
  if (route.argument) return routePart(place, route.argument);
  const routes = await readRoutes();
  const fresh = h("div", {});
  put(place, h("header", { class: "page" }, h("div", {}, h("h1", {}, t("nav.routes")), h("p", { class: "about" }, t("route.about")))),
    section(t("route.list"), {}, routes.length ? routesTable(routes) : empty(t("route.none"))), has("operator") && fresh);
  return { close: newPart(fresh) };
}
