// One vote's ballots, its two readings on one phone, and the paper that both sign.

import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { field } from "../parts/forms.js";
import { table } from "../parts/pieces.js";
import { ballotErrors, ballotWarnings, candidatesOf, COLUMNS, differ, digits, errorsOf, isWritten, merged, printedFields, warningsOf, writtenField, writtenName } from "./checks.js";
import { keepPhoto, photoOf } from "./draft.js";
import { presentOf } from "./prepare.js";
import { bound, counted, following, keep, page, redraw } from "./table.js";

const FIRST = 0;
// Named one by one: a phone that takes others turns them into these.
const PHOTO_TYPES = ["image/jpeg", "image/png"];
const PHOTO_BYTES_MAX = 20_000_000;

export function nameOfField(vote, path) {
  if (isWritten(path)) return t("small.written", { name: writtenName(path) });
  const [, place, column] = path.split(".");
  return column ? `${candidatesOf(vote)[place - 1]?.name ?? place} · ${t(`mark.${column}`)}` : t(`cell.${path}`);
}

const findingLine = (vote, [code, path, test]) => h("li", { "data-code": code },
  h("strong", {}, `${code} ${vote && (path.includes(".") || ["votes", "valid", "invalid"].includes(path)) ? nameOfField(vote, path) : t(`figure.${path}`)}`),
  h("span", {}, t(`wrong.${code}`), " ", h("span", { class: "test" }, test)), h("span", {}, t(`finding.${code}`)));

export const findings = (vote, found) => found.length > 0 && h("ul", { class: "findings", role: "alert" }, found.map((each) => findingLine(vote, each)));

// ---- ballots -----------------------------------------------------------------------------------------------------

const BALLOTS = ["printed", "issued", "returned", "unused_destroyed"];

export function ballotsLack(vote) {
  if (BALLOTS.some((name) => digits(vote[name]) === null)) return [t("small.lack.ballots")];
  return ballotErrors(vote, presentOf()).map(([code, name, test]) => `${code} ${t(`figure.${name}`)}${t("list.colon")}${test}`);
}

export const ballotsStep = (vote) => h("div", {},
  h("p", { class: "hint" }, t("small.boxes")),
  h("fieldset", { disabled: Boolean(vote.agreed) }, h("div", { class: "fields" }, BALLOTS.map((name) => counted(vote, name, t(`figure.${name}`), { required: true })))),
  following(() => findings(null, ballotErrors(vote, presentOf()))));

// ---- readings ------------------------------------------------------------------------------------------------------

const start = () => ({ who: FIRST, again: false, hand: false });
const readerName = (who) => (who === FIRST ? page.draft.first : page.draft.second);

/** Both readings are put away and begun anew. */
export function readAnew(vote, why = "") {
  Object.assign(vote, { stage: start(), readings: [{}, {}], totals: [null, null], differing: [], again: [{}, {}], agreed: null, said: why, photo: "", explanations: {} });
  redraw();
}

function numbersOf(vote, reading) {
  const cells = {};
  for (const path of printedFields(vote)) cells[path] = digits(reading.cells?.[path]);
  for (const { name, text } of reading.written ?? []) if (name.trim()) cells[writtenField(name.trim())] = digits(text);
  return cells;
}

function handOver(vote) {
  const to = readerName(vote.stage.who);
  const begin = () => { vote.stage.hand = false; redraw(); };
  return h("div", { class: "hand" },
    h("p", { class: "big" }, t("small.hand_to", { name: to })),
    h("p", {}, t("small.put_away")),
    h("button", { type: "button", class: "main", onclick: begin }, t("small.i_am", { name: to })));
}

function cellField(cells, path, label) {
  const node = field(path, label, { inputmode: "numeric", autocomplete: "off", value: cells[path] });
  const input = node.querySelector("input");
  input.addEventListener("input", () => { cells[path] = input.value; keep(); });
  return node;
}

function writtenFields(reading) {
  reading.written ??= [];
  const node = h("div", { class: "written" });
  const draw = () => put(node,
    reading.written.map((each, number) => h("div", { class: "fields" },
      bound(each, "name", t("small.written_name", { number: number + 1 })), counted(each, "text", t("mark.approve")))),
    h("button", { type: "button", class: "quiet wide", onclick: () => { reading.written.push({ name: "", text: "" }); keep(); draw(); } }, t("small.add_written")));
  draw();
  return node;
}

function whole(vote) {
  const reading = vote.readings[vote.stage.who];
  reading.cells ??= {};
  const zeros = () => {
    for (const path of printedFields(vote)) if (!String(reading.cells[path] ?? "").trim()) reading.cells[path] = "0";
    redraw();
  };
  return [
    h("div", { class: "fields three" }, ["votes", "valid", "invalid"].map((name) => cellField(reading.cells, name, t(`cell.${name}`)))),
    candidatesOf(vote).map((each, place) => h("fieldset", { class: "line" }, h("legend", {}, each.name),
      h("div", { class: "fields four" }, COLUMNS.map((column) => cellField(reading.cells, `candidates.${place + 1}.${column}`, t(`mark.${column}`)))))),
    vote.round !== "tie_revote" && writtenFields(reading),
    h("button", { type: "button", class: "quiet", onclick: zeros }, t("small.rest_zero")),
  ];
}

const only = (vote) => h("div", { class: "fields" }, vote.differing.map((path) => cellField(vote.again[vote.stage.who], path, nameOfField(vote, path))));

function agree(vote, cells) {
  Object.assign(vote, { agreed: cells, readings: [{}, {}], totals: [null, null], again: [{}, {}], differing: [], said: "" });
  page.draft.open = `paper:${page.draft.votes.indexOf(vote)}`;
  redraw();
}

function compare(vote) {
  const [one, other] = vote.totals;
  const differing = differ(one, other);
  if (differing.length) {
    Object.assign(vote, { differing, again: [{}, {}], stage: { who: vote.stage.who, again: true, hand: false }, said: t("small.differ", { count: differing.length }) });
    return redraw();
  }
  if (errorsOf(vote, one).length) return readAnew(vote, t("small.contradicts"));
  return agree(vote, one);
}

function next(vote) {
  vote.stage = { ...vote.stage, who: 1 - vote.stage.who, hand: true };
  vote.said = "";
  redraw();
}

function finishWhole(vote) {
  const cells = numbersOf(vote, vote.readings[vote.stage.who]);
  const missing = Object.keys(cells).filter((path) => cells[path] === null);
  if (missing.length) return [h("p", {}, t("small.lack.cells", { field: nameOfField(vote, missing[0]), count: missing.length }))];
  const errors = errorsOf(vote, cells);
  if (errors.length) return [findings(vote, errors)];
  vote.totals[vote.stage.who] = cells;
  vote.readings[vote.stage.who] = {};
  if (vote.stage.who === FIRST) next(vote);
  else compare(vote);
  return [];
}

function finishAgain(vote) {
  const mine = vote.again[vote.stage.who];
  const missing = vote.differing.filter((path) => digits(mine[path]) === null);
  if (missing.length) return [h("p", {}, t("small.lack.cells", { field: nameOfField(vote, missing[0]), count: missing.length }))];
  const other = vote.again[1 - vote.stage.who];
  if (vote.differing.some((path) => digits(other[path]) === null)) {
    next(vote);
    return [];
  }
  vote.totals = vote.totals.map((cells, who) => merged(cells, Object.fromEntries(vote.differing.map((path) => [path, digits(vote.again[who][path])]))));
  compare(vote);
  return [];
}

export function readStep(vote) {
  if (vote.agreed) return h("div", {}, h("p", { class: "sum" }, t("small.agreed")), h("button", { type: "button", class: "quiet", onclick: () => readAnew(vote) }, t("small.read_anew")));
  if (vote.stage.hand) return handOver(vote);
  const said = h("div", { class: "said", role: "alert" });
  const finish = () => put(said, vote.stage.again ? finishAgain(vote) : finishWhole(vote));
  return h("div", { class: "reading" },
    h("p", { class: "who" }, t(vote.stage.who === FIRST ? "small.reads_first" : "small.reads_second", { name: readerName(vote.stage.who) })),
    vote.said && h("p", { class: "warn" }, vote.said),
    vote.stage.again ? only(vote) : whole(vote),
    said,
    h("p", { class: "buttons" }, h("button", { type: "button", class: "main next", onclick: finish }, t("small.read_done")),
      vote.stage.again && h("button", { type: "button", class: "quiet", onclick: () => readAnew(vote) }, t("small.read_anew"))));
}

// ---- the paper -----------------------------------------------------------------------------------------------------

const unusual = (vote) => [...warningsOf(vote, vote.agreed ?? {}), ...ballotWarnings(vote, presentOf())];

export function paperLacks(vote) {
  return [
    unusual(vote).some(([code]) => !vote.explanations[code]?.trim()) && t("small.lack.explanation"),
    !vote.photo && t("small.lack.photo"),
  ].filter(Boolean);
}

// As on the paper: the ballots, a line for each candidate, the names written in.
const totals = (vote) => h("div", { class: "totals" },
  h("p", { class: "sum" }, ["votes", "valid", "invalid"].map((name) => `${t(`cell.${name}`)} ${vote.agreed[name]}`).join(t("list.separator"))),
  table([[t("small.name"), ({ name }) => name, "name"], ...COLUMNS.map((column) => [t(`mark.${column}`), ({ cells }) => cells[column] ?? "—", "count"])], [
    ...candidatesOf(vote).map(({ name }, place) => ({ name, cells: Object.fromEntries(COLUMNS.map((column) => [column, vote.agreed[`candidates.${place + 1}.${column}`]])) })),
    ...Object.keys(vote.agreed).filter(isWritten).map((path) => ({ name: nameOfField(vote, path), cells: { approve: vote.agreed[path] } })),
  ], { caption: t("small.totals") }));

const explained = (vote) => Object.values(Object.fromEntries(unusual(vote).map((each) => [each[0], each]))).map((found) => [
  findings(vote, [found]), bound(vote.explanations, found[0], t("small.explanation"), { rows: 2, required: true })]);

async function show(place, number) {
  const file = await photoOf(number).catch(() => null);
  if (!file) return;
  const reader = new FileReader();
  reader.onload = () => put(place, h("img", { class: "photo", src: reader.result, alt: t("small.photo") }));
  reader.readAsDataURL(file);
}

function photoField(vote, number, place) {
  const node = h("div", { class: "field", "data-field": "photo" },
    h("label", { class: "button main take" }, t(vote.photo ? "small.photo_again" : "small.photo_take"), h("input", { type: "file", name: "photo", accept: PHOTO_TYPES.join(","), capture: "environment", class: "unseen" })),
    h("p", { class: "hint" }, t("small.photo_hint")), h("p", { class: "wrong" }));
  node.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return undefined;
    if (!PHOTO_TYPES.includes(file.type)) return put(node.querySelector(".wrong"), t("small.photo_type"));
    if (file.size > PHOTO_BYTES_MAX) return put(node.querySelector(".wrong"), t("small.photo_large"));
    await keepPhoto(number, file);
    Object.assign(vote, { photo: file.name || "photo", kept: null });
    keep();
    return show(place, number);
  });
  return node;
}

export function paperStep(vote, number) {
  const place = h("div", {});
  if (vote.photo) show(place, number);
  return h("div", {}, h("p", { class: "hint" }, t("small.copy")), totals(vote), explained(vote), photoField(vote, number, place), place);
}
