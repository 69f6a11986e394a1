"""A call is recorded only where that is switched on and the person said yes; sealed, heard by few, destroyed in time.

The provider tells that a recording is there; a promise fetches it, seals it here and removes it there, each step once
by its row. A no at any later time destroys what was kept.
"""

from collections.abc import Iterator
from datetime import timedelta

from hotline.contacts import consents, holds, recordings
from hotline.contacts import store as contacts
from hotline.contacts.consents import Consent
from hotline.contacts.recordings import CHUNK_BYTES, Recording
from hotline.domain.contact import ConsentKind, Language, Role
from hotline.domain.errors import Conflict, NotAllowed, NotFound
from hotline.domain.ids import new_id
from hotline.domain.phone import RecordingState
from hotline.domain.records import Contact, Person
from hotline.flow import escalate, review
from hotline.flow.helpline import Helpline
from hotline.flow.scene import AWAITING
from hotline.flow.unit import OnDoubt, UnitOfWork
from hotline.routing.ladder import AlarmKind
from hotline.volunteers import store as volunteers

KIND = "recording"
"""The kind of promise."""
ASKED_WITH = "call_record_asked"


def to_ask(unit: UnitOfWork, contact: Contact) -> bool:
    """Whether this caller is asked now: once, where it is switched on, judged already, and never in danger."""
    if not unit.helpline.calls.recordings.on or contact.level.urgent or contact.state not in AWAITING:
        return False
    return ConsentKind.RECORDING not in consents.newest(unit.conn, contact.id)


def note_word(unit: UnitOfWork, contact: Contact, *, given: bool) -> None:
    """Keep what a caller answered; no answer is no."""
    version = unit.helpline.words.now.version_of(f"sentences.{ASKED_WITH}", Language(contact.language))
    consents.add(unit.conn, contact.id, Consent(ConsentKind.RECORDING, given, version, "machine", unit.now))
    unit.log(contact.id, "consent_noted", "seeker", consent=ConsentKind.RECORDING, given=given, version=version)
    unit.tell_all(contact.id, "state")


def may_record(helpline: Helpline, contact_id: str) -> bool:
    """Whether the conference of this contact is recorded."""
    if not helpline.calls.recordings.on:
        return False
    with helpline.database.read() as conn:
        word = consents.newest(conn, contact_id).get(ConsentKind.RECORDING)
    return word is not None and word.given


def made(helpline: Helpline, contact_id: str, sid: str, seconds: int) -> None:
    """The provider has a recording; told again it counts once. Without a yes it is only removed there.

    Raises ``NotFound`` for a contact nobody knows.
    """
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        word = consents.newest(unit.conn, contact_id).get(ConsentKind.RECORDING)
        kept = word is not None and word.given and contact.erased_at is None
        state = RecordingState.PROMISED if kept else RecordingState.REFUSED
        made_id = recordings.add(unit.conn, sid=sid, contact_id=contact_id, state=state, seconds=seconds, now=unit.now)
        if made_id is None:
            return
        unit.log(contact_id, "recording_told", "machine", state=state)
        _promise(unit, made_id)
        unit.commit()


def _promise(unit: UnitOfWork, recording_id: str, again: str = "") -> None:
    key = f"{KIND}:{recording_id}{again}"
    unit.promise(KIND, {"recording_id": recording_id}, dedupe_key=key, on_doubt=OnDoubt.REPEAT)


def due(helpline: Helpline, recording_id: str) -> Recording | None:
    """The recording if something is still to be done about it at the provider."""
    with helpline.database.read() as conn:
        found = recordings.get(conn, recording_id)
    return None if found.removed_at is not None or found.sid is None else found


def keep(helpline: Helpline, recording_id: str, sound: bytes, kind: str) -> None:
    """Seal what was fetched, once; what was destroyed or refused meanwhile is not kept."""
    with UnitOfWork(helpline) as unit:
        found = recordings.get(unit.conn, recording_id, lock=True)
        if found.state is not RecordingState.PROMISED:
            return
        recordings.keep(unit.conn, unit.keys, found, sound, kind, unit.now)
        unit.log(found.contact_id, "recording_kept", "machine", minutes=-(-found.seconds // 60))
        unit.tell_all(found.contact_id, "state")
        unit.commit()


def removed(helpline: Helpline, recording_id: str) -> None:
    """The provider has it no more."""
    with UnitOfWork(helpline) as unit:
        found = recordings.get(unit.conn, recording_id, lock=True)
        recordings.change(unit.conn, recording_id, removed_at=unit.now, sid=None)
        unit.log(found.contact_id, "recording_removed_there", "machine")
        unit.commit()


def lost(helpline: Helpline, recording_id: str) -> None:
    """It could not be fetched, or not removed there, in all tries: a supervisor sees to it."""
    with UnitOfWork(helpline) as unit:
        found = recordings.get(unit.conn, recording_id, lock=True)
        contact = contacts.get_contact(unit.conn, found.contact_id)
        if found.state is RecordingState.PROMISED:
            recordings.change(unit.conn, recording_id, state=RecordingState.LOST)
        escalate.alarm(unit, AlarmKind.RECORDING_LOST, contact, token=f"{recording_id}:{new_id()}")
        unit.commit()


def again(helpline: Helpline, person: Person, recording_id: str) -> None:
    """Try once more what failed; raises ``Conflict`` when nothing is left to do."""
    if Role.SUPERVISOR not in person.roles:
        raise NotAllowed("a supervisor sees to recordings")
    with UnitOfWork(helpline) as unit:
        found = recordings.get(unit.conn, recording_id, lock=True)
        if found.removed_at is not None or found.sid is None:
            raise Conflict("nothing is left to do")
        if found.state is RecordingState.LOST:
            recordings.change(unit.conn, recording_id, state=RecordingState.PROMISED)
        _promise(unit, recording_id, again=f":{new_id()}")
        unit.log(found.contact_id, "recording_tried_again", person.id)
        volunteers.note(
            unit.conn, unit.now, actor_id=person.id, kind="recording_tried_again", contact_id=found.contact_id
        )
        escalate.settle(unit, contacts.get_contact(unit.conn, found.contact_id), [AlarmKind.RECORDING_LOST])
        unit.commit()


def taken_back(unit: UnitOfWork, contact: Contact) -> None:
    """The person says no: what was kept of their voice is destroyed."""
    kept = [one.id for one in recordings.of_contact(unit.conn, contact.id) if one.destroyed_at is None]
    if kept:
        recordings.destroy(unit.conn, kept, unit.now)
        unit.log(contact.id, "recording_destroyed", "machine")


def destroy_old(helpline: Helpline) -> int:
    """Destroy recordings whose days are over, except of a contact under legal hold; gives how many."""
    before = helpline.clock.now() - timedelta(days=helpline.calls.recordings.days)
    with helpline.database.read() as conn:
        states = (RecordingState.KEPT, RecordingState.LOST)
        found = [one for state in states for one in recordings.in_state(conn, state, before=before)]
        over = [one for one in found if not holds.is_held(conn, one.contact_id)]
    for one in over:
        with UnitOfWork(helpline) as unit:
            recordings.destroy(unit.conn, [one.id], unit.now)
            if contacts.get_contact(unit.conn, one.contact_id).erased_at is None:
                unit.log(one.contact_id, "recording_destroyed", "machine")
            unit.commit()
    return len(over)


def open_recording(helpline: Helpline, person: Person, recording_id: str) -> Recording:
    """A recording that is kept, for whoever may open the transcript; the hearing is logged. Raises ``NotFound``."""
    with helpline.database.read() as conn:
        found = recordings.get(conn, recording_id)
    review.open_contact(helpline, person, found.contact_id, purpose="recording", learners=False)
    if found.state is not RecordingState.KEPT:
        raise NotFound("no such recording")
    review.note_hearing(helpline, person, found.contact_id)
    return found


def sound(helpline: Helpline, found: Recording, start: int, stop: int) -> Iterator[bytes]:
    """The opened sound from byte ``start`` up to before ``stop``, a piece at a time; nothing opened lies anywhere."""
    for number in range(start // CHUNK_BYTES, -(-stop // CHUNK_BYTES)):
        begins = number * CHUNK_BYTES
        with helpline.database.read() as conn:
            piece = recordings.chunk(conn, helpline.keys, found, number)
        yield piece[max(0, start - begins) : stop - begins]
