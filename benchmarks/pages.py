"""How heavy and how slow the pages of somebody who needs help are on an old phone with a bad connection.

Chromium, 360 pixels wide, the processor four times slower, slow 3G (400 kbit/s either way, 400 ms from a request to its
answer, the figures of WebPageTest; what connecting costs is not played). Nothing is cached on a first load. The message
box is usable once the page is shown and its scripts run; without scripts it already is when shown.

    .venv/bin/python benchmarks/pages.py [--json]

Exit status 1 when a limit is missed: less than 100 kB and 2 s on a first load.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.browser import PHONE, launch
from support.houses import running_house

MOST_BYTES, MOST_SECONDS = 100_000, 2.0
ROUNDS = 5
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER_PROCESSOR = 4
WATCH = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => Math.round(one.duration))))
  .observe({type: "longtask", buffered: true});
"""
TIMES = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const shown = paint ? paint.startTime : 0;
  return {shown, usable: Math.max(page.domContentLoadedEventStart, shown), longTasks};
}"""


class Traffic:
    """What a page fetched by the time it was loaded."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes: dict[str, float] = {}
        self.names: dict[str, str] = {}
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)

    def _asked(self, said: dict[str, Any]) -> None:
        self.names[said["requestId"]] = said["request"]["url"]

    def _came(self, said: dict[str, Any]) -> None:
        self.bytes[said["requestId"]] = said["encodedDataLength"]

    def of_the_load(self) -> dict[str, int]:
        """Bytes by address, without what the scripts of a loaded page ask for."""
        found = {self.names[one]: int(size) for one, size in self.bytes.items() if one in self.names}
        return {url: size for url, size in found.items() if "/api/" not in url}


def _load(page: Page, url: str, *, cached: bool) -> dict[str, Any]:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": not cached})
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    traffic = Traffic(session)
    page.goto(url, wait_until="load")
    page.wait_for_timeout(300)
    times = page.evaluate(TIMES)
    session.detach()
    sizes = traffic.of_the_load()
    return {
        "bytes": sum(sizes.values()),
        "requests": len(sizes),
        "shown_s": times["shown"] / 1000,
        "usable_s": times["usable"] / 1000,
        "long_tasks_ms": times["longTasks"],
        "sizes": {url.rpartition("/")[2] or "/": size for url, size in sizes.items()},
    }


def _measure(browser: Browser, base_url: str, name: str) -> dict[str, Any]:
    """One page in a browser of its own: ``front``, ``chat``, or ``chat after front`` with what that left cached."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH)
    try:
        if name == "front":
            return _load(page, f"{base_url}/", cached=False)
        page.goto(f"{base_url}/")
        page.locator('form[action$="/start"] button').first.click()
        page.locator("#text").wait_for()
        if name == "chat":
            return _load(page, f"{base_url}/chat", cached=False)
        page.goto("about:blank")
        return _load(page, f"{base_url}/chat", cached=True)
    finally:
        page.goto("about:blank")
        context.close()


def measure() -> dict[str, Any]:
    """The figures of every page: the median round by time, with its bytes, requests and long tasks."""
    with tempfile.TemporaryDirectory() as folder, running_house(Path(folder)) as house, sync_playwright() as playwright:
        browser = launch(playwright)
        found = {}
        for name in ("front", "chat", "chat after front"):
            rounds = [_measure(browser, house.base_url, name) for _ in range(ROUNDS)]
            middle = statistics.median_low(one["usable_s"] for one in rounds)
            found[name] = next(one for one in rounds if one["usable_s"] == middle)
        browser.close()
    return found


def main() -> int:
    """Print the figures; gives 1 when a limit is missed."""
    found = measure()
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        for name, one in found.items():
            print(
                f"{name:18} {one['bytes']:7} bytes  {one['requests']:3} requests  shown {one['shown_s']:.2f} s  "
                f"usable {one['usable_s']:.2f} s  long tasks {one['long_tasks_ms'] or 'none'}"
            )
    late = [name for name, one in found.items() if one["bytes"] >= MOST_BYTES or one["usable_s"] >= MOST_SECONDS]
    if late:
        print(f"over the limits of {MOST_BYTES} bytes and {MOST_SECONDS} s: {', '.join(late)}", file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
