// Builds elements. Text only ever becomes a text node, so nothing a bot or a person wrote is read as HTML, and
// an address becomes a link only if it is http or https.

/**
 * el("a", { class: "x", href: "…", onclick: f, dataset: { id } }, "text", child, null)
 * Keys beginning with "on" take functions; false, null and undefined attributes are left out.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (key === "dataset") Object.assign(node.dataset, value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "value") node.value = value;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The address if it is an absolute http(s) one, otherwise null. */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens apart and tells the other side nothing; plain content where the address is not http(s). */
export function link(url, props, ...children) {
  const href = safeUrl(url);
  if (href === null) return el("span", { class: props?.class }, ...children);
  return el("a", { ...props, href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/**
 * A picture with its alternative text. The page loads nothing from other hosts, so a foreign picture is shown as a
 * link that says what it is.
 */
export function picture(url, description, className) {
  const href = safeUrl(url);
  if (href === null) return null;
  const alt = description?.trim() || "Image without a description";
  const asLink = () => el("p", { class: "picture-link" }, "Image: ", link(href, {}, alt), ` (on ${new URL(href).host})`);
  if (new URL(href).origin !== location.origin) return asLink();
  const image = el("img", { class: className, src: href, alt, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(asLink()), { once: true });
  return image;
}

let lastId = 0;

/** An id for tying a label to its input; unique on the page. */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
