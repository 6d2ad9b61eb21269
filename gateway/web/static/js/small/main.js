// The small sitting: a branch's whole election on one phone, also where there is no network.

import { whenSignedOut } from "../api.js";
import { h, put } from "../h.js";
import { language, preferred, speak, t } from "../i18n.js";
import { forget } from "../me.js";
import { say } from "../parts/pieces.js";
import { ballotsLack, ballotsStep, paperLacks, paperStep, readStep } from "./count.js";
import { blankDraft, lastRecorded, wipe } from "./draft.js";
import { keepPage } from "./offline.js";
import { meetingLacks, meetingStep, rollLacks, rollStep, titleOf, votesLack, votesStep } from "./prepare.js";
import { recordedView, sendStep } from "./send.js";
import { drawnBy, page, redraw } from "./table.js";

const top = document.getElementById("top");
const main = document.getElementById("main");
// Whether the page is kept for a place without a network, in the language of the moment.
let keptNote = () => null;

/** Every step in its order: what it still lacks, and what it shows. */
function stepsOf(draft) {
  const shared = [
    { id: "votes", title: t("small.step.votes"), lacks: () => votesLack(draft), body: () => votesStep(draft) },
    !draft.sitting_id && { id: "roll", title: t("small.step.roll"), lacks: () => rollLacks(draft), body: () => rollStep(draft) },
    !draft.sitting_id && { id: "meeting", title: t("small.step.meeting"), lacks: () => meetingLacks(draft), body: () => meetingStep(draft) },
  ].filter(Boolean);
  const many = draft.votes.length > 1;
  const counts = draft.votes.flatMap((vote, number) => {
    const of = (name) => (many ? `${titleOf(vote)} · ${t(`small.step.${name}`)}` : t(`small.step.${name}`));
    return [
      { id: `ballots:${number}`, title: of("ballots"), lacks: () => ballotsLack(vote), body: () => ballotsStep(vote) },
      { id: `read:${number}`, title: of("read"), lacks: () => (vote.agreed ? [] : [t("small.lack.read")]), body: () => readStep(vote) },
      { id: `paper:${number}`, title: of("paper"), lacks: () => paperLacks(vote), body: () => paperStep(vote, number) },
    ];
  });
  return [...shared, ...counts, { id: "send", title: t("small.step.send"), lacks: () => [t("small.lack.send")], body: () => sendStep(draft) }];
}

const openStep = (id) => { page.draft.open = id; redraw(); };

function goOn(steps, number, said) {
  const lacks = steps[number].lacks();
  if (lacks.length) return put(said, h("ul", {}, lacks.map((lack) => h("li", {}, lack))));
  openStep(steps[number + 1].id);
  return scrollTo({ top: 0 });
}

function stepCard(steps, number, first) {
  const step = steps[number];
  const open = page.draft.open === step.id;
  const done = !step.lacks().length;
  const reachable = number <= first;
  const head = h("h2", {}, h("button", { type: "button", class: "step", "aria-expanded": String(open), disabled: !reachable, onclick: () => openStep(step.id) },
    h("span", { class: "number" }, done ? "✓" : number + 1), h("span", {}, step.title)));
  if (!open || !reachable) return h("section", { class: `card step ${done ? "done" : ""}`, "data-step": step.id }, head);
  const said = h("div", { class: "said", role: "alert" });
  const reading = step.id.startsWith("read:") && !done;
  return h("section", { class: `card step open ${done ? "done" : ""}`, "data-step": step.id }, head, step.body(),
    step.id !== "send" && !reading && [said, h("p", { class: "buttons" }, h("button", { type: "button", class: "main next", onclick: () => goOn(steps, number, said) }, t("small.next")))]);
}

async function dropAll() {
  if (!confirm(t("small.drop_sure"))) return;
  await wipe();
  page.draft = blankDraft();
  redraw();
}

function drawHead() {
  const other = language() === "zh" ? "en" : "zh";
  document.title = `${t("small.heading")} · ${t("brand")}`;
  put(top, h("div", { class: "topbar" },
    h("a", { class: "brand", href: "/" }, h("img", { src: "/img/mark.svg", alt: "", width: "28", height: "28" }), h("span", { class: "name" }, t("brand"))),
    h("div", { class: "end" }, keptNote(), h("button", { type: "button", class: "quiet", lang: other === "zh" ? "zh-CN" : "en", onclick: () => speak(other).then(draw) }, t(`language.${other}`)))));
}

function draw() {
  drawHead();
  const recorded = page.recorded && lastRecorded();
  const place = h("div", { class: "view small" });
  put(main, place);
  if (recorded) return recordedView(place, recorded);
  const steps = stepsOf(page.draft);
  const waiting = steps.findIndex((step) => step.lacks().length);
  // What was sent and not answered is not changed until it is known what became of it.
  const shown = page.draft.sentBy ? steps.slice(-1) : steps;
  const first = page.draft.sentBy ? 0 : waiting;
  if (page.draft.sentBy) page.draft.open = "send";
  if (!shown.some((step, number) => step.id === page.draft.open && number <= first)) page.draft.open = shown[Math.min(first, shown.length - 1)].id;
  put(place,
    h("header", { class: "page" }, h("div", {}, h("h1", {}, t("small.heading")), h("p", { class: "about" }, t("small.about")))),
    shown.map((_, number) => stepCard(shown, number, first)),
    !page.draft.sentBy && h("p", { class: "buttons end" }, h("button", { type: "button", class: "quiet", onclick: dropAll }, t("small.drop"))));
  return undefined;
}

async function start() {
  await speak(preferred());
  page.recorded = Boolean(lastRecorded());
  whenSignedOut(() => {
    forget();
    say(t("error.signed_out"));
  });
  drawnBy(draw);
  draw();
  await keepPage((make) => {
    keptNote = make;
    drawHead();
  });
}

start();
