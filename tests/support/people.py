"""Shorthand for the people of a test story: who is at the desk, who reaches out."""

import time
from collections.abc import Callable
from typing import TypeVar

from hotline.domain.contact import Language, Role
from hotline.domain.errors import Unavailable
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import arrive, converse, enrol, respond
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened, Opening
from hotline.flow.unit import UnitOfWork
from hotline.routing.policy import Stage

Answer = TypeVar("Answer")


def person(helpline: Helpline, name: str, *roles: Role, stage: Stage = Stage.CRISIS_TRAINED) -> Person:
    """A new person of the helpline; the password is the name twice with a tail."""
    with UnitOfWork(helpline) as unit:
        new = enrol.NewPerson(name.lower(), name, f"{name}-{name}-Zq9!xw", roles, tuple(Language), stage)
        made = enrol._add(unit, new)
        unit.commit()
    return made


def on_duty(helpline: Helpline, name: str, *roles: Role, stage: Stage = Stage.CRISIS_TRAINED) -> Person:
    """A new person at an open desk."""
    made = person(helpline, name, *roles, stage=stage)
    respond.go(helpline, made, on_duty=True)
    return made


def seeker(helpline: Helpline, text: str | None = "I had a hard day", **given: object) -> Opened:
    """Somebody reaches out; the fake assessor reads the level from the text."""
    opening = Opening(language=Language.EN, text=text, client_message_id=new_id(), **given)  # type: ignore[arg-type]
    return arrive.arrive(helpline, opening)


def says(helpline: Helpline, opened: Opened, text: str) -> Contact:
    """The seeker writes; gives the contact the words belong to."""
    contact = converse.contact_of(helpline, opened.token)
    return arrive.hear(helpline, contact, text=text, client_message_id=new_id())[0]


def now_is(helpline: Helpline, opened: Opened) -> Contact:
    """The contact as it stands now."""
    return converse.contact_of(helpline, opened.token)


def until_answered(act: Callable[[], Answer], patience_seconds: float = 120) -> Answer:
    """Do it; whoever is told "not now" by a database under a crowd presses again, as a person would."""
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return act()
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
