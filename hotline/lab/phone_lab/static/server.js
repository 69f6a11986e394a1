// @ts-check
/** Asks the lab's server; a refusal becomes one sentence at the top of the page. */

import { byId, write } from "./dom.js";

/** @param {string} sentence */
export function notice(sentence) {
  byId("notice").hidden = !sentence;
  write(byId("notice"), sentence);
}

/** Do something in the double's world. @param {string} name @param {object} given @returns {Promise<boolean>} */
export async function act(name, given) {
  try {
    const answer = await fetch(`/lab/acts/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Phone-Lab": "1" },
      body: JSON.stringify(given),
    });
    const told = await answer.json();
    notice(told.error || "");
    return answer.ok;
  } catch {
    notice("The lab does not answer. Is it still running?");
    return false;
  }
}

/** What is the case now; null while the lab does not answer. */
export async function look() {
  try {
    const answer = await fetch("/lab/state");
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
