// Sends what a member does (a command, a click, a form) and shows what came of it: a message, a form, "is thinking",
// or that the bot did not respond. The waiting itself is the control API's; deferred answers are asked for again.

import * as api from "./api.js";
import { session } from "./session.js";

const DEFERRED_MESSAGE = 5;
const DEFERRED_UPDATE = 6;
const SILENT = "The application did not respond";
/** A deferred answer may come for fifteen minutes; asked for often at first, then seldom. */
const PATIENCE_MS = 15 * 60_000;
const pauseAfter = (waitedMs) => (waitedMs < 20_000 ? 1000 : 5000);

export class Interactions {
  /** `timeline` and `openForm(data, send)` are set by the page once they exist. */
  timeline = null;
  openForm = null;
  /** Told of everything that was answered: what was done, and the outcome. */
  onAnswer = () => {};
  /** The command that a message's buttons go back to, by message. */
  #origins = new Map();
  /** What waits for a deferred answer, by interaction: the event stream may bring it before the next question. */
  #awaited = new Map();

  /** A chat command, or one of a message's menu. `label` says at the log's end what was done. */
  async command({ name, type, subcommand, options, targetId, label }) {
    const { userId, channelId } = session;
    const row = this.timeline.pending(label);
    await this.#run(() => api.command({
      as: userId, channel_id: channelId, name, type, subcommand, target_id: targetId, options: options ?? {},
    }), {
      fail: (reason) => row.fail(reason),
      done: () => row.done(),
    }, null, { kind: "command", command: name, label: null });
  }

  /** A click or a choice on a message; `node` is what was pressed. */
  async component(message, data, values, node) {
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    this.timeline.failAt(message.id, "");
    await this.#run(() => api.component({
      as: session.userId, channel_id: message.channel_id, message_id: message.id, custom_id: data.custom_id, ...(values ? { values } : {}),
    }), {
      fail: (reason) => {
        node.removeAttribute("aria-busy");
        this.timeline.failAt(message.id, reason);
      },
      done: () => node.removeAttribute("aria-busy"),
    }, message, { kind: "press", command: this.#origins.get(message.id) ?? null, label: data.label ?? data.placeholder ?? null });
  }

  menu(message, command) {
    return this.command({
      name: command.name, type: command.type, label: `${command.name}`,
      targetId: command.type === 2 ? message.author.id : message.id,
    });
  }

  /** An outcome that the event stream brought. */
  arrived(outcome) {
    this.#awaited.get(outcome.interaction_id)?.(outcome);
  }

  async #run(send, report, message, deed) {
    try {
      await this.#settle(await send(), report, message, deed);
    } catch (error) {
      if (!(error instanceof api.ApiError)) console.error(error);
      report.fail(error instanceof api.ApiError ? error.message : SILENT);
    }
  }

  async #settle(first, report, message, deed) {
    let outcome = first;
    if (outcome.message) this.timeline.show(outcome.message);
    const { userId, channelId } = session;
    const here = () => session.userId === userId && session.channelId === channelId;
    if (outcome.state === "deferred" || outcome.state === "waiting") {
      // The deferred message itself says "is thinking"; a deferred update shows nothing, as on Discord.
      if (outcome.message || outcome.response_type === DEFERRED_UPDATE) report.done();
      outcome = await this.#await(outcome);
    }
    if (outcome === null) return report.done();
    if (outcome.state === "failed") return report.fail(outcome.error ?? SILENT);
    if (outcome.message) {
      this.timeline.show(outcome.message);
      this.#origins.set(outcome.message.id, deed.command);
    }
    report.done();
    this.onAnswer(deed, outcome);
    if (outcome.modal && here()) this.#form(outcome.modal, message, deed);
  }

  /** The answer to a deferred interaction, or null when there is none to be seen. */
  async #await(outcome) {
    const began = performance.now();
    const id = outcome.interaction_id;
    try {
      while (performance.now() - began < PATIENCE_MS) {
        const pushed = await this.#nextOutcome(id, pauseAfter(performance.now() - began));
        const now = pushed ?? await api.outcome(id);
        if (now.state === "answered" || now.state === "failed") return now;
      }
    } finally {
      this.#awaited.delete(id);
    }
    return outcome.response_type === DEFERRED_MESSAGE ? { state: "failed", error: SILENT } : null;
  }

  #nextOutcome(id, pause) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), pause);
      this.#awaited.set(id, (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      });
    });
  }

  #form(data, message, opened) {
    const { userId, channelId } = session;
    this.openForm(data, (fields) => this.#sendForm({
      as: userId, channel_id: channelId, message_id: message?.id, custom_id: data.custom_id, fields,
    }, message, { ...opened, kind: "form" }));
  }

  /** Resolves when the form may close; rejects with the reason, so that what was typed stays. */
  async #sendForm(body, message, deed) {
    const first = await api.modal(body);
    if (first.state === "failed") throw new api.ApiError(first.error ?? SILENT, 0);
    const row = first.state === "deferred" && !first.message && first.response_type !== DEFERRED_UPDATE
      ? this.timeline.pending(null) : null;
    const report = { fail: (reason) => (row ?? this.timeline.pending(null)).fail(reason), done: () => row?.done() };
    // The form may close now; the rest shows in the log.
    void this.#run(() => Promise.resolve(first), report, message, deed);
  }
}
