// Accounts and keys of a unit; one-time codes for all units at once, on a sheet to print.

import { act, read } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { has, homeUnit } from "../me.js";
import { actButton, field, form } from "../parts/forms.js";
import { unitField } from "../parts/picker.js";
import { chip, empty, roleName, say, section, stateName, table } from "../parts/pieces.js";
import { go, to } from "../route.js";
import { dateText, momentText } from "../time.js";

const UNITS_A_CALL = 50;
const KEY_DAYS = 180;
const UNIT_ROLES = ["unit_secretary", "unit_reporter"];

/** Saves the printable sheet as a page of its own. */
async function openSheet(accounts) {
  const page = await act("/accounts/sheet", { accounts }, { accept: "text" });
  const address = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  h("a", { href: address, download: `${t("accounts.sheet")}.html` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const slipTable = (accounts) => table([
  [t("unit.name"), (row) => row.unit_name, "name"],
  [t("accounts.role"), (row) => roleName(row.role)],
  [t("login.login"), (row) => row.login, "code"],
  [t("login.code"), (row) => row.one_time_code, "code"],
  [t("accounts.until"), (row) => dateText(row.code_until_us)],
], accounts, { caption: t("accounts.issued") });

const slips = (accounts) => [
  h("p", { class: "warn" }, t("accounts.once")),
  actButton(t("accounts.save_sheet"), () => openSheet(accounts)),
  slipTable(accounts),
];

function bulk(unit) {
  const result = h("div", { "aria-live": "polite" });
  const progress = h("p", { class: "hint" });
  const issue = async ({ people_per_unit: people }, intent) => {
    const issued = [];
    let after = "";
    do {
      const content = { subtree_unit_id: unit.unit_id, people_per_unit: Number(people), after_path: after, units_max: UNITS_A_CALL };
      const page = await act("/accounts/issue", content, { intent });
      issued.push(...page.accounts);
      after = page.next_path;
      put(progress, t("accounts.progress", { count: issued.length }));
      put(result, issued.length ? slips(issued) : empty(t("accounts.all_have")));
    } while (after);
  };
  return section(t("accounts.bulk"), { about: t("accounts.bulk_about", { unit: unit.name }) },
    form([field("people_per_unit", t("accounts.people"), { options: [["1", t("accounts.people_1")], ["2", t("accounts.people_2")]], value: "2" })],
      { label: t("accounts.issue"), submit: issue }), progress, result);
}

function accountRows(unit, accounts, redraw) {
  const base = `/units/${unit.unit_id}/accounts`;
  const reset = (row) => actButton(t("accounts.reset"), async (intent) => {
    const { account } = await act(`${base}/${row.account_id}/reset`, {}, { intent });
    redraw([account]);
  }, { kind: "quiet" });
  const revoke = (row) => actButton(t("accounts.revoke"), async (intent) => {
    if (!confirm(t("accounts.revoke_sure", { login: row.login }))) return;
    await act(`${base}/${row.account_id}/revoke`, {}, { intent });
    say(t("accounts.revoked", { login: row.login }));
    redraw();
  }, { kind: "quiet" });
  return table([
    [t("login.login"), (row) => row.login, "code"],
    [t("accounts.role"), (row) => row.roles.map((held) => `${held.unit_name} ${roleName(held.role)}`.trim()).join(t("list.separator"))],
    [t("desk.state"), (row) => chip(stateName(row.state), row.state === "active" ? "good" : "soft")],
    [t("act.more"), (row) => row.state !== "revoked" && h("div", { class: "acts" }, reset(row), revoke(row))],
  ], accounts, { caption: t("accounts.of_unit") });
}

function people(unit, accounts, fresh, redraw) {
  const add = form([
    field("login", t("login.login"), { required: true, hint: t("accounts.login_hint") }),
    field("role", t("accounts.role"), { options: UNIT_ROLES.map((role) => [role, roleName(role)]) }),
  ], {
    label: t("accounts.create"),
    submit: async (given, intent) => redraw([(await act(`/units/${unit.unit_id}/accounts`, given, { intent })).account]),
  });
  return section(t("accounts.of_unit"), { about: unit.name }, fresh.length > 0 && slips(fresh),
    accounts.length ? accountRows(unit, accounts, redraw) : empty(t("accounts.none")),
    h("details", {}, h("summary", {}, t("accounts.another")), add));
}

function keyRows(unit, keys, redraw) {
  const end = (row) => actButton(t("accounts.revoke"), async (intent) => {
    await act(`/units/${unit.unit_id}/keys/${row.key_id}`, {}, { method: "DELETE", intent });
    redraw();
  }, { kind: "quiet" });
  return table([
    [t("accounts.label"), (row) => row.label, "name"],
    [t("accounts.role"), (row) => roleName(row.role)],
    [t("accounts.until"), (row) => dateText(row.until_us)],
    [t("desk.state"), (row) => (row.revoked ? chip(t("state.revoked"), "soft") : end(row))],
  ], keys, { caption: t("accounts.keys") });
}

function keysPart(unit, keys, redraw) {
  const secret = h("div", { "aria-live": "polite" });
  const issue = form([
    field("label", t("accounts.label"), { required: true, hint: t("accounts.label_hint") }),
    field("role", t("accounts.role"), { options: ["unit_reporter", "inspector"].map((role) => [role, roleName(role)]) }),
    field("days", t("accounts.days"), { type: "number", value: KEY_DAYS, min: "1", required: true }),
  ], {
    label: t("accounts.issue_key"),
    submit: async (given, intent) => {
      const key = await act(`/units/${unit.unit_id}/keys`, given, { intent });
      put(secret, h("p", { class: "warn" }, t("accounts.once")), h("output", { class: "secret" }, key.secret), h("p", { class: "hint" }, momentText(key.until_us)));
    },
  });
  return section(t("accounts.keys"), { about: t("accounts.keys_about") }, keys.length ? keyRows(unit, keys, redraw) : empty(t("accounts.no_keys")),
    h("details", {}, h("summary", {}, t("accounts.issue_key")), issue, secret));
}

export async function accountsView(place, route) {
  const unitId = route.argument || homeUnit();
  const unit = await read(`/units/${unitId}`);
  const body = h("div", { class: "stack" });
  const draw = async (fresh = []) => {
    const [accounts, keys] = await Promise.all([read(`/units/${unitId}/accounts?limit=200`), read(`/units/${unitId}/keys`)]);
    put(body, people(unit, accounts.items, fresh, draw), keysPart(unit, keys.items, draw));
  };
  put(place,
    h("header", { class: "page" }, h("h1", {}, t("nav.accounts"))),
    has("operator") && bulk(unit),
    h("section", { class: "card chooser" }, unitField("unit_id", t("accounts.choose"), { unit, chosen: (found) => go(to("accounts", found.unit_id)) })),
    body);
  await draw();
}
