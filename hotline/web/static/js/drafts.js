// @ts-check
/**
 * Words in a form of the desk survive whatever dies: the tab, the network, the server. What is typed goes to the
 * server within a second or so; until the server has it, a copy lies in this browser, sealed under a key that only the
 * contact's page brings along (vault.js). What the server confirmed leaves the browser again.
 */

import { Vault } from "./vault.js";
import { api, byId } from "./util.js";

const SOON_MS = 1500;
const WAITS_MS = [1000, 2000, 4000, 8000, 15000];
const TYPED = "input:not([type=hidden]), select, textarea";

/** What stands in a form's field now; ticked boxes of one name are one field. @param {HTMLFormElement} form @param {string} name */
function standing(form, name) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]);
  if (fields[0]?.type !== "checkbox" && fields[0]?.type !== "radio") return fields[0]?.value ?? "";
  return fields.filter((one) => one.checked).map((one) => one.value).join(",");
}

/** @param {HTMLFormElement} form @param {string} name @param {string} value */
function put(form, name, value) {
  for (const one of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[name="${CSS.escape(name)}"]`))) {
    if (one.type === "checkbox" || one.type === "radio") one.checked = value.split(",").includes(one.value);
    else if (one.value !== value) one.value = value;
  }
}

/** What the server has counts as untouched, so that the pane may be renewed again. @param {HTMLFormElement} form @param {string} name */
function settle(form, name) {
  for (const one of /** @type {NodeListOf<any>} */ (form.querySelectorAll(`[name="${CSS.escape(name)}"]`))) {
    if (one.tagName === "SELECT") for (const option of one.options) option.defaultSelected = option.selected;
    else if (one.type === "checkbox" || one.type === "radio") one.defaultChecked = one.checked;
    else one.defaultValue = one.value;
  }
}

export class Drafts {
  /**
   * @param {HTMLElement} box where the forms stand; it is swapped now and then
   * @param {{ home: string, contact: string, key: string, words: Record<string, string> }} given
   */
  constructor(box, { home, contact, key, words }) {
    this.box = box;
    this.home = home;
    this.words = words;
    this.vault = new Vault(contact, key);
    /** @type {Map<string, Map<string, { value: string, keptAt: number }>>} form → field → what was typed, and since when the server has it (0: not yet) */
    this.typed = new Map();
    /** @type {Promise<void>|null} */
    this.running = null;
    this.timer = 0;
    this.tries = 0;
    for (const kind of ["input", "change"]) box.addEventListener(kind, (event) => this.heard(event));
    box.addEventListener("submit", (event) => this.guard(event), true);
    window.addEventListener("online", () => this.soon(0));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.leave() : undefined));
    window.addEventListener("pagehide", () => this.leave());
    this.comeBack();
  }

  /** Words this browser holds and the server may not: into the form, and on to the server. */
  async comeBack() {
    for (const [form, fields] of Object.entries(await this.vault.open())) {
      for (const [name, value] of Object.entries(fields)) if (!this.of(form).has(name)) this.of(form).set(name, { value, keptAt: 0 });
    }
    if (!this.waiting().length) return;
    this.renewed(0);
    for (const form of this.typed.keys()) this.form(form)?.closest("details")?.setAttribute("open", "");
    this.soon(0);
  }

  /** @param {string} form */
  of(form) {
    const found = this.typed.get(form) || new Map();
    this.typed.set(form, found);
    return found;
  }

  /** @param {string} form @returns {HTMLFormElement|null} */
  form(form) {
    return this.box.querySelector(`form[data-draft="${CSS.escape(form)}"]`);
  }

  /** Forms with words that the server lacks. */
  waiting() {
    return [...this.typed].filter(([, fields]) => [...fields.values()].some((one) => !one.keptAt)).map(([form]) => form);
  }

  /** @param {Event} event */
  heard(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const form = /** @type {HTMLFormElement|null} */ (field.closest("form[data-draft]"));
    if (!form || !field.matches(TYPED) || !field.name) return;
    const value = standing(form, field.name);
    const before = this.of(form.dataset.draft || "").get(field.name);
    if (before && before.value === value) return;
    this.of(form.dataset.draft || "").set(field.name, { value, keptAt: 0 });
    this.vault.keep(this.lacking());
    this.soon(SOON_MS);
  }

  /** What the server lacks, by form. */
  lacking() {
    /** @type {Record<string, Record<string, string>>} */
    const found = {};
    for (const [form, fields] of this.typed) {
      for (const [name, one] of fields) if (!one.keptAt) (found[form] ||= {})[name] = one.value;
    }
    return found;
  }

  /** @param {number} ms */
  soon(ms) {
    // somebody who types without a pause is heard all the same: a timer that runs is not put off
    if (this.timer && ms) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush().catch(() => {}), ms);
  }

  /** Give the server everything it lacks, one request at a time. Rejects with the `Trouble` that kept it from that. */
  async flush() {
    while (this.running) await this.running.catch(() => {});
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.running = this.send();
    try {
      await this.running;
      this.tries = 0;
    } catch (trouble) {
      if (/** @type {any} */ (trouble).passing) this.soon(WAITS_MS[Math.min(this.tries++, WAITS_MS.length - 1)]);
      throw trouble;
    } finally {
      this.running = null;
    }
  }

  async send() {
    let refused = null;
    for (const form of this.waiting()) {
      const fields = this.lacking()[form];
      try {
        await api("PUT", `${this.home}/drafts/${form}`, { fields });
      } catch (trouble) {
        if (/** @type {any} */ (trouble).passing) {
          await this.unreachable();
          throw trouble;
        }
        this.say(form, this.words.not_kept, "warn");
        refused = trouble;
        continue;
      }
      for (const [name, value] of Object.entries(fields)) this.confirmed(form, name, value);
      this.vault.keep(this.lacking());
      this.say(form, this.words.kept, "");
    }
    if (refused) throw refused;
  }

  /** Say beside every form that waits where its words are meanwhile. */
  async unreachable() {
    await this.vault.turn;
    for (const form of this.waiting()) this.say(form, this.vault.holds ? this.words.kept_here : this.words.kept_page, "warn");
  }

  /** @param {string} form @param {string} name @param {string} value what the server has now */
  confirmed(form, name, value) {
    const one = this.of(form).get(name);
    if (!one || one.value !== value) return;
    one.keptAt = Date.now();
    const shown = this.form(form);
    if (shown && standing(shown, name) === value) settle(shown, name);
  }

  /** The page goes out of sight: send what is left without waiting for the answer. */
  leave() {
    const lacking = this.lacking();
    for (const [form, fields] of Object.entries(lacking)) api("PUT", `${this.home}/drafts/${form}`, { fields }, { keepalive: true }).catch(() => {});
  }

  /**
   * The pane was swapped: put back what the swapped text did not know yet.
   * @param {number} askedAt when the text was asked for; what the server had by then stands in it already
   */
  renewed(askedAt) {
    for (const [form, fields] of this.typed) {
      for (const [name, one] of fields) {
        if (one.keptAt && one.keptAt < askedAt) fields.delete(name);
        else if (this.form(form)) put(/** @type {HTMLFormElement} */ (this.form(form)), name, one.value);
      }
    }
  }

  /** A form is sent only when the server can be reached; without that the browser would show an error page instead. @param {Event} event */
  guard(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.draft || form.dataset.sure) {
      delete form.dataset.sure;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = /** @type {any} */ (event).submitter;
    this.reach(form.dataset.draft).then(
      () => this.submit(form, button),
      () => byId("flashes").replaceChildren(this.notice(this.words.not_sent_form)),
    );
  }

  /** The pane may have been renewed while the server was asked: then its new form is sent, with the same words. @param {HTMLFormElement} form @param {any} button */
  submit(form, button) {
    const now = form.isConnected ? form : this.form(form.dataset.draft || "");
    if (!now) return;
    now.dataset.sure = "1";
    now.requestSubmit(now.contains(button) ? button : undefined);
  }

  /** Resolves once everything is on the server; a refused draft does not hold its form back. @param {string} form */
  async reach(form) {
    try {
      await this.flush();
      await api("PUT", `${this.home}/drafts/${form}`, { fields: {} });
    } catch (trouble) {
      if (/** @type {any} */ (trouble).passing) throw trouble;
    }
  }

  /** @param {string} text */
  notice(text) {
    const made = document.createElement("p");
    made.className = "notice error";
    made.textContent = text;
    return made;
  }

  /** @param {string} form @param {string} text @param {string} kind */
  say(form, text, kind) {
    const line = /** @type {HTMLElement|null} */ (this.form(form)?.querySelector("[data-draft-line]"));
    if (!line || line.textContent === text) return;
    line.textContent = text;
    line.classList.toggle("warn", kind === "warn");
  }
}
