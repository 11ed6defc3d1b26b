// Speaks the sandbox's control API: one function a request, errors as one sentence for the reader.

const token = document.querySelector('meta[name="control-token"]').content;

/** What the control API refused, or that it could not be reached; `message` is a sentence, `status` 0 without an answer. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function request(method, path, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("The sandbox does not answer. Is it still running?", 0);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(answer?.error ?? `The sandbox answered ${response.status}.`, response.status);
  return answer;
}

const q = encodeURIComponent;
const get = (path) => request("GET", path);
const post = (path, body, signal) => request("POST", path, body, signal);

/** Without `user`, the view of somebody who is nobody in particular. */
export const state = (user) => get(user ? `/control/state?as=${q(user)}` : "/control/state");
export const messages = (channel, user) => get(`/control/channels/${q(channel)}/messages?as=${q(user)}&limit=100`);
export const say = (channel, user, content) => post(`/control/channels/${q(channel)}/messages`, { as: user, content });

export const command = (body) => post("/control/interactions/command", body);
export const autocomplete = (body, signal) => post("/control/interactions/autocomplete", body, signal);
export const component = (body) => post("/control/interactions/component", body);
export const modal = (body) => post("/control/interactions/modal", body);
export const outcome = (id) => get(`/control/interactions/${q(id)}`);

export const feed = () => get("/control/feed");
export const publish = (entry) => post("/control/feed", entry);
export const revise = (id, entry) => request("PATCH", `/control/feed/${q(id)}`, entry);

/** Moves the server's clock forward; resolves to its new time and how far it is ahead. */
export const advanceClock = (seconds) => post("/control/clock", { advance_seconds: seconds });

/** What goes wrong now, how often it struck, and what came of the bot's posting. */
export const faults = () => get("/control/faults");
export const addFault = (fault) => post("/control/faults", fault);
export const removeFault = (id) => request("DELETE", `/control/faults/${q(id)}`);
export const clearFaults = () => request("DELETE", "/control/faults");
export const gateway = () => get("/control/gateway");
export const disturbGateway = (what) => post("/control/gateway", what);

/** Where the WebSocket of this member's events is; a browser cannot send headers there, hence the token in it. */
export function eventsUrl(user) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/control/events?as=${q(user)}&token=${q(token)}`;
}
