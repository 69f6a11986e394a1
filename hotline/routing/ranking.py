"""Who fits a waiting contact and how well, with reasons; without reasons a listener could not trust the order.

Pure: the database and the simulation hand in the same facts and get the same answer. What a contact wishes relaxes in
steps: first those of its lane who speak its language, of the gender it asked for; once a target was missed, language
and gender only count as better or worse. An urgent contact starts at its lane and reaches one step further when nobody
there can be asked, or when the head start is over. Somebody in imminent danger then reaches those as well who only owe
the closing form of a calm conversation that has ended: nobody speaks with them, and the form can wait.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from hotline.domain.contact import Channel, Language, Level
from hotline.routing.policy import Lane, RoutingPolicy, room_for, room_level, wider
from hotline.routing.seats import Seats, keeps_reserve, may_take_reserve, seats_to_leave


class Reason(StrEnum):
    """Why somebody is asked."""

    SAME_LISTENER = "same_listener"
    CLINICIAN = "clinician"
    CRISIS_TRAINED = "crisis_trained"
    LANGUAGE = "language"
    GENDER = "gender"
    TOPIC = "topic"
    UNDIVIDED = "undivided"
    RESTED = "rested"
    NOBODY_CLOSER = "nobody_closer"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    RELIEF = "relief"
    ON_THE_LINE = "on_the_line"


class Gender(StrEnum):
    """What a person may ask for, and a listener may say of themselves."""

    WOMAN = "woman"
    MAN = "man"


class Topic(StrEnum):
    """What a listener may be glad to be asked about; the names are those of the triage heads."""

    SUICIDE_SELF_HARM = "suicide_self_harm"
    ABUSE = "abuse"
    VIOLENCE_TO_OTHERS = "violence_to_others"
    MEDICAL_EMERGENCY = "medical_emergency"


TOPIC_FROM = 0.5
"""A triage head counts as a topic from this probability on."""


class Refusal(StrEnum):
    """Why somebody is not asked."""

    UNFIT = "unfit"
    ASKED = "asked"
    DECLINED = "declined"
    MISSED = "missed"
    CAPACITY = "capacity"
    TRAINING = "training"
    LANGUAGE = "language"
    CHANNEL = "channel"
    GENDER = "gender"
    RESERVED = "reserved"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One waiting contact; ``since`` is the start of its wait.

    ``asked`` hold an open offer of it, ``declined`` said no, ``missed`` says who let an offer pass and when;
    ``listener_id`` is whom it knows, when both agreed to meet again.
    """

    contact_id: str
    level: Level
    language: Language
    lane: Lane
    since: datetime
    targets_missed: int = 0
    channel: Channel = Channel.WEB
    gender: str | None = None
    topics: frozenset[str] = frozenset()
    listener_id: str | None = None
    asked: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    missed: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person on duty.

    ``fit`` is the word of the wellbeing rules; ``offered`` the level of the contact they are being asked about;
    ``closing`` of the contacts they hold have ended, were not urgent, and lack only their closing form; ``recent`` the
    contacts they accepted lately; ``channels`` is ``None`` for every channel.
    """

    person_id: str
    lanes: frozenset[Lane]
    languages: frozenset[str]
    fit: bool = True
    held: int = 0
    held_urgent: int = 0
    closing: int = 0
    offered: Level | None = None
    recent: int = 0
    gender: str | None = None
    topics: frozenset[str] = frozenset()
    channels: frozenset[Channel] | None = None

    @property
    def clinical(self) -> bool:
        """Whether they may serve the clinical lane."""
        return Lane.CLINICAL in self.lanes

    @property
    def free(self) -> bool:
        """Whether they hold nothing and are asked about nothing."""
        return self.held == 0 and self.offered is None


@dataclass(frozen=True, slots=True)
class Ranked:
    """One person who fits, their points (more is better), and why."""

    person_id: str
    points: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Ask this person about this contact, for these reasons."""

    contact_id: str
    person_id: str
    reasons: tuple[Reason, ...]


def seats_of(candidates: Iterable[Candidate]) -> Seats:
    """The seats these people are; whoever rests and holds nothing is none."""
    here = [one for one in candidates if one.fit or one.held]
    spare = [one for one in here if one.free and one.fit and Lane.CRISIS in one.lanes]
    clinical = sum(one.clinical for one in spare)
    return Seats(on_duty=len(here), spare=clinical, near=len(spare) - clinical)


def refusal(
    policy: RoutingPolicy, wanted: Wanted, one: Candidate, seats: Seats, *, lane: Lane, now: datetime
) -> Refusal | None:
    """Why this person may not be asked about this contact now, or ``None``; ``lane`` is how far it may reach."""
    return (
        _not_now(policy, wanted, one, now) or _not_suited(wanted, one, lane) or _kept(policy, wanted, one, seats, now)
    )


def _not_now(policy: RoutingPolicy, wanted: Wanted, one: Candidate, now: datetime) -> Refusal | None:
    if not one.fit:
        return Refusal.UNFIT
    if one.person_id in wanted.declined:
        return Refusal.DECLINED
    if one.offered is not None and not (wanted.level.urgent and one.offered.rank < wanted.level.rank):
        return Refusal.ASKED
    missed_at = wanted.missed.get(one.person_id)
    if missed_at is not None and (now - missed_at).total_seconds() < policy.missed_again_seconds:
        return Refusal.MISSED
    return None if has_room(policy, one, room_level(wanted.level, wanted.channel)) else Refusal.CAPACITY


def has_room(policy: RoutingPolicy, one: Candidate, level: Level) -> bool:
    """Whether a person may hold one more; an owed closing form keeps nobody from somebody in imminent danger."""
    held = one.held - one.closing if level is Level.IMMINENT else one.held
    return room_for(policy, held=held, held_urgent=one.held_urgent, level=level)


def _not_suited(wanted: Wanted, one: Candidate, lane: Lane) -> Refusal | None:
    if lane not in one.lanes:
        return Refusal.TRAINING
    if one.channels is not None and wanted.channel not in one.channels:
        return Refusal.CHANNEL
    if wanted.targets_missed:
        return None
    if wanted.language not in one.languages:
        return Refusal.LANGUAGE
    return Refusal.GENDER if wanted.gender is not None and one.gender != wanted.gender else None


def _kept(policy: RoutingPolicy, wanted: Wanted, one: Candidate, seats: Seats, now: datetime) -> Refusal | None:
    leave = seats_to_leave(policy, wanted.level, wanted.since, now)
    kept = keeps_reserve(policy, seats, lanes=one.lanes, free=one.free, leave=leave)
    return Refusal.RESERVED if kept and not may_take_reserve(policy, wanted.level, wanted.since, now) else None


def points(policy: RoutingPolicy, wanted: Wanted, one: Candidate) -> Ranked:
    """How well a person fits who may be asked; pure arithmetic over the weights."""
    gained: list[tuple[Reason, int]] = []
    if one.person_id == wanted.listener_id:
        gained.append((Reason.SAME_LISTENER, policy.weight_same_listener))
    gained += _by_training(policy, wanted, one)
    if wanted.language in one.languages:
        gained.append((Reason.LANGUAGE, policy.weight_training))
    if wanted.gender is not None and wanted.gender == one.gender:
        gained.append((Reason.GENDER, policy.weight_gender))
    if wanted.topics & one.topics:
        gained.append((Reason.TOPIC, policy.weight_topic))
    if one.free:
        gained.append((Reason.UNDIVIDED, policy.weight_undivided))
    if one.recent == 0:
        gained.append((Reason.RESTED, 0))
    total = sum(weight for _, weight in gained) - policy.weight_recent * one.recent
    return Ranked(one.person_id, total, tuple(reason for reason, _ in gained))


def _by_training(policy: RoutingPolicy, wanted: Wanted, one: Candidate) -> list[tuple[Reason, int]]:
    """Urgent to clinicians, elevated to the crisis-trained, and nobody above what a contact needs without cause."""
    if wanted.level.urgent:
        return [(Reason.CLINICIAN, policy.weight_training)] if one.clinical else []
    if wanted.level is Level.ELEVATED:
        fitting = Lane.CRISIS in one.lanes
        return [(Reason.CRISIS_TRAINED, 0 if one.clinical else policy.weight_training)] if fitting else []
    return []


def _burden(policy: RoutingPolicy, wanted: Wanted, one: Candidate) -> int:
    """Points taken off whoever is trained for more than this contact needs: they are missed elsewhere."""
    if wanted.level.urgent:
        return 0
    over = one.clinical or (wanted.level is not Level.ELEVATED and Lane.CRISIS in one.lanes)
    return (2 * policy.weight_training if one.clinical else policy.weight_training) if over else 0


def rank(policy: RoutingPolicy, wanted: Wanted, candidates: Collection[Candidate], now: datetime) -> list[Ranked]:
    """Everybody who may be asked about this contact now, best first; ties go by id, so that the order is the same.

    Whoever let an urgent offer pass is asked again at once when nobody else can be.
    """
    found = _rank(policy, wanted, candidates, now)
    if found or wanted.asked or not wanted.missed or not wanted.level.urgent:
        return found
    return _rank(policy, replace(wanted, missed={}), candidates, now)


def _rank(policy: RoutingPolicy, wanted: Wanted, candidates: Collection[Candidate], now: datetime) -> list[Ranked]:
    people = [one for one in candidates if one.person_id not in wanted.asked]
    seats = seats_of(candidates)
    at_hand = [one for one in people if not (wanted.level.urgent and one.closing)]
    found = _rank_within(policy, wanted, at_hand, seats, lane=wanted.lane, now=now)
    waited_seconds = (now - wanted.since).total_seconds()
    further = wanted.level.urgent and (not (found or wanted.asked) or waited_seconds >= policy.head_start_seconds)
    if further:
        known = {one.person_id for one in found}
        wide = _rank_within(policy, wanted, people, seats, lane=wider(wanted.lane), now=now)
        nearby = [one for one in wide if one.person_id not in known]
        found += [replace(one, reasons=(*one.reasons, Reason.NOBODY_CLOSER)) for one in nearby]
    return found


def _rank_within(
    policy: RoutingPolicy, wanted: Wanted, people: Sequence[Candidate], seats: Seats, *, lane: Lane, now: datetime
) -> list[Ranked]:
    able = [one for one in people if refusal(policy, wanted, one, seats, lane=lane, now=now) is None]
    fitting = [(points(policy, wanted, one), _burden(policy, wanted, one), one.offered is not None) for one in able]
    fitting.sort(key=lambda each: (each[2], each[1] - each[0].points, each[0].person_id))
    return [replace(ranked, points=ranked.points - burden) for ranked, burden, _ in fitting]


def _can_be_asked(policy: RoutingPolicy, one: Candidate, level: Level) -> bool:
    """Whether somebody could be asked about anything of this level, whatever its language and training."""
    open_to = one.offered is None or (level.urgent and one.offered.rank < level.rank)
    return one.fit and open_to and has_room(policy, one, level)


def plan(
    policy: RoutingPolicy, waiting: Iterable[Wanted], candidates: Sequence[Candidate], now: datetime
) -> list[Proposal]:
    """Whom to ask about whom now; ``waiting`` in the order of the queue, urgent contacts first.

    Nobody is asked about two contacts at once, except that an urgent contact may take the place of an offer that is
    less urgent.
    """
    people = {one.person_id: one for one in candidates}
    found: list[Proposal] = []
    for wanted in waiting:
        if not any(_can_be_asked(policy, one, wanted.level) for one in people.values()):
            if wanted.level.urgent:
                continue
            break
        at_once = policy.offers_at_once_urgent if wanted.level.urgent else 1
        for chosen in rank(policy, wanted, people.values(), now)[: max(0, at_once - len(wanted.asked))]:
            found.append(Proposal(wanted.contact_id, chosen.person_id, chosen.reasons))
            people[chosen.person_id] = replace(people[chosen.person_id], offered=wanted.level)
    return found
