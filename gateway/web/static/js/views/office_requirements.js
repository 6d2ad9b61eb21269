// What the superior requires: received with its source, made a directive, reported back.

import { h } from "../h.js";
import { t } from "../i18n.js";
import { fileField } from "../parts/files.js";
import { field, form } from "../parts/forms.js";
import { chip } from "../parts/pieces.js";
import { to } from "../route.js";
import { deed, directiveForm, opened, progressText } from "./office_acts.js";
import { FILES, dateShown, dayField, long } from "./plan_shared.js";

const TITLE_CHARS_MAX = 60;

/** The form of a new requirement. */
export function receiveRequirement({ turnover, base }, done, close) {
  const file = fileField("file_sha256", t("plan.file"));
  return form([
    field("source", t("requirement.source"), { required: true, hint: t("requirement.source_hint") }),
    field("number", t("plan.number")),
    dayField("day", t("requirement.day")), dayField("due_day", t("requirement.due"), { value: undefined }),
    field("every_workdays", t("requirement.every"), { type: "number", min: "1", inputmode: "numeric", hint: t("requirement.every_hint") }),
    long("text", t("requirement.text")), file.node,
  ], {
    label: t("requirement.receive"), cancel: close,
    submit: async (given, intent) => {
      const sha256 = await file.keep(FILES);
      await deed(`${base}/requirements`, { ...given, ...(sha256 ? { file_sha256: sha256 } : {}) }, intent, turnover, t("requirement.receive"));
      await done();
    },
  });
}

const report = (row, { turnover, base }, done) => (close) => form([
  dayField("day", t("plan.day")), field("number", t("plan.number")), long("text", t("requirement.report_text")),
], {
  label: t("requirement.report"), cancel: close,
  submit: async (given, intent) => { await deed(`${base}/requirements/${row.requirement_id}/report`, given, intent, turnover, t("requirement.report")); await done(); },
});

const assign = (row, scene, done) => (close) => directiveForm({
  path: `${scene.base}/requirements/${row.requirement_id}/assign`, more: {}, scene,
  title: row.text.slice(0, TITLE_CHARS_MAX), text: row.text, label: t("office.assign"),
}, done, close);

/** One requirement, where it stands and when the next report is owed. */
export function requirementLine(row, scene, done) {
  const { progress } = row;
  return h("li", { class: "below matter-line", "data-key": row.requirement_id },
    h("div", { class: "who" }, h("strong", {}, row.source), row.number && h("span", {}, row.number), chip(t(`requirement.state.${row.state}`), row.state === "reported_back" ? "good" : ""),
      h("span", { class: "due" }, t("requirement.due_on", { day: dateShown(row.next_day || row.due_day) }))),
    h("p", { class: "told" }, row.text),
    progress.assigned && h("p", { class: "told" }, progress.directive_id ? h("a", { href: to("status", scene.turnover.unit_id, { d: progress.directive_id }) }, progressText(progress)) : progressText(progress)),
    row.report_day && h("p", { class: "told" }, h("strong", {}, t("requirement.reported")), " ", `${dateShown(row.report_day)} ${row.report_number} ${row.report_text}`),
    scene.office && opened([
      row.state === "required" && [t("office.assign"), assign(row, scene, done)],
      [t("requirement.report"), report(row, scene, done)],
    ]));
}
