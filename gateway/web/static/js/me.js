// Who is signed in, and what that makes sense of on the page. What is allowed is decided by the services.

import { act, read, setCsrf, Unreached } from "./api.js";
import { answeringTo } from "./parts/routes.js";

// Asked only where it may succeed: a stranger's page makes no refused request.
const KEPT = "huanjie.signedIn";
const WATCHING = ["operator", "inspector", "unit_secretary", "verifier"];
const OVERSEEING = ["operator", "inspector"];
const DOING = ["unit_secretary", "unit_reporter", "verifier"];
const COUNTING = ["teller", "scrutineer", "chief_scrutineer"];

export const me = { known: false, accountId: "", login: "", roles: [], leads: false };

async function take(session) {
  Object.assign(me, { known: true, accountId: session.account_id, login: session.login, roles: session.roles });
  setCsrf(session.csrf_token);
  localStorage.setItem(KEPT, "1");
  me.leads = has("operator", "verifier") || (await secretaryOfMany());
}

// A secretary of a unit that has others below it, in the unit tree or on a route; where that cannot be read, the services
// say what is to be seen.
async function secretaryOfMany() {
  const ids = new Set(me.roles.filter((held) => held.role === "unit_secretary").map((held) => held.unit_id));
  try {
    const units = await Promise.all([...ids].map((id) => read(`/units/${id}`)));
    if (units.some((unit) => unit.children > 0)) return true;
    const answering = await Promise.all([...ids].map(answeringTo));
    return answering.some((count) => count > 0);
  } catch {
    return ids.size > 0;
  }
}

export function forget() {
  Object.assign(me, { known: false, accountId: "", login: "", roles: [], leads: false });
  localStorage.removeItem(KEPT);
}

/** Whether somebody is signed in already. */
export async function recall() {
  if (!localStorage.getItem(KEPT)) return false;
  try {
    await take(await read("/session"));
  } catch (error) {
    // Not reached is not signed out.
    if (error instanceof Unreached) throw error;
    forget();
  }
  return me.known;
}

async function opened(path, content) {
  const session = await act(path, content);
  setCsrf(session.csrf_token);
  await take(await read("/session"));
}

export const logIn = (login, password) => opened("/session", { login, password });
export const activate = (login, code, password) => opened("/activation", { login, one_time_code: code, new_password: password });

export async function logOut() {
  await act("/session", {}, { method: "DELETE" });
  forget();
}

export const has = (...roles) => me.roles.some((held) => roles.includes(held.role));
export const watches = () => has(...WATCHING);
/** Asks others, or looks on: units' own people do neither. */
export const oversees = () => has(...OVERSEEING);
export const does = () => has(...DOING);
/** Others stand below: there is something to ask for and to verify. */
export const leads = () => me.leads;
export const counts = () => has(...COUNTING);

/** The unit that the person's page begins with: where they work, else where they watch. */
export function homeUnit() {
  const order = ["operator", "inspector", ...DOING];
  const held = me.roles.filter((role) => order.includes(role.role) && role.unit_id);
  held.sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  return held[0]?.unit_id ?? "";
}

/** The unit whose tasks the person does. */
export const deskUnit = () => me.roles.find((held) => DOING.includes(held.role))?.unit_id ?? homeUnit();
