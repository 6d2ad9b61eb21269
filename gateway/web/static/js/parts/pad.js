// One ballot in hand, entered by keyboard: a mark for each candidate, names written in, then the next ballot.
// Nothing of a ballot stays here once the next one is begun: no order, no time.

import { h, put } from "../h.js";
import { t } from "../i18n.js";

export const MARKS = ["approve", "disapprove", "abstain", "unreadable"];
const SIGNS = { approve: "○", disapprove: "×", abstain: "－", unreadable: "？" };
// By the place of the key, so that an input method does not matter.
const KEYS = {
  Digit1: "approve", Numpad1: "approve", Digit2: "disapprove", Numpad2: "disapprove",
  Digit3: "abstain", Numpad3: "abstain", Digit4: "unreadable", Numpad4: "unreadable",
};
// Where there is room, the keys are shown.
const WIDE_PX = 900;
const HELP = { 1: "1", 2: "2", 3: "3", 4: "4", a: "A", b: "B", w: "W", s: "S", d: "D", u: "U", arrows: "↑ ↓", enter: "Enter", escape: "Esc" };

/**
 * The pad for the ballots of these candidates. `take(ballot)` counts one and answers with what to say, or throws;
 * `back(ballot)` takes the one just counted out again; `doubt` offers to set one aside; `spoil` that it is invalid.
 */
export class Pad {
  #ballot = null;
  #last = null;
  #at = 0;
  #busy = false;
  #said = "";

  constructor(candidates, { take, back, doubt = false, words, wrong, writeIns = true }) {
    Object.assign(this, { candidates, take, back, doubt, words, wrong, writeIns });
    this.node = h("div", { class: "pad", tabindex: "0", role: "group", "aria-label": t("pad.label"), onkeydown: (event) => this.#key(event) });
    this.#clear();
  }

  focus() {
    this.node.focus({ preventScroll: true });
  }

  #clear() {
    this.#ballot = { marks: this.candidates.map(() => null), write_ins: [], spoilt: false, doubtful: false };
    this.#at = 0;
    this.#draw();
  }

  #begin() {
    this.#said = "";
    this.#last = null;
  }

  #mark(mark, at = this.#at) {
    this.#begin();
    this.#ballot.marks[at] = mark;
    this.#at = Math.min(at + 1, this.candidates.length);
    this.#draw();
  }

  #fill(mark, all) {
    this.#begin();
    this.#ballot.marks = this.#ballot.marks.map((was) => (was && !all ? was : mark));
    this.#at = all ? 0 : this.candidates.length;
    this.#draw();
  }

  #move(step) {
    this.#at = Math.max(0, Math.min(this.candidates.length, this.#at + step));
    this.#draw();
  }

  #flag(name) {
    this.#begin();
    this.#ballot[name] = !this.#ballot[name];
    this.#draw();
  }

  #key(event) {
    if (event.target !== this.node || event.ctrlKey || event.altKey || event.metaKey) return;
    const acts = {
      KeyA: () => this.#fill("approve", true), KeyB: () => this.#fill("abstain", false), KeyW: () => this.#write(), KeyS: () => this.#flag("spoilt"),
      KeyD: () => this.doubt && this.#flag("doubtful"), KeyU: () => this.#takeBack(), Enter: () => this.#count(), NumpadEnter: () => this.#count(),
      ArrowDown: () => this.#move(1), ArrowUp: () => this.#move(-1), Backspace: () => this.#move(-1), Escape: () => { this.#said = ""; this.#clear(); },
    };
    const act = KEYS[event.code] ? () => this.#at < this.candidates.length && this.#mark(KEYS[event.code]) : acts[event.code];
    if (!act) return;
    event.preventDefault();
    if (!this.#busy) act();
  }

  #write() {
    if (!this.writeIns) return;
    this.#begin();
    this.#draw();
    this.node.querySelector("[name=write_in]").focus();
  }

  #written(event) {
    if (event.key === "Escape") return this.focus();
    if (event.key !== "Enter" || event.isComposing) return undefined;
    event.preventDefault();
    const name = event.target.value.trim();
    if (name) this.#ballot.write_ins.push(name);
    this.#draw();
    return this.focus();
  }

  async #count() {
    const { marks, write_ins: names, spoilt, doubtful } = this.#ballot;
    const open = marks.filter((mark) => !mark).length;
    if (open && !spoilt && !doubtful) return this.#say(t("pad.open", { count: open }), true);
    const ballot = { marks: marks.map((mark) => mark ?? "abstain"), write_ins: names, spoilt, doubtful };
    return this.#send(() => this.take(ballot), () => { this.#last = ballot; this.#clear(); });
  }

  async #takeBack() {
    if (!this.back || !this.#last) return this.#say(t("pad.nothing_back"), true);
    const ballot = this.#last;
    return this.#send(() => this.back(ballot), () => { this.#last = null; this.#clear(); });
  }

  async #send(act, then) {
    this.#busy = true;
    try {
      const said = await act();
      then();
      this.#say(said);
    } catch (error) {
      this.#say(this.wrong(error), true);
    } finally {
      this.#busy = false;
    }
  }

  #say(text, wrong = false) {
    this.#said = h("span", { class: wrong ? "wrong" : "" }, text);
    this.#draw();
  }

  #row(each, place) {
    const mark = this.#ballot.marks[place];
    const button = (name) => h("button", { type: "button", tabindex: "-1", class: `mark ${name}`, "aria-pressed": String(mark === name), "aria-label": `${each.name} ${t(`mark.${name}`)}`, onclick: () => { this.#mark(name, place); this.focus(); } }, SIGNS[name]);
    return h("li", { class: `${place === this.#at ? "at" : ""} ${mark ?? ""}`, "data-place": place + 1 },
      h("span", { class: "number" }, place + 1), h("span", { class: "name" }, each.name, each.note && h("small", {}, each.note)),
      h("span", { class: "mark-said" }, mark ? t(`mark.${mark}`) : ""), h("span", { class: "marks" }, MARKS.map(button)));
  }

  #draw() {
    const { write_ins: names, spoilt, doubtful } = this.#ballot;
    const drop = (place) => { names.splice(place, 1); this.#draw(); this.focus(); };
    const tool = (key, on, act) => h("button", { type: "button", tabindex: "-1", class: "quiet", "aria-pressed": String(Boolean(on)), onclick: () => { act(); this.focus(); } }, t(`pad.do.${key}`));
    put(this.node,
      h("p", { class: "told", role: "status" }, this.#said || t("pad.ready")),
      h("ol", { class: "candidates" }, this.candidates.map((each, place) => this.#row(each, place))),
      this.writeIns && h("div", { class: "write-ins" },
        names.map((name, place) => h("button", { type: "button", tabindex: "-1", class: "chip", "aria-label": t("pad.drop", { name }), onclick: () => drop(place) }, `${name} ×`)),
        h("input", { name: "write_in", tabindex: "-1", placeholder: t("pad.write_in"), autocomplete: "off", onkeydown: (event) => this.#written(event) })),
      h("p", { class: "flags" }, spoilt && h("span", { class: "chip bad" }, t("pad.spoilt")), doubtful && h("span", { class: "chip warn" }, t("pad.doubtful"))),
      h("p", { class: "buttons" },
        h("button", { type: "button", tabindex: "-1", class: "main", onclick: () => { this.#count(); this.focus(); } }, this.words.count),
        tool("a", false, () => this.#fill("approve", true)), tool("b", false, () => this.#fill("abstain", false)), tool("s", spoilt, () => this.#flag("spoilt")),
        this.doubt && tool("d", doubtful, () => this.#flag("doubtful")), this.back && tool("u", false, () => this.#takeBack())));
  }
}

/** What the keys do. */
export const padHelp = () => h("details", { class: "pad-help", open: innerWidth > WIDE_PX }, h("summary", {}, t("pad.keys")), h("dl", { class: "facts" },
  Object.entries(HELP).map(([key, cap]) => [h("dt", {}, h("kbd", {}, cap)), h("dd", {}, t(`pad.does.${key}`))])));
