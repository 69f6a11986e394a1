// @ts-check
/** The listener's desk: the queue renews itself, presence is told every ten seconds, an urgent newcomer is announced. */

import { Fragment } from "./fragment.js";
import { announce, badge, countDown, countOn, Newcomers } from "./live.js";
import { chime } from "./sound.js";
import { follow } from "./stream.js";
import { api, gently, pageData } from "./util.js";
import { forgetOld } from "./vault.js";

const BEAT_MS = 10000;
const { words } = pageData("page-data");
const urgent = new Newcomers();
const waiting = new Newcomers();
const offers = new Newcomers();
const told = new Newcomers();
const whispered = new Newcomers();

function look() {
  const state = /** @type {HTMLElement} */ (fragment.box.querySelector("[data-duty]"));
  if (!state) return;
  badge((state.dataset.waiting || "").split(" ").filter(Boolean).length + Number(state.dataset.unread));
  const offer = offers.fresh(state.dataset.offer || "");
  const ended = told.fresh(state.dataset.told || "");
  if (offer.length) announce(words.offer);
  else if (urgent.fresh(state.dataset.urgent || "").length) announce(words.urgent);
  else if (ended.length) announce(fragment.box.querySelector(`[data-told="${CSS.escape(ended[0])}"]`)?.textContent || "");
  if (offer.length) chime();
  const whispers = whispered.fresh(state.dataset.whispered || "");
  if (whispers.length) announce(fragment.box.querySelector(`[data-key="open-${CSS.escape(whispers[0])}"]`)?.closest("li")?.textContent || "");
  if (whispers.length || waiting.fresh(state.dataset.waiting || "").length) chime();
  countOn(fragment.box);
  countDown(fragment.box, renew);
}

const renew = gently(() => fragment.renew().catch(() => {}), 250);
const fragment = new Fragment("live", look);

follow("/api/v1/desk/stream", { event: (kind) => (kind === "typing" ? undefined : renew()), poll: () => fragment.renew() });

function beat() {
  if (fragment.box.querySelector('[data-duty="1"]')) api("POST", "/duty/beat").catch(() => {});
}

// One key says yes; no letter, so that it never fires while somebody dictates or types.
window.addEventListener("keydown", (event) => {
  if (event.key !== "F2" || event.repeat) return;
  const accept = /** @type {HTMLButtonElement|null} */ (fragment.box.querySelector("[data-accept]"));
  if (!accept) return;
  event.preventDefault();
  accept.click();
});

window.setInterval(beat, BEAT_MS);
beat();
forgetOld();
look();
