"""Stories of who was cut off and whether they may be rung: the desk says why not, and notes what they said aloud."""

from typing import Any

import pytest
from support.people import seeker
from support.phone_stories import LIN, connected, in_line, kinds_of, page_of, said, takes
from support.phones import CALLER, PhoneHouse

from hotline.consoles import views
from hotline.domain.contact import Region
from hotline.domain.errors import Conflict, NotAllowed
from hotline.flow import callback, on_the_line, respond
from hotline.flow.callback import Wish
from hotline.flow.on_the_line import CallAct


def in_danger(house: PhoneHouse, number: str = CALLER) -> tuple[Any, Any, str]:
    """Somebody who presses 1 at once, so that nobody asks them anything, and whom Lin takes."""
    phone = house.listener("lin", LIN)
    caller = house.calls(number)
    caller.press("1")
    house.works()
    return caller, phone, takes(house, phone, caller)


def desk(house: PhoneHouse, contact_id: str) -> dict[str, Any]:
    with house.app.test_request_context():
        return views.contact(house.people["lin"], contact_id)["call"]  # type: ignore[no-any-return]


def act(house: PhoneHouse, contact_id: str, what: CallAct) -> None:
    on_the_line.act(house.helpline, house.people["lin"], contact_id, what)
    house.passes(3)


def test_who_said_aloud_that_ringing_them_is_safe_is_rung_again_by_key_one(house: PhoneHouse) -> None:
    caller, lin, contact_id = in_danger(house)
    assert (desk(house, contact_id)["safe_again"], desk(house, contact_id)["withheld"]) == (None, False)
    act(house, contact_id, CallAct.AGAIN_SAFE)
    assert desk(house, contact_id)["safe_again"] is True
    caller.hang_up()
    house.until(lambda: "To call them back now, press 1" in said(lin))
    lin.press("1")
    house.until(lambda: house.world.phone(CALLER).ringing)
    assert "call_again_safe" in kinds_of(house, contact_id)


def test_what_they_said_may_be_noted_after_the_line_was_cut_and_then_the_desk_rings(house: PhoneHouse) -> None:
    caller, lin, contact_id = in_danger(house)
    caller.hang_up()
    house.passes(15)
    assert "call" not in desk(house, contact_id)["may"]
    with pytest.raises(NotAllowed):
        act(house, contact_id, CallAct.CALL)
    act(house, contact_id, CallAct.AGAIN_SAFE)
    assert {"call", "again_unsafe"} <= set(desk(house, contact_id)["may"])
    act(house, contact_id, CallAct.CALL)
    lin.answer(press="1")
    house.until(lambda: house.world.phone(CALLER).ringing)


def test_a_no_said_aloud_ends_an_earlier_yes(house: PhoneHouse) -> None:
    caller, _, contact_id = in_danger(house)
    act(house, contact_id, CallAct.AGAIN_SAFE)
    act(house, contact_id, CallAct.AGAIN_UNSAFE)
    caller.hang_up()
    house.passes(15)
    with pytest.raises(NotAllowed):
        act(house, contact_id, CallAct.CALL)


def test_who_withholds_their_number_cannot_be_rung_and_the_desk_says_so(house: PhoneHouse) -> None:
    _, _, contact_id = in_danger(house, "anonymous")
    assert desk(house, contact_id)["withheld"] is True
    assert not {"again_safe", "again_unsafe"} & set(desk(house, contact_id)["may"])
    with pytest.raises(Conflict):
        act(house, contact_id, CallAct.AGAIN_SAFE)


def test_only_who_is_in_the_conversation_notes_what_was_said_in_it(house: PhoneHouse) -> None:
    _, _, contact_id = connected(house)
    house.listener("chen", "+85262222222")
    with pytest.raises(NotAllowed):
        on_the_line.act(house.helpline, house.people["chen"], contact_id, CallAct.AGAIN_SAFE)


def test_the_page_says_why_and_first_what_may_be_done_for_somebody_in_danger(house: PhoneHouse) -> None:
    caller, _, contact_id = in_danger(house)
    caller.hang_up()
    house.passes(15)
    page = page_of(house, contact_id)
    assert page.index('id="cut-in-danger"') < page.index("They cannot be rung again: nobody asked whether that is safe")
    assert 'value="again_safe"' in page


@pytest.mark.parametrize("came_by", ["page", "call"])
def test_who_was_called_back_and_cut_off_is_rung_at_the_same_number_again(house: PhoneHouse, came_by: str) -> None:
    other = "+85298765432"
    if came_by == "page":
        contact = seeker(house.helpline, region=Region.HONG_KONG).contact
        wish = Wish(other, safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)
        callback.ask(house.helpline, contact, wish)
    else:
        caller = in_line(house)
        for key in ("2", "6", "98765432#", "5", "6", "6"):
            caller.press(key)
            house.works()
        caller.hang_up()
        house.works()
    contact_id = house.all_contacts()[0].id
    lin = house.listener("lin", LIN)
    respond.claim_next(house.helpline, house.people["lin"])
    for _ in range(2):
        on_the_line.act(house.helpline, house.people["lin"], contact_id, CallAct.CALL)
        house.until(lambda: lin.ringing)
        lin.answer(press="1")
        house.until(lambda: house.world.phone(other).ringing)
        back = house.world.phone(other).answer()
        house.until(lambda handset=back: handset.is_asked)  # type: ignore[misc]
        back.press("1")
        house.until(lambda handset=back: handset.in_conference)  # type: ignore[misc]
        assert desk(house, contact_id)["withheld"] is False
        back.hang_up()
        house.passes(25)
    assert not house.world.phone(CALLER).ringing
