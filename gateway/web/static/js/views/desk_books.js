// Forms as workbooks: taken away to be filled in, brought back, judged cell by cell before anything is recorded.

import { download, Intent, upload } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { actButton, wordsOf } from "../parts/forms.js";
import { chip, panel, table } from "../parts/pieces.js";

const OUTCOMES = ["recorded", "sound", "unchanged", "unmarked", "refused", "waiting"];
const KINDS = { recorded: "good", sound: "good", unchanged: "soft", unmarked: "soft", refused: "bad", waiting: "warn" };
const ROWS_SHOWN = 500;

function saving(label, path, name) {
  return actButton(label, () => download(path, name), { kind: "" });
}

const faultLines = (receipt) => receipt.faults.map((fault) =>
  h("p", { class: "wrong" }, h("strong", {}, fault.cell), " ", fault.rule || fault.detail));

function receiptTable(found) {
  // What needs a hand stands first; the rest follows in the order of the file.
  const rows = [...found.receipts].sort((a, b) => (b.faults.length > 0) - (a.faults.length > 0)).slice(0, ROWS_SHOWN);
  return [
    table([
      [t("unit.name"), (row) => [row.unit_name || row.unit_code, h("small", {}, ` ${row.file}${row.line ? ` · ${t("books.line", { line: row.line })}` : ""}`)], "name"],
      [t("many.outcome"), (row) => [chip(t(`books.outcome.${row.outcome}`), KINDS[row.outcome]), faultLines(row)]],
    ], rows, { caption: t("many.receipts") }),
    found.receipts.length > rows.length && h("p", { class: "hint" }, t("books.more", { count: found.receipts.length - rows.length })),
  ];
}

function judged(found) {
  const counts = OUTCOMES.filter((name) => found[name] > 0).map((name) => h("li", {}, h("strong", {}, found[name]), h("span", {}, t(`books.outcome.${name}`))));
  const files = found.file_faults.map((fault) => h("li", {}, h("strong", {}, [fault.file, fault.sheet, fault.cell].filter(Boolean).join(" · ")), " ", fault.detail));
  return [
    counts.length > 0 && h("ul", { class: "numbers" }, counts),
    files.length > 0 && h("div", { class: "verdict bad", role: "alert" }, h("p", {}, t("books.files_refused")), h("ul", {}, files)),
    !found.complete && h("p", { class: "verdict bad" }, t("books.incomplete")),
    found.receipts.length > 0 && receiptTable(found),
  ];
}

/** What comes back: looked at first, then recorded. */
function returning(base, done) {
  const result = h("div", { "aria-live": "polite", class: "stack" });
  const input = h("input", { type: "file", id: "book-file", accept: ".xlsx,.zip", class: "unseen" });
  const record = (file) => actButton(t("books.record"), async (intent) => {
    const found = await upload(base, file, intent);
    put(result, h("p", { class: found.recorded ? "verdict good" : "verdict" }, t("books.recorded", { count: found.recorded })), judged(found));
    await done();
  });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    put(result, h("p", { class: "about" }, t("act.loading")));
    try {
      const found = await upload(`${base}?check_only=true`, file, new Intent());
      put(result, h("p", { class: "verdict" }, t(found.sound ? "books.ready" : "books.nothing", { name: file.name, count: found.sound })), found.sound > 0 && record(file), judged(found));
    } catch (error) {
      put(result, h("p", { class: "verdict bad", role: "alert" }, wordsOf(error)));
    }
  });
  return h("section", { class: "stack" }, h("h3", {}, t("books.bring")), h("p", { class: "about" }, t("books.bring_about")),
    h("div", { class: "file" }, input, h("label", { class: "button main", for: input.id }, t("books.choose"))), result);
}

/** The workbooks of a directive's form, for a unit; with `below`, those of the units below it too. `done` is told once something was recorded. */
export function booksPanel({ directive_id: directiveId, unit_id: unitId, title }, { own, below }, done) {
  const base = `/directives/${encodeURIComponent(directiveId)}/assignments/${encodeURIComponent(unitId)}/form`;
  panel(t("books.title"), [h("p", { class: "about strong" }, title),
    h("section", { class: "stack" }, h("h3", {}, t("books.take")), h("p", { class: "about" }, t(below ? "books.take_below" : "books.take_own")),
      h("div", { class: "buttons" },
        own && saving(t("books.own"), `${base}/workbook.xlsx`, `${title}.xlsx`),
        below && saving(t("books.table"), `${base}/table.xlsx`, `${title} ${t("books.table_name")}.xlsx`),
        below && saving(t("books.set"), `${base}/workbooks.zip`, `${title}.zip`))),
    returning(`${base}/workbooks`, done)]);
}
