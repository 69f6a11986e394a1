"""Start and end ratings as the person gives them, and referrals whose every state is shown as what it is."""

import pytest
from flask import Flask
from support.people import on_duty, seeker
from support.web import Caller, reach_out, staff

from hotline.domain.contact import ActionKind, ActionState, ReferralTag, Role
from hotline.domain.errors import NotFound
from hotline.domain.records import Person
from hotline.flow import intervene, ratings, respond, review
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import Done
from hotline.interventions import ratings as rows
from hotline.interventions import store as interventions
from hotline.interventions.scales import Moment, Scale


def talk(house: Helpline, name: str = "Lin") -> tuple[str, Person]:
    lin = on_duty(house, name, Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    return opened.contact.id, lin


def test_the_newest_number_of_each_scale_counts_and_all_are_logged(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    contact_id, lin = talk(house)
    ratings.note(house, lin, contact_id, {"start_distress": "8", "start_hope": "10", "end_distress": ""})
    ratings.note(house, lin, contact_id, {"start_distress": "8", "start_hope": "20", "end_distress": "4"})
    with house.database.read() as conn:
        found = rows.newest(conn, [contact_id])[contact_id]
    expected = {(Moment.START, Scale.DISTRESS): 8, (Moment.START, Scale.HOPE): 20, (Moment.END, Scale.DISTRESS): 4}
    assert found == expected
    written = [line.details["ratings"] for line in review.read_log(house, contact_id)[0] if line.kind == "rated"]
    assert written == [{"start_distress": 8, "start_hope": 10}, {"start_hope": 20, "end_distress": 4}]


@pytest.mark.parametrize(
    "given", [{}, {"start_distress": "11"}, {"end_hope": "101"}, {"end_hope": "-1"}, {"end_hope": "½"}]
)
def test_a_number_outside_its_scale_is_refused(helpline: Helpline, given: dict[str, str]) -> None:
    contact_id, lin = talk(helpline)
    with pytest.raises(ratings.NoRating):
        ratings.note(helpline, lin, contact_id, given)


def test_a_referral_goes_on_line_by_line(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    contact_id, lin = talk(house)
    intervene.record_action(
        house, lin, contact_id, Done(ActionKind.REFERRAL, ActionState.AGREED, "Tue", ReferralTag.MOOD)
    )
    with house.database.read() as conn:
        first = interventions.list_actions(conn, house.keys, contact_id)[0].id
    intervene.record_action(house, lin, contact_id, Done(ActionKind.REFERRAL, ActionState.DONE, follows=first))
    with house.database.read() as conn:
        course = interventions.list_actions(conn, house.keys, contact_id)
    assert {(one.state, one.tag) for one in course} == {
        (ActionState.AGREED, ReferralTag.MOOD),
        (ActionState.DONE, ReferralTag.MOOD),
    }


def test_no_referral_of_somebody_else_is_moved(helpline: Helpline) -> None:
    first, lin = talk(helpline)
    other, mei = talk(helpline, "Mei")
    intervene.record_action(
        helpline, lin, first, Done(ActionKind.REFERRAL, ActionState.AGREED, tag=ReferralTag.ADDICTION)
    )
    with helpline.database.read() as conn:
        referral_id = interventions.list_actions(conn, helpline.keys, first)[0].id
    with pytest.raises(NotFound):
        intervene.record_action(helpline, mei, other, Done(ActionKind.REFERRAL, ActionState.DONE, follows=referral_id))


def lin_with_somebody(app: Flask, helpline: Helpline) -> tuple[Caller, str]:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    reach_out(app)
    return lin, lin.post("/queue/next").json["contact_id"]


def test_a_program_sees_start_and_end_and_how_far_each_referral_is(app: Flask, helpline: Helpline) -> None:
    lin, contact_id = lin_with_somebody(app, helpline)
    path = f"/contacts/{contact_id}"
    lin.post(f"{path}/ratings", {"start_intent": 60, "end_intent": 20})
    assert lin.post(f"{path}/ratings", {"end_hope": 101}).status_code == 400
    found = lin.post(f"{path}/referrals", {"tag": "peer_activities", "state": "discussed"}).json
    assert found["ratings"]["intent"] == {"start": 60, "end": 20}
    referral_id = found["referrals"][0]["referral_id"]
    moved = lin.post(f"{path}/referrals/{referral_id}", {"state": "failed", "note": "closed there"}).json
    assert [(one["tag"], one["state"], one["notes"]) for one in moved["referrals"]] == [
        ("peer_activities", "failed", ["closed there"])
    ]
    assert len(moved["actions"]) == 2


def test_consent_is_the_persons_word_with_its_version_and_none_is_no(app: Flask, helpline: Helpline) -> None:
    lin, contact_id = lin_with_somebody(app, helpline)
    path = f"/contacts/{contact_id}/consents"
    before = {one["kind"]: one["given"] for one in lin.get(f"/contacts/{contact_id}").json["consents"]}
    assert before == dict.fromkeys(("service", "recording", "follow_up", "research", "learning"))
    lin.post(path, {"kind": "follow_up", "given": True})
    lin.post(path, {"kind": "follow_up", "given": True})
    found = lin.post(path, {"kind": "research", "given": False}).json["consents"]
    after = {one["kind"]: (one["given"], one["by"], bool(one["version"])) for one in found if one["at"]}
    assert after == {"follow_up": (True, "Lin", True), "research": (False, "Lin", True)}
    entries = lin.get(f"/contacts/{contact_id}/log").json["entries"]
    assert [one["details"]["given"] for one in entries if one["kind"] == "consent_noted"] == [True, False]
