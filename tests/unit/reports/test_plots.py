"""Plots are SVG that parses, says in words what it shows, carries no style of its own and no foreign markup."""

import re
import xml.etree.ElementTree as ET

import pytest

from hotline.reports import plots
from hotline.reports.plots import Caption, Point
from hotline.reports.triage_figures import Decile, share

NAMES = ["information", "routine", "elevated", "high", "imminent"]
NASTY = "<script>&\"'"
CAPTION = Caption("one", f"title {NASTY}", f"text {NASTY}")
SOME, NONE = share(3, 4, 1.96), share(0, 0, 1.96)
PLOTS = {
    "course": plots.course([Point(1, 1, False), Point(3, 3, False), Point(2, 2, True)], NAMES, CAPTION),
    "course of nothing": plots.course([], NAMES, CAPTION),
    "intervals": plots.intervals([(NASTY, SOME), ("none", NONE)], CAPTION),
    "intervals of nothing": plots.intervals([], CAPTION),
    "curve": plots.curve([(10.0, SOME, NASTY), (20.0, NONE, "none")], CAPTION, across=NASTY),
    "curve of nothing": plots.curve([], CAPTION, across="s"),
    "hours": plots.by_hour([(NASTY, [1.0, 2.0])], CAPTION),
    "calibration": plots.calibration([Decile(0.0, 0.1, SOME), Decile(0.1, 0.2, NONE)], CAPTION, across=NASTY),
    "weeks": plots.weeks([("01-05", 0.2, 0.1), ("01-12", None, None), ("01-19", 0.4, 0.3)], CAPTION),
    "weeks of nothing": plots.weeks([], CAPTION),
}


def drawn_as(name: str) -> ET.Element:
    return ET.fromstring(PLOTS[name])  # noqa: S314  # our own markup


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_says_in_words_what_it_shows(name: str) -> None:
    drawn = drawn_as(name)
    told = {one.get("id"): one.text for one in drawn if one.tag in {"title", "desc"}}
    assert drawn.get("role") == "img"
    assert (drawn.get("aria-labelledby") or "").split() == list(told)
    assert list(told.values()) == [CAPTION.title, CAPTION.text]


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_brings_no_markup_and_no_style_of_its_own(name: str) -> None:
    assert "<script" not in PLOTS[name]
    assert "style=" not in PLOTS[name]
    assert "nan" not in PLOTS[name]


def test_a_persons_judgement_has_another_shape_than_the_machines() -> None:
    drawn = drawn_as("course")
    kinds = [one.get("class") for one in drawn if one.tag in {"circle", "path"}]
    assert kinds == ["line", "machine", "machine", "person"]


def test_a_row_without_cases_has_a_dash_and_no_dot() -> None:
    drawn = drawn_as("intervals")
    assert len([one for one in drawn if one.tag == "circle"]) == 1
    assert "–" in [one.text for one in drawn]


def test_a_curve_numbers_its_dots_and_names_them_below() -> None:
    rows = [(10.0, share(90, 100, 1.96), "none"), (30.0, share(99, 100, 1.96), "one <seat>")]
    svg = plots.curve(rows, Caption("c", "Curve", "what it costs"), across="s")
    assert "one &lt;seat&gt;" in svg
    assert svg.count("<circle") == 2


def test_hours_are_steps_with_a_name_each_and_no_two_names_on_one_another() -> None:
    svg = plots.by_hour([("a", [1.0] * 24), ("b", [1.0] * 24)], Caption("h", "Hours", "by hour"))
    heights = re.findall(r'y="([\d.]+)" class="soft">[ab]<', svg)
    assert abs(float(heights[0]) - float(heights[1])) >= 14
