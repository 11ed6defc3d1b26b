// The log of one channel: keeps messages in order, updates them in place, keeps the reader's place, and shows what
// is still waited for. Which messages there are, it is told.

import { botName, compareIds, session } from "./session.js";
import { el } from "./dom.js";
import { isEphemeral, messageNode, thinking } from "./message.js";

const MOST_SHOWN = 200;
/** Messages of one author within this time stand under one name. */
const TOGETHER_MS = 7 * 60_000;
const AT_BOTTOM_PX = 60;

export class Timeline {
  #root;
  #toNewest;
  #actions;
  #messages = new Map();
  #dismissed = new Set();
  #deleted = new Set();

  /** `actions` as messageNode takes them, without `dismiss` and `jump`, which are the log's own. */
  constructor(root, toNewest, actions) {
    this.#root = root;
    this.#toNewest = toNewest;
    this.#actions = { ...actions, dismiss: (message) => this.dismiss(message.id), jump: (id) => this.jump(id) };
    root.addEventListener("scroll", () => this.#atBottom() && (toNewest.hidden = true), { passive: true });
    toNewest.addEventListener("click", () => this.toBottom());
    // Pictures that arrive late must not push the newest message out of sight.
    root.addEventListener("load", () => toNewest.hidden && this.toBottom(), { capture: true });
  }

  /** Empties the log, for another channel or member. */
  clear() {
    this.#messages.clear();
    this.#deleted.clear();
    this.#root.replaceChildren();
    this.#toNewest.hidden = true;
    this.#root.setAttribute("aria-busy", "true");
  }

  /** What the channel holds now, after opening it or after a lost connection. */
  load(messages) {
    const wasAtBottom = this.#atBottom();
    this.#root.setAttribute("aria-busy", "true");
    const held = new Set(messages.map((message) => message.id));
    const oldest = messages[0]?.id;
    for (const id of [...this.#messages.keys()]) {
      // Older ones than those re-read may well still exist; of the others, those that are not held are gone.
      if (!held.has(id) && oldest !== undefined && compareIds(id, oldest) > 0) this.#take(id);
    }
    for (const message of messages) this.#put(message);
    this.#arrange();
    this.#root.setAttribute("aria-busy", "false");
    if (wasAtBottom) this.toBottom();
  }

  /** A new or changed message of the open channel that the current member may see. */
  show(message) {
    if (message.channel_id !== session.channelId) return;
    if (message.ephemeral_for && message.ephemeral_for !== session.userId) return;
    const follow = this.#atBottom();
    const isNew = !this.#messages.has(message.id);
    this.#put(message);
    this.#arrange();
    if (follow) this.toBottom();
    else if (isNew) this.#toNewest.hidden = false;
  }

  remove(id) {
    this.#deleted.add(id);
    this.#take(id);
    this.#arrange();
  }

  /** Ephemeral messages vanish for good when their reader says so. */
  dismiss(id) {
    this.#dismissed.add(id);
    this.#take(id);
    this.#arrange();
    this.#root.focus();
  }

  /** Brings a message of the log into view; says whether it is there. */
  jump(id) {
    const node = this.#messages.get(id)?.node;
    if (!node) return false;
    node.tabIndex = -1;
    node.focus();
    node.scrollIntoView({ block: "center" });
    return true;
  }

  toBottom() {
    this.#root.scrollTop = this.#root.scrollHeight;
    this.#toNewest.hidden = true;
  }

  /** A line at the end that says what is waited for; `fail` leaves it with the reason, `done` takes it away. */
  pending(label) {
    const row = el("div", { class: "pending" }, label && el("p", { class: "origin" }, label), thinking(botName()));
    this.#root.append(row);
    this.toBottom();
    return {
      done: () => row.remove(),
      fail: (reason) => {
        row.classList.add("failed");
        row.replaceChildren(label ? el("p", { class: "origin" }, label) : "", el("p", {}, `⚠ ${reason}`),
          el("p", { class: "marks" }, "Only you can see this · ",
            el("button", { type: "button", class: "linkish", onclick: () => row.remove() }, "Dismiss message")));
        if (row.isConnected) this.toBottom();
      },
    };
  }

  /** Says under a message that its button or select failed; an empty reason takes that back. */
  failAt(messageId, reason) {
    const place = this.#messages.get(messageId)?.node.querySelector(".interaction-error");
    if (place) place.textContent = reason === "" ? "" : `⚠ ${reason}`;
  }

  #put(message) {
    if (this.#dismissed.has(message.id) || this.#deleted.has(message.id)) return;
    const earlier = this.#messages.get(message.id);
    const key = JSON.stringify(message);
    if (earlier?.key === key) return;
    const node = messageNode(message, this.#actions);
    if (earlier) replaceKeepingFocus(earlier.node, node);
    this.#messages.set(message.id, { key, node, message });
  }

  #take(id) {
    this.#messages.get(id)?.node.remove();
    this.#messages.delete(id);
  }

  /** Puts the nodes in order, touching only those that are out of place, and groups them by day and author. */
  #arrange() {
    const ids = [...this.#messages.keys()].sort(compareIds);
    for (const id of ids.splice(0, Math.max(0, ids.length - MOST_SHOWN))) this.#take(id);
    this.#root.querySelector(".empty")?.remove();
    if (ids.length === 0) this.#root.prepend(el("p", { class: "empty hint" }, "Nothing has been written here yet."));
    let place = this.#root.querySelector(".message");
    let before = null;
    for (const id of ids) {
      const { node, message } = this.#messages.get(id);
      if (node === place) place = nextMessage(place);
      else this.#root.insertBefore(node, place ?? this.#root.querySelector(".pending"));
      const newDay = before?.node.dataset.day !== node.dataset.day;
      node.querySelector(".day").hidden = !newDay;
      node.classList.toggle("grouped", !newDay && together(before, { node, message }));
      before = { node, message };
    }
  }

  #atBottom() {
    const { scrollTop, scrollHeight, clientHeight } = this.#root;
    return scrollHeight - scrollTop - clientHeight < AT_BOTTOM_PX;
  }
}

function nextMessage(node) {
  const next = node.nextElementSibling;
  return next?.classList.contains("message") ? next : null;
}

function together(before, after) {
  return before.message.author.id === after.message.author.id
    && isEphemeral(before.message) === isEphemeral(after.message)
    && !after.node.querySelector(".origin")
    && Number(after.node.dataset.at) - Number(before.node.dataset.at) < TOGETHER_MS;
}

/** A person on a button that is redrawn stays on it. */
function replaceKeepingFocus(earlier, node) {
  const focused = earlier.contains(document.activeElement) ? document.activeElement : null;
  const customId = focused?.dataset.customId;
  earlier.replaceWith(node);
  if (focused === null) return;
  const again = customId && [...node.querySelectorAll("[data-custom-id]")].find((entry) => entry.dataset.customId === customId && !entry.disabled);
  if (again) again.focus();
  else {
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
  }
}
