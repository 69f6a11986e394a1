"""Shifts, patterns, days off, swaps, reminders, on both databases: nobody is booked twice and nobody is forgotten."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from support.fakes import FakeCarrier, FakeClock
from support.people import on_duty, person
from support.rota import HOUR, every_day, fit, planned, shift, told
from support.time import kinds

from hotline.carriers.paging import Carriers
from hotline.carriers.silent import SilentCarrier
from hotline.domain.contact import Role
from hotline.domain.errors import AlreadyClaimed, Conflict, HotlineError, NotAllowed, NotFound
from hotline.flow import look_ahead, rest, rota, sign_in, swap
from hotline.flow.helpline import Helpline
from hotline.flow.rota import DoubleBooked
from hotline.jobs import sweep
from hotline.jobs.deliver import deliver
from hotline.storage import outbox
from hotline.volunteers.rota import SwapState
from hotline.volunteers.wellbeing import Unfit

TODAY = date(2026, 11, 23)


@pytest.fixture
def house(helpline_on_both: Helpline) -> Helpline:
    return helpline_on_both


def test_without_a_rota_everybody_may_be_asked_and_with_one_only_who_is_on_shift(
    house: Helpline, clock: FakeClock
) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), on_duty(house, "Lin", Role.VOLUNTEER)
    mei = on_duty(house, "Mei", Role.VOLUNTEER)
    assert fit(house, lin).ok
    shift(house, wong, lin, clock.now() + HOUR)
    assert fit(house, lin).why is Unfit.OFF_SHIFT
    assert fit(house, lin).until == clock.now() + HOUR
    clock.advance(hours=1)
    assert fit(house, lin).ok
    assert fit(house, mei).why is Unfit.OFF_SHIFT
    rest.allow_extra_time(house, wong, mei.id, 30)
    assert fit(house, mei).ok
    clock.advance(minutes=30)
    assert fit(house, mei).why is Unfit.OFF_SHIFT


def test_a_rota_nobody_kept_for_four_weeks_locks_nobody_out(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    shift(house, wong, lin, clock.now())
    clock.advance(hours=27 * 24)
    assert fit(house, lin).why is Unfit.OFF_SHIFT
    clock.advance(hours=2 * 24)
    assert fit(house, lin).ok


def test_a_pattern_writes_four_weeks_ahead_and_the_clock_goes_on(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    rota.add_pattern(house, wong, every_day(lin, 20, 2, first=TODAY))
    assert len(planned(house)) == 29
    clock.advance(hours=3 * 24)
    look_ahead.look_ahead(house)
    look_ahead.look_ahead(house)
    assert len({one.start_at for one in planned(house)}) == len(planned(house)) == 29


def test_a_pattern_ends_and_its_coming_shifts_with_it(house: Helpline) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    pattern_id = rota.add_pattern(house, wong, every_day(lin, 20, 2, first=TODAY))
    rota.end_pattern(house, wong, pattern_id)
    assert planned(house) == []
    assert fit(house, lin).ok
    with pytest.raises(NotFound):
        rota.end_pattern(house, wong, pattern_id)


def test_a_holiday_takes_the_patterns_shifts_and_gives_them_back(house: Helpline) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    rota.add_pattern(house, wong, every_day(lin, 20, 2, first=TODAY))
    day = TODAY + timedelta(days=3)
    rota.add_holiday(house, wong, day, "Winter Solstice")
    assert len(planned(house)) == 28
    assert told(house, lin) == ["shift_removed"]
    rota.remove_holiday(house, wong, day)
    assert len(planned(house)) == 29


def test_nobody_is_planned_twice_at_one_time(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    shift(house, wong, lin, clock.now() + HOUR)
    with pytest.raises(DoubleBooked):
        shift(house, wong, lin, clock.now() + 4 * HOUR)
    shift(house, wong, lin, clock.now() + 5 * HOUR)
    with pytest.raises(DoubleBooked):
        rota.add_pattern(house, wong, every_day(lin, 17, 20, first=TODAY))
    with pytest.raises(NotAllowed):
        shift(house, lin, lin, clock.now() + 30 * HOUR)


def test_a_swap_is_asked_taken_and_agreed_and_both_are_told(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    mei = person(house, "Mei", Role.VOLUNTEER)
    mine = shift(house, wong, lin, clock.now() + HOUR)
    swap_id = swap.ask(house, lin, mine.id, None)
    assert told(house, mei) == ["swap_asked"]
    assert swap.take(house, mei, swap_id) is SwapState.TAKEN
    assert planned(house, lin) == [mine]
    assert told(house, wong) == ["swap_to_decide"]
    swap.decide(house, wong, swap_id, agree=True)
    assert [one.id for one in planned(house, mei)] == [mine.id]
    assert planned(house, lin) == []
    assert told(house, lin) == ["swap_done"]
    assert told(house, mei) == ["swap_yours"]
    assert told(house, wong) == []


def test_a_swap_that_is_not_agreed_leaves_the_shift_where_it_was(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    mei = person(house, "Mei", Role.VOLUNTEER)
    mine = shift(house, wong, lin, clock.now() + HOUR)
    swap_id = swap.ask(house, lin, mine.id, mei.id)
    swap.take(house, mei, swap_id)
    swap.decide(house, wong, swap_id, agree=False)
    assert planned(house, lin) == [mine]
    assert told(house, mei) == ["swap_refused"]
    with pytest.raises(Conflict):
        swap.decide(house, wong, swap_id, agree=True)


def without_approval(house: Helpline) -> Helpline:
    rota_policy = replace(house.rota, swap_needs_supervisor=False)
    return replace(house, policies=house.policies.but(rota=rota_policy))


def test_sixteen_who_take_one_shift_have_one_winner_and_fifteen_who_know_who(house: Helpline, clock: FakeClock) -> None:
    house = without_approval(house)
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    takers = [person(house, f"Taker{n}", Role.VOLUNTEER) for n in range(16)]
    mine = shift(house, wong, lin, clock.now() + HOUR)
    swap_id = swap.ask(house, lin, mine.id, None)
    won: list[str] = []
    lost: list[str] = []

    def take(who: int) -> None:
        try:
            swap.take(house, takers[who], swap_id)
            won.append(takers[who].alias)
        except AlreadyClaimed as error:
            lost.append(error.by)

    threads = [threading.Thread(target=take, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert lost == won * 15
    assert [one.person_id for one in planned(house)] == [next(one.id for one in takers if one.alias == won[0])]


def test_two_swaps_at_one_time_cannot_both_go_to_one_person(house: Helpline, clock: FakeClock) -> None:
    house = without_approval(house)
    wong, taker = person(house, "Wong", Role.SUPERVISOR), person(house, "Taker", Role.VOLUNTEER)
    askers = [person(house, f"Asker{n}", Role.VOLUNTEER) for n in range(6)]
    asked = [swap.ask(house, one, shift(house, wong, one, clock.now() + HOUR).id, None) for one in askers]
    troubles: list[HotlineError] = []

    def take(swap_id: str) -> None:
        try:
            swap.take(house, taker, swap_id)
        except HotlineError as error:
            troubles.append(error)

    threads = [threading.Thread(target=take, args=(one,)) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(one) for one in troubles] == [DoubleBooked] * 5
    assert len(planned(house, taker)) == 1


def test_a_swap_is_taken_back_or_ends_with_the_shifts_begin(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    mei = person(house, "Mei", Role.VOLUNTEER)
    mine = shift(house, wong, lin, clock.now() + HOUR)
    first = swap.ask(house, lin, mine.id, mei.id)
    with pytest.raises(Conflict):
        swap.ask(house, lin, mine.id, None)
    swap.take(house, mei, first)
    swap.withdraw(house, lin, first)
    assert "swap_withdrawn" in told(house, mei)
    second = swap.ask(house, lin, mine.id, mei.id)
    clock.advance(hours=1)
    assert swap.expire(house) == 1
    assert "swap_expired" in told(house, lin)
    with pytest.raises(Conflict):
        swap.take(house, mei, second)
    with pytest.raises(NotAllowed):
        swap.withdraw(house, mei, second)


def test_a_shift_is_reminded_of_once_at_the_desk_and_by_telephone(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    sign_in.set_phone(house, lin, "+85223823333")
    shift(house, wong, lin, clock.now() + 3 * HOUR)
    look_ahead.look_ahead(house)
    assert told(house, lin) == []
    clock.advance(hours=1)
    look_ahead.look_ahead(house)
    look_ahead.look_ahead(house)
    assert told(house, lin) == ["shift_soon"]
    telephone = FakeCarrier()
    with house.database.read() as conn:
        due = outbox.due(conn, clock.now())
    for promise_id, _ in due:
        deliver(house, Carriers(silent=SilentCarrier(), telephone=telephone), promise_id)
    assert [order.to_number for order in telephone.pages] == ["+85223823333"]
    assert "20:00" in telephone.pages[0].text


def test_hours_without_people_alarm_until_they_are_filled(house: Helpline, clock: FakeClock) -> None:
    wong = person(house, "Wong", Role.SUPERVISOR)
    look_ahead.look_ahead(house)
    assert kinds(house) == []
    lin = person(house, "Lin", Role.VOLUNTEER)
    first = shift(house, wong, lin, clock.now())
    look_ahead.look_ahead(house)
    look_ahead.look_ahead(house)
    assert kinds(house) == ["rota_gap"]
    assert look_ahead.gaps(house, 4 * HOUR)[0].planned == 1
    rota.remove_shift(house, wong, first.id)
    look_ahead.look_ahead(house)
    assert kinds(house) == []


def test_the_clock_looks_ahead() -> None:
    assert sweep.SWEEPS["rota"] is look_ahead.look_ahead


def test_a_calendar_link_shows_ones_own_shifts_until_it_is_ended(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    mine = shift(house, wong, lin, clock.now() + HOUR)
    shift(house, wong, wong, clock.now() + HOUR)
    token = rota.make_link(house, lin)
    text = rota.calendar_of(house, token, title="Shift")
    assert text.count("BEGIN:VEVENT") == 1
    assert mine.id in text
    newer = rota.make_link(house, lin)
    for gone in (token, newer, "guess"):
        if gone == newer:
            rota.remove_link(house, lin)
        with pytest.raises(NotFound):
            rota.calendar_of(house, gone, title="Shift")
