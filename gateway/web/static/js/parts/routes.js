// Routes beside the unit tree: which there are, whom each asks of whom, and how that is said.

import { query, read } from "../api.js";
import { t } from "../i18n.js";

const LINKS_PAGE = 500;

export const readRoutes = async () => (await read("/routes")).items;

export const kindOf = ({ kind }) => t(`route.kind.${kind}`);

/** The routes that a directive can take. */
export const openRoutes = async () => (await readRoutes()).filter((route) => route.state === "open");

/** A route with its links, all that one may see of them. */
export async function readRoute(routeId) {
  const links = [];
  let page;
  do {
    page = await read(`/routes/${encodeURIComponent(routeId)}${query({ limit: LINKS_PAGE, cursor: page?.next_cursor })}`);
    links.push(...page.links);
  } while (page.next_cursor);
  return { ...page.route, links_count: page.route.links, links };
}

/** How many units answer to a unit by open routes and not by the unit tree. */
export async function answeringTo(unitId) {
  const routes = await Promise.all((await openRoutes()).filter((route) => route.links).map((route) => readRoute(route.route_id)));
  const units = routes.flatMap(({ links }) => links.filter((link) => link.superior_unit_id === unitId).map((link) => link.unit_id));
  return new Set(units).size;
}

/** By which route something came, and who asks for it there; nothing for the unit tree. */
export function viaText({ route_name: route, superior_name: superior }) {
  if (!route) return "";
  return superior ? t("route.via_superior", { route, superior }) : t("route.via", { route });
}
