"""A caller and a document: what is heard, what is asked, and how a call ends."""

from collections.abc import Callable

import pytest
from support.telephone_double import ANA, BASE, MUSIC, OURS, App, world_of

from hotline.lab.telephone.script import APOLOGY


def test_a_caller_hears_what_is_said_in_its_language_and_voice() -> None:
    world, app = world_of({"/voice": '<Say language="yue-CN" voice="Polly.Hiujin-Neural">你好</Say><Hangup/>'})
    caller = world.dial(ANA, OURS)
    assert [(one.kind, one.text, one.language, one.voice) for one in caller.heard] == [
        ("say", "你好", "yue-CN", "Polly.Hiujin-Neural")
    ]
    assert caller.status == "in-progress"
    world.advance(5)
    assert caller.status == "completed"
    assert app.unsigned == 0


def test_the_first_request_names_the_caller_as_twilio_does() -> None:
    world, app = world_of({"/voice": "<Hangup/>"})
    world.dial(ANA, OURS, caller_name="Ana", forwarded_from="+85222222222")
    first = app.told("/voice")[0]
    assert first["CallStatus"] == "ringing"
    assert (first["From"], first["Caller"], first["To"], first["Called"]) == (ANA, ANA, OURS, OURS)
    assert (first["Direction"], first["ApiVersion"], first["FromCountry"]) == ("inbound", "2010-04-01", "HK")
    assert (first["CallerName"], first["ForwardedFrom"]) == ("Ana", "+85222222222")


@pytest.mark.parametrize("number", ["anonymous", "+266696687"])
def test_an_anonymous_caller_has_no_country(number: str) -> None:
    world, app = world_of({"/voice": "<Hangup/>"})
    world.dial(number, OURS)
    assert (app.told("/voice")[0]["From"], app.told("/voice")[0]["FromCountry"]) == (number, "")


def test_a_key_interrupts_the_question_and_asks_the_action() -> None:
    gather = '<Gather numDigits="1" action="/key"><Say>A long question, in many words</Say></Gather><Say>Nothing</Say>'
    world, app = world_of({"/voice": gather, "/key": "<Say>Thanks</Say>"})
    caller = world.dial(ANA, OURS)
    caller.press("1")
    assert app.told("/key")[0]["Digits"] == "1"
    assert caller.words == ["A long question, in many words", "Thanks"]


def test_several_digits_end_with_the_finishing_key_which_is_not_among_them() -> None:
    world, app = world_of({"/voice": '<Gather action="/key"/>', "/key": "<Hangup/>"})
    world.dial(ANA, OURS).press("123#")
    assert (app.told("/key")[0]["Digits"], app.told("/key")[0]["FinishedOnKey"]) == ("123", "#")


def test_digits_end_by_themselves_when_no_further_one_comes() -> None:
    world, app = world_of({"/voice": '<Gather action="/key" timeout="4"/>', "/key": "<Hangup/>"})
    world.dial(ANA, OURS).press("12")
    world.advance(3.9)
    assert not app.told("/key")
    world.advance(0.2)
    assert app.told("/key")[0]["Digits"] == "12"


def test_words_become_text_after_a_pause() -> None:
    gather = '<Gather input="dtmf speech" speechTimeout="2" language="cmn-Hans-CN" action="/said"/>'
    world, app = world_of({"/voice": gather, "/said": "<Hangup/>"})
    caller = world.dial(ANA, OURS)
    caller.say("我很")
    world.advance(1)
    caller.say("难过")
    world.advance(2)
    said = app.told("/said")[0]
    assert (said["SpeechResult"], said["Language"]) == ("我很 难过", "cmn-Hans-CN")
    assert 0 < float(said["Confidence"]) < 1


def test_words_are_lost_where_only_keys_are_asked_for() -> None:
    world, app = world_of({"/voice": '<Gather action="/said"/><Say>next</Say>'})
    caller = world.dial(ANA, OURS)
    caller.say("hello")
    caller.silent()
    assert caller.words == ["next"]
    assert not app.told("/said")


def test_keys_are_lost_where_only_words_are_asked_for() -> None:
    world, app = world_of({"/voice": '<Gather input="speech" action="/said"/><Say>next</Say>'})
    caller = world.dial(ANA, OURS)
    caller.press("1#")
    caller.silent()
    assert caller.words == ["next"]
    assert not app.told("/said")


def test_silence_falls_through_to_the_next_verb() -> None:
    world, app = world_of(
        {"/voice": '<Gather timeout="3" action="/key"><Say>Press</Say></Gather><Say>Still there</Say>'}
    )
    caller = world.dial(ANA, OURS)
    caller.silent()
    assert caller.words == ["Press", "Still there"]
    assert not app.told("/key")


def test_silence_asks_the_action_where_that_was_wished() -> None:
    world, app = world_of({"/voice": '<Gather action="/key" actionOnEmptyResult="true"/>', "/key": "<Hangup/>"})
    world.dial(ANA, OURS).silent()
    assert app.told("/key")[0]["Digits"] == ""


def test_pieces_follow_each_other_in_their_own_time() -> None:
    world, _ = world_of({"/voice": f'<Pause length="3"/><Play>{MUSIC}</Play><Say>end</Say>'})
    world.rules.lengths_seconds[MUSIC] = 7
    caller = world.dial(ANA, OURS)
    assert caller.heard == []
    world.advance(3)
    assert [one.text for one in caller.heard] == [MUSIC]
    world.advance(6.9)
    assert caller.words == []
    world.advance(0.2)
    assert caller.words == ["end"]


def test_a_loop_repeats() -> None:
    world, _ = world_of({"/voice": '<Say loop="3">again</Say>'})
    caller = world.dial(ANA, OURS)
    caller.listen()
    world.advance(5)
    assert caller.words == ["again"] * 3


def test_a_redirect_is_followed_from_the_address_of_the_document() -> None:
    world, app = world_of({"/voice": "<Redirect>next?step=2</Redirect>", "/next": "<Say>here</Say>"})
    assert world.dial(ANA, OURS).last == "here"
    assert app.told("/next")[0]["CallStatus"] == "ringing"


def test_documents_that_lead_to_each_other_for_ever_end_the_call() -> None:
    world, _ = world_of({"/voice": "<Redirect>/voice</Redirect>"})
    caller = world.dial(ANA, OURS)
    assert caller.status == "completed"
    assert world.errors[-1].code == 11100


@pytest.mark.parametrize(("reason", "status"), [('reason="busy"', "busy"), ("", "no-answer")])
def test_a_rejected_call_was_never_answered(reason: str, status: str) -> None:
    world, app = world_of({"/voice": f"<Reject {reason}/>"})
    assert world.dial(ANA, OURS).status == status
    assert app.told("/status")[0]["CallStatus"] == status


def test_a_caller_who_gives_up_before_the_call_is_answered_is_told_as_canceled() -> None:
    world, app = world_of({"/voice": '<Pause length="10"/><Say>Hi</Say>'})
    caller = world.dial(ANA, OURS)
    world.advance(5)
    caller.hang_up()
    assert (app.told("/status")[0]["CallStatus"], caller.words) == ("canceled", [])


def test_a_caller_who_hangs_up_is_told_to_the_status_address_with_the_length() -> None:
    world, app = world_of({"/voice": '<Say>Hi</Say><Pause length="60"/>'})
    caller = world.dial(ANA, OURS)
    world.advance(12)
    caller.hang_up()
    told = app.told("/status")[0]
    assert (told["CallStatus"], told["CallDuration"], told["CallbackSource"]) == (
        "completed",
        "12",
        "call-progress-events",
    )
    world.advance(100)
    assert caller.status == "completed"


def test_nothing_is_asked_any_more_after_a_hang_up() -> None:
    world, app = world_of({"/voice": '<Gather action="/key" timeout="5"/><Redirect>/voice</Redirect>'})
    caller = world.dial(ANA, OURS)
    caller.hang_up()
    caller.press("1")
    world.advance(60)
    assert [path for path, _ in app.asked] == ["/voice", "/status"]


@pytest.mark.parametrize(
    ("code", "break_it"),
    [
        (11200, lambda app: setattr(app, "status", 500)),
        (11205, lambda app: setattr(app, "gone", True)),
        (12300, lambda app: setattr(app, "content_type", "text/plain")),
        (12100, lambda app: app.answers.update({"/voice": "<Say>half"})),
    ],
)
def test_a_document_that_cannot_be_had_leads_to_the_fallback(code: int, break_it: Callable[[App], object]) -> None:
    world, app = world_of({"/voice": "<Say>hi</Say>"}, voice_fallback="https://elsewhere.example/fallback.xml")
    world.static["https://elsewhere.example/fallback.xml"] = "<Response><Say>Please text us</Say></Response>"
    break_it(app)
    assert world.dial(ANA, OURS).last == "Please text us"
    assert world.errors[0].code == code
    asked = world.requests("fallback")[0]
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == (str(code), f"{BASE}/voice")


def test_without_a_fallback_the_caller_hears_an_apology_and_is_hung_up_on() -> None:
    world, app = world_of({"/voice": "<Say>hi</Say>"})
    app.status = 503
    caller = world.dial(ANA, OURS)
    assert (caller.last, caller.status) == (APOLOGY, "completed")


def test_a_message_is_recorded_until_silence_and_its_place_is_told() -> None:
    world, app = world_of({"/voice": '<Record action="/done" timeout="4" maxLength="60"/>', "/done": "<Hangup/>"})
    caller = world.dial(ANA, OURS)
    caller.say("please call me")
    world.advance(4)
    done = app.told("/done")[0]
    assert done["RecordingUrl"].endswith(done["RecordingSid"])
    assert int(done["RecordingDuration"]) == 4
    assert world.office.recordings[done["RecordingSid"]].text == "please call me"


def test_a_silent_message_is_none_and_the_script_goes_on() -> None:
    world, app = world_of({"/voice": '<Record action="/done" timeout="4"/><Say>nothing heard</Say>'})
    caller = world.dial(ANA, OURS)
    caller.silent()
    assert caller.last == "nothing heard"
    assert not app.told("/done")


def test_a_message_ended_by_hanging_up_is_kept_and_told() -> None:
    record = '<Record action="/done" maxLength="120" recordingStatusCallback="/rec" transcribeCallback="/words"/>'
    world, app = world_of({"/voice": record})
    caller = world.dial(ANA, OURS)
    caller.say("I am at home")
    caller.hang_up()
    assert app.told("/done")[0]["Digits"] == "hangup"
    assert app.told("/rec")[0]["RecordingStatus"] == "completed"
    assert app.told("/words")[0]["TranscriptionText"] == "I am at home"
