// Keeping the page itself in the browser, and taking over a newer one when nothing is lost by it.

import { h } from "../h.js";
import { t } from "../i18n.js";

const WORKER = "/small-sitting/sw.js";
const SCOPE = "/small-sitting/";

const settled = (worker) => new Promise((go) => {
  const look = () => ["installed", "activated", "redundant"].includes(worker.state) && go(worker.state);
  worker.addEventListener("statechange", look);
  look();
});

function takeOver(worker) {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage("take over");
}

/** Keeps the page. `tell(make)` is given what there is to say: that it is kept, or not, or that there is a newer one. */
export async function keepPage(tell) {
  if (!("serviceWorker" in navigator)) return tell(() => h("span", { class: "kept not" }, t("small.not_kept")));
  // Everything typed is kept as it is typed: a page just opened may change at once.
  const before = await navigator.serviceWorker.getRegistration(SCOPE);
  if (before?.waiting && before.active) return takeOver(before.waiting);
  try {
    const registration = before ?? (await navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" }));
    registration.addEventListener("updatefound", async () => {
      const worker = registration.installing;
      if (navigator.serviceWorker.controller && (await settled(worker)) === "installed") newer(tell, worker);
    });
    if (before) before.update().catch(() => {});
    await navigator.serviceWorker.ready;
    tell(() => h("span", { class: "kept" }, t("small.kept")));
  } catch {
    tell(() => h("span", { class: "kept not" }, t("small.not_kept")));
  }
  return undefined;
}

function newer(tell, worker) {
  tell(() => h("span", { class: "kept" }, t("small.newer"), " ", h("button", { type: "button", class: "quiet", onclick: () => takeOver(worker) }, t("small.take_over"))));
}
