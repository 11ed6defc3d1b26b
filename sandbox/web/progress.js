// What a visitor has really done so far, read from what happened: outcomes of commands, clicks and forms, messages that
// appeared or changed, moves of the clock. Owns the marks of the tour's steps; how they look is the guide's.

import { channel, member, session } from "./session.js";
import { serverNow } from "./time.js";

const KEY = "sandbox-tour";

const token = document.querySelector('meta[name="control-token"]').content.slice(0, 8);
const done = new Set(load());
let changed = () => {};

/** Titles that were given to posts here, until a message of a bot carried them. */
const published = new Set();
const revised = new Set();
/** When the clock was last moved, by the server's time; null before. */
let movedAt = null;
/** Channels that somebody without staff's rights sees. */
const open = new Set();

function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return kept?.token === token ? kept.done : [];
  } catch {
    return [];
  }
}

export const isDone = (step) => done.has(step);

/** `redraw()` is called when another step is done. */
export function startProgress(redraw) {
  changed = redraw;
}

function mark(step) {
  if (done.has(step)) return;
  done.add(step);
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ token, done: [...done] }));
  } catch {
    // A browser that keeps nothing forgets the tour when the page is loaded anew.
  }
  changed();
}

const FUTURE = /<t:(\d+)/g;
const namesTheFuture = (text) => [...text.matchAll(FUTURE)].some((match) => Number(match[1]) * 1000 > serverNow().getTime());
const textOf = (message) => JSON.stringify([message?.content, message?.embeds, message?.components]);

/**
 * Something a member did was answered. `deed`: `{ kind: "command" | "press" | "form", command, label }`, where `command`
 * is the one it all began with, or null, and `label` that of the last button.
 */
export function answered(deed, outcome) {
  if (outcome.state !== "answered" || outcome.modal) return;
  if (deed.kind === "command") mark("command");
  if (deed.kind === "command" && deed.command === "ask" && outcome.message) mark("ask");
  if (deed.kind === "form" && deed.command === "feedback") mark("feedback");
  if (/acknowledge/i.test(deed.label ?? "") && isForStaff(outcome.message?.channel_id ?? session.channelId)) mark("staff");
  const text = textOf(outcome.message);
  if (deed.kind === "press" && deed.command === "announce" && /\bscheduled\b/i.test(text) && namesTheFuture(text)) mark("announce");
}

export const postPublished = (title) => published.add(title);
export const postRevised = (title) => revised.add(title);

/** A message appeared or changed where the present member sees it. */
export function seen(message, isNew) {
  if (!member(message.author?.id)?.bot || message.ephemeral_for) return;
  const text = textOf(message);
  const carries = (titles) => [...titles].some((title) => text.includes(JSON.stringify(title).slice(1, -1)));
  if (isNew && carries(published)) mark("publish");
  if (!isNew && carries(revised)) mark("edit");
  const isAnswer = message.interaction_metadata !== undefined && message.interaction_metadata !== null;
  if (isNew && movedAt !== null && !isAnswer && !carries(published) && new Date(message.timestamp) >= movedAt) mark("clock");
}

export function clockMoved(date) {
  movedAt = date;
}

/** After the state was read: which channels members see, and whether staff looked at one that they do not. */
export function looked() {
  if (!session.state.me.staff) for (const entry of session.state.channels) open.add(entry.id);
  else if (isForStaff(session.channelId)) mark("look");
}

export const isForStaff = (id) => {
  const entry = channel(id);
  return entry !== null && entry.type !== 1 && (open.size > 0 ? !open.has(id) : /staff/.test(entry.name));
};
