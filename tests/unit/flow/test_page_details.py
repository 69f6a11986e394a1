"""What a page says, to whom, and when it is no longer needed."""

from support.people import person, seeker

from hotline.domain.contact import Role
from hotline.flow import escalate, sign_in
from hotline.flow.helpline import Helpline
from hotline.routing import store as routing


def first_page(house: Helpline) -> routing.Page:
    with house.database.read() as conn:
        return routing.recent_pages(conn)[0]


def test_a_page_names_the_contact_by_its_pseudonym_and_the_persons_sealed_number(helpline: Helpline) -> None:
    wong = person(helpline, "Wong", Role.SUPERVISOR)
    sign_in.set_phone(helpline, wong, "+852 2389 2222")
    opened = seeker(helpline, "imminent")
    order = escalate.page_details(helpline, first_page(helpline).id)
    assert order is not None
    assert (order.person_id, order.to_number) == (wong.id, "+85223892222")
    assert opened.contact.pseudonym in order.text
    assert "imminent" not in order.text


def test_an_acknowledged_alarm_pages_nobody_any_more(helpline: Helpline) -> None:
    wong = person(helpline, "Wong", Role.SUPERVISOR)
    seeker(helpline, "imminent")
    page = first_page(helpline)
    escalate.acknowledge(helpline, wong, page.alarm_id)
    assert escalate.page_details(helpline, page.id) is None


def test_the_board_shows_what_the_carrier_did(helpline: Helpline) -> None:
    person(helpline, "Wong", Role.SUPERVISOR)
    seeker(helpline, "imminent")
    page = first_page(helpline)
    escalate.page_outcome(helpline, page.id, carrier="silent", state="silent")
    assert (first_page(helpline).carrier, first_page(helpline).state) == ("silent", "silent")
