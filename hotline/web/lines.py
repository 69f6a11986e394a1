"""By which numbers people are told to call or text, as pages and API say it; what is down is named and not offered."""

from typing import Any

from hotline.domain.contact import Channel, Language
from hotline.flow.lines_book import Reach


def reach(now: Reach, spoken: Language | None = None, *, texts: bool = True) -> dict[str, Any]:
    """``PublicLines`` of the API; numbers where ``spoken`` is spoken stand first; ``texts`` if SMS can be answered."""
    by_channel = now.by_channel()
    listed = {line.channel for line in now.lines}
    return {
        "lines": [
            {"channel": channel.value, "number": line.number, "language": line.language.value}
            for channel, lines in by_channel.items()
            if texts or channel is not Channel.SMS
            for line in sorted(lines, key=lambda one: one.language is not spoken)
        ],
        "down": [channel.value for channel in now.down if channel in listed],
    }
