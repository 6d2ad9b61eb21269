// One act on many assignments: boxes in the entries, a bar for what was chosen, a receipt a row, and the way back.

import { act, Intent } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { actButton } from "../parts/forms.js";
import { chip, section, table } from "../parts/pieces.js";

const ROWS_MAX = 500;
// What the service takes back, by its own name of the act.
const UNDONE_BY = { receive: "receive", name: "name", verify: "verify", remind: "remind" };

// A receipt stands beside the unit's name: its id says nothing more.
const withoutIds = (detail) => detail.replace(/\s*[（(]unit_\w+[)）]/g, "");

const keyOf = (row) => `${row.directive_id} ${row.unit_id}`;

function bodyOf(name, row) {
  const seen = { directive_id: row.directive_id, unit_id: row.unit_id, expected_version: row.version };
  return name === "verify" ? { ...seen, report_number: row.report_number } : seen;
}

/** Sends an act for these rows in slices; the answer has a receipt a row. */
async function send(path, name, rows, intents, more = {}) {
  const receipts = [];
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    const slice = rows.slice(at, at + ROWS_MAX);
    intents[at] ??= new Intent();
    const answer = await act(path, { ...more, rows: slice.map((row) => (more.act ? { directive_id: row.directive_id, unit_id: row.unit_id } : bodyOf(name, row))) }, { intent: intents[at] });
    slice.forEach((row, place) => receipts.push({ row, ...answer.receipts[place] }));
  }
  return receipts;
}

/** The receipts of the newest act on many, shown until they are put away. */
export class Receipts {
  constructor(refresh) {
    this.node = h("div", { class: "receipts", role: "status" });
    this.refresh = refresh;
  }

  /** Does the act `name` on the rows, and shows what became of each. */
  async run(name, rows, intents) {
    this.show(name, await send(`/assignments/${name}`, name, rows, intents), true);
    await this.refresh();
  }

  show(name, receipts, undoable) {
    const done = receipts.filter((each) => each.accepted).map((each) => each.row);
    const intents = [];
    const undo = undoable && UNDONE_BY[name] && done.length > 0 && actButton(t("many.undo", { count: done.length }), async () => {
      this.show(name, await send("/assignments/undo", name, done, intents, { act: UNDONE_BY[name] }), false);
      await this.refresh();
    }, { kind: "quiet" });
    const away = h("button", { type: "button", class: "quiet", onclick: () => put(this.node) }, t("many.away"));
    const said = (each) => (each.accepted ? chip(t(undoable ? "many.taken" : "many.undone"), "good") : h("span", { class: "wrong" }, withoutIds(each.detail)));
    put(this.node, section(undoable ? t(`many.act.${name}`) : t("many.undo_done"), { aside: h("div", { class: "acts" }, undo, away) },
      h("p", {}, t("many.result", { done: done.length, refused: receipts.length - done.length })),
      table([
        [t("unit.name"), (each) => each.row.unit_name, "name"],
        [t("status.directive"), (each) => each.row.directive_title],
        [t("many.outcome"), said],
      ], receipts, { caption: t("many.receipts"), key: (each) => `receipt ${keyOf(each.row)}` })));
  }
}

/** Choosing among entries. `acts`: [{name, fits(row)}]; `receipts` does and shows. */
export class Choice {
  #rows = new Map();
  #chosen = new Set();

  constructor(acts, receipts) {
    this.acts = acts;
    this.receipts = receipts;
    this.bar = h("div", { class: "many-bar", role: "group", "aria-label": t("many.label"), hidden: true });
  }

  /** The entries that are shown now; what is gone is no longer chosen. */
  see(rows) {
    this.#rows = new Map(rows.filter((row) => this.#fits(row)).map((row) => [keyOf(row), row]));
    for (const key of this.#chosen) if (!this.#rows.has(key)) this.#chosen.delete(key);
    this.#draw();
  }

  #fits(row) {
    return this.acts.some(({ fits }) => fits(row));
  }

  /** The box of an entry, where something can be done with it. */
  box(row) {
    if (!this.#fits(row)) return null;
    const key = keyOf(row);
    return h("input", { type: "checkbox", class: "choose", "data-choose": key, checked: this.#chosen.has(key), "aria-label": t("many.choose", { unit: row.unit_name, title: row.directive_title }),
      onchange: (event) => {
        if (event.target.checked) this.#chosen.add(key);
        else this.#chosen.delete(key);
        this.#draw();
      } });
  }

  /** A button that chooses all entries that are shown. */
  all() {
    return this.#rows.size > 1 && h("button", { type: "button", class: "quiet", onclick: () => this.#choose([...this.#rows.keys()]) }, t("many.all", { count: this.#rows.size }));
  }

  #choose(keys) {
    this.#chosen = new Set(keys);
    for (const box of document.querySelectorAll("[data-choose]")) box.checked = this.#chosen.has(box.dataset.choose);
    this.#draw();
  }

  #draw() {
    const chosen = [...this.#chosen].map((key) => this.#rows.get(key));
    this.bar.hidden = chosen.length === 0;
    const intents = {};
    const button = ({ name, fits, kind }) => {
      const rows = chosen.filter(fits);
      intents[name] = [];
      return rows.length > 0 && actButton(t(`many.do.${name}`, { count: rows.length }), async () => {
        await this.receipts.run(name, rows, intents[name]);
        this.#choose([]);
        this.receipts.node.scrollIntoView({ block: "nearest" });
      }, { kind });
    };
    put(this.bar, h("span", { class: "picked" }, t("many.chosen", { count: chosen.length })), this.acts.map(button),
      h("button", { type: "button", class: "quiet", onclick: () => this.#choose([]) }, t("many.none")));
  }
}
