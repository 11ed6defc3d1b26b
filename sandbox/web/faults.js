// "Make Discord fail": switches for what can go wrong, how often each struck, and, live, what the bot made of it: requests
// to post, failures, messages, doubles. What is switched on is the server's to know; a page that is loaded anew shows it.

import * as api from "./api.js";
import { el, freshId } from "./dom.js";
import { postPublished } from "./progress.js";
import { blogChannel } from "./session.js";
import { serverNow } from "./time.js";

const PREFIX = "page: ";
const PAUSE_MS = 100;

const POSTING = { method: "POST", path: "/channels/*/messages" };

/** What can be switched on. `fault` is what is asked of the control API. */
const SWITCHES = [
  { group: "posting", key: "lost", label: "Answers get lost after the message was stored", fault: { kind: "reset", carried_out: true, ...POSTING } },
  { group: "posting", key: "reset", label: "Connections break before the message arrives", fault: { kind: "reset", ...POSTING } },
  { group: "posting", key: "down", label: "Discord answers 503 for every channel", fault: { kind: "answer", status: 503, path_prefix: "/channels/" } },
  { group: "posting", key: "limit", label: "Discord says: slow down for 5 seconds (429)", fault: { kind: "limit", retry_after: 5, scope: "user", ...POSTING } },
  { group: "posting", key: "slow", label: "Posting takes eight seconds", fault: { kind: "slow", delay_ms: 8000, carried_out: false, ...POSTING } },
  { group: "gateway", key: "heartbeat", label: "Heartbeats are not answered", fault: { kind: "silent_heartbeat" } },
  { group: "gateway", key: "resume", label: "Sessions can’t be resumed", fault: { kind: "refuse_resume" } },
  { group: "gateway", key: "socket", label: "No new connection is let in", fault: { kind: "refuse_socket" } },
];

const GROUPS = [["posting", "When the bot posts"], ["gateway", "On the gateway"]];

const box = document.getElementById("fault-switches");
const posts = document.getElementById("fault-posts");
const gateway = document.getElementById("fault-gateway");
const note = document.getElementById("fault-note");

/** By key: the switch's elements, and how often it struck while it was on before. */
const drawn = new Map();
let latest = { faults: [] };
let timer = 0;

export function startFaults() {
  box.append(...GROUPS.map(([group, title]) => el("fieldset", { class: "faults" }, el("legend", {}, title),
    SWITCHES.filter((entry) => entry.group === group).map(row),
    group === "gateway" ? el("button", { type: "button", class: "button secondary", onclick: () => void drop() }, "Drop the connection now") : null)));
  document.getElementById("fault-post").addEventListener("click", () => void publish());
  document.getElementById("faults-off").addEventListener("click", () => void allOff());
  void refreshFaults();
}

function row(entry) {
  const id = freshId("fault");
  const struck = el("span", { class: "hint", id: `${id}-struck` });
  const input = el("input", { type: "checkbox", id, "aria-describedby": `${id}-struck`, onchange: () => void turn(entry, input.checked) });
  drawn.set(entry.key, { input, struck, before: 0 });
  return el("div", { class: "fault" }, input, el("label", { for: id }, entry.label), struck);
}

/** Something struck, or the bot asked for something: looks soon, once for many. */
export function faultsChanged() {
  if (timer !== 0) return;
  timer = setTimeout(() => {
    timer = 0;
    void refreshFaults();
  }, PAUSE_MS);
}

export async function refreshFaults() {
  try {
    const [faults, sessions] = await Promise.all([api.faults(), api.gateway()]);
    latest = faults;
    draw(sessions);
  } catch (error) {
    note.textContent = error.message;
  }
}

const of = (entry) => latest.faults.filter((fault) => fault.name === PREFIX + entry.key);
const times = (count) => (count === 1 ? "once" : `${count} times`);

function draw(sessions) {
  for (const entry of SWITCHES) {
    const { input, struck, before } = drawn.get(entry.key);
    const mine = of(entry);
    const count = before + mine.reduce((sum, fault) => sum + fault.struck, 0);
    input.checked = mine.length > 0;
    say(struck, count > 0 ? `struck ${times(count)}` : input.checked ? "has not struck yet" : "");
  }
  document.getElementById("faults-off").disabled = latest.faults.length === 0;
  const { requests, failed, messages, doubles } = latest.posts;
  say(posts, `${plural(requests, "request")} to post, ${failed} failed, ${plural(messages, "message")}, ${plural(doubles, "double")}.`);
  posts.classList.toggle("bad", doubles > 0);
  say(gateway, `Gateway: ${plural(sessions.identifies, "session")} begun, resumed ${times(sessions.resumes)}.`);
}

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Written only when it changes: some of it is read out. */
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

async function turn(entry, isOn) {
  await report(async () => {
    if (isOn) {
      await api.addFault({ name: PREFIX + entry.key, ...entry.fault });
      return `Switched on: ${entry.label}. Now let the bot post something.`;
    }
    await takeBack(entry);
    return `Switched off: ${entry.label}. What was held up comes within seconds.`;
  });
}

async function takeBack(entry) {
  for (const fault of of(entry)) {
    await api.removeFault(fault.id);
    drawn.get(entry.key).before += fault.struck;
  }
}

async function allOff() {
  await report(async () => {
    for (const entry of SWITCHES) await takeBack(entry);
    await api.clearFaults();
    return "All is well again. What was held up comes within seconds.";
  });
}

async function drop() {
  await report(async () => {
    const { sessions } = await api.disturbGateway({ close: 4000 });
    return sessions > 0 ? "Dropped. The bot comes back within seconds." : "The bot is not connected just now.";
  });
}

async function publish() {
  await report(async () => {
    const title = `Posted in bad weather, ${serverNow().toLocaleTimeString("en-GB")}`;
    postPublished(title);
    await api.publish({ title, summary: "Whatever goes wrong on the way, this appears once." });
    return `Published “${title}”. Watch ${blogChannel() ? `#${blogChannel().name}` : "the announcement channel"}: it appears once.`;
  });
}

async function report(deed) {
  try {
    note.textContent = await deed();
  } catch (error) {
    note.textContent = error.message;
  }
  await refreshFaults();
}
