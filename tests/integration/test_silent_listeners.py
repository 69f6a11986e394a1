"""Words without an answer: the listener is asked whether they are there, then somebody else is."""

from support.fakes import FakeClock
from support.people import now_is, on_duty, person, says, seeker

from hotline.domain.contact import Role, State
from hotline.domain.records import Person
from hotline.flow import company, converse, escalate, respond, vanish
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened
from hotline.flow.unit import UnitOfWork
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.volunteers import care


def told(house: Helpline, who: Person) -> list[str]:
    with house.database.read() as conn:
        return [one.kind for one in care.open_notices(conn, who.id)]


def passes(house: Helpline, clock: FakeClock, seconds: int, *here: Person) -> int:
    """Time goes by at open desks; gives how many contacts wait again."""
    returned = 0
    for _ in range(seconds // 20):
        clock.advance(seconds=20)
        for one in here:
            respond.beat(house, one)
        returned += vanish.silent_listeners(house)
    return returned


def talking(house: Helpline, text: str = "a hard day") -> tuple[Person, Opened]:
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    opened = seeker(house, text)
    respond.claim_next(house, lin)
    return lin, opened


def test_who_does_not_answer_is_asked_and_then_somebody_else_is(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    assert passes(house, clock, 160, lin) == 0
    assert told(house, lin) == []
    assert passes(house, clock, 40, lin) == 0
    assert told(house, lin) == ["still_with_it"]
    assert passes(house, clock, 420, lin) == 1
    assert (now_is(house, opened).state, now_is(house, opened).owner_id) == (State.WAITING, None)
    assert "let_go" in told(house, lin)


def test_an_answer_puts_the_question_away(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin, opened = talking(house)
    passes(house, clock, 200, lin)
    converse.post_as_listener(house, lin, opened.contact.id, text="I am here", client_id="l" * 8)
    assert told(house, lin) == []
    assert passes(house, clock, 900, lin) == 0
    says(house, opened, "and you?")
    passes(house, clock, 200, lin)
    assert told(house, lin) == ["still_with_it"]


def test_danger_does_not_wait_so_long_and_who_is_beside_takes_over(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house = helpline_on_both
    lin, opened = talking(house, "high risk")
    wong = on_duty(house, "Wong", Role.SUPERVISOR)
    company.join(house, wong, opened.contact.id)
    assert passes(house, clock, 200, lin, wong) == 0
    assert now_is(house, opened).owner_id == wong.id


def test_nobody_reached_means_everybody_else_is_called_at_once(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    on_duty(house, "Lin", Role.VOLUNTEER)
    on_duty(house, "Wong", Role.SUPERVISOR)
    person(house, "Away", Role.SUPERVISOR)
    with UnitOfWork(house) as unit:
        escalate.alarm(unit, AlarmKind.DISPATCH_UNSIGNED, None, token="t")
        unit.commit()
    with house.database.read() as conn:
        first = routing.recent_pages(conn)
    assert len(first) == 1
    for _ in range(2):
        escalate.page_unreached(house, first[0].id)
    with house.database.read() as conn:
        assert len(routing.recent_pages(conn)) == 3
