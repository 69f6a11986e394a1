"""Emergency calls: at once when an act is in progress, else two signatures; arrival is recorded, not assumed."""

import pytest
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.time import kinds, let_pass

from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, NotAllowed
from hotline.flow import emergency, escalate, respond
from hotline.flow.emergency import EmergencyCall
from hotline.flow.helpline import Helpline
from hotline.interventions import store as interventions
from hotline.routing import store as routing


def test_with_an_act_in_progress_the_call_counts_at_once_and_waits_for_a_signature(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "imminent")
    respond.claim_next(house, lin)
    call = EmergencyCall("ambulance", "act_in_progress", "place")
    dispatch_id = emergency.dispatch(house, lin, opened.contact.id, call)
    assert "dispatch_unsigned" in kinds(house)
    emergency.record_arrival(house, lin, dispatch_id, outcome="arrived", note="")
    emergency.countersign(house, wong, dispatch_id, agree=True)
    assert "dispatch_unsigned" not in kinds(house)


def test_without_an_act_in_progress_two_people_sign_before_the_call(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "imminent")
    respond.claim_next(house, lin)
    dispatch_id = emergency.dispatch(house, lin, opened.contact.id, EmergencyCall("police", "consent", "place"))
    with pytest.raises(Conflict):
        emergency.record_arrival(house, lin, dispatch_id, outcome="arrived", note="")
    with pytest.raises(NotAllowed):
        emergency.countersign(house, lin, dispatch_id, agree=True)
    emergency.countersign(house, wong, dispatch_id, agree=True)
    with pytest.raises(Conflict):
        emergency.record_arrival(house, lin, dispatch_id, outcome="arrived", note="")
    emergency.record_call(house, lin, dispatch_id)
    emergency.record_arrival(house, lin, dispatch_id, outcome="arrived", note="")


def test_a_refusal_is_no_signature_and_keeps_the_alarm_of_a_call_in_progress(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "imminent")
    respond.claim_next(house, lin)
    first = emergency.dispatch(house, lin, opened.contact.id, EmergencyCall("police", "act_in_progress", "place"))
    second = emergency.dispatch(house, lin, opened.contact.id, EmergencyCall("fire", "act_in_progress", "place"))
    emergency.countersign(house, wong, first, agree=False)
    emergency.countersign(house, wong, second, agree=True)
    assert kinds(house).count("dispatch_unsigned") == 1
    with house.database.read() as conn:
        found = interventions.list_dispatches(conn, house.keys, opened.contact.id)
    assert [one.agreed for one in found] == [False, True]


def test_an_unsigned_call_alarms_again_after_ten_minutes(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "imminent")
    respond.claim_next(house, lin)
    emergency.dispatch(house, lin, opened.contact.id, EmergencyCall("police", "act_in_progress", "place"))
    with house.database.read() as conn:
        first = next(alarm for alarm in routing.open_alarms(conn) if alarm.kind == "dispatch_unsigned")
    escalate.acknowledge(house, wong, first.id)
    let_pass(house, clock, 601)
    with house.database.read() as conn:
        again = [a for a in routing.open_alarms(conn) if a.kind == "dispatch_unsigned" and a.acknowledged_at is None]
    assert len(again) == 1
