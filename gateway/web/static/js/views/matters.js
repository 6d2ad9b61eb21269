// What comes up: a unit's matters, what waits for its answer, what all may read, questions of the public, good practice.

import { act, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has } from "../me.js";
import { evidenceField, evidenceLink } from "../parts/evidence.js";
import { field, form } from "../parts/forms.js";
import { chip, say, section } from "../parts/pieces.js";
import { dateText, dayText, fromLocal, nowUs, toLocal } from "../time.js";
import { lines, offers, tabs } from "./lines.js";
import { lightChip, ownUnit } from "./today.js";

const TOPICS = ["procedure", "schedule", "delegates", "conditions", "organisation", "membership", "materials", "venue", "system", "discipline", "burden", "other"];
const KINDS = ["question", "difficulty", "concern"];
const CHANNELS = ["hotline", "visit", "letter", "meeting", "network", "media", "other"];
const MINUTES_PER_DAY = 1440;

const topicName = (topic) => t(`topic.${topic}`);
const long = (name, label, extra = {}) => field(name, label, { rows: 4, wide: true, required: true, ...extra });
const topics = (value) => field("topic", t("matter.topic"), { options: TOPICS.map((topic) => [topic, topicName(topic)]), value });
const reason = () => long("reason", t("desk.reason"));

const MATTER_ACTS = {
  AnswerMatter: { path: (row) => `/matters/${row.matter_id}/answer`, fields: () => [long("answer", t("matter.answer"))] },
  PassMatterUp: { path: (row) => `/matters/${row.matter_id}/pass-up`, fields: () => [long("note", t("matter.note"), { required: false })] },
  PublishMatterAnswer: {
    path: (row) => `/matters/${row.matter_id}/publish`,
    fields: (row) => [long("question", t("matter.public_question"), { value: row.text, hint: t("matter.publish_hint") }), long("answer", t("matter.answer"), { value: row.answer })],
  },
  SettleMatter: { path: (row) => `/matters/${row.matter_id}/settle` },
  ReopenMatter: { path: (row) => `/matters/${row.matter_id}/reopen`, fields: () => [reason()] },
};
const QUESTION_ACTS = {
  DraftPublicAnswer: { path: (row) => `/public-questions/${row.question_id}/draft`, fields: (row) => [long("answer", t("matter.answer"), { value: row.answer || undefined })] },
  ApprovePublicAnswer: { path: (row) => `/public-questions/${row.question_id}/approve` },
  SendBackPublicAnswer: { path: (row) => `/public-questions/${row.question_id}/send-back`, fields: () => [reason()] },
  PublishPublicAnswer: { path: (row) => `/public-questions/${row.question_id}/publish` },
};
const held = (row) => row.evidence.map((sha) => ({ unit_id: row.unit_id, file_sha256: sha }));
const showsPersons = (given) => ({ ...given, shows_persons: Boolean(given.consent) });
/** What a method says; `row`: one that came back, else nothing. */
const methodFields = (unitId, row) => [topics(row?.topic), field("title", t("practice.title"), { required: true, value: row?.title }), long("method", t("practice.method"), { value: row?.method }),
  evidenceField(unitId, "", { held: row ? held(row) : [] }), field("evidence_reference", t("practice.evidence"), { wide: true, hint: t("practice.evidence_hint"), value: row?.evidence_reference || undefined }),
  field("consent", t("practice.consent"), { wide: true, hint: t("practice.consent_hint"), value: row?.consent || undefined })];
const PRACTICE_ACTS = {
  SubmitPractice: {
    path: (row) => `/units/${row.unit_id}/practices`,
    fields: (row) => methodFields(row.unit_id, row),
    content: (given, row) => ({ ...showsPersons(given), practice_id: row.practice_id }),
  },
  PublishPractice: { path: (row) => `/practices/${row.practice_id}/publish` },
  ReturnPractice: { path: (row) => `/practices/${row.practice_id}/return`, fields: () => [reason()] },
};

const entry = (head, texts, row, acts, refresh) => h("li", { class: "below matter-line" },
  h("div", { class: "who" }, head), texts.filter(Boolean).map((text) => h("p", { class: "told" }, text)), acts && offers(row, acts, refresh));

const matterLine = (row, refresh) => entry(
  [chip(topicName(row.topic), "soft"), h("strong", {}, row.unit_name), chip(t(`matter.state.${row.state}`), row.state === "settled" ? "good" : ""), lightChip(row.light),
    row.state === "waiting" && h("span", { class: "due" }, t("matter.owed", { unit: row.owner_unit_name, day: dayText(row.due_us) }))],
  [row.text, row.answer && h("span", {}, h("strong", {}, t("matter.answer")), " ", row.answer)], row, MATTER_ACTS, refresh);

const questionLine = (row, refresh) => entry(
  [chip(topicName(row.topic), "soft"), h("span", {}, t(`channel.${row.channel}`)), h("span", { class: "due" }, dateText(row.asked_us)),
    chip(t(`public.state.${row.state}`), row.state === "published" ? "good" : ""), lightChip(row.light),
    row.state === "published" && h("span", { class: "due" }, t("public.taken", { days: Math.floor(row.taken_working_minutes / MINUTES_PER_DAY), hours: Math.floor((row.taken_working_minutes % MINUTES_PER_DAY) / 60) }))],
  [row.question, row.answer && h("span", {}, h("strong", {}, t("matter.answer")), " ", row.answer), row.send_back_reason && `${t("desk.returned")}${row.send_back_reason}`],
  row, QUESTION_ACTS, refresh);

const practiceLine = (row, refresh) => entry(
  [chip(topicName(row.topic), "soft"), h("strong", {}, row.title), h("span", {}, row.unit_name), chip(t(`practice.state.${row.state}`), row.state === "published" ? "good" : "")],
  [row.method, row.evidence.length > 0 && h("span", {}, h("strong", {}, t("evidence.label")), held(row).map((file) => [" ", evidenceLink(file)])), row.evidence_reference && t("practice.kept", { place: row.evidence_reference }),
    row.consent && h("span", {}, h("strong", {}, t("practice.consent")), " ", row.consent), row.return_reason && `${t("desk.returned")}${row.return_reason}`],
  row, PRACTICE_ACTS, refresh);

const answerLine = (row) => entry(
  [chip(topicName(row.topic), "soft"), h("strong", {}, row.question)], [row.answer, `${row.by_unit_name} ${dateText(row.published_us)}`], row);

function sending(fields, label, path, after, content = (given) => given) {
  const submit = async (given, intent) => {
    await act(path, content(given), { intent });
    say(label);
    await after();
  };
  return form(fields, { label, submit });
}

async function raising(place, unitId) {
  const list = h("div", {});
  const again = () => raising(place, unitId);
  const fields = [topics(), field("kind", t("matter.kind"), { options: KINDS.map((kind) => [kind, t(`matter.kind.${kind}`)]) }), long("text", t("matter.text"), { hint: t("matter.text_hint") })];
  put(place, has("unit_secretary", "unit_reporter") && section(t("matter.raise"), { about: t("matter.raise_about") }, sending(fields, t("act.RaiseMatter"), `/units/${unitId}/matters`, again)),
    section(t("matter.raised"), {}, list));
  await lines(list, `/units/${unitId}/matters`, matterLine, { none: t("matter.none_raised") });
}

async function asking(place, unitId) {
  const list = h("div", {});
  const again = () => asking(place, unitId);
  const fields = [topics(), field("channel", t("public.channel"), { options: CHANNELS.map((channel) => [channel, t(`channel.${channel}`)]) }),
    field("asked", t("public.asked"), { type: "date", required: true, value: toLocal(nowUs()).slice(0, 10) }), long("question", t("public.question"), { hint: t("public.question_hint") })];
  const content = ({ asked, ...given }) => ({ ...given, asked_us: fromLocal(`${asked}T00:00`) });
  put(place, section(t("public.enter"), { about: t("public.about") }, sending(fields, t("act.EnterPublicQuestion"), `/units/${unitId}/public-questions`, again, content)),
    section(t("public.entered"), {}, list));
  await lines(list, `/units/${unitId}/public-questions`, questionLine, { none: t("public.none") });
}

async function practising(place, unitId) {
  const [own, waiting, published] = [h("div", {}), h("div", {}), h("div", {})];
  const again = () => practising(place, unitId);
  const submits = has("unit_secretary", "unit_reporter");
  put(place, submits && section(t("practice.submit"), { about: t("practice.about") }, sending(methodFields(unitId), t("act.SubmitPractice"), `/units/${unitId}/practices`, again, showsPersons)),
    submits && section(t("practice.own"), {}, own), has("operator") && section(t("practice.waiting"), {}, waiting), section(t("practice.published"), {}, published));
  const none = t("practice.none");
  if (submits) await lines(own, `/units/${unitId}/practices`, (row) => practiceLine(row, again), { none });
  if (has("operator")) await lines(waiting, `/units/${unitId}/practices/waiting`, (row) => practiceLine(row, again), { none });
  await lines(published, "/practices", practiceLine, { none });
}

export async function mattersView(place, route) {
  const unitId = route.argument || ownUnit();
  const tab = route.params.tab ?? "";
  const unit = await read(`/units/${unitId}`);
  const body = h("div", { class: "stack" });
  const named = [["", t("matter.tab.raised")], ["owed", t("matter.tab.owed")], ["published", t("matter.tab.published")], has("operator") && ["public", t("matter.tab.public")], ["practice", t("matter.tab.practice")]].filter(Boolean);
  put(place, h("header", { class: "page" }, h("div", {}, h("h1", {}, t("nav.matters")), h("p", { class: "about" }, unit.name)), tabs(t("nav.matters"), tab, named)), body);
  if (tab === "public") return asking(body, unitId);
  if (tab === "practice") return practising(body, unitId);
  if (tab === "owed") return lists(body, t("matter.owed_list"), `/units/${unitId}/matters/owed`, matterLine, t("matter.none_owed"));
  if (tab === "published") return lists(body, t("matter.published"), "/published-answers", answerLine, t("matter.none_published"));
  return raising(body, unitId);
}

async function lists(place, title, path, draw, none) {
  const list = h("div", {});
  put(place, section(title, {}, list));
  await lines(list, path, draw, { none });
}
