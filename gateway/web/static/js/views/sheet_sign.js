// Signing a settled sheet with one's own PIN, or two others in the place of a third; and sending a sheet back.

import { act } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { me } from "../me.js";
import { field, form } from "../parts/forms.js";
import { chip, say, section } from "../parts/pieces.js";
import { cellsOf, figures } from "./sheet_cells.js";

export const pinField = (name = "pin", label = t("sign.pin")) => field(name, label, { type: "password", inputmode: "numeric", autocomplete: "off", required: true });

/** Choosing the PIN to sign with: once, by whoever signs. */
export const keyPart = () => h("details", { class: "key" }, h("summary", {}, t("sign.make")), form([
  field("pin", t("sign.new_pin"), { type: "password", inputmode: "numeric", autocomplete: "off", required: true, hint: t("sign.new_pin_hint") }),
], {
  label: t("sign.make"),
  submit: async ({ pin }, intent) => {
    await act("/signing-key", { pin }, { intent });
    say(t("sign.made"));
  },
}));

/** For somebody who lost PIN or tablet: two officers sign together and say why. */
export function substituteFields(officers) {
  const others = officers.filter((each) => each.account_id && each.account_id !== me.accountId).map((each) => [each.account_id, `${each.name} ${t(`role.${each.role}`)}`]);
  return [
    field("for_account_id", t("sign.for"), { options: [["", t("sign.for_me")], ...others] }),
    field("second_account_id", t("sign.second"), { options: [["", "—"], ...others] }),
    field("second_pin", t("sign.second_pin"), { type: "password", inputmode: "numeric", autocomplete: "off" }),
    field("reason", t("desk.reason"), { wide: true }),
  ];
}

function signForm(role, { sheet, sitting }, done) {
  return h("div", { class: "sign", "data-role": role }, h("h3", {}, t("sign.as", { role: t(`role.${role}`) })), form([
    pinField(), h("details", { class: "field wide" }, h("summary", {}, t("sign.substitute")), h("div", { class: "fields" }, substituteFields(sitting.officers))),
  ], {
    label: t("sign.sign"),
    submit: async ({ pin, ...more }, intent) => {
      await act(`/sheets/${sheet.sheet_id}/sign`, { role, pin, sheet_hash: sheet.sheet_hash, ...(more.for_account_id ? more : {}) }, { intent });
      await done();
    },
  }));
}

const reasonForm = (label, path, done) => h("details", {}, h("summary", {}, label), form([field("reason", t("desk.reason"), { rows: 2, wide: true, required: true })], {
  label, danger: true,
  submit: async (given, intent) => {
    await act(path, given, { intent });
    await done();
  },
}));

const signedChip = (role, signed) => chip(t(signed ? "sign.has_signed" : "sign.has_not", { role: t(`role.${role}`) }), signed ? "good" : "soft");

/** A settled sheet: its figures, who has signed, signing, taking a signature back, a recount. */
export function signPart(place, at, roles, done) {
  const { election, sheet } = at;
  const path = `/sheets/${sheet.sheet_id}`;
  const own = roles.filter((role) => ["teller", "scrutineer"].includes(role));
  put(place, section(t("sheet.figures"), {},
    figures(election, cellsOf(sheet)),
    h("p", {}, ["teller", "scrutineer"].map((role) => [signedChip(role, sheet.signed_roles.includes(role)), " "])),
    own.filter((role) => !sheet.signed_roles.includes(role)).map((role) => signForm(role, at, done)),
    own.length > 0 && keyPart(),
    own.filter((role) => sheet.signed_roles.includes(role)).map((role) => h("details", {}, h("summary", {}, t("sign.take_back")), form([field("reason", t("desk.reason"), { rows: 2, wide: true, required: true })], {
      label: t("sign.take_back"), danger: true,
      submit: async ({ reason }, intent) => {
        await act(`${path}/unsign`, { role, reason }, { intent });
        await done();
      },
    }))),
    roles.some((role) => ["scrutineer", "chief_scrutineer"].includes(role)) && reasonForm(t("sheet.recount"), `${path}/recount`, done)));
}

export const sendBack = (sheet, done) => reasonForm(t("sheet.send_back"), `/sheets/${sheet.sheet_id}/send-back`, done);
export const dispute = (sheet, done) => reasonForm(t("sheet.dispute"), `/sheets/${sheet.sheet_id}/dispute`, done);
