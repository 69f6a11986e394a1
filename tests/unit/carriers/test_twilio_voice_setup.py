"""Calls at Twilio: set up otherwise than docs/telephone.md says, doctor names each fault and what to do."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from support.telephone_double import SID, TOKEN, world_of
from twilio.rest import Client

from hotline.carriers import twilio_voice_setup as setup
from hotline.carriers.twilio_setup import faults
from hotline.domain.contact import Channel, Language, Region
from hotline.domain.errors import CarrierError
from hotline.lab.telephone.http_client import InProcessHttp
from hotline.storage.phone_lines import Line

PUBLIC = "https://help.example.org"
NUMBER = "+85230000001"
WHOLE = {
    "voice": f"{PUBLIC}/twilio/voice/incoming",
    "voice_fallback": "https://handler.twilio.com/twiml/EH00",
    "status_callback": f"{PUBLIC}/twilio/voice/events",
}


def found(token: str = TOKEN, **numbers: str) -> list[str]:
    """What is said about an account whose one number has these webhooks."""
    world, _ = world_of({}, **(WHOLE | numbers))
    api = Client(SID, token, http_client=InProcessHttp(world))
    line = Line("l", Channel.VOICE, NUMBER, Language.EN, Region.HONG_KONG, datetime(2026, 11, 29, tzinfo=UTC), "w")
    return faults(api, [line], PUBLIC)


def test_set_up_as_the_page_says_there_is_no_fault() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"voice": f"{PUBLIC}/elsewhere"}, "A call comes in"),
        ({"status_callback": f"{PUBLIC}/elsewhere"}, "Call status changes"),
        ({"voice_fallback": f"{PUBLIC}/static/fallback.xml"}, "fails with it"),
    ],
)
def test_each_fault_is_named_with_what_to_do(given: dict[str, str], named: str) -> None:
    (fault,) = found(**given)
    assert NUMBER in fault
    assert named in fault


def owned(**given: str) -> Any:
    whole = {
        "voice_url": WHOLE["voice"],
        "voice_method": "POST",
        "voice_fallback_url": WHOLE["voice_fallback"],
        "status_callback": WHOLE["status_callback"],
        "status_callback_method": "POST",
    }
    return SimpleNamespace(**(whole | given))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"voice_method": "GET"}, "HTTP POST"),
        ({"status_callback_method": "GET"}, "HTTP POST"),
        ({"voice_fallback_url": ""}, "hotline phone-fallback"),
    ],
)
def test_the_wrong_method_and_no_fallback_are_faults(given: dict[str, str], named: str) -> None:
    assert setup.of_number(owned(), NUMBER, PUBLIC) == []
    (fault,) = setup.of_number(owned(**given), NUMBER, PUBLIC)
    assert named in fault


def test_a_token_that_is_refused_is_named_by_its_place_and_never_shown() -> None:
    world, _ = world_of({})
    clients = [Client(SID, token, http_client=InProcessHttp(world)) for token in (TOKEN, "an old one")]
    (fault,) = setup.of_tokens(clients)
    assert "token 2" in fault
    assert "an old one" not in fault


def test_an_account_in_trouble_is_not_a_wrong_token() -> None:
    world, _ = world_of({})
    world.office.rest_faults.set("error")
    with pytest.raises(CarrierError):
        setup.of_tokens([Client(SID, TOKEN, http_client=InProcessHttp(world))])


def says(status: int) -> Callable[[str], int]:
    return lambda url: status if url == f"{PUBLIC}/live" else 404


def gone(_url: str) -> int:
    raise ConnectionRefusedError("nobody there")


@pytest.mark.parametrize(
    ("url", "look", "named"),
    [
        ("http://help.example.org", says(200), "not https"),
        ("https://localhost:8000", says(200), "of this house only"),
        ("https://192.168.1.4", says(200), "of this house only"),
        ("https://desk", says(200), "of this house only"),
        (PUBLIC, gone, "does not answer"),
        (PUBLIC, says(502), "answers 502"),
    ],
)
def test_an_address_that_twilio_cannot_ask_is_a_fault(url: str, look: Callable[[str], int], named: str) -> None:
    (fault,) = setup.of_address(url, look)
    assert named in fault


def test_an_address_that_answers_is_none() -> None:
    assert setup.of_address(PUBLIC, says(200)) == []


@pytest.mark.parametrize(("told", "faulty"), [("no", True), ("yes", False), ("nothing", False)])
def test_a_country_we_may_not_call_back_is_a_fault_where_twilio_tells(told: str, *, faulty: bool) -> None:
    allowed = {"yes": True, "no": False}.get(told)
    asked = []

    def countries(place: str) -> Any:
        asked.append(place)
        return SimpleNamespace(fetch=lambda: SimpleNamespace(low_risk_numbers_enabled=allowed))

    voice = SimpleNamespace(v1=SimpleNamespace(dialing_permissions=SimpleNamespace(countries=countries)))
    said = setup.of_places(SimpleNamespace(voice=voice), [NUMBER, "+85230000002"])  # type: ignore[arg-type]
    assert asked == ["HK"]
    assert bool(said) is faulty
