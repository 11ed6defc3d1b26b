// The sample blog's panel: its posts, publishing one, editing one. What the bot makes of them shows in the channels.

import * as api from "./api.js";
import { el, freshId, link } from "./dom.js";
import { postPublished, postRevised } from "./progress.js";
import { blogChannel } from "./session.js";
import { timestamp } from "./time.js";

const note = document.getElementById("blog-note");
const list = document.getElementById("blog-posts");
const form = document.getElementById("blog-form");
const hint = document.getElementById("blog-hint");

let posts = [];

const where = () => {
  const target = blogChannel();
  return target === null ? "the announcement channel" : `#${target.name}`;
};

export function startBlog() {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    postPublished(fields.title);
    await report(() => api.publish({ title: fields.title, summary: fields.summary }),
      () => `Published. The bot looks every few seconds: the post appears once in ${where()}.`, () => form.reset());
  });
}

/** Reads the posts again; leaves a form that somebody is writing in alone. */
export async function refreshBlog() {
  hint.textContent = `The bot checks this blog's feed every few seconds. A new post appears once in ${where()}; an edited one changes its message there.`;
  try {
    posts = await api.feed();
  } catch (error) {
    note.textContent = error.message;
    return;
  }
  if (list.querySelector("form") === null) draw();
}

function draw() {
  list.replaceChildren(...(posts.length === 0 ? [el("li", { class: "hint" }, "No posts yet.")] : posts.map(item)));
}

function item(post) {
  const edit = el("button", { type: "button", class: "button secondary", "aria-label": `Edit “${post.title}”`, dataset: { edit: post.id } }, "Edit");
  const date = timestamp(new Date(post.published), "f");
  const changed = post.updated && post.updated !== post.published ? " (edited)" : null;
  const node = el("li", { class: "post" }, el("p", { class: "post-title" }, link(post.url, {}, post.title)),
    el("p", { class: "hint" }, [post.author, date === null ? null : [post.author ? " · " : "", date], changed]),
    post.summary ? el("p", { class: "post-summary" }, post.summary) : null, edit);
  edit.addEventListener("click", () => editForm(post, node));
  return node;
}

function editForm(post, node) {
  const title = el("input", { id: freshId("edit-title"), required: true, maxlength: 200, value: post.title });
  const summary = el("textarea", { id: freshId("edit-summary"), rows: 3, maxlength: 2000, value: post.summary ?? "" });
  const stop = () => {
    draw();
    list.querySelector(`[data-edit="${CSS.escape(post.id)}"]`)?.focus();
  };
  const editing = el("form", { "aria-label": `Edit “${post.title}”` },
    el("label", { for: title.id }, "Title"), title, el("label", { for: summary.id }, "Summary"), summary,
    el("div", { class: "row" }, el("button", { type: "submit", class: "button primary" }, "Save"),
      el("button", { type: "button", class: "button secondary", onclick: stop }, "Cancel")));
  editing.addEventListener("keydown", (event) => event.key === "Escape" && stop());
  editing.addEventListener("submit", async (event) => {
    event.preventDefault();
    postRevised(title.value === post.title ? summary.value.slice(0, 40) : title.value);
    await report(() => api.revise(post.id, { title: title.value, summary: summary.value }),
      () => `Saved. Look at ${where()}: the message there changes in place within a few seconds.`, stop);
  });
  node.replaceChildren(editing);
  title.focus();
}

async function report(send, said, after) {
  try {
    await send();
  } catch (error) {
    note.textContent = error.message;
    return;
  }
  note.textContent = said();
  after();
  await refreshBlog();
}
