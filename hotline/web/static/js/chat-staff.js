// @ts-check
/** The listener's conversation: words live, and beside them how worried we are, renewed without losing a draft. */

import { composer } from "./composer.js";
import { Fragment } from "./fragment.js";
import { announce, badge, countOn } from "./live.js";
import { Outbox } from "./outbox.js";
import { follow } from "./stream.js";
import { localTime } from "./times.js";
import { Transcript } from "./transcript.js";
import { api, byId, gently, pageData } from "./util.js";

const BEAT_MS = 10000;
const TYPING_LASTS_MS = 6000;
const RANKS = ["information", "routine", "elevated", "high", "imminent"];
const data = pageData("page-data");
const words = data.words;
const home = `/contacts/${data.contact_id}`;
let level = data.level;
let unseen = 0;
let typingTimer = 0;

const transcript = new Transcript(byId("log"), { mine: "listener", words, time: localTime, again: (id) => outbox.again(id) });
const outbox = new Outbox({
  post: (body) => api("POST", `${home}/messages`, body),
  shown: (id, text) => transcript.addPending(id, text),
  sent: (message) => {
    transcript.add([message]);
    showOffline(false);
  },
  failed: (id, why) => transcript.fail(id, why),
  stuck: () => showOffline(true),
});

const pane = new Fragment("person", (box) => {
  const state = /** @type {HTMLElement} */ (box.querySelector("[data-level]"));
  const now = state?.dataset.level || level;
  if (RANKS.indexOf(now) > RANKS.indexOf(level)) announce(words.rising);
  level = now;
  const chip = box.querySelector(".level");
  if (chip) byId("head-level").replaceChildren(chip.cloneNode(true));
  countOn(box);
  // The right to write came or went: show the page that fits, unless words are still on it.
  const draft = byId("composer")?.querySelector?.("textarea")?.value.trim();
  if (state && (state.dataset.write === "1") !== data.mine && !draft && !outbox.queue.length) location.reload();
});
pane.takeForms();
countOn(pane.box);

async function readMessages() {
  const answer = await api("GET", `${home}/messages?after=${transcript.last}`);
  const fresh = transcript.add(answer.messages);
  if (fresh) showTyping("");
  if (fresh && document.hidden) badge((unseen += fresh));
}

/** @param {string} text empty to hide */
function showTyping(text) {
  window.clearTimeout(typingTimer);
  byId("typing").textContent = text;
  if (text) typingTimer = window.setTimeout(() => showTyping(""), TYPING_LASTS_MS);
}

/** @param {boolean} yes */
function showOffline(yes) {
  const notice = byId("offline");
  if (!notice || notice.hidden === !yes) return;
  notice.hidden = !yes;
  notice.textContent = yes ? words.offline : "";
}

const messagesSoon = gently(() => readMessages().catch(() => {}), 100);
const paneSoon = gently(() => pane.renew().catch(() => {}), 400);

follow(`/api/v1/desk/stream?contact=${data.contact_id}`, {
  event: (kind, told) => {
    if (told.contact_id && told.contact_id !== data.contact_id) return;
    if (kind === "typing") {
      if (told.author === "seeker") showTyping(words.typing);
      return;
    }
    messagesSoon();
    if (kind !== "hello") paneSoon();
  },
  poll: () => Promise.all([readMessages(), pane.renew()]).then(() => {}),
  online: (yes) => {
    showOffline(!yes);
    if (yes) outbox.wake();
  },
});

const beat = () => api("POST", "/duty/beat").catch(() => {});
window.setInterval(beat, BEAT_MS);
beat();
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) badge((unseen = 0));
});

if (byId("composer") && data.mine) {
  const box = composer(byId("composer"), {
    send: (text) => outbox.add(text),
    typing: () => api("POST", `${home}/typing`).catch(() => {}),
  });
  box.focus();
  byId("phrases").addEventListener("click", (/** @type {Event} */ event) => {
    const phrase = /** @type {HTMLElement} */ (event.target).closest("[data-phrase]");
    if (!phrase) return;
    box.value = box.value.trim() ? `${box.value.trimEnd()}\n${phrase.textContent}` : phrase.textContent || "";
    byId("phrases").open = false;
    box.focus();
    box.dispatchEvent(new Event("input"));
  });
}
