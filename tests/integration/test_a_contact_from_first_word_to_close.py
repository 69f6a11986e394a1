"""One contact through the whole house, on both databases."""

import pytest
from support.people import now_is, on_duty, person, says, seeker

from hotline.contacts import store as contacts
from hotline.domain.contact import ActionKind, ActionState, Author, Level, Outcome, Region, Role, State
from hotline.domain.errors import Conflict, NotAllowed
from hotline.domain.ids import new_id
from hotline.flow import converse, intervene, respond, review
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Done


def texts(helpline: Helpline, contact_id: str) -> list[tuple[Author, str]]:
    with helpline.database.read() as conn:
        found = contacts.read_messages(conn, helpline.keys, contact_id)
    return [(message.author, message.text) for message in found]


def test_somebody_who_writes_is_acknowledged_judged_and_waiting(helpline_on_both: Helpline) -> None:
    opened = seeker(helpline_on_both, "I cannot sleep")
    contact = now_is(helpline_on_both, opened)
    said = texts(helpline_on_both, contact.id)
    assert said[0] == (Author.SEEKER, "I cannot sleep")
    assert said[1][0] is Author.SYSTEM
    assert (contact.state, contact.level) == (State.WAITING, Level.ROUTINE)
    assert contact.acknowledged_at is not None


def test_a_conversation_is_held_written_and_closed_with_its_log(helpline_on_both: Helpline) -> None:
    house, opened = helpline_on_both, seeker(helpline_on_both)
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    contact_id = respond.claim_next(house, lin)
    converse.post_as_listener(house, lin, contact_id, text="I am Lin", client_id=new_id())
    says(house, opened, "thank you")
    form = ClosingForm(
        Outcome.SUPPORTED,
        "tired, calmer",
        "call a friend",
        actions=(Done(ActionKind.LISTENING, ActionState.DONE), Done(ActionKind.REFERRAL, ActionState.AGREED)),
    )
    intervene.close(house, lin, contact_id, form)
    contact = now_is(house, opened)
    assert (contact.state, contact.outcome) == (State.CLOSED, "supported")
    assert contact.first_reply_at is not None
    lines, fault = review.read_log(house, contact_id)
    assert fault is None
    recorded = [line.details["state"] for line in lines if line.kind == "action_recorded"]
    assert recorded == ["done", "agreed"]


def test_the_same_message_sent_twice_is_one_message(helpline_on_both: Helpline) -> None:
    house, opened = helpline_on_both, seeker(helpline_on_both)
    contact, once = now_is(house, opened), new_id()
    first = converse.post_as_seeker(house, contact, text="hello", client_id=once)
    second = converse.post_as_seeker(house, contact, text="hello", client_id=once)
    assert (first[2], second[2]) == (True, False)
    assert first[1].number == second[1].number


def test_words_after_the_close_open_a_contact_that_follows(helpline_on_both: Helpline) -> None:
    house, opened = helpline_on_both, seeker(helpline_on_both)
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    old_id = respond.claim_next(house, lin)
    intervene.close(house, lin, old_id, ClosingForm(Outcome.SUPPORTED))
    follower = says(house, opened, "I am back, it is worse")
    assert follower.id != old_id
    assert follower.follows_contact_id == old_id
    assert now_is(house, opened).state is State.WAITING


def test_words_during_the_closing_form_bring_the_same_listener_back(helpline_on_both: Helpline) -> None:
    house, opened = helpline_on_both, seeker(helpline_on_both)
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    contact_id = respond.claim_next(house, lin)
    intervene.wrap_up(house, lin, contact_id)
    says(house, opened, "wait, one more thing")
    contact = now_is(house, opened)
    assert (contact.state, contact.owner_id) == (State.IN_CONVERSATION, lin.id)


def test_only_who_holds_a_contact_may_speak_in_it(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    seeker(house)
    lin, mei = on_duty(house, "Lin", Role.VOLUNTEER), on_duty(house, "Mei", Role.VOLUNTEER)
    contact_id = respond.claim_next(house, lin)
    with pytest.raises(NotAllowed):
        converse.post_as_listener(house, mei, contact_id, text="hello", client_id=new_id())


def test_the_codename_leads_back_without_showing_old_words(helpline_on_both: Helpline) -> None:
    house, opened = helpline_on_both, seeker(helpline_on_both)
    codename = converse.give_codename(house, now_is(house, opened))
    again = converse.come_back(house, codename.upper().replace("-", " "), _opening())
    assert again.contact.id == opened.contact.id
    contact = now_is(house, again)
    with house.database.read() as conn:
        shown = contacts.read_messages(conn, house.keys, contact.id, after=contact.first_visible_number - 1)
    assert [message.author for message in shown] == [Author.SYSTEM]


def _opening() -> converse.Opening:
    return converse.Opening(language=converse.Language.EN)


def test_who_comes_back_after_the_close_finds_their_regions_numbers(helpline_on_both: Helpline) -> None:
    house, lin = helpline_on_both, on_duty(helpline_on_both, "Lin", Role.VOLUNTEER)
    opened = seeker(house, region=Region.TAIWAN)
    codename = converse.give_codename(house, now_is(house, opened))
    respond.claim_next(house, lin)
    intervene.close(house, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    again = converse.come_back(house, codename, _opening())
    assert (again.contact.id != opened.contact.id, again.contact.region) == (True, Region.TAIWAN)
    chosen = converse.Opening(language=converse.Language.EN, region=Region.HONG_KONG)
    assert converse.come_back(house, codename, chosen).contact.id == again.contact.id


def test_the_old_page_no_longer_speaks_after_a_return(helpline_on_both: Helpline) -> None:
    house, opened = helpline_on_both, seeker(helpline_on_both)
    codename = converse.give_codename(house, now_is(house, opened))
    converse.come_back(house, codename, _opening())
    with pytest.raises(converse.NotFound):
        converse.contact_of(house, opened.token)


def test_an_urgent_contact_that_is_left_waiting_needs_a_supervisor_to_close(helpline_on_both: Helpline) -> None:
    house, opened = helpline_on_both, seeker(helpline_on_both, "high risk")
    lin, wong = person(house, "Lin", Role.VOLUNTEER), person(house, "Wong", Role.SUPERVISOR)
    converse.end_as_seeker(house, now_is(house, opened))
    contact = now_is(house, opened)
    assert contact.state is State.ABANDONED
    with pytest.raises(NotAllowed):
        intervene.close(house, lin, contact.id, ClosingForm(Outcome.LEFT_EARLY))
    intervene.close(house, wong, contact.id, ClosingForm(Outcome.LEFT_EARLY, "call-back planned"))
    assert now_is(house, opened).state is State.CLOSED


def test_going_off_duty_with_an_open_conversation_is_refused(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    seeker(house)
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    respond.claim_next(house, lin)
    with pytest.raises(Conflict):
        respond.go(house, lin, on_duty=False)
