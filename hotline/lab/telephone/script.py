"""Plays TwiML on a leg, verb by verb; whatever the helpline answers, the person hears something or the leg ends."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from hotline.lab.telephone import dial, documents, exchange, gather, parameters, record
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.says import Speaking, pieces_of
from hotline.lab.telephone.states import Address, Call, Idle
from hotline.lab.telephone.web import Answer

if TYPE_CHECKING:
    from datetime import datetime

APOLOGY = "We are sorry, an application error has occurred. Goodbye."
MOST_DOCUMENTS_A_MOMENT = 50
GOING_IN_CIRCLES = 11100
BEFORE_ANSWERING = frozenset({"Reject", "Redirect", "Pause"})
"""Verbs that let the caller go on hearing the ring, while no other came before."""


class Script:
    """One leg's way through documents."""

    def __init__(self, office: Office, call: Call) -> None:
        self.office = office
        self.call = call
        self.base = Address("")
        self.at_end: Callable[[], None] | None = None
        """What follows the last verb; by itself the leg ends."""
        self._verbs: Iterator[Element] = iter(())
        self._round = 0
        self._fallen_back = False
        self._moment: datetime | None = None
        self._documents = 0

    def fetch(self, where: Address, more: dict[str, str] | None = None, kind: str = "voice") -> None:
        """Ask for the next document; an answer that comes after the leg went elsewhere is thrown away."""
        self._round += 1
        asked = self._round
        waiting = Fetching(self._forget)
        self.call.activity = waiting
        if self._in_circles():
            self.office.web.trouble(GOING_IN_CIRCLES, where.url, "documents lead to each other", self.call.sid)
            exchange.end(self.office, self.call, "completed")
            return

        def answered(answer: Answer) -> None:
            if asked == self._round and self.call.activity is waiting:
                self._read(where, answer)

        params = parameters.of_call(self.office.account_sid, self.call) | (more or {})
        self.office.web.ask(kind, where, params, answered)

    def follow(self, target: str | None, method: str, more: dict[str, str], kind: str) -> None:
        """Ask an action; without one the present document's address."""
        self.fetch(Address(urljoin(self.base.url, target or ""), method), more, kind)

    def tell(self, target: str, method: str, more: dict[str, str], kind: str) -> None:
        """Tell an action of a leg that has ended; its answer plays to nobody."""
        params = parameters.of_call(self.office.account_sid, self.call) | more
        self.office.web.tell(kind, Address(urljoin(self.base.url, target), method), params)

    def address(self, target: str, method: str) -> Address:
        """A whole address for one that a document names."""
        return Address(urljoin(self.base.url, target), method)

    def whisper(self, call: Call, where: Address, then: Callable[[], None]) -> None:
        """Play a document on another leg before it is connected with this one."""
        aside = Script(self.office, call)
        aside.at_end = then
        aside.fetch(where, kind="whisper")

    def play(self, xml: str, base: Address) -> None:
        """Play a document that is at hand."""
        try:
            self._begin(documents.read(xml), base)
        except documents.BadDocument as bad:
            self._broken(base, bad)

    def next(self) -> None:
        """Go on with the next verb; after the last the leg ends."""
        self.call.activity = Idle()
        if self.call.is_over:
            return
        verb = next(self._verbs, None)
        if verb is None:
            self._ended()
            return
        if verb.tag not in BEFORE_ANSWERING and verb.get("answerOnBridge") != "true":
            exchange.answer(self.office, self.call)
        VERBS[verb.tag](self, verb)

    def _ended(self) -> None:
        if self.at_end is None:
            exchange.end(self.office, self.call, "completed")
        else:
            self.at_end()

    def _read(self, where: Address, answer: Answer) -> None:
        try:
            self._begin(documents.from_answer(answer), where)
        except documents.BadDocument as bad:
            self._broken(where, bad)

    def _begin(self, root: Element, base: Address) -> None:
        self.base = base
        self._verbs = iter(list(root))
        self.next()

    def _broken(self, where: Address, bad: documents.BadDocument) -> None:
        """The fallback when there is one and it was not tried, else Twilio's own apology."""
        if bad.code not in {11200, 11205}:  # those were written down where they happened
            self.office.web.trouble(bad.code, where.url, str(bad), self.call.sid)
        fallback = self.call.fallback
        if fallback is not None and not self._fallen_back:
            self._fallen_back = True
            self.fetch(fallback, {"ErrorCode": str(bad.code), "ErrorUrl": where.url}, "fallback")
            return
        exchange.answer(self.office, self.call)
        self.office.hear(self.call, "error", APOLOGY, language="en")
        exchange.end(self.office, self.call, "completed")

    def _forget(self) -> None:
        self._round += 1

    def _in_circles(self) -> bool:
        now = self.office.now()
        self._documents = self._documents + 1 if self._moment == now else 1
        self._moment = now
        return self._documents > MOST_DOCUMENTS_A_MOMENT


class Fetching:
    """A leg that waits for the helpline's answer."""

    speaking = False

    def __init__(self, forget: Callable[[], None]) -> None:
        self._forget = forget

    def key(self, key: str) -> None:
        """Lost."""

    def speech(self, text: str) -> None:
        """Lost."""

    def stop(self, reason: str) -> None:  # noqa: ARG002 - every activity is told why
        """The answer will not be read."""
        self._forget()


class Verb(Protocol):
    """Begins what a verb does; it calls ``script.next()`` or fetches when it is done."""

    def __call__(self, script: Script, verb: Element, /) -> None:
        """Begin."""


def _say(script: Script, verb: Element) -> None:
    speaking = Speaking(script.office, script.call, pieces_of(script.office, [verb], script.base.url), script.next)
    script.call.activity = speaking
    speaking.start()


def _redirect(script: Script, verb: Element) -> None:
    target = urljoin(script.base.url, (verb.text or "").strip())
    script.fetch(Address(target, verb.get("method", "POST")), kind="redirect")


def _hang_up(script: Script, _verb: Element) -> None:
    exchange.end(script.office, script.call, "completed")


def _reject(script: Script, verb: Element) -> None:
    exchange.end(script.office, script.call, "busy" if verb.get("reason") == "busy" else "no-answer")


VERBS: dict[str, Verb] = {
    "Say": _say,
    "Play": _say,
    "Pause": _say,
    "Gather": gather.begin,
    "Redirect": _redirect,
    "Dial": dial.begin,
    "Record": record.begin,
    "Hangup": _hang_up,
    "Reject": _reject,
}


def run(office: Office, call: Call, where: Address) -> Script:
    """Let a leg be led by the documents from here on."""
    script = Script(office, call)
    script.fetch(where)
    return script


def run_document(office: Office, call: Call, xml: str) -> Script:
    """Let a leg be led by a document that came with the order."""
    script = Script(office, call)
    script.play(xml, Address(""))
    return script
