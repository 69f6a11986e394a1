"""What the web page and the API of somebody who needs help have in common, so that neither can do less."""

from datetime import datetime
from typing import Any

from flask import request

from hotline.domain.contact import Language, Region, State
from hotline.domain.records import Contact
from hotline.flow import arrive, converse, safety_plan, standing
from hotline.flow.receive import Opened, Opening
from hotline.reports import desk_view, seeker_view
from hotline.web import language
from hotline.web.house import helpline, house, reader
from hotline.web.opening import moment_said
from hotline.web.page import emergency_numbers

SECONDS_PER_HOUR = 3600
SOON_HOURS = 48
"""A shift later than this helps nobody who waits now."""


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
        now = standing.standing(parts, conn, contact)
        found = seeker_view.seeker_contact(
            reader(conn),
            contact,
            position=now.position if now else None,
            wait_seconds=now.wait_seconds if now else None,
            staffed=now is None or now.staffed,
            callback_after_seconds=parts.routing.callback_offered_after_seconds,
        )
        found["next_shift_at"] = now.next_shift_at if now else None
    found["opens_at"] = closed_until() if found["nobody_on_duty"] else None
    found["emergency"] = emergency_numbers(contact.region, contact.language)
    found["notices"] = notices(contact, found)
    found["plan_shared"] = safety_plan.of_seeker(parts, contact) is not None
    return found


def notices(contact: Contact, found: dict[str, Any]) -> list[str]:
    """Reviewed sentences that fit where the person stands now."""
    words, spoken = house().words, contact.language
    said = []
    if found["nobody_on_duty"]:
        in_line = found["position"] is not None
        said.append(words.sentence("nobody_on_duty" if in_line else "nobody_on_duty_yet", spoken))
        said += _when_somebody_comes(found, spoken)
    elif found["position"] is not None:
        said.append(_standing(found, spoken))
    if contact.erased_at is not None:
        said.append(words.sentence("conversation_erased", spoken))
    if contact.third_party and contact.state is not State.CLOSED:
        said.append(words.sentence("third_party_hint", spoken))
    return said


def _when_somebody_comes(found: dict[str, Any], spoken: Language) -> list[str]:
    """Outside the opening hours when they begin again, and the next shift where it begins later or nothing else is."""
    words, opens_at, shift_at = house().words, found["opens_at"], found["next_shift_at"]
    said = []
    if opens_at is not None:
        when = moment_said(opens_at, helpline().hours.now.zone, spoken)
        said.append(words.sentence("opens_again", spoken, when=when))
    hours = _hours_until(shift_at)
    if hours is not None and (opens_at is None or shift_at > opens_at):
        said.append(words.sentence("next_shift", spoken, hours=hours))
    return said


def closed_until() -> datetime | None:
    """When it opens again, outside the opening hours; ``None`` while it is open."""
    opening, now = helpline().hours.now, helpline().clock.now()
    return None if opening.open_at(now) else opening.opens_next(now)


def hours_until_somebody(shift_at: datetime | None) -> int | None:
    """Whole hours until it is open and a shift has begun; ``None`` where nothing is planned within two days."""
    return _hours_until(max((moment for moment in (closed_until(), shift_at) if moment is not None), default=None))


def _hours_until(moment: datetime | None) -> int | None:
    """Whole hours until then, rounded up; ``None`` where nothing is planned within two days."""
    if moment is None:
        return None
    hours = -int(-(moment - helpline().clock.now()).total_seconds() // SECONDS_PER_HOUR)
    return hours if hours <= SOON_HOURS else None


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
    return {"messages": found, "last_number": contact.last_number, "erased_at": contact.erased_at}
