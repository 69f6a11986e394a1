// @ts-check
/** The place to write: Enter sends with a keyboard, makes a new line on a phone, and never cuts an input method short. */

const TYPING_EVERY_MS = 3000;

/**
 * @param {HTMLFormElement} form with a `textarea`
 * @param {{ send: (text: string) => void, typing: () => void }} to
 */
export function composer(form, to) {
  const box = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  const keyboard = window.matchMedia("(pointer: fine) and (min-width: 48rem)");
  let lastTyping = 0;

  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${box.scrollHeight + 2}px`);
  };

  const submit = () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    lastTyping = 0;
    grow();
    box.focus();
    to.send(text);
  };

  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("keydown", (event) => {
    // keyCode 229 is an input method at work; some browsers end the composition before telling about the key
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || !keyboard.matches) return;
    event.preventDefault();
    submit();
  });
  box.addEventListener("input", () => {
    grow();
    if (!box.value.trim() || Date.now() - lastTyping < TYPING_EVERY_MS) return;
    lastTyping = Date.now();
    to.typing();
  });
  return box;
}
