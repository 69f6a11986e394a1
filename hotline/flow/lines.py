"""A supervisor says by which numbers we are reached and when a channel is down; nobody waits for a deploy."""

from dataclasses import dataclass

from hotline.contacts import policy
from hotline.domain.contact import Channel, Language, Region, Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import channel_switches, phone_lines
from hotline.storage.feed import DESK
from hotline.storage.phone_lines import Line
from hotline.volunteers import store as volunteers

CHANNELS = (Channel.VOICE, Channel.SMS, Channel.WHATSAPP)
"""Channels that go by a number."""
REASON_LIMIT_CHARACTERS = 500


class LineListed(Conflict):
    """This number stands on the list already, for the same channel."""

    code = "line_listed"


class NoReason(InvalidInput):
    """A channel is not switched off without saying why."""

    code = "switch_no_reason"


@dataclass(frozen=True, slots=True)
class NewLine:
    """A number of ours as typed, with its country code."""

    channel: Channel
    number: str
    language: Language
    region: Region


def standing_lines(helpline: Helpline) -> list[Line]:
    """The numbers that are listed now."""
    with helpline.database.read() as conn:
        return phone_lines.lines(conn)


def add_line(helpline: Helpline, person: Person, given: NewLine) -> str:
    """List a number; gives its id. Raises ``InvalidInput`` for what no telephone has, ``LineListed``."""
    _check_may(person, given.channel)
    number = policy.own_number(given.number)
    with UnitOfWork(helpline) as unit:
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="line_added", channel=given.channel)
        if any((one.channel, one.number) == (given.channel, number) for one in phone_lines.lines(unit.conn)):
            raise LineListed("this number is listed already")
        made = phone_lines.add(
            unit.conn,
            channel=given.channel,
            number=number,
            language=given.language,
            region=given.region,
            by=person.id,
            now=unit.now,
        )
        unit.commit()
    helpline.lines.look_again()
    return made


def remove_line(helpline: Helpline, person: Person, line_id: str) -> None:
    """Take a number off the list; raises ``NotFound``."""
    _check_may(person)
    with UnitOfWork(helpline) as unit:
        if not phone_lines.remove(unit.conn, line_id, by=person.id, now=unit.now):
            raise NotFound("this number is not listed")
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="line_removed", line_id=line_id)
        unit.commit()
    helpline.lines.look_again()


def switch_off(helpline: Helpline, person: Person, channel: Channel, reason: str) -> None:
    """Say that a channel is down, so that people are told to come by another; raises ``NoReason``, ``Conflict``."""
    _check_may(person, channel)
    why = reason.strip()
    if not why or len(why) > REASON_LIMIT_CHARACTERS:
        raise NoReason("say why, in at most 500 characters", field="reason")
    with UnitOfWork(helpline) as unit:
        if not channel_switches.set_down(unit.conn, channel, by=person.id, reason=why, now=unit.now):
            raise Conflict("it is down already")
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="channel_down", channel=channel)
        unit.tell(DESK, "alarm", channel=channel)
        unit.commit()
    helpline.lines.look_again()


def switch_on(helpline: Helpline, person: Person, channel: Channel) -> None:
    """Say that a channel works again; raises ``Conflict`` when it was not down."""
    _check_may(person, channel)
    with UnitOfWork(helpline) as unit:
        if not channel_switches.set_up(unit.conn, channel, by=person.id, now=unit.now):
            raise Conflict("it is not down")
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="channel_up", channel=channel)
        unit.tell(DESK, "alarm", channel=channel)
        unit.commit()
    helpline.lines.look_again()


def _check_may(person: Person, channel: Channel = Channel.VOICE) -> None:
    if Role.SUPERVISOR not in person.roles:
        raise NotAllowed("a supervisor keeps the numbers")
    if channel not in CHANNELS:
        raise InvalidInput("only phone and texts go by a number", field="channel")
