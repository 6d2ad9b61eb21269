// Signing in: with a password, or for the first time with the printed code.

import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { activate, logIn } from "../me.js";
import { field, form } from "../parts/forms.js";
import { also, turn } from "../route.js";

const entered = (route) => turn(route.params.to || "#/");

function withPassword(route) {
  return form([
    field("login", t("login.login"), { required: true, autocomplete: "username", autofocus: true, autocapitalize: "none", spellcheck: "false" }),
    field("password", t("login.password"), { type: "password", required: true, autocomplete: "current-password" }),
  ], {
    label: t("login.enter"),
    submit: async ({ login, password }) => {
      await logIn(login, password);
      entered(route);
    },
  });
}

function withCode(route) {
  return form([
    field("login", t("login.login"), { required: true, autocomplete: "username", autofocus: true, autocapitalize: "none", spellcheck: "false" }),
    field("one_time_code", t("login.code"), { required: true, autocomplete: "one-time-code", hint: t("login.code_hint"), spellcheck: "false" }),
    field("new_password", t("login.new_password"), { type: "password", required: true, autocomplete: "new-password", hint: t("login.password_hint") }),
  ], {
    label: t("login.activate"),
    submit: async ({ login, one_time_code: code, new_password: password }) => {
      await activate(login, code, password);
      entered(route);
    },
  });
}

export function loginView(place, route) {
  const first = route.params.first === "1";
  const tab = (text, on, value) => h("a", { href: also({ first: value }), "aria-current": on ? "true" : null }, text);
  put(place, h("section", { class: "card sign-in" },
    h("h1", {}, t("login.title")),
    h("p", { class: "about" }, t("login.about")),
    h("nav", { class: "tabs", "aria-label": t("login.ways") }, tab(t("login.by_password"), !first, ""), tab(t("login.by_code"), first, "1")),
    first ? withCode(route) : withPassword(route)));
  place.querySelector("input").focus();
}
