// "What to try": a few first steps for a newcomer, each with a button that does its first click.

import { el } from "./dom.js";
import { blogChannel, channel, channels, commands, humans, me, session } from "./session.js";

const list = document.getElementById("try-steps");

/** `actions`: `fill(text, channelId)`, `open(channelId)`, `become(userId)`, `show(element)`. */
export function refreshGuide(actions) {
  const offered = new Set(commands(1).map((command) => command.name));
  const steps = [
    command(offered, "ask", "Ask a question", "Type /ask Are grants open? and press Enter. Only you see the answer.", "/ask Are grants open?", actions),
    publish(actions),
    edit(actions),
    command(offered, "feedback", "Give feedback", "Type /feedback, choose a programme and fill in the form.", "/feedback ", actions),
    change(actions, offered),
  ].filter(Boolean);
  const drawn = steps.map((step) => el("li", {}, el("strong", {}, step.title), el("p", {}, step.text), step.button));
  // A redraw would take the focus from a step's button.
  if (JSON.stringify(steps.map((step) => [step.title, step.text, step.button?.textContent])) === list.dataset.shown) return;
  list.dataset.shown = JSON.stringify(steps.map((step) => [step.title, step.text, step.button?.textContent]));
  list.replaceChildren(...drawn);
}

const button = (text, onclick) => el("button", { type: "button", class: "button secondary", onclick }, text);

function command(offered, name, title, text, typed, actions) {
  if (!offered.has(name)) return null;
  return { title, text, button: button(`Type ${typed.trim()}`, () => actions.fill(typed, writable())) };
}

/** The open channel if one may write there, else the first where one may. */
const writable = () => (channel()?.can_send ? session.channelId
  : channels().find((entry) => entry.can_send && entry.type === 0)?.id ?? session.channelId);

function publish(actions) {
  const target = blogChannel();
  return {
    title: "Publish a post",
    text: `Write a post on the sample blog and watch it appear once in ${target ? `#${target.name}` : "the announcement channel"}.`,
    button: button("Write a post", () => {
      if (target) actions.open(target.id);
      actions.show(document.getElementById("post-title"));
    }),
  };
}

function edit(actions) {
  return {
    title: "Edit the post",
    text: "Change its title. The message in the channel changes in place; no second one appears.",
    button: button("Edit the newest post", () => {
      const target = blogChannel();
      if (target) actions.open(target.id);
      document.querySelector("#blog-posts [data-edit]")?.click();
      actions.show(document.querySelector("#blog-posts form input"));
    }),
  };
}

function change(actions, offered) {
  if (me()?.staff) {
    const typed = "/announce compose";
    if (offered.has("announce")) {
      return {
        title: "Write an announcement",
        text: `You are ${me().name}, staff: commands and channels of staff are open to you. Type ${typed}, fill in the form, look at the preview, then send or schedule it.`,
        button: button(`Type ${typed}`, () => actions.fill(typed, writable())),
      };
    }
    return {
      title: "Look around as staff",
      text: `You are ${me().name}, staff: channels that members do not see are open to you. Cards that need staff appear there.`,
      button: null,
    };
  }
  const staff = humans().find((member) => member.staff);
  return {
    title: "Switch to a staff member",
    text: "Staff see channels and commands that members do not.",
    button: staff ? button(`Become ${staff.name}`, () => actions.become(staff.id)) : null,
  };
}
