// @ts-check
/**
 * Calls in this browser. The provider's script connects; the database decides who takes a caller, by the same key 1
 * that a telephone would press. One page of the browser holds the line, so that it rings once.
 */

import { ask, mayBeUsed, test } from "./microphone.js";
import { chime } from "./sound.js";
import { api, byId, pageData } from "./util.js";

const BEAT_MS = 10000;
const RING_MS = 2000;
const PRESS_MS = 1200;
const MOST_PRESSES = 8;
const AGAIN_MS = 5000;
const REFRESH_MS = 60000;
const SOUNDS = ["incoming", "outgoing", "disconnect", "dtmfs", "dtmfh", ...Array.from({ length: 10 }, (_, key) => `dtmf${key}`)];
const { words, quiet } = pageData("voice-data");
const card = byId("voice-call");
/** @type {any} */
let device = null;
/** @type {any} */
let call = null;
let state = "connecting";
let taken = false;
let ringer = 0;

/** @param {string} now one of the words @param {boolean} [tell] the server as well */
function show(now, tell = true) {
  const changed = now !== state;
  state = now;
  byId("voice").dataset.state = now;
  const text = words[call && taken ? "talking" : now];
  if (byId("voice-state").textContent !== text) byId("voice-state").textContent = text;
  byId("voice-allow").hidden = now !== "microphone";
  byId("voice-test").hidden = now !== "ready" || Boolean(call);
  if (changed && tell) beat();
}

function beat() {
  if (["ready", "microphone", "unconnected"].includes(state)) api("PUT", "/me/voice", { state }).catch(() => {});
}

/** @param {string} text */
function speak(text) {
  byId("voice-spoken").textContent = text;
}

async function newToken() {
  return (await api("GET", "/me/voice-token")).token;
}

/** Be there for calls; tried again until it works. */
async function connect() {
  try {
    const { Device } = /** @type {any} */ (window).Twilio;
    device = new Device(await newToken(), { logLevel: "silent", tokenRefreshMs: REFRESH_MS, sounds: Object.fromEntries(SOUNDS.map((name) => [name, quiet])) });
    device.on("registered", () => show("ready"));
    device.on("unregistered", () => show("unconnected"));
    device.on("error", () => show(device.state === "registered" ? "ready" : "unconnected"));
    device.on("tokenWillExpire", () => newToken().then((token) => device.updateToken(token)).catch(() => {}));
    device.on("incoming", rings);
    for (const sound of ["incoming", "outgoing", "disconnect"]) device.audio?.[sound](false);
    await device.register();
  } catch {
    show("unconnected");
    device?.destroy();
    device = null;
  }
}

async function begin() {
  if (!(await mayBeUsed())) {
    show("microphone");
    return;
  }
  await connect();
}

async function allow() {
  try {
    await ask();
  } catch {
    show("microphone");
    return;
  }
  show("connecting", false);
  await connect();
}

/** Whose call it is, as the server says it now; the words are the reader's. */
async function whose() {
  const answer = await fetch(byId("voice").dataset.fragment, { cache: "no-store", credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || !call) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = byId("voice-who").textContent;
  byId("voice-who").replaceChildren(...fresh.body.childNodes);
  const now = byId("voice-who").textContent;
  if (now !== before && !taken) speak(now.replace(/\s+/g, " ").trim());
}

/** @param {any} incoming a call of the provider's script */
function rings(incoming) {
  call = incoming;
  taken = false;
  for (const end of ["cancel", "disconnect", "reject"]) call.on(end, () => over(incoming));
  call.on("error", () => incoming.status() === "closed" && over(incoming));
  call.on("accept", () => pressOne(incoming));
  byId("voice-ringing").hidden = false;
  byId("voice-talking").hidden = true;
  byId("voice-stay").hidden = true;
  card.hidden = false;
  whose();
  ringer = window.setInterval(() => {
    chime();
    if (!byId("voice-who").childElementCount) whose();
  }, RING_MS);
  chime();
  show(state);
}

function take() {
  if (!call || taken) return;
  taken = true;
  window.clearInterval(ringer);
  byId("voice-ringing").hidden = true;
  byId("voice-talking").hidden = false;
  byId("voice-stay").hidden = false;
  show(state);
  call.accept();
  byId("voice-mute").focus();
}

/** Say yes as a telephone does, until the server has heard it. @param {any} mine */
async function pressOne(mine) {
  for (let tries = 0; tries < MOST_PRESSES && call === mine; tries += 1) {
    await new Promise((resolve) => window.setTimeout(resolve, PRESS_MS));
    const now = await api("GET", "/me/voice-call").catch(() => null);
    if (call !== mine || now?.state === "talking") break;
    if (now?.state === "asked") mine.sendDigits("1");
  }
  if (call === mine) whose();
}

/** @param {any} mine */
function over(mine) {
  if (call !== mine) return;
  const talked = taken;
  call = null;
  taken = false;
  window.clearInterval(ringer);
  card.hidden = true;
  byId("voice-who").replaceChildren();
  mute(false);
  if (talked) speak(words.over);
  show(state);
}

/** @param {boolean} off */
function mute(off) {
  byId("voice-mute").setAttribute("aria-pressed", String(off));
  call?.mute(off);
  if (call) speak(off ? words.muted : words.unmuted);
}

async function testNow() {
  const meter = /** @type {any} */ (byId("voice-level"));
  meter.hidden = false;
  byId("voice-test").disabled = true;
  try {
    const heard = await test(meter);
    byId("voice-state").textContent = `${words.ready}. ${heard ? words.heard : words.not_heard}`;
  } catch {
    show("microphone");
  }
  meter.hidden = true;
  byId("voice-test").disabled = false;
}

/** The call lives on this page: what would leave it opens beside it, and leaving asks first. */
function stay() {
  window.addEventListener("beforeunload", (event) => {
    if (call && taken) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = /** @type {any} */ (event.target).closest?.("a[href]:not([target])");
    if (!link || !call || !taken || link.getAttribute("href").startsWith("#")) return;
    link.target = "_blank";
    link.rel = "noopener";
  }, true);
  // "Yes, I am here" while it rings is the same yes.
  document.addEventListener("submit", (event) => {
    const yes = /** @type {HTMLElement} */ (event.target).querySelector("[data-accept]");
    if (!yes || !call) return;
    event.preventDefault();
    take();
  }, true);
  window.addEventListener("keydown", (event) => {
    if (event.key !== "F2" || event.repeat || !call || taken) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take();
  }, true);
}

byId("voice-allow").addEventListener("click", allow);
byId("voice-test").addEventListener("click", testNow);
byId("voice-take").addEventListener("click", take);
byId("voice-refuse").addEventListener("click", () => call?.reject());
byId("voice-end").addEventListener("click", () => call?.disconnect());
byId("voice-mute").addEventListener("click", () => mute(byId("voice-mute").getAttribute("aria-pressed") !== "true"));
stay();
// Only a ready browser says so again and again; another one of the same person must not talk over it.
window.setInterval(() => state === "ready" && beat(), BEAT_MS);
window.setInterval(() => {
  if (!device && state === "unconnected") connect();
}, AGAIN_MS);
if (!navigator.locks) begin();
else {
  show("elsewhere", false);
  navigator.locks.request("hotline-calls", () => {
    show("connecting", false);
    begin();
    return new Promise(() => {});
  });
}
