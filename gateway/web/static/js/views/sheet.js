// A counting group's sheet, as whoever was passed for it sees it: reading, reading again, deciding, signing.

import { act, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { me } from "../me.js";
import { actButton } from "../parts/forms.js";
import { chip } from "../parts/pieces.js";
import { also, go, to } from "../route.js";
import { deskPart, doubtfulPart } from "./sheet_desk.js";
import { dispute, sendBack, signPart } from "./sheet_sign.js";
import { endPart, rereadPart, typedPart } from "./sheet_typed.js";

const HELD = ["first_in_progress", "second_in_progress"];
const TO_READ = ["empty", "first_finalised", "sent_back"];
const FIRST_DONE = "first_finalised";
const AGREED = ["settled", "signed"];
const WATCHING = ["scrutineer", "chief_scrutineer"];

const head = ({ election, sheet }) => h("header", { class: "page" }, h("div", {},
  h("h1", {}, `${election.title} · ${sheet.group}`, " ", chip(t(`sheet.state.${sheet.state}`), { signed: "good", settled: "good", differences: "bad", disputed: "bad" }[sheet.state] ?? "soft")),
  h("p", { class: "about" }, h("a", { href: to("vote", election.election_id) }, t("sheet.to_vote")), sheet.reason && [" · ", t("sheet.reason", { reason: sheet.reason })])));

// Which of the two ways a reading begins.
const choose = (second) => h("section", { class: "card" }, h("h2", {}, t("sheet.choose")), h("p", { class: "about" }, t(second ? "sheet.choose_second" : "sheet.choose_about")),
  h("p", { class: "buttons" }, h("a", { class: "button main", href: also({ way: "ballots" }) }, t("sheet.way.ballots")), h("a", { class: "button", href: also({ way: "paper" }) }, t("sheet.way.paper"))));

function foot({ election, sheet }, again) {
  const discard = actButton(t("sheet.discard"), async (intent) => {
    if (!confirm(t("sheet.discard_sure"))) return;
    await act(`/sheets/${sheet.sheet_id}/entry/discard`, {}, { intent });
    go(to("vote", election.election_id));
  }, { kind: "quiet" });
  return h("div", { class: "foot" },
    h("p", { class: "buttons" }, h("a", { class: "button", href: to("vote", election.election_id) }, t("sheet.put_down")), discard),
    dispute(sheet, again));
}

function teller(place, at, way, again) {
  const { sheet } = at;
  const held = HELD.includes(sheet.state) && sheet.reading > 0;
  const by = sheet.way || (way === "end" ? "" : way);
  if (held || (TO_READ.includes(sheet.state) && !sheet.reading && by)) {
    const end = () => again("end");
    if (way === "end" && held) return endPart(place, at, () => again(by), () => again());
    if (by === "ballots") return deskPart(place, at, [h("p", { class: "buttons" }, h("button", { type: "button", class: "main", onclick: end }, t("sheet.to_end"))), foot(at, again)]);
    return typedPart(place, at, foot(at, again), again);
  }
  if (sheet.state === "differences" && sheet.fields.length) return rereadPart(place, at, again);
  if (TO_READ.includes(sheet.state) && !sheet.reading) return put(place, choose(sheet.state === FIRST_DONE));
  return put(place, h("section", { class: "card" }, h("p", {}, t(`sheet.waits.${sheet.state}`))));
}

function watcher(place, at, again) {
  const { sheet } = at;
  const node = h("div", { class: "stack" });
  if (HELD.includes(sheet.state)) doubtfulPart(node, at);
  else put(node, h("section", { class: "card" }, h("p", {}, t(`sheet.waits.${sheet.state}`))));
  put(place, node, ["first_finalised", "differences", "disputed"].includes(sheet.state) && h("section", { class: "card" }, sendBack(sheet, again)));
}

async function draw(place, sheetId, way, again) {
  const sheet = await read(`/sheets/${sheetId}`);
  const election = await read(`/elections/${sheet.election_id}`);
  const sitting = await read(`/sittings/${election.sitting_id}`);
  const roles = sitting.officers.filter((each) => each.account_id === me.accountId).map((each) => each.role);
  const at = { sheet, election, sitting };
  const body = h("div", { class: "stack" });
  put(place, head(at), body);
  if (AGREED.includes(sheet.state)) signPart(body, at, roles, again);
  else if (roles.includes("teller")) teller(body, at, way, again);
  else if (roles.some((role) => WATCHING.includes(role))) watcher(body, at, again);
  else put(body, h("section", { class: "card" }, h("p", {}, t(`sheet.waits.${sheet.state}`))));
}

export async function sheetView(place, route) {
  let way = route.params.way ?? "";
  const again = async (next = way) => {
    way = next;
    await draw(place, route.argument, way, again);
  };
  await again();
}
