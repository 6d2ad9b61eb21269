// Sending what was counted: once, under one key, by a person who has signed in; then what became of it.

import { act, read, Refused, upload } from "../api.js";
import { h, put } from "../h.js";
import { language, t } from "../i18n.js";
import { has, logIn, me, recall } from "../me.js";
import { actButton, field, form, wordsOf } from "../parts/forms.js";
import { chip, table } from "../parts/pieces.js";
import { candidatesOf, digits } from "./checks.js";
import { blankDraft, blankVote, forgetRecorded, keepRecorded, photoOf, saveDraft, wipe } from "./draft.js";
import { electorsOf, titleOf } from "./prepare.js";
import { page, redraw } from "./table.js";

const ORGANISERS = ["unit_secretary", "unit_reporter"];
// Answers after which it may have been recorded all the same.
const PERHAPS = 500;

// The photograph of the signed paper is kept by the platform, cleaned of where it was taken; once, however often it is tried.
async function photoKept(draft, vote, number) {
  if (vote.kept?.unit_id !== draft.unit_id) {
    const { file_sha256: sha256 } = await upload(`/units/${draft.unit_id}/evidence`, await photoOf(number));
    vote.kept = { unit_id: draft.unit_id, sha256 };
    saveDraft(draft);
  }
  return vote.kept.sha256;
}

const typed = (cells) => Object.entries(cells).map(([path, value]) => ({ field: path, text: String(value) }));

async function electionOf(draft, vote, number) {
  const reading = typed(vote.agreed);
  const numbers = Object.fromEntries(["printed", "issued", "returned", "unused_destroyed"].map((name) => [name, String(digits(vote[name]))]));
  const own = vote.election_id ? { election_id: vote.election_id } : {
    post: vote.post, seats: digits(vote.seats), title: titleOf(vote), full_members: digits(vote.full_members) ?? 0, consent: vote.consent, body: draft.body,
  };
  return {
    ...own, ...numbers, candidates: vote.round === "tie_revote" ? [] : candidatesOf(vote), first_reading: reading, second_reading: reading,
    explanations: Object.entries(vote.explanations).map(([code, text]) => ({ code, text })),
    photo_sha256: await photoKept(draft, vote, number),
  };
}

async function contentOf(draft) {
  const elections = [];
  for (const [number, vote] of draft.votes.entries()) elections.push(await electionOf(draft, vote, number));
  if (draft.sitting_id) return { sitting_id: draft.sitting_id, turnover: draft.turnover, elections };
  const electors = [...electorsOf(draft).map((name) => ({ name, standing: "entitled" })), ...draft.others.map((other) => ({ ...other, name: other.name.trim() }))];
  return {
    turnover: draft.turnover, electors, present: String(digits(draft.present)), method_agree: digits(draft.method_agree),
    first_reader: draft.first, second_reader: draft.second, officers_agree: digits(draft.officers_agree), elections,
  };
}

// ---- sending -------------------------------------------------------------------------------------------------------

async function sendOff(draft) {
  const content = await contentOf(draft);
  draft.sentBy = me.login;
  saveDraft(draft);
  try {
    return await act(`/units/${draft.unit_id}/small-sittings`, content, { intent: { keyFor: () => draft.key, done() {} } });
  } catch (error) {
    if (error instanceof Refused && error.status < PERHAPS) {
      draft.sentBy = "";
      if (error.status !== 401) draft.key = blankDraft().key;
      saveDraft(draft);
    }
    throw error;
  }
}

async function send(draft) {
  const answer = await sendOff(draft);
  keepRecorded({
    sitting_id: answer.sitting_id, election_ids: answer.election_ids, next_election_ids: answer.next_election_ids, unit_id: draft.unit_id,
    turnover: draft.turnover, body: draft.body, present: draft.present, entitled: draft.sitting_id ? draft.entitled : electorsOf(draft).length, first: draft.first, second: draft.second,
  });
  await wipe();
  page.draft = blankDraft();
  page.recorded = true;
}

const signIn = () => form([
  field("login", t("login.login"), { required: true, autocomplete: "username", autocapitalize: "none", spellcheck: "false" }),
  field("password", t("login.password"), { type: "password", required: true, autocomplete: "current-password" }),
], {
  label: t("login.enter"),
  submit: async ({ login, password }) => {
    await logIn(login, password);
    redraw();
  },
});

const unitsOf = () => me.roles.filter((held) => ORGANISERS.includes(held.role) && held.unit_id);

async function turnoverField(draft) {
  const site = await read("/site");
  const listed = (await read("/turnovers")).items;
  draft.turnover ||= listed[0]?.turnover_id ?? `${site.district_code}/district/${new Date(site.business_now_us / 1000).getFullYear()}`;
  if (!listed.length) return null;
  return field("turnover", t("small.turnover"), { options: listed.map((each) => [each.turnover_id, `${each.unit_name} ${each.name}`]), value: draft.turnover });
}

async function signedIn(draft) {
  if (draft.sentBy && draft.sentBy !== me.login) return h("p", { class: "warn" }, t("small.same_person", { login: draft.sentBy }));
  const units = unitsOf();
  if (!has(...ORGANISERS) || !units.length) return h("p", { class: "warn" }, t("small.no_unit", { login: me.login }));
  const known = units.find((held) => held.unit_id === draft.unit_id) ?? units[0];
  draft.unit_id = known.unit_id;
  const unit = field("unit_id", t("small.unit"), { options: units.map((held) => [held.unit_id, held.unit_name]), value: draft.unit_id, disabled: Boolean(draft.sitting_id || draft.sentBy) });
  const turnover = draft.sitting_id ? null : await turnoverField(draft);
  saveDraft(draft);
  return [summary(draft), form([unit, turnover], {
    label: t("small.send"),
    submit: async (given) => {
      if (!draft.sentBy) Object.assign(draft, given);
      try {
        await send(draft);
      } catch (error) {
        // Refused: said here, and can be put right. Signed out, or perhaps recorded: the step shows what to do.
        if (me.known && !draft.sentBy) throw error;
      }
      redraw();
    },
  })];
}

const summary = (draft) => h("ul", { class: "summary" }, draft.votes.map((vote, number) => h("li", {}, t("small.summary", {
  title: titleOf(vote), seats: vote.seats, candidates: candidatesOf(vote).length, returned: digits(vote.returned), number: number + 1,
}))));

/** What to do for sending it: reach the platform, sign in, send. */
export async function sendPart(place, draft) {
  const perhaps = draft.sentBy && h("p", { class: "warn" }, t("small.perhaps"));
  const strange = () => put(place, perhaps, h("p", {}, t("small.sign_in")), signIn());
  put(place, h("p", { class: "hint" }, t("act.loading")));
  try {
    const site = await read("/site");
    if (!me.known && !(await recall())) return strange();
    return put(place, site.kind === "rehearsal" && h("p", {}, chip(t("site.practice"), "practice")), perhaps, await signedIn(draft));
  } catch (error) {
    // The log-in ran out meanwhile.
    if (error instanceof Refused && !me.known) return strange();
    return put(place, h("p", { class: "warn" }, error instanceof Refused ? wordsOf(error) : t("small.unreached")),
      h("p", { class: "buttons" }, h("button", { type: "button", class: "main", onclick: () => sendPart(place, draft) }, t("act.again"))));
  }
}

export function sendStep(draft) {
  const place = h("div", { class: "send" });
  sendPart(place, draft);
  return h("div", {}, h("p", { class: "hint" }, t("small.result_when_connected")), place);
}

// ---- what became of it -----------------------------------------------------------------------------------------------

const said = (each) => (language() === "zh" ? each.zh : each.en);

const paperLink = (id, paper) => h("a", { class: "button", href: `/api/v1/elections/${id}/papers/${paper}`, target: "_blank", rel: "noopener" }, t(`small.paper.${paper}`));

function resultOf(vote, result) {
  const elected = result.persons.filter((each) => each.elected).sort((one, other) => one.place - other.place);
  return h("section", { class: "card result" },
    h("header", {}, h("h2", {}, vote.title)),
    h("p", { class: "sum" }, elected.length ? t("small.elected", { names: elected.map((each) => each.name).join(t("list.separator")) }) : t("small.nobody")),
    table([[t("small.name"), (each) => each.name, "name"], [t("mark.approve"), (each) => each.approve, "count strong"], [t("mark.disapprove"), (each) => (each.write_in ? "—" : each.disapprove), "count"], [t("mark.abstain"), (each) => (each.write_in ? "—" : each.abstain), "count"]], result.persons, { caption: vote.title }),
    h("details", {}, h("summary", {}, t("small.why")), h("ul", { class: "why" }, result.explained.map((each) => h("li", {}, said(each), " ", h("small", {}, `${each.rule} ${each.test}`))))),
    h("p", { class: "buttons" }, ["result", "elected", "votes"].map((paper) => paperLink(vote.election_id, paper))));
}

function furtherDraft(kept, votes) {
  return {
    ...blankDraft(), ...kept, votes: votes.map((vote) => ({
      ...blankVote(), election_id: vote.election_id, round: vote.round, post: vote.post, seats: String(vote.seats), title: vote.title, candidates: vote.candidates.map((each) => [each.name, each.note].filter(Boolean).join("，")).join("\n"),
    })),
  };
}

function furtherPart(kept, votes) {
  const begin = () => {
    const { election_ids: held, next_election_ids: further, ...rest } = kept;
    page.draft = furtherDraft(rest, votes);
    page.recorded = false;
    forgetRecorded();
    redraw();
  };
  return h("section", { class: "card further" }, h("h2", {}, t("small.further")),
    h("ul", {}, votes.map((vote) => h("li", {}, `${vote.title}${t("list.colon")}${t(`small.round.${vote.round}`)}`))),
    h("p", { class: "buttons" }, h("button", { type: "button", class: "main", onclick: begin }, t("small.hold_further"))));
}

/** What the platform made of the sitting recorded last. */
export async function recordedView(place, kept) {
  const anew = () => { forgetRecorded(); page.recorded = false; redraw(); };
  put(place, h("p", { class: "hint" }, t("act.loading")));
  try {
    if (!me.known && !(await recall())) {
      return put(place, h("section", { class: "card" }, h("p", {}, t("small.recorded")), h("p", {}, t("small.sign_in_to_see")), signIn()));
    }
    const parts = await Promise.all(kept.election_ids.map(async (id) => resultOf(await read(`/elections/${id}`), await read(`/elections/${id}/result`))));
    const further = await Promise.all((kept.next_election_ids ?? []).map((id) => read(`/elections/${id}`)));
    put(place,
      h("section", { class: "card done" }, h("h1", {}, t("small.recorded")), h("p", {}, t("small.wiped"))),
      parts, further.length > 0 && furtherPart(kept, further),
      further.length === 0 && h("p", { class: "buttons" }, actButton(t("small.close_sitting"), async (intent) => {
        await act(`/sittings/${kept.sitting_id}/close`, {}, { intent });
        anew();
      }), h("button", { type: "button", class: "quiet", onclick: anew }, t("small.another"))));
  } catch (error) {
    put(place, h("section", { class: "card" }, h("p", {}, t("small.recorded")), h("p", { class: "warn" }, wordsOf(error)), h("button", { type: "button", class: "main", onclick: () => recordedView(place, kept) }, t("act.again"))));
  }
  return undefined;
}
