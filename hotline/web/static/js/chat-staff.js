// @ts-check
/** The listener's conversation: words live, and beside them how worried we are, renewed without losing a draft. */

import { composer } from "./composer.js";
import { Drafts } from "./drafts.js";
import { Fragment } from "./fragment.js";
import { announce, badge, countOn } from "./live.js";
import { Outbox } from "./outbox.js";
import { phrases } from "./phrases.js";
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

const transcript = new Transcript(byId("log"), { mine: "listener", words, time: localTime, again: (id) => outbox.again(id), channels: data.channels });
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

const pane = new Fragment("person", (box, askedAt) => {
  drafts.renewed(askedAt);
  const state = /** @type {HTMLElement} */ (box.querySelector("[data-level]"));
  const now = state?.dataset.level || level;
  if (RANKS.indexOf(now) > RANKS.indexOf(level)) announce(words.rising);
  level = now;
  const chip = box.querySelector(".level");
  if (chip) byId("head-level").replaceChildren(chip.cloneNode(true));
  countOn(box);
  showAside(box);
  const stopped = byId("texts-stopped");
  if (stopped && state) stopped.hidden = state.dataset.stopped !== "1";
  // The right to write, or the way the words go, has changed: show the page that fits, unless words are still on it.
  const draft = byId("composer")?.querySelector?.("textarea")?.value.trim();
  const other = state && ((state.dataset.write === "1") !== data.mine || (data.mine && state.dataset.by !== data.by));
  if (other && !draft && !outbox.queue.length) location.reload();
});
const drafts = new Drafts(pane.box, { home, contact: data.contact_id, key: data.draft_key, words });
pane.takeForms();
countOn(pane.box);

let aside = "";

/** The newest word of a colleague above the composer, until it is put away. @param {HTMLElement} box */
function showAside(box) {
  const strip = byId("aside");
  const newest = /** @type {HTMLElement|undefined} */ ([...box.querySelectorAll("[data-aside]:not(.mine)")].pop());
  if (!strip || !newest || newest.dataset.aside === aside) return;
  aside = newest.dataset.aside || "";
  strip.querySelector("p").textContent = `${newest.querySelector("b")?.textContent}: ${newest.querySelector(".said")?.textContent}`;
  strip.hidden = false;
}

byId("aside")?.querySelector("button")?.addEventListener("click", () => {
  byId("aside").hidden = true;
  byId("composer")?.querySelector?.("textarea")?.focus();
});

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

async function readMarks() {
  const marked = (await api("GET", `${home}/marks`)).messages;
  if (marked.some((/** @type {any} */ one) => one.number > transcript.last)) await readMessages();
  transcript.explain(marked);
}

showAside(pane.box);

async function readTexts() {
  transcript.deliveries((await api("GET", `${home}/texts`)).texts);
}

const textsSoon = gently(() => readTexts().catch(() => {}), 500);
const marksSoon = gently(() => readMarks().catch(() => {}), 500);
const messagesSoon = gently(() => readMessages().catch(() => {}), 100);
const paneSoon = gently(() => pane.renew().catch(mayLook), 400);

/** Whoever read along to learn may look no more once it has ended. @param {Error} trouble */
function mayLook(trouble) {
  if (trouble.message === "404") location.assign("/staff/desk");
}

follow(`/api/v1/desk/stream?contact=${data.contact_id}`, {
  event: (kind, told) => {
    if (told.contact_id && told.contact_id !== data.contact_id) return;
    if (kind === "typing") {
      if (told.author === "seeker") showTyping(words.typing);
      return;
    }
    if (kind === "judged") marksSoon();
    else if (kind === "text") textsSoon();
    else messagesSoon();
    if (kind !== "hello" && kind !== "text") paneSoon();
  },
  poll: () => readMessages().then(() => Promise.all([readMarks(), pane.renew()])).then(() => {}),
  online: (yes) => {
    showOffline(!yes);
    if (yes) outbox.wake();
  },
});

// One key brings a supervisor, one opens the plan; no letters, so that they never fire while somebody types.
window.addEventListener("keydown", (event) => {
  if (event.repeat) return;
  if (event.key === "F9") press(event, pane.box.querySelector("[data-help]"));
  if (event.key === "F8") openPlan(event);
});

/** @param {KeyboardEvent} event @param {HTMLElement|null} button */
function press(event, button) {
  if (!button) return;
  event.preventDefault();
  button.click();
}

/** The plan opens with its first step ready to write; the same key leads back to the conversation. @param {KeyboardEvent} event */
function openPlan(event) {
  const plan = /** @type {HTMLDetailsElement|null} */ (pane.box.querySelector("#plan-details"));
  if (!plan) return;
  event.preventDefault();
  if (plan.contains(document.activeElement)) {
    byId("text")?.focus();
    return;
  }
  plan.open = true;
  /** @type {HTMLElement|null} */ (plan.querySelector("textarea") || plan.querySelector("summary"))?.focus();
}

// Whoever only reads here, such as an auditor, is on no duty that could be alive.
if (data.beat) {
  const beat = () => api("POST", "/duty/beat").catch(() => {});
  window.setInterval(beat, BEAT_MS);
  beat();
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) badge((unseen = 0));
});

if (byId("composer") && data.mine) {
  const box = composer(byId("composer"), {
    send: (text) => outbox.add(text),
    typing: () => api("POST", `${home}/typing`).catch(() => {}),
  });
  box.focus();
  phrases(box, [byId("phrases"), pane.box]);
}
