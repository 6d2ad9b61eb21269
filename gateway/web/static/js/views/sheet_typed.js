// A group's sheet typed from paper, the end of a reading, and reading again the fields that differ.

import { act } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { field, form, values, wordsOf } from "../parts/forms.js";
import { BALLOTS, cellsOf, COLUMNS, explanationsOf, figures, findings, isWritten, nameOfField, numberField, reasonFields, writtenName } from "./sheet_cells.js";

const typed = (cells) => Object.entries(cells).map(([path, text]) => ({ field: path, text: String(text) }));

/** Names written in, each with its number; `writtenCells` reads them. */
function writtenRows(cells) {
  const rows = h("div", { class: "written" });
  const row = (name = "", text = "") => h("div", { class: "fields" }, field("written_name", t("pad.write_in"), { value: name, autocomplete: "off" }), field("written_votes", t("mark.approve"), { value: text, inputmode: "numeric", autocomplete: "off" }));
  put(rows, Object.entries(cells).filter(([path]) => isWritten(path)).map(([path, text]) => row(writtenName(path), text)));
  return [rows, h("button", { type: "button", class: "quiet wide", onclick: () => rows.append(row()) }, t("small.add_written"))];
}

function cellsIn(node) {
  const cells = Object.fromEntries(Object.entries(values(node)).filter(([name]) => BALLOTS.includes(name) || name.startsWith("candidates.")));
  const names = [...node.querySelectorAll("[name=written_name]")];
  const votes = [...node.querySelectorAll("[name=written_votes]")];
  names.forEach((name, place) => { if (name.value.trim() && votes[place].value.trim()) cells[`write_ins.${name.value.trim()}.approve`] = votes[place].value.trim(); });
  return cells;
}

/** Typing a whole sheet: what is typed is kept as it is typed. */
export function typedPart(place, { election, sheet }, foot, done) {
  const cells = cellsOf(sheet);
  const keep = (node) => act(`/sheets/${sheet.sheet_id}/entry`, { cells: typed(cellsIn(node)) });
  const node = form([
    h("div", { class: "field wide" }, h("div", { class: "fields three" }, BALLOTS.map((name) => numberField(name, t(`cell.${name}`), cells[name])))),
    election.candidates.map((each) => h("fieldset", { class: "field wide line" }, h("legend", {}, `${each.number}. ${each.name}`),
      h("div", { class: "fields four" }, COLUMNS.map((column) => numberField(`candidates.${each.candidate_id}.${column}`, t(`mark.${column}`), cells[`candidates.${each.candidate_id}.${column}`]))))),
    election.round !== "tie_revote" && h("div", { class: "field wide" }, writtenRows(cells)),
  ], {
    label: t("sheet.to_end"),
    submit: async () => {
      await keep(node);
      await done("end");
    },
  });
  const kept = h("p", { class: "hint", role: "status" });
  node.addEventListener("change", async () => {
    try {
      await keep(node);
      put(kept, t("sheet.kept"));
    } catch (error) {
      put(kept, h("span", { class: "wrong" }, wordsOf(error)));
    }
  });
  put(place, h("section", { class: "card reading" }, h("h2", {}, t("sheet.typed")), h("p", { class: "about" }, t("sheet.typed_about")), node, kept, foot));
}

/** The end of a reading: the own figures once more, what is wrong, the reasons asked for. */
export function endPart(place, { election, sheet }, back, done) {
  const errors = sheet.findings.filter((each) => each.code.startsWith("F"));
  const warnings = sheet.findings.filter((each) => each.code.startsWith("W"));
  const node = form(reasonFields(election, warnings), {
    label: t("sheet.finish"),
    submit: async (given, intent) => {
      await act(`/sheets/${sheet.sheet_id}/entry/finalise`, { explanations: explanationsOf(given) }, { intent });
      await done();
    },
    cancel: back,
  });
  put(place, h("section", { class: "card" }, h("h2", {}, t("sheet.end")), figures(election, cellsOf(sheet)),
    sheet.doubtful > 0 && h("p", { class: "warn" }, t("desk_count.doubtful", { count: sheet.doubtful })),
    errors.length ? [findings(election, errors), h("p", { class: "buttons" }, h("button", { type: "button", class: "main", onclick: back }, t("sheet.back")))] : node));
}

/** The fields that differ, blank, read again from paper. */
export function rereadPart(place, { election, sheet }, done) {
  const node = form(sheet.fields.map((path) => numberField(path, nameOfField(election, path))), {
    label: t("small.read_done"),
    submit: async (given, intent) => {
      await act(`/sheets/${sheet.sheet_id}/reread`, { cells: typed(given) }, { intent });
      await done();
    },
  });
  put(place, h("section", { class: "card reading" }, h("h2", {}, t("sheet.differ")), h("p", { class: "warn" }, t("sheet.differ_about", { count: sheet.fields.length })), node));
}
