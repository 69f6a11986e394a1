"""After heavy contacts people rest: breaks that start by themselves, talks that are owed, hours, certificates."""

from datetime import date, timedelta

import pytest
from support.fakes import FakeClock
from support.people import now_is, on_duty, person, seeker
from support.rota import debriefs, fit, has_served, notices, settle_all, shift, told

from hotline.domain.contact import Level, Outcome, Role, State
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.domain.records import Person
from hotline.flow import intervene, look_ahead, papers, respond, rest, review, vanish
from hotline.flow.fitness import NotFit
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opened
from hotline.routing.policy import Stage
from hotline.storage.migrate import downgrade, upgrade
from hotline.volunteers.wellbeing import CertificateKind, Heavy, Unfit

MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(helpline_on_both: Helpline) -> Helpline:
    return helpline_on_both


def helped(house: Helpline, listener: Person, text: str, **form: object) -> Opened:
    """A contact from first word to closing form."""
    opened = seeker(house, text)
    respond.claim_next(house, listener)
    intervene.close(house, listener, opened.contact.id, ClosingForm(Outcome.SUPPORTED, **form))  # type: ignore[arg-type]
    return opened


def test_after_an_urgent_contact_a_break_begins_by_itself_and_may_be_ended(house: Helpline) -> None:
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    opened = helped(house, chen, "high risk")
    found = fit(house, chen)
    assert (found.why, found.until) == (Unfit.ON_BREAK, house.clock.now() + 10 * MINUTE)
    seeker(house)
    with pytest.raises(NotFit) as caught:
        respond.claim_next(house, chen)
    assert caught.value.code == "unfit_on_break"
    assert "break_started" in [line.kind for line in review.read_log(house, opened.contact.id)[0]]
    rest.end_break(house, chen, chen.id)
    assert respond.claim_next(house, chen)


def test_a_quiet_contact_asks_for_no_rest(house: Helpline) -> None:
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    helped(house, lin, "a hard day")
    assert fit(house, lin).ok


def test_the_break_ends_by_itself_and_not_a_second_earlier(house: Helpline, clock: FakeClock) -> None:
    chen = on_duty(house, "Chen", Role.CLINICIAN)
    helped(house, chen, "high risk")
    clock.advance(minutes=10, seconds=-1)
    assert not fit(house, chen).ok
    clock.advance(seconds=1)
    assert fit(house, chen).ok


def test_after_two_urgent_contacts_in_a_row_nobody_ends_the_break(house: Helpline, clock: FakeClock) -> None:
    wong, chen = person(house, "Wong", Role.SUPERVISOR), on_duty(house, "Chen", Role.CLINICIAN)
    helped(house, chen, "high risk")
    rest.end_break(house, chen, chen.id)
    helped(house, chen, "high risk")
    assert (fit(house, chen).why, fit(house, chen).until) == (Unfit.URGENT_IN_A_ROW, clock.now() + 20 * MINUTE)
    for who in (chen, wong):
        with pytest.raises(rest.BreakRequired):
            rest.end_break(house, who, chen.id)
    clock.advance(minutes=20)
    assert fit(house, chen).ok


def test_a_break_is_made_longer_and_never_shorter(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), on_duty(house, "Lin", Role.VOLUNTEER)
    rest.take_break(house, lin)
    assert fit(house, lin).until == clock.now() + 15 * MINUTE
    rest.lengthen_break(house, wong, lin.id, 30)
    assert fit(house, lin).until == clock.now() + 45 * MINUTE
    rest.take_break(house, lin)
    assert fit(house, lin).until == clock.now() + 60 * MINUTE
    rest.lengthen_break(house, lin, lin.id, 10_000)
    assert fit(house, lin).until == clock.now() + 240 * MINUTE
    with pytest.raises(InvalidInput):
        rest.lengthen_break(house, lin, lin.id, -5)
    with pytest.raises(NotAllowed):
        rest.lengthen_break(house, person(house, "Mei", Role.VOLUNTEER), lin.id, 5)


def test_who_takes_a_break_keeps_the_conversation_they_hold(house: Helpline) -> None:
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    rest.take_break(house, lin)
    vanish.let_go_of_vanished(house)
    assert now_is(house, opened).owner_id == lin.id
    assert now_is(house, opened).state is State.IN_CONVERSATION


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("imminent", {}, Heavy.IMMINENT),
        ("a hard day", {"heavy": (Heavy.CHILD,)}, Heavy.CHILD),
        ("a hard day", {"heavy": (Heavy.OWN_WORD, Heavy.DEATH)}, Heavy.DEATH),
        ("high risk", {"level": Level.IMMINENT}, Heavy.IMMINENT),
    ],
)
def test_after_the_heaviest_contacts_nothing_is_offered_until_somebody_talked(
    house: Helpline, clock: FakeClock, text: str, form: dict[str, object], reason: Heavy
) -> None:
    chen, mei = on_duty(house, "Chen", Role.CLINICIAN), person(house, "Mei", Role.VOLUNTEER)
    helped(house, chen, text, **form)
    clock.advance(hours=2)
    assert fit(house, chen).why is Unfit.DEBRIEF_OWED
    owed = debriefs(house, chen)
    assert [one.reason for one in owed] == [reason]
    with pytest.raises(NotAllowed):
        rest.settle_debrief(house, chen, owed[0].id, "by myself")
    with pytest.raises(InvalidInput):
        rest.settle_debrief(house, mei, owed[0].id, " ")
    rest.settle_debrief(house, mei, owed[0].id, "we walked round the block")
    assert fit(house, chen).ok
    assert told(house, chen) == ["debrief_settled"]
    with pytest.raises(Conflict):
        rest.settle_debrief(house, mei, owed[0].id, "twice")


def test_a_trainee_settles_nobodys_debrief_and_its_note_is_sealed(house: Helpline) -> None:
    lin, new = person(house, "Lin", Role.VOLUNTEER), person(house, "New", Role.VOLUNTEER, stage=Stage.TRAINEE)
    rest.ask_debrief(house, lin)
    with pytest.raises(NotAllowed):
        rest.settle_debrief(house, new, debriefs(house, lin)[0].id, "we talked")
    line = debriefs(house, lin)[0]
    settle_all(house, person(house, "Wong", Role.SUPERVISOR), lin)
    with house.database.read() as conn:
        from hotline.volunteers.tables import care  # noqa: PLC0415  # the raw bytes

        raw = conn.execute(care.select().where(care.c.id == line.id)).one().note
    assert b"talked" not in raw


def test_who_is_stood_down_rests_until_it_is_lifted(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    with pytest.raises(NotAllowed):
        rest.stand_down(house, lin, lin.id, hours=1, reason="tired")
    rest.stand_down(house, wong, lin.id, hours=None, reason="a hard week")
    clock.advance(hours=100)
    assert fit(house, lin).why is Unfit.STOOD_DOWN
    rest.lift(house, wong, lin.id)
    assert fit(house, lin).ok
    rest.stand_down(house, wong, lin.id, hours=2, reason="again")
    clock.advance(hours=2)
    assert fit(house, lin).ok
    assert told(house, lin) == ["stand_down_lifted", "stood_down", "stood_down"]


def test_twelve_hours_of_presence_within_seven_days_are_enough(house: Helpline, clock: FakeClock) -> None:
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    clock.advance(hours=11)
    respond.beat(house, lin)
    respond.go(house, lin, on_duty=False)
    clock.advance(hours=24)
    respond.go(house, lin, on_duty=True)
    assert fit(house, lin).ok
    clock.advance(hours=1)
    found = fit(house, lin)
    assert found.why is Unfit.WEEK_FULL
    respond.beat(house, lin)
    respond.go(house, lin, on_duty=False)
    assert found.until is not None
    clock.set(found.until + MINUTE)
    assert fit(house, lin).ok


def test_a_night_with_the_house_switched_off_counts_as_nobodys_hours(house: Helpline, clock: FakeClock) -> None:
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    clock.advance(hours=20)
    vanish.let_go_of_vanished(house)
    assert fit(house, lin).ok


def test_a_shift_has_its_fill_of_contacts(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), on_duty(house, "Lin", Role.VOLUNTEER)
    has_served(house, lin, urgent=False, times=12)
    assert fit(house, lin).ok
    clock.advance(minutes=5)
    shift(house, wong, lin, clock.now())
    assert fit(house, lin).ok
    has_served(house, lin, urgent=False, times=12)
    assert fit(house, lin).why is Unfit.SHIFT_FULL


def test_an_expired_certificate_is_never_offered_a_contact(house: Helpline, clock: FakeClock) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), on_duty(house, "Lin", Role.VOLUNTEER, stage=Stage.SOLO)
    given = {"granted_on": date(2026, 1, 1), "expires_on": date(2026, 12, 1)}
    held = papers.grant(house, wong, lin.id, CertificateKind.BASIC, **given)
    assert look_ahead.warn_of_certificates(house) == 1
    assert look_ahead.warn_of_certificates(house) == 0
    assert told(house, lin) == told(house, wong) == ["certificate_soon"]
    respond.go(house, lin, on_duty=False)
    clock.set(clock.now().replace(month=12, day=2))
    respond.go(house, lin, on_duty=True)
    seeker(house)
    with pytest.raises(NotFit, match="certificate_expired"):
        respond.claim_next(house, lin)
    assert look_ahead.warn_of_certificates(house) == 1
    assert told(house, lin) == ["certificate_expired", "certificate_soon"]
    papers.grant(house, wong, lin.id, CertificateKind.BASIC, granted_on=date(2026, 12, 2), expires_on=date(2027, 12, 1))
    assert fit(house, lin).ok
    papers.withdraw(house, wong, held)
    assert fit(house, lin).ok


def test_a_certificate_with_impossible_days_is_refused(house: Helpline) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    for granted, expires in (((2026, 2, 1), (2026, 1, 1)), ((2027, 1, 1), (2028, 1, 1))):
        with pytest.raises(InvalidInput):
            papers.grant(
                house, wong, lin.id, CertificateKind.BASIC, granted_on=date(*granted), expires_on=date(*expires)
            )
    with pytest.raises(NotAllowed):
        papers.grant(
            house, lin, lin.id, CertificateKind.BASIC, granted_on=date(2026, 1, 1), expires_on=date(2027, 1, 1)
        )


def test_a_notice_is_put_away_by_its_own_person_only(house: Helpline) -> None:
    wong, lin = person(house, "Wong", Role.SUPERVISOR), person(house, "Lin", Role.VOLUNTEER)
    rest.stand_down(house, wong, lin.id, hours=None, reason="a hard week")
    notice = notices(house, lin)[0]
    rest.put_away(house, wong, notice.id)
    assert notices(house, lin) == [notice]
    rest.put_away(house, lin, notice.id)
    assert notices(house, lin) == []


def test_the_new_tables_go_and_come_with_people_in_the_old_ones(house: Helpline) -> None:
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    rest.take_break(house, lin)
    downgrade(house.database, "0002")
    upgrade(house.database)
    assert fit(house, lin).ok
