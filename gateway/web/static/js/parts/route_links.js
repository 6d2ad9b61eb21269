// Who answers to whom on a route: a superior, and the units that answer to it, pasted one a line by code or name.

import { Refused, readAll } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { seldom } from "../live.js";
import { field, wordsOf } from "./forms.js";
import { unitField } from "./picker.js";

const UNITS_READ_MAX = 100_000;
const TYPING_MS = 300;
const CODES_NAMED_MAX = 4;
const LINES_NAMED_MAX = 8;

/** The units that this person may see, by code and by name. */
async function readRegister() {
  const units = await readAll("/units", {}, UNITS_READ_MAX);
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const byName = new Map();
  for (const unit of units) byName.set(unit.name, [...(byName.get(unit.name) ?? []), unit]);
  return { units, byCode, byName };
}

// A line copied from a table has several cells: the first that is a code or a name counts.
function unitOfLine(text, { byCode, byName }) {
  let several = null;
  for (const cell of [text, ...text.split("\t")].map((each) => each.trim()).filter(Boolean)) {
    if (byCode.has(cell)) return { unit: byCode.get(cell) };
    const named = byName.get(cell) ?? [];
    if (named.length === 1) return { unit: named[0] };
    if (named.length) several = named;
  }
  if (!several) return { problem: t("route.line_unknown", { text: text.trim() }) };
  const codes = several.map((unit) => unit.code || "—");
  const shown = codes.slice(0, CODES_NAMED_MAX).join(t("list.separator"));
  return { problem: t("route.line_ambiguous", { text: text.trim(), count: codes.length, codes: codes.length > CODES_NAMED_MAX ? `${shown}…` : shown }) };
}

/** What a text names, line by line: [{line, unit} or {line, problem}]. */
const linesOf = (text, register) => text.split("\n")
  .map((each, place) => ({ line: place + 1, text: each }))
  .filter((each) => each.text.trim())
  .map(({ line, text: each }) => ({ line, ...unitOfLine(each, register) }));

const problemsOf = (lines) => lines.filter((each) => each.problem);

// One line of text a line that names no unit.
function problemText(problems) {
  const named = problems.slice(0, LINES_NAMED_MAX).map(({ line, problem }) => t("route.line", { line, problem }));
  const rest = problems.length - LINES_NAMED_MAX;
  return [...named, ...(rest > 0 ? [t("route.lines_more", { count: rest })] : [])].join("\n");
}

function foundText(lines, { units }) {
  const ids = new Set(lines.filter((each) => each.unit).map((each) => each.unit.unit_id));
  const below = units.filter((unit) => !ids.has(unit.unit_id) && unit.ancestor_ids.some((id) => ids.has(id))).length;
  return t(below ? "route.found_with_below" : "route.found", { count: ids.size, below });
}

/** One superior with its units. `remove` is called where the block may go. */
class Block {
  constructor(number, register, remove) {
    this.number = number;
    this.register = register;
    this.said = h("p", { class: "hint found", role: "status" });
    this.superior = unitField(`superior.${number}`, t("route.superior"), { required: true, hint: t("route.superior_hint") });
    this.units = field(`units.${number}`, t("route.units"), { rows: 6, wide: true, required: true, hint: t("route.units_hint"), spellcheck: "false" });
    this.units.insertBefore(this.said, this.units.querySelector(".wrong"));
    this.wrong = this.units.querySelector(".wrong");
    this.look = seldom(() => this.show(), TYPING_MS, (error) => put(this.said, wordsOf(error)));
    // What is wrong with a line is said of a list that was pasted, not of a name that is still being typed.
    this.units.addEventListener("input", ({ inputType }) => {
      put(this.wrong);
      this.pasted = inputType === "insertFromPaste";
      this.look();
    });
    this.node = h("fieldset", { class: "link-block wide" }, h("legend", {}, t("route.block", { number })),
      h("div", { class: "fields" }, this.superior, this.units),
      remove && h("button", { type: "button", class: "quiet", onclick: () => remove(this) }, t("route.block_remove")));
  }

  get text() {
    return this.units.querySelector("textarea").value;
  }

  get superiorId() {
    return this.superior.querySelector("input[type=hidden]").value;
  }

  /** Says what was found so far, and of what was pasted which lines name no unit. */
  async show() {
    const register = await this.register();
    const lines = linesOf(this.text, register);
    put(this.said, lines.length ? foundText(lines, register) : "");
    if (this.pasted) put(this.wrong, problemText(problemsOf(lines)));
  }

  /** The links that it stands for. Throws a refusal at its field for a line that names no unit. */
  async links() {
    this.lines = linesOf(this.text, await this.register());
    const problems = problemsOf(this.lines);
    if (problems.length) throw at(`units.${this.number}`, problemText(problems));
    return this.lines.map(({ unit }) => ({ unit: unit.unit_id, superior: this.superiorId }));
  }

  /** The line that names a unit, where one does. */
  lineOf(unitId) {
    return this.lines?.find(({ unit }) => unit?.unit_id === unitId);
  }
}

// A refusal at a field of the page.
const at = (name, detail) => new Refused({ detail, params: { field: name } }, 0);

/** Superiors with their units, one after the other. */
export class LinkBlocks {
  #blocks = [];
  #made = 0;
  #reading = null;

  constructor() {
    this.list = h("div", { class: "link-blocks" });
    this.more = h("button", { type: "button", class: "quiet", onclick: () => this.#add().superior.querySelector("input[role]").focus() }, t("route.block_more"));
    this.node = h("div", { class: "links" }, this.list, this.more);
    this.#add();
  }

  // Read once, when the first unit is named.
  #register = () => {
    this.#reading ??= readRegister().catch((error) => { this.#reading = null; throw error; });
    return this.#reading;
  };

  #add() {
    this.#made += 1;
    const block = new Block(this.#made, this.#register, this.#blocks.length ? (gone) => this.#remove(gone) : null);
    this.#blocks.push(block);
    this.list.append(block.node);
    return block;
  }

  #remove(gone) {
    this.#blocks = this.#blocks.filter((block) => block !== gone);
    gone.look.stop();
    gone.node.remove();
    this.more.focus();
  }

  /** Every link, once all lines are known. */
  async links() {
    const found = [];
    for (const block of this.#blocks) found.push(...(await block.links()));
    return found;
  }

  /** The refusal, at the line that names the unit it is about. */
  placed(error) {
    if (!(error instanceof Refused)) return error;
    if (["links", "unit"].includes(error.field)) return at(`units.${this.#blocks.at(-1).number}`, error.detail);
    if (!error.params.unit_id) return error;
    const block = this.#blocks.findLast((each) => each.lineOf(error.params.unit_id));
    if (!block) return error;
    return at(`units.${block.number}`, t("route.line", { line: block.lineOf(error.params.unit_id).line, problem: error.detail }));
  }

  stop() {
    for (const block of this.#blocks) block.look.stop();
  }
}
