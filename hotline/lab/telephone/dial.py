"""Connects a leg: with a conference, or with another telephone that has to ring first."""

from collections.abc import Callable
from typing import Protocol
from xml.etree.ElementTree import Element

from hotline.lab.telephone import conferences, exchange
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.says import text_of
from hotline.lab.telephone.states import Address, Call, Callback, Idle, Seat

NOBODY_TO_COACH = 13240
TELEPHONES = ("Number", "Client")


class Leg(Protocol):
    """What a connection needs of the script it stands in."""

    office: Office
    call: Call
    base: Address

    def next(self) -> None:
        """Go on with the next verb."""
        ...

    def follow(self, target: str | None, method: str, more: dict[str, str], kind: str) -> None:
        """Ask the action."""
        ...

    def tell(self, target: str, method: str, more: dict[str, str], kind: str) -> None:
        """Tell the action, when nobody is left to hear its answer."""
        ...

    def address(self, target: str, method: str) -> Address:
        """A whole address."""
        ...

    def whisper(self, call: Call, where: Address, then: Callable[[], None]) -> None:
        """Play a document on another leg before it is connected."""
        ...


def begin(script: Leg, verb: Element) -> None:
    """Connect with whatever the verb names."""
    room = verb.find("Conference")
    if room is not None:
        _into_room(script, verb, room)
    else:
        Calling(script, verb).start()


def _after(script: Leg, verb: Element, given: dict[str, str]) -> None:
    """The connection is over and the leg is not: the action, or the next verb."""
    action = verb.get("action")
    if action is None:
        script.next()
    else:
        script.follow(action, verb.get("method", "POST"), given, "dial")


def _tell_after(script: Leg, verb: Element, given: dict[str, str]) -> None:
    """The connection is over because the person on this leg hung up."""
    action = verb.get("action")
    if action is not None:
        script.tell(action, verb.get("method", "POST"), given, "dial")


class Meeting(conferences.InRoom):
    """A leg that ``<Dial><Conference>`` brought into a conference."""

    def __init__(self, script: Leg, verb: Element, seat: Seat) -> None:
        on_star = self.over if verb.get("hangupOnStar") == "true" else None
        super().__init__(script.office, seat, on_star)
        self._script = script
        self._verb = verb
        self._given = {
            "DialCallStatus": "answered",
            "ConferenceSid": seat.room.sid,
            "FriendlyName": seat.room.name,
        }
        limit_seconds = float(verb.get("timeLimit", "14400"))
        self._limit = script.office.timeline.after(limit_seconds, lambda _given: self._too_long())

    def over(self) -> None:
        """The conference is over for this person; the script goes on."""
        self._limit.cancel()
        _after(self._script, self._verb, self._given)

    def stop(self, reason: str) -> None:
        """The leg leaves because it hung up or was led elsewhere."""
        self._limit.cancel()
        super().stop(reason)
        if reason == "hung_up":
            _tell_after(self._script, self._verb, self._given)

    def _too_long(self) -> None:
        conferences.leave(self._office, self._seat, "participant_hung_up")
        self.over()


def _into_room(script: Leg, verb: Element, noun: Element) -> None:
    office, call = script.office, script.call
    exchange.answer(office, call)
    wish = wish_of(script, noun)
    room = office.room_named(wish.name)
    coached = wish.coached_sid
    if coached is not None and (room is None or coached not in {seat.call.sid for seat in room.present()}):
        office.web.trouble(NOBODY_TO_COACH, script.base.url, f"no participant {coached} to coach", call.sid)
        _after(script, verb, {"DialCallStatus": "failed"})
        return
    if room is not None and conferences.is_full(room):
        _after(script, verb, {"DialCallStatus": "failed"})
        return
    seat = conferences.reserve(office, call, wish)
    meeting = Meeting(script, verb, seat)
    seat.on_left = meeting.over
    call.activity = meeting
    conferences.enter(office, seat, wish)


def wish_of(script: Leg, noun: Element) -> conferences.Wish:
    """What a ``<Conference>`` asks for."""
    wait_url = noun.get("waitUrl")
    wait = script.address(wait_url, noun.get("waitMethod", "POST")) if wait_url else None
    return conferences.Wish(
        text_of(noun),
        label=noun.get("participantLabel", ""),
        muted=noun.get("muted") == "true",
        start_on_enter=noun.get("startConferenceOnEnter", "true") == "true",
        end_on_exit=noun.get("endConferenceOnExit") == "true",
        coached_sid=noun.get("coach"),
        wait=wait,
        waits_in_silence=wait_url == "",
        callback=_callback(script, noun, "statusCallback", ""),
        record=noun.get("record", "do-not-record") in {"true", "record-from-start"},
        recording_callback=_callback(script, noun, "recordingStatusCallback", "completed"),
        most=int(noun.get("maxParticipants", "250")),
    )


def _callback(script: Leg, noun: Element, name: str, events: str) -> Callback | None:
    target = noun.get(name)
    if not target:
        return None
    wanted = frozenset(noun.get(f"{name}Event", events).split())
    return Callback(script.address(target, noun.get(f"{name}Method", "POST")), wanted)


class Calling:
    """A leg that waits while other telephones ring, and is then connected with the first that answers."""

    speaking = False

    def __init__(self, script: Leg, verb: Element) -> None:
        self._script = script
        self._verb = verb
        self._legs: list[Call] = []
        self._other: Call | None = None
        self._connected = False
        self._over = False

    def start(self) -> None:
        """Let them ring."""
        self._script.call.activity = self
        nouns = [noun for noun in self._verb if noun.tag in TELEPHONES]
        numbers = [(text_of(noun), noun) for noun in nouns] or [((self._verb.text or "").strip(), self._verb)]
        for number, noun in numbers:
            self._legs.append(self._call(number, noun))

    def _call(self, number: str, noun: Element) -> Call:
        to = f"client:{number}" if noun.tag == "Client" else number
        callback = _callback(self._script, noun, "statusCallback", "completed")
        order = exchange.Order(
            self._verb.get("callerId") or self._script.call.from_,
            to,
            lambda leg: self._answered(leg, noun.get("url"), noun.get("method", "POST")),
            direction="outbound-dial",
            timeout_seconds=float(self._verb.get("timeout", "30")),
            time_limit_seconds=float(self._verb.get("timeLimit", "14400")),
            callbacks=[callback] if callback is not None else [],
            parent=self._script.call,
        )
        leg = exchange.place(self._script.office, order)
        leg.on_end.append(lambda: self._ended(leg))
        return leg

    def _answered(self, leg: Call, whisper_url: str | None, method: str) -> None:
        if self._other is not None or self._over:
            exchange.end(self._script.office, leg, "completed")
            return
        self._other = leg
        for other in self._legs:
            if other is not leg:
                exchange.end(self._script.office, other, "canceled")
        if whisper_url:
            self._script.whisper(leg, self._script.address(whisper_url, method), self._connect)
        else:
            self._connect()

    def _connect(self) -> None:
        if self._other is not None:
            self._connected = True
            exchange.answer(self._script.office, self._script.call)
            self._other.activity = Connected(self._script.office, self._script.call)

    def _ended(self, leg: Call) -> None:
        """A telephone is out; when it was the one talked to, or the last, the script goes on."""
        if self._over or (self._other is not None and leg is not self._other):
            return
        if self._other is None and not all(one.is_over for one in self._legs):
            return
        self._over = True
        _after(self._script, self._verb, self._given(leg))

    def _given(self, leg: Call) -> dict[str, str]:
        given = {"DialCallSid": leg.sid, "DialCallStatus": leg.status}
        if leg.started is not None and leg.ended is not None:
            given["DialCallDuration"] = str(round((leg.ended - leg.started).total_seconds()))
        return given | {"DialBridged": "true" if self._connected else "false"}

    def key(self, key: str) -> None:
        """A star gives up, where that was allowed."""
        if key == "*" and self._verb.get("hangupOnStar") == "true":
            self._hang_up_legs()

    def speech(self, text: str) -> None:
        """The other hears it once they are connected."""
        if self._connected and self._other is not None:
            self._script.office.hear(self._other, "voice", text)

    def stop(self, reason: str) -> None:
        """The person on this leg is gone, and so is the connection."""
        self._over = True
        self._hang_up_legs()
        if reason == "hung_up" and self._legs:
            _tell_after(self._script, self._verb, self._given(self._other or self._legs[-1]))

    def _hang_up_legs(self) -> None:
        for leg in self._legs:
            exchange.end(self._script.office, leg, "canceled" if leg.started is None else "completed")


class Connected(Idle):
    """The other end of a connection."""

    def __init__(self, office: Office, other: Call) -> None:
        self._office = office
        self._other = other

    def speech(self, text: str) -> None:
        """The person on the first leg hears it."""
        self._office.hear(self._other, "voice", text)
