"""Words go when their period is over, never before, never while held or owed; what happened stays without them."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from conftest import wire
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from support.fakes import A_MONDAY, FakeAssessor, FakeBell, FakeClock
from support.life import wipe
from support.people import on_duty, person, seeker
from support.retention import FIRST, WORDS, looked, months_later, no_chance, over, stands

from hotline.contacts import erasures, holds
from hotline.contacts import store as contacts
from hotline.contacts.keeping import Obstacle, Wanted
from hotline.contacts.tables import identities, messages, seeker_keys
from hotline.domain.contact import Level, Outcome, Role
from hotline.domain.errors import Conflict, Erased, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.flow import converse, erase, intervene, owed, policies, respond, retention, review
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opening
from hotline.flow.retention import HoldReason, KeptBack, SamePerson
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts
from hotline.interventions.drafts import Draft, Form
from hotline.interventions.rubric import Why
from hotline.jobs import sweep
from hotline.jobs.retention import erase_all_due
from hotline.reports import judgements
from hotline.routing.tables import asides
from hotline.settings import Settings
from hotline.storage.sealed import data_keys
from hotline.volunteers.tables import staff_log

LONG = 60.0


def erased(house: Helpline) -> int:
    return erase_all_due(house, budget_seconds=LONG)


def boss(house: Helpline, name: str = "Wong", role: Role = Role.SUPERVISOR) -> Person:
    return person(house, name, role)


def obstacles(house: Helpline, contact_id: str) -> list[Obstacle]:
    with house.database.read() as conn:
        return erase.obstacles(conn, stands(house, contact_id))


def test_words_are_kept_for_their_months_and_then_destroyed(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    closed_at = clock.now()
    clock.set(closed_at + timedelta(days=364))
    assert erased(house) == 0
    clock.set(closed_at + timedelta(days=366))
    assert erased(house) == 1
    assert stands(house, contact_id).erased_at == clock.now()
    with house.database.read() as conn:
        key = conn.execute(sa.select(data_keys).where(data_keys.c.scope == contact_id)).one()
        assert (key.wrapped, key.destroyed_at) == (None, clock.now())
        for table in (messages, identities, asides):
            assert conn.execute(sa.select(table).where(table.c.contact_id == contact_id)).all() == []


def test_the_record_without_words_stays(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    before, (lines_before, _) = stands(house, contact_id), review.read_log(house, contact_id)
    months_later(clock, 12)
    erased(house)
    lines, fault = review.read_log(house, contact_id)
    assert replace(stands(house, contact_id), erased_at=None) == before
    assert fault is None
    assert [line.kind for line in lines] == [*(line.kind for line in lines_before), "erased"]
    assert [line.details for line in lines[:-1]] == [{}] * len(lines_before)
    assert lines[-1].details["why"] == "retention"
    assert review.verify_everything(house, []) == []
    assert review.how_many_erased(house) == 1


def test_somebody_who_looks_afterwards_is_still_written_down(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house, wong = no_chance(helpline_on_both), boss(helpline_on_both)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    months_later(clock, 12)
    erased(house)
    review.open_contact(house, wong, contact_id, purpose="complaint")
    lines, fault = review.read_log(house, contact_id)
    assert (lines[-1].kind, lines[-1].details, fault) == ("viewed", {"purpose": "complaint"}, None)


def test_an_erasure_that_nobody_made_is_found_by_the_log(helpline: Helpline) -> None:
    contact_id = seeker(helpline).contact.id
    with UnitOfWork(helpline) as unit:
        unit.seal_log_off(contact_id)
        unit.commit()
    assert [one.contact_id for one in review.verify_everything(helpline, [])] == [contact_id]


def test_another_process_that_still_has_the_key_shows_nothing(
    helpline_on_both: Helpline, settings: Settings, clock: FakeClock
) -> None:
    house = no_chance(helpline_on_both)
    other = wire(house.database, settings, clock, FakeAssessor(), FakeBell())
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    assert FIRST in str(said_in(other, contact_id))
    months_later(clock, 12)
    erased(house)
    assert said_in(other, contact_id) == []
    assert not any(word in str(review.read_log(other, contact_id)) for word in WORDS)


def said_in(house: Helpline, contact_id: str) -> list[str]:
    with house.database.read() as conn:
        return [one.text for one in contacts.read_messages(conn, house.keys, contact_id)]


def test_what_is_owed_keeps_a_contact(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    opened = seeker(house, "imminent")
    respond.claim_next(house, chen)
    intervene.close(house, chen, opened.contact.id, ClosingForm(Outcome.SUPPORTED, level=Level.IMMINENT))
    waiting = seeker(house, "a hard day")
    months_later(clock, 13)
    assert erased(house) == 0
    assert obstacles(house, opened.contact.id) == [Obstacle.REVIEW, Obstacle.DEBRIEF]
    assert obstacles(house, waiting.contact.id) == [Obstacle.OPEN]
    late = erase.past_their_period(house)
    assert [(one.id, keeps) for one, keeps in late] == [(opened.contact.id, [Obstacle.REVIEW, Obstacle.DEBRIEF])]


def test_a_fault_in_one_contact_keeps_no_other(
    helpline_on_both: Helpline, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, lin = no_chance(helpline_on_both), on_duty(helpline_on_both, "Lin", Role.VOLUNTEER)
    ids = [over(house, lin).contact.id for _ in range(3)]
    months_later(clock, 12)
    done = erase.erase_due

    def breaks(parts: Helpline, contact_id: str) -> bool:
        if contact_id == ids[0]:
            raise RuntimeError("a page of the disk is bad")
        return done(parts, contact_id)

    monkeypatch.setattr(erase, "erase_due", breaks)
    assert erased(house) == 2
    monkeypatch.undo()
    assert erased(house) == 0
    clock.advance(hours=25)
    assert erased(house) == 1


def test_a_run_that_was_cut_off_goes_on_where_it_was(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house, lin = no_chance(helpline_on_both), on_duty(helpline_on_both, "Lin", Role.VOLUNTEER)
    for _ in range(3):
        over(house, lin)
    months_later(clock, 12)
    with house.database.read() as conn:
        (_, first), *_ = erasures.due(conn, clock.now(), after=None, limit=1)
    assert erase.erase_due(house, first)
    assert not erase.erase_due(house, first)
    assert erase_all_due(house, budget_seconds=-1) == 1
    assert (erased(house), erased(house)) == (1, 0)


def test_the_clock_erases_once_a_day(helpline: Helpline, clock: FakeClock) -> None:
    house, lin = no_chance(helpline), on_duty(helpline, "Lin", Role.VOLUNTEER)
    over(house, lin)
    sweep.sweep_all(house)
    months_later(clock, 12)
    assert sweep.SWEEPS["retention"](house) == 1
    with house.database.read() as conn:
        noted = conn.execute(sa.select(staff_log).where(staff_log.c.kind == "contact_erased")).one()
    assert (noted.actor_id, noted.details["why"]) == ("machine", "retention")


def test_a_codename_leads_to_a_new_conversation_that_says_so_kindly(helpline: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline)
    opened = over(house, on_duty(house, "Lin", Role.VOLUNTEER))
    codename = converse.give_codename(house, opened.contact)
    months_later(clock, 12)
    erased(house)
    back = converse.come_back(house, codename, Opening(language=opened.contact.language))
    assert back.contact.id != opened.contact.id
    assert "no longer kept" in str(said_in(house, back.contact.id))
    contact, _, new = converse.post_as_seeker(house, stands(house, opened.contact.id), text="again", client_id="x" * 8)
    assert (new, contact.id == opened.contact.id) == (True, False)


def test_after_the_records_period_no_codename_leads_to_it(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)
    opened = over(house, on_duty(house, "Lin", Role.VOLUNTEER))
    codename = converse.give_codename(house, opened.contact)
    months_later(clock, 35)
    erased(house)
    with house.database.read() as conn:
        assert conn.execute(sa.select(seeker_keys)).all() != []
    months_later(clock, 2)
    assert erased(house) == 1
    with pytest.raises(NotFound):
        converse.come_back(house, codename, Opening(language=opened.contact.language))
    assert stands(house, opened.contact.id).outcome == "supported"


def test_reports_go_on_counting_subjects_and_levels(helpline: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    mine = sa.select(sa.literal(contact_id))
    with house.database.read() as conn:
        before = list(judgements.counted(conn, house.keys, mine))
    months_later(clock, 12)
    erased(house)
    with house.database.read() as conn:
        assert list(judgements.counted(conn, house.keys, mine)) == before
    assert any(name.startswith("topic:") for _, name in before)


def test_whispers_and_forgotten_drafts_go_sooner(helpline: Helpline, clock: FakeClock) -> None:
    house, lin = no_chance(helpline), on_duty(helpline, "Lin", Role.VOLUNTEER)
    first, held = over(house, lin).contact.id, over(house, lin).contact.id
    retention.place_hold(house, boss(house), held, "police report")
    talking = seeker(house).contact.id
    with UnitOfWork(house) as unit:
        half = Draft(talking, Form.CLOSING, lin.id, lin.id, unit.now, {"summary": "x"}, {"summary": lin.id})
        drafts.write(unit.conn, unit.keys, half)
        unit.commit()
    months_later(clock, 4)
    erased(house)
    with house.database.read() as conn:
        left = set(conn.execute(sa.select(asides.c.contact_id)).scalars())
        assert (left, drafts.read(conn, house.keys, talking, [lin.id])) == ({held}, {})
    assert stands(house, first).erased_at is None


def test_a_hold_is_placed_by_one_and_lifted_by_two(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house, wong, ada = no_chance(helpline_on_both), boss(helpline_on_both), boss(helpline_on_both, "Ada")
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    with pytest.raises(HoldReason):
        retention.place_hold(house, wong, contact_id, " ")
    retention.place_hold(house, wong, contact_id, "police report")
    with pytest.raises(Conflict):
        retention.place_hold(house, ada, contact_id, "again")
    months_later(clock, 13)
    assert erased(house) == 0
    asked = retention.ask(house, wong, contact_id, Wanted.LIFT, "closed by the court")
    with pytest.raises(SamePerson):
        retention.answer(house, wong, asked, agree=True)
    assert obstacles(house, contact_id) == [Obstacle.HOLD]
    retention.answer(house, ada, asked, agree=True)
    with pytest.raises(NotFound):
        retention.answer(house, ada, asked, agree=True)
    clock.advance(hours=25)
    assert erased(house) == 1


def test_a_no_leaves_the_hold(helpline: Helpline) -> None:
    house, wong, ada = no_chance(helpline), boss(helpline), boss(helpline, "Ada", Role.ADMINISTRATOR)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    retention.place_hold(house, wong, contact_id, "police report")
    asked = retention.ask(house, ada, contact_id, Wanted.LIFT, "tidying up")
    with pytest.raises(Conflict):
        retention.ask(house, wong, contact_id, Wanted.LIFT, "at the same time")
    retention.answer(house, wong, asked, agree=False)
    with house.database.read() as conn:
        assert [one.reason for one in holds.in_force(conn, house.keys)] == ["police report"]
        assert holds.waiting(conn, house.keys) == []


def test_a_person_may_have_it_erased_at_once_by_two(helpline_on_both: Helpline) -> None:
    house, wong = no_chance(helpline_on_both), boss(helpline_on_both)
    ada = boss(house, "Ada", Role.ADMINISTRATOR)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    with pytest.raises(NotAllowed):
        retention.ask(house, wong, contact_id, Wanted.ERASE, "asked by letter")
    asked = retention.ask(house, ada, contact_id, Wanted.ERASE, "asked by letter")
    with pytest.raises(SamePerson):
        retention.answer(house, ada, asked, agree=True)
    retention.answer(house, wong, asked, agree=True)
    assert stands(house, contact_id).erased_at is not None
    lines, fault = review.read_log(house, contact_id)
    assert (lines[-1].kind, lines[-1].actor, lines[-1].details["second"]) == ("erased", ada.id, wong.id)
    assert (fault, "by letter" in str(lines)) == (None, False)
    with pytest.raises(Erased):
        retention.place_hold(house, wong, contact_id, "too late")


def test_nothing_open_or_held_is_erased_at_once(helpline: Helpline) -> None:
    house, wong, ada = no_chance(helpline), boss(helpline), boss(helpline, "Ada", Role.ADMINISTRATOR)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    talking = seeker(house).contact.id
    with pytest.raises(KeptBack):
        retention.ask(house, ada, talking, Wanted.ERASE, "asked by letter")
    asked = retention.ask(house, ada, contact_id, Wanted.ERASE, "asked by letter")
    retention.place_hold(house, wong, contact_id, "police report")
    with pytest.raises(KeptBack):
        retention.answer(house, wong, asked, agree=True)
    assert stands(house, contact_id).erased_at is None


def test_an_erased_contact_is_judged_and_reviewed_no_more(helpline: Helpline, clock: FakeClock) -> None:
    house, wong = no_chance(helpline), boss(helpline)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    months_later(clock, 12)
    erased(house)
    with pytest.raises(Erased):
        review.judge_afterwards(house, wong, contact_id, Level.HIGH, "in hindsight")


def test_periods_are_set_like_other_numbers_and_the_record_not_below_three_years(helpline: Helpline) -> None:
    house, wong = no_chance(helpline), boss(helpline)
    for name, value in (("record_months", 35), ("transcripts_months", 37), ("addresses_hours", 25)):
        with pytest.raises(InvalidInput):
            policies.set_value(house, wong, f"retention_policy.periods.{name}", value, from_at=None, reason="x")
    policies.set_value(house, wong, "retention_policy.periods.transcripts_months", 24, from_at=None, reason="x")
    assert house.retention.transcripts_months == 24


def one_of(house: Helpline, listener: Person, fate: str) -> str:
    """A contact that is over, and what keeps it."""
    if fate == "open":
        return seeker(house).contact.id
    contact_id = over(house, listener).contact.id
    if fate == "held":
        retention.place_hold(house, replace(listener, roles=frozenset({Role.SUPERVISOR})), contact_id, "police report")
    if fate == "owed":
        with UnitOfWork(house) as unit:
            owed.ask_for(unit, contact_id, Why.WEEKLY)
            unit.commit()
    return contact_id


def what_goes(house: Helpline, clock: FakeClock, fates: list[str], *, waits: bool) -> list[tuple[str, bool]]:
    """Contacts of these fates a year later, each with whether it was erased; one more ``waits`` for an answer."""
    wipe(house)
    clock.set(A_MONDAY)
    looked(house)
    listener = on_duty(house, f"L{new_id()[:8]}", Role.VOLUNTEER)
    made = [(fate, one_of(house, listener, fate)) for fate in fates if fate != "young"]
    months_later(clock, 12)
    another = on_duty(house, f"L{new_id()[:8]}", Role.VOLUNTEER)
    made += [(fate, one_of(house, another, fate)) for fate in fates if fate == "young"]
    made += [("open", one_of(house, another, "open"))] * waits
    clock.advance(hours=24)
    erased(house)
    return [(fate, stands(house, one).erased_at is not None) for fate, one in made]


def test_whatever_comes_together_nothing_held_open_or_owed_goes(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)

    @tries(max_examples=10, deadline=None)
    @given(
        fates=st.lists(st.sampled_from(["over", "held", "owed", "young"]), min_size=1, max_size=5),
        waits=st.booleans(),
    )
    def holds_for(*, fates: list[str], waits: bool) -> None:
        assert [one for one in what_goes(house, clock, fates, waits=waits) if one[1] != (one[0] == "over")] == []

    holds_for()
