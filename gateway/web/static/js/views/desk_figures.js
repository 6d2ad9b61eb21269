// Reporting by an indicator form, in a panel: checked by the service before it goes up, kept here until it has.

import { act, Intent, read, Unreached } from "../api.js";
import { draftOf } from "../draft.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { seldom } from "../live.js";
import { wordsOf } from "../parts/forms.js";
import { figureFields, figuresShown, filledIn, inWords, sayProblems } from "../parts/figures.js";
import { panel, say } from "../parts/pieces.js";

const TYPING_MS = 500;

const addressOf = (a) => `/directives/${encodeURIComponent(a.directive_id)}/assignments/${encodeURIComponent(a.unit_id)}`;

export const reportDraft = (a) => draftOf("report", a.directive_id, a.unit_id);

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

class Filling {
  constructor(assignment, known, { done, label, again }) {
    Object.assign(this, { assignment, known, done, label, again });
    this.draft = reportDraft(assignment);
    this.kept = this.draft.read();
    this.sent = this.kept?.intent ?? null;
    this.intent = new Intent(this.sent, (sent) => { this.sent = { ...sent, version: known.version }; this.keep(); });
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
    this.button = h("button", { class: "main" }, this.label);
    this.form = h("form", { novalidate: true, onsubmit: (event) => this.submit(event), onkeydown: (event) => onKey(event, this.form), oninput: () => this.typed() },
      this.kept && this.restored(), fields, this.said, h("div", { class: "buttons" }, this.button, h("span", { class: "hint" }, t("figures.keys"))));
    return this.form;
  }

  restored() {
    const fresh = () => { this.draft.drop(); this.again(); };
    return h("p", { class: "notice" }, t("figures.restored"), " ", h("button", { type: "button", class: "link", onclick: fresh }, t("figures.fresh")));
  }

  keep() {
    this.draft.keep({ ...filledIn(this.form), intent: this.sent });
  }

  typed() {
    this.keep();
    if (this.checked) this.recheck();
  }

  /** What the service says is wrong; nothing is recorded. */
  async check() {
    const { problems } = await act(`${addressOf(this.assignment)}/figures`, { ...filledIn(this.form), check_only: true });
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
      this.keep();
      const reload = error.stale && h("button", { type: "button", class: "quiet", onclick: () => this.again() }, t("act.reload"));
      put(this.said, h("p", {}, wordsOf(error)), error instanceof Unreached && h("p", {}, t("figures.kept")), reload);
    } finally {
      this.busy = false;
      this.button.removeAttribute("aria-disabled");
    }
  }

  async send() {
    const content = filledIn(this.form);
    const path = `${addressOf(this.assignment)}/figures`;
    // What went out before and was not answered goes out again just as it was: it may have arrived.
    const unanswered = this.sent?.content === `POST${path}${JSON.stringify(content)}`;
    if (!unanswered && !(await this.sound())) return;
    try {
      await act(path, content, { intent: this.intent, version: unanswered ? this.sent.version : this.known.version });
    } catch (error) {
      if (!(error instanceof Unreached)) this.sent = null;
      throw error;
    }
    this.recheck.stop();
    this.draft.drop();
    this.done();
  }
}

/** Opens the form of an assignment's report; `done` is called once it was taken. */
export async function reportPanel(assignment, label, done) {
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
    filling = new Filling(assignment, found, { done: finish, label, again: async () => draw(await read(`${addressOf(assignment)}/form`)) });
    put(body, h("p", { class: "about" }, inWords(found.form.help)), discipline(found.form), filling.node());
    body.querySelector("form input, form select, form textarea")?.focus();
  };
  const dialog = panel(inWords(known.form.title), [h("p", { class: "about strong" }, [assignment.unit_name, assignment.directive_title].filter(Boolean).join(" · ")), body],
    () => filling.recheck.stop());
  draw(known);
}

/** Shows the figures that were reported. */
export async function figuresPanel(assignment) {
  const known = await read(`${addressOf(assignment)}/form`);
  panel(inWords(known.form.title), [h("p", { class: "about strong" }, [assignment.unit_name, assignment.directive_title].filter(Boolean).join(" · ")), figuresShown(known)]);
}
