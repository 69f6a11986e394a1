"""Rings, moves, hangs up and compares with the provider's own list; what it cannot do now it says at the board."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hotline.carriers.paging import Carriers
from hotline.carriers.telephone import Calls, KnownCall, Ring, Seat
from hotline.contacts.legs import Leg
from hotline.domain.errors import CarrierError
from hotline.domain.phone import Ended, Party, is_number
from hotline.flow import dialling, on_the_line, phone, switchboard
from hotline.flow.helpline import Helpline
from hotline.jobs.effects import Effect, asked

VOICE = "/twilio/voice"
"""Where the provider asks what is to be heard (``intake/voice.py``)."""

MOST_ATTEMPTS = 400
LONGEST_PAUSE = timedelta(seconds=10)
"""Who sits on a line is led on and let go however long the provider's trouble lasts, and seconds after it ends."""


def _calls(carriers: Carriers) -> Calls:
    if carriers.calls is None:
        raise CarrierError("no telephone is configured", theirs=False, may_have_happened=False)
    return carriers.calls


def _leg_url(carriers: Carriers, leg_id: str, what: str) -> str:
    """The address of ours that speaks for a leg."""
    return f"{carriers.public_url}{VOICE}/legs/{leg_id}/{what}"


def _ring(helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any]) -> str | None:
    leg_id = str(payload["leg_id"])
    wanted = dialling.dial(helpline, leg_id)
    if wanted is None:
        return None
    calls = _calls(carriers)
    helper = wanted.leg.party is Party.HELPER
    order = Ring(
        to_number=wanted.number,
        from_number=wanted.line or carriers.from_number,
        answer_url=_leg_url(carriers, leg_id, "helper" if helper else "next"),
        events_url=_leg_url(carriers, leg_id, "events"),
        seconds=wanted.seconds,
        detect_machine=not helper,
    )
    try:
        sid = calls.ring(order)
    except Exception as error:
        raise asked(calls.name, error) from error
    if not dialling.rung(helpline, leg_id, sid):
        calls.hang_up(sid)
    dialling.in_order(helpline)
    return calls.name


def _move(helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any]) -> str | None:
    leg_id = str(payload["leg_id"])
    sid = dialling.sid_of(helpline, leg_id)
    if sid is None or not switchboard.still_to_move(helpline, leg_id):
        return None
    calls, leg = _calls(carriers), dialling.leg_or_none(helpline, leg_id)
    helper = leg is not None and leg.party is Party.HELPER
    calls.move(sid, _leg_url(carriers, leg_id, "cut" if helper else "next"))
    dialling.in_order(helpline)
    return calls.name


def _hang_up(helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any]) -> str | None:
    leg_id = str(payload["leg_id"])
    sid = dialling.sid_of(helpline, leg_id)
    if sid is None:
        return None
    calls = _calls(carriers)
    calls.hang_up(sid)
    dialling.over(helpline, leg_id, Ended.CANCELED)
    return calls.name


def _seat(helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any]) -> str | None:
    leg_id = str(payload["leg_id"])
    chair = on_the_line.chair(helpline, leg_id)
    if chair is None:
        return None
    calls = _calls(carriers)
    order = Seat(
        conference=chair.conference,
        sid=chair.sid,
        muted=chair.muted,
        hold=chair.hold,
        hold_url=_leg_url(carriers, leg_id, "hold") if chair.hold else "",
        coached_sid=chair.coached_sid,
    )
    calls.seat(order)
    return calls.name


def _reconcile(helpline: Helpline, carriers: Carriers, _payload: Mapping[str, Any]) -> str | None:
    """End what the provider knows as over, and hear whoever it has on the line and we have not."""
    calls = carriers.calls
    if calls is None:
        return None
    ours, now = dialling.open_now(helpline)
    theirs = {call.sid: call for call in calls.going_on()}
    for leg in ours:
        if leg.sid is None or leg.sid not in theirs:
            _check(helpline, calls, leg, silent=now - leg.at > dialling.SILENT_AFTER)
    lines = dialling.our_lines(helpline)
    strangers = dialling.unknown(helpline, [sid for sid, call in theirs.items() if _calls_us(call, lines)])
    for sid in strangers:
        _import(helpline, carriers, theirs[sid])
    dialling.in_order(helpline)
    return f"{len(ours)} ours, {len(theirs)} theirs, {len(strangers)} imported"


def _calls_us(call: KnownCall, lines: set[str]) -> bool:
    return call.inbound and call.to_number in lines


def _check(helpline: Helpline, calls: Calls, leg: Leg, *, silent: bool) -> None:
    """A leg that is on no list: over if the provider says so, or does not know it after a while."""
    known = None if leg.sid is None else calls.look_up(leg.sid)
    if known is not None and known.ended is not None:
        dialling.over(helpline, leg.id, known.ended)
    elif known is None and silent:
        dialling.over(helpline, leg.id, Ended.FAILED)


def _import(helpline: Helpline, carriers: Carriers, call: KnownCall) -> None:
    """Somebody is on the line and we were never told: they get a contact, and words at once."""
    number = call.from_number if is_number(call.from_number) else None
    leg = phone.incoming(helpline, call.sid, number=number, to=call.to_number)
    _calls(carriers).move(call.sid, _leg_url(carriers, leg.id, "next"))


def _in_trouble(helpline: Helpline, payload: Mapping[str, Any], trouble: CarrierError, *, final: bool) -> None:
    """A ring that failed is over: where the number cannot be called the next person is asked at once.

    Trouble of the provider's is an alarm, and counts against nobody.
    """
    if trouble.theirs:
        dialling.in_trouble(helpline)
    if final and "leg_id" in payload:
        number_refused = not trouble.theirs and not trouble.may_have_happened
        dialling.given_up(helpline, str(payload["leg_id"]), number_refused=number_refused)


EFFECTS = {
    "ring": Effect(_ring, _in_trouble),
    "move": Effect(_move, _in_trouble, MOST_ATTEMPTS, LONGEST_PAUSE),
    "hang_up": Effect(_hang_up, _in_trouble, MOST_ATTEMPTS, LONGEST_PAUSE),
    "seat": Effect(_seat, _in_trouble, MOST_ATTEMPTS, LONGEST_PAUSE),
    "reconcile": Effect(_reconcile, _in_trouble),
}
