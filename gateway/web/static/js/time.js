// Time as people there read it: Asia/Shanghai, by the platform's own clock (which a rehearsal lets run faster).

import { language } from "./i18n.js";

const ZONE = "Asia/Shanghai";
const OFFSET = "+08:00";
const SECOND_US = 1_000_000;
export const WORKDAY_MINUTES = 480;

let anchor = { businessUs: Date.now() * 1000, at: performance.now(), speed: 1 };

/** Sets the clock from what the platform said just now. */
export function setClock(site) {
  anchor = { businessUs: site.business_now_us, at: performance.now(), speed: site.kind === "rehearsal" ? site.speed : 1 };
}

/** Business time, microseconds. */
export const nowUs = () => anchor.businessUs + Math.round((performance.now() - anchor.at) * 1000) * anchor.speed;

const formats = new Map();

function format(us, options) {
  const key = `${language()} ${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    const locale = language() === "zh" ? "zh-CN" : "en-GB";
    formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: ZONE, hourCycle: "h23", ...options }));
  }
  return formats.get(key).format(new Date(us / 1000));
}

export const clockText = (us) =>
  format(us, { year: "numeric", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" });
export const momentText = (us) => format(us, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
export const dayText = (us) => format(us, { month: "short", day: "numeric", weekday: "short" });
export const dateText = (us) => format(us, { year: "numeric", month: "short", day: "numeric" });
export const secondText = (us) => format(us, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** What a datetime-local field holds, as an instant; null for an empty one. */
export function fromLocal(value) {
  const ms = Date.parse(`${value}:00${OFFSET}`);
  return Number.isNaN(ms) ? null : ms * 1000;
}

/** An instant as a datetime-local field holds it. */
export function toLocal(us) {
  return new Date(us / 1000 + 8 * 3_600_000).toISOString().slice(0, 16);
}

/** The end of a day that a date field holds. */
export const endOfDay = (value) => fromLocal(`${value}T23:59`);

export const secondsBetween = (fromUs, toUs) => Math.floor((toUs - fromUs) / SECOND_US);
