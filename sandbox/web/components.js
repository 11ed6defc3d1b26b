// Draws a message's buttons and selects, and reports what was clicked or chosen. Knows nothing of how it is sent.

import { el, freshId, link } from "./dom.js";
import { markdown } from "./markdown.js";
import { channels, humans, session } from "./session.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };
const LINK = 5;

/** `use(component, values | null, node)` is called for each click and each confirmed choice. */
export function components(rows, use) {
  return rows.map((row) => component(row, use)).filter(Boolean);
}

function component(data, use) {
  switch (data.type) {
    case 1: return el("div", { class: "row" }, components(data.components ?? [], use));
    case 2: return button(data, use);
    case 3: return select(data, data.options ?? [], use);
    case 5: return select(data, humans().map(asOption), use);
    case 6: return select(data, (session.state?.roles ?? []).map(asOption), use);
    case 7: return select(data, [...humans(), ...(session.state?.roles ?? [])].map(asOption), use);
    case 8: return select(data, channels().map((entry) => ({ label: `#${entry.name}`, value: entry.id })), use);
    case 10: return el("div", { class: "text" }, markdown(data.content ?? ""));
    case 14: return el("hr");
    case 17: return el("div", { class: "embed" }, components(data.components ?? [], use));
    default: return el("p", { class: "hint" }, `(A component of type ${data.type}, which this page cannot show.)`);
  }
}

const asOption = (entry) => ({ label: entry.name, value: entry.id });

export const emojiText = (emoji) => (emoji?.name ? (emoji.id ? `:${emoji.name}:` : emoji.name) : null);

function button(data, use) {
  const emoji = emojiText(data.emoji);
  const content = [emoji && el("span", { class: "emoji", "aria-hidden": data.label ? "true" : null }, emoji), data.label];
  const className = `button ${STYLES[data.style] ?? "secondary"}`;
  if (data.style === LINK) {
    if (data.disabled) return el("button", { type: "button", class: className, disabled: true }, content);
    return link(data.url, { class: className }, content, el("span", { "aria-hidden": "true" }, " ↗"),
      el("span", { class: "visually-hidden" }, " (opens a new tab)"));
  }
  const node = el("button", { type: "button", class: className, disabled: Boolean(data.disabled), dataset: { customId: data.custom_id } }, content);
  node.addEventListener("click", () => use(data, null, node));
  return node;
}

// A choice is sent by a button of its own: with the keyboard, the value of a select changes on the way to the wanted one.
function select(data, options, use) {
  const many = (data.max_values ?? 1) > 1;
  return many ? checkboxes(data, options, use) : dropdown(data, options, use);
}

const optionText = (option) => [emojiText(option.emoji), option.label].filter(Boolean).join(" ")
  + (option.description ? ` – ${option.description}` : "");

function dropdown(data, options, use) {
  const placeholder = data.placeholder || "Make a choice";
  const id = freshId("choice");
  const input = el("select", { id, disabled: Boolean(data.disabled), dataset: { customId: data.custom_id } },
    el("option", { value: "" }, placeholder),
    options.map((option) => el("option", { value: option.value, selected: Boolean(option.default) }, optionText(option))));
  const confirm = el("button", { type: "button", class: "button primary", disabled: true }, "Choose");
  const enable = () => {
    confirm.disabled = Boolean(data.disabled) || input.value === "";
  };
  input.addEventListener("change", enable);
  confirm.addEventListener("click", () => use(data, [input.value], confirm));
  enable();
  return el("div", { class: "choice" }, el("label", { for: id, class: "visually-hidden" }, placeholder), input, confirm);
}

function checkboxes(data, options, use) {
  const least = data.min_values ?? 1;
  const most = data.max_values ?? 1;
  const boxes = options.map((option) => {
    const box = el("input", { type: "checkbox", disabled: Boolean(data.disabled) });
    box.value = option.value;
    box.checked = Boolean(option.default);
    return box;
  });
  const confirm = el("button", { type: "button", class: "button primary" }, "Choose");
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const enable = () => {
    confirm.disabled = Boolean(data.disabled) || chosen().length < least || chosen().length > most;
  };
  const group = el("fieldset", { class: "choice-many" },
    el("legend", {}, `${data.placeholder || "Make a choice"} (${least === most ? most : `${least} to ${most}`})`),
    boxes.map((box, index) => el("label", {}, box, " ", optionText(options[index]))), confirm);
  group.addEventListener("change", enable);
  confirm.addEventListener("click", () => use(data, chosen(), confirm));
  enable();
  return group;
}
