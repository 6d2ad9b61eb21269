// Reaching people: whom to telephone about what is overdue, how messages went out, and how each post is reached.

import { act, query, read } from "../api.js";
import { h, put } from "../h.js";
import { t, tOr } from "../i18n.js";
import { field, form } from "../parts/forms.js";
import { chip, empty, say, section, table, unitLink } from "../parts/pieces.js";
import { dateText, momentText, nowUs } from "../time.js";
import { tabs } from "./lines.js";
import { ownUnit } from "./today.js";

const ROWS = 100;
const STATES = { waiting: "warn", sent: "good", failed: "bad" };

async function calling(place, unit) {
  const { lines } = await read(`/units/${unit.unit_id}/call-lines`);
  const print = h("button", { type: "button", class: "tools", onclick: () => window.print() }, t("call.print"));
  put(place, section(t("call.title"), { aside: lines.length > 0 && print, about: t("call.about"), kind: "calls" },
    h("p", { class: "printed-only" }, `${unit.name} · ${dateText(nowUs())}`),
    lines.length ? table([
      [t("unit.name"), (row) => unitLink(row.unit_id, row.unit_name), "name"],
      [t("call.person"), (row) => row.person_name || h("span", { class: "late" }, t("call.nobody")), "person"],
      [t("call.phone"), (row) => (row.phone ? h("a", { href: `tel:${row.phone}` }, row.phone) : "—"), "code"],
      [t("call.items"), (row) => row.items, "count"],
      [t("call.note"), () => "", "note"],
    ], lines, { caption: t("call.title"), key: (row) => row.unit_id }) : empty(t("call.none"))));
}

const told = (row) => [
  row.items > 0 && t("message.items", { count: row.items }),
  row.reminders > 0 && t("message.reminders", { count: row.reminders }),
  row.plan_items > 0 && t("message.plan_items", { count: row.plan_items }),
].filter(Boolean).join(t("list.separator"));

const delivery = (row) => [
  chip(t(`message.state.${row.state}`), STATES[row.state]),
  row.problem && h("small", {}, " ", tOr(`message.problem.${row.problem}`, row.problem)),
  row.next_try_us > 0 && h("small", {}, " ", t("message.next", { when: momentText(row.next_try_us) })),
];

async function sent(place, unit) {
  const list = h("div", {});
  let rows = [];
  const load = async (cursor) => {
    const page = await read(`/units/${unit.unit_id}/messages${query({ limit: ROWS, cursor })}`);
    rows = cursor ? rows.concat(page.items) : page.items;
    put(list, rows.length ? table([
      [t("message.day"), (row) => dateText(row.day_us), "day"],
      [t("unit.name"), (row) => unitLink(row.unit_id, row.unit_name), "name"],
      [t("message.channel"), (row) => tOr(`message.channel.${row.channel}`, row.channel)],
      [t("message.told"), told],
      [t("message.delivery"), delivery],
    ], rows, { caption: t("message.title"), key: (row) => row.message_id }) : empty(t("message.none")),
    page.next_cursor && h("button", { type: "button", class: "quiet wide", onclick: () => load(page.next_cursor) }, t("act.further")));
  };
  put(place, section(t("message.title"), { about: t("message.about") }, list));
  await load("");
}

function reaching(unit, held) {
  const fields = [
    field("mail", t("contact.mail"), { type: "email", autocomplete: "off" }),
    field("phone", t("contact.phone"), { type: "tel", autocomplete: "off" }),
  ];
  const path = `/units/${unit.unit_id}/posts/${held.post_id}/contact`;
  const node = form(fields, {
    label: t("contact.save"),
    submit: async (given, intent) => {
      await act(path, { mail: "", phone: "", ...given }, { method: "PUT", intent });
      say(t(given.mail || given.phone ? "contact.saved" : "contact.taken", { person: held.person_name }));
      node.reset();
    },
  });
  return section(`${held.post_name} ${held.person_name}`, { kind: "contact" }, node);
}

const contacts = (place, unit) => put(place, h("p", { class: "about" }, t("contact.about")),
  unit.holders.length ? unit.holders.map((held) => reaching(unit, held)) : empty(t("desk.no_holder")));

const PARTS = { calls: calling, sent, contacts };

export async function messagesView(place, route) {
  const unit = await read(`/units/${route.argument || ownUnit()}`);
  const named = [unit.children > 0 && ["calls", t("call.tab")], ["sent", t("message.tab")], ["contacts", t("contact.tab")]].filter(Boolean);
  const tab = named.some(([name]) => name === route.params.tab) ? route.params.tab : named[0][0];
  const body = h("div", { class: "stack" });
  put(place, h("header", { class: "page" }, h("div", {}, h("h1", {}, t("nav.messages")), h("p", { class: "about" }, unit.name)), tabs(t("nav.messages"), tab, named)), body);
  await PARTS[tab](body, unit);
}
