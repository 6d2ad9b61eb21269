// Meetings: called with an agenda, held with counts and decisions; a decision becomes a directive in one step.

import { read } from "../api.js";
import { h } from "../h.js";
import { t } from "../i18n.js";
import { fileField } from "../parts/files.js";
import { field, form } from "../parts/forms.js";
import { chip } from "../parts/pieces.js";
import { to } from "../route.js";
import { deed, directiveForm, opened, progressText } from "./office_acts.js";
import { FILES, dateShown, dayField, long } from "./plan_shared.js";

const KINDS = ["leading_group", "standing_committee", "dispatch"];
const TITLE_CHARS_MAX = 60;

const linesOf = (text) => (text ?? "").split("\n").map((each) => each.trim()).filter(Boolean);
const count = (name, label) => field(name, label, { type: "number", min: "0", inputmode: "numeric", required: true });

/** The form that calls a meeting. */
export const callMeeting = ({ turnover, base }, done, close) => form([
  field("kind", t("meeting.kind"), { options: KINDS.map((key) => [key, t(`meeting.kind.${key}`)]), value: KINDS[0] }),
  dayField("day", t("meeting.day")),
  field("title", t("meeting.title"), { required: true, wide: true, maxlength: 200 }),
  field("place", t("meeting.place")),
  long("agenda", t("meeting.agenda"), { required: false, hint: t("meeting.line_each") }),
], {
  label: t("meeting.call"), cancel: close,
  submit: async (given, intent) => {
    await deed(`${base}/meetings`, { ...given, agenda: linesOf(given.agenda) }, intent, turnover, t("meeting.call"));
    await done();
  },
});

const hold = (row, { turnover, base }, done) => (close) => {
  const file = fileField("minutes_sha256", t("meeting.minutes"));
  return form([
    dayField("day", t("meeting.held_day"), { value: row.day }), count("entitled_count", t("meeting.entitled")), count("present_count", t("meeting.present")),
    long("decisions", t("meeting.decisions"), { required: false, rows: 5, hint: t("meeting.line_each") }), file.node,
  ], {
    label: t("meeting.hold"), cancel: close,
    submit: async (given, intent) => {
      const minutes = await file.keep(FILES);
      await deed(`${base}/meetings/${row.meeting_id}/hold`, { ...given, ...(minutes ? { minutes_sha256: minutes } : {}), decisions: linesOf(given.decisions) }, intent, turnover, t("meeting.hold"));
      await done();
    },
  });
};

const cancel = (row, { turnover, base }, done) => (close) => form([long("reason", t("desk.reason"))], {
  label: t("meeting.cancel"), danger: true, cancel: close,
  submit: async (given, intent) => { await deed(`${base}/meetings/${row.meeting_id}/cancel`, given, intent, turnover, t("meeting.cancel")); await done(); },
});

const assign = (row, each, scene, done) => (close) => directiveForm({
  path: `${scene.base}/meetings/${row.meeting_id}/assign`, more: { number: each.number }, scene,
  title: each.text.slice(0, TITLE_CHARS_MAX), text: each.text, label: t("office.assign"),
}, done, close);

const decision = (row, each, scene, done) => h("li", {},
  h("span", {}, `${each.number}. ${each.text} `),
  each.directive_id ? h("a", { href: to("status", scene.turnover.unit_id, { d: each.directive_id }) }, progressText(each)) : h("small", {}, progressText(each)),
  scene.office && !each.assigned && opened([[t("office.assign"), assign(row, each, scene, done)]]));

const before = (row, scene) => async () => {
  const whole = await read(`/meetings/${row.meeting_id}`);
  return whole.before.length
    ? h("div", {}, h("h3", {}, t("meeting.before")), h("ul", { class: "changes" }, whole.before.map((each) => decision(row, { ...each, assigned: true }, scene))))
    : h("p", { class: "told" }, t("meeting.before_none"));
};

/** One meeting: its agenda, what it decided, and what became of the last one's decisions. */
export function meetingLine(row, scene, done) {
  return h("li", { class: "below matter-line", "data-key": row.meeting_id },
    h("div", { class: "who" }, h("strong", {}, row.title), chip(t(`meeting.state.${row.state}`), row.state === "held" ? "good" : ""), h("span", {}, t(`meeting.kind.${row.kind}`)), h("span", {}, dateShown(row.day)), row.place && h("span", {}, row.place)),
    row.state === "held" && h("p", { class: "told" }, t("meeting.counts", { entitled: row.entitled_count, present: row.present_count })),
    row.agenda.length > 0 && h("details", { open: row.state === "called" }, h("summary", {}, t("meeting.agenda")), h("ol", { class: "agenda" }, row.agenda.map((each) => h("li", {}, each)))),
    row.decisions.length > 0 && h("ul", { class: "changes" }, row.decisions.map((each) => decision(row, each, scene, done))),
    opened([
      [t("meeting.before"), before(row, scene)],
      scene.office && row.state === "called" && [t("meeting.hold"), hold(row, scene, done)],
      scene.office && row.state === "called" && [t("meeting.cancel"), cancel(row, scene, done)],
    ]));
}
