// What the views of a plan and of its office share: days as days, words of both languages, what a fact is.

import { language, t } from "../i18n.js";
import { field } from "../parts/forms.js";
import { dateText, fromLocal, nowUs, toLocal } from "../time.js";

export const FILES = "/turnovers/files";

export const noon = (day) => fromLocal(`${day}T12:00`);
export const today = () => toLocal(nowUs()).slice(0, 10);
export const dateShown = (day) => (day ? dateText(noon(day)) : "—");
export const said = (words) => (language() === "zh" ? words.zh : words.en);
export const titleOf = (row) => (language() === "zh" ? row.title_zh : row.title_en);

export const dayField = (name, label, extra = {}) => field(name, label, { type: "date", value: today(), required: true, ...extra });
export const long = (name, label, extra = {}) => field(name, label, { rows: 3, wide: true, required: true, ...extra });

/** A fact's key taken apart: `decision:committee/principles` is a decision of an organ on a matter. */
export function factOf(key) {
  const [kind, name] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
  const [organ, matter] = kind === "decision" ? name.split("/") : ["", name];
  return { key, kind, organ, matter };
}

/** The key of the fact that a record keeps. */
export const factKey = ({ kind, organ, matter }) => `${kind}:${organ ? `${organ}/` : ""}${matter}`;

/** The matters that a plan sends up as requests: that they went up and were answered follows from those papers. */
export function mattersOf(plan) {
  const facts = plan.milestones.flatMap((step) => [...step.records, ...step.missing.map((lack) => lack.fact)]);
  return [...new Set(facts.map(factOf).filter((fact) => fact.kind === "approval").map((fact) => fact.matter))];
}

/** What a matter is called: by the step that its reply completes. */
export function matterName(plan, matter) {
  const step = plan.milestones.find((each) => each.records.includes(`filed:${matter}`)) ?? plan.milestones.find((each) => each.records.includes(`approval:${matter}`));
  return step ? titleOf(step) : matter;
}

export const warningText = (warning) => t(`plan.warning.${warning.code}`, warning.parameters);
