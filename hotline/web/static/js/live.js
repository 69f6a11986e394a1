// @ts-check
/** What desks and boards share: waits that count on, a sign in the tab's title, and a spoken word when it matters. */

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
