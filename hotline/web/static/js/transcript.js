// @ts-check
/** The list of messages: shows what came, what is on its way, and what did not go, each exactly once and in order. */

import { element } from "./util.js";

const NEAR_END_PX = 120;
const ABOVE_PX = 8;
const MOVED_PX = 2;

export class Transcript {
  /**
   * @param {HTMLElement} log
   * @param {{ mine: string, words: Record<string, string>, again: (id: string) => void, time?: (at: Date) => string, links?: Record<string, {href: string, label: string}>, channels?: Record<string, string> }} options `mine` is the author
   *   whose messages stand on this page's own side; `again` is called when somebody asks to send once more; with `time` each message tells when;
   *   `links` are the places of this house that a sentence of the service may lead to; `channels` names those other than the page's own.
   */
  constructor(log, { mine, words, again, time, links, channels }) {
    this.log = log;
    this.scroller = /** @type {HTMLElement} */ (log.closest("[data-scroller]") || log);
    this.mine = mine;
    this.words = words;
    this.again = again;
    this.time = time;
    this.links = links || {};
    this.channels = channels || {};
    this.last = 0;
    /** @type {Map<number, string>} */
    this.explained = new Map();
    for (const shown of log.querySelectorAll("[data-number]")) {
      this.last = Math.max(this.last, Number(/** @type {HTMLElement} */ (shown).dataset.number));
    }
    this.following = true;
    this.placed = this.scroller.scrollTop;
    this.scroller.addEventListener("scroll", () => {
      this.following = this.nearEnd();
    }, { passive: true });
    // a keyboard that opens, or the first layout, must not hide the newest words
    new ResizeObserver(() => (this.following ? this.toEnd() : undefined)).observe(this.scroller);
    this.toEnd();
  }

  /** @param {Array<any>} messages in the server's order; those already shown are skipped */
  add(messages) {
    const follow = this.nearEnd();
    let fresh = 0;
    for (const message of messages) {
      if (this.log.querySelector(`[data-number="${Number(message.number)}"]`)) continue;
      const waiting = message.client_message_id ? this.pending(message.client_message_id) : null;
      if (waiting) this.settle(waiting, message);
      else this.place(this.build(message), Number(message.number));
      if (message.author !== this.mine) fresh += 1;
      this.last = Math.max(this.last, Number(message.number));
    }
    if (follow) this.toEnd();
    return fresh;
  }

  /** Show own words at once, before the server has them. @param {string} id @param {string} text */
  addPending(id, text) {
    const shown = this.build({ author: this.mine, text, client_message_id: id });
    shown.classList.add("sending");
    this.mark(shown, this.words.sending);
    this.log.append(shown);
    this.toEnd();
  }

  /** @param {string} id @param {string} why */
  fail(id, why) {
    const shown = this.pending(id);
    if (!shown) return;
    shown.classList.replace("sending", "failed");
    this.mark(shown, why || this.words.not_sent);
    const button = element("button", "again", this.words.again);
    /** @type {HTMLButtonElement} */ (button).type = "button";
    button.addEventListener("click", () => {
      button.remove();
      shown.classList.replace("failed", "sending");
      this.mark(shown, this.words.sending);
      this.again(id);
    });
    shown.append(button);
  }

  /** @param {HTMLElement} shown @param {any} message */
  settle(shown, message) {
    shown.classList.remove("sending", "failed");
    shown.querySelector(".again")?.remove();
    const at = this.time ? this.time(new Date(message.at)) : "";
    const by = this.channels[message.channel];
    // what leaves as a text is delivered when its own line says so
    this.mark(shown, by ? [at, by].filter(Boolean).join(" · ") : [this.words.delivered, at].filter(Boolean).join(" "));
    shown.dataset.number = String(message.number);
    if (message.sent_as_text && "text_states" in this.words) this.delivery(shown, message.sent_as_text);
    if (shown.nextElementSibling || this.last > message.number) this.place(shown, Number(message.number));
  }

  /** Keep the server's order: before the first message with a higher number, and before what is still on its way. */
  place(/** @type {HTMLElement} */ shown, /** @type {number} */ number) {
    const after = [...this.log.querySelectorAll(".message")].find((other) => {
      const its = /** @type {HTMLElement} */ (other).dataset.number;
      return other !== shown && (its === undefined || Number(its) > number);
    });
    if (after !== shown.nextElementSibling || !shown.parentElement) this.log.insertBefore(shown, after || null);
  }

  /** @param {any} message */
  build(message) {
    const side = message.author === this.mine ? "mine" : message.author;
    const shown = element("div", `message ${side}`);
    if (message.number) shown.dataset.number = String(message.number);
    if (message.client_message_id) shown.dataset.client = message.client_message_id;
    const [name, spoken] = this.name(message);
    shown.append(element("span", spoken ? "only-spoken" : "who", name), element("div", "text", message.text));
    if (message.link in this.links) shown.append(this.link(message.link));
    const at = this.time && message.at ? this.time(new Date(message.at)) : "";
    const by = this.channels[message.channel];
    const told = [at || (side === "mine" ? this.words.delivered : ""), by].filter(Boolean).join(" · ");
    if (told) shown.append(element("span", "mark", told));
    if (message.sent_as_text && "text_states" in this.words) this.delivery(shown, message.sent_as_text);
    return shown;
  }

  /**
   * Show which phrases counted, and why, in messages that are here; what is shown already stays untouched.
   * @param {Array<{number: number, parts: Array<{text: string, labels: string[]}>, notes: Array<{label: string, quotes: string[]}>}>} marked
   */
  explain(marked) {
    const follow = this.nearEnd();
    for (const { number, parts, notes } of marked) {
      const shown = this.log.querySelector(`.seeker[data-number="${Number(number)}"]`);
      const text = shown?.querySelector(".text");
      const state = JSON.stringify([parts, notes]);
      if (!shown || !text || this.explained.get(number) === state) continue;
      this.explained.set(number, state);
      text.replaceChildren(...parts.map((part) => this.part(part)));
      shown.querySelector(".reasons")?.remove();
      if (notes.length) text.after(this.reasons(notes));
    }
    if (follow) this.toEnd();
  }

  /** Show how far the texts that carry messages have come. @param {Array<{number: number, state: string, error: string|null}>} texts */
  deliveries(texts) {
    const follow = this.nearEnd();
    for (const text of texts) {
      const shown = this.log.querySelector(`.message[data-number="${Number(text.number)}"]`);
      if (shown) this.delivery(/** @type {HTMLElement} */ (shown), text);
    }
    if (follow) this.toEnd();
  }

  /** @param {HTMLElement} shown @param {{state: string, error: string|null}} text */
  delivery(shown, text) {
    const words = /** @type {any} */ (this.words);
    const why = text.error ? ` (${words.text_refusals[text.error] || text.error})` : "";
    const said = shown.querySelector("[data-delivery]") || element("span", "", "");
    said.setAttribute("data-delivery", "");
    said.className = words.text_lost.includes(text.state) ? "delivery lost" : "delivery";
    said.textContent = words.text_states[text.state] + why;
    shown.append(said);
  }

  /** @param {{text: string, labels: string[]}} part @returns {Node} */
  part(part) {
    if (!part.labels.length) return document.createTextNode(part.text);
    const mark = element("mark", "", part.text);
    mark.title = part.labels.join(" · ");
    return mark;
  }

  /** @param {Array<{label: string, quotes: string[]}>} notes */
  reasons(notes) {
    const list = element("ul", "reasons");
    list.setAttribute("aria-label", this.words.why);
    for (const note of notes) {
      const line = element("li", "", note.label);
      for (const quote of note.quotes) line.append(" ", element("q", "", quote));
      list.append(line);
    }
    return list;
  }

  /** @param {string} name of a place of this house */
  link(name) {
    const { href, label } = this.links[name];
    const made = element("a", "button in-message", label);
    made.setAttribute("href", href);
    return made;
  }

  /** The name to show, and whether it is for screen readers only. @param {any} message @returns {[string, boolean]} */
  name(message) {
    if (message.author === "system") return [this.words.house, true];
    if (message.author === "seeker") return [this.mine === "seeker" ? this.words.you : this.words.seeker, this.mine === "seeker"];
    return [message.alias || this.words.listener, false];
  }

  /** @param {string} id @returns {HTMLElement|null} */
  pending(id) {
    return this.log.querySelector(`.mine[data-client="${CSS.escape(id)}"]:not([data-number])`);
  }

  /** @param {HTMLElement} shown @param {string} text */
  mark(shown, text) {
    const mark = shown.querySelector(".mark");
    if (mark) mark.textContent = text;
  }

  nearEnd() {
    return this.end() - this.scroller.scrollTop < NEAR_END_PX;
  }

  /** To the newest words; whoever has read on from where this page put them stays where they are. */
  toEnd() {
    const at = this.scroller.scrollTop;
    const end = this.end();
    this.scroller.scrollTop = Math.abs(at - this.placed) > MOVED_PX ? Math.max(at, end) : end;
    this.placed = this.scroller.scrollTop;
  }

  /**
   * How far down the newest words are. At a desk what the person said since the last answer stays in sight, however
   * much the house says after it: all of it where it fits, else the end of it, a long message from its beginning.
   */
  end() {
    const bottom = this.scroller.scrollHeight - this.scroller.clientHeight;
    const said = this.mine === "seeker" ? [] : this.unanswered();
    if (!said.length) return bottom;
    const [first, last] = [said[0].getBoundingClientRect(), said[said.length - 1].getBoundingClientRect()];
    const room = this.scroller.clientHeight - 2 * ABOVE_PX;
    const top = last.bottom - first.top <= room ? first.top : Math.min(last.top, last.bottom - room);
    return Math.min(bottom, this.scroller.scrollTop + top - this.scroller.getBoundingClientRect().top - ABOVE_PX);
  }

  /** The other person's messages since the last own one, oldest first. */
  unanswered() {
    const spoken = [...this.log.querySelectorAll(".message:not(.system, .failed)")];
    return spoken.slice(spoken.findLastIndex((one) => one.classList.contains("mine")) + 1);
  }
}
