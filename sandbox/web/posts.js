// The posts of an open forum, as links: each is a thread of its own.

import { el } from "./dom.js";
import { channel, channels, hashFor, session } from "./session.js";
import { isUnread } from "./unread.js";

const FORUMS = [15, 16];
const list = document.getElementById("posts");

export function drawPosts() {
  const here = channel();
  const isForum = FORUMS.includes(here?.type);
  list.hidden = !isForum;
  if (!isForum) return;
  const names = new Map((here.tags ?? []).map((tag) => [tag.id, tag.name]));
  // Newest first, what is pinned before all others, as Discord has it.
  const posts = channels().filter((entry) => entry.parent_id === here.id).reverse();
  posts.sort((one, other) => Number(other.pinned) - Number(one.pinned));
  const item = (post) => {
    const tags = (post.applied_tags ?? []).map((id) => names.get(id)).filter(Boolean);
    return el("li", {}, el("a", { href: hashFor(session.userId, post.id) }, post.name),
      post.pinned ? " (pinned)" : "", post.archived ? " (closed)" : "",
      tags.map((tag) => el("span", { class: "tag" }, tag)),
      isUnread(post) ? el("span", { class: "badge" }, "new") : null);
  };
  list.replaceChildren(...(posts.length > 0 ? posts.map(item) : [el("li", { class: "hint" }, "No posts yet.")]));
}
