// Before and at the beginning of the meeting: what is voted on, who may vote, who is there, who reads.

import { h } from "../h.js";
import { t } from "../i18n.js";
import { chip } from "../parts/pieces.js";
import { candidatesOf, digits, leastPresent, lines, personKey } from "./checks.js";
import { blankVote, ELECTORS_MAX, ELECTORS_MIN, VOTES_MAX } from "./draft.js";
import { bound, counted, following, page, redraw } from "./table.js";

export const POSTS_OF = {
  member_meeting: ["member", "cdi_member", "secretary", "deputy_secretary", "delegate"],
  primary_congress: ["member", "cdi_member", "delegate"],
  electoral_unit: ["delegate"],
  primary_committee: ["standing_member", "secretary", "deputy_secretary"],
  primary_cdi: ["cdi_standing_member", "cdi_secretary", "cdi_deputy_secretary"],
};
export const GROUNDS = {
  suspended: ["probationary", "party_probation", "detained", "arrested"],
  left_out: ["unable_to_express", "abroad_half_year", "too_infirm", "posted_away", "floating_half_year", "serving_sentence"],
};

export const postName = (post) => t(`post.${post}`);
export const titleOf = (vote) => vote.title || t("small.title_of", { post: postName(vote.post) });
export const electorsOf = (draft) => lines(draft.electors);
export const entitledOf = (draft) => (draft.sitting_id ? draft.entitled : electorsOf(draft).length);

/** Whether this vote's figures are under way, so that its names must stay as they are. */
export const readingBegun = (vote) => Boolean(vote.stage.who || vote.stage.again || vote.agreed || Object.keys(vote.readings[0].cells ?? {}).length);

const repeated = (names) => names.find((name, place) => names.findIndex((other) => personKey(other) === personKey(name)) < place);

// ---- what is voted on --------------------------------------------------------------------------------------

function lacksOfVote(vote) {
  const names = candidatesOf(vote).map((each) => each.name);
  const twice = repeated(names);
  return [
    !digits(vote.seats) && t("small.lack.seats"),
    !names.length && t("small.lack.candidates"),
    twice && t("small.lack.repeated", { name: twice }),
  ].filter(Boolean);
}

export const votesLack = (draft) => draft.votes.flatMap((vote) => lacksOfVote(vote).map((lack) => (draft.votes.length > 1 ? `${titleOf(vote)}${t("list.colon")}${lack}` : lack)));

const withoutSurplus = (vote) => h("details", { open: Boolean(vote.full_members || vote.consent) }, h("summary", {}, t("small.very_small")), h("div", { class: "fields" },
  counted(vote, "full_members", t("small.full_members")),
  bound(vote, "consent", t("small.superior_consent"))));

function voteFields(draft, vote, number) {
  const locked = readingBegun(vote);
  const further = Boolean(vote.election_id);
  const posts = POSTS_OF[draft.body].map((post) => [post, postName(post)]);
  const drop = () => { draft.votes.splice(number, 1); redraw(); };
  return h("fieldset", { class: "vote", "data-vote": number, disabled: locked },
    h("legend", {}, t("small.vote", { number: number + 1 }), " ", further && chip(titleOf(vote), "soft")),
    locked && h("p", { class: "hint" }, t("small.locked")),
    h("div", { class: "fields" },
      !further && bound(vote, "post", t("small.post"), { options: posts }),
      counted(vote, "seats", t("small.seats"), { required: true, disabled: further }),
      !further && bound(vote, "title", t("small.title"), { wide: true, hint: t("small.title_hint") }),
      bound(vote, "candidates", t("small.candidates"), { rows: 5, wide: true, required: true, hint: t("small.candidates_hint"), disabled: vote.round === "tie_revote" })),
    !further && vote.post === "delegate" && withoutSurplus(vote),
    following(() => h("p", { class: "hint" }, t("small.candidates_count", { count: candidatesOf(vote).length, seats: digits(vote.seats) ?? "—" }))),
    !further && draft.votes.length > 1 && !locked && h("button", { type: "button", class: "quiet", onclick: drop }, t("small.drop_vote")));
}

export function votesStep(draft) {
  const body = bound(draft, "body", t("small.body"), { options: Object.keys(POSTS_OF).map((each) => [each, t(`body.${each}`)]), disabled: draft.votes.some(readingBegun) });
  body.addEventListener("change", () => {
    for (const vote of draft.votes) if (!POSTS_OF[draft.body].includes(vote.post)) [vote.post] = POSTS_OF[draft.body];
    redraw();
  });
  const node = h("div", {},
    !draft.sitting_id && h("div", { class: "fields" }, body),
    draft.votes.map((vote, number) => voteFields(draft, vote, number)),
    !draft.sitting_id && draft.votes.length < VOTES_MAX && h("button", { type: "button", class: "quiet wide", onclick: () => { draft.votes.push(blankVote()); redraw(); } }, t("small.add_vote")));
  node.addEventListener("change", (event) => { if (event.target.name === "post") redraw(); });
  return node;
}

// ---- who may vote --------------------------------------------------------------------------------------------

export function rollLacks(draft) {
  const electors = electorsOf(draft);
  const twice = repeated([...electors, ...draft.others.map((other) => other.name)]);
  return [
    (electors.length < ELECTORS_MIN || electors.length + draft.others.length > ELECTORS_MAX) && t("small.lack.electors", { least: ELECTORS_MIN, most: ELECTORS_MAX }),
    twice && t("small.lack.repeated", { name: twice }),
    draft.others.some((other) => !other.name.trim() || !other.ground) && t("small.lack.ground"),
    draft.others.some((other) => other.standing === "left_out" && !(other.consent.trim() && other.vote.trim())) && t("small.lack.left_out"),
  ].filter(Boolean);
}

function otherFields(draft, other, number) {
  const grounds = GROUNDS[other.standing].map((ground) => [ground, t(`ground.${ground}`)]);
  return h("fieldset", { class: "other" },
    h("div", { class: "fields" },
      bound(other, "name", t("small.name"), { required: true }),
      bound(other, "standing", t("small.standing"), { options: Object.keys(GROUNDS).map((each) => [each, t(`standing.${each}`)]) }),
      bound(other, "ground", t("small.ground"), { options: [["", t("small.choose")], ...grounds], wide: true, required: true }),
      other.standing === "left_out" && bound(other, "consent", t("small.consent"), { required: true }),
      other.standing === "left_out" && bound(other, "vote", t("small.left_out_vote"), { required: true })),
    h("button", { type: "button", class: "quiet", onclick: () => { draft.others.splice(number, 1); redraw(); } }, t("small.drop_other")));
}

export function rollStep(draft) {
  const node = h("div", {},
    bound(draft, "electors", t("small.electors"), { rows: 8, required: true, hint: t("small.electors_hint") }),
    h("h3", {}, t("small.others")), h("p", { class: "hint" }, t("small.others_hint")),
    draft.others.map((other, number) => otherFields(draft, other, number)),
    h("button", { type: "button", class: "quiet wide", onclick: () => { draft.others.push({ name: "", standing: "suspended", ground: "", consent: "", vote: "" }); redraw(); } }, t("small.add_other")),
    following(() => h("p", { class: "sum" }, t("small.roll_sum", {
      entitled: electorsOf(draft).length,
      suspended: draft.others.filter((other) => other.standing === "suspended").length,
      left_out: draft.others.filter((other) => other.standing === "left_out").length,
    }))));
  node.addEventListener("change", (event) => {
    if (event.target.name !== "standing") return;
    for (const other of draft.others) if (!GROUNDS[other.standing].includes(other.ground)) other.ground = "";
    redraw();
  });
  return node;
}

// ---- the meeting ------------------------------------------------------------------------------------------------

export function meetingLacks(draft) {
  const [entitled, present] = [entitledOf(draft), digits(draft.present)];
  const [method, officers] = [digits(draft.method_agree), digits(draft.officers_agree)];
  if (!present) return [t("small.lack.present")];
  const candidates = new Set(draft.votes.flatMap((vote) => candidatesOf(vote).map((each) => personKey(each.name))));
  const readers = [draft.first, draft.second];
  return [
    present > entitled && t("small.lack.too_many", { present, entitled }),
    present < leastPresent(entitled) && t("small.lack.quorum", { present, least: leastPresent(entitled) }),
    (method === null || method > present || 2 * method < entitled) && t("small.lack.method", { least: Math.ceil(entitled / 2) }),
    (!draft.first || !draft.second || draft.first === draft.second) && t("small.lack.readers"),
    readers.some((name) => candidates.has(personKey(name))) && t("small.lack.reader_stands"),
    (officers === null || officers > present || 2 * officers <= present) && t("small.lack.officers", { least: Math.floor(present / 2) + 1 }),
  ].filter(Boolean);
}

const quorumLine = (draft) => {
  const [entitled, present] = [entitledOf(draft), digits(draft.present)];
  const least = leastPresent(entitled);
  if (present === null || !entitled) return h("p", { class: "hint" }, t("small.least_present", { entitled, least }));
  const enough = present >= least && present <= entitled;
  return h("p", { class: "sum" }, t("small.quorum", { entitled, present, least }), " ", chip(t(enough ? "small.quorum_yes" : "small.quorum_no"), enough ? "good" : "bad"));
};

export function meetingStep(draft) {
  const names = [["", t("small.choose")], ...electorsOf(draft).map((name) => [name, name])];
  return h("div", {},
    h("div", { class: "fields" }, counted(draft, "present", t("small.present"), { required: true, wide: true })),
    following(() => quorumLine(draft)),
    h("div", { class: "fields" },
      counted(draft, "method_agree", t("small.method_agree"), { required: true, wide: true }),
      bound(draft, "first", t("small.first_reader"), { options: names, required: true, hint: t("small.first_hint") }),
      bound(draft, "second", t("small.second_reader"), { options: names, required: true, hint: t("small.second_hint") }),
      counted(draft, "officers_agree", t("small.officers_agree"), { required: true, wide: true })));
}

// The sitting's numbers, for those further on.
export const presentOf = () => digits(page.draft.present) ?? 0;
