"""Who waits and who is here, as the ranking sees them; offers and claims must look at one and the same picture."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.contact import Channel, Level, State
from hotline.domain.errors import NoTelephone
from hotline.domain.records import Contact, Person
from hotline.flow import fitness
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.routing.offers import Offer, Skills, Wishes
from hotline.routing.policy import Stage, lanes_of, room_level
from hotline.routing.ranking import TOPIC_FROM, Candidate, Wanted
from hotline.routing.replies import OfferState
from hotline.routing.store import Place
from hotline.triage import store as triage
from hotline.volunteers import store as volunteers

AWAITING = frozenset({State.WAITING, State.OFFERED})
"""States of a contact that waits for a human, asked about or not."""
CALM = tuple(level.value for level in Level if not level.urgent)
WITHOUT_TELEPHONE = frozenset(set(Channel) - {Channel.VOICE})
HEADS = 200
"""So many of each lane are looked at most; nobody further back is asked about before them."""
SLACK = 20
"""So many more heads of each lane than there are people: some have declined, or are asked about already."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a plan needs: who waits, in the order of the queue, who is on duty, and whose state is out of date."""

    waiting: list[Wanted]
    candidates: list[Candidate]
    stale: list[str]


def look(helpline: Helpline, conn: Connection, now: datetime) -> Scene:
    """Read who waits and who is here."""
    here = candidates(helpline, conn, now)
    open_now = {one.contact_id for one in offers.open_offers(conn)}
    stale = [one.id for one in contacts.in_states(conn, [State.OFFERED], limit=HEADS) if one.id not in open_now]
    spare = sum(one.fit and one.offered is not Level.IMMINENT for one in here)
    if not spare:
        return Scene([], here, stale)
    places = routing.heads(conn, min(HEADS, 2 * spare + len(open_now) + SLACK))
    ids = [place.contact_id for place in places]
    found, asked = contacts.get_contacts(conn, ids), offers.of_contacts(conn, ids)
    wishes = offers.wishes_of(conn, ids)
    topics = _topics(helpline, conn, ids) if any(one.topics for one in here) else {}
    earlier = _earlier_listeners(conn, [contact for contact in found.values() if contact.id in wishes], wishes)
    on_calls = legs.on_calls(conn, ids)
    waiting = [
        _wanted(found[place.contact_id], place, asked.get(place.contact_id, []), wishes, topics, earlier, on_calls)
        for place in places
        if place.contact_id in found and found[place.contact_id].state in AWAITING
    ]
    return Scene(waiting, here, stale)


def by_which(contact: Contact, on_calls: Collection[str]) -> Channel:
    """By which channel a contact is met: a call while its person is on the line, else in writing."""
    if contact.id in on_calls:
        return Channel.VOICE
    return Channel.WEB if contact.reply_by is Channel.VOICE else contact.reply_by


def room_of(conn: Connection, level: Level, contact_id: str) -> Level:
    """The level whose room this contact needs: somebody on the line has their listener alone."""
    return room_level(level, Channel.VOICE if legs.on_calls(conn, [contact_id]) else Channel.WEB)


def takers(helpline: Helpline, conn: Connection) -> frozenset[str]:
    """Those who can be rung: on a telephone whose number they left, or in a browser that said it is ready just now."""
    since = helpline.clock.now() - timedelta(seconds=helpline.routing.presence_lost_seconds)
    phones, browsers = offers.by_phone(conn), offers.by_browser(conn, since)
    wanted = phones | browsers
    people = volunteers.get_people(conn, sorted(wanted)) if wanted else {}
    here = (one for one in people.values() if one.disabled_at is None)
    return frozenset(one.id for one in here if one.id in browsers or one.phone is not None)


def check_telephone(unit: UnitOfWork, person: Person, contact_id: str) -> None:
    """Raise ``NoTelephone`` when somebody is on the line and this person takes no calls."""
    if legs.on_calls(unit.conn, [contact_id]) and person.id not in takers(unit.helpline, unit.conn):
        raise NoTelephone("this account takes no calls now")


def calls_beyond(unit: UnitOfWork, person: Person, held: int) -> set[str]:
    """Callers this person cannot be given: without a telephone none, beside another conversation none."""
    on_calls = legs.on_calls(unit.conn)
    return on_calls if on_calls and (held or person.id not in takers(unit.helpline, unit.conn)) else set()


def within_reach(conn: Connection, contact_id: str, here: list[Candidate]) -> list[Candidate]:
    """Those who could meet this contact: somebody on the line needs somebody with a telephone."""
    if not legs.on_calls(conn, [contact_id]):
        return here
    return [one for one in here if one.channels is None or Channel.VOICE in one.channels]


def is_stale(contact: Contact, made: list[Offer]) -> bool:
    """Whether a contact stands as offered although nobody is being asked about it any more."""
    return contact.state is State.OFFERED and not any(one.state is OfferState.OPEN for one in made)


def candidates(helpline: Helpline, conn: Connection, now: datetime) -> list[Candidate]:
    """Everybody on duty whose desk is alive, as the ranking sees them."""
    policy = helpline.routing
    duties = volunteers.on_duty(conn, now - timedelta(seconds=policy.presence_lost_seconds))
    ids = [duty.person_id for duty in duties]
    if not ids:
        return []
    people, loads, skills = volunteers.get_people(conn, ids), routing.load_of(conn, ids), offers.skills_of(conn, ids)
    asked = {one.person_id: one.level for one in offers.open_offers(conn)}
    closing = contacts.forms_owed(conn, ids)
    fit, calls = fitness.fits(helpline, conn, people.values(), now), legs.calls_held(conn, CALM)
    able = takers(helpline, conn)
    recent = contacts.taken_since(conn, now - timedelta(seconds=policy.recent_window_seconds))
    return [
        _candidate(
            person,
            load=(loads[person.id][0], loads[person.id][1] + calls.get(person.id, 0), closing.get(person.id, 0)),
            offered=asked.get(person.id),
            recent=recent.get(person.id, 0),
            skills=skills.get(person.id, Skills()),
            fit=fit[person.id].ok,
            rings=person.id in able,
        )
        for person in people.values()
        if person.disabled_at is None
    ]


def load_of(conn: Connection, person_id: str) -> Candidate:
    """What one person holds, as the ranking counts room; nothing else about them."""
    held, urgent = routing.load_of(conn, [person_id])[person_id]
    closing = contacts.forms_owed(conn, [person_id]).get(person_id, 0)
    urgent += legs.calls_held(conn, CALM).get(person_id, 0)
    return Candidate(person_id, frozenset(), frozenset(), held=held, held_urgent=urgent, closing=closing)


def _candidate(
    person: Person,
    *,
    load: tuple[int, int, int],
    offered: Level | None,
    recent: int,
    skills: Skills,
    fit: bool,
    rings: bool,
) -> Candidate:
    lanes = lanes_of(person.roles, Stage(person.stage))
    return Candidate(
        person_id=person.id,
        lanes=lanes,
        languages=frozenset(person.languages),
        fit=fit and bool(lanes),
        held=load[0],
        held_urgent=load[1],
        closing=load[2],
        offered=offered,
        recent=recent,
        gender=skills.gender,
        topics=skills.topics,
        channels=None if rings else WITHOUT_TELEPHONE,
    )


def _topics(helpline: Helpline, conn: Connection, ids: list[str]) -> dict[str, frozenset[str]]:
    """What each contact is about, as far as the machine's most urgent judgement and its newest say."""
    judged = [triage.telling(conn, helpline.keys, ids), triage.newest(conn, helpline.keys, ids)]
    return {
        contact_id: frozenset(
            head
            for one in judged
            if contact_id in one
            for head, value in one[contact_id].heads.items()
            if value >= TOPIC_FROM
        )
        for contact_id in judged[1]
    }


def _earlier_listeners(conn: Connection, returning: list[Contact], wishes: dict[str, Wishes]) -> dict[str, str]:
    """For each contact that wishes it, the listener of the contact it follows, when that listener agreed as well."""
    follows = {
        contact.id: contact.follows_contact_id
        for contact in returning
        if contact.follows_contact_id is not None and wishes[contact.id].same_listener
    }
    before = contacts.get_contacts(conn, list(follows.values()))
    owners = {new: before[old].owner_id for new, old in follows.items() if old in before}
    skills = offers.skills_of(conn, [owner for owner in owners.values() if owner is not None])
    return {new: owner for new, owner in owners.items() if owner is not None and skills.get(owner, Skills()).again}


def _wanted(
    contact: Contact,
    place: Place,
    made: list[Offer],
    wishes: dict[str, Wishes],
    topics: dict[str, frozenset[str]],
    earlier: dict[str, str],
    on_calls: set[str],
) -> Wanted:
    return Wanted(
        contact_id=contact.id,
        level=contact.level,
        language=contact.language,
        lane=place.lane,
        since=place.since,
        targets_missed=place.targets_missed,
        channel=by_which(contact, on_calls),
        gender=wishes.get(contact.id, Wishes()).gender,
        topics=topics.get(contact.id, frozenset()),
        listener_id=earlier.get(contact.id),
        asked=frozenset(one.person_id for one in made if one.state is OfferState.OPEN),
        declined=frozenset(one.person_id for one in made if one.state is OfferState.DECLINED),
        missed={one.person_id: one.ended_at for one in made if one.state is OfferState.MISSED and one.ended_at},
    )
