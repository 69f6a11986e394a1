"""What is half written in a form at the desk is kept, comes back, is one's own, and goes when it is sent or closed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.people import on_duty, person, seeker
from support.web import Caller, browser_of, reach_out, staff

from hotline.domain.contact import ActionKind, ActionState, Outcome, Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.domain.records import Person
from hotline.flow import drafts, intervene, respond
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Done
from hotline.interventions import drafts as rows
from hotline.interventions.drafts import EVERYBODY, Form


def talk(house: Helpline) -> tuple[str, Person]:
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    return opened.contact.id, lin


def kept(house: Helpline, contact_id: str, owner: str) -> dict[str, dict[str, str]]:
    with house.database.read() as conn:
        found = rows.read(conn, house.keys, contact_id, [owner])
    return {form.value: dict(one.fields) for form, one in found.items()}


def test_fields_are_merged_one_by_one(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    contact_id, lin = talk(house)
    drafts.keep(house, lin, contact_id, Form.CLOSING, {"summary": "exam", "outcome": "supported"})
    drafts.keep(house, lin, contact_id, Form.CLOSING, {"summary": "exam on Monday"})
    drafts.keep(house, lin, contact_id, Form.CLOSING, {})
    assert kept(house, contact_id, lin.id) == {"closing": {"summary": "exam on Monday", "outcome": "supported"}}


def test_a_plan_is_drafted_together_and_a_closing_form_alone(helpline: Helpline) -> None:
    contact_id, lin = talk(helpline)
    drafts.keep(helpline, lin, contact_id, Form.PLAN, {"own_coping": "walk"})
    drafts.keep(helpline, lin, contact_id, Form.CLOSING, {"heavy": "own_word"})
    assert kept(helpline, contact_id, EVERYBODY) == {"plan": {"own_coping": "walk"}}
    assert kept(helpline, contact_id, "somebody else") == {}


def test_a_draft_goes_with_its_form_and_all_go_at_closing(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    contact_id, lin = talk(house)
    for form in (Form.ACTION, Form.PLAN, Form.CLOSING):
        drafts.keep(house, lin, contact_id, form, {"note": "half"})
    intervene.record_action(house, lin, contact_id, Done(ActionKind.LISTENING, ActionState.DONE))
    assert set(kept(house, contact_id, lin.id)) == {"closing"}
    intervene.close(house, lin, contact_id, ClosingForm(Outcome.SUPPORTED))
    assert kept(house, contact_id, lin.id) == kept(house, contact_id, EVERYBODY) == {}
    with pytest.raises(Conflict):
        drafts.keep(house, lin, contact_id, Form.PLAN, {"own_coping": "late"})


def test_nobody_outside_the_conversation_keeps_a_draft_in_it(helpline: Helpline) -> None:
    contact_id, _ = talk(helpline)
    with pytest.raises(NotAllowed):
        drafts.keep(helpline, person(helpline, "Mei", Role.VOLUNTEER), contact_id, Form.PLAN, {"own_coping": "x"})


@pytest.mark.parametrize(
    "fields", [{"Not a name": "x"}, {"summary": "x" * 8001}, {f"f{'a' * n}": "" for n in range(61)}]
)
def test_a_draft_is_bounded(helpline: Helpline, fields: dict[str, str]) -> None:
    contact_id, lin = talk(helpline)
    with pytest.raises(InvalidInput):
        drafts.keep(helpline, lin, contact_id, Form.CLOSING, fields)


def at_a_contact(app: Flask, helpline: Helpline) -> tuple[Caller, FlaskClient, str]:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    reach_out(app)
    page = browser_of(app, lin)
    page.set_cookie("hl_lang", "en")
    return lin, page, lin.post("/queue/next").json["contact_id"]


def sends(page: FlaskClient, contact_id: str, path: str, **fields: str) -> str:
    """Send a form without a script; gives the page it leads to."""
    shown = page.get(f"/staff/contacts/{contact_id}").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert found is not None
    here = f"http://localhost/staff/contacts/{contact_id}"
    data = {"csrf_token": found[1], **fields}
    answer = page.post(f"/staff/contacts/{contact_id}/{path}", data=data, headers={"Referer": here})
    return page.get(answer.location).text


def test_a_refused_form_stands_filled_in_on_the_next_page(app: Flask, helpline: Helpline) -> None:
    _, page, contact_id = at_a_contact(app, helpline)
    shown = sends(page, contact_id, "close", summary="exam on Monday", heavy="child", outcome="")
    assert "exam on Monday</textarea>" in shown
    assert 'value="child" checked' in shown
    assert "missing or too long" in shown
    assert "y" * 2001 in sends(page, contact_id, "plan", own_coping="y" * 2001)


def test_the_page_brings_a_draft_back_to_who_wrote_it(app: Flask, helpline: Helpline) -> None:
    lin, page, contact_id = at_a_contact(app, helpline)
    path = f"/contacts/{contact_id}/drafts"
    fields = {"outcome": "follow_up", "next_step": "call her <aunt>"}
    assert lin.call("PUT", f"{path}/closing", {"fields": fields}).status_code == 204
    assert lin.call("PUT", f"{path}/no-such-form", {"fields": {}}).status_code == 400
    shown = page.get(f"/staff/contacts/{contact_id}").text
    assert 'value="call her &lt;aunt&gt;"' in shown
    assert '<option value="follow_up" selected>' in shown
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    assert "aunt" not in browser_of(app, wong).get(f"/staff/contacts/{contact_id}").text
