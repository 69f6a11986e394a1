// @ts-check
/** Small helps to build and renew what the page shows; words of people become text and never markup. */

/**
 * An element with a class, text and children.
 * @param {string} tag @param {{class?: string, text?: string, [name: string]: any}} [given] @param {Node[]} [children]
 */
export function make(tag, given = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Change a text only when it is another, so that nothing is read out twice. @param {Element} element @param {string} text */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Keep one element for each item, in the order of the items; elements of items that went away go too.
 * @param {Element} box @param {any[]} items @param {(item: any) => string} key
 * @param {(item: any) => HTMLElement} build @param {(element: any, item: any) => void} renew
 */
export function keep(box, items, key, build, renew) {
  const known = new Map([...box.children].map((one) => [/** @type {HTMLElement} */ (one).dataset.key, one]));
  let last = null;
  for (const item of items) {
    const name = key(item);
    let element = known.get(name);
    known.delete(name);
    if (!element) {
      element = build(item);
      /** @type {HTMLElement} */ (element).dataset.key = name;
    }
    renew(element, item);
    const place = last ? last.nextElementSibling : box.firstElementChild;
    if (place !== element) box.insertBefore(element, place);
    last = element;
  }
  for (const left of known.values()) left.remove();
  const empty = box.previousElementSibling;
  if (empty?.classList.contains("empty")) /** @type {HTMLElement} */ (empty).hidden = items.length > 0;
}

/** Renew the choices of a list without losing the one that was made. @param {HTMLSelectElement} list @param {any[]} items */
export function choices(list, items) {
  const wanted = items.map((one) => `${one.number} ${one.name}`).join();
  if (list.dataset.wanted === wanted) return;
  const chosen = list.value;
  list.replaceChildren(
    ...items.map((one) => make("option", { value: one.number, text: one.name === one.number ? one.number : `${one.name} · ${one.number}` })),
  );
  list.dataset.wanted = wanted;
  if (items.some((one) => one.number === chosen)) list.value = chosen;
}

/** The element with this id. @param {string} id @returns {any} */
export function byId(id) {
  return document.getElementById(id);
}
