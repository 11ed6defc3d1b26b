// The box at the bottom: a message, or "/" and a command with its options. Refuses what the member may not do here;
// the sending of commands is given to it.

import * as api from "./api.js";
import { el } from "./dom.js";
import { Listbox } from "./listbox.js";
import { optionField } from "./options.js";
import { channel, session, typedCommands } from "./session.js";

const MOST_SUGGESTED = 25;
const TALLEST_ROWS = 8;

export class Composer {
  #messageForm = document.getElementById("message-form");
  #commandForm = document.getElementById("command-form");
  #text = document.getElementById("message-text");
  #note = document.getElementById("composer-note");
  #listbox;
  #run;
  #posted;
  #place = null;
  /** What was begun in each member's channels, so that a look elsewhere loses nothing. */
  #drafts = new Map();

  /** `run({name, subcommand, options, label})` sends a command; `posted(message)` gets the member's own message. */
  constructor({ run, posted }) {
    this.#run = run;
    this.#posted = posted;
    this.#listbox = new Listbox(this.#text, document.getElementById("suggestions"), (item) => this.#choose(item.value, ""));
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#messageForm.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#say();
    });
    this.#commandForm.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#leaveCommand("");
      event.preventDefault();
    });
  }

  /** After another channel or member, or new rights: what may be written here. */
  refresh() {
    const here = channel();
    const allowed = here !== null && here.can_send !== false;
    this.#text.disabled = !allowed;
    this.#messageForm.querySelector("button").disabled = !allowed;
    this.#text.placeholder = allowed ? `Message, or / for commands` : "You cannot write here";
    if (!allowed) this.#leaveCommand(this.#text.value, { focus: false });
  }

  /** After a change of member or channel: puts the text begun there aside and brings back what was begun here. */
  reset() {
    if (this.#place !== null) this.#drafts.set(this.#place, this.#text.value);
    this.#place = `${session.userId}/${session.channelId}`;
    this.#leaveCommand(this.#drafts.get(this.#place) ?? "", { focus: false });
    this.#note.textContent = "";
  }

  /** Puts text into the box as if typed, without sending it: "/ask Are grants open?" opens that command. */
  fill(text) {
    this.#leaveCommand(text);
    this.#typed();
  }

  #typed() {
    this.#note.textContent = "";
    this.#text.rows = Math.min(TALLEST_ROWS, this.#text.value.split("\n").length);
    const text = this.#text.value;
    if (!text.startsWith("/")) return this.#listbox.hide();
    const typed = text.slice(1);
    const known = typedCommands();
    const entered = known.filter((command) => typed.startsWith(`${command.path} `))
      .sort((a, b) => b.path.length - a.path.length)[0];
    if (entered) return this.#choose(entered, typed.slice(entered.path.length + 1));
    const wanted = typed.toLowerCase();
    const found = known.filter((command) => command.path.startsWith(wanted));
    const others = known.filter((command) => !found.includes(command) && command.path.includes(wanted));
    const all = [...found, ...others];
    this.#listbox.show(all.slice(0, MOST_SUGGESTED).map((command) => ({ label: usage(command), detail: command.description, value: command })));
    if (all.length === 0) this.#note.textContent = "No command of that name that you may use.";
  }

  #key(event) {
    if (this.#listbox.key(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#messageForm.requestSubmit();
    }
  }

  async #say() {
    const content = this.#text.value.trim();
    if (content === "") return;
    if (content.startsWith("/")) {
      const named = typedCommands().find((command) => `/${command.path}` === content);
      if (named) this.#choose(named, "");
      else this.#note.textContent = "No command of that name that you may use.";
      return;
    }
    this.#text.value = "";
    this.#text.rows = 1;
    try {
      this.#posted(await api.say(session.channelId, session.userId, content));
    } catch (error) {
      // What was written is given back, unless something else was begun meanwhile.
      if (this.#text.value === "") this.#text.value = content;
      this.#note.textContent = `Not sent: ${error.message}`;
    }
  }

  /** Opens a command with its option inputs; `rest` goes into its first text option. */
  #choose(command, rest) {
    this.#listbox.hide();
    const form = this.#commandForm;
    const fields = command.options.map((option) => optionField(option, (name, signal) => this.#suggest(command, fields, name, signal)));
    const send = el("button", { type: "submit", class: "primary" }, "Send");
    form.replaceChildren(
      el("div", { class: "command-head" }, el("strong", {}, `/${command.path}`), el("span", { class: "hint" }, command.description),
        el("button", { type: "button", class: "plain", onclick: () => this.#leaveCommand("") }, "Cancel")),
      el("div", { class: "options" }, fields.map((field) => field.node)),
      el("div", { class: "row end" }, el("span", { class: "hint" }, "Enter sends, Escape goes back"), send));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#send(command, fields);
    };
    this.#messageForm.hidden = true;
    this.#text.value = "";
    form.hidden = false;
    form.setAttribute("aria-label", `Command ${command.path}`);
    this.#into(fields, command, rest, send);
  }

  #into(fields, command, rest, send) {
    const first = fields[0]?.input;
    const named = byName(rest, command.options);
    const target = named.length > 0 ? fields[command.options.findIndex((option) => option.name === named[0].name)]
      : fields.find((field, index) => command.options[index].type === 3 && field.input.tagName === "INPUT");
    for (const { name, value } of named) fields[command.options.findIndex((option) => option.name === name)].input.value = value;
    if (rest !== "" && target && named.length === 0) target.input.value = rest;
    (rest !== "" && target ? target.input : first ?? send).focus();
    first?.addEventListener("keydown", (event) => {
      if (event.key !== "Backspace" || first.tagName !== "INPUT" || first.value !== "") return;
      this.#leaveCommand(`/${command.path}`);
      this.#typed();
      event.preventDefault();
    });
  }

  async #suggest(command, fields, focused, signal) {
    const options = valuesOf(fields);
    const answer = await api.autocomplete({
      as: session.userId, channel_id: session.channelId, name: command.name, subcommand: command.subcommand,
      options: { ...options, [focused]: options[focused] ?? "" }, focused,
    }, signal);
    return answer?.choices ?? [];
  }

  #send(command, fields) {
    const options = valuesOf(fields);
    const said = Object.keys(options).length === 0 ? "" : ` with ${Object.keys(options).join(", ")}`;
    this.#leaveCommand("");
    void this.#run({ name: command.name, type: 1, subcommand: command.subcommand, options, label: `You used /${command.path}${said}` });
  }

  #leaveCommand(text, { focus = true } = {}) {
    this.#commandForm.hidden = true;
    this.#commandForm.replaceChildren();
    this.#messageForm.hidden = false;
    this.#listbox.hide();
    this.#text.value = text;
    if (focus) this.#text.focus();
  }
}

const usage = (command) => [`/${command.path}`, ...command.options.map((option) => (option.required ? option.name : `[${option.name}]`))].join(" ");

const valuesOf = (fields) => Object.fromEntries(fields.map((field) => [field.name, field.read()]).filter(([, value]) => value !== undefined));

/** `name: value` pairs as they are written in texts: "query: grants" of "/blog query: grants". */
function byName(text, options) {
  if (options.length === 0) return [];
  const pattern = new RegExp(`(?:^|\\s)(${options.map((option) => option.name).join("|")}):\\s*`, "g");
  const found = [...text.matchAll(pattern)];
  return found.map((match, index) => ({ name: match[1], value: text.slice(match.index + match[0].length, found[index + 1]?.index).trim() }));
}
