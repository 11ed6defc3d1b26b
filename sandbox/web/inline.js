// Discord's inline Markdown → nodes: emphasis, code, spoilers, links, times, mentions. Blocks are markdown.js's.
// Every pattern is tried at one place of the text and has no two ways to match the same part, so hostile text
// costs at most the square of its (bounded) length.

import { el, link, safeUrl } from "./dom.js";
import { channel, member, role } from "./session.js";
import { timestamp } from "./time.js";

const DEEPEST = 12;

/** `context` = { links: may there be links here, depth }. */
export function inline(text, context = { links: true, depth: 0 }) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") nodes.push(document.createTextNode(plain));
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const found = START.test(text[at]) ? firstMatch(text, at, context) : null;
    if (found === null) {
      plain += text[at];
      at += 1;
    } else if (typeof found.node === "string") {
      plain += found.node;
      at += found.length;
    } else {
      flush();
      nodes.push(found.node);
      at += found.length;
    }
  }
  flush();
  return nodes;
}

const START = /[\\`*_~|<[h@\n]/;

function firstMatch(text, at, context) {
  for (const { pattern, build, when } of RULES) {
    if (when && !when(text, at, context)) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) continue;
    const node = build(match, context);
    if (node !== null) return { node, length: match[0].length };
  }
  return null;
}

const deeper = (context, changes = {}) => ({ ...context, ...changes, depth: context.depth + 1 });
const wrap = (tag, className) => (match, context) => el(tag, { class: className }, inline(match[1], deeper(context)));
const nestable = (text, at, context) => context.depth < DEEPEST;
const linkable = (text, at, context) => context.links;
const afterWord = (text, at) => at > 0 && /\w/.test(text[at - 1]);

const mention = (sign, name, kind) => el("span", { class: "mention", title: kind }, `${sign}${name}`);

function spoiler(match, context) {
  const hidden = el("button", { type: "button", class: "spoiler" }, "Spoiler: show it");
  hidden.addEventListener("click", () => {
    const shown = el("span", { class: "spoiler-shown", tabindex: "-1" }, inline(match[1], deeper(context)));
    hidden.replaceWith(shown);
    shown.focus();
  });
  return hidden;
}

function masked(match, context) {
  const href = safeUrl(match[2]);
  if (href === null) return null;
  return link(href, { title: match[3] ?? href }, inline(match[1], deeper(context, { links: false })));
}

function channelMention(match) {
  const known = channel(match[1]);
  return known === null
    ? mention("#", "unknown channel", "Channel")
    : el("a", { class: "mention", href: `#channel=${known.id}`, dataset: { channel: known.id } }, `#${known.name}`);
}

// In the order in which they win at one place.
const RULES = [
  { pattern: /\\([^0-9A-Za-z\s])/y, build: (match) => match[1] },
  { pattern: /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/y, build: (match) => el("code", {}, match[2].trim() || match[2]) },
  { pattern: /<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y, build: (match) => timestamp(new Date(Number(match[1]) * 1000), match[2]) },
  { pattern: /<@!?(\d+)>/y, build: (match) => mention("@", member(match[1])?.name ?? "unknown member", "Member") },
  { pattern: /<@&(\d+)>/y, build: (match) => mention("@", role(match[1])?.name ?? "unknown role", "Role") },
  { pattern: /<#(\d+)>/y, build: channelMention },
  { pattern: /<\/([^:<>\n]{1,100}):\d+>/y, build: (match) => mention("/", match[1], "Command") },
  { pattern: /<a?:(\w+):\d+>/y, build: (match) => `:${match[1]}:` },
  { pattern: /@(everyone|here)\b/y, build: (match) => mention("@", match[1], "Everybody") },
  { pattern: /<(https?:\/\/[^\s<>]+)>/y, when: linkable, build: (match) => link(match[1], {}, match[1]) },
  {
    pattern: /\[((?:\\.|\[[^[\]\n]*\]|[^[\]\\])+)\]\(\s*<?(https?:\/\/(?:\([^\s()]*\)|[^\s()<>])+)>?(?:\s+"([^"\n]*)")?\s*\)/y,
    when: (text, at, context) => linkable(text, at, context) && nestable(text, at, context),
    build: masked,
  },
  { pattern: /https?:\/\/[^\s<]*[^<.,:;"'\])\s]/y, when: (text, at, context) => linkable(text, at, context) && !afterWord(text, at), build: (match) => link(match[0], {}, match[0]) },
  { pattern: /\|\|((?:(?!\|\|)[\s\S])+)\|\|/y, when: nestable, build: spoiler },
  { pattern: /\*\*\*((?:(?!\*\*\*)[\s\S])+)\*\*\*(?!\*)/y, when: nestable, build: (match, context) => el("strong", {}, wrap("em")(match, context)) },
  { pattern: /\*\*((?:(?!\*\*)[\s\S])+\*?)\*\*(?!\*)/y, when: nestable, build: wrap("strong") },
  { pattern: /__((?:(?!__)[\s\S])+)__(?!_)/y, when: nestable, build: wrap("u") },
  { pattern: /~~((?:(?!~~)[\s\S])+)~~/y, when: nestable, build: wrap("s") },
  { pattern: /\*(?![\s*])((?:\\[\s\S]|\*\*(?:(?!\*\*)[\s\S])+\*\*|[^*\\])+)(?<!\s)\*(?!\*)/y, when: nestable, build: wrap("em") },
  {
    pattern: /_(?!_)((?:\\[\s\S]|__(?:(?!__)[\s\S])+__|[^_\\])+)_(?!\w)/y,
    when: (text, at, context) => nestable(text, at, context) && !afterWord(text, at),
    build: wrap("em"),
  },
  { pattern: /\n/y, build: () => el("br") },
];
