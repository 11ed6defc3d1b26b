// Draws one message: who, when, what, and the marks that Discord puts on it. What a click does is given by `actions`.

import { commands, me, member, channel } from "./session.js";
import { attachments, embed } from "./embed.js";
import { components } from "./components.js";
import { el } from "./dom.js";
import { markdown } from "./markdown.js";
import { clockTime, dayOf, fullDate } from "./time.js";

const CROSSPOSTED = 1;
const IS_CROSSPOST = 1 << 1;
const NO_EMBEDS = 1 << 2;
const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;

/** Discord's own notices, by message type; everything else is somebody's text. */
const NOTICES = {
  4: (message, name) => `${name} renamed this to ${message.content}.`,
  6: (message, name) => `${name} pinned a message.`,
  7: (message, name) => `${name} joined.`,
  12: (message, name) => `${name} added a channel to follow: ${message.content}.`,
  18: (message, name) => `${name} started a thread: ${message.content}.`,
};

const TONES = 6;

const authorName = (author) => member(author.id)?.name ?? author.global_name ?? author.username ?? "Somebody";
export const isEphemeral = (message) => Boolean(message.ephemeral_for) || Boolean((message.flags ?? 0) & EPHEMERAL);
export const isLoading = (message) => Boolean((message.flags ?? 0) & LOADING);

/**
 * The article of a message. `actions`: `component(message, data, values, node)`, `menu(message, command)`,
 * `dismiss(message)`, `jump(messageId)`.
 */
export function messageNode(message, actions) {
  const date = new Date(message.timestamp);
  const notice = NOTICES[message.type]?.(message, authorName(message.author));
  const node = el("article", { class: "message", dataset: { id: message.id, author: message.author.id, day: dayOf(date), at: date.getTime() } });
  if (isEphemeral(message)) node.classList.add("ephemeral");
  if (isLoading(message)) node.classList.add("loading");
  node.append(el("p", { class: "day", hidden: true }, dayOf(date)), avatar(message.author), el("div", { class: "message-body" },
    origin(message, actions),
    head(message, date),
    notice ? el("p", { class: "notice" }, notice) : body(message, actions),
    marks(message, actions)));
  if (!notice) node.append(menu(message, actions) ?? "");
  return node;
}

export function avatar(author) {
  const name = authorName(author);
  const initials = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
  const tone = [...author.id].reduce((sum, digit) => sum + Number(digit), 0) % TONES;
  return el("span", { class: `avatar tone-${author.bot ? "bot" : tone}`, "aria-hidden": "true" }, initials);
}

function head(message, date) {
  const known = member(message.author.id);
  return el("header", { class: "message-head" },
    el("span", { class: "author" }, authorName(message.author)),
    message.author.bot || known?.bot ? el("span", { class: "badge" }, "App") : null,
    known?.staff && !known.bot ? el("span", { class: "badge quiet" }, "Staff") : null,
    clockTime(date));
}

/** What this message came from: a command somebody used, or a message it replies to. */
function origin(message, actions) {
  const used = message.interaction_metadata ?? message.interaction;
  const command = used?.name ?? message.interaction?.name;
  if (command && used.user) return el("p", { class: "origin" }, `${authorName(used.user)} used `, el("strong", {}, `/${command}`));
  const replied = message.referenced_message;
  if (!replied) return null;
  const text = `${authorName(replied.author)}: ${(replied.content ?? "").slice(0, 80) || "a message"}`;
  return el("p", { class: "origin" }, "Reply to ", el("button", { type: "button", class: "linkish", onclick: () => actions.jump(replied.id) }, text));
}

function body(message, actions) {
  if (isLoading(message)) return thinking(authorName(message.author));
  const embeds = (message.flags ?? 0) & NO_EMBEDS ? [] : message.embeds ?? [];
  return [
    message.content ? el("div", { class: "text" }, markdown(message.content), edited(message)) : null,
    embeds.map((data) => embed(data, message.attachments ?? [])),
    attachments(message),
    el("div", { class: "components" }, components(message.components ?? [], (data, values, node) => actions.component(message, data, values, node))),
    message.content ? null : edited(message),
    el("p", { class: "interaction-error", role: "status" }),
  ];
}

export function thinking(name) {
  return el("p", { class: "thinking" }, `${name} is thinking`, el("span", { class: "dots", "aria-hidden": "true" }, "…"));
}

function edited(message) {
  if (!message.edited_timestamp) return null;
  const at = new Date(message.edited_timestamp);
  return el("span", { class: "edited", title: Number.isNaN(at.getTime()) ? null : fullDate(at) }, " (edited)");
}

function marks(message, actions) {
  const flags = message.flags ?? 0;
  const thread = message.thread;
  const list = [
    flags & CROSSPOSTED ? el("span", { class: "mark" }, "Published to following servers") : null,
    flags & IS_CROSSPOST ? el("span", { class: "mark" }, "From a followed channel") : null,
    message.pinned ? el("span", { class: "mark" }, "Pinned") : null,
    thread ? el("span", { class: "mark" }, "Thread: ", threadLink(thread)) : null,
    (message.reactions ?? []).map((reaction) => el("span", { class: "mark" }, `${reaction.emoji?.name ?? "Reaction"} ${reaction.count}`)),
    isEphemeral(message) ? el("span", { class: "mark" }, "Only you can see this · ",
      el("button", { type: "button", class: "linkish", onclick: () => actions.dismiss(message) }, "Dismiss message")) : null,
  ].flat().filter(Boolean);
  return list.length === 0 ? null : el("p", { class: "marks" }, list);
}

const threadLink = (thread) => (channel(thread.id) === null ? thread.name
  : el("a", { href: `#channel=${thread.id}`, dataset: { channel: thread.id } }, thread.name));

/** The "⋯" menu with the app's commands for this message and its author; null where there are none. */
function menu(message, actions) {
  const offered = [...commands(3), ...(message.author.bot ? [] : commands(2))];
  if (offered.length === 0 || isEphemeral(message) || isLoading(message) || me() === null) return null;
  const toggle = el("button", { type: "button", class: "plain more", "aria-expanded": "false",
    "aria-label": `Apps for the message of ${authorName(message.author)}` }, "⋯");
  const list = el("ul", { class: "menu", hidden: true }, offered.map((command) => el("li", {},
    el("button", { type: "button", class: "plain", onclick: () => { open(false); actions.menu(message, command); } },
      command.type === 2 ? `${command.name} (${authorName(message.author)})` : command.name))));
  const open = (shown) => {
    list.hidden = !shown;
    toggle.setAttribute("aria-expanded", String(shown));
  };
  const box = el("div", { class: "message-menu" }, toggle, list);
  toggle.addEventListener("click", () => {
    open(list.hidden);
    if (!list.hidden) list.querySelector("button").focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      open(false);
      toggle.focus();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      step(list, event);
    }
  });
  box.addEventListener("focusout", (event) => !box.contains(event.relatedTarget) && open(false));
  return box;
}

function step(list, event) {
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  buttons[(at + (event.key === "ArrowDown" ? 1 : -1) + buttons.length) % buttons.length].focus();
}
