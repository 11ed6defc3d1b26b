// What the page knows just now: the control API's state for the current member, who that is and which channel is
// open. Looks names up; draws nothing and asks the server nothing.

export const ANNOUNCEMENT = 5;
export const THREADS = [10, 11, 12];

export const session = {
  /** The last answer of GET /control/state, or null before the first. */
  state: null,
  userId: null,
  channelId: null,
};

export const me = () => session.state?.me ?? null;
export const humans = () => (session.state?.members ?? []).filter((member) => !member.bot);
export const channels = () => (session.state?.channels ?? []).filter((channel) => channel.can_view !== false);
export const channel = (id = session.channelId) => channels().find((entry) => entry.id === id) ?? null;
export const member = (id) => session.state?.members.find((entry) => entry.id === id) ?? null;
export const role = (id) => session.state?.roles.find((entry) => entry.id === id) ?? null;
export const botName = () => session.state?.members.find((entry) => entry.id === session.state.application_id)?.name
  ?? session.state?.members.find((entry) => entry.bot)?.name ?? "The bot";

/** Commands of one kind (1 chat, 2 user, 3 message) that this member may use. */
export const commands = (type) => (session.state?.commands ?? []).filter((entry) => (entry.type ?? 1) === type);

/**
 * Chat commands with their subcommands spread out: what can be typed after "/".
 * `path` is what is typed ("feeds list"), `subcommand` what the control API takes ("list", "group sub" or undefined).
 */
export function typedCommands() {
  const leaves = [];
  for (const entry of commands(1)) spread(entry, entry.name, [], entry, leaves);
  return leaves.sort((a, b) => a.path.localeCompare(b.path));
}

function spread(command, path, trail, node, leaves) {
  const children = (node.options ?? []).filter((option) => option.type === 1 || option.type === 2);
  if (children.length > 0) {
    for (const child of children) spread(command, `${path} ${child.name}`, [...trail, child.name], child, leaves);
    return;
  }
  leaves.push({
    name: command.name,
    path,
    subcommand: trail.length > 0 ? trail.join(" ") : undefined,
    description: node.description ?? "",
    options: node.options ?? [],
  });
}

/** The channel in which blog posts appear: "psf-blog" where there is one, else the first announcement channel. */
export const blogChannel = () => channels().find((entry) => entry.name === "psf-blog")
  ?? channels().find((entry) => entry.type === ANNOUNCEMENT) ?? null;

/** Address of a view, to be kept in the URL's hash. */
export const hashFor = (user, channelId) => `#${new URLSearchParams({ user, ...(channelId ? { channel: channelId } : {}) })}`;

/** User and channel of the URL's hash; null where it names none. */
export function fromHash() {
  const fields = new URLSearchParams(location.hash.slice(1));
  return { user: fields.get("user"), channel: fields.get("channel") };
}

/** Snowflakes in the order of their making; they do not fit into a number. */
export const compareIds = (a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
