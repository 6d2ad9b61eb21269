// All that a unit reported of one directive: counts, figures with what was explained, evidence.

import { read } from "../api.js";
import { h } from "../h.js";
import { t } from "../i18n.js";
import { evidenceLink } from "../parts/evidence.js";
import { figuresShown } from "../parts/figures.js";
import { panel } from "../parts/pieces.js";
import { viaText } from "../parts/routes.js";
import { addressOf } from "./desk_figures.js";

/** Shows it in a panel. */
export async function shownPanel({ directive_id, unit_id }) {
  const address = addressOf({ directive_id, unit_id });
  const assignment = await read(address);
  const known = assignment.form_id ? await read(`${address}/form`) : null;
  panel(t("desk.report", { number: assignment.report_number }), [
    h("p", { class: "about strong" }, [assignment.unit_name, assignment.directive_title].filter(Boolean).join(" · ")),
    assignment.route_id && h("p", { class: "about via" }, viaText(assignment)),
    h("p", {}, h("strong", {}, t("desk.counts", { due: assignment.due_count, done: assignment.done_count }))),
    assignment.correction_number > 0 && h("p", { class: "told" }, h("strong", {}, t("desk.correction", { number: assignment.correction_number })), " ", assignment.correction_reason),
    known ? figuresShown(known) : assignment.summary && h("p", { class: "told" }, assignment.summary),
    assignment.evidence.length > 0 && h("section", {}, h("h3", {}, t("evidence.label")),
      h("ul", { class: "kept" }, assignment.evidence.map((file) => h("li", {}, evidenceLink(file), file.tells_origin && h("small", {}, t("evidence.tells_origin")))))),
  ]);
}
