"""How a report says its numbers, what it hides from readers outside, and that its bars are honest."""

import random
import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from hotline.reports import tally
from hotline.reports.bars import bars, scale
from hotline.reports.figure import Names, Unit
from hotline.reports.measures import Z95, mean, quantile
from hotline.reports.plots import Caption
from hotline.reports.triage_figures import share
from hotline.reports.wording import Wording

INSIDE = Wording(lambda text: text, lambda key: key, {"en": "English"}, "en_GB")
OUTSIDE = Wording(lambda text: text, lambda key: key, {}, "en_GB", few_hidden=True)
SOME, FEW = share(30, 40, Z95), share(3, 4, Z95)


def told(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("hits", "total", "value", "low", "high")}


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1234, Unit.COUNT, "1,234"),
        (0, Unit.COUNT, "0"),
        (None, Unit.SECONDS, "–"),
        (59.4, Unit.SECONDS, "59 s"),
        (60, Unit.SECONDS, "1 min"),
        (3725, Unit.SECONDS, "1 h 2 min"),
        (61, Unit.SECONDS, "1 min 1 s"),
        (1.25, Unit.HOURS, "1.2 h"),
        (1.5, Unit.SHARE, "150%"),
    ],
)
def test_a_value_is_said_as_people_read_it(value: float | None, unit: Unit, said: str) -> None:
    assert INSIDE.value(value, unit) == said


def test_a_share_says_what_it_was_counted_from() -> None:
    assert INSIDE.value(told(SOME), Unit.SHARE) == "75.0%"
    assert INSIDE.interval(told(SOME)).endswith("30/40")
    assert INSIDE.value(told(share(0, 0, Z95)), Unit.SHARE) == "–"


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5")])
def test_readers_outside_see_no_small_number(number: int, said: str) -> None:
    assert OUTSIDE.value(number, Unit.COUNT) == said
    assert OUTSIDE.change(number, 100, Unit.COUNT) == ("–" if said == "<5" else f"−{100 - number}%")


def test_readers_outside_see_no_share_of_few() -> None:
    assert OUTSIDE.value(told(FEW), Unit.SHARE) == "–"
    assert OUTSIDE.value(told(SOME), Unit.SHARE) == "75%"
    assert OUTSIDE.interval(told(SOME)) == ""


@pytest.mark.parametrize(
    ("now", "before", "unit", "said"),
    [
        (150, 100, Unit.COUNT, "+50%"),
        (7, 0, Unit.COUNT, "–"),
        (7, 7, Unit.COUNT, "±0"),
        (30, 90, Unit.SECONDS, "−1 min"),
        (30, None, Unit.SECONDS, "–"),
        (0.5, 0.25, Unit.SHARE, "+25.0 points"),
    ],
)
def test_a_difference_is_said_in_its_own_measure(now: float, before: float | None, unit: Unit, said: str) -> None:
    assert INSIDE.change(now, before, unit) == said


def test_rows_are_named_and_what_nobody_names_keeps_its_word() -> None:
    assert INSIDE.name(Names.LANGUAGE, "en") == "English"
    assert INSIDE.name(Names.WAIT, "0") == "longer"
    assert INSIDE.name(Names.DAY, "2026-11") == "November 2026"
    assert INSIDE.name(Names.DAY, "2026-11-02") == "2026-11-02"
    assert INSIDE.name(Names.DECLINE, "new_reason") == "new_reason"


def test_the_median_and_the_rest_are_those_of_the_sorted_waits() -> None:
    dice = random.Random(7)  # noqa: S311
    for size in (1, 2, 3, 10, 99, 100):
        waits = sorted(dice.randrange(200) for _ in range(size))
        assert quantile(Counter(waits), 0.5) == waits[(size + 1) // 2 - 1]
        assert quantile(Counter(waits), 1.0) == waits[-1]
        assert mean(Counter(waits)) == pytest.approx(sum(waits) / size)
    assert (quantile(Counter(), 0.5), mean(Counter())) == (None, None)


def test_waits_come_back_from_the_summary_as_they_went_in() -> None:
    one, other = Counter({5: 2, 100_000: 1}), Counter({5: 1, 7: 3})
    assert tally.unpack(tally.pack(one) + tally.pack(other)) == one + other
    assert tally.pack(Counter({1: 1})) == b"\x01\x00\x00\x00"


@pytest.mark.parametrize("most", [0, 1, 4, 5, 17, 99, 12_345])
def test_a_scale_begins_at_nothing_and_reaches_the_highest_bar(most: int) -> None:
    ticks = scale(most)
    assert ticks[0] == 0
    assert ticks[-1] >= max(most, 1)
    assert len(ticks) <= 6


def test_bars_are_as_high_as_their_numbers_and_say_so_in_words() -> None:
    drawn = bars([("<b>", 10, 4), ("none", 0, 0), ("half", 5, 0)], Caption("x", "T & t", "text"))
    assert "<b>" not in drawn
    assert "style=" not in drawn
    root = ET.fromstring(drawn)  # noqa: S314  # our own markup
    assert (root.get("role"), root[0].text, root[1].text) == ("img", "T & t", "text")
    heights = [float(one) for one in re.findall(r'<rect [^>]*height="([\d.]+)"', drawn)]
    assert heights[0] == pytest.approx(2 * heights[2], rel=0.01)
    assert heights[1] == pytest.approx(0.4 * heights[0], rel=0.01)
