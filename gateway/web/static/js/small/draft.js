// What a branch has typed so far: kept in this browser only, and wiped as soon as the platform has recorded it.
// Totals of readings and names, nothing of any ballot.

import { newKey } from "../api.js";

const KEPT = "huanjie.smallSitting";
const RECORDED = "huanjie.smallSitting.recorded";
const BASE = "huanjie-small-sitting";
const PHOTOS = "photos";
const FORM = 1;

export const VOTES_MAX = 5;
export const ELECTORS_MIN = 3;
export const ELECTORS_MAX = 60;

export const blankVote = () => ({
  election_id: "", round: "formal", post: "member", seats: "", title: "", candidates: "", full_members: "", consent: "",
  printed: "", issued: "", returned: "", unused_destroyed: "",
  stage: { who: 0, again: false, hand: false }, readings: [{}, {}], totals: [null, null], differing: [], again: [{}, {}], agreed: null, said: "",
  explanations: {}, photo: "",
});

export const blankDraft = () => ({
  form: FORM, key: newKey(), sentBy: "", refused: false, sitting_id: "", unit_id: "", turnover: "", body: "member_meeting",
  electors: "", others: [], entitled: 0, present: "", method_agree: "", officers_agree: "", first: "", second: "",
  votes: [blankVote()], open: "votes",
});

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The draft in this browser, or a blank one. */
export function loadDraft() {
  const kept = parsed(localStorage.getItem(KEPT) ?? "");
  return kept?.form === FORM ? kept : blankDraft();
}

export const saveDraft = (draft) => localStorage.setItem(KEPT, JSON.stringify(draft));

/** What was recorded last from this browser: ids only. */
export const lastRecorded = () => parsed(localStorage.getItem(RECORDED) ?? "");
export const keepRecorded = (ids) => localStorage.setItem(RECORDED, JSON.stringify(ids));
export const forgetRecorded = () => localStorage.removeItem(RECORDED);

/** Nothing of the sitting is left here. */
export async function wipe() {
  localStorage.removeItem(KEPT);
  const base = await open();
  await done(base.transaction(PHOTOS, "readwrite").objectStore(PHOTOS).clear());
  base.close();
}

const done = (request) => new Promise((go, fail) => {
  request.onsuccess = () => go(request.result);
  request.onerror = () => fail(request.error);
});

function open() {
  const request = indexedDB.open(BASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(PHOTOS);
  return done(request);
}

/** Keeps the photograph of a vote's signed paper. */
export async function keepPhoto(number, file) {
  const base = await open();
  await done(base.transaction(PHOTOS, "readwrite").objectStore(PHOTOS).put(file, number));
  base.close();
}

/** The photograph of a vote's signed paper, or nothing. */
export async function photoOf(number) {
  const base = await open();
  const file = await done(base.transaction(PHOTOS).objectStore(PHOTOS).get(number));
  base.close();
  return file;
}
