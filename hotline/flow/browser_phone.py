"""Calls in the browser: who may have a token for one, and whether theirs is ready; nobody is rung who cannot answer."""

from hotline.domain.errors import NoTelephone
from hotline.domain.phone import BrowserState, CallsBy
from hotline.domain.records import Person
from hotline.flow import wish
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import offers


def chosen(helpline: Helpline, person: Person) -> bool:
    """Whether this person takes calls in the browser."""
    return wish.read_skills(helpline, person).calls_by is CallsBy.BROWSER


def check(helpline: Helpline, person: Person) -> None:
    """Raise ``NoTelephone`` for who does not take calls in the browser."""
    if not chosen(helpline, person):
        raise NoTelephone("this account does not take calls in the browser")


def heard(helpline: Helpline, person: Person, state: BrowserState) -> None:
    """A browser says how it is; it is rung for a short while after it last said that it is ready, and no longer."""
    check(helpline, person)
    with UnitOfWork(helpline) as unit:
        offers.heard_browser(unit.conn, person.id, unit.now if state is BrowserState.READY else None)
        unit.commit()
