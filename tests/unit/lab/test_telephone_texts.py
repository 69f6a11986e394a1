"""Texts of the double: what arrives, what leaves, what becomes of it, and who does not want any."""

import pytest
from support.telephone_double import ANA, BASE, OURS, App, ask, client, world_of
from twilio.base.exceptions import TwilioRestException

from hotline.lab.telephone.parameters import segments

SERVICE = "MG" + "b" * 32


def statuses(app: App) -> list[str]:
    return [one["MessageStatus"] for one in app.told("/progress")]


def test_a_text_arrives_with_what_twilio_tells_of_it() -> None:
    world, app = world_of({})
    sid = world.text(ANA, OURS, "I can't sleep 😔", media=("https://api.twilio.com/m/1",))
    told = app.told("/sms")[0]
    assert (told["MessageSid"], told["SmsMessageSid"], told["Body"]) == (sid, sid, "I can't sleep 😔")
    assert (told["NumMedia"], told["MediaUrl0"], told["NumSegments"]) == ("1", "https://api.twilio.com/m/1", "1")
    assert "OptOutType" not in told
    assert app.unsigned == 0


def test_a_whatsapp_text_names_channel_profile_and_id() -> None:
    world, app = world_of({})
    world.text(f"whatsapp:{ANA}", f"whatsapp:{OURS}", "hi", profile="Ana")
    told = app.told("/sms")[0]
    assert (told["From"], told["WaId"], told["ProfileName"]) == (f"whatsapp:{ANA}", ANA[1:], "Ana")


def test_an_answer_in_twiml_is_sent() -> None:
    world, _ = world_of({"/sms": "<Message>We read you</Message>"})
    world.text(ANA, OURS, "hello")
    assert [(one.body, one.status) for one in world.texts_to(ANA)] == [("We read you", "delivered")]


def test_a_text_is_told_of_to_the_end() -> None:
    world, app = world_of({})
    sent = client(world).messages.create(to=ANA, from_=OURS, body="hi", status_callback=f"{BASE}/progress")
    assert sent.status == "queued"
    world.settle()
    assert statuses(app) == ["queued", "sent", "delivered"]
    assert "RawDlrDoneDate" in app.told("/progress")[-1]
    assert client(world).messages(sent.sid).fetch().status == "delivered"


@pytest.mark.parametrize(
    ("fate", "code", "steps"),
    [
        ("undeliver", 30005, ["queued", "sent", "undelivered"]),
        ("fail", 30034, ["queued", "failed"]),
        ("read", None, ["queued", "sent", "delivered", "read"]),
        ("hang", None, ["queued", "sent"]),
    ],
)
def test_what_becomes_of_a_text_can_be_chosen(fate: str, code: int | None, steps: list[str]) -> None:
    world, app = world_of({})
    world.phone(ANA).texts_will(fate, code=code)
    client(world).messages.create(to=ANA, from_=OURS, body="hi", status_callback=f"{BASE}/progress")
    world.settle()
    assert statuses(app) == steps
    assert app.told("/progress")[-1].get("ErrorCode") == (str(code) if code else None)


def test_the_last_chosen_fate_holds_for_all_later_texts() -> None:
    world, app = world_of({})
    world.phone(ANA).texts_will("fail", code=30001).texts_will("deliver")
    for _ in range(3):
        client(world).messages.create(to=ANA, from_=OURS, body="hi", status_callback=f"{BASE}/progress")
        world.settle()
    assert [one for one in statuses(app) if one in {"failed", "delivered"}] == ["failed", "delivered", "delivered"]


@pytest.mark.parametrize("word", ["STOP", "stopall", " Unsubscribe ", "退订"])
def test_one_who_stops_is_told_so_and_gets_no_more(word: str) -> None:
    world, app = world_of({})
    world.text(ANA, OURS, word)
    assert app.told("/sms")[0]["OptOutType"] == "STOP"
    assert "unsubscribed" in world.texts_to(ANA)[0].body
    with pytest.raises(TwilioRestException) as no:
        client(world).messages.create(to=ANA, from_=OURS, body="hi")
    assert (no.value.status, no.value.code) == (400, 21610)
    world.text(ANA, OURS, "START")
    assert app.told("/sms")[1]["OptOutType"] == "START"
    client(world).messages.create(to=ANA, from_=OURS, body="hi")


@pytest.mark.parametrize("word", ["END", "quit", "Cancel", "please stop him"])
def test_a_person_speaking_has_not_opted_out(word: str) -> None:
    world, app = world_of({})
    world.text(ANA, OURS, word)
    assert "OptOutType" not in app.told("/sms")[0]


def test_an_opt_out_from_a_service_holds_for_the_whole_service() -> None:
    world, app = world_of({}, service_sid=SERVICE)
    world.text(ANA, OURS, "STOP")
    assert app.told("/sms")[0]["MessagingServiceSid"] == SERVICE
    assert ask(world, "POST", "Messages.json", To=ANA, MessagingServiceSid=SERVICE, Body="hi")[1]["code"] == 21610


@pytest.mark.parametrize(
    ("code", "given"),
    [
        (21211, {"To": "+8521"}),
        (21211, {"To": "12345"}),
        (21604, {"To": ""}),
        (21602, {"Body": ""}),
        (21617, {"Body": "x" * 1601}),
        (21603, {"From": ""}),
        (21606, {"From": "+85239999999"}),
        (21910, {"To": f"whatsapp:{ANA}"}),
        (21408, {"To": "+4915112345678"}),
        (21614, {"To": "+85223456789"}),
        (21701, {"From": "", "MessagingServiceSid": "MG" + "f" * 32}),
    ],
)
def test_what_twilio_would_refuse_is_refused(code: int, given: dict[str, str]) -> None:
    world, _ = world_of({})
    world.rules.forbidden_text_prefixes = ("+49",)
    world.rules.landlines.add("+85223456789")
    whole = {"To": ANA, "From": OURS, "Body": "hi"} | given
    status, body = ask(world, "POST", "Messages.json", **{name: value for name, value in whole.items() if value})
    assert (status, body["code"]) == (400, code)
    assert world.texts_to(ANA) == []


def test_a_free_whatsapp_text_a_day_after_the_last_word_does_not_arrive() -> None:
    world, app = world_of({})
    world.text(f"whatsapp:{ANA}", f"whatsapp:{OURS}", "hi")
    given = {
        "to": f"whatsapp:{ANA}",
        "from_": f"whatsapp:{OURS}",
        "body": "x",
        "status_callback": f"{BASE}/progress",
    }
    for hours in (23, 2):
        world.advance(hours * 3600)
        client(world).messages.create(**given)
        world.settle()
    last = app.told("/progress")
    assert [one["MessageStatus"] for one in last][2::3] == ["delivered", "undelivered"]
    assert last[-1]["ErrorCode"] == "63016"


def test_a_text_can_be_redacted_and_removed_once_it_is_through() -> None:
    world, _ = world_of({})
    sent = client(world).messages.create(to=ANA, from_=OURS, body="secret")
    with pytest.raises(TwilioRestException):
        client(world).messages(sent.sid).update(body="")
    world.settle()
    assert client(world).messages(sent.sid).update(body="").body == ""
    client(world).messages(sent.sid).delete()
    assert client(world).messages.list(to=ANA) == []


@pytest.mark.parametrize(
    ("body", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("你" * 70, 1), ("你" * 71, 2), ("😔" * 35, 1), ("😔" * 36, 2)],
)
def test_a_text_travels_in_as_many_parts_as_its_alphabet_needs(body: str, parts: int) -> None:
    assert segments(body) == parts
