"""Somebody leaves in the instant in which a listener takes them: one of both is first, and nobody waits for a lock."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support.fakes import FakeAssessor, FakeBell, FakeClock
from support.people import now_is, on_duty, seeker
from support.wired import wire

from hotline.domain.contact import Role, State
from hotline.domain.errors import Conflict
from hotline.domain.records import Person
from hotline.flow import converse, offer, respond
from hotline.flow.helpline import Helpline
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.settings import Settings
from hotline.storage.engine import Database

PAUSE_SECONDS = 0.7
"""Long enough for the other act to reach the row it waits for."""


@pytest.fixture
def house(postgres_database: Database, settings: Settings, clock: FakeClock) -> Helpline:
    """A helpline on PostgreSQL, whose rows are locked one by one."""
    return wire(postgres_database, settings, clock, FakeAssessor(), FakeBell())


def by_claim(house: Helpline, person: Person, contact_id: str) -> None:
    respond.claim(house, person, contact_id)


def by_next(house: Helpline, person: Person, contact_id: str) -> None:
    del contact_id
    respond.claim_next(house, person)


def by_offer(house: Helpline, person: Person, contact_id: str) -> None:
    del contact_id
    with house.database.read() as conn:
        found = offers.open_of(conn, person.id)
    assert found is not None
    respond.accept(house, person, found.id)


@pytest.mark.postgres
@pytest.mark.parametrize("take", [by_claim, by_next, by_offer])
@pytest.mark.parametrize("words", ["a hard day", "imminent danger"])
def test_who_leaves_while_they_are_taken_waits_for_nobody(
    house: Helpline, monkeypatch: pytest.MonkeyPatch, take: Callable[..., None], words: str
) -> None:
    lin, opened = on_duty(house, "lin", Role.CLINICIAN), seeker(house, words)
    offer.match(house)
    claimed, real = threading.Event(), routing.claim

    def slowly(*given: Any) -> Any:
        taken = real(*given)
        claimed.set()
        threading.Event().wait(PAUSE_SECONDS)
        return taken

    monkeypatch.setattr(routing, "claim", slowly)
    with ThreadPoolExecutor(1) as other:
        taking = other.submit(take, house, lin, opened.contact.id)
        assert claimed.wait(10)
        converse.end_as_seeker(house, now_is(house, opened))
        taking.result(timeout=10)
    found = now_is(house, opened)
    assert (found.state, found.owner_id) == (State.WRAPPING_UP, lin.id)


@pytest.mark.postgres
def test_who_is_taken_while_they_leave_is_left_by_whoever_wanted_them(
    house: Helpline, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin, opened = on_duty(house, "lin", Role.CLINICIAN), seeker(house)
    left, real = threading.Event(), routing.leave

    def slowly(*given: Any) -> None:
        real(*given)
        left.set()
        threading.Event().wait(PAUSE_SECONDS)

    monkeypatch.setattr(routing, "leave", slowly)
    with ThreadPoolExecutor(1) as other:
        leaving = other.submit(converse.end_as_seeker, house, now_is(house, opened))
        assert left.wait(10)
        with pytest.raises(Conflict):
            respond.claim(house, lin, opened.contact.id)
        leaving.result(timeout=10)
    assert now_is(house, opened).state is State.ABANDONED
