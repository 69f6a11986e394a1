"""One's own rota as a calendar other programs read (iCalendar, RFC 5545); a shift that is in no diary is forgotten.

Pure, and written by hand: the project keeps no library for it. Times are in UTC, so that no zone has to be explained.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from hotline.volunteers.rota import Shift

FOLD_BYTES = 75
_MOMENT = "%Y%m%dT%H%M%SZ"


def calendar(shifts: Iterable[Shift], *, title: str, now: datetime) -> str:
    """All shifts as one calendar with CRLF lines of at most 75 bytes; ``title`` names every event."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hotline//rota//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(title)}")
    for shift in shifts:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{shift.id}@hotline",
            f"DTSTAMP:{now.astimezone(UTC).strftime(_MOMENT)}",
            f"DTSTART:{shift.start_at.astimezone(UTC).strftime(_MOMENT)}",
            f"DTEND:{shift.end_at.astimezone(UTC).strftime(_MOMENT)}",
            f"SUMMARY:{_text(title)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(value: str) -> str:
    """A value with what RFC 5545 gives a meaning escaped."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> str:
    """A line cut after at most 75 bytes, never within a letter; what goes on begins with a space."""
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > FOLD_BYTES:
            parts.append(part)
            part, size = " ", 1
        part, size = part + letter, size + width
    return "\r\n".join([*parts, part])
