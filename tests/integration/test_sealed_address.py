"""The sealed network address: only with an emergency call, asked by one, signed by a second, seen once by each."""

import re

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.web import browser_of, reach_out, staff

from hotline.domain.contact import Outcome, Role
from hotline.domain.errors import Conflict, NotAllowed, NotFound
from hotline.domain.records import Person
from hotline.flow import address, emergency, intervene, respond, review
from hotline.flow.emergency import EmergencyCall
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.jobs import sweep

WHERE = "203.0.113.7"


def called(house: Helpline, basis: str = "act_in_progress", *, wanted: bool = True) -> tuple[Person, Person, str, str]:
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "imminent", network_address=WHERE)
    respond.claim_next(house, lin)
    call = EmergencyCall("ambulance", basis, "place", address=wanted)
    return lin, wong, opened.contact.id, emergency.dispatch(house, lin, opened.contact.id, call)


def test_two_people_open_it_and_each_sees_it_once(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong, contact_id, dispatch_id = called(house)
    with pytest.raises(address.AddressSeen):
        address.see(house, lin, dispatch_id)
    address.sign(house, wong, dispatch_id, agree=True)
    assert [address.see(house, who, dispatch_id) for who in (lin, wong)] == [(WHERE, contact_id)] * 2
    for who in (lin, wong):
        with pytest.raises(address.AddressSeen):
            address.see(house, who, dispatch_id)
    lines, fault = review.read_log(house, contact_id)
    told = [(line.kind, line.actor) for line in lines if line.kind.startswith("address")]
    seen = [("address_seen", lin.id), ("address_seen", wong.id)]
    assert (told, fault) == ([("address_asked", lin.id), ("address_signed", wong.id), *seen], None)
    assert WHERE not in str(lines)


def test_nobody_signs_for_themselves_and_nobody_else_looks(helpline: Helpline) -> None:
    lin, wong, contact_id, dispatch_id = called(helpline)
    ho = person(helpline, "Ho", Role.SUPERVISOR)
    with pytest.raises(NotAllowed):
        address.sign(helpline, lin, dispatch_id, agree=True)
    own = EmergencyCall("police", "act_in_progress", "place", address=True)
    asked_by_ho = emergency.dispatch(helpline, ho, contact_id, own)
    with pytest.raises(NotAllowed):
        address.sign(helpline, ho, asked_by_ho, agree=True)
    address.sign(helpline, wong, dispatch_id, agree=True)
    with pytest.raises(NotAllowed):
        address.see(helpline, ho, dispatch_id)
    with pytest.raises(Conflict):
        address.sign(helpline, ho, dispatch_id, agree=False)


def test_a_no_keeps_it_sealed(helpline: Helpline) -> None:
    lin, wong, _, dispatch_id = called(helpline)
    address.sign(helpline, wong, dispatch_id, agree=False)
    with pytest.raises(address.AddressSeen):
        address.see(helpline, lin, dispatch_id)


def test_a_call_that_two_people_have_not_signed_opens_nothing(helpline: Helpline) -> None:
    lin, wong, _, dispatch_id = called(helpline, "consent")
    address.sign(helpline, wong, dispatch_id, agree=True)
    with pytest.raises(address.AddressSeen):
        address.see(helpline, lin, dispatch_id)
    emergency.countersign(helpline, wong, dispatch_id, agree=True)
    assert address.see(helpline, lin, dispatch_id)[0] == WHERE


def test_a_refused_call_and_a_call_that_asked_for_none_open_nothing(helpline: Helpline) -> None:
    _, wong, contact_id, dispatch_id = called(helpline, "consent")
    emergency.countersign(helpline, wong, dispatch_id, agree=False)
    with pytest.raises(Conflict):
        address.sign(helpline, wong, dispatch_id, agree=True)
    other = emergency.dispatch(helpline, wong, contact_id, EmergencyCall("police", "act_in_progress", "place"))
    with pytest.raises(NotFound):
        address.sign(helpline, wong, other, agree=True)


def test_what_was_destroyed_or_closed_is_not_shown(helpline: Helpline, clock: FakeClock) -> None:
    lin, wong, contact_id, dispatch_id = called(helpline)
    address.sign(helpline, wong, dispatch_id, agree=True)
    intervene.wrap_up(helpline, lin, contact_id)
    clock.advance(hours=25)
    sweep.destroy_old(helpline)
    with pytest.raises(address.AddressGone):
        address.see(helpline, lin, dispatch_id)
    intervene.close(helpline, lin, contact_id, ClosingForm(Outcome.EMERGENCY_SERVICES))
    with pytest.raises(Conflict):
        address.see(helpline, wong, dispatch_id)


def test_the_pages_ask_sign_and_show_it_once(app: Flask, helpline: Helpline) -> None:
    lin, wong = staff(app, helpline, "Lin", Role.CLINICIAN), staff(app, helpline, "Wong", Role.SUPERVISOR)
    reach_out(app, "imminent")
    contact_id = lin.post("/queue/next").json["contact_id"]
    form = {"service": "police", "basis": "act_in_progress", "disclosed": "place", "address": True}
    dispatch_id = lin.post(f"/contacts/{contact_id}/dispatches", form).json["dispatches"][0]["dispatch_id"]
    boss = browser_of(app, wong)
    page = boss.get(f"/staff/contacts/{contact_id}").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    data = {"csrf_token": token, "agree": "1"}
    assert boss.post(f"/staff/dispatches/{dispatch_id}/address", data=data).status_code == 303
    assert "127.0.0.1" in boss.post(f"/staff/dispatches/{dispatch_id}/address/see", data=data).text
    assert "address/see" not in boss.get(f"/staff/contacts/{contact_id}").text
    assert lin.post(f"/dispatches/{dispatch_id}/address/see").json == {"address": "127.0.0.1"}
    assert lin.post(f"/dispatches/{dispatch_id}/address/see").json["error"]["code"] == "address_seen"
