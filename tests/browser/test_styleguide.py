"""The style guide shows both themes at once, clean in either, and nothing on it acts."""

import pytest
from playwright.sync_api import Browser
from support.browser import sign_in, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    ("language", "size", "theme"),
    [("zh-CN", "phone", "light"), ("zh-TW", "desktop", "dark"), ("en-GB", "desktop", "light")],
)
def test_every_part_stands_in_both_themes(
    browser: Browser, running: RunningHouse, language: str, size: str, theme: str
) -> None:
    reader = visit(browser, running.base_url, language, size, color_scheme=theme)
    sign_in(reader, running.login_of("administrator"))
    reader.go("/staff/styleguide")
    reader.check()
    grounds = reader.page.evaluate(
        "['light', 'dark'].map(one => getComputedStyle(document.querySelector('.theme-' + one)).backgroundColor)"
    )
    assert grounds == ["rgb(245, 243, 238)", "rgb(17, 24, 25)"]
    assert reader.page.locator(".guide form, .guide [type=submit]").count() == 0
    if size == "desktop":
        reader.page.set_viewport_size({"width": 1440, "height": 4400})
    reader.picture(f"styleguide-{language}-{size}-{theme}")
    reader.page.locator(".samples").first.scroll_into_view_if_needed()
    reader.picture(f"styleguide-samples-{language}-{size}-{theme}")
    reader.leave()
