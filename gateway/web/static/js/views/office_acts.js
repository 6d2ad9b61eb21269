// Acts on an entry of the office: each opens its form below the entry, and the entry is drawn anew when it is done.

import { act } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { field, form } from "../parts/forms.js";
import { say } from "../parts/pieces.js";
import { dayField, long, warningText } from "./plan_shared.js";

/** Sends what a form gave, with the files it keeps; warnings of the answer are said. */
export async function deed(path, given, intent, { unit_id }, label) {
  const answer = await act(path, { ...given, unit_id }, { intent });
  say([label, ...(answer.warnings ?? []).map(warningText)].join(" "));
  return answer;
}

/** Buttons that open forms in one place: [[label, make(close)], …]. */
export function opened(acts) {
  const place = h("div", { class: "place" });
  const close = () => put(place);
  const buttons = acts.filter(Boolean).map(([label, make]) => h("button", { type: "button", class: "quiet", onclick: async () => {
    put(place, h("div", { class: "act-form" }, await make(close)));
    place.querySelector("input, select, textarea")?.focus();
  } }, label));
  return buttons.length > 0 && [h("div", { class: "acts" }, buttons), place];
}

/** The form that makes something a directive: what, of whom, by when. */
export const directiveForm = ({ path, more, scene, title, text, label }, done, close) => form([
  field("title", t("issue.title"), { required: true, wide: true, maxlength: 200, value: title }),
  long("text", t("issue.text"), { value: text }),
  dayField("done_by_day", t("office.done_by"), { value: undefined }),
  field("urgency", t("issue.urgency"), { options: ["ordinary", "urgent", "immediate"].map((key) => [key, t(`urgency.${key}`)]), value: "ordinary" }),
], {
  label, cancel: close,
  submit: async (given, intent) => {
    await deed(path, { ...more, directive: { ...given, scope: { subtree_unit_id: scene.turnover.unit_id } } }, intent, scene.turnover, label);
    await done();
  },
});

/** Where the decision stands that became a directive. */
export const progressText = (each) => t(each.withdrawn ? "office.withdrawn" : each.assigned ? "office.progress" : "office.not_assigned", { done: each.units_done, due: each.units_due });
