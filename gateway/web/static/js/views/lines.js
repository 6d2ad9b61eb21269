// A list whose entries offer acts: the service says which, a table says how each is done.

import { act, query, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { actButton, form } from "../parts/forms.js";
import { empty, say } from "../parts/pieces.js";
import { also } from "../route.js";
import { redrawer } from "./desk_redraw.js";

const ROWS = 50;

/** The acts that an entry offers; `acts`: method → {path(row), fields(row)?, content(given, row)?, danger?}. */
export function offers(row, acts, refresh) {
  const place = h("div", { class: "place" });
  const offer = (method) => {
    const { path, fields, content, danger } = acts[method];
    const label = t(`act.${method}`);
    const submit = async (given, intent) => {
      await act(path(row), content ? content(given, row) : given, { intent, version: row.version });
      say(label);
      await refresh();
    };
    if (!fields) return actButton(label, (intent) => submit({}, intent), { reload: refresh, kind: "quiet" });
    const open = () => put(place, h("div", { class: "act-form" }, form(fields(row), { label, submit, reload: refresh, danger, cancel: () => put(place) })));
    return h("button", { type: "button", class: "quiet", onclick: open }, label);
  };
  const offered = row.actions.filter((method) => acts[method]);
  return offered.length > 0 && [h("div", { class: "acts" }, offered.map(offer)), place];
}

/** Draws a list, by pages where it is `paged`; `draw(row, refresh, redraw)` makes an entry; `redraw(key)` where it has a data-key. The answer draws it anew. */
export async function lines(place, path, draw, { fields = {}, none, paged = true }) {
  let shown = ROWS;
  let more = false;
  const rows = async () => {
    const found = [];
    let cursor = "";
    do {
      const page = await read(path + query(paged ? { ...fields, limit: ROWS, cursor } : fields));
      found.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor && found.length < shown);
    more = Boolean(cursor);
    return found;
  };
  const drawn = (found) => put(place,
    found.length ? h("ul", { class: "lines" }, found.map((row) => draw(row, () => refresh("again"), refresh))) : empty(none),
    more && h("button", { type: "button", class: "quiet wide", onclick: () => { shown += ROWS; refresh("again"); } }, t("act.further")));
  const refresh = redrawer(place, rows, drawn);
  await refresh();
  return refresh;
}

/** Tabs that stand in the address. */
export const tabs = (label, shown, named) => h("nav", { class: "tabs", "aria-label": label },
  named.map(([name, text]) => h("a", { href: also({ tab: name }), "aria-current": shown === name ? "true" : null }, text)));
