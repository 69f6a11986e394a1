"""Plays what somebody hears who waits in a conference: a document that is asked for again when it has ended."""

from collections.abc import Callable
from urllib.parse import urljoin

from hotline.lab.telephone import documents
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.says import Piece, Speech, pieces_of
from hotline.lab.telephone.states import Address, Call
from hotline.lab.telephone.web import Answer

DEFAULT_MUSIC = "http://twimlets.com/holdmusic?Bucket=com.twilio.music.classical"
SHORTEST_ROUND_SECONDS = 1.0
"""An empty document is not asked for more often than this."""


class Music:
    """Plays for one person until it is stopped."""

    def __init__(self, office: Office, call: Call, params: Callable[[], dict[str, str]]) -> None:
        self._office = office
        self._call = call
        self._params = params
        self._speech: Speech | None = None
        self._stopped = False

    def start(self, where: Address | None) -> None:
        """Begin with the document at an address, or with the company's own music."""
        if where is None:
            self._speak([Piece("music", DEFAULT_MUSIC, self._office.rules.play_seconds, times=None)], None)
        else:
            self._fetch(where)

    def stop(self) -> None:
        """Fall silent."""
        self._stopped = True
        if self._speech is not None:
            self._speech.stop()

    def _fetch(self, where: Address) -> None:
        if not self._stopped:
            self._office.web.ask("wait", where, self._params(), lambda answer: self._answered(where, answer))

    def _answered(self, where: Address, answer: Answer) -> None:
        if self._stopped:
            return
        try:
            root = documents.from_answer(answer, "wait")
        except documents.BadDocument as bad:
            self._office.web.trouble(bad.code, where.url, str(bad), self._call.sid)
            return
        onward = root.find("Redirect")
        following = where
        if onward is not None:
            target = urljoin(where.url, (onward.text or "").strip())
            following = Address(target, onward.get("method", "POST"))
        self._speak(pieces_of(self._office, root, where.url), following)

    def _speak(self, pieces: list[Piece], following: Address | None) -> None:
        def over() -> None:
            if following is not None:
                self._fetch(following)

        if not pieces:
            pieces = [Piece("pause", "", SHORTEST_ROUND_SECONDS)]
        self._speech = Speech(self._office, self._call, pieces, over)
        self._speech.start()


def announce(office: Office, call: Call, where: Address, params: dict[str, str], done: Callable[[], None]) -> None:
    """Let a person hear a document once."""

    def answered(answer: Answer) -> None:
        try:
            root = documents.from_answer(answer, "wait")
        except documents.BadDocument as bad:
            office.web.trouble(bad.code, where.url, str(bad), call.sid)
            return
        Speech(office, call, pieces_of(office, root, where.url), done).start()

    office.web.ask("announce", where, params, answered)
