// Shows a bot's form (a modal) as a dialog. What was typed stays until the bot has taken it or the member cancels.

import { choice, isSelect } from "./choices.js";
import { el, freshId } from "./dom.js";
import { markdown } from "./markdown.js";

const PARAGRAPH = 2;
const DEFAULT_LONGEST = 4000;

const dialog = document.getElementById("form-dialog");

/** Opens the form of a modal answer; `send({custom_id: value})` resolves when the bot took it, else rejects. */
export function openForm(data, send) {
  const inputs = (data.components ?? []).map(field).filter(Boolean);
  const error = el("p", { class: "problem", role: "alert", hidden: true });
  const cancel = el("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel");
  const submit = el("button", { type: "submit", class: "button primary" }, "Submit");
  const form = el("form", {}, el("h2", { id: "form-dialog-title" }, data.title ?? "Form"),
    inputs.map((entry) => entry.node), error, el("div", { class: "row end" }, cancel, submit));
  const tell = (text) => {
    error.textContent = text;
    error.hidden = false;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Not `disabled`, which would take the focus from the button and with it the reader's place.
    if (submit.getAttribute("aria-disabled") === "true") return;
    const problem = inputs.map((entry) => entry.problem?.()).find(Boolean);
    if (problem) return tell(problem);
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = "Sending…";
    error.hidden = true;
    try {
      await send(Object.fromEntries(inputs.filter((entry) => entry.read).map((entry) => [entry.customId, entry.read()])));
      if (form.isConnected) dialog.close();
    } catch (reason) {
      tell(`${reason.message} Nothing you wrote is lost: try again.`);
    } finally {
      submit.removeAttribute("aria-disabled");
      submit.textContent = "Submit";
    }
  });
  const opener = document.activeElement;
  const filled = () => JSON.stringify(inputs.map((entry) => entry.read?.()));
  const atFirst = filled();
  let warned = false;
  // One press of Escape throws away nothing that somebody wrote.
  dialog.oncancel = (event) => {
    if (warned || filled() === atFirst) return;
    warned = true;
    event.preventDefault();
    tell("Press Escape once more to throw away what you wrote.");
  };
  dialog.replaceChildren(form);
  dialog.onclose = () => {
    dialog.replaceChildren();
    // Chromium gives the focus back by itself but then drops what is typed, unless the field is left and entered anew.
    document.activeElement?.blur();
    if (opener?.isConnected) opener.focus();
  };
  if (!dialog.open) dialog.showModal();
  (form.querySelector("input, textarea, select") ?? submit).focus();
}

/** A row with a text input (1), a label around one (18), or plain text (10); others are left out. */
function field(row) {
  if (row.type === 10) return { node: el("div", { class: "text" }, markdown(row.content ?? "")) };
  const isLabel = row.type === 18;
  const inner = isLabel ? row.component : row.components?.[0];
  if (!inner) return null;
  const label = isLabel ? row.label : inner.label;
  if (inner.type === 4) return textField(inner, label, row.description);
  if (isSelect(inner.type)) return choiceField(inner, label, row.description);
  return { node: el("p", { class: "hint" }, `(${label ?? "A field"}: this page cannot show its kind.)`) };
}

/** A label with what it asks for, unless the bot's words say so already. */
const named = (label, required) => (/\((required|optional)\)\s*$/i.test(label ?? "") ? label : `${label} (${required ? "required" : "optional"})`);

function textField(data, label, description) {
  const id = freshId("field");
  const hintId = `${id}-hint`;
  const required = data.required !== false;
  const longest = data.max_length ?? DEFAULT_LONGEST;
  const shortest = data.min_length ?? 0;
  const input = el(data.style === PARAGRAPH ? "textarea" : "input", {
    id, required, maxlength: longest, minlength: shortest || null, placeholder: data.placeholder,
    rows: data.style === PARAGRAPH ? 5 : null, autocomplete: "off", "aria-describedby": hintId, value: data.value ?? "",
  });
  const hint = el("span", { id: hintId, class: "hint" });
  const count = () => {
    const range = shortest > 0 ? `${shortest} to ${longest}` : `up to ${longest}`;
    hint.textContent = [description, `${[...input.value].length} characters of ${range}`].filter(Boolean).join(" · ");
  };
  input.addEventListener("input", count);
  count();
  return {
    customId: data.custom_id,
    read: () => input.value,
    node: el("div", { class: "field-box" }, el("label", { for: id }, named(label, required)), input, hint),
  };
}

function choiceField(data, label, description) {
  const required = data.required !== false;
  const made = choice(data, { label: named(label ?? "Choice", required), required });
  return {
    customId: data.custom_id,
    read: made.values,
    problem: () => (made.isValid() ? null : `${label ?? "A choice"}: choose as many as asked for.`),
    node: el("div", { class: "field-box" }, made.node, description && el("p", { class: "hint" }, description)),
  };
}
