// Draws an embed and a message's attachments. Refuses addresses that are not http(s) and pictures of other hosts.

import { el, link, picture } from "./dom.js";
import { markdown, markdownLine } from "./markdown.js";
import { timestamp } from "./time.js";

/** `attachments` are the message's own, to which "attachment://name" refers. */
export function embed(data, attachments = []) {
  const node = el("div", { class: "embed", role: "group", "aria-label": "Embed" },
    data.author?.name && el("p", { class: "embed-author" }, link(data.author.url, {}, data.author.name)),
    data.title && el("h3", { class: "embed-title" }, link(data.url, {}, markdownLine(data.title, !data.url))),
    data.description && el("div", { class: "embed-description text" }, markdown(data.description)),
    fields(data.fields ?? []),
    embedPicture(data.image, "embed-image", attachments),
    embedPicture(data.thumbnail, "embed-thumbnail", attachments),
    footer(data));
  // Set through the object model: the page's policy forbids style attributes.
  if (Number.isInteger(data.color)) node.style.borderInlineStartColor = `#${data.color.toString(16).padStart(6, "0")}`;
  return node;
}

function fields(list) {
  if (list.length === 0) return null;
  return el("dl", { class: "fields" }, list.map((field) => el("div", { class: field.inline ? "field inline" : "field" },
    el("dt", {}, markdownLine(field.name ?? "")),
    el("dd", { class: "text" }, markdown(field.value ?? "")))));
}

function embedPicture(image, className, attachments) {
  if (!image?.url) return null;
  const own = attachmentOf(image.url, attachments);
  return picture(own?.url ?? image.url, image.description ?? own?.description, className);
}

const attachmentOf = (url, attachments) => attachments.find((file) => url === `attachment://${file.filename}` || url === file.url) ?? null;

function footer(data) {
  const date = data.timestamp ? timestamp(new Date(data.timestamp), "f") : null;
  const text = data.footer?.text;
  if (!text && date === null) return null;
  return el("p", { class: "embed-footer" }, text, text && date !== null ? " · " : null, date);
}

const KILO = 1024;

function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < KILO) return `${bytes} bytes`;
  return bytes < KILO * KILO ? `${Math.round(bytes / KILO)} KB` : `${(bytes / KILO / KILO).toFixed(1)} MB`;
}

/** Files that no embed shows already: pictures with their description, others as links. */
export function attachments(message) {
  const files = message.attachments ?? [];
  const shown = new Set((message.embeds ?? []).flatMap((data) => [data.image?.url, data.thumbnail?.url])
    .filter(Boolean).map((url) => attachmentOf(url, files)?.id));
  return files.filter((file) => !shown.has(file.id)).map((file) => {
    const isPicture = file.content_type?.startsWith("image/") ?? /\.(png|jpe?g|gif|webp)$/i.test(file.filename ?? "");
    if (isPicture) return picture(file.url, file.description ?? file.filename, "attachment-image");
    return el("p", { class: "attachment" }, "File: ", link(file.url, { download: file.filename }, file.filename), ` ${size(file.size)}`,
      file.description ? ` – ${file.description}` : null);
  });
}
