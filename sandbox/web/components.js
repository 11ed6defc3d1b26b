// Draws a message's buttons and selects, and reports what was clicked or chosen. Knows nothing of how it is sent.

import { choice, emojiText, isSelect } from "./choices.js";
import { el, link } from "./dom.js";
import { markdown } from "./markdown.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };
const LINK = 5;

/** `use(component, values | null, node)` is called for each click and each confirmed choice. */
export function components(rows, use) {
  return rows.map((row) => component(row, use)).filter(Boolean);
}

function component(data, use) {
  if (isSelect(data.type)) return select(data, use);
  switch (data.type) {
    case 1: return el("div", { class: "row" }, components(data.components ?? [], use));
    case 2: return button(data, use);
    case 10: return el("div", { class: "text" }, markdown(data.content ?? ""));
    case 14: return el("hr");
    case 17: return el("div", { class: "embed" }, components(data.components ?? [], use));
    default: return el("p", { class: "hint" }, `(A component of type ${data.type}, which this page cannot show.)`);
  }
}

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
function select(data, use) {
  const made = choice(data);
  const confirm = el("button", { type: "button", class: "button primary", "aria-label": `Choose: ${data.placeholder || "Make a choice"}` }, "Choose");
  const enable = () => {
    confirm.disabled = Boolean(data.disabled) || !made.isValid();
  };
  made.listen(enable);
  confirm.addEventListener("click", () => use(data, made.values(), confirm));
  enable();
  return el("div", { class: "choice" }, made.node, confirm);
}
