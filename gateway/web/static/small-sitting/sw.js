// Keeps the small sitting's page for a place without a network. Its scope is this folder: no other page is touched.
// The gateway writes the line `self.SHELL = {version, files}` before this text; another file makes another version.

const { version, files } = self.SHELL;
const PREFIX = "small-sitting ";
const CACHE = PREFIX + version;
const KEPT = new Set(files);
const PAGE = "/small-sitting/";

// All of a version or nothing of it.
const keep = async () => (await caches.open(CACHE)).addAll(files.map((path) => new Request(path, { cache: "reload" })));

async function clean() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function kept(path, request) {
  const found = await (await caches.open(CACHE)).match(path);
  return found ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(clean()));
// A page that was opened with the old version says when it may be replaced.
self.addEventListener("message", (event) => { if (event.data === "take over") self.skipWaiting(); });
// Only files of the page are answered from here. What the platform answers is never kept.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const path = request.mode === "navigate" && pathname.startsWith(PAGE) ? PAGE : pathname;
  if (KEPT.has(path)) event.respondWith(kept(path, request));
});
