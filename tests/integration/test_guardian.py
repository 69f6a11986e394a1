"""Whom to call in danger: sealed, opened with a line in the log, destroyed after the end, never who is the danger."""

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.web import reach_out, staff

from hotline.domain.contact import ActionKind, ActionState, Region, Relation, Role
from hotline.domain.errors import InvalidInput, NotAllowed, NotFound
from hotline.domain.records import Person
from hotline.flow import guardian, intervene, respond, review
from hotline.flow.guardian import Named, Reached
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import Done, GuardianIsDanger
from hotline.jobs import sweep

AUNT = Named("Aunt Fong", "9123 4567", Relation.FAMILY)


def talk(house: Helpline) -> tuple[str, Person]:
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    opened = seeker(house, region=Region.HONG_KONG)
    respond.claim_next(house, lin)
    return opened.contact.id, lin


def test_name_and_number_are_opened_with_a_line_in_the_log(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    contact_id, lin = talk(house)
    guardian.keep(house, lin, contact_id, AUNT)
    assert guardian.open_number(house, lin, contact_id) == Reached("Aunt Fong", "+85291234567")
    lines, fault = review.read_log(house, contact_id)
    told = [line.kind for line in lines if line.kind.startswith("guardian")]
    assert (told, fault) == (["guardian_kept", "guardian_opened"], None)
    assert "Fong" not in str(lines)


def test_who_is_the_danger_is_never_called_and_their_number_is_gone(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    contact_id, lin = talk(house)
    guardian.keep(house, lin, contact_id, AUNT)
    guardian.keep(house, lin, contact_id, Named("Aunt Fong", "9123 4567", Relation.FAMILY, danger=True))
    with pytest.raises(GuardianIsDanger):
        guardian.open_number(house, lin, contact_id)
    with pytest.raises(GuardianIsDanger):
        intervene.record_action(house, lin, contact_id, Done(ActionKind.GUARDIAN_CONTACT, ActionState.STARTED))
    with house.database.read() as conn:
        kept = guardian.contacts.open_identity(conn, house.keys, contact_id, guardian.KIND)
    assert "4567" not in str(kept)


@pytest.mark.parametrize("named", [Named("", "9123 4567", Relation.OTHER), Named("Fong", "12", Relation.OTHER)])
def test_a_name_and_a_number_that_rings_are_needed(helpline: Helpline, named: Named) -> None:
    contact_id, lin = talk(helpline)
    with pytest.raises(InvalidInput):
        guardian.keep(helpline, lin, contact_id, named)


def test_nobody_outside_opens_it_and_it_is_destroyed_after_the_end(helpline: Helpline, clock: FakeClock) -> None:
    contact_id, lin = talk(helpline)
    guardian.keep(helpline, lin, contact_id, AUNT)
    with pytest.raises(NotAllowed):
        guardian.open_number(helpline, person(helpline, "Mei", Role.VOLUNTEER), contact_id)
    intervene.wrap_up(helpline, lin, contact_id)
    clock.advance(hours=25)
    sweep.destroy_old(helpline)
    with pytest.raises(NotFound):
        guardian.open_number(helpline, lin, contact_id)


def test_a_program_names_and_opens_and_sees_no_name_otherwise(app: Flask, helpline: Helpline) -> None:
    lin = staff(app, helpline, "Lin", Role.CLINICIAN)
    reach_out(app, region="hk")
    contact_id = lin.post("/queue/next").json["contact_id"]
    path = f"/contacts/{contact_id}/guardian"
    named = {"name": "Aunt Fong", "phone": "91234567", "relation": "family"}
    assert lin.call("PUT", path, named).json["guardian"]["relation"] == "family"
    assert lin.post(f"{path}/open").json == {"name": "Aunt Fong", "number": "+85291234567"}
    assert "Fong" not in lin.get(f"/contacts/{contact_id}").text
    lin.call("PUT", path, {**named, "danger": True})
    assert lin.post(f"{path}/open").json["error"]["code"] == "guardian_danger"
