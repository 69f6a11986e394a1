// @ts-check
/** Small helpers every page shares. Nothing here keeps anything on the device. */

/** An answer of the server that is an error. `code` is its stable word, `status` 0 when there was no answer at all. */
export class Trouble extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether trying the same again later may work. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The JSON data island with this id. @param {string} id */
export function pageData(id) {
  return JSON.parse(document.getElementById(id)?.textContent || "{}");
}

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** The page's token against forged requests; a fragment or a reload may have renewed it. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") || "";
}

/** An element with a class and text; text never becomes markup. @param {string} tag @param {string} name @param {string} [text] */
export function element(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A random id for a message; `randomUUID` needs a secure origin, this does not. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Ask the JSON API. Resolves to the answer's body (null when empty); rejects with `Trouble`.
 * @param {string} method @param {string} path below /api/v1 @param {object} [body] @param {RequestInit} [more] for the request
 */
export async function api(method, path, body, more) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method, headers, cache: "no-store", credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(15000),
      ...more,
    });
  } catch {
    throw new Trouble(0, "offline", "");
  }
  const content = await answer.json().catch(() => null);
  if (answer.ok) return content;
  throw new Trouble(answer.status, content?.error?.code || "", content?.error?.message || "");
}

/** Put values into `{names}`. @param {string} text @param {Record<string, string|number>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** At most one call per `pauseMs`, the last one never lost. @param {() => void} act @param {number} pauseMs */
export function gently(act, pauseMs) {
  let waiting = 0;
  let last = 0;
  return () => {
    if (waiting) return;
    const wait = Math.max(0, last + pauseMs - Date.now());
    waiting = window.setTimeout(() => {
      waiting = 0;
      last = Date.now();
      act();
    }, wait);
  };
}

// A page brought back from the browser's memory is old; load it again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
