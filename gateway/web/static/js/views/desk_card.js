// One assignment on a unit's desk: how far it is, until when, and the next act as one button.

import { h } from "../h.js";
import { t } from "../i18n.js";
import { chip, stageName, stateName, urgencyName } from "../parts/pieces.js";
import { viaText } from "../parts/routes.js";
import { dayText, nowUs } from "../time.js";
import { ACTS, actOf, booksButton, isBegun, labelOf, openAct, seeButton } from "./desk_acts.js";

const STAGES = [1, 2, 3, 4, 5, 6];
// How many stages a state has behind it.
const BEHIND = { pending: 0, dispatched: 1, received: 2, named: 3, started: 4, returned: 4, reported: 5, rectified: 5, verified: 6 };
// The unit's own next act, the first that is offered; what is done by the way stands under "more".
const NEXT = ["ReceiveAssignment", "DispatchAssignments", "ConfirmReport", "NameResponsible", "StartWork", "SubmitReport"];
const BY_THE_WAY = ["ReceiveOnly", "SubmitReport", "NameResponsible", "AskExtension", "CorrectReport"];

/** The method that is next for the unit itself, or none. */
export function nextAct({ actions, state }) {
  return NEXT.find((method) => actions.includes(method) && !optional(method, state));
}

// Naming another person, or correcting a report that waits, is possible and not asked for.
function optional(method, state) {
  return (method === "NameResponsible" && state !== "received") || (method === "SubmitReport" && ["reported", "rectified"].includes(state));
}

/** The next step is the unit's. */
export const waitsForUs = (assignment) => nextAct(assignment) !== undefined;

/** The next due time of an assignment: {stage, due_us}, or nothing. */
export function nextDue({ deadlines, state }) {
  const stage = (BEHIND[state] ?? 0) + 1;
  return deadlines.find((deadline) => deadline.stage === stage);
}

/** Until when, in words; what is overdue stands out. */
export function dueText(assignment) {
  const due = nextDue(assignment);
  if (!due || ["verified", "withdrawn"].includes(assignment.state)) return null;
  const late = due.due_us < nowUs();
  return h("span", { class: late ? "due late" : "due" }, t(late ? "desk.was_due" : "desk.due", { stage: stageName(due.stage), day: dayText(due.due_us) }));
}

function track({ state, obliged }) {
  const behind = BEHIND[state] ?? 0;
  const stages = obliged ? STAGES : STAGES.slice(0, 3);
  return h("ol", { class: "track", "aria-label": t("desk.track") }, stages.map((stage) =>
    h("li", { class: stage <= behind ? "done" : stage === behind + 1 ? "next" : "" }, stageName(stage))));
}

function facts(assignment) {
  const lines = [
    assignment.person_name && [t("desk.person"), assignment.person_name],
    assignment.target_us > 0 && [t("desk.target"), dayText(assignment.target_us)],
    assignment.report_number > 0 && [t("desk.report", { number: assignment.report_number }), t("desk.counts", { due: assignment.due_count, done: assignment.done_count })],
    assignment.summary && [t("desk.summary"), assignment.summary],
    assignment.on_behalf_by_unit_id && [t("desk.on_behalf"), t(assignment.confirmed ? "desk.confirmed" : "desk.to_confirm")],
    assignment.correction_number > 0 && [t("desk.correction", { number: assignment.correction_number }), assignment.correction_reason],
    assignment.evidence.length > 0 && [t("evidence.label"), t("evidence.count", { count: assignment.evidence.length })],
    assignment.extension_stage > 0 && [t("desk.extension"), t("desk.extension_until", { stage: stageName(assignment.extension_stage), day: dayText(assignment.extension_until_us) })],
  ].filter(Boolean);
  return lines.length > 0 && h("dl", { class: "facts" }, lines.map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
}

/** The line that says which state it is in. */
export const stateChip = ({ state, obliged }) => chip(state === "named" && !obliged ? t("desk.named_only") : stateName(state), { verified: "good", returned: "bad", withdrawn: "soft" }[state] ?? "");

export function titleOf(assignment) {
  return h("div", { class: "title" },
    assignment.urgency !== "ordinary" && chip(urgencyName(assignment.urgency), "bad"),
    h("h3", {}, assignment.directive_title),
    assignment.number && h("span", { class: "number" }, assignment.number));
}

/** A card; `refresh(key)` draws the desk anew once something was done. */
export function card(assignment, refresh) {
  const again = () => refresh(assignment.directive_id);
  const next = nextAct(assignment);
  const offered = next === "ReceiveAssignment" ? ["ReceiveOnly", ...assignment.actions] : assignment.actions;
  const others = BY_THE_WAY.filter((method) => method !== next && offered.includes(method));
  const place = h("div", { class: "place" });
  const open = (method) => openAct(method, assignment, place, again);
  const main = next && (ACTS[next].form
    ? h("button", { type: "button", class: "main", onclick: () => open(next) }, labelOf(next, assignment))
    : actOf(next, assignment, again));
  return h("article", { class: `card task ${assignment.state}`, "data-key": assignment.directive_id },
    h("header", {}, titleOf(assignment), stateChip(assignment)),
    assignment.route_id && h("p", { class: "about via" }, viaText(assignment)),
    assignment.state === "returned" && h("p", { class: "returned" }, h("strong", {}, t("desk.returned")), assignment.return_reason),
    h("details", { class: "text" }, h("summary", {}, t("desk.text")), h("p", {}, assignment.text)),
    track(assignment), facts(assignment),
    h("footer", {}, main, dueText(assignment), isBegun(assignment) && chip(t("figures.begun"), "warn"), h("span", { class: "more" },
      seeButton(assignment), booksButton(assignment, again), others.map((method) => h("button", { type: "button", class: "quiet", onclick: () => open(method) }, labelOf(method, assignment))))),
    place);
}
