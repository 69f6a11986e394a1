"""The telephone's door: hears the provider, lets ``flow`` act, and answers with what is to be heard.

Every answer is made from the rows as they stand, so that a request told twice, late or in another order is answered
rightly each time. A thought that takes long is finished elsewhere: nobody on the line waits for it.
"""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from typing import Any

from flask import Response, abort, url_for

from hotline.domain.contact import Language
from hotline.domain.errors import InvalidInput, NotFound
from hotline.domain.phone import Ended, LegState, Mode, Party, Stage
from hotline.flow import dialling, hearing, on_the_line, phone, recordings, standing, switchboard
from hotline.flow.phone import Said
from hotline.flow.switchboard import Take
from hotline.intake.call_script import Place, Script, speak
from hotline.intake.provider import bp, told
from hotline.intake.twiml import Line, Question, Room, Spoken
from hotline.web.house import helpline, house

PATH = "/twilio/voice"
THINKING_SECONDS = 1.2
"""Longer than any judgement should take; the caller is answered meanwhile and the sweep finds what was not finished."""
ASKED = ", ".join(stage.value for stage in Stage if stage not in {Stage.TALKING, Stage.GOODBYE})
_OVER = {
    "completed": Ended.COMPLETED,
    "busy": Ended.BUSY,
    "no-answer": Ended.NO_ANSWER,
    "failed": Ended.FAILED,
    "canceled": Ended.CANCELED,
}
_thoughts = ThreadPoolExecutor(max_workers=16, thread_name_prefix="caller")


def _answer(spoken: Spoken) -> Response:
    return Response(str(spoken), mimetype="text/xml")


def _address() -> str:
    return f"{house().settings.public_url}{PATH}"


def _spoken() -> Spoken:
    return Spoken(helpline().calls.voices)


def _leg(leg_id: str, party: Party) -> Any:
    """A leg that this request speaks for: the provider's own id of the call must be the leg's."""
    sid = told().sid("CallSid")
    leg = dialling.adopt(helpline(), leg_id, sid, party)
    if leg is None:
        abort(404)
    return leg


def _hear(leg_id: str) -> Response:
    """What this caller hears now."""
    parts = helpline()
    try:
        scene = hearing.look(parts, leg_id)
    except NotFound:
        abort(404)
    if not scene.leg.open:
        return _answer(_spoken().hang_up())
    with parts.database.read() as conn:
        now = standing.standing(parts, conn, scene.contact)
    trouble = dialling.troubled(parts)
    place = Place(None, None, staffed=True, trouble=trouble)
    if now is not None:
        place = Place(now.position, now.wait_seconds, now.staffed, trouble)
    recorded = scene.leg.stage is Stage.TALKING and recordings.may_record(parts, scene.contact.id)
    script = Script(scene, place, house().words, house().emergency, parts.calls, _address(), _sound(), recorded)
    spoken, remembered = speak(script)
    if remembered:
        hearing.remember(parts, leg_id, **remembered)
    return _answer(spoken)


def _sound() -> str:
    return house().settings.public_url + url_for("static", filename="audio/quiet.wav")


@bp.post("/voice/incoming")
def incoming() -> Response:
    """Somebody calls one of our numbers."""
    fields = told()
    sid, line = fields.sid("CallSid"), fields.number("To")
    leg = phone.incoming(helpline(), sid, number=fields.number("From"), to=line or "")
    return _hear(leg.id)


@bp.post("/voice/legs/<leg_id>/next")
def next_words(leg_id: str) -> Response:
    """What comes next for a caller: they were moved, left the conference, or answered a call of ours."""
    leg = _leg(leg_id, Party.SEEKER)
    if leg.stage is Stage.EXPECTED and told().word("AnsweredBy", default="unknown").startswith(("machine", "fax")):
        may_speak = phone.a_machine_answered(helpline(), leg_id)
        return _answer(_left_word(leg_id) if may_speak else _spoken().hang_up())
    return _hear(leg_id)


def _left_word(leg_id: str) -> Spoken:
    """A neutral word for a box, where the person said that it is safe."""
    language = hearing.look(helpline(), leg_id).contact.language
    return _spoken().say([Line(house().words.sentence("call_left_word", language), language)]).hang_up()


@bp.post(f"/voice/legs/<leg_id>/<any({ASKED}):stage>/<int:asked>")
def answered(leg_id: str, stage: str, asked: int) -> Response:
    """A caller pressed a key, spoke, or was silent."""
    fields = told()
    leg = _leg(leg_id, Party.SEEKER)
    said = Said(fields.digits(), fields.text("SpeechResult"), _confidence(fields.text("Confidence")))
    thought = _thoughts.submit(phone.answer, helpline(), leg.id, Stage(stage), asked, said)
    try:
        thought.result(timeout=THINKING_SECONDS)
    except TooLate:
        return _answer(_spoken().go_to(f"{_address()}/legs/{leg.id}/next"))
    return _hear(leg.id)


@bp.post(f"/voice/legs/<leg_id>/<any({ASKED}):stage>/<int:asked>/so-far")
def heard_so_far(leg_id: str, stage: str, asked: int) -> Response:
    """What was understood while a caller still speaks; it counts if they hang up before they have finished."""
    fields = told()
    leg = _leg(leg_id, Party.SEEKER)
    text = f"{fields.text('StableSpeechResult')} {fields.text('UnstableSpeechResult')}".strip()
    phone.keep_so_far(helpline(), leg.id, asked, text, fields.count("SequenceNumber"))
    del stage
    return Response(status=204)


def _confidence(given: str) -> float | None:
    """How sure the provider is of what it heard, 0 to 1; ``None`` when it does not say."""
    try:
        value = float(given)
    except ValueError:
        return None
    return value if 0.0 <= value <= 1.0 else None


@bp.post("/voice/legs/<leg_id>/hold")
def hold(leg_id: str) -> Response:
    """What somebody hears who waits alone in a conference or is held."""
    parts = helpline()
    leg = dialling.leg_or_none(parts, leg_id)
    if leg is None:
        abort(404)
    lines = []
    if leg.party is Party.SEEKER:
        language = hearing.language_of(parts, leg)
        lines = [Line(house().words.sentence("call_hold", language), language)]
    lines.append(Line(sound_url=_sound()))
    return _answer(_spoken().say(lines).go_to(f"{_address()}/legs/{leg_id}/hold"))


@bp.post("/voice/legs/<leg_id>/helper")
def helper(leg_id: str) -> Response:
    """A listener's telephone was answered, by them or by a box: only key 1 takes the caller."""
    parts = helpline()
    leg = _leg(leg_id, Party.HELPER)
    leg, contact, wanted = switchboard.greet_helper(parts, leg.id)
    language = switchboard.language_of(parts, leg)
    if not wanted:
        return _answer(_tell(language, "leg_over"))
    key = "leg_offered" if leg.offer_id else "leg_yours" if contact.owner_id == leg.person_id else "leg_company"
    level = house().words.sentence(f"level_{contact.level}", language)
    line = Line(house().words.sentence(key, language, level=level), language, pause_seconds=1)
    question = Question(f"{_address()}/legs/{leg.id}/take", parts.calls.answer_seconds)
    return _answer(_spoken().ask([line, line], question))


def _tell(language: Language, key: str) -> Spoken:
    return _spoken().say([Line(house().words.sentence(key, language), language)]).hang_up()


@bp.post("/voice/legs/<leg_id>/take")
def take(leg_id: str) -> Response:
    """A listener pressed a key, or none."""
    parts = helpline()
    leg = _leg(leg_id, Party.HELPER)
    if told().digits() != "1":
        switchboard.declined(parts, leg.id)
        return _answer(_spoken().hang_up())
    return _connect(leg.id)


def _connect(leg_id: str) -> Response:
    """Let a helper meet the caller, or hear why not."""
    parts = helpline()
    outcome, leg = switchboard.take(parts, leg_id)
    if outcome is not Take.CONNECTED:
        language = switchboard.language_of(parts, leg)
        return _answer(_tell(language, "leg_taken" if outcome is Take.TAKEN else "leg_over"))
    coached = on_the_line.coached_by(parts, leg)
    recorded = recordings.may_record(parts, leg.contact_id)
    room = Room(
        name=on_the_line.conference_of(leg.contact_id),
        label=leg.id,
        after_url=f"{_address()}/legs/{leg.id}/left",
        wait_url=f"{_address()}/legs/{leg.id}/hold",
        events_url=f"{_address()}/conference",
        starts=leg.mode is Mode.TALK,
        muted=leg.mode is Mode.LISTEN,
        coached_sid=coached,
        recording_url=f"{_address()}/recordings/{leg.contact_id}" if recorded else "",
    )
    return _answer(_spoken().connect(room))


@bp.post("/voice/legs/<leg_id>/cut")
def cut(leg_id: str) -> Response:
    """The caller's line is gone: the listener may call them back where that is safe, or hang up."""
    parts = helpline()
    leg = _leg(leg_id, Party.HELPER)
    if not switchboard.cut(parts, leg.id):
        return _connect(leg.id)
    language = switchboard.language_of(parts, leg)
    if not on_the_line.may_call(parts, leg.contact_id):
        return _answer(_tell(language, "leg_cut"))
    lines = [Line(house().words.sentence(key, language), language) for key in ("leg_cut", "leg_cut_call")]
    return _answer(_spoken().ask(lines, Question(f"{_address()}/legs/{leg.id}/again", parts.calls.answer_seconds)))


@bp.post("/voice/legs/<leg_id>/again")
def call_again(leg_id: str) -> Response:
    """Key 1 of a listener whose caller was cut off: the caller is rung, the listener waits in the conference."""
    parts = helpline()
    leg = _leg(leg_id, Party.HELPER)
    if told().digits() != "1" or not on_the_line.call_again(parts, leg):
        return _answer(_spoken().hang_up())
    return _connect(leg.id)


@bp.post("/voice/legs/<leg_id>/left")
def left(leg_id: str) -> Response:
    """A helper left the conference: their call ends."""
    _leg(leg_id, Party.HELPER)
    return _answer(_spoken().hang_up())


@bp.post("/voice/legs/<leg_id>/events")
def leg_events(leg_id: str) -> Response:
    """How a call of ours goes on."""
    sid, status = told().sid("CallSid"), told().word("CallStatus")
    leg = dialling.leg_or_none(helpline(), leg_id)
    if leg is None or (leg.sid is not None and leg.sid != sid):
        abort(404)
    if status in _OVER:
        dialling.over(helpline(), leg_id, _OVER[status])
    elif leg.state is LegState.PLANNED:
        dialling.rung(helpline(), leg_id, sid)
    return Response(status=204)


@bp.post("/voice/events")
def call_events() -> Response:
    """How a call to one of our numbers goes on."""
    sid, status = told().sid("CallSid"), told().word("CallStatus")
    if status in _OVER:
        phone.ended(helpline(), sid, _OVER[status])
    return Response(status=204)


@bp.post("/voice/conference")
def conference_events() -> Response:
    """Who entered and left a conference; what is shown live at the desk and the board."""
    fields = told()
    what = fields.word("StatusCallbackEvent")
    if not fields.text("FriendlyName").startswith("contact-"):
        raise InvalidInput("no conference of ours", field="FriendlyName")
    if what in {"participant-join", "participant-leave"}:
        place = (fields.sid("ConferenceSid"), fields.count("SequenceNumber"))
        inside = what == "participant-join"
        switchboard.seen_in_conference(helpline(), fields.sid("CallSid"), *place, inside=inside)
    return Response(status=204)


@bp.post("/voice/recordings/<contact_id>")
def recording_there(contact_id: str) -> Response:
    """A conference was recorded, and the recording is ready; where nothing was said there is none."""
    fields = told()
    if fields.word("RecordingStatus") == "completed":
        try:
            recordings.made(helpline(), contact_id, fields.sid("RecordingSid"), fields.count("RecordingDuration"))
        except NotFound:
            abort(404)
    return Response(status=204)
