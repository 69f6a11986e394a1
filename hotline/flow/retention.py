"""People hold a contact back, lift that together with a second person, or have one erased because the person asks.

A hold is placed by one at once and lifted by two; so a mistake costs nothing that cannot be had again.
"""

from hotline.contacts import holds
from hotline.contacts import store as contacts
from hotline.contacts.holds import Word
from hotline.contacts.keeping import Obstacle, Wanted, WhyErased
from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, Erased, InvalidInput, NotAllowed
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import erase
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage.engine import forget_old_pages
from hotline.volunteers import store as volunteers

HOLDING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
REASON_LIMIT_CHARACTERS = 500
RESTORED = "held before the database was restored / 数据库恢复之前已保留 / 資料庫還原之前已保留"


class KeptBack(Conflict):
    """Something keeps the contact from being erased; ``obstacles`` say what."""

    code = "kept_back"

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__("kept back: " + ", ".join(obstacles))
        self.obstacles = obstacles


class SamePerson(NotAllowed):
    """Whoever asked cannot be the second person."""

    code = "second_person"


class HoldReason(InvalidInput):
    """Holding, lifting and erasing are not done without saying why."""

    code = "hold_reason"


def place_hold(helpline: Helpline, person: Person, contact_id: str, reason: str) -> str:
    """Keep a contact from being erased from now on; gives the hold's id.

    Raises ``HoldReason``, ``Conflict`` when it is held already, ``Erased`` when it is too late.
    """
    _check_may(person)
    why = _reason(reason)
    with UnitOfWork(helpline) as unit:
        contact = _kept(unit, contact_id)
        if holds.is_held(unit.conn, contact_id):
            raise Conflict("it is held already")
        made = holds.place(unit.conn, unit.keys, contact.id, by=person.id, at=unit.now, reason=why)
        _note(unit, contact, person, "hold_placed")
        unit.commit()
    return made


def lacks(helpline: Helpline, held: list[str], erased: list[str]) -> tuple[list[str], list[str]]:
    """Of contacts that were held, or erased, those that are here and are not so any more, as after a restore."""
    with helpline.database.read() as conn:
        here = {one for one, found in contacts.get_contacts(conn, held + erased).items() if found.erased_at is None}
        stand = {one.contact_id for one in holds.in_force(conn, helpline.keys)}
    return [one for one in held if one in here - stand], [one for one in erased if one in here]


def hold_again(helpline: Helpline, held: list[str]) -> list[str]:
    """Hold what was held before the database was restored; gives the contacts. Two people lift it as any other."""
    missing, _ = lacks(helpline, held, [])
    for contact_id in missing:
        with UnitOfWork(helpline) as unit:
            contact = _kept(unit, contact_id)
            holds.place(unit.conn, unit.keys, contact.id, by=erase.MACHINE, at=unit.now, reason=RESTORED)
            unit.log(contact.id, "hold_placed", erase.MACHINE)
            note = {"kind": "hold_placed", "contact_id": contact.id}
            volunteers.note(unit.conn, unit.now, actor_id=erase.MACHINE, **note)
            unit.commit()
    return missing


def ask(helpline: Helpline, person: Person, contact_id: str, wanted: Wanted, reason: str) -> str:
    """Ask to lift a hold, or (administrators) to erase at once; gives the id by which a second person answers.

    Raises ``HoldReason``, ``KeptBack``, ``Erased``, and ``Conflict`` when nothing is held or something waits already.
    """
    _check_may(person)
    if wanted is Wanted.ERASE and Role.ADMINISTRATOR not in person.roles:
        raise NotAllowed("an administrator asks for an erasure")
    why = _reason(reason)
    with UnitOfWork(helpline) as unit:
        contact = _kept(unit, contact_id)
        if holds.waiting(unit.conn, unit.keys, contact_id):
            raise Conflict("something waits for a second person already")
        _check_possible(unit, contact, wanted)
        word = Word(new_id(), contact_id, wanted, why, person.id, unit.now)
        holds.ask(unit.conn, unit.keys, word)
        _note(unit, contact, person, f"{wanted}_asked")
        unit.commit()
    return word.id


def answer(helpline: Helpline, person: Person, word_id: str, *, agree: bool) -> None:
    """The second person's word; a no, also by whoever asked, ends the wish.

    Raises ``SamePerson``, ``NotFound`` once it is answered, ``KeptBack`` when something came in between.
    """
    _check_may(person)
    with UnitOfWork(helpline) as unit:
        word = holds.get_word(unit.conn, unit.keys, word_id)
        if agree and word.asked_by == person.id:
            raise SamePerson("a second person agrees")
        contact = _kept(unit, word.contact_id)
        holds.answer(unit.conn, word_id, by=person.id, agreed=agree, now=unit.now)
        if agree:
            _check_possible(unit, contact, word.wanted)
            _do(unit, contact, word, person)
        else:
            _note(unit, contact, person, f"{word.wanted}_refused")
        unit.commit()
    if agree and word.wanted is Wanted.ERASE:
        forget_old_pages(helpline.database)


def _do(unit: UnitOfWork, contact: Contact, word: Word, person: Person) -> None:
    if word.wanted is Wanted.ERASE:
        erase.erase(unit, contact, why=WhyErased.REQUEST, by=word.asked_by, second=person.id)
        return
    holds.lift(unit.conn, contact.id, unit.now)
    _note(unit, contact, person, "hold_lifted")


def _check_possible(unit: UnitOfWork, contact: Contact, wanted: Wanted) -> None:
    if wanted is Wanted.LIFT:
        if not holds.is_held(unit.conn, contact.id):
            raise Conflict("nothing is held")
        return
    found = erase.obstacles(unit.conn, contact)
    if found:
        raise KeptBack(found)


def _kept(unit: UnitOfWork, contact_id: str) -> Contact:
    contact = contacts.get_contact(unit.conn, contact_id, lock=True)
    if contact.erased_at is not None:
        raise Erased("its words are no longer kept")
    return contact


def _note(unit: UnitOfWork, contact: Contact, person: Person, kind: str) -> None:
    """In the contact's log and in the house's; neither says why, which stands sealed beside the hold or the wish."""
    unit.log(contact.id, kind, person.id)
    volunteers.note(unit.conn, unit.now, actor_id=person.id, kind=kind, contact_id=contact.id)
    unit.tell_all(contact.id, "state")


def _check_may(person: Person) -> None:
    if not HOLDING & person.roles:
        raise NotAllowed("a supervisor or an administrator")


def _reason(text: str) -> str:
    found = text.strip()
    if not found or len(found) > REASON_LIMIT_CHARACTERS:
        raise HoldReason("say why, in at most 500 characters", field="reason")
    return found
