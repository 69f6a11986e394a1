// @ts-check
/** Two soft tones when somebody new waits or an alarm opens; off until asked for, remembered for this tab only. */

import { byId } from "./util.js";

const KEY = "hotline-sound";
const TONES_HZ = [523, 659];
const button = byId("sound");
/** @type {AudioContext|null} */
let audio = null;

function on() {
  return sessionStorage.getItem(KEY) === "on";
}

function show() {
  const word = button.querySelector("[data-on]");
  button.setAttribute("aria-pressed", String(on()));
  word.textContent = on() ? word.dataset.on : word.dataset.off;
}

/** Sound the two tones, when the person at the desk wants them. */
export function chime() {
  if (!on()) return;
  audio ||= new AudioContext();
  TONES_HZ.forEach((pitch, index) => {
    const context = /** @type {AudioContext} */ (audio);
    const start = context.currentTime + index * 0.22;
    const tone = new OscillatorNode(context, { frequency: pitch });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.2, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.55);
  });
}

button?.addEventListener("click", () => {
  sessionStorage.setItem(KEY, on() ? "off" : "on");
  show();
  chime();
});
if (button) show();
