"""Nobody is claimed twice, nobody is left, and whoever was slower is told who has it."""

import threading
from contextlib import suppress
from functools import partial

import pytest
from support.people import now_is, on_duty, seeker, until_answered

from hotline.contacts.tables import contacts
from hotline.domain.contact import Role
from hotline.domain.errors import AlreadyClaimed, AtCapacity, HotlineError, NotAllowed, OffDuty
from hotline.domain.records import Person
from hotline.flow import intervene, respond
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Outcome
from hotline.interventions.tables import log_entries
from hotline.routing.policy import Stage

CLAIMERS = 64
SHORT, FULL = 150, 1000


def take_until_empty(house: Helpline, listener: Person, taken: list[str], troubles: list[Exception]) -> None:
    """Claim and close until nobody waits, as a busy listener does."""
    while True:
        try:
            contact_id = until_answered(partial(respond.claim_next, house, listener))
            taken.append(contact_id)
            until_answered(partial(intervene.close, house, listener, contact_id, ClosingForm(Outcome.SUPPORTED)))
        except respond.NobodyWaiting:
            return
        except HotlineError as error:
            troubles.append(error)
            return


@pytest.mark.timeout(600)
@pytest.mark.parametrize("crowd", [SHORT, pytest.param(FULL, marks=pytest.mark.campaign)])
def test_64_claimers_take_every_contact_once(helpline_on_both: Helpline, crowd: int) -> None:
    house = helpline_on_both
    listeners = [on_duty(house, f"Listener{n}", Role.VOLUNTEER) for n in range(CLAIMERS)]
    opened = {seeker(house).contact.id for _ in range(crowd)}
    taken: list[str] = []
    troubles: list[Exception] = []
    threads = [threading.Thread(target=take_until_empty, args=(house, who, taken, troubles)) for who in listeners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(taken) == crowd
    assert set(taken) == opened
    with house.database.read() as conn:
        claimed = conn.execute(log_entries.select().where(log_entries.c.kind == "step_claim")).all()
        states = set(conn.execute(contacts.select().with_only_columns(contacts.c.state)).scalars())
    assert len(claimed) == crowd
    assert states == {"closed"}


def test_64_claimers_of_one_contact_have_one_winner_and_63_who_know_who(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    listeners = [on_duty(house, f"Listener{n}", Role.VOLUNTEER) for n in range(CLAIMERS)]
    contact_id = seeker(house).contact.id
    won: list[str] = []
    lost: list[str] = []

    def claim(who: Person) -> None:
        try:
            respond.claim(house, who, contact_id)
            won.append(who.alias)
        except AlreadyClaimed as error:
            lost.append(error.by)

    threads = [threading.Thread(target=claim, args=(who,)) for who in listeners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert lost == won * (CLAIMERS - 1)


def test_parallel_claims_of_one_listener_stay_within_capacity(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    for _ in range(8):
        seeker(house)
    taken: list[str] = []

    def claim() -> None:
        with suppress(AtCapacity):
            taken.append(respond.claim_next(house, lin))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == house.routing.chats_at_once


def test_off_duty_nobody_is_given_a_contact(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    seeker(house)
    respond.go(house, lin, on_duty=False)
    with pytest.raises(OffDuty):
        respond.claim_next(house, lin)


def test_urgent_goes_before_old_and_to_whom_it_may(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    seeker(house, "an old routine matter")
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    green = on_duty(house, "Green", Role.VOLUNTEER, stage=Stage.SOLO)
    urgent = seeker(house, "imminent")
    with pytest.raises(NotAllowed):
        respond.claim(house, green, urgent.contact.id)
    assert respond.claim_next(house, green) != urgent.contact.id
    assert respond.claim_next(house, chen) == urgent.contact.id
    assert now_is(house, urgent).owner_id == chen.id


def test_whoever_holds_an_urgent_contact_gets_no_second(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    seeker(house, "imminent")
    seeker(house)
    respond.claim_next(house, chen)
    with pytest.raises(AtCapacity):
        respond.claim_next(house, chen)


def test_whoever_holds_one_chat_is_given_no_urgent_contact(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    seeker(house)
    respond.claim_next(house, chen)
    seeker(house, "imminent")
    with pytest.raises(respond.NobodyWaiting):
        respond.claim_next(house, chen)
