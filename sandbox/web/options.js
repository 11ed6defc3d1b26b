// One input for each kind of command option (text, number, yes/no, member, channel, role, choice, autocomplete), and
// the value it stands for. What is done with the values is the composer's.

import { el, freshId } from "./dom.js";
import { Listbox } from "./listbox.js";
import { channels, session } from "./session.js";

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const USER = 6;
const CHANNEL = 7;
const ROLE = 8;
const MENTIONABLE = 9;
const NUMBER = 10;

const AUTOCOMPLETE_PAUSE_MS = 250;

/**
 * `{ name, node, input, read() }` for an option; `read` gives undefined when nothing was entered.
 * `suggest(name, signal)` resolves to the bot's choices for an option with autocomplete.
 */
export function optionField(option, suggest) {
  const id = freshId("option-field");
  const hintId = `${id}-hint`;
  const shared = { id, required: Boolean(option.required), "aria-describedby": hintId, dataset: { option: option.name } };
  const made = option.autocomplete ? suggested(option, shared, suggest) : plain(option, shared);
  const node = el("div", { class: "option" },
    el("label", { for: id }, option.name, el("span", { class: "hint" }, option.required ? " (required)" : " (optional)")),
    made.node ?? made.input,
    el("span", { id: hintId, class: "hint" }, option.description ?? ""));
  return { name: option.name, node, input: made.input, read: made.read };
}

function plain(option, shared) {
  if (option.choices?.length > 0) return chooser(shared, option.choices.map((choice) => [choice.name, choice.value]));
  switch (option.type) {
    case BOOLEAN: return chooser(shared, [["True", true], ["False", false]]);
    case USER: return chooser(shared, members());
    case CHANNEL: return chooser(shared, channels()
      .filter((entry) => !option.channel_types?.length || option.channel_types.includes(entry.type))
      .map((entry) => [`#${entry.name}`, entry.id]));
    case ROLE: return chooser(shared, roles());
    case MENTIONABLE: return chooser(shared, [...members(), ...roles()]);
    case INTEGER:
    case NUMBER: return number(option, shared);
    case STRING: return text(option, shared);
    default: return { input: el("input", { ...shared, disabled: true, required: false, placeholder: "This page cannot enter this kind" }), read: () => undefined };
  }
}

const members = () => (session.state?.members ?? []).map((entry) => [`@${entry.name}`, entry.id]);
const roles = () => (session.state?.roles ?? []).map((entry) => [`@${entry.name}`, entry.id]);

function chooser(shared, entries) {
  const input = el("select", shared, el("option", { value: "" }, shared.required ? "Choose…" : "Not set"),
    entries.map(([label], index) => el("option", { value: String(index) }, label)));
  return { input, read: () => (input.value === "" ? undefined : entries[Number(input.value)][1]) };
}

function text(option, shared) {
  const input = el("input", { ...shared, type: "text", autocomplete: "off", minlength: option.min_length, maxlength: option.max_length ?? 6000 });
  return { input, read: () => (input.value.trim() === "" ? undefined : input.value) };
}

function number(option, shared) {
  const input = el("input", { ...shared, type: "number", min: option.min_value, max: option.max_value, step: option.type === INTEGER ? "1" : "any" });
  return { input, read: () => (input.value === "" ? undefined : Number(input.value)) };
}

/** Free text with the bot's suggestions; a suggestion shows its name and stands for its value. */
function suggested(option, shared, suggest) {
  const listId = freshId("suggestions");
  const input = el("input", { ...shared, type: "text", autocomplete: "off", role: "combobox", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-haspopup": "listbox", "aria-controls": listId, maxlength: option.max_length ?? 6000 });
  const list = el("ul", { id: listId, class: "listbox", role: "listbox", "aria-label": `Suggestions for ${option.name}`, hidden: true });
  let chosen = null;
  const listbox = new Listbox(input, list, (item) => {
    chosen = item;
    input.value = item.label;
  });
  let timer = 0;
  let asked = null;
  const ask = () => {
    clearTimeout(timer);
    asked?.abort();
    timer = setTimeout(async () => {
      asked = new AbortController();
      const { signal } = asked;
      const choices = await suggest(option.name, signal).catch(() => []);
      if (signal.aborted || document.activeElement !== input) return;
      // A list that only repeats what was typed would be in the way. None is marked at first, so that Enter sends.
      if (choices.length === 1 && choices[0].name === input.value) return listbox.hide();
      listbox.show(choices.map((choice) => ({ label: choice.name, value: choice.value })), -1);
    }, AUTOCOMPLETE_PAUSE_MS);
  };
  input.addEventListener("input", () => {
    chosen = null;
    ask();
  });
  input.addEventListener("focus", ask);
  input.addEventListener("keydown", (event) => listbox.key(event) && event.stopPropagation());
  const typed = () => (option.type === STRING ? input.value : Number(input.value));
  return {
    input,
    node: el("div", { class: "suggested" }, input, list),
    read: () => {
      if (input.value.trim() === "") return undefined;
      return chosen !== null && chosen.label === input.value ? chosen.value : typed();
    },
  };
}
