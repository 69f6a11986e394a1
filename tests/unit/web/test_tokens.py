"""Every ink can be read on its ground in both themes, and the style guide shows what the pages use."""

import pytest

from hotline.web import tokens


def test_the_ratio_is_that_of_the_standard() -> None:
    assert tokens.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert tokens.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_ink_reads_on_its_ground(theme: str) -> None:
    found = tokens.themes()[theme]
    weak = [
        (ink, ground, round(ratio, 2))
        for ink, ground, least in tokens.PAIRS
        if (ratio := tokens.contrast(found[ink], found[ground])) < least
    ]
    assert weak == []


def test_each_theme_can_be_set_inside_a_page() -> None:
    css = tokens.scoped()
    assert ".theme-dark{color-scheme:dark;" in css
    assert f"--ink:{tokens.themes()['dark']['ink']};" in css
    assert set(tokens.themes()["dark"]) == set(tokens.themes()["light"])
