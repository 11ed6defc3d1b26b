// Shows instants in the reader's zone, each with the full date there and in UTC as its title, and keeps relative ones
// fresh. "Now" is the server's time, which may have been moved ahead of this machine's.

import { el } from "./dom.js";

// The page is in English; a reader's own flavour of it decides the order of day and month.
const LOCALE = navigator.languages?.find((language) => language.startsWith("en")) ?? "en-GB";
export const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const REFRESH_EVERY = 15_000;

let aheadMs = 0;

/** Takes over the server's time, as it just told it. */
export function setServerTime(text) {
  const told = Date.parse(text);
  if (Number.isNaN(told)) return;
  aheadMs = told - Date.now();
  refreshRelative();
}

export const serverNow = () => new Date(Date.now() + aheadMs);

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { day: "2-digit", month: "2-digit", year: "numeric" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
const relativeFormat = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

function relative(date) {
  const seconds = (date.getTime() - serverNow().getTime()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return relativeFormat.format(Math.round(seconds / length), unit);
}

/** "2026-10-13 21:00:00 UTC". */
export const exactUtc = (date) => `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;

const fullFormat = new Intl.DateTimeFormat(LOCALE, { ...STYLES.F, timeZoneName: "short" });

/** "Tuesday 13 October 2026 at 23:00 CEST (2026-10-13 21:00:00 UTC)". */
export const fullDate = (date) => `${fullFormat.format(date)} (${exactUtc(date)})`;

/** A `<time>` in one of Discord's styles (t T d D f F s S R); null if the instant cannot be shown. */
export function timestamp(date, style = "f") {
  if (Number.isNaN(date.getTime())) return null;
  const isRelative = style === "R";
  const text = isRelative ? relative(date) : new Intl.DateTimeFormat(LOCALE, STYLES[style] ?? STYLES.f).format(date);
  return el("time", {
    datetime: date.toISOString(),
    title: fullDate(date),
    dataset: isRelative ? { relative: "" } : {},
  }, text);
}

const dayFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full" });
const clockFormat = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short" });

/** The reader's day, in full: the heading over a day's messages. */
export const dayOf = (date) => dayFormat.format(date);

/** The hour of a message, whose day stands over it. */
export const clockTime = (date) => el("time", { datetime: date.toISOString(), title: fullDate(date) }, clockFormat.format(date));

function refreshRelative() {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    node.textContent = relative(new Date(node.dateTime));
  }
}

setInterval(refreshRelative, REFRESH_EVERY);
