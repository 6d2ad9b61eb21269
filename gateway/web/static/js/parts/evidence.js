// Evidence: files of a unit, sent one by one as they are chosen, named in the report by their hash.

import { Intent, query, upload } from "../api.js";
import { h, put } from "../h.js";
import { t } from "../i18n.js";
import { wordsOf } from "./forms.js";

const TAKEN = "image/jpeg,image/png,image/webp,application/pdf";
const MIB = 1024 * 1024;
const KIB = 1024;
const HASH_CHARS = 8;

let numbers = 0;

const size = (bytes) => (bytes >= MIB ? `${(bytes / MIB).toFixed(1)} MiB` : `${Math.max(1, Math.round(bytes / KIB))} KiB`);
const kindOf = ({ media_type: type }) => (type === "application/pdf" ? t("evidence.pdf") : t("evidence.picture"));

/** A link that saves a kept file; of some no more than unit and hash is known. */
export const evidenceLink = (file) =>
  h("a", { href: `/api/v1/units/${encodeURIComponent(file.unit_id)}/evidence/${file.file_sha256}`, download: "" },
    file.media_type ? `${kindOf(file)} ${file.file_sha256.slice(0, HASH_CHARS)} (${size(file.size_bytes)})` : t("evidence.file", { hash: file.file_sha256.slice(0, HASH_CHARS) }));

/**
 * A field for evidence of a unit. Its hidden input `evidence` lists the hashes; `node.held` are the files. `reason`: why
 * they are asked for, empty where they only may be sent. `directiveId`: of a directive that takes a route, by which a
 * superior may send them. `changed()` is told when the list changes.
 */
export function evidenceField(unitId, reason, { held = [], changed = () => {}, directiveId = "" } = {}) {
  const id = `evidence-${(numbers += 1)}`;
  const list = h("input", { type: "hidden", name: "evidence", "data-list": true });
  const shown = h("ul", { class: "kept" });
  const wrong = h("p", { class: "wrong", id: `${id}-said`, role: "alert" });
  const state = h("span", { class: "about", role: "status" });
  const input = h("input", { type: "file", id, multiple: true, accept: TAKEN, class: "unseen", "aria-describedby": `${id}-said` });
  const draw = () => {
    list.value = node.held.map((file) => file.file_sha256).join(" ");
    put(shown, node.held.map((file) => h("li", {}, evidenceLink(file), file.tells_origin && h("small", {}, t("evidence.tells_origin")),
      h("button", { type: "button", class: "quiet", onclick: () => drop(file) }, t("evidence.remove")))));
  };
  const drop = (file) => {
    node.held = node.held.filter((other) => other !== file);
    draw();
    changed();
    input.focus();
  };
  const send = async () => {
    put(wrong);
    for (const file of [...input.files]) {
      put(state, t("evidence.sending", { name: file.name }));
      try {
        const kept = await upload(`/units/${encodeURIComponent(unitId)}/evidence${query({ directive_id: directiveId })}`, file, new Intent());
        if (!node.held.some((other) => other.file_sha256 === kept.file_sha256)) node.held.push(kept);
      } catch (error) {
        wrong.append(h("span", {}, `${file.name}: ${wordsOf(error)}`));
      }
      draw();
      changed();
    }
    put(state);
    input.value = "";
  };
  input.addEventListener("change", send);
  const node = h("div", { class: "field wide evidence", "data-field": "evidence", "data-required": Boolean(reason) },
    h("span", { class: "label" }, t("evidence.label"), reason && h("span", { class: "must", "aria-hidden": "true" }, "*")),
    reason && h("p", { class: "about" }, t("evidence.reason", { reason })),
    list, shown,
    h("div", { class: "file" }, input, h("label", { class: "button", for: id }, t("evidence.choose")), state),
    h("p", { class: "hint" }, t("evidence.hint")), wrong);
  node.held = [...held];
  draw();
  return node;
}
