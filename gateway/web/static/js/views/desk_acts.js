// Every act on an assignment: its address, whether it asks for something first, and its form.

import { act } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { evidenceField } from "../parts/evidence.js";
import { actButton, field, form, values, wordsOf } from "../parts/forms.js";
import { Keeping } from "../parts/keeping.js";
import { say, stageName } from "../parts/pieces.js";
import { dayText, endOfDay, nowUs, toLocal } from "../time.js";
import { booksPanel } from "./desk_books.js";
import { correctionDraft, correctionReason, reportDraft, reportPanel, takesEvidence } from "./desk_figures.js";
import { shownPanel } from "./desk_shown.js";

const number = (name, label, value, extra = {}) => field(name, label, { type: "number", min: "0", inputmode: "numeric", required: true, value, ...extra });
const reason = () => field("reason", t("desk.reason"), { rows: 3, required: true, wide: true });

/** `files`: what is kept of them, and who is told of a change. */
function reportFields(assignment, files = {}) {
  return [
    number("due_count", t("desk.due_count"), assignment.report_number ? assignment.due_count : undefined),
    number("done_count", t("desk.done_count"), assignment.report_number ? assignment.done_count : undefined),
    field("summary", t("desk.summary"), { rows: 3, wide: true, value: assignment.summary || undefined }),
    takesEvidence(assignment) && evidenceField(assignment.unit_id, assignment.evidence_reason, { held: assignment.evidence, directiveId: assignment.route_id && assignment.directive_id, ...files }),
  ];
}

const extensible = (assignment) => assignment.deadlines.filter((due) => due.stage >= 2 && due.stage <= 5)
  .map((due) => [String(due.stage), `${stageName(due.stage)} · ${dayText(due.due_us)}`]);

// `path` under the assignment's address; `form` the fields that are asked for first; `content` what is sent of them.
export const ACTS = {
  ReceiveAssignment: { path: "receive" },
  // Where nobody is registered who could be named.
  ReceiveOnly: { path: "receive", content: () => ({ receive_only: true }) },
  DispatchAssignments: { path: "dispatch" },
  NameResponsible: {
    path: "name",
    form: () => [field("target_us", t("desk.target"), { type: "date", min: toLocal(nowUs()).slice(0, 10), hint: t("desk.target_hint") })],
    content: ({ target_us: day }) => (day ? { target_us: endOfDay(day) } : {}),
  },
  StartWork: { path: "start" },
  SubmitReport: { path: "report", form: reportFields },
  ReportOnBehalf: { path: "report-on-behalf", form: reportFields },
  ConfirmReport: { path: "confirm" },
  CorrectReport: { path: "correct", form: (a, files) => [correctionReason(), ...reportFields(a, files)] },
  VerifyReport: { path: "verify", content: (_, a) => ({ report_number: a.report_number }) },
  ReturnReport: {
    path: "return",
    form: () => [reason(), number("rectify_workdays", t("desk.rectify_workdays"), 3)],
    content: (given, a) => ({ ...given, report_number: a.report_number }),
    danger: true,
  },
  AskExtension: {
    path: "extension",
    form: (a) => [field("stage", t("desk.stage"), { options: extensible(a), required: true }), number("workdays", t("desk.workdays"), 3), reason()],
    content: (given) => ({ ...given, stage: Number(given.stage) }),
  },
  GrantExtension: { path: "extension/grant" },
  RefuseExtension: { path: "extension/refuse", form: () => [reason()], danger: true },
  WithdrawAssignment: { path: "withdraw", form: () => [reason()], danger: true },
  RestoreAssignment: { path: "restore" },
};

// An act that means something else in one state says so.
const SPECIAL = { "returned SubmitReport": "act.rectify", "received NameResponsible": "act.name_first" };

/** What the act is called for this assignment. */
export const labelOf = (method, { state }) => t(SPECIAL[`${state} ${method}`] ?? `act.${method}`);

const addressOf = (a) => `/directives/${a.directive_id}/assignments/${a.unit_id}`;

const REPORTS = ["SubmitReport", "ReportOnBehalf"];
const CORRECTS = "CorrectReport";

/** A report's form: what is typed outlives a closed page and a lost connection. */
function keptForm(method, assignment, { done, cancel }) {
  const place = h("div", { class: "act-form" });
  const label = labelOf(method, assignment);
  const draft = (method === CORRECTS ? correctionDraft : reportDraft)(assignment);
  const draw = () => {
    const keeping = new Keeping(draft, assignment.version, () => ({ values: values(node), files: node.querySelector(".evidence")?.held }));
    const { kept } = keeping;
    const keep = () => keeping.keep();
    const fields = ACTS[method].form(assignment, { ...(kept?.files && { held: kept.files }), changed: keep });
    const submit = async (given) => {
      await keeping.send(`${addressOf(assignment)}/${ACTS[method].path}`, given);
      await finished(method, assignment, done);
    };
    const anew = () => { draw(); place.querySelector("input, textarea").focus(); };
    const node = form([keeping.restored(anew), fields], { label, submit, reload: done, cancel, kept: true });
    if (kept) for (const input of node.querySelectorAll("input:not([type=hidden], [type=file]), textarea")) input.value = kept.values?.[input.name] ?? "";
    node.addEventListener("input", keep);
    put(place, node);
  };
  draw();
  return place;
}

async function finished(method, assignment, done) {
  say(t("said.done", { act: labelOf(method, assignment), title: assignment.directive_title }));
  await done();
}

/** What does the act: a button, or a form where something is asked for first. */
export function actOf(method, assignment, done, cancel) {
  const { path, form: fields, content = (given) => given, danger } = ACTS[method];
  const submit = async (given, intent) => {
    await act(`${addressOf(assignment)}/${path}`, content(given, assignment), { intent, version: assignment.version });
    await finished(method, assignment, done);
  };
  if (method === CORRECTS || REPORTS.includes(method)) return keptForm(method, assignment, { done, cancel });
  const label = labelOf(method, assignment);
  if (!fields) return actButton(label, (intent) => submit({}, intent), { reload: done, kind: cancel ? "quiet" : "main" });
  return h("div", { class: "act-form" }, form(fields(assignment), { label, submit, reload: done, cancel, danger }));
}

/** Something was typed for the report and not sent. */
export const isBegun = (a) => Boolean(a.actions.some((method) => REPORTS.includes(method)) && reportDraft(a).read());

async function opening(open) {
  try {
    await open();
  } catch (error) {
    say(wordsOf(error));
  }
}

/** Opens what an act asks for first: in the place, or where an indicator form is asked, in a panel. */
export function openAct(method, assignment, place, done) {
  if (assignment.form_id && (REPORTS.includes(method) || method === CORRECTS)) {
    return opening(() => reportPanel(assignment, { label: labelOf(method, assignment), corrects: method === CORRECTS }, done));
  }
  const node = actOf(method, assignment, done, () => place.replaceChildren());
  place.replaceChildren(node);
  return node.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

/** A button to all that was reported. */
export const seeButton = (assignment) => assignment.report_number > 0 &&
  h("button", { type: "button", class: "quiet", onclick: () => opening(() => shownPanel(assignment)) }, t("desk.see_report"));

/** A button to the workbooks of the form, where one is asked and may be reported. */
export const booksButton = (assignment, done) => assignment.form_id && assignment.actions.includes("SubmitReport") &&
  h("button", { type: "button", class: "quiet", onclick: () => booksPanel({ ...assignment, title: assignment.directive_title }, { own: true }, done) }, t("books.open"));
