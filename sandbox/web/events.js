// The panel of scheduled events: what, when (for the reader and in UTC), where, and how far it has come.

import { el, link } from "./dom.js";
import { markdown } from "./markdown.js";
import { channel, channels, session } from "./session.js";
import { exactUtc, timestamp } from "./time.js";

const list = document.getElementById("events");

const STATUS = { 1: "Scheduled", 2: "Happening now", 3: "Ended", 4: "Cancelled" };
const RUNNING = 2;
const MOST_PAST = 3;

export function drawEvents() {
  const events = [...(session.state?.scheduled_events ?? [])].sort((a, b) => Date.parse(a.scheduled_start_time) - Date.parse(b.scheduled_start_time));
  const key = JSON.stringify(events);
  // A redraw would take a reader's selection away.
  if (list.dataset.shown === key) return;
  list.dataset.shown = key;
  const isPast = (event) => event.status > RUNNING;
  const shown = [...events.filter((event) => !isPast(event)), ...events.filter(isPast).slice(-MOST_PAST)];
  list.replaceChildren(...(shown.length === 0 ? [el("li", { class: "hint" }, "None is scheduled.")] : shown.map(item)));
}

function item(event) {
  const start = new Date(event.scheduled_start_time);
  const end = event.scheduled_end_time ? new Date(event.scheduled_end_time) : null;
  return el("li", { class: "post" },
    el("p", { class: "post-title" }, event.name ?? "Event"),
    el("p", {}, el("span", { class: event.status === RUNNING ? "badge" : "badge quiet" }, STATUS[event.status] ?? "Scheduled"), " ", timestamp(start, "R")),
    el("p", { class: "hint" }, timestamp(start, "F"), end && [" to ", timestamp(end, "t")]),
    el("p", { class: "hint" }, `${exactUtc(start).slice(0, 16)} UTC`),
    el("p", { class: "hint" }, "Where: ", place(event)),
    event.description ? el("div", { class: "post-summary text" }, markdown(event.description)) : null);
}

function place(event) {
  const known = event.channel_id ? channel(event.channel_id) : null;
  if (known) return el("a", { href: `#channel=${known.id}`, dataset: { channel: known.id } }, `#${known.name}`);
  const location = event.entity_metadata?.location ?? "";
  // A location is plain text on Discord, but people write links and channels there.
  if (/^https?:\/\/\S+$/.test(location)) return link(location, {}, location);
  const mentioned = channels().find((entry) => location === `<#${entry.id}>` || location === `#${entry.name}`);
  return mentioned ? el("a", { href: `#channel=${mentioned.id}`, dataset: { channel: mentioned.id } }, `#${mentioned.name}`) : location || "not said";
}
