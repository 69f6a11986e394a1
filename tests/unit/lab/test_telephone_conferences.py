"""Conferences of the double: when they begin, who hears whom, and who goes on when somebody leaves."""

from support.telephone_double import ANA, BASE, BEN, OURS, App, ask, client, world_of

from hotline.lab.telephone.people import Handset
from hotline.lab.telephone.world import World

EVENTS = 'statusCallback="/conference" statusCallbackEvent="start end join leave mute hold modify speaker announcement"'
WAITING = (
    f'<Conference startConferenceOnEnter="false" endConferenceOnExit="true" waitUrl="/wait" {EVENTS}>c1</Conference>'
)
LISTENER = "<Conference>c1</Conference>"


def caller_waits(**answers: str) -> tuple[World, App, Handset]:
    every = {"/voice": f'<Dial action="/after">{WAITING}</Dial>', "/wait": "<Say>Please wait</Say>"} | {
        f"/{path}": xml for path, xml in answers.items()
    }
    world, app = world_of(every)  # type: ignore[arg-type]
    return world, app, world.dial(ANA, OURS)


def join(world: World, **more: object) -> Handset:
    room = world.office.room_named("c1")
    assert room is not None
    world.phone(BEN).will("answer")
    made = client(world).conferences(room.sid).participants.create(to=BEN, from_=OURS, label="ben", **more)
    world.settle()
    return world.handset(made.call_sid)


def events(app: App) -> list[str]:
    return [one["StatusCallbackEvent"] for one in app.told("/conference")]


def test_one_who_waits_hears_the_waiting_document_again_and_again() -> None:
    world, app, caller = caller_waits()
    assert caller.in_conference == "c1"
    world.advance(5)
    assert len(app.told("/wait")) > 3
    assert app.told("/wait")[0]["ConferenceSid"].startswith("CF")
    assert set(caller.words) == {"Please wait"}


def test_a_conference_begins_with_the_second_and_the_music_ends() -> None:
    world, app, caller = caller_waits()
    ben = join(world)
    before = len(app.told("/wait"))
    world.advance(60)
    assert len(app.told("/wait")) == before
    assert events(app) == ["participant-join", "participant-join", "conference-start"]
    assert [one["SequenceNumber"] for one in app.told("/conference")] == ["1", "2", "3"]
    ben.say("I am here")
    assert caller.last == "I am here"


def test_one_who_is_alone_hears_the_company_music_even_when_they_may_begin_it() -> None:
    world, app = world_of({"/voice": f"<Dial><Conference {EVENTS}>c1</Conference></Dial>"})
    caller = world.dial(ANA, OURS)
    assert [one.kind for one in caller.heard] == ["music"]
    assert events(app) == ["participant-join"]


def test_two_who_may_not_begin_it_wait_both() -> None:
    world, _, caller = caller_waits()
    ben = join(world, start_conference_on_enter=False)
    ben.say("hello?")
    assert "hello?" not in caller.words


def test_when_the_one_who_is_to_end_it_leaves_everybody_leaves() -> None:
    world, app, caller = caller_waits()
    ben = join(world)
    caller.hang_up()
    assert (caller.status, ben.status) == ("completed", "completed")
    assert events(app)[-3:] == ["participant-leave", "participant-leave", "conference-end"]
    told = app.told("/conference")
    assert [one.get("ReasonParticipantLeft") for one in told[-3:-1]] == [
        "participant_hung_up",
        "moderator_ended_conference",
    ]
    assert told[-1]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert told[-1]["CallSidEndingConference"] == caller.sid


def test_the_action_is_told_of_one_who_hung_up_and_plays_to_nobody() -> None:
    _, app, caller = caller_waits(after="<Say>hello?</Say>")
    caller.hang_up()
    assert app.told("/after")[0]["CallStatus"] == "completed"
    assert "hello?" not in caller.words


def test_a_listener_who_drops_leaves_the_caller_in_the_conference() -> None:
    world, app, caller = caller_waits()
    ben = join(world)
    ben.hang_up()
    assert caller.in_conference == "c1"
    assert app.told("/conference")[-1]["ParticipantLabel"] == "ben"


def test_a_conference_ended_by_request_sends_the_caller_to_the_action() -> None:
    world, app, caller = caller_waits(after="<Say>Back again</Say>")
    room = world.office.room_named("c1")
    client(world).conferences(room.sid).update(status="completed")
    world.settle()
    assert caller.last == "Back again"
    assert app.told("/after")[0]["DialCallStatus"] == "answered"
    assert app.told("/conference")[-1]["ReasonConferenceEnded"] == "conference-ended-via-api"


def test_a_caller_who_is_led_elsewhere_leaves_without_the_action() -> None:
    world, app, caller = caller_waits(other="<Say>Elsewhere</Say>", after="<Say>After</Say>")
    client(world).calls(caller.sid).update(url=f"{BASE}/other")
    world.settle()
    assert (caller.last, caller.in_conference) == ("Elsewhere", None)
    assert app.told("/conference")[1]["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert not app.told("/after")


def test_a_muted_participant_hears_and_is_not_heard() -> None:
    world, app, caller = caller_waits()
    ben = join(world)
    room = world.office.room_named("c1")
    client(world).conferences(room.sid).participants(ben.sid).update(muted=True)
    world.settle()
    ben.say("can you hear me")
    caller.say("I can not")
    assert "can you hear me" not in caller.words
    assert ben.last == "I can not"
    assert "participant-mute" in events(app)


def test_one_on_hold_hears_music_and_nobody() -> None:
    world, app, caller = caller_waits(hold="<Say>One moment</Say>")
    ben = join(world)
    room = world.office.room_named("c1")
    seat = client(world).conferences(room.sid).participants(caller.sid)
    seat.update(hold=True, hold_url=f"{BASE}/hold", hold_method="POST")
    world.settle()
    ben.say("not for you")
    assert caller.last == "One moment"
    seat.update(hold=False)
    world.settle()
    ben.say("for you")
    assert caller.last == "for you"
    assert {"participant-hold", "participant-unhold"} <= set(events(app))


def test_a_coach_is_heard_by_the_one_they_coach_alone() -> None:
    world, app, caller = caller_waits()
    ben = join(world)
    room = world.office.room_named("c1")
    world.phone("+85297777777").will("answer")
    made = (
        client(world)
        .conferences(room.sid)
        .participants.create(to="+85297777777", from_=OURS, coaching=True, call_sid_to_coach=ben.sid)
    )
    world.settle()
    coach = world.handset(made.call_sid)
    coach.say("ask about tonight")
    assert ben.last == "ask about tonight"
    assert "ask about tonight" not in caller.words
    client(world).conferences(room.sid).participants(coach.sid).update(coaching=False)
    coach.say("hello all")
    world.settle()
    assert caller.last == "hello all"
    assert "participant-modify" in events(app)


def test_a_removed_participant_of_rest_is_hung_up_on_and_one_of_a_document_goes_on() -> None:
    world, _, caller = caller_waits(after="<Say>Back</Say>")
    ben = join(world)
    room = world.office.room_named("c1")
    client(world).conferences(room.sid).participants("ben").delete()
    world.settle()
    assert (ben.status, caller.in_conference) == ("completed", "c1")
    client(world).conferences(room.sid).participants(caller.sid).delete()
    world.settle()
    assert caller.last == "Back"


def test_somebody_called_who_does_not_come_is_told_as_having_left() -> None:
    world, app, caller = caller_waits()
    world.phone(BEN).will("busy")
    room = world.office.room_named("c1")
    client(world).conferences(room.sid).participants.create(to=BEN, from_=OURS)
    world.settle()
    left = app.told("/conference")[-1]
    assert (left["ReasonParticipantLeft"], left["ParticipantCallStatus"]) == ("participant_add_failed", "busy")
    assert caller.in_conference == "c1"


def test_one_who_answers_after_everybody_left_sits_alone_in_a_new_conference() -> None:
    world, _, caller = caller_waits()
    room = world.office.room_named("c1")
    client(world).conferences(room.sid).participants.create(to=BEN, from_=OURS)
    world.settle()
    caller.hang_up()
    ben = world.phone(BEN).answer()
    assert ben.in_conference == "c1"
    assert world.office.room_named("c1") is not room


def test_lists_of_an_ended_conference_are_not_found() -> None:
    world, _, caller = caller_waits()
    room = world.office.room_named("c1")
    caller.hang_up()
    status, body = ask(world, "GET", f"Conferences/{room.sid}/Participants.json")
    assert (status, body["code"]) == (404, 20404)
    assert client(world).conferences(room.sid).fetch().status == "completed"


def test_lists_lag_behind_where_that_was_asked_for() -> None:
    world, _, _ = caller_waits()
    world.rules.lag_seconds = 10
    api = client(world)
    assert api.conferences.list(friendly_name="c1") == []
    world.advance(11)
    found = api.conferences.list(friendly_name="c1", status="init")
    assert [one.friendly_name for one in found] == ["c1"]
    assert len(api.conferences(found[0].sid).participants.list()) == 1


def test_a_recorded_conference_tells_where_its_recording_lies() -> None:
    record = '<Dial><Conference record="record-from-start" recordingStatusCallback="/rec">c1</Conference></Dial>'
    world, app = world_of({"/voice": record})
    caller = world.dial(ANA, OURS)
    world.advance(9)
    caller.hang_up()
    told = app.told("/rec")[0]
    assert (told["RecordingSource"], told["RecordingDuration"]) == ("Conference", "9")
    assert client(world).recordings(told["RecordingSid"]).fetch().conference_sid == told["ConferenceSid"]


def test_an_announcement_is_heard_by_the_one_it_is_for() -> None:
    world, app, caller = caller_waits(announce="<Say>Your listener comes</Say>")
    ben = join(world)
    room = world.office.room_named("c1")
    client(world).conferences(room.sid).participants(caller.sid).update(announce_url=f"{BASE}/announce")
    world.advance(5)
    assert (caller.last, "Your listener comes" in ben.words) == ("Your listener comes", False)
    assert "announcement-end" in events(app)
