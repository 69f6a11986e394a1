// @ts-check
/** Times in the reader's own zone and lengths of time in the reader's language; without it pages show UTC. */

const units = JSON.parse(document.getElementById("units")?.textContent || "{}");
const lang = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndClock = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const yearToo = new Intl.DateTimeFormat(lang, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Hours and minutes, with the day when it is not today, and the year when it is not this one. @param {Date} moment */
export function localTime(moment) {
  const now = new Date();
  if (moment.getFullYear() !== now.getFullYear()) return yearToo.format(moment);
  return (moment.toDateString() === now.toDateString() ? clock : dayAndClock).format(moment);
}

/** Turn every `<time>` inside into local time. @param {ParentNode} box */
export function localTimes(box) {
  for (const shown of box.querySelectorAll("time[datetime]")) {
    const moment = new Date(shown.getAttribute("datetime") || "");
    if (Number.isNaN(moment.getTime())) continue;
    const text = localTime(moment);
    if (shown.textContent !== text) shown.textContent = text;
  }
}

/** As the server's `duration` says it. @param {number} seconds */
export function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (seconds < 60) return units.s.replace("{n}", String(seconds));
  if (minutes < 60) return units.min.replace("{n}", String(minutes));
  return units.h.replace("{h}", String(Math.floor(minutes / 60))).replace("{m}", String(minutes % 60));
}

localTimes(document);
