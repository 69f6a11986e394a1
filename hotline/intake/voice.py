"""The telephone's door: hears the provider, lets ``flow`` act, and answers with what is to be heard.

Every answer is made from the rows as they stand, so that a request told twice, late or in another order is answered
rightly each time. A thought that takes long is finished elsewhere: nobody on the line waits for it.
"""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from typing import Any

from flask import Response, abort, url_for

from hotline.domain.contact import Channel
from hotline.domain.errors import InvalidInput, NotFound, Unavailable
from hotline.domain.phone import OVER, Key, LegState, Party, Stage
from hotline.flow import dialling, handover, hearing, line_ends, phone, recordings, standing, switchboard
from hotline.flow.hearing import Scene
from hotline.flow.helpline import Helpline
from hotline.flow.phone import Said
from hotline.intake.call_script import Place, Script, speak
from hotline.intake.provider import Told, bp, told
from hotline.intake.seekers import hours_until_somebody
from hotline.intake.twiml import Line, Spoken
from hotline.telemetry import get_logger
from hotline.web.house import helpline, house

PATH = "/twilio/voice"
THINKING_SECONDS = 1.2
"""Longer than any judgement should take; the caller is answered meanwhile and the sweep finds what was not finished."""
ASKED = ", ".join(stage.value for stage in Stage if stage not in {Stage.TALKING, Stage.GOODBYE})
_log = get_logger(__name__)
_dangers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="danger")
_thoughts = ThreadPoolExecutor(max_workers=16, thread_name_prefix="caller")


def answer(spoken: Spoken) -> Response:
    """The answer to the provider."""
    return Response(str(spoken), mimetype="text/xml")


def address() -> str:
    """Where our addresses of calls begin."""
    return f"{house().settings.public_url}{PATH}"


def blank() -> Spoken:
    """An answer that says nothing yet."""
    return Spoken(helpline().calls.voices)


def leg_of(leg_id: str, party: Party) -> Any:
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
        return answer(blank().hang_up())
    place = _place(scene) if scene.leg.stage is Stage.WAITING else Place(None, None, staffed=True, trouble=False)
    recorded = scene.leg.stage is Stage.TALKING and recordings.may_record(parts, scene.contact.id)
    script = Script(scene, place, house().words, house().emergency, parts.calls, address(), sound(), recorded)
    spoken, remembered = speak(script)
    if remembered:
        hearing.remember(parts, leg_id, **remembered)
    return answer(spoken)


def _place(scene: Scene) -> Place:
    """Where a caller stands who waits; nobody else is told, and it costs a look at everybody on duty."""
    parts = helpline()
    with parts.database.read() as conn:
        now = standing.standing(parts, conn, scene.contact)
        alone = now is None and bool(handover.only_written_to(parts, conn, scene.contact.id))
    reach = parts.lines.now
    failing = dialling.troubled(parts)
    trouble = failing or Channel.VOICE in reach.down
    texts = not failing and reach.may_text(scene.leg.line)
    if now is None:
        return Place(None, None, staffed=True, trouble=trouble, texts=texts, only_written_to=alone)
    hours = None if now.staffed else hours_until_somebody(now.next_shift_at)
    return Place(now.position, now.wait_seconds, now.staffed, trouble, texts, hours)


def sound() -> str:
    """The quiet music."""
    return house().settings.public_url + url_for("static", filename="audio/quiet.wav")


@bp.post("/voice/incoming")
def incoming() -> Response:
    """Somebody calls one of our numbers."""
    fields = told()
    sid, line = fields.sid("CallSid"), fields.number("To")
    leg = phone.incoming(helpline(), sid, number=_caller(fields), to=line or "")
    return _hear(leg.id)


def _caller(fields: Told) -> str | None:
    """Who calls; a number that nobody can read counts as withheld, and the person is heard."""
    try:
        return fields.number("From")
    except InvalidInput:
        return None


@bp.post("/voice/legs/<leg_id>/next")
def next_words(leg_id: str) -> Response:
    """What comes next for a caller: they were moved, left the conference, or answered a call of ours."""
    leg = leg_of(leg_id, Party.SEEKER)
    if leg.stage is Stage.EXPECTED and told().word("AnsweredBy", default="unknown").startswith(("machine", "fax")):
        may_speak = line_ends.a_machine_answered(helpline(), leg_id)
        return answer(_left_word(leg_id) if may_speak else blank().hang_up())
    return answer(blank().hang_up()) if leg.memory.get("machine") else _hear(leg_id)


def _left_word(leg_id: str) -> Spoken:
    """A neutral word for a box, where the person said that it is safe."""
    language = hearing.look(helpline(), leg_id).contact.language
    return blank().say([Line(house().words.sentence("call_left_word", language), language)]).hang_up()


def _think(helpline: Helpline, leg_id: str, stage: Stage, asked: int, said: Said) -> None:
    """Take an answer; once more when the database had no time, for nobody may wait for it any longer."""
    try:
        phone.answer(helpline, leg_id, stage, asked, said)
    except Unavailable:
        _log.warning("an answer is taken once more", leg_id=leg_id)
        phone.answer(helpline, leg_id, stage, asked, said)


@bp.post(f"/voice/legs/<leg_id>/<any({ASKED}):stage>/<int:asked>")
def answered(leg_id: str, stage: str, asked: int) -> Response:
    """A caller pressed a key, spoke, or was silent."""
    fields = told()
    leg = leg_of(leg_id, Party.SEEKER)
    said = Said(fields.digits(), fields.text("SpeechResult"), _confidence(fields.text("Confidence")))
    pool = _dangers if said.digits == Key.DANGER else _thoughts
    thought = pool.submit(_think, helpline(), leg.id, Stage(stage), asked, said)
    try:
        thought.result(timeout=THINKING_SECONDS)
    except TooLate:
        return answer(blank().go_to(f"{address()}/legs/{leg.id}/next"))
    return _hear(leg.id)


@bp.post(f"/voice/legs/<leg_id>/<any({ASKED}):stage>/<int:asked>/so-far")
def heard_so_far(leg_id: str, stage: str, asked: int) -> Response:
    """What was understood while a caller still speaks; it counts if they hang up before they have finished."""
    fields = told()
    leg = leg_of(leg_id, Party.SEEKER)
    text = f"{fields.text('StableSpeechResult')} {fields.text('UnstableSpeechResult')}".strip()
    line_ends.keep_so_far(helpline(), leg.id, asked, text, fields.count("SequenceNumber"))
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
    lines.append(Line(sound_url=sound()))
    return answer(blank().say(lines).go_to(f"{address()}/legs/{leg_id}/hold"))


@bp.post("/voice/legs/<leg_id>/events")
def leg_events(leg_id: str) -> Response:
    """How a call of ours goes on."""
    sid, status = told().sid("CallSid"), told().word("CallStatus")
    leg = dialling.leg_or_none(helpline(), leg_id)
    if leg is None or (leg.sid is not None and leg.sid != sid):
        abort(404)
    if status in OVER:
        dialling.over(helpline(), leg_id, OVER[status])
    elif leg.state is LegState.PLANNED:
        dialling.rung(helpline(), leg_id, sid)
    return Response(status=204)


@bp.post("/voice/events")
def call_events() -> Response:
    """How a call to one of our numbers goes on."""
    sid, status = told().sid("CallSid"), told().word("CallStatus")
    if status in OVER:
        line_ends.ended(helpline(), sid, OVER[status])
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
