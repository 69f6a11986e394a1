"""The provider fails for ten minutes in each way it can: who calls or texts is kept, and nobody is rung twice."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.phone_stories import LIN, connected, in_line, said, supervisor, takes
from support.phones import LINE, PhoneHouse
from support.time import kinds

from hotline.domain.contact import Channel, State
from hotline.flow import dialling, lines, respond
from hotline.routing import offers
from hotline.routing.ladder import AlarmKind
from hotline.routing.offers import Offer
from hotline.routing.tables import alarms

MODES = ("error", "busy", "slow", "silent", "lost")
TEXTER = "+85295550001"


def lasts(house: PhoneHouse, minutes: int) -> None:
    """Time passes with the sweep's comparison every half minute."""
    for _ in range(minutes * 2):
        house.passes(30)
        dialling.promise_reconcile(house.helpline)


def troubles(house: PhoneHouse) -> int:
    with house.helpline.database.read() as conn:
        wanted = alarms.c.kind == AlarmKind.PHONE_TROUBLE
        return int(conn.execute(sa.select(sa.func.count()).select_from(alarms).where(wanted)).scalar_one())


def rings_a_leg(house: PhoneHouse) -> Counter[str]:
    """How many calls were placed for each of our legs."""
    ours = [call.call for call in house.world.calls() if call.call.direction == "outbound-api"]
    return Counter(call.callbacks[0].address.url.split("/legs/")[1].split("/")[0] for call in ours)


@pytest.mark.parametrize("texts", [True, False])
def test_a_caller_hears_what_a_supervisor_says_is_down_and_is_led_only_to_what_works(
    house: PhoneHouse, *, texts: bool
) -> None:
    boss, _ = supervisor(house)
    lines.switch_off(house.helpline, boss, Channel.VOICE, "the provider reports failing calls")
    if not texts:
        lines.switch_off(house.helpline, boss, Channel.SMS, "texts do not arrive")
    house.helpline.lines.look()
    caller = in_line(house)
    house.passes(20)
    assert "We are having trouble connecting calls" in said(caller)
    assert ("send a text message to this same number" in said(caller)) is texts


@pytest.mark.parametrize("mode", MODES)
def test_ten_minutes_without_the_provider_lose_nobody_and_ring_nobody_twice(house: PhoneHouse, mode: str) -> None:
    house.looks_anyhow = timedelta(seconds=15)
    lin = house.listener("lin", LIN)
    house.world.provider.will(mode)
    caller = in_line(house)
    house.world.text(TEXTER, LINE, "I can only text")
    lasts(house, 10)
    assert "We are having trouble connecting calls" in said(caller)
    assert "9 9 9" in said(caller)
    assert "phone_trouble" in kinds(house.helpline)
    assert troubles(house) == 1
    assert {one.state for one in house.all_contacts()} <= {State.WAITING, State.OFFERED}
    house.world.provider.recover()
    lasts(house, 3)
    takes(house, lin, caller)
    lasts(house, 1)
    assert "phone_trouble" not in kinds(house.helpline)
    assert max(rings_a_leg(house).values()) == 1
    bodies = Counter(text.body for text in house.world.texts_to(TEXTER) if text.status != "failed")
    assert bodies
    assert max(bodies.values()) == 1


@pytest.mark.parametrize("mode", ["error", "silent"])
def test_a_listener_who_drops_meanwhile_leaves_a_caller_who_is_led_on_afterwards(house: PhoneHouse, mode: str) -> None:
    house.looks_anyhow = timedelta(seconds=15)
    caller, lin, contact_id = connected(house)
    house.world.provider.will(mode)
    lin.hang_up()
    lasts(house, 4)
    assert caller.in_conference
    house.world.provider.recover()
    house.until(lambda: not caller.in_conference, 25)
    house.until(lambda: "Please stay on the line" in caller.last or "in line" in said(caller), 60)
    takes(house, lin, caller)
    assert house.contact(contact_id).state is State.IN_CONVERSATION


def test_who_was_let_go_while_the_provider_was_down_is_let_go_when_it_is_back(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    house.world.provider.will("error")
    respond.release(house.helpline, house.people["lin"], contact_id, "I must go")
    lasts(house, 4)
    house.world.provider.recover()
    house.until(lambda: not lin.talking, 25)
    house.until(lambda: "asking a colleague to go on with you" in said(caller), 60)


def offers_of(house: PhoneHouse, contact_id: str) -> list[Offer]:
    with house.helpline.database.read() as conn:
        return offers.of_contacts(conn, [contact_id])[contact_id]


@pytest.mark.parametrize("mode", ["error", "silent"])
def test_a_ring_the_provider_refuses_is_tried_again_after_a_pause_and_counts_against_nobody(
    house: PhoneHouse, mode: str
) -> None:
    lin = house.listener("lin", LIN)
    house.world.provider.will(mode)
    caller = house.calls()
    caller.press("1")
    house.passes(41)
    contact_id = house.contact_of(caller).id
    made, rings = offers_of(house, contact_id), [leg for leg in house.legs_of(contact_id) if leg.party == "helper"]
    waited = [(one.ended_at - one.offered_at).total_seconds() for one in made if one.ended_at is not None]
    assert min(waited) >= house.helpline.routing.offer_urgent_seconds
    assert 2 <= len(rings) <= 9
    house.world.provider.recover()
    house.until(lambda: lin.ringing, 15)
    takes(house, lin, caller)


def test_a_listener_who_holds_a_caller_keeps_them_while_the_provider_places_no_calls(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    house.world.provider.will("error")
    lin.hang_up()
    house.passes(60)
    assert house.contact(contact_id).owner_id == house.people["lin"].id
    house.world.provider.recover()
    takes(house, lin, caller)
