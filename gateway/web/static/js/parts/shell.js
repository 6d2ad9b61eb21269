// What stands above every view: whose platform this is, its clock, the way around, the language.

import { h, put } from "../h.js";
import { language, t } from "../i18n.js";
import { me } from "../me.js";
import { to } from "../route.js";
import { clockText, nowUs } from "../time.js";
import { chip, roleName } from "./pieces.js";
import { placesOf } from "./places.js";

const CLOCK_MS = 1000;

function navigation(view) {
  const shut = () => menu.setAttribute("aria-expanded", "false");
  const menu = h("button", { type: "button", class: "menu", "aria-expanded": "false", "aria-controls": "places", onclick: () =>
    menu.setAttribute("aria-expanded", String(menu.getAttribute("aria-expanded") !== "true")) }, t("nav.menu"));
  const link = ([name, argument]) => h("li", {}, h("a", { href: to(name, argument), "aria-current": name === view ? "page" : null, onclick: shut }, t(`nav.${name}`)));
  const group = ([name, places]) => h("div", { class: "places-group" }, h("h2", { id: `places-${name}` }, t(`nav.group.${name}`)), h("ul", { "aria-labelledby": `places-${name}` }, places.map(link)));
  const onkeydown = (event) => {
    if (event.key !== "Escape" || menu.getAttribute("aria-expanded") !== "true") return;
    shut();
    menu.focus();
  };
  return h("nav", { "aria-label": t("nav.label"), onkeydown }, menu, h("div", { class: "places", id: "places" }, placesOf().map(group)));
}

function whoIs(leave) {
  const roles = [...new Set(me.roles.map((held) => `${held.unit_name} ${roleName(held.role)}`.trim()))].join("\n");
  return h("span", { class: "who", title: roles }, h("span", {}, me.login), h("button", { type: "button", class: "quiet", onclick: leave }, t("act.log_out")));
}

/** Draws the head of the page. */
export function drawShell(top, site, view, { leave, change }) {
  const other = language() === "zh" ? "en" : "zh";
  const clock = h("time", { class: "clock" });
  const mark = site.kind === "rehearsal" && t(site.speed > 1 ? "site.rehearsal" : "site.practice", { speed: site.speed });
  // What is printed says so on every page.
  document.documentElement.style.setProperty("--mark", JSON.stringify(mark || ""));
  put(top,
    h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); document.getElementById("main").focus(); } }, t("nav.skip")),
    h("div", { class: "topbar" },
      h("a", { class: "brand", href: to("") },
        h("img", { src: "/img/mark.svg", alt: "", width: "28", height: "28" }),
        h("span", { class: "name" }, t("brand")), h("span", { class: "place" }, site.district_name)),
      // On a phone too, where the clock is behind the menu.
      mark && chip(mark, "practice"),
      me.known && navigation(view),
      h("div", { class: "end" },
        h("span", { class: "when" }, clock),
        h("button", { type: "button", class: "quiet", "data-focus": "language", lang: other === "zh" ? "zh-CN" : "en", onclick: () => change(other) }, t(`language.${other}`)),
        me.known && whoIs(leave))));
  const tick = () => put(clock, clockText(nowUs()));
  tick();
  clearInterval(drawShell.timer);
  drawShell.timer = setInterval(tick, CLOCK_MS);
}
