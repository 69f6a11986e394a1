"""What the web page and the API of somebody who needs help have in common, so that neither can do less."""

from typing import Any

from flask import request

from hotline.domain.contact import Language, Region, State
from hotline.domain.records import Contact
from hotline.flow import arrive, converse
from hotline.flow.receive import Opened, Opening
from hotline.reports import desk_view, seeker_view
from hotline.web import language
from hotline.web.house import helpline, house, reader
from hotline.web.page import emergency_numbers


def parse_region(value: str | None) -> Region:
    """A chosen region; anything unknown is 'other', never a guess."""
    try:
        return Region(value or "")
    except ValueError:
        return Region.OTHER


def open_contact(
    *,
    chosen: Language | None,
    region: Region,
    text: str | None,
    client_message_id: str | None,
    third_party: bool,
) -> Opened:
    """Commit a contact of this browser, with its network address sealed."""
    opening = Opening(
        language=chosen or language.negotiate(),
        region=region,
        third_party=third_party,
        text=text,
        client_message_id=client_message_id,
        network_address=request.remote_addr,
    )
    return arrive.arrive(helpline(), opening)


def come_back(codename: str, *, chosen: Language | None, region: Region) -> Opened:
    """Continue under a codename; raises ``NotFound``."""
    opening = Opening(
        language=chosen or language.negotiate(),
        region=region,
        network_address=request.remote_addr,
    )
    return converse.come_back(helpline(), codename, opening)


def view(contact: Contact) -> dict[str, Any]:
    """``SeekerContact`` of the API, with emergency numbers and notices."""
    parts = helpline()
    with parts.database.read() as conn:
        found = seeker_view.seeker_contact(reader(conn), parts.routing, contact)
    found["emergency"] = emergency_numbers(contact.region, contact.language)
    found["notices"] = notices(contact, found)
    return found


def notices(contact: Contact, found: dict[str, Any]) -> list[str]:
    """Reviewed sentences that fit where the person stands now."""
    words, spoken = house().words, contact.language
    said = []
    if found["nobody_on_duty"]:
        said.append(words.sentence("nobody_on_duty", spoken))
    elif found["position"] is not None:
        said.append(_standing(found, spoken))
    if contact.third_party and contact.state is not State.CLOSED:
        said.append(words.sentence("third_party_hint", spoken))
    return said


def _standing(found: dict[str, Any], spoken: Language) -> str:
    words = house().words
    seconds = found["expected_wait_seconds"]
    if seconds is None:
        return words.sentence("wait_unknown", spoken)
    if found["position"] == 1 and seconds <= 60:  # noqa: PLR2004
        return words.sentence("wait_next", spoken)
    return words.sentence("waiting_position", spoken, position=found["position"], minutes=-(-seconds // 60))


def messages(contact: Contact, after: int) -> dict[str, Any]:
    """``Messages`` of the API, as the seeker may see them."""
    with helpline().database.read() as conn:
        found = desk_view.messages(reader(conn), contact, after=after, for_seeker=True)
    return {"messages": found, "last_number": contact.last_number}
