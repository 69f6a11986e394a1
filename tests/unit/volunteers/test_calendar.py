"""A calendar other programs can read: CRLF, escaped text, lines of at most 75 bytes that never cut a letter."""

from datetime import UTC, datetime, timedelta

from hotline.volunteers.calendar import calendar
from hotline.volunteers.rota import Shift

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def lines(title: str) -> list[str]:
    shift = Shift("abc", "lin", NOW, NOW + timedelta(hours=4), "Asia/Hong_Kong")
    return calendar([shift], title=title, now=NOW).split("\r\n")


def test_a_shift_is_an_event_in_utc() -> None:
    found = lines("Shift")
    assert found[0] == "BEGIN:VCALENDAR"
    assert found[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261123T090000Z" in found
    assert "DTEND:20261123T130000Z" in found
    assert "UID:abc@hotline" in found


def test_what_has_a_meaning_is_escaped() -> None:
    assert "SUMMARY:a\\, b\\; c\\\\ d\\ne" in lines("a, b; c\\ d\ne")


def test_long_lines_are_folded_between_letters() -> None:
    found = lines("倾听热线" * 30)
    assert max(len(line.encode()) for line in found) <= 75
    joined = "\r\n".join(found).replace("\r\n ", "")
    assert "SUMMARY:" + "倾听热线" * 30 in joined.split("\r\n")
