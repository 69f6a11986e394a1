"""A safety plan in six steps: saved sealed, every version in the log, shared with the person and taken back."""

import pytest
from flask import Flask
from support.people import now_is, on_duty, person, seeker
from support.web import Caller, browser_of, reach_out, staff

from hotline.contacts import store as contacts
from hotline.domain.contact import Language, Outcome, Role
from hotline.domain.errors import Conflict, NotAllowed
from hotline.domain.records import Person
from hotline.flow import converse, drafts, intervene, respond, review, safety_plan
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opened, Opening
from hotline.interventions import drafts as kept
from hotline.interventions.drafts import Form
from hotline.storage.engine import Database
from hotline.storage.migrate import downgrade, upgrade

FIRST = {"warning_signs": "cannot sleep", "own_coping": "walk by the river"}
SECOND = {**FIRST, "people_to_ask": "my aunt"}


def in_conversation(house: Helpline) -> tuple[Opened, Person]:
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    return opened, lin


def test_every_version_stands_in_the_log_and_the_newest_is_read(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened, lin = in_conversation(house)
    contact_id = opened.contact.id
    assert safety_plan.save(house, lin, contact_id, FIRST, base=0) == 1
    assert safety_plan.save(house, lin, contact_id, SECOND, base=1) == 2
    lines, fault = review.read_log(house, contact_id)
    written = [line.details for line in lines if line.kind == "plan_written"]
    assert fault is None
    assert [one["steps"] for one in written] == [FIRST, SECOND]


def test_the_person_reads_it_once_it_is_shared_and_no_longer_when_it_is_taken_back(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    opened, lin = in_conversation(house)
    safety_plan.save(house, lin, opened.contact.id, FIRST, base=0)
    assert safety_plan.of_seeker(house, now_is(house, opened)) is None
    safety_plan.share(house, lin, opened.contact.id)
    safety_plan.share(house, lin, opened.contact.id)
    safety_plan.save(house, lin, opened.contact.id, SECOND, base=1)
    plan = safety_plan.of_seeker(house, now_is(house, opened))
    assert plan is not None
    assert dict(plan.steps) == SECOND
    with house.database.read() as conn:
        said = contacts.read_messages(conn, house.keys, opened.contact.id)
    assert sum(message.client_message_id.startswith("plan-") for message in said) == 1
    safety_plan.withdraw(house, lin, opened.contact.id)
    assert safety_plan.of_seeker(house, now_is(house, opened)) is None


def test_the_same_words_again_are_no_new_version_and_an_old_page_overwrites_nothing(helpline: Helpline) -> None:
    opened, lin = in_conversation(helpline)
    safety_plan.save(helpline, lin, opened.contact.id, FIRST, base=0)
    assert safety_plan.save(helpline, lin, opened.contact.id, FIRST, base=0) == 1
    with pytest.raises(safety_plan.PlanChanged):
        safety_plan.save(helpline, lin, opened.contact.id, SECOND, base=0)


@pytest.mark.parametrize("given", [{}, {"own_coping": "  "}, {"own_coping": "x" * 2001}, {"unknown": "words"}])
def test_an_empty_or_endless_plan_is_refused(helpline: Helpline, given: dict[str, str]) -> None:
    opened, lin = in_conversation(helpline)
    with pytest.raises(safety_plan.PlanUnreadable):
        safety_plan.save(helpline, lin, opened.contact.id, given, base=0)


def test_nobody_outside_writes_and_a_closed_contact_is_left_alone(helpline: Helpline) -> None:
    opened, lin = in_conversation(helpline)
    mei = person(helpline, "Mei", Role.VOLUNTEER)
    with pytest.raises(NotAllowed):
        safety_plan.save(helpline, mei, opened.contact.id, FIRST, base=0)
    with pytest.raises(Conflict):
        safety_plan.share(helpline, lin, opened.contact.id)
    intervene.close(helpline, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    with pytest.raises(Conflict):
        safety_plan.save(helpline, lin, opened.contact.id, FIRST, base=0)


def test_a_plan_is_still_there_for_who_comes_back_with_a_codename(helpline: Helpline) -> None:
    opened, lin = in_conversation(helpline)
    safety_plan.save(helpline, lin, opened.contact.id, FIRST, base=0)
    safety_plan.share(helpline, lin, opened.contact.id)
    codename = converse.give_codename(helpline, opened.contact)
    intervene.close(helpline, lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    back = converse.come_back(helpline, codename, Opening(language=Language.EN))
    assert back.contact.id != opened.contact.id
    plan = safety_plan.of_seeker(helpline, now_is(helpline, back))
    assert plan is not None
    assert dict(plan.steps) == FIRST


def test_what_a_colleague_types_meanwhile_outlives_the_saving(helpline: Helpline) -> None:
    opened, lin = in_conversation(helpline)
    wong = on_duty(helpline, "Wong", Role.SUPERVISOR)
    drafts.keep(helpline, lin, opened.contact.id, Form.PLAN, {"warning_signs": "cannot sleep"})
    drafts.keep(helpline, wong, opened.contact.id, Form.PLAN, {"own_coping": "music"})
    safety_plan.save(helpline, lin, opened.contact.id, {"warning_signs": "cannot sleep"}, base=0)
    with helpline.database.read() as conn:
        left = kept.read(conn, helpline.keys, opened.contact.id, [kept.EVERYBODY])
    assert dict(left[Form.PLAN].fields) == {"own_coping": "music"}


def lin_with_somebody(app: Flask, helpline: Helpline) -> tuple[Caller, Caller, str]:
    lin, somebody = staff(app, helpline, "Lin", Role.VOLUNTEER), reach_out(app)
    return lin, somebody, lin.post("/queue/next").json["contact_id"]


def test_a_program_writes_shares_reads_and_takes_back(app: Flask, helpline: Helpline) -> None:
    lin, somebody, contact_id = lin_with_somebody(app, helpline)
    path = f"/contacts/{contact_id}/plan"
    assert lin.call("PUT", path, {"steps": FIRST, "base": 0}).json["plan"]["version"] == 1
    assert lin.call("PUT", path, {"steps": SECOND, "base": 0}).json["error"]["code"] == "plan_changed"
    assert somebody.get("/contact/plan").status_code == 404
    assert lin.post(f"{path}/share").json["plan"]["shared_at"]
    assert somebody.get("/contact/plan").json["steps"] == FIRST
    assert somebody.get("/contact").json["plan_shared"] is True
    assert lin.call("DELETE", f"{path}/share").json["plan"]["shared_at"] is None
    assert somebody.get("/contact/plan").status_code == 404


def test_without_a_script_the_sentence_leads_to_the_plan(app: Flask, helpline: Helpline) -> None:
    lin, somebody, contact_id = lin_with_somebody(app, helpline)
    lin.call("PUT", f"/contacts/{contact_id}/plan", {"steps": FIRST, "base": 0})
    lin.post(f"/contacts/{contact_id}/plan/share")
    page = browser_of(app, somebody, "hl_seeker")
    assert '<a class="button in-message" href="/chat/plan">' in page.get("/chat").text
    read = page.get("/chat/plan").text
    assert "walk by the river" in read
    assert "112" in read
    assert "walk by the river" in browser_of(app, lin).get(f"/staff/contacts/{contact_id}/plan").text


def test_the_tables_come_and_go_with_data(database: Database) -> None:
    downgrade(database, "0012")
    upgrade(database)
    with database.read() as conn:
        assert kept.read(conn, None, "x", [""]) == {}  # type: ignore[arg-type]  # nothing to unseal
