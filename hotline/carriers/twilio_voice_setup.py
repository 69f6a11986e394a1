"""Whether calls are set up at Twilio as docs/telephone.md says, a sentence for each fault with what to do about it."""

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from hotline.carriers.twilio_api import asking
from hotline.domain.errors import CarrierError

VOICE, EVENTS = "/twilio/voice/incoming", "/twilio/voice/events"
PATIENCE_SECONDS = 8.0
NO_CALL = "CA" + "0" * 32
"""A call that nobody made: whoever is told that it is unknown was let in."""
_REFUSED, _UNKNOWN = 401, 404
_FINE = 200
_INSIDE = (".local", ".internal", ".lan", "localhost")

Look = Callable[[str], int]
"""Asks an address and gives the status of its answer; raises ``OSError`` where none comes."""


def over_the_network(url: str) -> int:
    """Ask the network itself."""
    return requests.get(url, timeout=PATIENCE_SECONDS, allow_redirects=False).status_code


def of_number(owned: Any, number: str, public_url: str) -> list[str]:
    """What is wrong with the webhooks of one number for calls."""
    found = []
    if owned.voice_url != public_url + VOICE:
        found.append(f"{number}: calls must ask {public_url + VOICE} (set 'A call comes in', Webhook)")
    elif str(owned.voice_method or "").upper() != "POST":
        found.append(f"{number}: calls must ask by HTTP POST (set the method beside 'A call comes in')")
    if owned.status_callback != public_url + EVENTS:
        found.append(f"{number}: the end of a call must be told to {public_url + EVENTS} (set 'Call status changes')")
    elif str(owned.status_callback_method or "").upper() != "POST":
        found.append(f"{number}: the end of a call must be told by HTTP POST (set the method beside it)")
    fallback = str(owned.voice_fallback_url or "")
    if not fallback:
        found.append(f"{number}: no fallback is set; run 'hotline phone-fallback FILE' and upload it")
    elif urlsplit(fallback).hostname == urlsplit(public_url).hostname:
        found.append(f"{number}: the fallback lies on our own server and fails with it; upload it elsewhere")
    return found


def of_tokens(clients: Sequence[Client]) -> list[str]:
    """Which of the tokens Twilio refuses, by their place in the settings; raises ``CarrierError`` for other trouble."""
    found = []
    for place, api in enumerate(clients, start=1):
        with asking():
            try:
                api.calls(NO_CALL).fetch()
            except TwilioRestException as error:
                if error.status not in {_REFUSED, _UNKNOWN}:
                    raise
                if error.status == _UNKNOWN:
                    continue
                found.append(f"token {place} is refused: take it from Twilio's Console, or out of the settings")
    return found


def of_address(public_url: str, look: Look = over_the_network) -> list[str]:
    """Whether our public address is one that Twilio can ask, as far as it can be told from here."""
    asked = urlsplit(public_url)
    if asked.scheme != "https":
        return [
            f"{public_url} is not https: words and numbers would cross the network in clear; set HOTLINE_PUBLIC_URL"
        ]
    if _is_inside(asked.hostname or ""):
        return [f"{public_url} is an address of this house only; Twilio cannot reach it: set HOTLINE_PUBLIC_URL"]
    try:
        status = look(f"{public_url}/live")
    except OSError as trouble:
        return [
            f"{public_url} does not answer from here ({type(trouble).__name__}): is it up, is its certificate valid?"
        ]
    return [] if status == _FINE else [f"{public_url}/live answers {status} and not 200: does the proxy lead to us?"]


def _is_inside(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return not host or host.endswith(_INSIDE) or "." not in host


def of_places(api: Client, numbers: Iterable[str]) -> list[str]:
    """Countries of our own numbers that we may not call back to; nothing where Twilio does not tell."""
    places = {phonenumbers.region_code_for_number(phonenumbers.parse(one, None)) for one in numbers}
    closed = [place for place in sorted(one for one in places if one) if _permitted(api, place) is False]
    what = "are not permitted: allow them under Voice, Settings, Geo permissions"
    return [f"calls to {place} {what}" for place in closed]


def _permitted(api: Client, place: str) -> bool | None:
    """Whether ordinary numbers of a country may be called; ``None`` where Twilio does not tell."""
    try:
        with asking():
            allowed = api.voice.v1.dialing_permissions.countries(place).fetch().low_risk_numbers_enabled
    except CarrierError:
        return None
    return None if allowed is None else bool(allowed)
