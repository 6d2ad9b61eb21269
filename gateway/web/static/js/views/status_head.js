// Above the figures: where in the tree, which directive, as of when, and whether it is live.

import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { also, go, to } from "../route.js";
import { fromLocal, nowUs, toLocal } from "../time.js";

/** The way from the top of what one may see down to the unit. */
export function crumbs(chain, unit, params) {
  if (!chain.length) return null;
  const kept = { d: params.d, at: params.at };
  return h("nav", { class: "crumbs", "aria-label": t("status.crumbs") },
    h("ol", {}, chain.map((above) => h("li", {}, h("a", { href: to("status", above.unit_id, kept) }, above.name))),
      h("li", { "aria-current": "page" }, unit.name)));
}

/** Which directive, and as of when. */
export function picks(directives, { d = "", at = "" }) {
  const label = (row) => [row.number, row.title].filter(Boolean).join(" ") + (row.state === "withdrawn" ? t("status.withdrawn") : "");
  const directive = h("select", { onchange: (event) => go(also({ d: event.target.value, x: "" })) },
    h("option", { value: "" }, t("status.all")),
    directives.map((row) => h("option", { value: row.directive_id, selected: row.directive_id === d }, label(row))));
  const when = h("input", { type: "datetime-local", max: toLocal(nowUs()), onchange: (event) => {
    const us = fromLocal(event.target.value);
    go(also({ at: us === null ? "" : String(us), x: "" }));
  } });
  when.value = at ? toLocal(Number(at)) : "";
  return [
    h("label", { class: "pick" }, h("span", {}, t("status.directive")), directive),
    h("label", { class: "pick" }, h("span", {}, t("status.as_of")), when),
    at && h("a", { class: "button", href: also({ at: "", x: "" }) }, t("status.to_now")),
  ];
}

/** The dot that says how fresh the figures are, and the button that holds them still. */
export function pulse(pause, frozen) {
  let paused = false;
  const dot = h("span", { class: "dot" });
  const text = h("span", { class: "state" });
  const where = h("span", { class: "where" });
  const button = h("button", { type: "button", class: "quiet", "aria-pressed": "false", onclick: () => {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
    put(button, t(paused ? "status.go_on" : "status.pause"));
    pause(paused);
  } }, t("status.pause"));
  return {
    node: h("div", { class: "pulse", role: "status" }, dot, text, where, !frozen && button),
    show: (state, place) => {
      dot.className = `dot ${state}`;
      put(text, t(`status.pulse.${state}`));
      put(where, place);
    },
  };
}
