// @ts-check
/**
 * Keeps in this browser what the server could not be given yet, sealed; on a listener's own computer nobody else may
 * read it. The key comes with the contact's page and is never stored. Without Web Crypto (a page that is not served
 * over a secure connection) nothing is kept here.
 */

const PREFIX = "hl-draft:";
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

/** @param {Uint8Array} bytes */
const toText = (bytes) => btoa(String.fromCharCode(...bytes));
/** @param {string} text */
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Copies nobody came back for within a day. */
export function forgetOld() {
  try {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
      const at = Number((localStorage.getItem(name) || "").split(" ")[0]);
      if (!(Date.now() - at < KEPT_FOR_MS)) localStorage.removeItem(name);
    }
  } catch {
    // a browser that refuses storage keeps nothing, and there is nothing to forget
  }
}

export class Vault {
  /** @param {string} contact @param {string} key 64 hexadecimal digits; empty for none */
  constructor(contact, key) {
    this.place = `${PREFIX}${contact}:`;
    this.mine = this.place + toText(crypto.getRandomValues(new Uint8Array(9)));
    this.ready = this.load(key);
    /** @type {Promise<void>} */
    this.turn = Promise.resolve();
    this.holds = false;
    forgetOld();
  }

  /** @param {string} key @returns {Promise<CryptoKey|null>} */
  async load(key) {
    if (!key || !crypto.subtle) return null;
    const bytes = Uint8Array.from(key.match(/../g) || [], (pair) => parseInt(pair, 16));
    return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  /** Keep exactly this, nothing when it is empty; the newest call wins. @param {Record<string, Record<string, string>>} lacking */
  keep(lacking) {
    this.turn = this.turn.then(() => this.write(lacking)).catch(() => {
      this.holds = false;
    });
    return this.turn;
  }

  /** @param {Record<string, Record<string, string>>} lacking */
  async write(lacking) {
    const key = await this.ready;
    if (!key) return;
    if (!Object.keys(lacking).length) {
      localStorage.removeItem(this.mine);
      return;
    }
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, new TextEncoder().encode(JSON.stringify(lacking)));
    this.holds = true;
    localStorage.setItem(this.mine, `${Date.now()} ${toText(nonce)} ${toText(new Uint8Array(sealed))}`);
  }

  /** Everything kept for this contact, older copies first; the copies of earlier pages become this page's own. */
  async open() {
    /** @type {Record<string, Record<string, string>>} */
    const found = {};
    const key = await this.ready;
    if (!key) return found;
    const names = Object.keys(localStorage).filter((one) => one.startsWith(this.place));
    const copies = names.map((name) => ({ name, parts: (localStorage.getItem(name) || "").split(" ") }));
    copies.sort((one, other) => Number(one.parts[0]) - Number(other.parts[0]));
    for (const { name, parts } of copies) {
      try {
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: toBytes(parts[1]) }, key, toBytes(parts[2]));
        for (const [form, fields] of Object.entries(JSON.parse(new TextDecoder().decode(plain)))) found[form] = { ...found[form], ...fields };
      } catch {
        // sealed by another person on this computer: theirs to come back to, or gone within a day
        continue;
      }
      if (name !== this.mine) localStorage.removeItem(name);
    }
    if (Object.keys(found).length) await this.keep(found);
    return found;
  }
}
