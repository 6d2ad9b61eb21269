// Importing a roster: looked at first, every bad row by line and reason, then imported whole or not at all.

import { Refused, upload } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { actButton, form } from "../parts/forms.js";
import { chip, section, table } from "../parts/pieces.js";
import { to } from "../route.js";

const KINDS = { error: "bad", warning: "warn", note: "soft" };

/** What was found in a file, line by line. */
export function findings(found) {
  if (!found.findings.length) return null;
  return [
    table([
      [t("roster.line"), (row) => row.line || "—", "count"],
      [t("roster.severity"), (row) => chip(t(`severity.${row.severity}`), KINDS[row.severity])],
      [t("roster.reason"), (row) => row.detail, "wide"],
    ], found.findings, { caption: t("roster.findings") }),
    found.findings_left_out > 0 && h("p", { class: "hint" }, t("roster.left_out", { count: found.findings_left_out })),
  ];
}

function numbers(found) {
  return h("ul", { class: "numbers" }, ["rows_read", "to_establish", "to_change"].map((name) =>
    h("li", {}, h("strong", {}, found[name]), h("span", {}, t(`roster.${name}`)))));
}

function outcome(found) {
  if (found.refused) return h("p", { class: "verdict bad", role: "alert" }, t("roster.refused"));
  if (found.activated) return h("p", { class: "verdict good", role: "status" }, t("roster.activated"), " ", h("a", { href: to("units") }, t("roster.see_units")));
  return h("p", { class: "verdict" }, t(found.to_establish + found.to_change ? "roster.looks_good" : "roster.nothing"));
}

function looked(place, file, found) {
  const ready = !found.refused && !found.activated && found.to_establish + found.to_change > 0;
  put(place, section(t(found.activated ? "roster.imported" : "roster.dry_run"), { aside: h("span", { class: "about" }, file.name) },
    outcome(found), numbers(found),
    ready && actButton(t("roster.import"), async (intent) => looked(place, file, await upload("/rosters", file, intent))),
    findings(found)));
}

export function rosterView(place) {
  const result = h("div", { "aria-live": "polite" });
  const input = h("input", { type: "file", id: "roster-file", accept: ".xlsx,.csv", class: "unseen" });
  const chosen = h("span", { class: "about" }, t("roster.no_file"));
  const node = form([
    h("div", { class: "field wide", "data-field": "file" }, h("span", { class: "label" }, t("roster.file")),
      h("div", { class: "file" }, input, h("label", { class: "button", for: input.id }, t("roster.choose")), chosen),
      h("p", { class: "hint" }, t("roster.hint")), h("p", { class: "wrong" })),
  ], {
    label: t("roster.look"),
    submit: async (_, intent) => {
      const [file] = input.files;
      if (!file) throw new Refused({ detail: t("roster.no_file"), params: { field: "file" } }, 0);
      return looked(result, file, await upload("/rosters?dry_run=true", file, intent));
    },
  });
  input.addEventListener("change", () => {
    put(result);
    put(chosen, input.files[0]?.name ?? t("roster.no_file"));
  });
  put(place, h("header", { class: "page" }, h("h1", {}, t("nav.roster")), h("p", { class: "about" }, t("roster.about"))),
    h("section", { class: "card" }, node), result);
}
