// @ts-check
/**
 * Live updates. EventSource resumes by itself with Last-Event-ID; when it is gone for good we poll and keep trying.
 * Events carry ids only, so every handler re-reads what it needs; `hello` therefore also means "read everything again".
 */

const POLL_MS = 3000;
const AGAIN_MS = 5000;
const SAFETY_MS = 30000; // a dead connection can look alive for long; look now and then all the same

/**
 * @param {string} url
 * @param {{ event: (kind: string, data: any) => void, poll: () => Promise<void>, online?: (yes: boolean) => void }} to
 */
export function follow(url, to) {
  /** @type {EventSource|null} */
  let source = null;
  let live = false;
  let polling = false;

  const take = (/** @type {MessageEvent} */ event) => {
    let data = {};
    try {
      data = JSON.parse(event.data);
    } catch {
      // an event without data still means that something happened
    }
    to.event(event.type, data);
  };

  const open = () => {
    source?.close();
    source = new EventSource(url);
    source.onopen = () => {
      live = true;
      to.online?.(true);
    };
    source.onerror = () => {
      live = false;
      if (source?.readyState === EventSource.CLOSED) window.setTimeout(open, AGAIN_MS);
    };
    for (const kind of ["hello", "message", "state", "judged", "text", "typing", "alarm", "bye"]) source.addEventListener(kind, take);
  };

  const poll = async (even = false) => {
    if ((live && !even) || polling) return;
    polling = true;
    try {
      await to.poll();
      to.online?.(true);
    } catch (trouble) {
      to.online?.(/** @type {any} */ (trouble)?.status > 0);
    }
    polling = false;
  };

  window.setInterval(() => poll(), POLL_MS);
  window.setInterval(() => poll(true), SAFETY_MS);
  window.addEventListener("online", open);
  window.addEventListener("offline", () => {
    live = false;
    to.online?.(false);
  });
  window.addEventListener("pagehide", () => source?.close());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && source?.readyState === EventSource.CLOSED) open();
  });
  open();
}
