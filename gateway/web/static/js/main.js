// The page: one head, one view at a time, chosen by the address.

import { cancelReads, read, whenSignedOut } from "./api.js";
import { recognise, settle } from "./focus.js";
import { h, put } from "./h.js";
import { preferred, speak, t } from "./i18n.js";
import { counts, deskUnit, does, forget, homeUnit, logOut, me, oversees, recall } from "./me.js";
import { wordsOf } from "./parts/forms.js";
import { say } from "./parts/pieces.js";
import { drawShell } from "./parts/shell.js";
import { go, here, to, turn } from "./route.js";
import { setClock } from "./time.js";
import { accountsView } from "./views/accounts.js";
import { deskView } from "./views/desk.js";
import { dutiesView } from "./views/duties.js";
import { issueView } from "./views/issue.js";
import { loginView } from "./views/login.js";
import { mattersView } from "./views/matters.js";
import { messagesView } from "./views/messages.js";
import { officeView } from "./views/office.js";
import { ordersView } from "./views/orders.js";
import { planView } from "./views/plan.js";
import { rosterView } from "./views/roster.js";
import { routesView } from "./views/routes.js";
import { sheetView } from "./views/sheet.js";
import { statusView } from "./views/status.js";
import { todayView } from "./views/today.js";
import { unitsView } from "./views/units.js";
import { verifyView } from "./views/verify.js";
import { voteView } from "./views/vote.js";
import { votesView } from "./views/votes.js";

// A view draws itself into the place and answers {close, turn}: `turn(route)` says that it went there by itself.
const VIEWS = {
  login: loginView, status: statusView, desk: deskView, issue: issueView, plan: planView, office: officeView,
  today: todayView, matters: mattersView, orders: ordersView, units: unitsView, roster: rosterView, accounts: accountsView,
  votes: votesView, vote: voteView, sheet: sheetView, verify: verifyView, duties: dutiesView, messages: messagesView,
  routes: routesView,
};
const SITE_MS = 300_000;

const top = document.getElementById("top");
const main = document.getElementById("main");
let site = null;
let shown = null;
// Only what belongs to the present round may draw.
let round = 0;
// Who the last view was drawn for, and which it was.
let drawn = { login: null, view: "" };

// Whoever oversees begins with the figures, whoever has work to do with what is to be done today.
const home = () => (oversees() ? to("status", homeUnit()) : does() ? to("today", deskUnit()) : counts() ? to("votes") : to("units"));

async function show() {
  const route = here();
  if (!me.known && route.view !== "login") return turn(to("login", "", { to: location.hash.length > 2 ? location.hash : "" }));
  if (me.known && (!VIEWS[route.view] || route.view === "login")) return turn(route.params.to || home());
  if (shown?.view === route.view && shown.turn?.(route)) return undefined;
  clear();
  const mine = round;
  const inHead = recognise(top);
  const inView = drawn.view === route.view ? recognise(main) : () => false;
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  drawShell(top, site, route.view, { leave, change });
  document.title = `${t(`title.${route.view}`)} · ${t("brand")}`;
  const place = h("div", { class: `view ${route.view}` });
  put(main, place);
  place.setAttribute("aria-busy", "true");
  begin(route, inHead);
  try {
    const view = (await VIEWS[route.view](place, route)) ?? {};
    if (mine !== round) return view.close?.();
    shown = { view: route.view, ...view };
    place.removeAttribute("aria-busy");
    if (document.activeElement === main) inView(place);
  } catch (error) {
    if (mine !== round) return undefined;
    place.removeAttribute("aria-busy");
    put(place, failure(error));
  }
  return undefined;
}

// The keyboard begins at the top for whoever just came in, else at the view; a language changed leaves it where it was.
function begin({ view }, inHead) {
  main.setAttribute("aria-label", t(`title.${view}`));
  const arrives = drawn.login !== me.login;
  const stays = !arrives && drawn.view === view;
  drawn = { login: me.login, view };
  if (stays && inHead(top)) return;
  if (!stays) scrollTo(0, 0);
  settle(arrives ? top : main);
}

function failure(error) {
  if (!error.status) console.error(error);
  return h("section", { class: "card failure", role: "alert" }, h("p", {}, wordsOf(error)), h("button", { type: "button", class: "main", onclick: () => again() }, t("act.again")));
}

function clear() {
  round += 1;
  shown?.close?.();
  shown = null;
  cancelReads();
}

function again() {
  clear();
  show();
}

async function leave() {
  clear();
  try {
    await logOut();
  } catch (error) {
    say(wordsOf(error));
    return show();
  }
  return go(to("login"));
}

async function change(wanted) {
  await speak(wanted);
  again();
}

async function readSite() {
  site = await read("/site");
  setClock(site);
}

async function start() {
  whenSignedOut(() => {
    forget();
    say(t("error.signed_out"));
    go(to("login", "", { to: location.hash }));
  });
  await speak(preferred());
  try {
    await readSite();
    await recall();
  } catch (error) {
    put(main, h("section", { class: "card failure" }, h("p", {}, wordsOf(error)), h("button", { type: "button", class: "main", onclick: () => location.reload() }, t("act.again"))));
    return;
  }
  setInterval(() => readSite().catch(() => {}), SITE_MS);
  addEventListener("hashchange", show);
  await show();
}

start();
