"""Stories of what a listener writes to somebody who telephones: it goes out where that is safe, or the desk says no."""

from collections.abc import Callable

import pytest
from support.phone_stories import LIN, connected, in_line, page_of
from support.phones import CALLER, LINE, PhoneHouse

from hotline.consoles import views
from hotline.contacts import callbacks, texts
from hotline.domain.contact import Author, Channel
from hotline.domain.errors import OnlyByVoice
from hotline.domain.ids import new_id
from hotline.domain.texting import TextState
from hotline.flow import converse, respond
from hotline.lab.telephone.people import Handset

WORDS = "Here is the address we spoke of"


def writes(house: PhoneHouse, contact_id: str) -> None:
    converse.post_as_listener(house.helpline, house.people["lin"], contact_id, text=WORDS, client_id=new_id())
    house.works()


def view(house: PhoneHouse, contact_id: str) -> dict[str, object]:
    with house.app.test_request_context():
        return views.contact(house.people["lin"], contact_id)


def sent(house: PhoneHouse, number: str = CALLER) -> list[tuple[str, str]]:
    return [(one.from_, one.body) for one in house.world.texts_to(number)]


def talks(house: PhoneHouse) -> str:
    return connected(house)[2]


def was_cut(house: PhoneHouse) -> str:
    caller, _, contact_id = connected(house)
    caller.hang_up()
    house.passes(15)
    return contact_id


def left_a_message(house: PhoneHouse) -> str:
    caller = in_line(house)
    for key in ("4", "5", "6", "6"):
        caller.press(key)
        house.works()
    caller.say("please call me")
    house.passes(2)
    return taken_after(house, caller)


def taken_after(house: PhoneHouse, caller: Handset) -> str:
    """The caller hangs up, and Lin takes them."""
    caller.hang_up()
    house.works()
    house.listener("lin", LIN)
    return respond.claim_next(house.helpline, house.people["lin"])


@pytest.mark.parametrize("came", [talks, was_cut, left_a_message])
def test_where_written_words_reach_nobody_the_desk_says_so_and_takes_none(
    house: PhoneHouse, came: Callable[[PhoneHouse], str]
) -> None:
    contact_id = came(house)
    assert view(house, contact_id)["written_by"] == "voice"
    with pytest.raises(OnlyByVoice):
        writes(house, contact_id)
    assert sent(house) == []


def test_who_said_that_a_text_is_safe_gets_the_words_as_a_text_from_the_line_they_called(house: PhoneHouse) -> None:
    caller = in_line(house)
    for key in ("2", "5", "6", "5"):
        caller.press(key)
        house.works()
    contact_id = taken_after(house, caller)
    assert view(house, contact_id)["written_by"] == "sms"
    writes(house, contact_id)
    assert sent(house) == [(LINE, WORDS)]
    with house.helpline.database.read() as conn:
        (found,) = texts.of_contact(conn, contact_id).values()
    assert found[0].state is not TextState.REFUSED
    assert found[0].channel is Channel.SMS


def test_a_wish_that_ended_in_a_talk_still_says_that_a_text_is_safe(house: PhoneHouse) -> None:
    phone = house.listener("lin", LIN)
    caller = in_line(house)
    for key in ("2", "5", "5", "5", "6"):
        caller.press(key)
        house.works()
    house.until(lambda: phone.ringing)
    phone.answer(press="1")
    house.until(lambda: caller.in_conference)
    contact_id = house.contact_of(caller).id
    with house.helpline.database.read() as conn:
        assert contact_id not in callbacks.of_contacts(conn, [contact_id])
    writes(house, contact_id)
    assert sent(house)[-1] == (LINE, WORDS)


def test_who_texts_while_they_telephone_is_answered_by_text(house: PhoneHouse) -> None:
    contact_id = talks(house)
    house.world.text(CALLER, LINE, "I can not say this aloud")
    house.passes(2)
    assert view(house, contact_id)["written_by"] == "sms"
    writes(house, contact_id)
    assert sent(house)[-1] == (LINE, WORDS)


def test_a_page_that_is_open_still_gets_what_is_written(house: PhoneHouse) -> None:
    contact_id = talks(house)
    contact = house.contact(contact_id)
    converse.post_as_seeker(house.helpline, contact, text="my address", client_id="one-more-word")
    writes(house, contact_id)
    with house.helpline.database.read() as conn:
        message = converse.contacts.read_messages(conn, house.helpline.keys, contact_id)[-1]
    assert (message.author, message.channel) == (Author.LISTENER, Channel.WEB)


def test_a_number_in_a_place_that_texts_do_not_reach_is_not_written_to(house: PhoneHouse) -> None:
    caller = in_line(house, number="+8613800138000")
    for key in ("2", "5", "6", "5"):
        caller.press(key)
        house.works()
    contact_id = taken_after(house, caller)
    assert view(house, contact_id)["written_by"] == "voice"


def test_who_wants_no_more_texts_is_named_where_the_words_are_written(house: PhoneHouse) -> None:
    house.world.text(CALLER, LINE, "I cannot go on")
    house.listener("lin", LIN)
    contact_id = respond.claim_next(house.helpline, house.people["lin"])
    notice = "nothing you write goes out"
    assert '<div class="composer" id="texts-stopped" role="status" hidden>' in page_of(house, contact_id)
    house.world.text(CALLER, LINE, "STOP")
    house.works()
    page = page_of(house, contact_id)
    assert '<div class="composer" id="texts-stopped" role="status">' in page
    assert page.index(notice) < page.index('id="composer"')
    assert 'data-stopped="1"' in page
    house.world.text(CALLER, LINE, "START")
    house.works()
    assert view(house, contact_id)["texts_stopped"] is False


def test_the_page_says_how_words_go_or_that_they_do_not(house: PhoneHouse) -> None:
    contact_id = was_cut(house)
    page = page_of(house, contact_id)
    assert "Written words do not reach this person" in page
    assert 'id="composer"' not in page
    house.world.text(CALLER, LINE, "I can only write now")
    house.works()
    assert 'id="by-text"' in page_of(house, contact_id)
