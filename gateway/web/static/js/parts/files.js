// A field for one file: the platform keeps its content under its hash, and the hash is what a record names.

import { upload } from "../api.js";
import { h } from "../h.js";
import { t } from "../i18n.js";

let numbers = 0;

/** The field; its `keep(path)` sends the chosen file there and answers its SHA-256, "" where none was chosen. */
export function fileField(name, label, { required, hint } = {}) {
  const id = `file-${(numbers += 1)}`;
  const input = h("input", { type: "file", id, name, "aria-required": required && "true", "aria-describedby": `${id}-said` });
  const node = h("div", { class: "field wide", "data-field": name, "data-required": required },
    h("label", { for: id }, label, required && h("span", { class: "must", "aria-hidden": "true" }, "*")),
    input,
    h("p", { class: "hint" }, hint ?? t("file.hint")),
    h("p", { id: `${id}-said`, class: "wrong" }));
  const keep = async (path) => (input.files.length ? (await upload(path, input.files[0])).sha256 : "");
  return { node, keep };
}
