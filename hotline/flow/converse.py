"""Words between two people, committed before they count as said; a message posted twice is one message."""

from dataclasses import replace

from hotline.contacts import callbacks, policy
from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Channel, Language, Region, State
from hotline.domain.errors import Conflict, NotAllowed, NotFound, OnlyByVoice
from hotline.domain.ids import new_id, new_token
from hotline.domain.lifecycle import Step
from hotline.domain.ports import Whisper
from hotline.domain.records import Contact, Message, Person
from hotline.flow import company, escalate, offer, outgoing, reading_along, receive, route
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened, Opening
from hotline.flow.unit import UnitOfWork
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.routing.replies import Withdrawal
from hotline.routing.shadowings import Why
from hotline.storage.feed import contact_topic
from hotline.volunteers import care

SEEN_EVERY_SECONDS = 15
"""A seeker's sign of life is written at most so often."""


class UnknownCodename(NotFound):
    """No contact is kept under what was typed."""

    code = "unknown_codename"


def post_as_seeker(
    helpline: Helpline, contact: Contact, *, text: str, client_id: str, channel: Channel = Channel.WEB
) -> tuple[Contact, Message, bool]:
    """Commit the seeker's words; gives the contact they belong to now, the message, and whether it is new.

    They are reached from now on by the ``channel`` they used. Words into a contact that was over reopen it, or open one
    that follows it when it was closed. Raises ``InvalidInput``.
    """
    text, client_id = policy.clean_text(text), policy.check_client_message_id(client_id)
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact.id, lock=True)
        known = contacts.find_message(unit.conn, unit.keys, contact.id, Author.SEEKER, client_id)
        if known is not None:
            return contact, known, False
        if contact.state is State.CLOSED:
            contact = follow(unit, contact)
        contact = reopen(unit, by_channel(unit, contact, channel))
        message = receive.write_message(unit, contact, Author.SEEKER, text=text, client_id=client_id)
        escalate.heard(unit, contact, Author.SEEKER)
        unit.commit()
    return contact, message, True


def by_channel(unit: UnitOfWork, contact: Contact, channel: Channel) -> Contact:
    """From now on words reach this person by ``channel``, because they just spoke by it.

    A call while somebody holds them changes nothing: what is written goes on where they read it, after the call too.
    """
    if contact.reply_by is channel or (channel is Channel.VOICE and contact.state is State.IN_CONVERSATION):
        return contact
    unit.log(contact.id, "channel_changed", "seeker", before=contact.reply_by, after=channel)
    return contacts.update_contact(unit.conn, contact.id, reply_by=channel)


def reopen(unit: UnitOfWork, contact: Contact) -> Contact:
    """A person who writes is never told that it is over: the same listener is back if still here, else they wait."""
    if contact.state is State.WRAPPING_UP:
        return _resume(unit, contact)
    if contact.state in {State.ABANDONED, State.CALLBACK_DUE, State.REFERRED}:
        escalate.settle(unit, contact, escalate.WAITING_ALARMS)
        return route.enter_queue(unit, contact, step=Step.RESUME, actor="seeker", returned=True)
    return contact


def _resume(unit: UnitOfWork, contact: Contact) -> Contact:
    """The same listener goes on, unless they have left or are with somebody in danger meanwhile."""
    owner = contact.owner_id
    if owner is None or not route.is_here(unit, owner) or _has_no_hand_free(unit, owner, contact):
        return route.enter_queue(unit, contact, step=Step.RETURN_TO_QUEUE, actor="seeker", returned=True)
    routing.hold_again(unit.conn, contact.id, owner, unit.now)
    contact = unit.advance(contact, Step.RESUME, actor="seeker", ended_at=None, token=new_id())
    route.weigh(unit, contact)
    if contact.level.urgent:
        escalate.watch_silence(unit, contact)
    return contact


def _has_no_hand_free(unit: UnitOfWork, person_id: str, contact: Contact) -> bool:
    """Whether this person talks with somebody in danger, who has their listener alone, or with as many as they can.

    A call has its listener alone, too.
    """
    held = [one for one in contacts.held_by(unit.conn, person_id) if one.id != contact.id]
    talking = [one for one in held if one.state is State.IN_CONVERSATION]
    if talking and contact.reply_by is Channel.VOICE:
        return True
    return any(one.level.urgent for one in talking) or len(talking) >= unit.helpline.routing.chats_at_once


def follow(unit: UnitOfWork, old: Contact) -> Contact:
    """A new contact that follows a closed one, spoken for by the same open page."""
    opening = Opening(
        language=old.language,
        region=old.region,
        channel=Channel.WEB,
        third_party=old.third_party,
        network_address=contacts.open_identity(unit.conn, unit.keys, old.id, "address"),
        follows=old,
    )
    contact = receive.begin(unit, opening)
    contacts.move_sessions(unit.conn, old.id, contact.id)
    unit.tell(contact_topic(old.id), "state", contact_id=old.id)
    return contact


def post_as_listener(
    helpline: Helpline, person: Person, contact_id: str, *, text: str, client_id: str
) -> tuple[Message, bool]:
    """Commit the listener's words; gives the message and whether it is new. Only who is in it may speak.

    Raises ``OnlyByVoice`` where they would stand here and reach nobody.
    """
    text, client_id = policy.clean_text(text), policy.check_client_message_id(client_id)
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if not company.may_speak(unit, contact, person):
            raise NotAllowed("another listener holds this conversation")
        known = contacts.find_message(unit.conn, unit.keys, contact.id, Author.LISTENER, client_id)
        if known is not None:
            return known, False
        if contact.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        by = outgoing.way_to(helpline, unit.conn, contact)
        if by is Channel.VOICE:
            raise OnlyByVoice("written words do not reach this person, who is on the telephone")
        message = receive.write_message(
            unit, contact, Author.LISTENER, text=text, client_id=client_id, author_id=person.id, channel=by
        )
        if contact.unanswered_since is not None:
            care.untell(unit.conn, company.still_there_key(contact), unit.now)
        first = {} if contact.first_reply_at else {"first_reply_at": unit.now}
        contacts.update_contact(unit.conn, contact.id, listener_wrote_at=unit.now, unanswered_since=None, **first)
        escalate.heard(unit, contact, Author.LISTENER)
        unit.commit()
    return message, True


def typing(helpline: Helpline, contact: Contact, author: Author) -> None:
    """Tell the other side that somebody writes; through the bell alone, it may be lost."""
    whisper = Whisper(contact_topic(contact.id), "typing", {"contact_id": contact.id, "author": author.value})
    helpline.bell.whisper(whisper)


def contact_of(helpline: Helpline, token: str) -> Contact:
    """The contact a seeker's session token speaks for; raises ``NotFound``."""
    with helpline.database.read() as conn:
        contact_id = contacts.contact_by_key(conn, helpline.keys, "session", token)
        if contact_id is None:
            raise NotFound("no such conversation")
        return contacts.get_contact(conn, contact_id)


def seen(helpline: Helpline, contact: Contact) -> None:
    """The seeker's page gave a sign of life; written at most every :data:`SEEN_EVERY_SECONDS`."""
    age = helpline.clock.now() - contact.seeker_seen_at
    if age.total_seconds() < SEEN_EVERY_SECONDS:
        return
    with UnitOfWork(helpline) as unit:
        contacts.touch_seeker(unit.conn, contact.id, unit.now)
        unit.commit()


def change_settings(
    helpline: Helpline, contact: Contact, *, language: Language | None, region: Region | None
) -> Contact:
    """The seeker picks another language or region; a waiting contact then stands in the lane of its language."""
    with UnitOfWork(helpline) as unit:
        values = {"language": language or contact.language, "region": region or contact.region}
        changed = contacts.update_contact(unit.conn, contact.id, **values)
        routing.change(unit.conn, contact.id, language=changed.language)
        unit.log(contact.id, "settings_changed", "seeker", language=changed.language, region=changed.region)
        unit.tell_all(contact.id, "state")
        unit.commit()
    return changed


def give_codename(helpline: Helpline, contact: Contact) -> str:
    """A fresh codename, shown once; it replaces an older one."""
    codename = policy.new_codename()
    with UnitOfWork(helpline) as unit:
        contacts.give_key(unit.conn, unit.keys, contact.id, "codename", policy.normal_codename(codename), unit.now)
        unit.log(contact.id, "codename_given", "seeker")
        unit.commit()
    return codename


def come_back(helpline: Helpline, codename: str, opening: Opening) -> Opened:
    """Continue under a codename: the open contact itself, or one that follows a closed one. Old words stay hidden.

    Raises ``UnknownCodename``.
    """
    with helpline.database.read() as conn:
        key = policy.normal_codename(codename)
        found = contacts.contact_by_key(conn, helpline.keys, "codename", key) if key else None
        if found is None:
            raise UnknownCodename("nobody has this codename")
        old = contacts.get_contact(conn, found)
    if old.state is State.CLOSED:
        region = old.region if opening.region is Region.OTHER else opening.region
        return _come_back_later(helpline, replace(opening, follows=old, region=region))
    token = new_token()
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, old.id, lock=True)
        contacts.revoke_keys(unit.conn, old.id, "session")
        contacts.give_key(unit.conn, unit.keys, old.id, "session", token, unit.now)
        contact = contacts.update_contact(
            unit.conn,
            old.id,
            first_visible_number=contact.last_number + 1,
            seeker_seen_at=unit.now,
        )
        unit.log(old.id, "came_back", "seeker")
        contact = by_channel(unit, contact, Channel.WEB)
        receive.say(unit, contact, "welcome_back")
        contact = reopen(unit, contacts.get_contact(unit.conn, old.id))
        unit.commit()
    return Opened(contact, token)


def _come_back_later(helpline: Helpline, opening: Opening) -> Opened:
    token = new_token()
    with UnitOfWork(helpline) as unit:
        contact = receive.begin(unit, opening)
        contacts.give_key(unit.conn, unit.keys, contact.id, "session", token, unit.now)
        receive.say(unit, contact, _welcome(opening.follows))
        unit.log(contact.id, "came_back", "seeker")
        unit.commit()
    return Opened(contact, token)


def _welcome(old: Contact | None) -> str:
    """What is said to who comes back: also that an earlier conversation is no longer kept."""
    return "welcome_back_erased" if old is not None and old.erased_at is not None else "welcome_back"


def end_as_seeker(helpline: Helpline, contact: Contact) -> Contact:
    """The seeker ends: a conversation goes to its closing form, a wait ends as abandoned and, if urgent, alarms."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact.id, lock=True)
        if contact.state is State.IN_CONVERSATION:
            reading_along.end_by_itself(unit, contact, Why.OVER)
            receive.say(unit, contact, "seeker_ended")
            offer.withdraw(unit, contact, Withdrawal.LEFT)
            contact = unit.advance(contact, Step.WRAP_UP, actor="seeker", ended_at=unit.now)
        elif contact.state in {State.RECEIVED, State.ASSESSED, State.WAITING, State.OFFERED, State.CALLBACK_DUE}:
            contact = give_up(unit, contact, actor="seeker")
        unit.commit()
    return contact


def give_up(unit: UnitOfWork, contact: Contact, *, actor: str) -> Contact:
    """The seeker left before meeting a human; an urgent one waits for a supervisor's sign-off. Nobody calls them."""
    routing.leave(unit.conn, contact.id)
    callbacks.change(unit.conn, contact.id, ended_at=unit.now)
    offer.withdraw(unit, contact, Withdrawal.LEFT)
    escalate.settle(unit, contact, escalate.WAITING_ALARMS)
    contact = unit.advance(contact, Step.GIVE_UP, actor=actor, abandoned_at=unit.now, ended_at=unit.now)
    if contact.level.urgent:
        escalate.alarm(unit, AlarmKind.URGENT_ABANDONED, contact, token=f"abandoned:{contact.token}")
    return contact
