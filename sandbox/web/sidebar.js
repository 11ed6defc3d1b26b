// The left column: the server's channels by kind, the switch of member, and, on small screens, opening and closing
// of both side columns.

import { el } from "./dom.js";
import { ANNOUNCEMENT, THREADS, channels, hashFor, humans, me, session } from "./session.js";
import { isUnread } from "./unread.js";

const channelList = document.getElementById("channel-list");
const user = document.getElementById("user");

const KINDS = [
  { title: "Announcements", sign: "📣", word: "announcement channel", has: (type) => type === ANNOUNCEMENT },
  { title: "Text channels", sign: "#", word: "text channel", has: (type) => type === 0 },
  { title: "Forums", sign: "❏", word: "forum: each post is a thread", has: (type) => type === 15 || type === 16 },
  { title: "Threads", sign: "↳", word: "thread", has: (type) => THREADS.includes(type) },
  { title: "Direct messages", sign: "@", word: "direct messages", has: (type) => type === 1 || type === 3 },
  { title: "Other channels", sign: "#", word: "channel", has: (type) => type === 2 || type === 13 },
];

export const kindOf = (type) => KINDS.find((kind) => kind.has(type)) ?? null;

export function drawChannels() {
  const focused = channelList.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
  channelList.replaceChildren(...KINDS.map((kind) => {
    const mine = channels().filter((entry) => kind.has(entry.type));
    return mine.length === 0 ? "" : el("section", {}, el("h2", {}, kind.title), el("ul", {}, mine.map((entry) => channelItem(entry, kind))));
  }));
  if (focused) channelList.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
}

function channelItem(entry, kind) {
  const open = entry.id === session.channelId;
  return el("li", {}, el("a", { href: hashFor(session.userId, entry.id), "aria-current": open ? "page" : null, dataset: { channel: entry.id } },
    el("span", { class: "sign", "aria-hidden": "true" }, kind.sign), el("span", { class: "channel-label" }, entry.name),
    entry.can_send === false ? el("span", { class: "visually-hidden" }, " (you can read here, not write)") : null,
    isUnread(entry) ? el("span", { class: "badge" }, "new") : null));
}

export function drawUsers() {
  if (document.activeElement !== user || user.options.length !== humans().length) {
    user.replaceChildren(...humans().map((member) => el("option", { value: member.id }, `${member.name}${member.staff ? " (staff)" : ""}`)));
  }
  user.value = session.userId ?? "";
  document.getElementById("user-note").textContent = me()?.staff
    ? "Staff: you see the staff's channels and commands."
    : "A member, without staff's rights.";
}

/** `switched(userId)` when somebody else is chosen. */
export function startSidebar(switched) {
  user.addEventListener("change", () => switched(user.value));
  for (const toggle of document.querySelectorAll("[data-panel]")) {
    toggle.addEventListener("click", () => showPanel(toggle.dataset.panel, toggle.getAttribute("aria-expanded") !== "true"));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const focused = document.activeElement;
    const panel = focused?.closest(".panel.open") ?? document.querySelector(`#${focused?.dataset.panel}.panel.open`);
    if (!panel) return;
    showPanel(panel.id, false);
    document.querySelector(`[data-panel="${panel.id}"]`).focus();
  });
}

/** On small screens a column covers the page while open, so one is open at a time. */
export function showPanel(id, open) {
  for (const panel of document.querySelectorAll(".panel")) {
    const shown = panel.id === id && open;
    panel.classList.toggle("open", shown);
    document.querySelector(`[data-panel="${panel.id}"]`).setAttribute("aria-expanded", String(shown));
  }
}

export const closePanels = () => showPanel(null, false);
