"""A supervisor has the calls and texts of a number asked first, for some days and with a reason; it can be lifted.

Nobody is shut out by it: what a blocked number's person says is judged before it is turned away
(:mod:`hotline.flow.gate`).
"""

from datetime import timedelta

from hotline.contacts import blocks
from hotline.contacts import store as contacts
from hotline.contacts.blocks import Block
from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, Erased, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage.feed import DESK
from hotline.volunteers import store as volunteers

REASON_LIMIT_CHARACTERS = 500


class NoNumber(Conflict):
    """Whoever came withheld their number, or came by the web; there is nothing to block."""

    code = "block_no_number"


class BlockReason(InvalidInput):
    """A number is not blocked without saying why."""

    code = "block_reason"


class BlockDays(InvalidInput):
    """A number is blocked for some whole days, never for ever."""

    code = "block_days"


class AlreadyBlocked(Conflict):
    """The number of this contact is blocked already."""

    code = "block_stands"


def block(helpline: Helpline, person: Person, contact_id: str, *, days: int, reason: str) -> None:
    """Block the number a contact came from; raises ``BlockReason``, ``BlockDays``, ``NoNumber``, ``AlreadyBlocked``."""
    _check_may(person)
    why = reason.strip()
    if not why or len(why) > REASON_LIMIT_CHARACTERS:
        raise BlockReason("say why, in at most 500 characters", field="reason")
    if not 1 <= days <= helpline.calls.gate.most_days:
        raise BlockDays("for some whole days only", field="days")
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.erased_at is not None:
            raise Erased("this contact was erased")
        lookups = contacts.lookups_of(unit.conn, contact.id, ("phone", "text"))
        if not lookups:
            raise NoNumber("no number came with this contact")
        if blocks.blocked(unit.conn, lookups, unit.now):
            raise AlreadyBlocked("it is blocked already")
        until = unit.now + timedelta(days=days)
        for lookup in lookups:
            blocks.add(unit.conn, unit.keys, lookup, Block(new_id(), contact.id, why, person.id, unit.now, until))
        unit.log(contact.id, "number_blocked", person.id, days=days, reason=why)
        volunteers.note(
            unit.conn, unit.now, actor_id=person.id, kind="number_blocked", contact_id=contact.id, days=days
        )
        unit.tell(DESK, "state", contact_id=contact.id)
        unit.commit()


def lift(helpline: Helpline, person: Person, block_id: str) -> None:
    """End a block before its time; raises ``NotFound`` when it is over."""
    _check_may(person)
    with UnitOfWork(helpline) as unit:
        contact_id = blocks.lift(unit.conn, block_id, by=person.id, now=unit.now)
        if contact_id is None:
            raise NotFound("no such block stands")
        unit.log(contact_id, "block_lifted", person.id)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="block_lifted", contact_id=contact_id)
        unit.tell(DESK, "state", contact_id=contact_id)
        unit.commit()


def _check_may(person: Person) -> None:
    if Role.SUPERVISOR not in person.roles:
        raise NotAllowed("a supervisor blocks a number")
