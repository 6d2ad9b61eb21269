// The platform's REST interface: who asks, which intent, how far the reader has seen, and refusals as exceptions.

import { language } from "./i18n.js";

const BASE = "/api/v1";
const RETRIES_MAX = 3;
const RETRY_MS = 700;
// A file that is being saved is held this long.
const SAVED_MS = 60_000;
const AGAIN = new Set(["NOT_CAUGHT_UP", "BUSY"]);

let csrfToken = "";
// Where the reader's newest write stands: no later read is older.
let writtenAt = "";
let onSignedOut = () => {};

// Reads belong to the view that asked; nobody waits for them once it is gone.
let reading = new AbortController();

/** Ends every read under way. */
export function cancelReads() {
  reading.abort();
  reading = new AbortController();
}

export const setCsrf = (token) => { csrfToken = token; };
export const whenSignedOut = (act) => { onSignedOut = act; };

/** Refused, in words: `detail`. `field` names the field that is meant, where one is. */
export class Refused extends Error {
  constructor(problem, status) {
    super(problem.detail || problem.code);
    this.code = problem.code;
    this.status = status;
    this.detail = problem.detail;
    this.params = problem.params ?? {};
    this.field = this.params.field ?? "";
  }

  /** Somebody else was there first. */
  get stale() {
    return this.status === 412;
  }
}

/** Not reached at all. */
export class Unreached extends Error {}

/** A random name for an intent; `crypto.randomUUID` exists in secure contexts only. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * One intent: the same content goes under the same key, however often it is sent, until it is done. `kept` goes on with
 * one that a draft has outlived; `changed({content, key})` is told what to keep.
 */
export class Intent {
  #content;
  #key;
  #changed;

  constructor(kept = null, changed = () => {}) {
    this.#content = kept?.content ?? null;
    this.#key = kept?.key ?? "";
    this.#changed = changed;
  }

  keyFor(content) {
    if (content !== this.#content || !this.#key) {
      this.#content = content;
      this.#key = newKey();
      this.#changed({ content, key: this.#key });
    }
    return this.#key;
  }

  done() {
    this.#key = "";
  }
}

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return { code: `HTTP_${answer.status}`, detail: "" };
  }
}

async function send(method, path, { body, headers = {}, signal, accept = "json" } = {}) {
  const given = { "Accept-Language": language(), ...headers };
  if (method !== "GET" && csrfToken) given["X-CSRF-Token"] = csrfToken;
  if (method === "GET" && writtenAt) given["Hj-Not-Before"] = writtenAt;
  if (typeof body === "string") given["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(BASE + path, { method, headers: given, body, signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreached(String(error));
  }
  if (!answer.ok) throw refusedBy(await problemOf(answer), answer.status);
  if (method !== "GET") writtenAt = answer.headers.get("Hj-Position") ?? writtenAt;
  if (answer.status === 204) return {};
  return accept === "text" ? answer.text() : accept === "blob" ? answer.blob() : answer.json();
}

function refusedBy(problem, status) {
  if (status === 401 && csrfToken) {
    csrfToken = "";
    onSignedOut();
  }
  return new Refused(problem, status);
}

/** Reads; what is not there yet, or not now, is asked for again a few times. */
export async function read(path, options = {}) {
  const { signal } = reading;
  for (let tries = 1; ; tries += 1) {
    try {
      return await send("GET", path, { ...options, signal });
    } catch (error) {
      if (!AGAIN.has(error.code) || tries === RETRIES_MAX || signal.aborted) throw error;
      await pause(RETRY_MS * tries);
    }
  }
}

/** Changes something, under an intent; `version` is the one that the reader saw. */
export async function act(path, content = {}, { method = "POST", intent = new Intent(), version, accept } = {}) {
  const body = JSON.stringify(content);
  const headers = { "Idempotency-Key": intent.keyFor(method + path + body) };
  if (version) headers["If-Match"] = `"${version}"`;
  const done = await send(method, path, { body, headers, accept });
  intent.done();
  return done;
}

/** Sends a file in the form field `file`. */
export async function upload(path, file, intent = new Intent()) {
  const form = new FormData();
  form.append("file", file);
  const key = intent.keyFor(`${path} ${file.name} ${file.size} ${file.lastModified}`);
  const done = await send("POST", path, { body: form, headers: { "Idempotency-Key": key } });
  intent.done();
  return done;
}

/** Saves what a path answers as a file of that name; asked for here, so that it comes in the page's language. */
export async function download(path, name) {
  const address = URL.createObjectURL(await read(path, { accept: "blob" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), SAVED_MS);
}

/** A query string; lists repeat their name, empty values are left out. */
export function query(fields) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== "" && each !== undefined && each !== null) search.append(name, each);
  }
  return [...search].length ? `?${search}` : "";
}

/** Every row of a paged read, up to `rowsMax`. */
export async function readAll(path, fields = {}, rowsMax = 5000) {
  const rows = [];
  let cursor = "";
  do {
    const page = await read(path + query({ ...fields, limit: Math.min(500, rowsMax), cursor }));
    rows.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && rows.length < rowsMax);
  return rows;
}
