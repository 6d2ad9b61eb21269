// The people who answer for a unit: who holds which post, a new post, and a post that changes hands.

import { act } from "../api.js";
import { h } from "../h.js";
import { t } from "../i18n.js";
import { has } from "../me.js";
import { field, form } from "../parts/forms.js";
import { chip, empty, say } from "../parts/pieces.js";

const yesNo = () => [["yes", t("post.yes")], ["no", t("post.no")]];
const acting = () => field("acting", t("post.acting"), { options: yesNo(), value: "no" });
const person = () => field("person_name", t("post.person"), { required: true, hint: t("post.person_hint") });

/** "yes" and "no" as the request has them. */
const asked = (given) => Object.fromEntries(Object.entries(given).map(([name, value]) => [name, ["acting", "first"].includes(name) ? value === "yes" : value]));

function holder(unit, held, redraw) {
  const path = `/units/${unit.unit_id}/posts/${held.post_id}/hand-over`;
  const handOver = form([person(), acting()], {
    label: t("post.hand_over"),
    submit: async (given, intent) => {
      const done = await act(path, asked(given), { intent });
      say(t("post.handed_over", { count: done.items_moved }));
      redraw();
    },
  });
  return h("li", { "data-post": held.post_id },
    h("p", {}, h("b", {}, held.person_name), " ", held.post_name, held.acting && t("desk.acting"), " ", held.first && chip(t("post.first"), "good")),
    has("operator", "unit_secretary") && h("details", {}, h("summary", {}, t("post.hand_over")), h("p", { class: "hint" }, t("post.hand_over_about")), handOver));
}

function appoint(unit, redraw) {
  const first = unit.holders.some((held) => held.first);
  return form([
    field("post_name", t("post.post"), { required: true, value: first ? "" : t("post.usual") }), person(),
    field("first", t("post.first"), { options: yesNo(), value: first ? "no" : "yes", hint: t("post.first_hint") }), acting(),
  ], {
    label: t("post.appoint"),
    submit: async (given, intent) => {
      await act(`/units/${unit.unit_id}/posts`, asked(given), { intent });
      say(t("post.appointed"));
      redraw();
    },
  });
}

/** A unit's posts; `redraw` shows them anew. */
export function postsOf(unit, redraw) {
  const may = has("operator", "unit_secretary") && unit.state === "active";
  return h("section", { class: "posts" },
    h("h3", {}, t("unit.holders")),
    unit.holders.length ? h("ul", { class: "plain" }, unit.holders.map((held) => holder(unit, held, redraw))) : empty(t("desk.no_holder")),
    may && h("details", { open: !unit.holders.length }, h("summary", {}, t("post.appoint")), appoint(unit, redraw)));
}
