// What is done next in a sitting: each step's form, where a person can do it on the page.

import { act, read, readAll } from "../api.js";
import { h } from "../h.js";
import { t } from "../i18n.js";
import { has, me } from "../me.js";
import { actButton, field, form, values } from "../parts/forms.js";
import { explanationsOf } from "./sheet_cells.js";
import { pinField, substituteFields } from "./sheet_sign.js";

const OFFICERS = ["teller", "teller", "scrutineer", "chief_scrutineer", "chair"];
// Step → the number that two people count.
const FIGURES = {
  count_attendance: "present", count_printed: "printed", check_boxes: "boxes", issue_ballots: "issued", count_returned: "returned", destroy_unused: "unused_destroyed",
};
// Warnings about the ballots as a whole, explained when the count is closed.
const OF_SITTING = ["W.401", "W.402"];

const number = (name, label) => field(name, label, { inputmode: "numeric", autocomplete: "off", required: true });
const lines = (text) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);

// A number is entered by one person and entered anew by another, who does not see it.
function figureForm({ sitting, election, done }, name) {
  const electionId = name === "present" ? "" : election.election_id;
  const known = sitting.figures.find((each) => each.election_id === electionId && each.field === name);
  const waits = known && !known.confirmed_by;
  const mine = waits && known.entered_by === me.accountId;
  const path = `/sittings/${sitting.sitting_id}/figures${waits && !mine ? "/confirm" : ""}`;
  return [
    h("p", { class: "hint" }, mine ? t("do.waits_other", { value: known.value }) : waits ? t("do.confirm_about") : t("do.enter_about")),
    form([number("value", t(`number.${name}`))], {
      label: waits && !mine ? t("do.confirm") : mine ? t("do.enter_again") : t("do.enter"),
      submit: async (given, intent) => {
        await act(path, { election_id: electionId, field: name, value: given.value }, { intent });
        await done();
      },
    })];
}

function candidatesForm({ election, done }, confirm) {
  return form([field("candidates", t("small.candidates"), { rows: 6, wide: true, required: true, hint: t("small.candidates_hint") })], {
    label: confirm ? t("do.confirm") : t("do.enter"),
    submit: async ({ candidates }, intent) => {
      const listed = lines(candidates).map((line) => {
        const [name, ...note] = line.split(/[\t,，]/);
        return { name: name.trim(), note: note.join("，").trim() };
      });
      await act(`/elections/${election.election_id}/candidates${confirm ? "/confirm" : ""}`, { candidates: listed }, { intent });
      await done();
    },
  });
}

const methodForm = ({ sitting, election, done }) => form([
  number("agree", t("small.method_agree")),
  election.round === "primary" && field("primary_basis", t("do.basis"), { options: [["", "—"], ["entitled", t("wall.entitled")], ["present", t("wall.present")]] }),
], {
  label: t("do.record"),
  submit: async ({ agree, primary_basis: basis = "" }, intent) => {
    await act(`/sittings/${sitting.sitting_id}/method`, { agree: Number(agree), primary_basis: basis }, { intent });
    await done();
  },
});

async function officersForm({ sitting, done }) {
  const accounts = (await readAll(`/units/${sitting.unit_id}/accounts`)).map((each) => [each.account_id, each.login]);
  const row = (role, place) => h("fieldset", { class: "field wide officer", "data-role": role }, h("div", { class: "fields" },
    field(`name${place}`, t(`role.${role}`), { autocomplete: "off", required: place < OFFICERS.length }), field(`account${place}`, t("do.account"), { options: [["", "—"], ...accounts] })));
  const rows = h("div", { class: "field wide stack" }, OFFICERS.map(row));
  const more = (role) => h("button", { type: "button", class: "quiet", onclick: () => rows.append(row(role, rows.children.length)) }, t("do.more", { role: t(`role.${role}`) }));
  const node = form([rows, h("p", { class: "field wide buttons" }, more("teller"), more("scrutineer")), number("agree", t("do.officers_agree"))], {
    label: t("do.record"),
    submit: async ({ agree }, intent) => {
      const officers = [...rows.children].map((each) => [each.dataset.role, ...Object.values({ name: "", account: "", ...Object.fromEntries(Object.entries(values(each)).map(([key, value]) => [key.replace(/\d+$/, ""), value])) })]);
      await act(`/sittings/${sitting.sitting_id}/officers`, {
        agree: Number(agree), officers: officers.filter(([, name]) => name).map(([role, name, account]) => ({ role, name, account_id: account })),
      }, { intent });
      await done();
    },
  });
  return node;
}

const groupsForm = ({ election, done }) => form([field("groups", t("do.groups"), { rows: 3, wide: true, required: true, hint: t("do.groups_hint") })], {
  label: t("do.record"),
  submit: async ({ groups }, intent) => {
    await act(`/elections/${election.election_id}/groups`, { groups: lines(groups) }, { intent });
    await done();
  },
});

const closeForm = ({ election, done }) => form(OF_SITTING.map((code) => field(`why.${code}`, `${code} ${t(`wrong.${code}`)}`, { rows: 2, wide: true, hint: t("do.where_so") })), {
  label: t("step.close_count"),
  submit: async (given, intent) => {
    await act(`/elections/${election.election_id}/close-count`, { explanations: explanationsOf(given) }, { intent });
    await done();
  },
});

const reportForm = ({ sitting, election, done }) => form([
  pinField(), h("details", { class: "field wide" }, h("summary", {}, t("sign.substitute")), h("div", { class: "fields" }, substituteFields(sitting.officers))),
], {
  label: t("step.report_result"),
  submit: async ({ pin, ...more }, intent) => {
    const { record_sha256: hash } = await read(`/elections/${election.election_id}/result`);
    await act(`/elections/${election.election_id}/report`, { pin, record_sha256: hash, ...(more.for_account_id ? more : {}) }, { intent });
    await done();
  },
});

const repeatForm = ({ election, done }) => form([
  field("decided_by", t("do.decided_by"), { required: true }), field("decision_number", t("do.decision_number")), field("reason", t("desk.reason"), { rows: 2, wide: true, required: true }),
], {
  label: t("step.decide_repeat"), danger: true,
  submit: async (given, intent) => {
    await act(`/elections/${election.election_id}/repeat`, given, { intent });
    await done();
  },
});

const once = (path, label) => ({ election, done }) => actButton(label(), async (intent) => {
  await act(`/elections/${election.election_id}/${path}`, {}, { intent });
  await done();
});

// The later of the two numbers that can break a rule is the one in dispute.
const disputed = ({ sitting, election }) => (sitting.figures.some((each) => each.field === "returned" && each.election_id === election.election_id) ? "returned" : "issued");

const ACTS = {
  ...Object.fromEntries(Object.entries(FIGURES).map(([step, name]) => [step, (at) => figureForm(at, name)])),
  enter_candidates: (at) => candidatesForm(at, false), confirm_candidates: (at) => candidatesForm(at, true),
  adopt_method: methodForm, pass_officers: officersForm, form_groups: groupsForm, close_count: closeForm, report_result: reportForm, decide_repeat: repeatForm,
  announce_candidates: once("announce-candidates", () => t("step.announce_candidates")), close_voting: once("close-voting", () => t("step.close_voting")), declare_result: once("declare", () => t("step.declare_result")),
  recount_number: (at) => figureForm(at, disputed(at)),
};

/** What does a step, or nothing where it is not done here or not by this person. `at`: {election, sitting, done}. */
export const formOf = async (step, at) => (has("operator", "unit_secretary", "unit_reporter", "teller", "scrutineer", "chief_scrutineer") ? ACTS[step]?.(at) : null);
