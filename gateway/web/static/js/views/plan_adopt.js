// Opening a turnover, and adopting a plan or a new version of it: every consequence is shown before it is adopted.

import { act, query, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { seldom } from "../live.js";
import { field, form, wordsOf } from "../parts/forms.js";
import { panel, say } from "../parts/pieces.js";
import { dateShown, dayField, long, titleOf, warningText } from "./plan_shared.js";

const TYPING_MS = 300;
const MOVED_SHOWN = 12;
const LEVELS = ["district", "township", "primary"];
const TERM_YEARS = 5;

/** The form that opens the turnover of a unit's leading body. */
export const openTurnover = (unit, done, cancel) => form([
  field("name", t("plan.turnover_name"), { required: true, wide: true, maxlength: 100 }),
  field("level", t("plan.level"), { options: LEVELS.map((key) => [key, t(`plan.level.${key}`)]), value: LEVELS[0] }),
  field("last_congress_day", t("plan.last_congress_day"), { type: "date", required: true, hint: t("plan.last_congress_hint") }),
  field("term_years", t("plan.term_years"), { type: "number", inputmode: "numeric", min: "1", value: TERM_YEARS, required: true }),
  field("on_time_days", t("plan.on_time_days"), { type: "number", inputmode: "numeric", min: "0", hint: t("plan.on_time_hint") }),
], {
  label: t("plan.open_turnover"), cancel,
  submit: async (given, intent) => {
    const opened = await act("/turnovers", { ...given, unit_id: unit.unit_id }, { intent });
    say(t("plan.opened", { day: dateShown(opened.expires_day) }));
    await done(opened.turnover_id);
  },
});

function consequences(place, trial) {
  const titles = new Map(trial.milestones.map((step) => [step.milestone_id, titleOf(step)]));
  const changed = trial.moved.filter((each) => each.from_day);
  put(place, h("h3", {}, t("plan.consequences")),
    trial.feasible
      ? h("p", { class: "good" }, t("plan.feasible"))
      : h("p", { class: "warn" }, t("plan.shortfall", { count: trial.shortfall_workdays }), " ",
        trial.cure_day && t("plan.cure", { day: dateShown(trial.cure_day) }), " ",
        t("plan.chain", { steps: trial.shortfall_chain.map((id) => titles.get(id) ?? id).join(" → ") })),
    trial.warnings.map((warning) => h("p", { class: "warn" }, warningText(warning))),
    h("p", {}, changed.length ? t("plan.moves", { count: changed.length, units: trial.units_affected }) : t("plan.moves_none")),
    changed.length > 0 && h("ul", { class: "changes" }, changed.slice(0, MOVED_SHOWN).map((each) => h("li", {},
      h("strong", {}, titles.get(each.milestone_id) ?? each.milestone_id), " ", t("plan.from_to", { from: dateShown(each.from_day), to: dateShown(each.to_day) })))),
    changed.length > MOVED_SHOWN && h("p", { class: "hint" }, t("plan.moves_more", { count: changed.length - MOVED_SHOWN })));
}

function fields(turnover, plan, templates, side) {
  return [
    !plan && field("template_id", t("plan.template"), { wide: true, options: templates.map((each) => [each.template_id, t("plan.template_steps", { title: titleOf(each), count: each.milestones })]), value: templates[0]?.template_id }),
    field("congress_day", t("plan.congress"), { type: "date", required: true, value: plan?.congress_day ?? turnover.expires_day, hint: t("plan.term_end_is", { day: dateShown(turnover.expires_day) }) }),
    field("term_approval_number", t("plan.term_approval"), { hint: t("plan.term_approval_hint"), value: plan?.term_approval_number || undefined }),
    side,
    long("reason", t("plan.reason"), { rows: 2 }),
    field("approver", t("plan.approver"), { required: true, hint: t("plan.approver_hint") }),
    field("document_number", t("plan.document_number"), { required: true }),
    h("label", { class: "field wide" }, h("input", { type: "checkbox", value: "despite" }), " ", t("plan.despite")),
  ].filter(Boolean);
}

/** A panel in which a plan is tried and adopted; `plan` is the one in force, if any. */
export async function adoptPanel(turnover, plan, done) {
  const templates = plan ? [] : (await read("/plan-templates")).items.filter((each) => each.level === turnover.level);
  const side = h("div", { class: "field wide consequences", "aria-live": "polite" });
  const path = `/turnovers/${turnover.turnover_id}/plan`;
  const wanted = () => Object.fromEntries(["template_id", "congress_day", "term_approval_number"].map((name) => [name, node.querySelector(`[name=${name}]`)?.value ?? ""]));
  const node = form(fields(turnover, plan, templates, side), {
    label: t(plan ? "plan.adopt_version" : "plan.adopt"),
    submit: async (given, intent) => {
      const despite = node.querySelector("[value=despite]").checked;
      const adopted = await act(path, { ...given, ...(despite ? { despite_shortfall: true } : {}), unit_id: turnover.unit_id }, { intent, version: turnover.version });
      dialog.close();
      say(t("plan.adopted", { version: adopted.plan_version, units: adopted.units_affected }));
      await done();
    },
  });
  const attempt = async () => {
    if (!wanted().congress_day) return put(side);
    try {
      consequences(side, await read(`${path}/trial${query(wanted())}`));
    } catch (error) {
      if (error.name !== "AbortError") put(side, h("p", { class: "warn" }, wordsOf(error)));
    }
  };
  const soon = seldom(attempt, TYPING_MS);
  for (const name of ["template_id", "congress_day", "term_approval_number"]) node.querySelector(`[name=${name}]`)?.addEventListener("input", soon);
  const dialog = panel(t(plan ? "plan.move" : "plan.adopt"), [node], () => soon.stop());
  await attempt();
}
