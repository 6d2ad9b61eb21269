// What the office does with one step of a plan: begin it, put its decisions and papers on record, complete it, or ask two people for an exception.

import { act, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { fileField } from "../parts/files.js";
import { actButton, field, form } from "../parts/forms.js";
import { say, section } from "../parts/pieces.js";
import { to } from "../route.js";
import { momentText } from "../time.js";
import { FILES, dayField, factKey, factOf, long, mattersOf, titleOf } from "./plan_shared.js";

const KEPT = ["decision", "notice", "filed"];

const base = (turnover) => `/turnovers/${turnover.turnover_id}`;

/** The facts that may be put on record at this step: what it brings about, and what it waits for and no other step brings. */
function asked(step, plan, onRecord, upward) {
  const brought = new Set(plan.milestones.flatMap((each) => each.records));
  const lacking = step.missing.map((lack) => lack.fact).filter((fact) => !brought.has(fact));
  const own = step.state === "ready" || step.state === "opened" ? step.records : [];
  return [...new Set([...own, ...lacking])].map(factOf)
    .filter((fact) => KEPT.includes(fact.kind) && !onRecord.has(fact.key) && !(fact.kind === "filed" && upward.includes(fact.matter)));
}

function recordForm(turnover, facts, done, cancel) {
  const decision = facts.some((fact) => fact.kind === "decision");
  const notice = facts.some((fact) => fact.kind === "notice");
  const file = fileField("file_sha256", t("plan.file"), { required: facts.some((fact) => fact.kind !== "notice") });
  return form([
    dayField("day", t("plan.day")),
    field("number", t("plan.number"), { required: decision, hint: t("plan.number_hint") }),
    notice && dayField("until_day", t("plan.until_day"), { required: false, value: "" }),
    file.node,
    field("text", t("plan.note"), { rows: 2, wide: true }),
  ].filter(Boolean), {
    label: t("plan.record"), cancel,
    submit: async (given) => {
      const sha256 = await file.keep(FILES);
      const known = new Set((await read(`${base(turnover)}/records`)).items.filter((record) => !record.withdrawn).map(factKey));
      // One paper may carry several decisions; each is a record of its own, and what an earlier try recorded stays.
      for (const { key, kind, matter, organ } of facts) {
        if (known.has(key)) continue;
        await act(`${base(turnover)}/records`, { ...given, ...(sha256 ? { file_sha256: sha256 } : {}), unit_id: turnover.unit_id, kind, matter, organ });
      }
      say(t("plan.recorded"));
      await done();
    },
  });
}

const completeForm = (turnover, step, done, cancel) => form([
  dayField("day", t("plan.done_day")), field("note", t("plan.note"), { rows: 2, wide: true }),
], {
  label: t("plan.complete"), cancel,
  submit: async (given, intent) => {
    await act(`${base(turnover)}/milestones/${step.milestone_id}/complete`, { ...given, unit_id: turnover.unit_id }, { intent });
    await done();
  },
});

const overrideForm = (turnover, step, done, cancel) => form([
  long("reason", t("desk.reason")), field("document_number", t("plan.document_number"), { required: true }),
], {
  label: t("plan.ask_override"), danger: true, cancel,
  submit: async (given, intent) => {
    await act(`${base(turnover)}/milestones/${step.milestone_id}/overrides`, { ...given, unit_id: turnover.unit_id }, { intent });
    say(t("plan.override_asked"));
    await done();
  },
});

/** The acts of one step; `place` below them takes their forms. */
export function stepActs({ turnover, plan, onRecord, pending, done }) {
  const upward = mattersOf(plan);
  return (step) => {
    if (step.state === "done") return false;
    const place = h("div", { class: "place" });
    const open = (make, ...more) => () => put(place, h("div", { class: "act-form" }, make(turnover, ...more, done, () => put(place))));
    const quiet = (label, onclick) => h("button", { type: "button", class: "quiet", onclick }, label);
    const facts = asked(step, plan, onRecord, upward);
    const matter = step.records.map(factOf).find((fact) => upward.includes(fact.matter))?.matter;
    const ready = step.state === "ready" || step.state === "opened";
    const begin = () => actButton(t("plan.begin"), async (intent) => {
      await act(`${base(turnover)}/milestones/${step.milestone_id}/open`, { unit_id: turnover.unit_id }, { intent });
      await done();
    });
    const offered = [
      step.state === "ready" && begin(),
      facts.length > 0 && quiet(t("plan.record"), open(recordForm, facts)),
      ready && matter && h("a", { href: to("office", turnover.turnover_id, { tab: "papers", matter }) }, t("plan.to_papers")),
      ready && quiet(t("plan.complete"), open(completeForm, step)),
      step.state === "waiting" && step.missing.length > 0 && !pending.has(step.milestone_id) && quiet(t("plan.ask_override"), open(overrideForm, step)),
    ].filter(Boolean);
    return offered.length > 0 && [h("p", { class: "buttons" }, offered), place];
  };
}

function overrideLine(turnover, plan, each, done) {
  const step = plan.milestones.find((known) => known.milestone_id === each.milestone_id);
  const place = h("div", { class: "place" });
  const path = `${base(turnover)}/overrides/${each.override_id}`;
  const refuse = () => put(place, h("div", { class: "act-form" }, form([long("reason", t("desk.reason"))], {
    label: t("plan.refuse"), cancel: () => put(place),
    submit: async (given, intent) => { await act(`${path}/refuse`, { ...given, unit_id: turnover.unit_id }, { intent }); await done(); },
  })));
  const confirm = actButton(t("plan.confirm"), async (intent) => {
    await act(`${path}/confirm`, { unit_id: turnover.unit_id }, { intent });
    await done();
  });
  return h("li", { "data-override": each.override_id },
    h("strong", {}, step ? titleOf(step) : each.milestone_id), " ", t(`plan.override.${each.state}`), " · ", momentText(each.asked_us),
    h("p", {}, t("plan.override_reason", { reason: each.reason, number: each.document_number, rules: each.rules.join(t("list.separator")) })),
    each.refusal_reason && h("p", {}, t("plan.override_refused", { reason: each.refusal_reason })),
    each.state === "asked" && [h("p", { class: "buttons" }, confirm, h("button", { type: "button", class: "quiet", onclick: refuse }, t("plan.refuse"))), place]);
}

/** Every exception that was ever asked for: what waits for a second person stands open, the rest is kept in sight. */
export const overrides = (turnover, plan, rows, done) => rows.length > 0 && section(t("plan.overrides"), { about: t("plan.overrides_about") },
  h("ul", { class: "changes" }, rows.map((each) => overrideLine(turnover, plan, each, done))));
