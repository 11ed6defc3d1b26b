// One way to choose among entries, for selects in messages and in forms: a drop-down for one, checkboxes for several.
// Owns their limits and their labels; what is done with the choice is its owner's.

import { el, freshId } from "./dom.js";
import { channels, session } from "./session.js";

const STRING = 3;
const USER = 5;
const ROLE = 6;
const MENTIONABLE = 7;
const CHANNEL = 8;

const people = () => (session.state?.members ?? []).map((entry) => ({ label: `@${entry.name}`, value: entry.id }));
const roles = () => (session.state?.roles ?? []).map((entry) => ({ label: `@${entry.name}`.replace("@@", "@"), value: entry.id }));
const places = (types) => channels().filter((entry) => !types?.length || types.includes(entry.type))
  .map((entry) => ({ label: `#${entry.name}`, value: entry.id }));

const ENTRIES = {
  [STRING]: (data) => data.options ?? [],
  [USER]: people,
  [ROLE]: roles,
  [MENTIONABLE]: () => [...people(), ...roles()],
  [CHANNEL]: (data) => places(data.channel_types),
};

export const isSelect = (type) => type in ENTRIES;

export const emojiText = (emoji) => (emoji?.name ? (emoji.id ? `:${emoji.name}:` : emoji.name) : null);

const entryText = (entry) => [emojiText(entry.emoji), entry.label].filter(Boolean).join(" ")
  + (entry.description ? ` – ${entry.description}` : "");

/**
 * `{ node, values(), isValid(), onchange }` for a select's data. `label` names it; without one its placeholder does.
 * `required` false lets nothing be chosen, as a form's optional select does.
 */
export function choice(data, { label = null, required = true } = {}) {
  const chosen = new Set((data.default_values ?? []).map((entry) => entry.id));
  const entries = ENTRIES[data.type](data).map((entry) => ({ ...entry, chosen: Boolean(entry.default) || chosen.has(entry.value) }));
  const least = required ? data.min_values ?? 1 : 0;
  const most = data.max_values ?? 1;
  const made = most > 1 ? several(data, entries, { label, least, most }) : one(data, entries, { label, least });
  return { ...made, isValid: () => made.values().length >= least && made.values().length <= most };
}

function one(data, entries, { label, least }) {
  const id = freshId("choice");
  const placeholder = data.placeholder || "Make a choice";
  const input = el("select", { id, required: least > 0, disabled: Boolean(data.disabled), dataset: { customId: data.custom_id } },
    el("option", { value: "" }, least === 0 ? `${placeholder} (or none)` : placeholder),
    entries.map((entry) => el("option", { value: entry.value, selected: entry.chosen }, entryText(entry))));
  return {
    node: [el("label", { for: id, class: label === null ? "visually-hidden" : null }, label ?? placeholder), input],
    values: () => (input.value === "" ? [] : [input.value]),
    listen: (changed) => input.addEventListener("change", changed),
  };
}

function several(data, entries, { label, least, most }) {
  const boxes = entries.map((entry) => {
    const box = el("input", { type: "checkbox", disabled: Boolean(data.disabled), value: entry.value, dataset: { customId: `${data.custom_id}/${entry.value}` } });
    box.checked = entry.chosen;
    return box;
  });
  const range = least === most ? `exactly ${most}` : `${least} to ${most}`;
  const count = el("p", { class: "hint", role: "status" });
  const values = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const tell = () => {
    const chosen = values().length;
    count.textContent = `${chosen} chosen of ${range}${chosen > most ? `: take away ${chosen - most}` : ""}`;
  };
  tell();
  const group = el("fieldset", { class: "choice-many" }, el("legend", {}, label ?? (data.placeholder || "Make a choice")),
    el("div", { class: "choice-list" }, boxes.map((box, index) => el("label", {}, box, " ", entryText(entries[index])))), count);
  group.addEventListener("change", tell);
  return { node: group, values, listen: (changed) => group.addEventListener("change", changed) };
}
