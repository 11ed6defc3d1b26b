// Keeps one WebSocket of events open for the current member, coming back with growing pauses when it breaks.
// It does not read the events; it says whether the line is up, so that the page re-reads what it may have missed.

import { eventsUrl } from "./api.js";

const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

export class Live {
  #socket = null;
  #user = null;
  #failures = 0;
  #timer = 0;
  #onEvent;
  #onStatus;

  /** `onEvent(event)` for each frame; `onStatus("connecting" | "open" | "lost")`. */
  constructor({ onEvent, onStatus }) {
    this.#onEvent = onEvent;
    this.#onStatus = onStatus;
    window.addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#retryNow());
  }

  /** Follows this member's events from now on. */
  follow(user) {
    if (user === this.#user) return;
    this.#user = user;
    this.#failures = 0;
    this.#open();
  }

  #open() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const earlier = this.#socket;
    this.#onStatus("connecting");
    const socket = new WebSocket(eventsUrl(this.#user));
    this.#socket = socket;
    earlier?.close();
    // A socket that was replaced may still speak or close; only the present one counts.
    const current = (listener) => (event) => socket === this.#socket && listener(event);
    socket.addEventListener("open", current(() => {
      this.#failures = 0;
      this.#onStatus("open");
    }));
    socket.addEventListener("message", current((frame) => this.#read(frame.data)));
    socket.addEventListener("close", current(() => this.#lost()));
  }

  #read(text) {
    let event;
    try {
      event = JSON.parse(text);
    } catch {
      console.warn("An event is not JSON and was left out.");
      return;
    }
    this.#onEvent(event);
  }

  #lost() {
    this.#socket = null;
    const pause = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    this.#failures += 1;
    this.#onStatus("lost");
    this.#timer = setTimeout(() => this.#open(), pause);
  }

  #retryNow() {
    if (this.#timer !== 0) this.#open();
  }
}
