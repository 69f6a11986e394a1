"""Somebody texts: the same number is the same person, so their words join what is open, on whatever channel it began.

Committed first, then judged and queued as every other word. Texts that were sent together may come in any order; they
stand in the order in which they came. What a network tells twice is heard once, by its own id.
"""

from dataclasses import dataclass

from hotline.contacts import blocks, policy, texts
from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Channel, Language, Region
from hotline.domain.errors import InvalidInput
from hotline.domain.records import Contact
from hotline.domain.texting import Opt, cut, opt_of
from hotline.flow import arrive, converse, escalate, gate, receive, sending, standing
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opening
from hotline.flow.same_person import Way, open_contact_of
from hotline.flow.unit import UnitOfWork
from hotline.routing.ladder import AlarmKind
from hotline.storage import phone_lines, webhooks


@dataclass(frozen=True, slots=True)
class Heard:
    """One text as it came: ``sender`` is ``None`` where the number is withheld, ``line`` our number.

    ``files`` counts pictures and recordings that came with it; ``opt`` is what the network made of a single word.
    """

    sid: str
    channel: Channel
    sender: str | None
    line: str | None
    body: str
    files: int = 0
    opt: str = ""


def hear(helpline: Helpline, heard: Heard) -> str | None:
    """Commit one text and think about it; gives the contact it belongs to, ``None`` where there is nothing to do.

    That is so for one heard before, and for a wish for no more texts from somebody who is not here.
    """
    with UnitOfWork(helpline) as unit:
        first = webhooks.first(unit.conn, f"{heard.sid}:incoming", unit.now)
        if not first or texts.known_sids(unit.conn, [heard.sid]):
            return None
        contact = _take_down(unit, heard)
        asked_first = contact is not None and contact.acknowledged_at is None
        unit.commit()
    if contact is None:
        return None
    if asked_first:
        if gate.weigh_text(helpline, contact.id):
            _say_where_they_stand(helpline, contact.id)
        return contact.id
    arrive.think(helpline, contact.id, queue=contact.state in arrive.BEFORE_THE_QUEUE)
    if contact.state in arrive.BEFORE_THE_QUEUE:
        _say_where_they_stand(helpline, contact.id)
    return contact.id


def _take_down(unit: UnitOfWork, heard: Heard) -> Contact | None:
    """Write the words where they belong; the number's row is held, so that two at once find the same contact."""
    opt = opt_of(heard.body, heard.opt)
    lookup = None if heard.sender is None else unit.keys.blind("phone", heard.sender)
    if lookup is not None:
        texts.write_down_texter(unit.conn, lookup, unit.now)
    if lookup is not None and opt is not None:
        texts.set_stopped(unit.conn, lookup, unit.now if opt is Opt.STOP else None, unit.now)
    contact = open_contact_of(unit, heard.sender, Way.TEXT)
    if opt is Opt.STOP and lookup is not None and contact is None:
        return None
    if contact is None:
        return _begin(unit, heard, quiet=lookup is not None and blocks.blocked(unit.conn, [lookup], unit.now))
    contact = _go_on(unit, contact, heard, stop=opt is Opt.STOP)
    if opt is Opt.STOP:
        sending.stopped(unit, contact)
    elif opt is Opt.START:
        unit.log(contact.id, "texts_resumed", "seeker")
        escalate.settle(unit, contact, [AlarmKind.TEXTS_STOPPED])
    return contact


def _begin(unit: UnitOfWork, heard: Heard, *, quiet: bool) -> Contact:
    """A new contact in the language and region of the line that was written to; ``quiet`` for a blocked number."""
    language, region = _of_line(unit, heard)
    pieces = pieces_of(heard.body)
    opening = Opening(
        language=language,
        region=region,
        channel=heard.channel,
        text=pieces[0] if pieces else None,
        client_message_id=heard.sid,
        quiet=quiet,
    )
    contact = receive.begin(unit, opening)
    if heard.sender is not None:
        contacts.keep_identity(unit.conn, unit.keys, contact.id, "phone", heard.sender, unit.now)
    return _write(unit, contact, heard, pieces, begun=True)


def _of_line(unit: UnitOfWork, heard: Heard) -> tuple[Language, Region]:
    """What stands for this line; for one nobody listed, what stands for the first of ours."""
    ours = phone_lines.lines(unit.conn)
    named = [line for line in ours if line.number == heard.line]
    named.sort(key=lambda line: line.channel is not heard.channel)
    found = (named or ours)[:1]
    return (found[0].language, found[0].region) if found else (Language.ZH_HANS, Region.OTHER)


def _go_on(unit: UnitOfWork, contact: Contact, heard: Heard, *, stop: bool) -> Contact:
    if not stop:
        contact = converse.by_channel(unit, contact, heard.channel)
    contact = converse.reopen(unit, contact)
    return _write(unit, contact, heard, pieces_of(heard.body))


def _write(unit: UnitOfWork, contact: Contact, heard: Heard, pieces: list[str], *, begun: bool = False) -> Contact:
    """Write what came, whole, and what the person should know of it; ``begun`` when the first piece stands already."""
    if heard.sender is not None:
        contacts.keep_identity(unit.conn, unit.keys, contact.id, "text", heard.sender, unit.now)
    for place, piece in enumerate(pieces):
        if not (begun and place == 0):
            client_id = f"{heard.sid}-{place + 1}" if place else heard.sid
            by = heard.channel
            receive.write_message(unit, contact, Author.SEEKER, text=piece, client_id=client_id, channel=by)
    contacts.touch_seeker(unit.conn, contact.id, unit.now)
    if pieces:
        escalate.heard(unit, contact, Author.SEEKER)
        _came(unit, contact, heard, contacts.get_contact(unit.conn, contact.id).seeker_number)
    if heard.files or not pieces:
        _say_what_was_missing(unit, contact, heard, came=bool(pieces))
    return contacts.get_contact(unit.conn, contact.id)


def _came(unit: UnitOfWork, contact: Contact, heard: Heard, number: int) -> None:
    channel, line, sid = heard.channel, heard.line, heard.sid
    texts.came(unit.conn, contact.id, number, channel=channel, line=line, sid=sid, now=unit.now)


def _say_what_was_missing(unit: UnitOfWork, contact: Contact, heard: Heard, *, came: bool) -> None:
    """Say, to both sides, that a picture or an empty message came; once an hour, else two machines never end."""
    key = "text_files" if heard.files else "text_empty"
    hours = int(unit.now.timestamp()) // 3600 // unit.helpline.texting.media_notice_hours
    client_id = f"{key}-{hours}"
    if contacts.find_message(unit.conn, unit.keys, contact.id, Author.SYSTEM, client_id) is not None:
        return
    text = unit.helpline.words.sentence(key, contact.language)
    by = heard.channel
    said = receive.write_message(unit, contact, Author.SYSTEM, text=text, client_id=client_id, channel=by)
    if not came:
        _came(unit, contact, heard, said.number)


def _say_where_they_stand(helpline: Helpline, contact_id: str) -> None:
    """Position and wait, as the page would show them; for somebody who texts this is the only place to learn it."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        now = standing.standing(helpline, unit.conn, contact)
        told = contacts.find_message(unit.conn, unit.keys, contact_id, Author.SYSTEM, "standing") is not None
        if told or now is None or now.position is None:
            return
        if not now.staffed:
            receive.say(unit, contact, "nobody_on_duty", client_id="standing")
        elif now.wait_seconds is None:
            receive.say(unit, contact, "wait_unknown", client_id="standing")
        else:
            minutes = str(max(1, -(-now.wait_seconds // 60)))
            where = {"position": str(now.position), "minutes": minutes}
            receive.say(unit, contact, "waiting_position", client_id="standing", **where)
        unit.commit()


def pieces_of(body: str) -> list[str]:
    """What was written, as one or more messages; nothing where there are no words."""
    pieces = []
    for piece in cut(body.replace("\r\n", "\n"), policy.MESSAGE_LIMIT_CHARACTERS):
        try:
            pieces.append(policy.clean_text(piece))
        except InvalidInput:
            continue
    return pieces
