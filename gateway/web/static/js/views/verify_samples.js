// Samples of a directive's reports: drawn by a seed on record, looked at on the spot, and the gap with its bounds.

import { act, readAll } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { actButton, field, form } from "../parts/forms.js";
import { chip, empty, say, section, unitLink } from "../parts/pieces.js";
import { momentText } from "../time.js";
import { redrawer } from "./desk_redraw.js";

const ROWS = 100;
const SIZE_USUAL = 10;

const perCent = (ppm) => `${(ppm / 10_000).toFixed(1)}%`;

const gap = (sample) => (sample.checked
  ? t("sample.gap", { checked: sample.checked, untrue: sample.checked - sample.found_true, gap: perCent(sample.gap_ppm), low: perCent(sample.gap_low_ppm), high: perCent(sample.gap_high_ppm) })
  : t("sample.unchecked"));

function unitLine(sample, unit, refresh) {
  const record = (found) => actButton(t(found ? "sample.true" : "sample.untrue"), async (intent) => {
    await act(`/samples/${sample.sample_id}/checks`, { unit_id: unit.unit_id, found_true: found }, { intent });
    say(t("sample.recorded", { unit: unit.unit_name }));
    await refresh(`${sample.sample_id} ${unit.unit_id}`);
  }, { kind: "quiet" });
  return h("li", { class: "below", "data-key": `${sample.sample_id} ${unit.unit_id}`, "data-unit": unit.unit_id },
    h("div", { class: "who" }, unitLink(unit.unit_id, unit.unit_name, { d: sample.directive_id }),
      unit.checked ? chip(t(unit.found_true ? "sample.true" : "sample.untrue"), unit.found_true ? "good" : "bad") : chip(t("sample.to_check"), "soft")),
    h("div", { class: "acts" }, unit.checked ? h("details", { class: "more" }, h("summary", {}, t("sample.change")), record(!unit.found_true)) : [record(true), record(false)]));
}

const sampleCard = (sample, refresh) => section(t("sample.drawn", { when: momentText(sample.drawn_at_us), size: sample.units.length, population: sample.population }), { kind: "sample" },
  h("p", { class: "gap" }, gap(sample)),
  h("ul", { class: "lines" }, sample.units.map((unit) => unitLine(sample, unit, refresh))),
  h("details", {}, h("summary", {}, t("sample.proof")),
    h("p", { class: "about" }, t("sample.proof_about")),
    h("dl", { class: "facts" }, h("dt", {}, t("sample.seed")), h("dd", { class: "code" }, sample.seed), h("dt", {}, t("sample.digest")), h("dd", { class: "code" }, sample.population_digest))));

/** Draws the part for one directive. */
export async function samplesPart(place, unit, directives, directiveId) {
  const directive = directives.find((row) => row.directive_id === directiveId);
  if (!directive) return put(place, empty(t("sample.choose")));
  const list = h("div", { class: "stack" });
  const refresh = redrawer(list, () => readAll(`/directives/${directiveId}/samples`, {}, ROWS),
    (samples) => put(list, samples.length ? samples.map((sample) => sampleCard(sample, refresh)) : empty(t("sample.none"))));
  const drawing = form([field("size", t("sample.size"), { type: "number", min: "1", inputmode: "numeric", value: SIZE_USUAL, required: true, hint: t("sample.size_hint") })], {
    label: t("sample.draw"),
    submit: async ({ size }, intent) => {
      await act(`/directives/${directiveId}/samples`, { unit_id: unit.unit_id, size }, { intent });
      say(t("sample.drawn_now"));
      await refresh("drawn");
    },
  });
  put(place, section(t("sample.new"), { about: t("sample.about") }, drawing), list);
  await refresh();
  return undefined;
}
