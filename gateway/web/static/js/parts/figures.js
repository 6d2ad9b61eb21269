// The figures of an indicator form: fields to fill in, problems at their fields, and the figures to read.

import { h, put } from "../h.js";
import { language, t } from "../i18n.js";

const EXPLANATION_CHARS = 500;
const NUMBER_CHARS = 20;
const SUMMARY_CHARS = 2000;

/** The reader's one of a pair of texts. */
export const inWords = (pair) => (language() === "en" ? pair.en : pair.zh) || pair.zh;

const choiceOf = (field, value) => field.choices.find((choice) => choice.choice_id === value);

function bounds(field) {
  if (field.kind === "text" && field.chars_max) return t("figures.chars", { count: field.chars_max });
  if (field.kind === "date" && field.earliest && field.latest) return t("figures.between", { least: field.earliest, most: field.latest });
  return "";
}

function control(field, id, value) {
  const shared = { id, name: field.field_id, "aria-describedby": `${id}-hint ${id}-said`, "aria-required": field.required && "true" };
  if (field.kind === "choice") {
    return h("select", shared, h("option", { value: "" }, t("figures.choose")),
      field.choices.map((choice) => h("option", { value: choice.choice_id, selected: choice.choice_id === value }, inWords(choice.label))));
  }
  const given = field.kind === "text" ? h("textarea", { ...shared, rows: 2 })
    : field.kind === "date" ? h("input", { ...shared, type: "date", min: field.earliest || null, max: field.latest || null })
      // A text, so that what the service folds or refuses in words, such as full-width digits, reaches it.
      : h("input", { ...shared, type: "text", inputmode: "numeric", autocomplete: "off", onfocus: (event) => event.target.select(), maxlength: NUMBER_CHARS, placeholder: `${field.least}–${field.most}` });
  given.value = value ?? "";
  return given;
}

function row(field, id, value, carried) {
  const hint = [inWords(field.help), bounds(field), carried && t("figures.carried")].filter(Boolean).join(" ");
  return h("div", { class: `field figure-field kind-${field.kind}`, "data-field": field.field_id },
    h("label", { for: id }, inWords(field.label), field.required && h("span", { class: "must", "aria-hidden": "true" }, "*")),
    h("div", { class: "measured" }, control(field, id, value), inWords(field.measure) && h("span", { class: "measure" }, inWords(field.measure))),
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("div", { class: "wrong", id: `${id}-said` }),
    h("div", { class: "asks" }));
}

function explanation(rule, text) {
  const id = `why-${rule.rule_id}`;
  const area = h("textarea", { id, rows: 2, maxlength: EXPLANATION_CHARS, "data-rule": rule.rule_id });
  area.value = text ?? "";
  return h("div", { class: "ask", "data-asks": rule.rule_id },
    h("label", { for: id }, inWords(rule.wording)), area, h("p", { class: "hint" }, t("figures.explain")));
}

/** The fields of a form. `known`: {figures, explanations, summary}, by id. */
export function figureFields(form, known, carried = new Set()) {
  const filled = form.sections.map((section) => h("fieldset", { class: "figures-section" },
    h("legend", {}, inWords(section.label)),
    h("div", { class: "fields" }, form.fields.filter((field) => field.section_id === section.section_id)
      .map((field) => row(field, `figure-${field.field_id}`, known.figures[field.field_id], carried.has(field.field_id))))));
  const summary = h("textarea", { id: "figure-summary", rows: 2, name: "summary", "data-summary": true, maxlength: SUMMARY_CHARS });
  summary.value = known.summary ?? "";
  const node = h("div", { class: "figures-form" }, filled,
    h("div", { class: "field wide" }, h("label", { for: "figure-summary" }, t("desk.summary")), summary));
  for (const [ruleId, text] of Object.entries(known.explanations)) ask(node, form, ruleId, text);
  return node;
}

function ask(node, form, ruleId, text = "") {
  const rule = form.rules.find((each) => each.rule_id === ruleId);
  const place = rule && node.querySelector(`[data-field="${CSS.escape(rule.field_ids[0])}"] .asks`);
  if (place && !place.querySelector(`[data-asks="${CSS.escape(ruleId)}"]`)) place.append(explanation(rule, text));
  return place?.querySelector("textarea");
}

/** What was filled in: {figures, explanations, summary}. */
export function filledIn(node) {
  const figures = {};
  for (const input of node.querySelectorAll("[data-field] .measured [name]")) if (input.value.trim()) figures[input.name] = input.value.trim();
  const explanations = {};
  for (const area of node.querySelectorAll("[data-rule]")) if (area.value.trim()) explanations[area.dataset.rule] = area.value.trim();
  return { figures, explanations, summary: node.querySelector("[data-summary]").value.trim() };
}

/** Says each problem at its field, and asks for what must be explained; the answer is the first that needs the hand. */
export function sayProblems(node, form, problems) {
  for (const said of node.querySelectorAll(".wrong")) put(said);
  for (const input of node.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  const hands = problems.map((problem) => sayProblem(node, form, problem)).filter(Boolean);
  return [...node.querySelectorAll("input, select, textarea")].find((input) => hands.includes(input));
}

function sayProblem(node, form, problem) {
  const rule = form.rules.find((each) => each.rule_id === problem.rule_id);
  const place = node.querySelector(`[data-field="${CSS.escape(problem.field_id)}"]`);
  if (!place) return null;
  const input = place.querySelector("[name]");
  if (problem.code === "FORM_NEEDS_EXPLANATION") {
    const area = ask(node, form, problem.rule_id);
    area.setAttribute("aria-invalid", "true");
    return area;
  }
  const text = rule && problem.code === "FORM_RULE_BROKEN" ? inWords(rule.wording) : problem.detail;
  place.querySelector(".wrong").append(h("p", {}, text));
  for (const id of rule?.field_ids ?? [problem.field_id]) {
    node.querySelector(`[data-field="${CSS.escape(id)}"] [name]`)?.setAttribute("aria-invalid", "true");
  }
  return input;
}

/** Figures to read, by section, with what was explained. */
export function figuresShown({ form, figures, explanations, summary }) {
  const values = new Map(figures.map((figure) => [figure.field_id, figure.value]));
  const shown = (field) => {
    const value = values.get(field.field_id);
    if (value === undefined) return "—";
    if (field.kind === "choice") return inWords(choiceOf(field, value)?.label ?? { zh: value, en: value });
    return [value, inWords(field.measure)].filter(Boolean).join(" ");
  };
  const told = explanations.map(({ rule_id: ruleId, text }) => {
    const rule = form.rules.find((each) => each.rule_id === ruleId);
    return h("li", {}, h("strong", {}, rule ? inWords(rule.wording) : ruleId), h("p", {}, text));
  });
  return h("div", { class: "figures-shown" },
    form.sections.map((section) => h("section", {}, h("h3", {}, inWords(section.label)),
      h("dl", {}, form.fields.filter((field) => field.section_id === section.section_id)
        .map((field) => [h("dt", {}, inWords(field.label)), h("dd", { class: field.kind }, shown(field))])))),
    told.length > 0 && h("section", {}, h("h3", {}, t("figures.explained")), h("ul", { class: "told-why" }, told)),
    summary && h("section", {}, h("h3", {}, t("desk.summary")), h("p", { class: "told" }, summary)));
}
