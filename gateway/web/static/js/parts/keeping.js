// What is typed for one act, kept in this browser until it has gone up, and sent once however often it is sent.

import { act, Intent, Unreached } from "../api.js";
import { h } from "../h.js";
import { t } from "../i18n.js";

/**
 * `version`: the one that the reader saw; `content()`: what to keep. `kept` is what was kept before: that, and `intent`,
 * how it was sent and not answered.
 */
export class Keeping {
  constructor(draft, version, content) {
    Object.assign(this, { draft, version, content, kept: draft.read() });
    this.sent = this.kept?.intent ?? null;
    this.intent = new Intent(this.sent, (sent) => { this.sent = { ...sent, version }; this.keep(); });
  }

  keep() {
    this.draft.keep({ ...this.content(), intent: this.sent });
  }

  /** This went out before and was not answered: it may have arrived. */
  unanswered(path, content) {
    return this.sent?.content === `POST${path}${JSON.stringify(content)}`;
  }

  /** Sends; what was not answered goes out again just as it was. */
  async send(path, content) {
    const version = this.unanswered(path, content) ? this.sent.version : this.version;
    try {
      await act(path, content, { intent: this.intent, version });
    } catch (error) {
      if (!(error instanceof Unreached)) this.sent = null;
      this.keep();
      throw error;
    }
    this.draft.drop();
  }

  /** Says that something was kept; `again()` draws the form without it. */
  restored(again) {
    const fresh = () => { this.draft.drop(); again(); };
    return this.kept && h("p", { class: "notice wide" }, t("figures.restored"), " ", h("button", { type: "button", class: "link", onclick: fresh }, t("figures.fresh")));
  }
}
