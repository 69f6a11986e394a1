// @ts-check
/** An exercise at the conversation's page: asks every second or two what the invented person says by now. */

import { composer } from "./composer.js";
import { Fragment } from "./fragment.js";
import { announce, countOn } from "./live.js";
import { Outbox } from "./outbox.js";
import { chime } from "./sound.js";
import { phrases } from "./phrases.js";
import { follow } from "./stream.js";
import { localTime } from "./times.js";
import { Transcript } from "./transcript.js";
import { api, byId, gently, pageData } from "./util.js";

const ASK_MS = 1500;
const BEAT_MS = 10000;
const data = pageData("page-data");
const words = data.words;
const home = `/practices/${data.contact_id}`;

const transcript = new Transcript(byId("log"), { mine: "listener", words, time: localTime, again: (id) => outbox.again(id) });
const outbox = new Outbox({
  post: (body) => api("POST", `${home}/messages`, body),
  shown: (id, text) => transcript.addPending(id, text),
  sent: (message) => transcript.add([message]),
  failed: (id, why) => transcript.fail(id, why),
  stuck: () => {},
});

const pane = new Fragment("person", (box) => {
  const state = /** @type {HTMLElement} */ (box.querySelector("[data-level]"));
  const chip = box.querySelector(".level");
  if (chip) byId("head-level").replaceChildren(chip.cloneNode(true));
  countOn(box);
  realFirst(/** @type {HTMLElement} */ (box.querySelector("[data-real]"))?.dataset.real === "1");
  const draft = byId("composer")?.querySelector?.("textarea")?.value.trim();
  if (state && (state.dataset.write === "1") !== data.mine && !draft && !outbox.queue.length) location.reload();
});
pane.takeForms();

/** @param {boolean} yes whether somebody real asks */
function realFirst(yes) {
  const notice = byId("real-first");
  if (notice.hidden === !yes) return;
  notice.hidden = !yes;
  if (!yes) return;
  chime();
  announce(words.real);
}

const paneSoon = gently(() => pane.renew().catch(() => {}), 400);

async function read() {
  const answer = await api("GET", `${home}/messages`);
  byId("typing").textContent = answer.writing ? words.typing : "";
  if (transcript.add(answer.messages)) paneSoon();
}

follow("/api/v1/desk/stream", { event: (kind) => (kind === "typing" ? undefined : paneSoon()), poll: () => pane.renew() });
window.setInterval(() => (document.hidden ? undefined : read().catch(() => {})), ASK_MS);

// Whoever practises on duty is still there for somebody real.
const beat = () => api("POST", "/duty/beat").catch(() => {});
window.setInterval(beat, BEAT_MS);
beat();

window.addEventListener("keydown", (event) => {
  if (event.key !== "F2" || event.repeat || byId("real-first").hidden) return;
  event.preventDefault();
  location.assign("/staff/desk");
});

if (byId("composer") && data.mine) {
  const box = composer(byId("composer"), { send: (text) => outbox.add(text), typing: () => {} });
  box.focus();
  phrases(box, [byId("phrases"), byId("person")]);
}
