"""Which seats there are for somebody, now and soon; lanes and told waits that looked at other people would disagree."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.domain.contact import Language, Level
from hotline.routing.policy import Lane, RoutingPolicy, wider
from hotline.routing.ranking import Candidate, Wanted, has_room, refusal, seats_of
from hotline.routing.seats import leaves_for_seconds
from hotline.routing.wait import House


def free_lanes(
    policy: RoutingPolicy, candidates: Iterable[Candidate], level: Level, language: Language
) -> frozenset[Lane]:
    """The lanes that somebody here who speaks the language, with room for this level, could serve now.

    Somebody without room still counts for the open lane: they are here, and their next free moment is the answer.
    """
    found: set[Lane] = set()
    for one in candidates:
        if language not in one.languages or not (one.fit or one.held):
            continue
        roomy = one.fit and has_room(policy, one, level)
        found |= one.lanes if roomy else one.lanes & {Lane.OPEN}
    return frozenset(found)


def house_for(
    policy: RoutingPolicy,
    wanted: Wanted,
    candidates: Collection[Candidate],
    now: datetime,
    *,
    work_seconds: float,
    ahead_per_second: float,
) -> House:
    """How busy the helpline is for this contact: the seats it may have, and how soon one of them comes free.

    A seat kept for danger is none for anybody else, until the contact has waited as long as its level must. An urgent
    contact reaches one lane further, as it does when it is offered. Whoever is being asked is free: they are asked
    about this contact, or about one whose place before it is counted already.
    """
    seats, lane = seats_of(candidates), wider(wanted.lane) if wanted.level.urgent else wanted.lane
    able = [
        one
        for one in candidates
        if lane in one.lanes and (one.fit or one.held) and (wanted.targets_missed or wanted.language in one.languages)
    ]
    kept = seats.on_duty >= policy.reserve_from_seats and not wanted.level.urgent
    reserved = min(policy.reserved_seats if kept else 0, max(0, len(able) - 1))
    anew = replace(wanted, asked=frozenset(), missed={})

    def free(at: datetime) -> int:
        unasked = (replace(one, offered=None) for one in able)
        return sum(refusal(policy, anew, one, seats, lane=lane, now=at) is None for one in unasked)

    opens_at = wanted.since + timedelta(seconds=leaves_for_seconds(policy, wanted.level))
    at_once = policy.chats_at_once_urgent if wanted.level.urgent else policy.chats_at_once
    return House(
        seats=(len(able) - reserved) * at_once,
        free=free(now),
        free_later=free(max(now, opens_at)),
        opens_seconds=max(0.0, (opens_at - now).total_seconds()),
        work_seconds=work_seconds,
        answer_seconds=3 * policy.offer_seconds,
        ahead_per_second=ahead_per_second,
    )
