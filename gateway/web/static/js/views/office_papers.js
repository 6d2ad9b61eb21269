// Papers upward: one request holds one matter; drafted from figures, signed by the main leader, sent, answered.

import { h } from "../h.js";
import { t, tOr } from "../i18n.js";
import { fileField } from "../parts/files.js";
import { field, form } from "../parts/forms.js";
import { chip } from "../parts/pieces.js";
import { deed, opened } from "./office_acts.js";
import { FILES, dateShown, dayField, long, matterName, mattersOf } from "./plan_shared.js";

const KINDS = ["request", "periodic_report", "sudden_report", "result_report"];
// Matters that every turnover may raise, whatever its plan: services/schedule/domain/papers.py.
const COMMON = ["early_turnover", "late_turnover", "staffing", "funds", "other"];
const named = (plan, matter) => (COMMON.includes(matter) || !plan ? tOr(`paper.matter.${matter}`, matter) : matterName(plan, matter));

const files = () => fileField("file_sha256", t("plan.file"), { required: true });

/** The form of a new paper. */
export function draftPaper({ turnover, plan, base, matter }, done, close) {
  const matters = [...(plan ? mattersOf(plan) : []), ...COMMON].map((each) => [each, named(plan, each)]);
  const kind = field("kind", t("paper.kind"), { options: KINDS.map((key) => [key, t(`paper.kind.${key}`)]), value: KINDS[0] });
  const about = field("matter", t("paper.matter"), { options: matters, value: matter || matters[0][0], hint: t("paper.matter_hint") });
  const node = form([
    kind, about,
    field("title", t("paper.title"), { required: true, wide: true, maxlength: 200, value: matter && plan ? matterName(plan, matter) : undefined }),
    field("addressee", t("paper.addressee"), { required: true }),
    long("text", t("paper.text"), { required: false, rows: 5, hint: t("paper.text_hint") }),
  ], {
    label: t("paper.draft"), cancel: close,
    submit: async (given, intent) => {
      const { matter: chosen, ...rest } = given;
      await deed(`${base}/papers`, { ...rest, ...(given.kind === "request" ? { matters: [chosen] } : {}) }, intent, turnover, t("paper.draft"));
      await done();
    },
  });
  kind.querySelector("select").addEventListener("change", (event) => { about.hidden = event.target.value !== "request"; });
  return node;
}

const sign = (row, { unit, turnover }, done) => (close) => form([
  field("post_id", t("paper.signed_by"), { options: unit.holders.map((each) => [each.post_id, `${each.post_name} ${each.person_name}`]), hint: t("paper.signed_hint") }),
], { label: t("paper.sign"), cancel: close, submit: async (given, intent) => { await deed(`/papers/${row.paper_id}/sign`, given, intent, turnover, t("paper.sign")); await done(); } });

const withFile = (label, path, fields, { turnover }, done) => (close) => {
  const file = files();
  return form([...fields(), file.node], { label, cancel: close, submit: async (given, intent) => {
    const { approved, ...rest } = given;
    await deed(path, { ...rest, ...(approved ? { approved: approved === "yes" } : {}), file_sha256: await file.keep(FILES) }, intent, turnover, label);
    await done();
  } });
};

const sendFields = () => [dayField("day", t("plan.day")), field("number", t("plan.number"), { required: true })];
const answerFields = () => [
  field("approved", t("paper.reply"), { options: [["yes", t("paper.approved")], ["no", t("paper.not_approved")]], value: "yes" }),
  field("organ", t("paper.organ"), { required: true }), ...sendFields(), field("text", t("plan.note"), { rows: 2, wide: true }),
];
const withdraw = (row, { turnover }, done) => (close) => form([long("reason", t("desk.reason"))], {
  label: t("paper.withdraw"), danger: true, cancel: close,
  submit: async (given, intent) => { await deed(`/papers/${row.paper_id}/withdraw`, given, intent, turnover, t("paper.withdraw")); await done(); },
});

const told = (name, text) => text && h("p", { class: "told" }, h("strong", {}, name), " ", text);

/** One paper, with what can be done next. */
export function paperLine(row, scene, done) {
  const { plan, office } = scene;
  const path = `/papers/${row.paper_id}`;
  return h("li", { class: "below matter-line", "data-key": row.paper_id },
    h("div", { class: "who" }, h("strong", {}, row.title), chip(t(`paper.state.${row.state}`), row.state === "answered" ? "good" : ""),
      row.late_days > 0 && chip(t("paper.late", { count: row.late_days }), "bad"),
      row.latest_day && !row.sent_day && h("span", { class: "due" }, t("paper.latest", { day: dateShown(row.latest_day) }))),
    h("p", { class: "told" }, t(`paper.kind.${row.kind}`), row.matter && ` · ${named(plan, row.matter)}`, " · ", t("paper.to", { addressee: row.addressee })),
    row.text && h("details", {}, h("summary", {}, t("paper.text")), h("p", { class: "told" }, row.text)),
    told(t("paper.sent"), row.sent_day && `${dateShown(row.sent_day)} ${row.number}`),
    told(t("paper.reply"), row.reply_day && [t(row.approved ? "paper.approved" : "paper.not_approved"), row.reply_organ, row.reply_number, dateShown(row.reply_day), row.reply_text].filter(Boolean).join(" ")),
    office && opened([
      row.state === "drafted" && [t("paper.sign"), sign(row, scene, done)],
      row.state === "signed" && [t("paper.send"), withFile(t("paper.send"), `${path}/send`, sendFields, scene, done)],
      row.state === "sent" && row.kind === "request" && [t("paper.answer"), withFile(t("paper.answer"), `${path}/answer`, answerFields, scene, done)],
      (row.state === "drafted" || row.state === "signed") && [t("paper.withdraw"), withdraw(row, scene, done)],
    ]));
}
