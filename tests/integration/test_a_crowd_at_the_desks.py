"""A crowd of listeners with offers, declines, silence and hang-ups: one winner for each contact, nobody stuck."""

import random
import threading
import time
from contextlib import suppress
from functools import partial

import pytest
from support.people import now_is, on_duty, seeker, until_answered

from hotline.contacts import store as contacts
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Role, State
from hotline.domain.errors import AlreadyClaimed, AtCapacity, Conflict, HotlineError, NotFound, Unavailable
from hotline.domain.records import Person
from hotline.flow import converse, intervene, offer, respond
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Outcome
from hotline.flow.receive import Opened
from hotline.flow.unit import UnitOfWork
from hotline.interventions.tables import log_entries
from hotline.routing import offers
from hotline.routing.offers import Offer
from hotline.routing.replies import Decline, OfferState
from hotline.routing.tables import offers as offer_rows

CLAIMERS = 64
SHORT, FULL = 100, 1000
PATIENCE_SECONDS = {SHORT: 400.0, FULL: 1500.0}
"""How long the whole crowd may take on a machine shared with others; nothing is measured by it."""


@pytest.fixture(params=[SHORT, pytest.param(FULL, marks=pytest.mark.campaign)])
def crowd(request: pytest.FixtureRequest) -> int:
    """How many contacts: a short form always, the full one by ``-m campaign``."""
    number: int = request.param
    return number


def asked(house: Helpline, person: Person) -> Offer | None:
    with house.database.read() as conn:
        return offers.open_of(conn, person.id)


def live_with_offers(house: Helpline, who: Person, seed: int, over: threading.Event, troubles: list[str]) -> None:
    """Answer offers yes, no or not at all, pull, and close, as 64 different people would."""
    dice = random.Random(seed)  # noqa: S311
    while not over.is_set():
        try:
            found = asked(house, who)
            if found is not None and dice.random() < 0.2:
                offer.decline(house, who, found.id, dice.choice(list(Decline)))
                continue
            if found is not None and dice.random() < 0.1:
                with UnitOfWork(house) as unit:
                    offer.miss(unit, contacts.get_contact(unit.conn, found.contact_id, lock=True), found.id)
                    unit.commit()
                continue
            if found is None and dice.random() < 0.98:
                time.sleep(0.4 + 0.2 * dice.random())  # most people wait to be asked
                continue
            taken = respond.accept(house, who, found.id) if found is not None else respond.claim_next(house, who)
            until_answered(partial(intervene.close, house, who, taken, ClosingForm(Outcome.SUPPORTED)))
        except (Unavailable, AlreadyClaimed, AtCapacity, NotFound, Conflict):
            time.sleep(0.01)
        except HotlineError as error:
            troubles.append(repr(error))
            time.sleep(0.05)


@pytest.mark.timeout(1800)
def test_64_people_serve_everybody_once_through_offers_declines_silence_and_hang_ups(
    helpline_on_both: Helpline, crowd: int
) -> None:
    house = helpline_on_both
    people = [on_duty(house, f"Listener{n}", Role.VOLUNTEER) for n in range(CLAIMERS)]
    opened = [seeker(house) for _ in range(crowd)]
    over, troubles = threading.Event(), []
    threads = [
        threading.Thread(target=live_with_offers, args=(house, who, seed, over, troubles))
        for seed, who in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    gone = match_while_some_hang_up(house, opened[::20], PATIENCE_SECONDS[crowd])
    over.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    check_that_everybody_was_served_once(house, crowd - gone)


def match_while_some_hang_up(house: Helpline, leaving: list[Opened], patience_seconds: float) -> int:
    """Match, as the clock would, until nobody waits any more, while some leave; gives how many left before."""
    gone = 0
    for one in leaving:
        until_answered(partial(offer.match, house))
        with suppress(HotlineError):
            gone += converse.end_as_seeker(house, now_is(house, one)).state is State.ABANDONED
    deadline = time.monotonic() + patience_seconds
    while open_contacts(house) and time.monotonic() < deadline:
        until_answered(partial(offer.match, house))
        time.sleep(0.2)
    return gone


def open_contacts(house: Helpline) -> int:
    with house.database.read() as conn:
        states = list(conn.execute(contact_rows.select().with_only_columns(contact_rows.c.state)).scalars())
    return sum(state not in {State.CLOSED, State.ABANDONED} for state in states)


def check_that_everybody_was_served_once(house: Helpline, number: int) -> None:
    assert open_contacts(house) == 0
    with house.database.read() as conn:
        claims = conn.execute(log_entries.select().where(log_entries.c.kind == "step_claim")).all()
        made = conn.execute(offer_rows.select()).all()
    assert len(claims) == len({one.contact_id for one in claims}) == number
    assert all(one.ended_at is not None for one in made if one.state != OfferState.OPEN)
    accepted = [one.contact_id for one in made if one.state == OfferState.ACCEPTED]
    assert len(accepted) == len(set(accepted)) > number // 10
    assert all(one.by for one in made if one.state == OfferState.LOST)
    assert {one.state for one in made} >= {OfferState.ACCEPTED, OfferState.DECLINED}
