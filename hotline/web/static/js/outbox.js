// @ts-check
/**
 * What was written and is not yet delivered: one after the other, each with an id of its own, so that a repeat after
 * a lost answer is recognised and never shown twice. Kept in memory only: nothing stays on a shared phone.
 */

import { newId } from "./util.js";

const WAITS_MS = [1000, 2000, 4000, 8000, 15000];

export class Outbox {
  /**
   * @param {{ post: (body: { client_message_id: string, text: string }) => Promise<any>,
   *   shown: (id: string, text: string) => void, sent: (message: any) => void, failed: (id: string, why: string) => void,
   *   stuck: () => void }} to
   */
  constructor(to) {
    this.to = to;
    /** @type {Array<{ id: string, text: string }>} */
    this.queue = [];
    /** @type {Map<string, string>} */
    this.held = new Map();
    this.busy = false;
    this.wake = () => {};
    window.addEventListener("online", () => this.wake());
  }

  /** @param {string} text */
  add(text) {
    const id = newId();
    this.to.shown(id, text);
    this.queue.push({ id, text });
    this.run();
  }

  /** Send a refused message once more, when the person asks. @param {string} id */
  again(id) {
    const text = this.held.get(id);
    if (text === undefined) return;
    this.held.delete(id);
    this.queue.push({ id, text });
    this.run();
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    let tries = 0;
    while (this.queue.length) {
      const { id, text } = this.queue[0];
      try {
        this.to.sent(await this.to.post({ client_message_id: id, text }));
        this.queue.shift();
        tries = 0;
      } catch (trouble) {
        const { passing, message } = /** @type {any} */ (trouble);
        if (passing) {
          this.to.stuck();
          await this.pause(WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]);
          tries += 1;
        } else {
          this.queue.shift();
          this.held.set(id, text);
          this.to.failed(id, message);
        }
      }
    }
    this.busy = false;
  }

  /** @param {number} ms */
  pause(ms) {
    return new Promise((resolve) => {
      const timer = window.setTimeout(resolve, ms);
      this.wake = () => {
        window.clearTimeout(timer);
        resolve(undefined);
      };
    });
  }
}
