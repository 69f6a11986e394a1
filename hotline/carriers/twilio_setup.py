"""Whether the account at Twilio is set up as docs/telephone.md says; set up otherwise, people would reach nobody.

What its API does not tell (opt-out words of a messaging service, permitted countries, WhatsApp senders) is named, so
that somebody looks there with their own eyes.
"""

from collections.abc import Sequence
from typing import Any

from twilio.rest import Client

from hotline.carriers import twilio_voice_setup
from hotline.carriers.twilio_api import asking
from hotline.domain.contact import Channel
from hotline.storage.phone_lines import Line

ASKED_AT = {Channel.VOICE: "/twilio/voice/incoming", Channel.SMS: "/twilio/sms/incoming"}
"""Where Twilio must ask us when somebody calls or texts."""
LOOK_YOURSELF = "look in Twilio's Console at the opt-out words, the permitted countries and the WhatsApp senders"


def faults(api: Client, lines: Sequence[Line], public_url: str) -> list[str]:
    """What is wrong with the numbers and messaging services, a sentence each; raises ``CarrierError``."""
    found: list[str] = []
    with asking():
        services = _services(api) if any(line.channel is Channel.SMS for line in lines) else []
        for line in lines:
            if line.channel in ASKED_AT:
                found += _of_line(api, line, services, public_url)
        found += twilio_voice_setup.of_places(api, [line.number for line in lines if line.channel is Channel.VOICE])
    return found


def _services(api: Client) -> list[tuple[Any, set[str]]]:
    """The messaging services with the numbers in each."""
    listed = api.messaging.v1.services.list(limit=100)
    numbers = (api.messaging.v1.services(one.sid).phone_numbers.list(limit=1000) for one in listed)
    return [
        (one, {str(member.phone_number) for member in members}) for one, members in zip(listed, numbers, strict=True)
    ]


def _of_line(api: Client, line: Line, services: list[tuple[Any, set[str]]], public_url: str) -> list[str]:
    wanted = public_url + ASKED_AT[line.channel]
    owned = api.incoming_phone_numbers.list(phone_number=line.number, limit=1)
    if not owned:
        return [f"{line.number} is not a number of this account"]
    if line.channel is Channel.VOICE:
        return twilio_voice_setup.of_number(owned[0], line.number, public_url)
    mine = [service for service, numbers in services if line.number in numbers]
    if not mine:
        return [f"{line.number} is in no messaging service: END, QUIT and CANCEL would silently block a person"]
    service, found = mine[0], []
    own_address = bool(service.use_inbound_webhook_on_number)
    if (owned[0].sms_url if own_address else service.inbound_request_url) != wanted:
        found.append(f"{line.number}: texts must ask {wanted}")
    if service.smart_encoding:
        found.append(f"{line.number}: smart encoding changes what is said, and a text in doubt is not found again")
    return found
