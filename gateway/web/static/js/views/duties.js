// Duty lists: what each post answers for, what nobody answers for, and importing a list that was looked at first.

import { Intent, read, upload } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has } from "../me.js";
import { actButton, wordsOf } from "../parts/forms.js";
import { chip, section, unitLink } from "../parts/pieces.js";
import { to } from "../route.js";
import { lines, tabs } from "./lines.js";
import { findings } from "./roster.js";
import { ownUnit } from "./today.js";

const dutyLine = (row) => h("li", { class: "below matter-line" },
  h("div", { class: "who" }, unitLink(row.unit_id, row.unit_name), h("strong", {}, row.post_name || t("duty.no_name")), row.person_name && h("span", {}, row.person_name),
    row.gap && chip(t("duty.gap"), "bad")),
  h("p", { class: "told" }, [row.number, row.text].filter(Boolean).join(" ")),
  row.directive_ids.length > 0 && h("p", { class: "told" }, t("duty.directives"), row.directive_ids.map((id, place) => [" ", h("a", { href: to("status", row.unit_id, { d: id }) }, row.directive_titles[place])])));

function outcome(found) {
  if (found.refused) return h("p", { class: "verdict bad", role: "alert" }, t("roster.refused"));
  return h("p", { class: found.imported ? "verdict good" : "verdict" }, t(found.imported ? "duty.imported" : "duty.looks_good", { duties: found.duties, units: found.units }));
}

function importing(done) {
  const result = h("div", { class: "stack", "aria-live": "polite" });
  const input = h("input", { type: "file", id: "duty-file", accept: ".xlsx,.csv", class: "unseen" });
  const looked = (file, found) => put(result, outcome(found),
    !found.refused && !found.imported && found.duties > 0 && actButton(t("duty.import"), async (intent) => {
      looked(file, await upload("/duties", file, intent));
      await done();
    }), findings(found));
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      looked(file, await upload("/duties?dry_run=true", file, new Intent()));
    } catch (error) {
      put(result, h("p", { class: "verdict bad", role: "alert" }, wordsOf(error)));
    }
  });
  return section(t("duty.bring"), { about: t("duty.bring_about") },
    h("div", { class: "file" }, input, h("label", { class: "button", for: input.id }, t("roster.choose"))), result);
}

export async function dutiesView(place, route) {
  const unit = await read(`/units/${route.argument || ownUnit()}`);
  const tab = route.params.tab ?? "";
  const list = h("div", {});
  const draw = () => lines(list, `/units/${unit.unit_id}/duties`, dutyLine, { fields: tab === "gaps" ? { gaps_only: true } : {}, none: tab === "gaps" ? t("duty.no_gaps") : t("duty.none") });
  put(place, h("header", { class: "page" }, h("div", {}, h("h1", {}, t("nav.duties")), h("p", { class: "about" }, unit.name)),
    tabs(t("nav.duties"), tab, [["", t("duty.tab.all")], ["gaps", t("duty.tab.gaps")]])),
  section(t("duty.list"), {}, list), has("operator") && importing(draw));
  await draw();
}
