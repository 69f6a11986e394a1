"""What becomes of texts we promised: whose turn it is, that it was handed over, what the network told; never lost.

One text of a contact is with the network's door at a time, and the first one that is not handed over keeps all later
ones waiting, so that none overtakes another.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.contacts import legs, texts
from hotline.contacts import store as contacts
from hotline.contacts.texts import Text
from hotline.domain.contact import Channel, State
from hotline.domain.errors import CarrierError, Conflict
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.domain.texting import NOT_REACHED, Refusal, TextState
from hotline.flow import escalate, outgoing, receive
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.storage import feed, phone_lines
from hotline.volunteers import store as volunteers

LEASE = timedelta(seconds=20)
"""Longer than it takes to ask the network twice: whether it has a text already, and to send it."""
STOPPED_AT_THE_NETWORK = "21610"
"""Twilio's number for: this person told the network that they want no texts."""


@dataclass(frozen=True, slots=True)
class Due:
    """A text whose turn it is; ``in_doubt`` when the network may have it already."""

    text_id: str
    channel: Channel
    to_number: str
    from_number: str
    body: str
    since: datetime
    in_doubt: bool


def next_due(helpline: Helpline, contact_id: str, number: int) -> Due | None:
    """The first text not handed over, for this hand alone, if it belongs to message ``number`` or stands behind it.

    ``None`` when everything is handed over, or when an earlier message waits, whose own promise goes on to this one.
    What may not be sent is marked so on the way. Raises ``CarrierError`` while another hand has it.
    """
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        due = None
        while due is None:
            text = texts.next_unsent(unit.conn, contact_id)
            if text is None or text.number < number:
                break
            if text.not_before is not None and text.not_before > unit.now:
                raise CarrierError("another hand is sending it", theirs=True, may_have_happened=False)
            due = _ready(unit, contact, text)
        unit.commit()
    return due


def _ready(unit: UnitOfWork, contact: Contact, text: Text) -> Due | None:
    """The text with all that it takes to send it, or ``None`` when it is refused, which then stands written."""
    to_number = outgoing.number_to_text(unit.helpline, unit.conn, contact.id)
    line = text.line or _line_for(unit, contact, text.channel)
    refusal = _refusal(unit, to_number, line, text.channel)
    if refusal is not None or to_number is None or line is None:
        _reach(unit, contact, text, TextState.REFUSED, error=refusal)
        return None
    (message,) = contacts.read_messages(unit.conn, unit.keys, contact.id, after=text.number - 1, limit=1)
    in_doubt = text.state is TextState.SENDING
    texts.take(unit.conn, text, line=line, until=unit.now + LEASE, now=unit.now)
    body = outgoing.parts_of(message.text)[text.part - 1]
    return Due(text.id, text.channel, to_number, line, body, text.at, in_doubt)


def _refusal(unit: UnitOfWork, to_number: str | None, line: str | None, channel: Channel) -> Refusal | None:
    if to_number is None:
        return Refusal.NO_NUMBER
    if texts.is_stopped(unit.conn, unit.keys.blind("phone", to_number)):
        return Refusal.STOPPED
    if channel is Channel.SMS and not unit.helpline.texting.reaches(to_number):
        return Refusal.PLACE
    return Refusal.NO_LINE if line is None else None


def _line_for(unit: UnitOfWork, contact: Contact, channel: Channel) -> str | None:
    """Our number that they wrote to, else one of this channel: the one they called, of their language, else any."""
    written_to = texts.line_of(unit.conn, contact.id, channel)
    if written_to is not None:
        return written_to
    ours = [line for line in phone_lines.lines(unit.conn) if line.channel is channel]
    called = legs.last_caller(unit.conn, contact.id)
    first = "" if called is None else called.line
    ours.sort(key=lambda line: (line.number != first, line.language is not contact.language))
    return ours[0].number if ours else None


def _reach(
    unit: UnitOfWork, contact: Contact, text: Text, state: TextState, *, error: str | None, sid: str | None = None
) -> None:
    """Write how far a text has come; who holds the conversation sees it, and a lost one is a supervisor's to see to."""
    if not texts.reach(unit.conn, text.id, state, unit.now, sid=sid, error=error):
        return
    unit.tell(feed.staff_topic(contact.id), "text", contact_id=contact.id, number=text.number)
    if state in NOT_REACHED:
        unit.log(contact.id, "text_not_delivered", "machine", number=text.number, state=state, error=error)
        if error != Refusal.STOPPED and contact.state is not State.CLOSED:
            _alarm_once(unit, contact, token=f"{text.id}:{text.attempts}")
    elif text.state in NOT_REACHED:
        _settle_if_none_is_lost(unit, contact)


def _alarm_once(unit: UnitOfWork, contact: Contact, *, token: str) -> None:
    """One alarm for a contact at a time, however many of its texts are lost."""
    standing = routing.open_alarms(unit.conn, limit=1000)
    if not any(one.contact_id == contact.id and one.kind is AlarmKind.TEXT_UNDELIVERED for one in standing):
        escalate.alarm(unit, AlarmKind.TEXT_UNDELIVERED, contact, token=token)


def _settle_if_none_is_lost(unit: UnitOfWork, contact: Contact) -> None:
    every = [one for pieces in texts.of_contact(unit.conn, contact.id).values() for one in pieces]
    if not any(one.state in NOT_REACHED and one.handled_at is None for one in every):
        escalate.settle(unit, contact, [AlarmKind.TEXT_UNDELIVERED])


def known(helpline: Helpline, sids: Collection[str]) -> set[str]:
    """Those of these network's ids that belong to texts of ours already."""
    with helpline.database.read() as conn:
        return texts.known_sids(conn, sids)


def put_back(helpline: Helpline, text_id: str, *, in_doubt: bool) -> None:
    """It could not be handed over now; ``in_doubt`` when the network may have it all the same."""
    with UnitOfWork(helpline) as unit:
        texts.put_back(unit.conn, text_id, unit.now, in_doubt=in_doubt)
        unit.commit()


def handed_over(helpline: Helpline, text_id: str, sid: str) -> None:
    """The network has it, under this id."""
    told(helpline, text_id, sid, TextState.QUEUED)


def told(helpline: Helpline, text_id: str, sid: str, state: TextState, error: str | None = None) -> bool:
    """The network says how far a text has come; gives whether that is new.

    Late, repeated or foreign word changes nothing. Raises ``NotFound``.
    """
    with UnitOfWork(helpline) as unit:
        contact_id = texts.get(unit.conn, text_id).contact_id
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        text = texts.get(unit.conn, text_id)
        foreign = text.sid not in {None, sid} or text.state in {TextState.PROMISED, TextState.RECEIVED}
        if foreign or state.rank < text.state.rank:
            return False
        _reach(unit, contact, text, state, error=error, sid=sid)
        unit.commit()
    return True


def give_up(helpline: Helpline, contact_id: str, number: int, reason: str) -> None:
    """The first text not handed over failed for good; those behind it go on."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        text = texts.next_unsent(unit.conn, contact_id)
        if text is None or text.number < number:
            return
        if reason == STOPPED_AT_THE_NETWORK:
            number_of_theirs = outgoing.number_to_text(helpline, unit.conn, contact.id) or ""
            texts.set_stopped(unit.conn, unit.keys.blind("phone", number_of_theirs), unit.now, unit.now)
            stopped(unit, contact)
            _reach(unit, contact, text, TextState.REFUSED, error=Refusal.STOPPED)
        else:
            _reach(unit, contact, text, TextState.FAILED, error=reason or None)
        behind = texts.next_unsent(unit.conn, contact_id)
        if behind is not None:
            outgoing.promise_next(unit, contact_id, behind.number, again=new_id())
        unit.commit()


def stopped(unit: UnitOfWork, contact: Contact) -> None:
    """Nothing is sent any more to the number of this contact, as stands written; its listener and supervisors hear."""
    unit.log(contact.id, "texts_stopped", "seeker")
    receive.say(unit, contact, "texts_stopped")
    escalate.alarm(unit, AlarmKind.TEXTS_STOPPED, contact, token=f"{contact.id}:{contact.last_number}")
    unit.tell_all(contact.id, "state")


def handle(helpline: Helpline, person: Person, text_id: str) -> None:
    """A supervisor saw to a text that was not delivered; raises ``Conflict`` when somebody did before."""
    with UnitOfWork(helpline) as unit:
        text = texts.get(unit.conn, text_id)
        contact = contacts.get_contact(unit.conn, text.contact_id, lock=True)
        if not texts.handle(unit.conn, text_id, by=person.id, now=unit.now):
            raise Conflict("somebody saw to it, or it was delivered after all")
        unit.log(contact.id, "text_seen_to", person.id, number=text.number)
        _settle_if_none_is_lost(unit, contact)
        unit.tell(feed.DESK, "alarm", contact_id=contact.id)
        unit.commit()


def again(helpline: Helpline, person: Person, text_id: str) -> None:
    """Send a text that was not delivered once more; raises ``Conflict`` when it was, or the contact is closed."""
    with UnitOfWork(helpline) as unit:
        text = texts.get(unit.conn, text_id)
        contact = contacts.get_contact(unit.conn, text.contact_id, lock=True)
        if contact.state is State.CLOSED or not texts.again(unit.conn, text_id, unit.now):
            raise Conflict("it is closed, somebody saw to it, or it was delivered after all")
        outgoing.promise_next(unit, contact.id, text.number, again=new_id())
        unit.log(contact.id, "text_sent_again", person.id, number=text.number)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="text_sent_again", contact_id=contact.id)
        _settle_if_none_is_lost(unit, contact)
        unit.commit()
