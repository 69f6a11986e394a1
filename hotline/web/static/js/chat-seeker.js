// @ts-check
/** The seeker's conversation: words appear at once, go out in order, and come back live. */

import { composer } from "./composer.js";
import { Outbox } from "./outbox.js";
import { follow } from "./stream.js";
import { Transcript } from "./transcript.js";
import { api, byId, element, fill, gently, pageData, Trouble } from "./util.js";

const TYPING_LASTS_MS = 6000;
const data = pageData("chat-data");
const words = data.words;
let contact = data.contact;
let typingTimer = 0;
const title = document.title;

const transcript = new Transcript(byId("log"), { mine: "seeker", words, links: data.links, again: (id) => outbox.again(id) });
const outbox = new Outbox({
  post: (body) => api("POST", "/contact/messages", body),
  shown: (id, text) => transcript.addPending(id, text),
  sent: (message) => {
    transcript.add([message]);
    showOffline(false);
  },
  failed: (id, why) => transcript.fail(id, why),
  stuck: () => showOffline(true),
});

async function readMessages() {
  const answer = await api("GET", `/contact/messages?after=${transcript.last}`);
  const fresh = transcript.add(answer.messages);
  if (fresh) showTyping("");
  if (fresh && document.hidden) document.title = `(${fresh}) ${title}`;
}

async function readContact() {
  contact = await api("GET", "/contact");
  showStanding();
  showNotices();
  showWhile();
  showNumbers();
  byId("plan-tool").hidden = !contact.plan_shared;
}

/** Who is here, or how long it takes; the words are the page's own (intake/_standing.html). */
function showStanding() {
  const standing = byId("standing");
  const said = standingSentence();
  if (standing.textContent.trim().replace(/\s+/g, " ") === said.replace(/\s+/g, " ")) return;
  if (contact.listener) {
    const badge = element("span", "verified", words.verified);
    standing.replaceChildren(element("strong", "", contact.listener.alias), " ", badge);
  } else {
    standing.replaceChildren(element("span", "", said));
  }
}

function standingSentence() {
  if (contact.listener) return `${contact.listener.alias} ${words.verified}`;
  if (contact.state === "closed") return words.ended;
  if (contact.state === "abandoned") return words.paused;
  if (contact.nobody_on_duty) return words.nobody;
  return contact.position && contact.notices.length ? contact.notices[0] : words.unknown;
}

/** Reviewed sentences that fit where the person stands now; the place in the line has its own spot above. */
function showNotices() {
  const placed = contact.position && !contact.nobody_on_duty;
  const said = contact.listener ? [] : placed ? contact.notices.slice(1) : contact.notices;
  const box = byId("notices");
  if ([...box.children].map((one) => one.textContent).join("\n") === said.join("\n")) return;
  box.replaceChildren(...said.map((/** @type {string} */ text) => element("p", "notice", text)));
}

/** What one may do while waiting goes when a listener comes. */
function showWhile() {
  byId("while").hidden = Boolean(contact.listener) || contact.state === "closed";
  byId("while-callback").hidden = !(contact.callback.offered || contact.callback.asked);
}

function showNumbers() {
  byId("strip-digits").textContent = contact.emergency.map((/** @type {any} */ entry) => entry.number || entry.note).join(" · ");
  const list = element("ul", "numbers");
  for (const entry of contact.emergency) list.append(numberItem(entry));
  byId("strip-numbers").replaceChildren(list);
  if (contact.urgent_help && !data.contact.urgent_help) byId("strip").open = true;
  data.contact.urgent_help = contact.urgent_help;
}

/** @param {{ label: string, number: string, note: string }} entry */
function numberItem(entry) {
  const digits = entry.number.replaceAll(" ", "");
  const dialled = /^\d+$/.test(digits);
  const box = element(dialled ? "a" : "span", "number");
  if (dialled) box.setAttribute("href", `tel:${digits}`);
  const label = element("span", "", entry.label);
  label.append(element("small", "", entry.note));
  box.append(label);
  if (entry.number) box.append(element("b", dialled ? "" : "words", entry.number));
  const item = element("li", "");
  item.append(box);
  return item;
}

/** @param {string} text empty to hide */
function showTyping(text) {
  window.clearTimeout(typingTimer);
  byId("typing").textContent = text;
  if (text) typingTimer = window.setTimeout(() => showTyping(""), TYPING_LASTS_MS);
}

// On the way to another page: what is still being read then fails, and must not lead anywhere else.
let leaving = false;
document.addEventListener("submit", (event) => {
  window.setTimeout(() => {
    leaving = leaving || !event.defaultPrevented;
  });
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

/** @param {unknown} trouble */
function gone(trouble) {
  if (!leaving && trouble instanceof Trouble && trouble.status === 401) location.replace(data.home);
}

/** @param {boolean} yes */
function showOffline(yes) {
  const notice = byId("offline");
  if (!notice || notice.hidden === !yes) return;
  notice.hidden = !yes;
  notice.textContent = yes ? words.offline : "";
}

const messagesSoon = gently(() => readMessages().catch(gone), 100);
const contactSoon = gently(() => readContact().catch(gone), 300);

follow("/api/v1/contact/stream", {
  event: (kind, told) => {
    if (kind === "typing") {
      if (told.author !== "seeker" && contact.listener) showTyping(fill(words.typing, { alias: contact.listener.alias }));
      return;
    }
    messagesSoon();
    if (kind !== "message") contactSoon();
  },
  poll: async () => {
    try {
      await Promise.all([readMessages(), readContact()]);
    } catch (trouble) {
      gone(trouble);
      throw trouble;
    }
  },
  online: (yes) => {
    showOffline(!yes);
    if (yes) outbox.wake();
  },
});

// Nobody's place in the line is announced by an event of its own; look again while waiting.
window.setInterval(() => {
  if (!contact.listener && !document.hidden) contactSoon();
}, 15000);

if (byId("composer")) {
  const box = composer(byId("composer"), {
    send: (text) => outbox.add(text),
    typing: () => api("POST", "/contact/typing").catch(() => {}),
  });
  if (window.matchMedia("(pointer: fine)").matches) box.focus();
}

// On a small screen one drawer at a time; the strip's own line, with the numbers, always stays.
byId("tools").addEventListener("toggle", () => {
  if (byId("tools").open) byId("strip").open = false;
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.title = title;
});

byId("strip").querySelector("form").addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const region = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("region");
  contact = await api("PATCH", "/contact", { region });
  showNumbers();
});

byId("codename-form").addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const answer = await api("POST", "/contact/codename");
  byId("codename").textContent = answer.codename;
  byId("codename").hidden = false;
  byId("codename-hint").hidden = false;
  byId("codename-form").hidden = true;
});
