// The page's start: ties the parts together, follows the URL's hash, and re-reads what is shown when the control API
// or the connection says that it changed.

import * as api from "./api.js";
import { refreshBlog, startBlog } from "./blog.js";
import { refreshClock, startClock } from "./clock.js";
import { Composer } from "./composer.js";
import { drawEvents } from "./events.js";
import { faultsChanged, startFaults } from "./faults.js";
import { refreshGuide } from "./guide.js";
import { Interactions } from "./interactions.js";
import { Live } from "./live.js";
import { openForm } from "./modal.js";
import { drawPosts } from "./posts.js";
import * as progress from "./progress.js";
import { blogChannel, channel, channels, fromHash, hashFor, session } from "./session.js";
import { closePanels, drawChannels, drawUsers, kindOf, showPanel, startSidebar } from "./sidebar.js";
import { Timeline } from "./timeline.js";
import * as unread from "./unread.js";

const byId = (id) => document.getElementById(id);
const STATE_PAUSE_MS = 150;
const RETRY_MS = 2000;

const interactions = new Interactions();
const timeline = new Timeline(byId("messages"), byId("to-newest"), {
  component: (message, data, values, node) => interactions.component(message, data, values, node),
  menu: (message, command) => interactions.menu(message, command),
});
interactions.timeline = timeline;
interactions.openForm = openForm;
interactions.onAnswer = progress.answered;
const composer = new Composer({
  run: (command) => interactions.command(command),
  posted: (message) => message && timeline.show(message),
});
const live = new Live({ onEvent: received, onStatus: connection });

/** What is to be done when the channel that was asked for is open. */
let onceOpen = null;

/** Marks the latest re-reading, so that an earlier one that answers late is dropped. */
let reading = 0;

/** Reads the state for the hash's member, choosing one where it names none or an unknown one. */
async function readState() {
  const wanted = fromHash();
  let state = null;
  if (wanted.user) {
    state = await api.state(wanted.user).catch((error) => {
      if (error.status === 0 || error.status >= 500) throw error;
      return null;
    });
  }
  if (state === null) {
    const anybody = await api.state();
    const people = anybody.members.filter((member) => !member.bot);
    const first = people.find((member) => !member.staff) ?? people[0];
    if (!first) throw new api.ApiError("The server has no members yet.", 0);
    state = await api.state(first.id);
  }
  return state;
}

function adopt(state) {
  session.state = state;
  session.userId = state.me.id;
  const wanted = fromHash().channel;
  const open = [wanted, session.channelId].find((id) => id && channel(id) !== null)
    ?? (blogChannel() ?? channels()[0])?.id ?? null;
  const isOther = open !== session.channelId;
  session.channelId = open;
  unread.look();
  const hash = hashFor(session.userId, open);
  if (location.hash !== hash) history.replaceState(null, "", hash);
  return isOther;
}

/** Re-reads everything that is shown. After a failure it says so and tries again. */
async function reread() {
  reading += 1;
  const mine = reading;
  const earlierUser = session.userId;
  try {
    const state = await readState();
    if (mine !== reading) return;
    const isOtherChannel = adopt(state);
    if (isOtherChannel || session.userId !== earlierUser) opened();
    draw();
    onceOpen?.();
    onceOpen = null;
    live.follow(session.userId);
    if (session.channelId) {
      const messages = await api.messages(session.channelId, session.userId);
      if (mine !== reading) return;
      timeline.load(messages);
    }
    problem(null);
  } catch (error) {
    if (mine !== reading) return;
    if (!(error instanceof api.ApiError)) console.error(error);
    problem(error.message);
    setTimeout(() => mine === reading && void reread(), RETRY_MS);
  }
}

function opened() {
  timeline.clear();
  composer.reset();
}

function draw() {
  const { state } = session;
  const here = channel();
  byId("guild-name").textContent = state.guild.name;
  document.title = here ? `#${here.name} – ${state.guild.name}` : state.guild.name;
  byId("channel-name").textContent = here ? `${here.type === 1 ? "@" : "#"}${here.name}` : "No channel";
  byId("channel-topic").textContent = here ? [kindOf(here.type)?.word, here.can_send === false ? "you can read here, not write" : null, here.topic]
    .filter(Boolean).join(" · ") : "This member sees no channel.";
  pill("bot-connection", state.bot_connected ? "Bot: connected" : "Bot: not connected", state.bot_connected);
  drawChannels();
  drawUsers();
  drawPosts();
  refreshClock();
  drawEvents();
  composer.refresh();
  progress.looked();
  drawGuide();
  void refreshBlog();
}

function drawGuide() {
  refreshGuide({ fill, open: (id) => goTo(session.userId, id), become: (id) => goTo(id, session.channelId), show });
}

function pill(id, text, good) {
  const node = byId(id);
  // Written only when it changes: it is read out.
  if (node.textContent !== text) node.textContent = text;
  node.classList.toggle("good", good);
  node.classList.toggle("bad", !good);
}

function problem(text) {
  const node = byId("problem");
  node.hidden = text === null;
  if (text !== null && node.textContent !== text) node.textContent = text;
}

const STATUS_WORDS = { connecting: "Page: connecting…", open: "Page: live", lost: "Page: connection lost, trying again" };

function connection(status) {
  pill("page-connection", STATUS_WORDS[status], status === "open");
  // Whatever was said while the line was down is read now.
  if (status !== "open") return;
  void reread();
  faultsChanged();
}

let stateTimer = 0;

function received(event) {
  const channelId = event.channel_id ?? event.message?.channel_id;
  if (event.type === "message_create" || event.type === "message_update") {
    progress.seen(event.message, event.type === "message_create");
    if (channelId === session.channelId) timeline.show(event.message);
    if (event.type === "message_create") noteUnread(event.message);
  } else if (event.type === "message_delete") {
    if (channelId === session.channelId) timeline.remove(event.message?.id ?? event.message_id);
  } else if (event.type === "outcome" && event.outcome) {
    interactions.arrived(event.outcome);
  } else if (event.type === "faults") {
    faultsChanged();
  } else if (event.type === "state") {
    // The gateway's sessions are part of it.
    faultsChanged();
    clearTimeout(stateTimer);
    stateTimer = setTimeout(() => void reread(), STATE_PAUSE_MS);
  }
}

function noteUnread(message) {
  // A channel that is not in the list yet comes with the state.
  if (channel(message.channel_id) === null) return void reread();
  unread.arrived(message);
  drawChannels();
}

function goTo(user, channelId) {
  const hash = hashFor(user, channelId);
  if (location.hash === hash) return;
  // The change is told a moment later. What is being read until then would put the old address back.
  reading += 1;
  location.hash = hash;
}

const isSmall = () => getComputedStyle(document.querySelector(".toggle-guide")).display !== "none";

/** Writes into the message box, in another channel if need be: then once that one is open. */
function fill(text, channelId = session.channelId) {
  if (isSmall()) closePanels();
  if (channelId === session.channelId) return composer.fill(text);
  onceOpen = () => composer.fill(text);
  goTo(session.userId, channelId);
}

function show(element) {
  if (element === null) return;
  if (isSmall()) showPanel("guide", true);
  element.focus();
  element.scrollIntoView({ block: "center" });
}

// A channel's name in a message or list opens it for the present member, whoever that is by then.
document.addEventListener("click", (event) => {
  const target = event.target.closest("a[data-channel], a[data-focus]");
  if (target === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (target.dataset.focus) return byId(target.dataset.focus).focus();
  closePanels();
  goTo(session.userId, target.dataset.channel);
});

window.addEventListener("hashchange", () => void reread());
startSidebar((user) => goTo(user, session.channelId));
startBlog();
startClock(progress.clockMoved);
startFaults();
progress.startProgress(drawGuide);
void reread();
