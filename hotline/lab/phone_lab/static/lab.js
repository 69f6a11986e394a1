// @ts-check
/** The phone lab: looks twice a second, and shows what is the case. */

import { buildCall, buildPhone, renewCall, renewPhone } from "./cards.js";
import { byId, choices, keep, make, write } from "./dom.js";
import { act, look, notice } from "./server.js";

const LOOK_EVERY_MS = 500;
let isLost = false;

/** @param {any[]} texts */
function showTexts(texts) {
  keep(
    byId("messages"),
    texts,
    (one) => one.sid,
    (one) => make("li", { class: one.mine ? "you" : "helpline" }, [make("span", { class: "who" }), document.createTextNode(one.body)]),
    (item, one) => {
      const channel = one.whatsapp ? " · WhatsApp" : "";
      const error = one.error ? ` ${one.error}` : "";
      const way = one.mine ? `${one.name} wrote` : `To ${one.name}`;
      write(item.querySelector(".who"), `${way}${channel} · ${one.status}${error}`);
    },
  );
}

/** @param {any} state */
function showTrouble(state) {
  for (const choice of document.querySelectorAll("#provider input")) {
    const one = /** @type {HTMLInputElement} */ (choice);
    one.checked = one.value === state.provider;
  }
  for (const choice of document.querySelectorAll("#webhooks input")) {
    const one = /** @type {HTMLInputElement} */ (choice);
    one.checked = state.webhooks[one.name];
  }
  keep(
    byId("troubles"),
    state.troubles.map((/** @type {any} */ one, /** @type {number} */ place) => ({ ...one, place: state.troubles.length - place })),
    (one) => `${one.place} ${one.code} ${one.url}`,
    (one) => make("li", { class: "provider", text: `${one.code} ${one.sentence} ${one.url}` }),
    () => {},
  );
}

/** @param {any} state */
function show(state) {
  byId("starting").hidden = state.ready;
  for (const button of document.querySelectorAll("#dial button, #text button")) /** @type {HTMLButtonElement} */ (button).disabled = !state.ready;
  const link = byId("helpline");
  link.hidden = !state.helpline_url;
  if (state.helpline_url) link.href = state.helpline_url;
  for (const list of document.querySelectorAll("select[name=to]")) choices(/** @type {HTMLSelectElement} */ (list), state.lines);
  choices(byId("people"), state.callers);
  keep(byId("calls"), state.calls, (one) => one.sid, buildCall, renewCall);
  keep(byId("lines"), state.phones, (one) => one.number, buildPhone, renewPhone);
  const rung = state.phones.filter((/** @type {any} */ one) => one.ringing.length).map((/** @type {any} */ one) => one.name);
  write(byId("ringing"), rung.length ? `Rings: ${rung.join(", ")}` : "");
  showTexts(state.texts);
  showTrouble(state);
}

async function renew() {
  const state = await look();
  if (state) {
    if (isLost) notice("");
    isLost = false;
    show(state);
  } else {
    isLost = true;
    notice("The lab does not answer. Is it still running?");
  }
}

/** @param {HTMLFormElement} form @param {string} name */
function sends(form, name) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    const done = await act(name, { ...given, whatsapp: given.whatsapp === "on" });
    const words = form.querySelector("textarea");
    if (done && words) words.value = "";
    await renew();
  });
}

sends(byId("dial"), "dial");
sends(byId("text"), "text");
byId("provider").addEventListener("change", (/** @type {any} */ event) => act("provider", { mode: event.target.value }));
byId("webhooks").addEventListener("change", () => {
  const boxes = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("#webhooks input")]);
  act("webhooks", Object.fromEntries(boxes.map((one) => [one.name, one.checked])));
});

async function goOn() {
  await renew();
  window.setTimeout(goOn, LOOK_EVERY_MS);
}
goOn();
