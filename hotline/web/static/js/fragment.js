// @ts-check
/**
 * Swaps a part of a page for the server's newer one without disturbing anybody: what is open stays open, the focus
 * stays where it was, and a form somebody is filling in is never taken away from under their hands.
 */

import { byId } from "./util.js";

/** Whether a person has begun to fill in a form inside. @param {HTMLElement} box */
function beingEdited(box) {
  const busy = document.activeElement;
  if (busy && box.contains(busy) && busy.matches("input, select, textarea")) return true;
  return [...box.querySelectorAll("input, select, textarea")].some((field) => {
    const one = /** @type {any} */ (field);
    if (one.type === "hidden") return false;
    if (one.tagName === "SELECT") return [...one.options].some((option) => option.selected !== option.defaultSelected && (option.defaultSelected || one.selectedIndex > 0));
    return one.type === "checkbox" ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
  });
}

/** A way to find the focused element again after a swap. @param {HTMLElement} box */
function focusedKey(box) {
  const now = /** @type {HTMLElement|null} */ (document.activeElement);
  if (!now || !box.contains(now)) return "";
  if (now.id) return `#${CSS.escape(now.id)}`;
  if (now.dataset.key) return `[data-key="${CSS.escape(now.dataset.key)}"]`;
  const home = now.closest("details[id]");
  return home && now.tagName === "SUMMARY" ? `#${CSS.escape(home.id)} > summary` : "";
}

export class Fragment {
  /** @param {string} id of the element with `data-fragment` @param {(box: HTMLElement, askedAt: number) => void} [changed] told when the text was asked for */
  constructor(id, changed) {
    this.box = /** @type {HTMLElement} */ (byId(id));
    this.changed = changed || (() => {});
    this.shown = "";
    this.held = false;
    this.missed = false;
    this.forced = false;
    // On the way to another page nothing is renewed: what is changed now might lead back here.
    this.leaving = false;
    window.addEventListener("pageshow", () => {
      this.leaving = false;
    });
    // Nothing moves between pressing a button and letting it go: a press must not land on somebody else.
    this.box.addEventListener("pointerdown", () => {
      this.held = true;
    });
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => window.setTimeout(() => this.letGo(), 150));
  }

  letGo() {
    this.held = false;
    if (!this.missed) return;
    this.missed = false;
    const force = this.forced;
    this.forced = false;
    this.renew(force).catch(() => {});
  }

  /** Read again; `force` swaps even while a form is being edited (after it was sent). Rejects when nobody answers. */
  async renew(force = false) {
    const askedAt = Date.now();
    const answer = await fetch(this.box.dataset.fragment || "", { cache: "no-store", credentials: "same-origin", headers: { Accept: "text/html" } });
    if (this.leaving) return;
    if (answer.status === 401 || (answer.redirected && answer.url.includes("/sign-in"))) {
      location.assign("/staff/sign-in");
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    const same = text.replace(/name="csrf_token" value="[^"]*"/g, "") === this.shown;
    if (same && !force) return;
    if (!force && beingEdited(this.box)) return;
    this.missed = this.held;
    this.forced = this.held && (force || this.forced);
    if (this.held) return;
    this.shown = text.replace(/name="csrf_token" value="[^"]*"/g, "");
    this.swap(text, askedAt);
  }

  /** @param {string} text markup our own server rendered and escaped @param {number} askedAt */
  swap(text, askedAt) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const open = new Set([...this.box.querySelectorAll("details[id][open]")].map((one) => one.id));
    const shut = new Set([...this.box.querySelectorAll("details[id]:not([open])")].map((one) => one.id));
    const key = focusedKey(this.box);
    for (const one of fresh.querySelectorAll("details[id]")) {
      if (open.has(one.id)) one.setAttribute("open", "");
      if (shut.has(one.id)) one.removeAttribute("open");
    }
    const top = this.box.scrollTop;
    this.box.replaceChildren(...fresh.body.childNodes);
    this.box.scrollTop = top;
    if (key) /** @type {HTMLElement|null} */ (this.box.querySelector(key))?.focus({ preventScroll: true });
    this.changed(this.box, askedAt);
  }

  /**
   * Send the forms inside without leaving the page, so that words being written elsewhere on it are not lost. Forms
   * marked `data-leave` go the ordinary way; the fold of one marked `data-stay` stays open.
   */
  takeForms() {
    this.box.addEventListener("submit", async (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (form.matches("[data-leave]")) {
        this.leaving = true;
        return;
      }
      event.preventDefault();
      const body = new URLSearchParams(/** @type {any} */ (new FormData(form, /** @type {any} */ (event).submitter)));
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
      if (!answer) {
        HTMLFormElement.prototype.submit.call(form);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.querySelectorAll("#flashes > *, main .notice.error, main.page > .hero > p:first-of-type");
      byId("flashes").replaceChildren(...[...said].slice(0, 3));
      if (!form.matches("[data-stay]")) form.closest("details")?.removeAttribute("open");
      await this.renew(answer.ok).catch(() => {});
    });
  }
}
