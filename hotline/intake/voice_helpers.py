"""The telephone's door for the helpline's own people: rung, asked for key 1, connected, told when a line is cut."""

from flask import Response

from hotline.domain.contact import Language
from hotline.domain.phone import Mode, Party
from hotline.flow import on_the_line, recordings, switchboard
from hotline.flow.switchboard import Take
from hotline.intake.provider import bp, told
from hotline.intake.twiml import Line, Question, Room, Spoken
from hotline.intake.voice import address, answer, blank, leg_of
from hotline.web.house import helpline, house

_WHY_NOT = {
    Take.TAKEN: "leg_taken",
    Take.OVER: "leg_over",
    Take.NO_ROOM: "leg_no_room",
    Take.NOT_READY: "leg_not_ready",
}


@bp.post("/voice/legs/<leg_id>/helper")
def helper(leg_id: str) -> Response:
    """A listener's telephone was answered, by them or by a box: only key 1 takes the caller."""
    parts = helpline()
    leg = leg_of(leg_id, Party.HELPER)
    leg, contact, wanted = switchboard.greet_helper(parts, leg.id)
    language = switchboard.language_of(parts, leg)
    if not wanted:
        return answer(_tell(language, "leg_over"))
    key = "leg_yours" if contact.owner_id == leg.person_id else "leg_company"
    if leg.offer_id:
        key = "leg_handed" if switchboard.takes_over(parts, leg) else "leg_offered"
    level = house().words.sentence(f"level_{contact.level}", language)
    line = Line(house().words.sentence(key, language, level=level), language, pause_seconds=1)
    lines = [line]
    if key == "leg_company" and leg.mode is Mode.TALK:
        lines.append(Line(house().words.sentence("leg_say_who", language), language, pause_seconds=1))
    question = Question(f"{address()}/legs/{leg.id}/take", parts.calls.answer_seconds)
    return answer(blank().ask([*lines, line], question))


def _tell(language: Language, key: str) -> Spoken:
    return blank().say([Line(house().words.sentence(key, language), language)]).hang_up()


@bp.post("/voice/legs/<leg_id>/take")
def take(leg_id: str) -> Response:
    """A listener pressed a key, or none."""
    parts = helpline()
    leg = leg_of(leg_id, Party.HELPER)
    if told().digits() != "1":
        switchboard.declined(parts, leg.id)
        return answer(blank().hang_up())
    return _connect(leg.id)


def _connect(leg_id: str) -> Response:
    """Let a helper meet the caller, or hear why not."""
    parts = helpline()
    outcome, leg = switchboard.take(parts, leg_id)
    if outcome is not Take.CONNECTED:
        language = switchboard.language_of(parts, leg)
        return answer(_tell(language, _WHY_NOT[outcome]))
    coached = on_the_line.coached_by(parts, leg)
    recorded = recordings.may_record(parts, leg.contact_id)
    room = Room(
        name=on_the_line.conference_of(leg.contact_id),
        label=leg.id,
        after_url=f"{address()}/legs/{leg.id}/left",
        wait_url=f"{address()}/legs/{leg.id}/hold",
        events_url=f"{address()}/conference",
        starts=leg.mode is Mode.TALK,
        muted=leg.mode is Mode.LISTEN or (leg.mode is Mode.COACH and coached is None),
        coached_sid=coached,
        recording_url=f"{address()}/recordings/{leg.contact_id}" if recorded else "",
    )
    return answer(blank().connect(room))


@bp.post("/voice/legs/<leg_id>/cut")
def cut(leg_id: str) -> Response:
    """The caller's line is gone: the listener may call them back where that is safe, or hang up."""
    parts = helpline()
    leg = leg_of(leg_id, Party.HELPER)
    if not switchboard.cut(parts, leg.id):
        return _connect(leg.id)
    language = switchboard.language_of(parts, leg)
    if not on_the_line.may_call(parts, leg.contact_id):
        return answer(_tell(language, "leg_cut"))
    lines = [Line(house().words.sentence(key, language), language) for key in ("leg_cut", "leg_cut_call")]
    return answer(blank().ask(lines, Question(f"{address()}/legs/{leg.id}/again", parts.calls.answer_seconds)))


@bp.post("/voice/legs/<leg_id>/again")
def call_again(leg_id: str) -> Response:
    """Key 1 of a listener whose caller was cut off: the caller is rung, the listener waits in the conference."""
    parts = helpline()
    leg = leg_of(leg_id, Party.HELPER)
    if told().digits() != "1" or not on_the_line.call_again(parts, leg):
        return answer(blank().hang_up())
    return _connect(leg.id)


@bp.post("/voice/legs/<leg_id>/left")
def left(leg_id: str) -> Response:
    """A helper left the conference: their call ends."""
    leg_of(leg_id, Party.HELPER)
    return answer(blank().hang_up())
