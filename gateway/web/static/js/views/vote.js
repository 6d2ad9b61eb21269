// One vote: what is next and why not yet, its numbers, its sheets, its result.

import { read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { chip, section, table } from "../parts/pieces.js";
import { to } from "../route.js";
import { formOf } from "./vote_acts.js";

const PAPERS = ["attendance", "ballots-issued", "votes", "votes-by-number", "result", "elected"];

const stepLine = (step, form) => h("li", { class: step.state, "data-step": step.step },
  h("span", { class: "what" }, t(`step.${step.step}`)),
  h("span", { class: "why" }, step.state === "waiting" ? t(`wait.${step.waits_for || "none"}`) : t(`step.state.${step.state}`)),
  form && h("div", { class: "do" }, form));

// What is done is put away; what is next stands first.
function stepsPart(steps, forms) {
  const done = steps.filter((step) => step.state === "done");
  const open = steps.filter((step) => step.state !== "done");
  return section(t("vote.steps"), {},
    open.length > 0 && h("ol", { class: "steps" }, open.map((step, place) => stepLine(step, forms[place]))),
    done.length > 0 && h("details", { open: !open.length }, h("summary", {}, t("vote.done", { count: done.length })), h("ol", { class: "steps" }, done.map((step) => stepLine(step)))));
}

function sheetsPart(sheets) {
  if (!sheets.length) return null;
  return section(t("vote.sheets"), {}, table([
    [t("vote.group"), (sheet) => h("a", { href: to("sheet", sheet.sheet_id) }, sheet.group), "name"],
    [t("votes.state"), (sheet) => chip(t(`sheet.state.${sheet.state}`), { signed: "good", settled: "good", differences: "bad", disputed: "bad" }[sheet.state] ?? "soft")],
    [t("vote.signed"), (sheet) => sheet.signed_roles.map((role) => t(`role.${role}`)).join(t("list.separator")) || "—"],
  ], sheets, { caption: t("vote.sheets"), key: (sheet) => sheet.sheet_id }));
}

const papersPart = (id) => section(t("vote.papers"), {}, h("p", { class: "buttons" }, PAPERS.map((paper) =>
  h("a", { class: "button", href: `/api/v1/elections/${id}/papers/${paper}`, target: "_blank", rel: "noopener" }, t(`paper.${paper}`)))));

const numbers = (wall) => h("dl", { class: "facts" }, ["entitled", "present", "issued", "returned"].map((name) => [h("dt", {}, t(`wall.${name}`)), h("dd", {}, wall[name])]));

async function draw(place, id) {
  const election = await read(`/elections/${id}`);
  const [sitting, wall, sheets] = await Promise.all([
    election.sitting_id ? read(`/sittings/${election.sitting_id}`) : null, read(`/elections/${id}/wall`), read(`/elections/${id}/sheets`),
  ]);
  const steps = [...(sitting?.steps.filter((step) => !step.election_id) ?? []), ...election.steps];
  const at = { election, sitting, done: () => draw(place, id) };
  const forms = await Promise.all(steps.filter((step) => step.state !== "done").map((step) => (step.state === "next" || (step.step === "decide_repeat" && !step.waits_for) ? formOf(step.step, at) : null)));
  put(place,
    h("header", { class: "page" }, h("div", {},
      h("h1", {}, election.title, " ", chip(t(`vote.state.${election.state}`), { declared: "good", number_disputed: "bad" }[election.state] ?? "soft")),
      h("p", { class: "about" }, [election.unit_name, t(`body.${election.body}`), t(`post.${election.post}`), t(`vote.round.${election.round}`), t("vote.seats", { seats: election.seats, candidates: election.candidates.length })].join(" · ")))),
    h("div", { class: "with-side" },
      h("div", { class: "stack" }, stepsPart(steps, forms), sheetsPart(sheets.items ?? sheets.sheets)),
      h("aside", { class: "stack" }, section(t("vote.numbers"), {}, numbers(wall)),
        wall.elected.length > 0 && section(t("vote.elected"), {}, h("ol", { class: "elected" }, wall.elected.map((each) => h("li", {}, each.name)))),
        ["counted", "reported", "declared"].includes(election.state) && papersPart(id))));
}

export async function voteView(place, route) {
  await draw(place, route.argument);
}
