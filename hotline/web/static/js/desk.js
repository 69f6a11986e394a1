// @ts-check
/** The listener's desk: the queue renews itself, presence is told every ten seconds, an urgent newcomer is announced. */

import { Fragment } from "./fragment.js";
import { announce, badge, countOn, Newcomers } from "./live.js";
import { chime } from "./sound.js";
import { follow } from "./stream.js";
import { api, gently, pageData } from "./util.js";

const BEAT_MS = 10000;
const { words } = pageData("page-data");
const urgent = new Newcomers();
const waiting = new Newcomers();

function look() {
  const state = /** @type {HTMLElement} */ (fragment.box.querySelector("[data-duty]"));
  if (!state) return;
  badge((state.dataset.waiting || "").split(" ").filter(Boolean).length + Number(state.dataset.unread));
  if (urgent.fresh(state.dataset.urgent || "").length) announce(words.urgent);
  if (waiting.fresh(state.dataset.waiting || "").length) chime();
  countOn(fragment.box);
}

const fragment = new Fragment("live", look);
const renew = gently(() => fragment.renew().catch(() => {}), 250);

follow("/api/v1/desk/stream", { event: (kind) => (kind === "typing" ? undefined : renew()), poll: () => fragment.renew() });

function beat() {
  if (fragment.box.querySelector('[data-duty="1"]')) api("POST", "/duty/beat").catch(() => {});
}

window.setInterval(beat, BEAT_MS);
beat();
look();
