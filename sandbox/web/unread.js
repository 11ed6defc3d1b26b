// What each member has read, channel by channel, kept for this browser tab: what somebody was told while the page showed
// another member's view is still new to them. A member's first look finds the server's channels read, direct messages not.

import { channels, compareIds, session } from "./session.js";

const KEY = "sandbox-read";

/** Last message read, by member and channel. */
const marks = load();

function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    // Another run of the server has other messages.
    return kept?.server === serverKey() ? kept.marks : {};
  } catch {
    return {};
  }
}

const serverKey = () => document.querySelector('meta[name="control-token"]').content.slice(0, 8);

function keep() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ server: serverKey(), marks }));
  } catch {
    // A browser that keeps nothing loses only the marks.
  }
}

const isDirect = (entry) => entry.type === 1 || entry.type === 3;

/** After the state was read: a first look marks what is there; the open channel is read. */
export function look() {
  const known = marks[session.userId];
  const mine = known ?? (marks[session.userId] = {});
  for (const entry of channels()) {
    if (known === undefined && !isDirect(entry)) mine[entry.id] = entry.last_message_id ?? "0";
    if (entry.id === session.channelId || entry.last_author_id === session.userId) mine[entry.id] = entry.last_message_id ?? "0";
  }
  keep();
}

/** A message arrived in a channel of the list. */
export function arrived(message) {
  const entry = channels().find((one) => one.id === message.channel_id);
  if (!entry) return;
  entry.last_message_id = message.id;
  entry.last_author_id = message.author?.id;
  look();
}

export const isUnread = (entry) => Boolean(entry.last_message_id)
  && compareIds(entry.last_message_id, marks[session.userId]?.[entry.id] ?? "0") > 0;
