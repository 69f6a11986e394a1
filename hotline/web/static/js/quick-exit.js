// @ts-check
/** The quick way out: the button, or Escape twice. The screen is empty at once, before anything loads. */

const TWICE_WITHIN_MS = 1500;
const link = /** @type {HTMLAnchorElement|null} */ (document.getElementById("quick-exit"));
let lastEscape = 0;

function leave() {
  if (!link) return;
  document.title = "";
  document.body.replaceChildren();
  // Ask the server to forget this browser; the answer's redirect is not followed, so nothing else is loaded by us.
  fetch(link.href, { keepalive: true, redirect: "manual", credentials: "same-origin", cache: "no-store" }).catch(() => {});
  location.replace(link.dataset.exit || "about:blank");
}

link?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.repeat) return;
  const now = Date.now();
  if (now - lastEscape < TWICE_WITHIN_MS) leave();
  lastEscape = now;
}, true);
