"""Answers taken back, or given after a signed lowering: they leave no wrong word and undo no signature."""

import pytest
from support.fakes import FakeClock
from support.people import now_is, on_duty, person, seeker

from hotline.domain.contact import AskedDirectly, Level, Role
from hotline.domain.errors import SecondPersonNeeded
from hotline.flow import assess, intervene, respond, screen
from hotline.flow.helpline import Helpline
from hotline.triage.screening import Answer, Question


class Desk:
    """One listener with one contact, on the clock of the test."""

    def __init__(self, house: Helpline) -> None:
        self.house, self.lin = house, on_duty(house, "Lin", Role.VOLUNTEER)
        self.opened = seeker(house)
        self.id = self.opened.contact.id
        respond.claim_next(house, self.lin)

    def hears(self, question: Question, answer: Answer) -> None:
        screen.note_answer(self.house, self.lin, self.id, question, answer)

    def writes(self, asked: AskedDirectly) -> None:
        intervene.record_asked(self.house, self.lin, self.id, asked, "")

    @property
    def asked(self) -> str | None:
        return now_is(self.house, self.opened).asked_directly

    @property
    def level(self) -> Level:
        return now_is(self.house, self.opened).level


@pytest.fixture
def desk(helpline_on_both: Helpline) -> Desk:
    return Desk(helpline_on_both)


@pytest.mark.parametrize("last", [Answer.NOT_YET, Answer.NO])
def test_a_yes_that_was_taken_back_leaves_no_word_that_it_was_asked(desk: Desk, last: Answer) -> None:
    desk.hears(Question.INTENT, Answer.YES)
    assert desk.asked == "yes"
    desk.hears(Question.INTENT, last)
    assert desk.asked is None


def test_what_a_person_wrote_stays_when_answers_are_taken_back(desk: Desk) -> None:
    desk.writes(AskedDirectly.DENIED)
    desk.hears(Question.INTENT, Answer.YES)
    desk.hears(Question.INTENT, Answer.NOT_YET)
    assert desk.asked == "denied"


def test_no_answer_overwrites_a_yes_that_a_person_wrote(desk: Desk) -> None:
    desk.writes(AskedDirectly.YES)
    for answer in (Answer.NO, Answer.YES, Answer.NO, Answer.REFUSED, Answer.NOT_YET):
        desk.hears(Question.WISH, answer)
        assert desk.asked == "yes"


def test_an_answer_about_something_else_leaves_what_a_person_wrote_later(desk: Desk) -> None:
    desk.hears(Question.WISH, Answer.YES)
    desk.writes(AskedDirectly.DENIED)
    desk.hears(Question.ALONE, Answer.YES)
    assert desk.asked == "denied"


def lowered_by_two(desk: Desk) -> None:
    wong = person(desk.house, "Wong", Role.SUPERVISOR)
    with pytest.raises(SecondPersonNeeded):
        assess.set_level(desk.house, desk.lin, desk.id, Level.ROUTINE, "a misunderstanding")
    assess.countersign(desk.house, wong, desk.id, agree=True)


def test_an_unrelated_answer_does_not_undo_what_two_people_signed(desk: Desk, clock: FakeClock) -> None:
    desk.hears(Question.INTENT, Answer.YES)
    clock.advance(minutes=1)
    lowered_by_two(desk)
    assert desk.level is Level.ROUTINE
    clock.advance(minutes=1)
    desk.hears(Question.ALONE, Answer.YES)
    assert desk.level is Level.ROUTINE


@pytest.mark.parametrize("question", [Question.INTENT, Question.PLAN])
def test_a_new_yes_raises_again_after_a_lowering(desk: Desk, clock: FakeClock, question: Question) -> None:
    desk.hears(Question.INTENT, Answer.YES)
    lowered_by_two(desk)
    clock.advance(minutes=1)
    desk.hears(question, Answer.YES)
    assert desk.level is Level.HIGH
