// "What to try": a tour for a newcomer of up to six steps, each with a button for its first click and a mark when it was
// really done. Which steps there are depends on what the bot offers; what counts as done is progress.js's.

import { el } from "./dom.js";
import { isDone, isForStaff } from "./progress.js";
import { blogChannel, channel, channels, humans, me, session } from "./session.js";

const list = document.getElementById("try-steps");
const progress = document.getElementById("try-progress");

/** `actions`: `fill(text, channelId)`, `open(channelId)`, `become(userId)`, `show(element)`. */
export function refreshGuide(actions) {
  const offered = new Set(session.state.command_names ?? []);
  const steps = [ask(offered, actions), feedback(offered, actions), blog(actions), staff(offered, actions),
    announce(offered, actions), clock(actions)].filter(Boolean);
  const key = JSON.stringify(steps.map((step) => [step.title, step.text, step.button?.textContent, step.done]));
  // A redraw would take the focus from a step's button.
  if (key === list.dataset.shown) return;
  list.dataset.shown = key;
  const hadFocus = list.contains(document.activeElement);
  // The step that somebody is at stays open until it is done, then the next one opens.
  const openId = list.querySelector("details[open]")?.dataset.step;
  const current = steps.find((step) => step.id === openId && !step.done) ?? steps.find((step) => !step.done);
  list.replaceChildren(...steps.map((step, index) => drawn(step, index, step === current)));
  if (hadFocus) list.querySelector("details[open] summary")?.focus();
  const count = steps.filter((step) => step.done).length;
  progress.textContent = count === steps.length ? "All steps done. Everything is yours to try." : `${count} of ${steps.length} steps done`;
}

function drawn(step, index, isOpen) {
  return el("li", { class: step.done ? "done" : null }, el("details", { name: "tour", open: isOpen, dataset: { step: step.id } },
    el("summary", {}, el("span", { class: "step-number", "aria-hidden": "true" }, step.done ? "✓" : String(index + 1)), el("strong", {}, step.title),
      step.done ? el("span", { class: "visually-hidden" }, " (done)") : null),
    el("p", {}, step.text), step.button));
}

const button = (text, onclick) => el("button", { type: "button", class: "button secondary", onclick }, text);

/** The open channel if one may write there, else the first where one may. */
const writable = () => (channel()?.can_send && channel().type === 0 ? session.channelId
  : channels().find((entry) => entry.can_send && entry.type === 0 && !isForStaff(entry.id))?.id ?? session.channelId);

const typing = (text, actions) => button(`Type ${text.trim()}`, () => actions.fill(text, writable()));

function ask(offered, actions) {
  if (offered.has("ask")) {
    return { id: "ask", title: "Ask a question", done: isDone("ask"), button: typing("/ask Are grants open?", actions),
      text: "Type /ask and a question, take a suggestion or your own words, and press Enter. Only you see the answer." };
  }
  return { id: "ask", title: "Use a command", done: isDone("command"), button: typing("/", actions),
    text: "Type / for the list of commands, choose one and press Enter." };
}

function feedback(offered, actions) {
  return offered.has("feedback") && { id: "feedback", title: "Give feedback", done: isDone("feedback"), button: typing("/feedback ", actions),
    text: "Type /feedback, choose what it is about, fill in the form and submit it." };
}

function blog(actions) {
  const target = blogChannel();
  const place = target ? `#${target.name}` : "the announcement channel";
  const isPublished = isDone("publish");
  const first = () => {
    if (target) actions.open(target.id);
    if (isPublished) document.querySelector("#blog-posts [data-edit]")?.click();
    actions.show(document.querySelector(isPublished ? "#blog-posts form input" : "#post-title"));
  };
  return { id: "blog", title: "Publish a blog post, then edit it", done: isPublished && isDone("edit"), button: button(isPublished ? "Edit the newest post" : "Write a post", first),
    text: isPublished ? `The post is in ${place}. Now change its title: the message there changes in place, and no second one appears.`
      : `Write a post on the sample blog and watch it appear once in ${place}.` };
}

/** Who has to be staff first; null for one who is. */
function becoming(actions) {
  const somebody = humans().find((member) => member.staff);
  return me().staff || !somebody ? null : button(`Become ${somebody.name}`, () => actions.become(somebody.id));
}

function staff(offered, actions) {
  const room = channels().find((entry) => me().staff && isForStaff(entry.id));
  const open = room && room.id !== session.channelId ? button(`Open #${room.name}`, () => actions.open(room.id)) : null;
  const place = room ? `#${room.name}` : "the staff's channel";
  const common = { id: "staff", button: becoming(actions) ?? open };
  if (!offered.has("feedback")) {
    return { ...common, title: "Look around as staff", done: isDone("look"), text: `Staff see channels and commands that members do not. Have a look at ${place}.` };
  }
  return { ...common, title: "Read it as staff", done: isDone("staff"),
    text: `Staff see channels and commands that members do not. The feedback is a card in ${place}: press Acknowledge on it. What was sent without a name may come later.` };
}

function announce(offered, actions) {
  return offered.has("announce") && { id: "announce", title: "Schedule an announcement", done: isDone("announce"), button: becoming(actions) ?? typing("/announce compose ", actions),
    text: "As staff, type /announce compose, fill in the form, look at the preview, choose a time and schedule it." };
}

function clock(actions) {
  if (!session.state.clock?.movable) return null;
  return { id: "clock", title: "Move the clock", done: isDone("clock"),
    button: button("Go to the clock", () => actions.show(document.querySelector("#clock-steps button"))),
    text: "Reminders and scheduled announcements come when it is time. Move the clock forward, best to the moments that its last button names, and watch them appear in the channels." };
}
