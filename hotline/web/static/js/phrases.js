// @ts-check
/** Reviewed phrases under the composer: found by a few letters after "/", put into the message, sent by the person. */

import { byId } from "./util.js";

/**
 * @param {HTMLTextAreaElement} box where the message is written
 * @param {HTMLElement[]} places that hold phrases, the list under the composer among them
 */
export function phrases(box, places) {
  const list = /** @type {HTMLDetailsElement} */ (byId("phrases"));
  const search = /** @type {HTMLInputElement} */ (byId("phrase-search"));
  const all = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-phrase]"))];

  const find = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const one of all) {
      const item = one.closest("li");
      if (item) item.hidden = !(one.textContent || "").toLowerCase().includes(wanted);
    }
    byId("no-phrase").hidden = all.some((one) => !one.closest("li")?.hidden);
  };
  const close = () => {
    list.open = false;
    search.value = "";
    find();
    box.focus();
  };

  for (const place of places) {
    place.addEventListener("click", (event) => {
      const phrase = /** @type {HTMLElement} */ (event.target).closest("[data-phrase]");
      if (!phrase) return;
      box.value = box.value.trim() ? `${box.value.trimEnd()}\n${phrase.textContent}` : phrase.textContent || "";
      close();
      box.dispatchEvent(new Event("input"));
    });
  }
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      all.find((one) => !one.closest("li")?.hidden)?.click();
    }
  });
  // "/" opens the list from an empty message or from anywhere nobody types.
  window.addEventListener("keydown", (event) => {
    const at = /** @type {HTMLElement} */ (event.target);
    const typing = at.matches("input, select, textarea") && !(at === box && !box.value);
    if (event.key !== "/" || event.isComposing || event.ctrlKey || event.metaKey || typing) return;
    event.preventDefault();
    list.open = true;
    search.focus();
  });
}
