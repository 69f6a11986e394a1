// @ts-check
/** The supervisor's board: figures renew themselves, a new alarm is announced and marked in the tab's title. */

import { Fragment } from "./fragment.js";
import { announce, badge, countOn, Newcomers } from "./live.js";
import { chime } from "./sound.js";
import { follow } from "./stream.js";
import { api, byId, gently, pageData } from "./util.js";

const RENEW_MS = 15000;
const BEAT_MS = 10000;
const { words, beat } = pageData("page-data");
const alarms = new Newcomers();

function look() {
  const state = /** @type {HTMLElement} */ (fragment.box.querySelector("[data-alarms]"));
  if (!state) return;
  const open = state.dataset.alarms || "";
  badge(open.split(" ").filter(Boolean).length);
  const fresh = alarms.fresh(open);
  if (fresh.length) {
    chime();
    const first = fragment.box.querySelector(`[data-alarm="${CSS.escape(fresh[0])}"] p + p`);
    announce(`${words.alarm} ${first?.textContent || ""}`);
  }
  countOn(fragment.box);
}

const fragment = new Fragment("live", look);
const renew = gently(() => fragment.renew().catch(() => {}), 250);

follow("/api/v1/desk/stream", {
  event: (kind) => (kind === "typing" ? undefined : renew()),
  poll: () => fragment.renew(),
  online: (yes) => {
    byId("offline").hidden = yes;
    byId("offline").textContent = yes ? "" : words.offline;
  },
});
window.setInterval(renew, RENEW_MS);
// A supervisor on duty watches from here; the board counts as a desk that is alive.
if (beat) window.setInterval(() => api("POST", "/duty/beat").catch(() => {}), BEAT_MS);
look();
