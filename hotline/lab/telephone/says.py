"""Speaks to a person on a leg piece by piece; every word takes its time, so that a key can come in the middle of it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from hotline.lab.telephone.office import Office
from hotline.lab.telephone.states import Call

if TYPE_CHECKING:
    from hotline.lab.telephone.timeline import Due

CHINESE_LETTERS_A_SECOND = 4.0
LETTERS_A_SECOND = 15.0
SHORTEST_SECONDS = 0.5
SPOKEN = ("Say", "Play", "Pause")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Piece:
    """One thing to be heard; ``times`` None repeats it without end, ``kind`` pause is heard as nothing."""

    kind: str
    text: str
    seconds: float
    language: str = ""
    voice: str = ""
    times: int | None = 1


def text_of(element: Element) -> str:
    """The words of an element, SSML inside included, with the white space of a speaker."""
    return " ".join("".join(element.itertext()).split())


def speech_seconds(text: str) -> float:
    """How long a voice takes for these words."""
    chinese = len(_CHINESE.findall(text))
    return max(SHORTEST_SECONDS, chinese / CHINESE_LETTERS_A_SECOND + (len(text) - chinese) / LETTERS_A_SECOND)


def pieces_of(office: Office, elements: Iterable[Element], base_url: str) -> list[Piece]:
    """What these verbs say, play and leave silent, in order; other verbs are passed over."""
    return [_piece(office, element, base_url) for element in elements if element.tag in SPOKEN]


def _piece(office: Office, element: Element, base_url: str) -> Piece:
    loop = int(element.get("loop", "1"))
    times = None if loop == 0 else loop
    if element.tag == "Pause":
        return Piece("pause", "", float(element.get("length", "1")))
    if element.tag == "Say":
        words = text_of(element)
        language, voice = element.get("language", ""), element.get("voice", "")
        return Piece("say", words, speech_seconds(words), language, voice, times)
    digits = element.get("digits")
    if digits:
        return Piece("play", f"keys {digits}", max(SHORTEST_SECONDS, 0.5 * len(digits)), times=times)
    url = urljoin(base_url, (element.text or "").strip())
    return Piece("play", url, office.rules.lengths_seconds.get(url, office.rules.play_seconds), times=times)


class Speech:
    """Lets a person hear pieces one after the other, then says that it is over."""

    def __init__(self, office: Office, call: Call, pieces: list[Piece], done: Callable[[], None]) -> None:
        self._office = office
        self._call = call
        self._left = self._unrolled(pieces)
        self._done = done
        self._due: Due | None = None
        self.over = False

    def start(self) -> None:
        """Begin."""
        self._next()

    def stop(self) -> None:
        """Fall silent; nothing is said to be over."""
        self.over = True
        if self._due is not None:
            self._due.cancel()

    @staticmethod
    def _unrolled(pieces: list[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            told = 0
            while piece.times is None or told < piece.times:
                told += 1
                yield piece

    def _next(self) -> None:
        if self.over:
            return
        piece = next(self._left, None)
        if piece is None:
            self.over = True
            self._done()
            return
        if piece.kind != "pause":
            self._office.hear(self._call, piece.kind, piece.text, language=piece.language, voice=piece.voice)
        self._due = self._office.timeline.after(piece.seconds, lambda _given: self._next())


class Speaking:
    """A leg on which something is said and nobody listens for an answer."""

    def __init__(self, office: Office, call: Call, pieces: list[Piece], done: Callable[[], None]) -> None:
        self._speech = Speech(office, call, pieces, done)

    @property
    def speaking(self) -> bool:
        """Whether it goes on."""
        return not self._speech.over

    def start(self) -> None:
        """Begin."""
        self._speech.start()

    def key(self, key: str) -> None:
        """Keys between questions are lost."""

    def speech(self, text: str) -> None:
        """So are words."""

    def stop(self, reason: str) -> None:  # noqa: ARG002 - every activity is told why
        """Fall silent."""
        self._speech.stop()
