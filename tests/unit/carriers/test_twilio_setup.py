"""The account at Twilio: set up otherwise than the pages say, doctor names what is wrong."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException

from hotline.carriers.twilio_api import asking
from hotline.carriers.twilio_setup import faults
from hotline.domain.contact import Channel, Language, Region
from hotline.domain.errors import CarrierError
from hotline.storage.phone_lines import Line

PUBLIC = "https://help.example.org"
NUMBER = "+85230001234"
CALLS, TEXTS = f"{PUBLIC}/twilio/voice/incoming", f"{PUBLIC}/twilio/sms/incoming"


def line(channel: Channel, number: str = NUMBER) -> Line:
    return Line("l1", channel, number, Language.EN, Region.OTHER, datetime(2026, 11, 23, tzinfo=UTC), "wong")


def api(*, owned: bool = True, pooled: bool = True, **given: Any) -> Any:
    """An account with one number in one messaging service, set up as it should be unless told otherwise."""
    number = SimpleNamespace(
        phone_number=NUMBER,
        sms_url=given.get("sms_url", TEXTS),
        voice_url=given.get("voice", CALLS),
        voice_method="POST",
        voice_fallback_url="https://handler.twilio.com/twiml/EH00",
        status_callback=f"{PUBLIC}/twilio/voice/events",
        status_callback_method="POST",
    )
    service = SimpleNamespace(
        sid="MG1",
        use_inbound_webhook_on_number=given.get("own_address", False),
        inbound_request_url=given.get("inbound", TEXTS),
        smart_encoding=given.get("smart", False),
    )
    pool = SimpleNamespace(phone_numbers=SimpleNamespace(list=lambda **_: [number] if pooled else []))

    class Services:
        def __call__(self, _sid: str) -> Any:
            return pool

        def list(self, **_: Any) -> Any:
            return [service]

    listed = SimpleNamespace(list=lambda phone_number, **_: [number] if owned and phone_number == NUMBER else [])
    messaging = SimpleNamespace(v1=SimpleNamespace(services=Services()))
    country = SimpleNamespace(fetch=lambda: SimpleNamespace(low_risk_numbers_enabled=True))
    places = SimpleNamespace(dialing_permissions=SimpleNamespace(countries=lambda _place: country))
    voice = SimpleNamespace(v1=places)
    return SimpleNamespace(incoming_phone_numbers=listed, messaging=messaging, voice=voice)


@pytest.mark.parametrize("given", [{}, {"own_address": True, "inbound": None}])
def test_an_account_set_up_as_the_page_says_has_no_fault(given: dict[str, Any]) -> None:
    assert faults(api(**given), [line(Channel.SMS), line(Channel.VOICE), line(Channel.WHATSAPP)], PUBLIC) == []


@pytest.mark.parametrize(
    ("given", "channel", "named"),
    [
        ({"owned": False}, Channel.SMS, "not a number of this account"),
        ({"pooled": False}, Channel.SMS, "END, QUIT and CANCEL"),
        ({"inbound": f"{PUBLIC}/elsewhere"}, Channel.SMS, TEXTS),
        ({"own_address": True, "sms_url": ""}, Channel.SMS, TEXTS),
        ({"smart": True}, Channel.SMS, "smart encoding"),
        ({"voice": "https://demo.twilio.com/"}, Channel.VOICE, CALLS),
    ],
)
def test_what_would_lose_people_is_named(given: dict[str, Any], channel: Channel, named: str) -> None:
    (found,) = faults(api(**given), [line(channel)], PUBLIC)
    assert named in found
    assert NUMBER in found


@pytest.mark.parametrize(("status", "theirs"), [(500, True), (429, True), (404, False)])
def test_a_list_that_is_not_given_is_told_by_its_status(status: int, *, theirs: bool) -> None:
    with pytest.raises(CarrierError) as told, asking():
        raise TwilioException("Unable to fetch page", SimpleNamespace(status_code=status))
    assert (told.value.theirs, told.value.may_have_happened) == (theirs, False)
