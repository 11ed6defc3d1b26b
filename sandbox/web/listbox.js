// A combobox's list (ARIA 1.2 pattern): options under a text field, chosen with arrows and Enter or Tab, or by a
// press. The focus stays in the field; what stands in the list is its owner's.

import { el, freshId } from "./dom.js";

export class Listbox {
  #input;
  #list;
  #choose;
  #items = [];
  #active = -1;

  /** `choose(item)`; items are `{ label, detail?, value }`. The list needs role=listbox and an id. */
  constructor(input, list, choose) {
    this.#input = input;
    this.#list = list;
    this.#choose = choose;
    input.addEventListener("blur", () => this.hide());
    // A press must not take the focus from the field before the click arrives.
    list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get open() {
    return !this.#list.hidden;
  }

  show(items, active = 0) {
    this.#items = items;
    if (items.length === 0) return this.hide();
    this.#list.replaceChildren(...items.map((item, index) => el("li", {
      role: "option", id: freshId("option"), onclick: () => this.#take(index),
    }, el("span", { class: "option-label" }, item.label), item.detail ? el("span", { class: "option-detail" }, item.detail) : null)));
    this.#list.hidden = false;
    this.#expanded(true);
    this.#mark(active);
  }

  hide() {
    this.#list.hidden = true;
    this.#items = [];
    this.#active = -1;
    this.#expanded(false);
    this.#input.removeAttribute("aria-activedescendant");
  }

  /** Handles a key of the field; says whether it was the list's. */
  key(event) {
    if (!this.open || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return false;
    const last = this.#items.length - 1;
    if (event.key === "ArrowDown") this.#mark(this.#active >= last ? 0 : this.#active + 1);
    else if (event.key === "ArrowUp") this.#mark(this.#active <= 0 ? last : this.#active - 1);
    else if (event.key === "Escape") this.hide();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.#active >= 0) this.#take(this.#active);
    else return false;
    event.preventDefault();
    return true;
  }

  /** A message box is a text box for ARIA, not a combobox, and has no such state. */
  #expanded(open) {
    if (this.#input.getAttribute("role") === "combobox") this.#input.setAttribute("aria-expanded", String(open));
  }

  #take(index) {
    const item = this.#items[index];
    this.hide();
    this.#choose(item);
  }

  #mark(index) {
    this.#active = index;
    this.#input.removeAttribute("aria-activedescendant");
    for (const [at, node] of [...this.#list.children].entries()) {
      node.setAttribute("aria-selected", String(at === index));
      if (at !== index) continue;
      this.#input.setAttribute("aria-activedescendant", node.id);
      node.scrollIntoView({ block: "nearest" });
    }
  }
}
