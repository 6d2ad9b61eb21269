// The fields of a tally sheet: their names, their figures, what is wrong with them.

import { h } from "../h.js";
import { t } from "../i18n.js";
import { field } from "../parts/forms.js";
import { table } from "../parts/pieces.js";

export const COLUMNS = ["approve", "disapprove", "abstain", "unreadable"];
export const BALLOTS = ["votes", "valid", "invalid"];

export const isWritten = (path) => path.startsWith("write_ins.");
export const writtenName = (path) => path.replace(/^write_ins\./, "").replace(/\.approve$/, "");
export const cellsOf = (sheet) => Object.fromEntries(sheet.cells.map((cell) => [cell.field, cell.text]));

/** What a field is called. */
export function nameOfField(election, path) {
  if (isWritten(path)) return t("sheet.written", { name: writtenName(path) });
  const [, id, column] = path.split(".");
  const name = election.candidates.find((each) => each.candidate_id === id)?.name;
  if (name) return column ? `${name} · ${t(`mark.${column}`)}` : name;
  return BALLOTS.includes(path) ? t(`cell.${path}`) : t("sheet.whole");
}

/** What is wrong, or wants a reason, in the words for tellers. */
export const findings = (election, found) => found.length > 0 && h("ul", { class: "findings", role: "alert" }, found.map((each) => h("li", { "data-code": each.code },
  h("strong", {}, `${each.code} ${nameOfField(election, each.field)}`),
  h("span", {}, t(`wrong.${each.code}`), " ", h("span", { class: "test" }, each.test)), h("span", {}, t(`finding.${each.code}`)))));

/** The figures of a sheet, as on the paper. */
export function figures(election, cells) {
  const rows = [
    ...election.candidates.map((each) => ({ name: each.name, of: (column) => cells[`candidates.${each.candidate_id}.${column}`] })),
    ...Object.keys(cells).filter(isWritten).map((path) => ({ name: t("sheet.written", { name: writtenName(path) }), of: (column) => (column === "approve" ? cells[path] : "—") })),
  ];
  return h("div", { class: "totals" },
    h("p", { class: "sum" }, BALLOTS.map((name) => `${t(`cell.${name}`)} ${cells[name] ?? "—"}`).join(t("list.separator"))),
    table([[t("small.name"), (row) => row.name, "name"], ...COLUMNS.map((column) => [t(`mark.${column}`), (row) => row.of(column) ?? "—", "count"])], rows, { caption: t("sheet.figures") }));
}

/** A field for a figure. */
export const numberField = (path, label, value) => field(path, label, { inputmode: "numeric", autocomplete: "off", value });

/** A field for each warning's reason; `explanationsOf` reads them. */
export const reasonFields = (election, warnings) => Object.values(Object.fromEntries(warnings.map((each) => [each.code, each]))).map((each) => [
  findings(election, [each]), field(`why.${each.code}`, t("small.explanation"), { rows: 2, wide: true, required: true })]);

export const explanationsOf = (given) => Object.entries(given).filter(([name]) => name.startsWith("why.")).map(([name, text]) => ({ code: name.slice(4), text }));
