// Ballot by ballot at a desk, and the scrutineers' decisions on ballots that were set aside.

import { act, read, Unreached } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { wordsOf } from "../parts/forms.js";
import { Pad, padHelp } from "../parts/pad.js";

const rulesSaid = (rules) => rules.map((rule) => t(`pad.rule.${rule}`)).join(t("list.separator"));
const judged = (answer) => (answer.rules?.length ? t("pad.counted_by", { validity: t(`validity.${answer.validity}`), rules: rulesSaid(answer.rules) }) : t("pad.counted", { validity: t(`validity.${answer.validity}`) }));

/** A teller's desk: `at` is {election, sheet}; `done` draws the sheet anew. */
export function deskPart(place, { election, sheet }, foot) {
  let { ballots, doubtful } = sheet;
  let batch = 0;
  // Sent and not answered: the desk is asked what it holds before anything is sent again.
  let unsure = false;
  const counts = h("div", { class: "desk-counts", role: "status" });
  const draw = () => put(counts,
    h("p", { class: "big" }, h("strong", {}, ballots), " ", t("desk_count.ballots")),
    h("p", {}, t("desk_count.batch", { count: batch }), " ", h("button", { type: "button", class: "quiet", onclick: () => { batch = 0; draw(); pad.focus(); } }, t("desk_count.new_batch"))),
    h("p", { class: doubtful ? "warn" : "about" }, t("desk_count.doubtful", { count: doubtful })));
  const settle = (answer, step) => {
    ({ ballots, doubtful } = answer);
    batch = Math.max(0, batch + step);
    unsure = false;
    draw();
  };
  const send = async (ballot, step) => {
    if (unsure) {
      const held = await read(`/sheets/${sheet.sheet_id}`);
      if (held.ballots === ballots + step) {
        settle(held, step);
        return t("pad.counted_before");
      }
      unsure = false;
    }
    try {
      const answer = await act(`/sheets/${sheet.sheet_id}/ballots`, { ballots_before: ballots, ...ballot, take_back: step < 0 });
      settle(answer, step);
      return step < 0 ? t("pad.taken_back") : judged(answer);
    } catch (error) {
      unsure = error instanceof Unreached;
      if (error.code === "TALLY_DESK_MOVED_ON") settle(await read(`/sheets/${sheet.sheet_id}`), 0);
      throw error;
    }
  };
  const pad = new Pad(election.candidates, {
    take: (ballot) => send(ballot, 1), back: (ballot) => send(ballot, -1), doubt: true, writeIns: election.round !== "tie_revote",
    words: { count: t("pad.count") }, wrong: (error) => (unsure ? t("pad.unsure") : wordsOf(error)),
  });
  draw();
  put(place, h("div", { class: "desk-entry" }, h("section", { class: "card" }, pad.node), h("aside", { class: "card" }, counts, foot, padHelp())));
  pad.focus();
}

/** The scrutineers' queue: each ballot that was set aside is decided on, in no order. */
export function doubtfulPart(place, { election, sheet }) {
  let { doubtful } = sheet;
  const left = h("p", { class: "sum", role: "status" });
  const draw = () => put(left, t(doubtful ? "desk_count.to_decide" : "desk_count.nothing_to_decide", { count: doubtful }));
  const take = async ({ marks, write_ins: names, spoilt }) => {
    const answer = await act(`/sheets/${sheet.sheet_id}/doubtful`, { reading: sheet.reading, doubtful_before: doubtful, invalid: spoilt, marks: spoilt ? [] : marks, write_ins: spoilt ? [] : names });
    ({ doubtful } = answer);
    draw();
    return t("pad.counted", { validity: t(`validity.${answer.validity}`) });
  };
  const pad = new Pad(election.candidates, { take, words: { count: t("pad.decide") }, wrong: wordsOf, writeIns: election.round !== "tie_revote" });
  draw();
  put(place, h("section", { class: "card" }, h("h2", {}, t("sheet.doubtful")), h("p", { class: "about" }, t("sheet.doubtful_about")), left, doubtful > 0 && pad.node));
  if (doubtful) pad.focus();
}
