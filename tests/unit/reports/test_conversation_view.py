"""Phrases are marked where they stand, whatever overlaps, and the level's course tells machine and people apart."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.contact import Level
from hotline.reports.conversation_view import course, parts
from hotline.triage.store import Assessment

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PIECES = st.lists(st.tuples(st.integers(-3, 12), st.integers(-3, 12), st.sampled_from("abc")), max_size=6)


@given(st.text(max_size=10), PIECES)
def test_the_parts_together_are_the_text_whatever_the_pieces(text: str, pieces: list[tuple[int, int, str]]) -> None:
    assert "".join(part["text"] for part in parts(text, pieces)) == text


def test_overlapping_phrases_share_the_part_they_both_cover() -> None:
    found = parts("abcdef", [(0, 4, "one"), (2, 6, "two")])
    assert [(part["text"], part["labels"]) for part in found] == [
        ("ab", ["one"]),
        ("cd", ["one", "two"]),
        ("ef", ["two"]),
    ]


def test_a_piece_outside_the_text_marks_nothing() -> None:
    assert parts("abc", [(1, 9, "x"), (2, 2, "y")]) == [{"text": "abc", "labels": []}]


def judgement(level: Level, *, by: str = "machine", how: str = "model") -> Assessment:
    return Assessment("id", 1, level, by, None, None, {}, (), "", None, how, NOW, NOW)


def test_the_level_after_each_judgement_falls_only_by_people() -> None:
    line = [
        judgement(Level.HIGH),
        judgement(Level.ROUTINE),
        judgement(Level.ELEVATED, by="p", how="human"),
        judgement(Level.ROUTINE, by="p", how="screener"),
        judgement(Level.INFORMATION, by="p", how="closing"),
    ]
    found = course(line, {"p": "Lin"})
    assert [one["standing"] for one in found] == ["high", "high", "elevated", "elevated", "elevated"]
    assert [one["by"] for one in found] == ["machine", "machine", "Lin", "Lin", "Lin"]
