// Votes of the units that the reader may see, newest first, and the way to a branch's own on one phone.

import { readAll } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has } from "../me.js";
import { chip, empty, section, table } from "../parts/pieces.js";
import { to } from "../route.js";

const VOTES_MAX = 500;

const stateChip = ({ state }) => chip(t(`vote.state.${state}`), { declared: "good", number_disputed: "bad" }[state] ?? "soft");

const onePhone = () => has("unit_secretary", "unit_reporter") && section(t("votes.small"), { kind: "small-entry" },
  h("p", {}, t("votes.small_about")),
  h("p", { class: "buttons" }, h("a", { class: "button main", href: "/small-sitting/" }, t("votes.small_open"))));

export async function votesView(place) {
  const votes = await readAll("/elections", {}, VOTES_MAX);
  put(place,
    h("header", { class: "page" }, h("h1", {}, t("nav.votes"))),
    onePhone(),
    section(t("votes.list"), {}, votes.length ? table([
      [t("votes.title"), (vote) => h("a", { href: to("vote", vote.election_id) }, vote.title), "name"],
      [t("votes.unit"), (vote) => vote.unit_name],
      [t("votes.round"), (vote) => t(`vote.round.${vote.round}`)],
      [t("votes.seats"), (vote) => vote.seats, "count"],
      [t("votes.state"), stateChip],
    ], votes, { caption: t("votes.list"), key: (vote) => vote.election_id }) : empty(t("votes.none"))));
}
