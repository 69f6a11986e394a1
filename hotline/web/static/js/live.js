// @ts-check
/** What desks and boards share: waits that count on, a time to answer that counts down, a sign in the tab's title, and a spoken word when it matters. */

import { duration, localTimes } from "./times.js";
import { byId } from "./util.js";

const title = document.title;

/** Local times inside, and every `data-seconds` counting on from now. @param {HTMLElement} box */
export function countOn(box) {
  localTimes(box);
  const from = Date.now();
  const shown = [...box.querySelectorAll("[data-seconds]")].map((one) => ({ one, start: Number(/** @type {HTMLElement} */ (one).dataset.seconds) }));
  const step = () => {
    if (shown.length && !shown[0].one.isConnected) {
      window.clearInterval(timer);
      return;
    }
    const passed = Math.floor((Date.now() - from) / 1000);
    for (const { one, start } of shown) {
      const text = duration(start + passed);
      if (one.textContent !== text) one.textContent = text;
    }
  };
  const timer = window.setInterval(step, 1000);
  step();
}

/** Every `data-left` counting down from now; `over` is called once the first has run out. @param {HTMLElement} box @param {() => void} over */
export function countDown(box, over) {
  const shown = /** @type {HTMLElement|null} */ (box.querySelector("[data-left]"));
  if (!shown) return;
  const until = Date.now() + Number(shown.dataset.left) * 1000;
  const timer = window.setInterval(() => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    if (shown.isConnected) shown.textContent = duration(left);
    if (shown.isConnected && left > 0) return;
    window.clearInterval(timer);
    if (shown.isConnected) over();
  }, 500);
}

/** @param {number} count shown before the page's title; 0 for none */
export function badge(count) {
  document.title = count ? `(${count}) ${title}` : title;
}

/** Speak at once to those who cannot see the page. @param {string} text */
export function announce(text) {
  const region = byId("announce");
  region.textContent = "";
  window.setTimeout(() => {
    region.textContent = text;
  }, 50);
}

/** Reports ids that were not in the list the last time. */
export class Newcomers {
  constructor() {
    /** @type {Set<string>|null} */
    this.known = null;
  }

  /** @param {string} list ids, separated by spaces */
  fresh(list) {
    const now = new Set(list.split(" ").filter(Boolean));
    const fresh = this.known ? [...now].filter((id) => !this.known?.has(id)) : [];
    this.known = now;
    return fresh;
  }
}
