// The way around: which views there are for whoever is signed in, by what they are for. What is allowed the services decide.

import { deskUnit, does, has, homeUnit, leads, watches } from "../me.js";

const OFFICE = ["operator", "unit_secretary"];
const DOERS = [...OFFICE, "unit_reporter", "verifier"];
// Who organises votes, and who counts them.
const VOTES = [...OFFICE, "unit_reporter", "teller", "scrutineer", "chief_scrutineer"];

const own = () => (does() ? deskUnit() : homeUnit());

// group → [view, who sees it, the unit that it begins with]
const GROUPS = {
  work: [
    ["today", () => does() || has("operator"), own],
    ["desk", () => does() || has("operator"), deskUnit],
    ["verify", leads, own],
    ["matters", () => does() || has("operator"), own],
    ["orders", () => has(...DOERS), own],
    ["votes", () => has(...VOTES)],
  ],
  watch: [
    ["status", watches, homeUnit],
    ["plan", () => watches() || does()],
    ["office", () => has("operator")],
    ["issue", () => has(...OFFICE) && leads()],
  ],
  house: [
    ["units", () => has(...OFFICE, "inspector")],
    ["routes", () => has("operator")],
    ["duties", () => watches() || does(), own],
    ["messages", () => has(...OFFICE), own],
    ["roster", () => has("operator")],
    ["accounts", () => has(...OFFICE)],
  ],
};

/** The groups and their views, each with what it begins with: [group, [[view, argument]]]. */
export function placesOf() {
  return Object.entries(GROUPS)
    .map(([group, views]) => [group, views.filter(([, seen]) => seen()).map(([view, , argument]) => [view, argument?.() ?? ""])])
    .filter(([, views]) => views.length);
}
