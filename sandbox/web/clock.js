// The clock's panel: the server's time in the reader's zone and in UTC, and, where the server lets it be moved, steps
// forward. A step to the next event stops on the way at the times at which one is usually reminded of it.

import * as api from "./api.js";
import { el } from "./dom.js";
import { session } from "./session.js";
import { ZONE, exactUtc, fullDate, serverNow, setServerTime, timestamp } from "./time.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [["+15 min", 15 * MINUTE, "15 minutes"], ["+1 hour", HOUR, "1 hour"], ["+1 day", DAY, "1 day"]];
const SECOND_MS = 1000;

const now = document.getElementById("clock-now");
const utc = document.getElementById("clock-utc");
const steps = document.getElementById("clock-steps");
const note = document.getElementById("clock-note");

/** `moved(date)` is called after each step. */
export function startClock(moved) {
  const go = async (seconds, words) => {
    try {
      const clock = await api.advanceClock(seconds);
      setServerTime(clock.now);
      draw();
      note.textContent = `Moved ${words}. It is now ${fullDate(serverNow())}. What is due happens within seconds.`;
      moved(serverNow());
    } catch (error) {
      note.textContent = error.message;
    }
  };
  steps.append(...STEPS.map(([label, seconds, words]) => el("button", {
    type: "button", class: "button secondary", "aria-label": `${label} (move the clock forward)`, onclick: () => void go(seconds, `forward by ${words}`),
  }, label)), el("button", {
    type: "button", class: "button secondary", id: "clock-next", hidden: true,
    onclick: () => {
      const next = nextStop();
      if (next) void go(Math.ceil((next.at - serverNow()) / SECOND_MS), next.words);
    },
  }));
  setInterval(draw, SECOND_MS);
}

/** After the state was read. */
export function refreshClock() {
  setServerTime(session.state.clock?.now ?? session.state.now);
  steps.hidden = !session.state.clock?.movable;
  draw();
}

function draw() {
  const at = serverNow();
  const shown = timestamp(at, "F");
  now.replaceChildren(shown ?? "");
  utc.textContent = `${exactUtc(at)} · your zone: ${ZONE}${aheadWords()}`;
  const next = nextStop();
  const button = document.getElementById("clock-next");
  if (!button) return;
  button.hidden = next === null;
  // Written only when it changes, so that a pointer or a screen reader on it is left in peace.
  if (next !== null && button.textContent !== next.label) button.textContent = next.label;
}

function aheadWords() {
  const ahead = session.state?.clock?.ahead_seconds ?? 0;
  if (ahead === 0) return "";
  const parts = [[Math.floor(ahead / DAY), "day"], [Math.floor((ahead % DAY) / HOUR), "hour"], [Math.floor((ahead % HOUR) / MINUTE), "minute"]];
  const words = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return ` · moved ahead by ${words.join(" ") || "less than a minute"}`;
}

/** The nearest of the times around scheduled events: a day and a quarter of an hour before, the start, the end. */
function nextStop() {
  const at = serverNow().getTime();
  const stops = (session.state?.scheduled_events ?? []).filter((event) => event.status === 1 || event.status === 2).flatMap((event) => {
    const start = Date.parse(event.scheduled_start_time);
    const end = Date.parse(event.scheduled_end_time ?? "");
    return [[start - DAY * SECOND_MS, "a day before"], [start - 15 * MINUTE * SECOND_MS, "15 min before"], [start, "the start of"], [end, "the end of"]]
      .map(([time, where]) => ({ at: time, label: `To ${where} “${event.name}”`, words: `to ${where} “${event.name}”` }));
  });
  return stops.filter((stop) => stop.at - at > SECOND_MS).sort((a, b) => a.at - b.at)[0] ?? null;
}
