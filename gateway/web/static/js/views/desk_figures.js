// Reporting by an indicator form, in a panel: checked by the service before it goes up, kept here until it has.

import { act, read, Unreached } from "../api.js";
import { draftOf } from "../draft.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { seldom } from "../live.js";
import { field, wordsOf } from "../parts/forms.js";
import { evidenceField } from "../parts/evidence.js";
import { figureFields, filledIn, inWords, sayProblems } from "../parts/figures.js";
import { Keeping } from "../parts/keeping.js";
import { panel, say } from "../parts/pieces.js";

const TYPING_MS = 500;

/** Where an assignment is. */
export const addressOf = (a) => `/directives/${encodeURIComponent(a.directive_id)}/assignments/${encodeURIComponent(a.unit_id)}`;

/** Files are sent where the directive says why, or where a superior sent the report back. */
export const takesEvidence = (a) => Boolean(a.evidence_reason) || a.state === "returned";

export const reportDraft = (a) => draftOf("report", a.directive_id, a.unit_id);
export const correctionDraft = (a) => draftOf("correct", a.directive_id, a.unit_id);

const byId = (rows, id, value) => Object.fromEntries(rows.map((row) => [row[id], row[value]]));

function discipline(form) {
  if (!form.discipline_rules.length) return null;
  return h("details", {}, h("summary", {}, t("figures.discipline", { year: form.discipline_list })),
    h("ol", { class: "discipline" }, form.discipline_rules.map((rule) => h("li", { value: rule.number }, inWords(rule.label)))));
}

/** Enter goes on to the next field, as in a sheet; with Ctrl it sends. */
function onKey(event, node) {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    node.requestSubmit();
  } else if (event.target.matches("input, select")) {
    event.preventDefault();
    const stops = [...node.querySelectorAll("input, select, textarea")];
    (stops[stops.indexOf(event.target) + 1] ?? node.querySelector("button.main")).focus();
  }
}

/** Why what was verified is put right. */
export const correctionReason = () => field("reason", t("desk.correction_reason"), { rows: 2, required: true, wide: true, hint: t("desk.correction_hint") });

class Filling {
  constructor(assignment, known, { done, label, again, corrects }) {
    Object.assign(this, { assignment, known, done, label, again, corrects });
    this.path = `${addressOf(assignment)}/${corrects ? "correct" : "figures"}`;
    const draft = (corrects ? correctionDraft : reportDraft)(assignment);
    this.keeping = new Keeping(draft, known.version, () => ({ ...this.content(), files: this.files?.held }));
    this.kept = this.keeping.kept;
    this.said = h("div", { class: "said", role: "alert" });
    this.checked = false;
    this.busy = false;
    this.recheck = seldom(() => this.check(), TYPING_MS);
  }

  /** What stands in the fields at first: what was typed and not sent, else what is known. */
  get first() {
    const { figures, explanations, summary } = this.known;
    return this.kept ?? { figures: byId(figures, "field_id", "value"), explanations: byId(explanations, "rule_id", "text"), summary };
  }

  node() {
    const { form, carried_field_ids: carried } = this.known;
    const fields = figureFields(form, this.first, this.kept ? new Set() : new Set(carried));
    const { unit_id: unitId, route_id: routeId, directive_id, evidence_reason: reason, evidence } = this.assignment;
    const directiveId = routeId && directive_id;
    if (takesEvidence(this.assignment)) this.files = evidenceField(unitId, reason, { held: this.kept?.files ?? evidence, changed: () => this.typed(), directiveId });
    this.reason = this.corrects && correctionReason();
    if (this.reason && this.kept) this.reason.querySelector("textarea").value = this.kept.reason ?? "";
    this.button = h("button", { class: "main" }, this.label);
    this.form = h("form", { novalidate: true, onsubmit: (event) => this.submit(event), onkeydown: (event) => onKey(event, this.form), oninput: () => this.typed() },
      this.keeping.restored(() => this.again()), this.reason, fields, this.files, this.said, h("div", { class: "buttons" }, this.button, h("span", { class: "hint" }, t("figures.keys"))));
    return this.form;
  }

  /** What is sent. */
  content() {
    const reason = this.reason && { reason: this.reason.querySelector("textarea").value.trim() };
    return { ...filledIn(this.form), ...(this.files && { evidence: this.files.held.map((file) => file.file_sha256) }), ...reason };
  }

  typed() {
    this.keeping.keep();
    if (this.checked) this.recheck();
  }

  /** What the service says is wrong; nothing is recorded. */
  async check() {
    const { problems } = await act(this.path, { ...this.content(), check_only: true });
    const hand = sayProblems(this.form, this.known.form, problems);
    // What belongs to no field.
    const loose = problems.filter((problem) => !problem.field_id || !this.form.querySelector(`[data-field="${CSS.escape(problem.field_id)}"]`));
    put(this.said, loose.map((problem) => h("p", {}, problem.detail)));
    return { problems, hand };
  }

  async sound() {
    const { problems, hand } = await this.check();
    this.checked = true;
    hand?.focus();
    hand?.scrollIntoView({ block: "center" });
    return problems.length === 0;
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.button.setAttribute("aria-disabled", "true");
    put(this.said);
    try {
      await this.send();
    } catch (error) {
      this.keeping.keep();
      if (this.atField(error)) return;
      const reload = error.stale && h("button", { type: "button", class: "quiet", onclick: () => this.again() }, t("act.reload"));
      put(this.said, h("p", {}, wordsOf(error)), error instanceof Unreached && h("p", {}, t("figures.kept")), reload);
    } finally {
      this.busy = false;
      this.button.removeAttribute("aria-disabled");
    }
  }

  /** Says what is meant for one of the fields that are no figures there. */
  atField(error) {
    const name = error.code === "EVIDENCE_REQUIRED" ? "evidence" : error.field;
    const place = name && this.form.querySelector(`.field[data-field="${CSS.escape(name)}"]`);
    if (!place) return false;
    put(place.querySelector(".wrong"), wordsOf(error));
    place.querySelector("input:not([type=hidden]), textarea").focus();
    return true;
  }

  async send() {
    const content = this.content();
    const { path } = this;
    if (!this.keeping.unanswered(path, content) && !(await this.sound())) return;
    await this.keeping.send(path, content);
    this.recheck.stop();
    this.done();
  }
}

/** Opens the form of an assignment's report; `done` is called once it was taken. */
export async function reportPanel(assignment, { label, corrects = false }, done) {
  const known = await read(`${addressOf(assignment)}/form`);
  const body = h("div", { class: "figures-body" });
  let filling = null;
  const finish = async () => {
    dialog.close();
    say(t("said.done", { act: label, title: assignment.directive_title }));
    await done();
  };
  const draw = (found) => {
    filling?.recheck.stop();
    filling = new Filling(assignment, found, { done: finish, label, corrects, again: async () => draw(await read(`${addressOf(assignment)}/form`)) });
    put(body, h("p", { class: "about" }, inWords(found.form.help)), discipline(found.form), filling.node());
    body.querySelector("form input, form select, form textarea")?.focus();
  };
  const dialog = panel(inWords(known.form.title), [h("p", { class: "about strong" }, [assignment.unit_name, assignment.directive_title].filter(Boolean).join(" · ")), body],
    () => filling.recheck.stop());
  draw(known);
}
