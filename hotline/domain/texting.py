"""Words about text messages: how far one has come, what opts out, how a long one is cut; guessed, words would be lost.

A text goes one way: what was told last need not be true, because a network tells late and twice. So states are ordered,
and the furthest one told stands, in whatever order it is told. Pure.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hotline.domain.contact import Channel

TEXT_CHANNELS = frozenset({Channel.SMS, Channel.WHATSAPP})
"""Channels on which every sentence of ours is a message that must be sent."""
LONGEST_TEXT = 1500
"""Characters (UTF-16 units) of one text: Twilio refuses more than 1,600, and joins what networks cut smaller."""


class TextState(StrEnum):
    """How far a text of ours has come, from the least to the furthest; ``received`` is one of theirs."""

    RECEIVED = "received"
    PROMISED = "promised"
    SENDING = "sending"
    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    READ = "read"

    @property
    def rank(self) -> int:
        """The further, the higher."""
        return _RANKS[self]


_RANKS = {state: rank for rank, state in enumerate(TextState)}
UNSENT = (TextState.PROMISED, TextState.SENDING)
"""Still to be handed to the network."""
NOT_REACHED = (TextState.REFUSED, TextState.FAILED, TextState.UNDELIVERED)
"""What a person did not get."""


class Refusal(StrEnum):
    """Why we send a text to nobody; beside these a text's error is the network's own number."""

    STOPPED = "stopped"
    PLACE = "place"
    NO_NUMBER = "no_number"
    NO_LINE = "no_line"


class Opt(StrEnum):
    """What a single word asks for: no more texts, or texts again."""

    STOP = "stop"
    START = "start"


_OPTS = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "退订", "退訂"), Opt.STOP),
    **dict.fromkeys(("start", "unstop", "恢复", "恢復"), Opt.START),
}
"""END, QUIT and CANCEL are missing on purpose: a person in distress writes them."""


def opt_of(body: str, told: str = "") -> Opt | None:
    """What these words ask for, ``None`` for a person speaking; ``told`` is what the network already made of them."""
    by_network = {"STOP": Opt.STOP, "START": Opt.START}.get(told.upper())
    return by_network or _OPTS.get(unicodedata.normalize("NFKC", body).strip().casefold())


@dataclass(frozen=True, slots=True)
class TextPolicy:
    """Where texts cannot work; build it from ``config/phone_policy.toml``, table ``texts``."""

    version: str
    unreachable_prefixes: tuple[str, ...]
    media_notice_hours: int

    @classmethod
    def from_numbers(cls, numbers: dict[str, object]) -> "TextPolicy":
        """Of the file's values."""
        texts = numbers["texts"]
        assert isinstance(texts, dict)  # noqa: S101  # the shape of our own file
        return cls(str(numbers["version"]), tuple(texts["unreachable_prefixes"]), int(texts["media_notice_hours"]))

    def reaches(self, number: str) -> bool:
        """Whether two-way texts work with this number (E.164)."""
        return not number.startswith(self.unreachable_prefixes)


def utf16(text: str) -> int:
    """Its length as telephones count it."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int, size: Callable[[str], int] = len) -> list[str]:
    """The same text in pieces of at most ``limit``, cut behind a space or line where there is one; nothing is lost.

    A sign and what belongs to it (an accent, the parts of an emoji) stay together.
    """
    pieces = []
    while size(text) > limit:
        end = _end(text, limit, size)
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text else pieces


def _end(text: str, limit: int, size: Callable[[str], int]) -> int:
    most = min(len(text), limit)
    while size(text[:most]) > limit:
        most -= 1
    spaces = [place + 1 for place in range(most // 2, most) if text[place].isspace()]
    if spaces:
        return spaces[-1]
    end = most
    while end > most // 2 and _clings(text, end):
        end -= 1
    return end


def _clings(text: str, place: int) -> bool:
    """Whether the sign at ``place`` belongs to the one before it."""
    joiner = "\u200d"
    here, before = text[place : place + 1], text[place - 1]
    modifier = "\U0001f3fb" <= here <= "\U0001f3ff" or "\ufe00" <= here <= "\ufe0f" or here == joiner
    return bool(here) and (before == joiner or modifier or unicodedata.combining(here) > 0)


_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")


def segments(text: str) -> int:
    """How many SMS this is: 160 letters of GSM 03.38 or 70 others in one, 153 or 67 in each of several."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        length = len(text) + sum(sign in _GSM_TWICE for sign in text)
        return 1 if length <= 160 else -(-length // 153)  # noqa: PLR2004
    length = utf16(text)
    return 1 if length <= 70 else -(-length // 67)  # noqa: PLR2004
