// @ts-check
/** One card for each call and each telephone: what is heard, what one says, keys, and the end. */

import { keep, make, write } from "./dom.js";
import { act } from "./server.js";

const WHO = { helpline: "Helpline", other: "The other", you: "You", sound: "Sound", provider: "Provider" };
const STATUS = {
  ringing: "rings",
  "in-progress": "connected",
  completed: "ended",
  busy: "busy",
  "no-answer": "nobody answered",
  failed: "failed",
  canceled: "given up",
};
const PLANS = [
  ["by_hand", "rings until I answer"],
  ["answer", "answers by itself and presses 1"],
  ["busy", "is busy"],
  ["no_answer", "is never answered"],
  ["voicemail", "has a voicemail box"],
  ["fail", "is dead"],
];

/** @param {any} call */
function state(call) {
  if (call.over) return STATUS[call.status] || call.status;
  if (call.asked) return "is asked something";
  if (call.recorded) return "is recorded";
  if (call.conference) return "talks";
  return STATUS[call.status] || call.status;
}

/** @param {HTMLElement} list @param {any[]} words */
export function renewWords(list, words) {
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const before = list.children.length;
  keep(
    list,
    words,
    (one) => `${one.at} ${one.who} ${one.text}`,
    (one) => make("li", { class: one.who, ...(one.language ? { lang: one.language } : {}) }, [
      make("span", { class: "who", text: WHO[one.who] }),
      document.createTextNode(one.text),
    ]),
    () => {},
  );
  if (wasAtEnd && list.children.length !== before) list.scrollTop = list.scrollHeight;
}

/** Words, keys and the end of one leg. @param {any} call @param {string} name */
function leg(call, name) {
  const words = make("ol", { class: "words", "aria-label": `What ${name} hears and says`, tabindex: "0" });
  const say = make("input", { name: "text", autocomplete: "off", maxlength: "1600" });
  const talk = make("form", { class: "row" }, [
    make("label", { text: `${name} says` }, [say]),
    make("button", { class: "main", text: "Say" }),
  ]);
  talk.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await act("say", { sid: call.sid, text: /** @type {HTMLInputElement} */ (say).value })) {
      /** @type {HTMLFormElement} */ (talk).reset();
    }
  });
  const keys = make("div", { class: "keys", role: "group", "aria-label": `Keys of ${name}` });
  for (const key of "123456789*0#") {
    keys.append(make("button", { type: "button", text: key, onclick: () => act("press", { sid: call.sid, keys: key }) }));
  }
  const end = make("button", { type: "button", class: "end", text: "Hang up", onclick: () => act("hang_up", { sid: call.sid }) });
  const hands = make("div", { class: "cards hands" }, [talk, keys, end]);
  return make("div", { class: "cards leg" }, [words, hands]);
}

/** @param {any} call */
export function buildCall(call) {
  return make("article", { class: "card", "aria-label": `Call of ${call.name}` }, [
    make("div", { class: "head" }, [
      make("h3", { text: `${call.name} calls ${call.to}` }),
      make("span", { class: "status" }),
    ]),
    leg(call, call.name),
  ]);
}

/** @param {HTMLElement} card @param {any} call */
export function renewCall(card, call) {
  card.classList.toggle("over", call.over);
  write(/** @type {Element} */ (card.querySelector(".status")), state(call));
  /** @type {HTMLElement} */ (card.querySelector(".hands")).hidden = call.over;
  renewWords(/** @type {HTMLElement} */ (card.querySelector(".words")), call.words);
}

/** @param {any} phone */
export function buildPhone(phone) {
  const plan = make("select", { name: "plan" }, PLANS.map(([value, text]) => make("option", { value, text })));
  plan.addEventListener("change", () => act("plan", { number: phone.number, kind: /** @type {any} */ (plan).value }));
  return make("article", { class: "card", "aria-label": `Telephone of ${phone.name}` }, [
    make("div", { class: "head" }, [make("h3", { text: phone.name }), make("span", { class: "status" })]),
    make("label", { text: `This telephone (${phone.number})` }, [plan]),
    make("div", { class: "cards ringers" }),
    make("div", { class: "cards legs" }),
    make("ol", { class: "words last", "aria-label": `What ${phone.name} heard last` }),
  ]);
}

/** @param {any} ring */
function buildRing(ring) {
  return make("div", { class: "row", role: "group", "aria-label": `Call from ${ring.from}` }, [
    make("button", { type: "button", class: "main", text: "Answer and press 1", onclick: () => act("answer", { sid: ring.sid, press: "1" }) }),
    make("button", { type: "button", text: "Answer", onclick: () => act("answer", { sid: ring.sid }) }),
    make("button", { type: "button", class: "end", text: "Decline", onclick: () => act("decline", { sid: ring.sid }) }),
  ]);
}

/** @param {HTMLElement} card @param {any} phone */
export function renewPhone(card, phone) {
  const plan = /** @type {HTMLSelectElement} */ (card.querySelector("select"));
  if (document.activeElement !== plan) plan.value = phone.plan;
  card.classList.toggle("rings", phone.ringing.length > 0);
  const status = phone.ringing.length ? `rings: ${phone.ringing[0].from}` : phone.talking.length ? state(phone.talking[0]) : "quiet";
  write(/** @type {Element} */ (card.querySelector(".status")), status);
  const [rings, legs, last] = [".ringers", ".legs", ".last"].map((one) => /** @type {HTMLElement} */ (card.querySelector(one)));
  keep(rings, phone.ringing, (one) => one.sid, buildRing, () => {});
  keep(legs, phone.talking, (one) => one.sid, (one) => leg(one, phone.name), (element, one) => renewWords(element.querySelector(".words"), one.words));
  renewWords(last, phone.last);
  last.hidden = phone.last.length === 0;
}
