// Discord's Markdown subset → nodes: code blocks, quotes, headings, subtext, lists and paragraphs of inline text.
// Anything else (tables, images, HTML) stays the text that it is, as on Discord.

import { el } from "./dom.js";
import { inline } from "./inline.js";

const FENCE = /```(?:([A-Za-z0-9_+\-.#]+)\n)?\n*([\s\S]+?)\n*```/g;
const DEEPEST_LIST = 10;

/** The nodes of one message's or one embed field's text. */
export function markdown(text) {
  const nodes = [];
  let rest = 0;
  for (const match of text.matchAll(FENCE)) {
    nodes.push(...blocks(trimEdge(text.slice(rest, match.index))));
    const language = match[1] ?? null;
    nodes.push(el("pre", { tabindex: "0", "aria-label": language ? `Code, ${language}` : "Code" }, el("code", {}, match[2])));
    rest = match.index + match[0].length;
  }
  nodes.push(...blocks(trimEdge(text.slice(rest))));
  return nodes;
}

/** For places where Discord allows emphasis and links but no blocks, such as an embed's title. */
export const markdownLine = (text, links = true) => inline(text, { links, depth: 0 });

const trimEdge = (text) => text.replace(/^\n|\n$/g, "");

function blocks(text) {
  if (text === "") return [];
  const lines = text.split("\n");
  const nodes = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.some((line) => line.trim() !== "")) nodes.push(el("p", {}, inline(paragraph.join("\n").replace(/^\n+|\n+$/g, ""))));
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const block = quote(lines, at) ?? heading(lines[at]) ?? subtext(lines[at]) ?? list(lines, at);
    if (block === null) {
      paragraph.push(lines[at]);
      at += 1;
      continue;
    }
    flush();
    nodes.push(block.node);
    at += block.lines;
  }
  flush();
  return nodes;
}

function quote(lines, at) {
  if (lines[at].startsWith(">>> ")) {
    const inner = [lines[at].slice(4), ...lines.slice(at + 1)];
    return { node: el("blockquote", {}, unquotedBlocks(inner)), lines: lines.length - at };
  }
  const quoted = [];
  while (at + quoted.length < lines.length && /^> /.test(`${lines[at + quoted.length]} `)) {
    quoted.push(lines[at + quoted.length].replace(/^> ?/, ""));
  }
  // A quote in a quote is text, as on Discord.
  return quoted.length === 0 ? null : { node: el("blockquote", {}, unquotedBlocks(quoted)), lines: quoted.length };
}

const unquotedBlocks = (lines) => lines.some((line) => line.startsWith("> ") || line.startsWith(">>> "))
  ? el("p", {}, inline(lines.join("\n")))
  : blocks(lines.join("\n"));

/** The page's own headings above a message are h1 and h2, so a message's begin at h3. */
function heading(line) {
  const match = /^(#{1,3}) +(.+)$/.exec(line);
  return match === null ? null : { node: el(`h${match[1].length + 2}`, { class: `size-${match[1].length}` }, inline(match[2].trim())), lines: 1 };
}

function subtext(line) {
  const match = /^-# +(.+)$/.exec(line);
  return match === null ? null : { node: el("p", { class: "subtext" }, el("small", {}, inline(match[1]))), lines: 1 };
}

const ITEM = /^( *)([-*]|\d{1,9}\.) +(.+)$/;

function list(lines, at) {
  const items = [];
  for (const line of lines.slice(at)) {
    const match = ITEM.exec(line);
    if (match !== null) items.push({ indent: match[1].length, ordered: /\d/.test(match[2]), start: Number.parseInt(match[2], 10), text: match[3], lines: 1 });
    // Lines that are indented under an item go on with it.
    else if (items.length > 0 && /^ {2,}\S/.test(line)) Object.assign(items.at(-1), { text: `${items.at(-1).text}\n${line.trim()}`, lines: items.at(-1).lines + 1 });
    else break;
  }
  if (items.length === 0) return null;
  const taken = sameList(items, 0, 0);
  return { node: taken.node, lines: items.slice(0, taken.next).reduce((sum, item) => sum + item.lines, 0) };
}

/** One list from `items[from]` on: it ends where the indent falls back or the kind of list changes. */
function sameList(items, from, depth) {
  const first = items[from];
  const node = first.ordered ? el("ol", { start: first.start }) : el("ul");
  let next = from;
  while (next < items.length && items[next].indent >= first.indent) {
    if (items[next].indent > first.indent && depth < DEEPEST_LIST) {
      const inner = sameList(items, next, depth + 1);
      node.lastElementChild.append(inner.node);
      next = inner.next;
      continue;
    }
    if (items[next].ordered !== first.ordered) break;
    node.append(el("li", {}, inline(items[next].text)));
    next += 1;
  }
  return { node, next };
}
