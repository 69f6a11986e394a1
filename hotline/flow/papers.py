"""Training certificates: granted, renewed, taken back; a stage without a date would outlast what was learnt."""

from datetime import date

from hotline.domain.contact import Role
from hotline.domain.errors import InvalidInput, NotAllowed
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import feed
from hotline.volunteers import care
from hotline.volunteers import store as volunteers
from hotline.volunteers.wellbeing import CertificateKind


def grant(
    helpline: Helpline, actor: Person, person_id: str, kind: CertificateKind, *, granted_on: date, expires_on: date
) -> str:
    """Write a certificate down; gives its id. Of several of one kind the one that lasts longest counts."""
    _supervisor(actor)
    if expires_on < granted_on:
        raise InvalidInput("a certificate ends after it was granted", field="expires_on")
    with UnitOfWork(helpline) as unit:
        person = volunteers.get_person(unit.conn, person_id)
        if granted_on > unit.now.date():
            raise InvalidInput("a certificate is not granted in the future", field="granted_on")
        values = {"person_id": person.id, "kind": kind, "granted_on": granted_on, "expires_on": expires_on}
        certificate_id = care.add_certificate(unit.conn, {**values, "by": actor.id, "at": unit.now})
        volunteers.note(
            unit.conn, unit.now, actor_id=actor.id, kind="certificate_granted", person_id=person.id, certificate=kind
        )
        unit.tell(feed.DESK, "state", person_id=person.id)
        unit.commit()
    return certificate_id


def withdraw(helpline: Helpline, actor: Person, certificate_id: str) -> None:
    """Take a certificate back; raises ``NotFound`` when there is none that holds."""
    _supervisor(actor)
    with UnitOfWork(helpline) as unit:
        person_id = care.withdraw_certificate(unit.conn, certificate_id, unit.now)
        volunteers.note(unit.conn, unit.now, actor_id=actor.id, kind="certificate_withdrawn", person_id=person_id)
        unit.tell(feed.DESK, "state", person_id=person_id)
        unit.commit()


def _supervisor(actor: Person) -> None:
    if Role.SUPERVISOR not in actor.roles:
        raise NotAllowed("only a supervisor writes certificates")
