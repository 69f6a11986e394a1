"""Plays days of a helpline in a minute, by the rules the helpline itself calls; other rules would prove nothing.

A heap of moments stands in for the database and the clock. Who is asked, in which order, from which lane and when a
target widens it, who rests, what a contact's next state is and which wait is told come from ``routing``, ``volunteers``
and ``domain``, unchanged. People's own behaviour (how fast they answer, how long they talk) comes from the scenario.
"""

import heapq
import itertools
import random
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.domain.contact import Language, Level, State
from hotline.domain.lifecycle import FIRST_STATE, Step, advance
from hotline.reports.cast import Call, Rules, Seat
from hotline.reports.scenario import BEGIN, Arrival, Scenario
from hotline.routing import ranking, yardsticks
from hotline.routing.capacity import free_lanes, house_for
from hotline.routing.ladder import TimerKind, rungs
from hotline.routing.policy import Lane, lane_for, widens_again, wider
from hotline.routing.ranking import Candidate, Proposal, Wanted
from hotline.routing.wait import expected_wait_seconds
from hotline.routing.yardsticks import Order
from hotline.volunteers.wellbeing import Record, Served, fit_for

AWAITING = frozenset({State.WAITING, State.OFFERED})
_ALL = frozenset(language.value for language in Language)


class World:
    """One run; :meth:`play` gives every contact when its story is over or the time is."""

    def __init__(self, scenario: Scenario, rules: Rules, seed: int) -> None:
        self._scenario = scenario
        self._rules = rules
        self._dice = random.Random(seed)  # noqa: S311 - a simulation, no secret
        self._seats = {f"s{place}": Seat(f"s{place}", lanes) for place, lanes in enumerate(scenario.team)}
        self._calls: dict[str, Call] = {}
        self._line: list[tuple[int, str]] = []
        self._moments: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._ahead: deque[tuple[datetime, int]] = deque()
        self._now = BEGIN

    def play(self, arriving: Iterable[Arrival], done: Callable[[datetime], None]) -> list[Call]:
        """Let everybody arrive and be served; ``done`` hears the simulated time now and then."""
        self._next_arrival(iter(arriving))
        played = 0
        while self._moments:
            self._now, _, act = heapq.heappop(self._moments)
            act()
            self._match()
            played += 1
            if played % 2000 == 0:
                done(self._now)
        return list(self._calls.values())

    def _at(self, moment: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._moments, (moment, next(self._numbers), act))

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._at(self._now + timedelta(seconds=seconds), act)

    def _next_arrival(self, rest: Iterator[Arrival]) -> None:
        arrival = next(rest, None)
        if arrival is None:
            return

        def act() -> None:
            self._arrive(arrival)
            self._next_arrival(rest)

        self._at(BEGIN + timedelta(seconds=arrival.at_seconds), act)

    def _arrive(self, arrival: Arrival) -> None:
        policy, level = self._rules.routing, arrival.level
        staffed = free_lanes(policy, self._candidates(), level, Language.EN)
        lane = lane_for(level, clinician_free=Lane.CLINICAL in staffed, crisis_trained_free=Lane.CRISIS in staffed)
        state = advance(advance(FIRST_STATE, Step.ASSESS), Step.QUEUE)
        call = Call(arrival, Wanted(arrival.id, level, Language.EN, lane, self._now), state)
        self._calls[arrival.id] = call
        self._join(call)
        self._ahead.append((self._now, level.rank))
        call.told_seconds = self._tell(call)
        for rung in rungs(policy.promise(), level, self._now):
            if rung.kind is TimerKind.TARGET:
                self._at(rung.due_at, lambda: self._widen(call))
        for seconds in self._turning_points(level):
            self._after(seconds, _nothing)
        self._after(arrival.patience_seconds, lambda: self._leave(call))

    def _turning_points(self, level: Level) -> list[int]:
        """After how many seconds of waiting a rule treats a contact otherwise, without anything else happening."""
        policy = self._rules.routing
        if level.urgent:
            return [policy.head_start_seconds, policy.reserve_high_after_seconds]
        calm = {Level.ROUTINE: policy.reserve_routine_seconds, Level.INFORMATION: policy.reserve_information_seconds}
        return [calm[level]] if level in calm else []

    def _join(self, call: Call) -> None:
        call.place = yardsticks.key(self._rules.order, call.wanted)
        insort(self._line, (call.place, call.arrival.id))

    def _quit_line(self, call: Call) -> None:
        del self._line[bisect_left(self._line, (call.place, call.arrival.id))]

    def _widen(self, call: Call) -> None:
        """As ``flow/escalate`` does when a target is missed."""
        if call.state not in AWAITING:
            return
        missed, lane = call.wanted.targets_missed + 1, wider(call.wanted.lane)
        self._quit_line(call)
        call.wanted = replace(call.wanted, targets_missed=missed, lane=lane)
        self._join(call)
        if widens_again(call.wanted.level, lane, missed):
            target = self._rules.routing.service_levels[call.wanted.level].target_seconds
            self._after(target, lambda: self._widen(call))

    def _leave(self, call: Call) -> None:
        if call.state not in AWAITING:
            return
        call.state, call.left_at = advance(call.state, Step.GIVE_UP), self._now
        self._quit_line(call)
        self._end_offers(call)

    def _end_offers(self, call: Call) -> None:
        for person_id in call.wanted.asked:
            self._seats[person_id].offer = self._seats[person_id].offered = None
        call.wanted = replace(call.wanted, asked=frozenset())

    def _match(self) -> None:
        if not self._line:
            return
        here = self._candidates()
        if not any(one.fit and one.held == one.closing for one in here):
            return
        waiting = (self._calls[contact_id].wanted for _, contact_id in list(self._line))
        for proposal in self._plan(waiting, here):
            self._ask(self._calls[proposal.contact_id], self._seats[proposal.person_id])

    def _plan(self, waiting: Iterable[Wanted], here: list[Candidate]) -> list[Proposal]:
        policy = self._rules.routing
        if self._rules.order is Order.HOTLINE:
            return ranking.plan(policy, waiting, here, self._now)
        free_since = {seat.id: seat.free_since for seat in self._seats.values()}
        return yardsticks.plan(policy, waiting, here, free_since, self._now)

    def _candidates(self) -> list[Candidate]:
        return [self._candidate(seat) for seat in self._seats.values()]

    def _candidate(self, seat: Seat) -> Candidate:
        window = self._now - timedelta(seconds=self._rules.routing.recent_window_seconds)
        while seat.taken and seat.taken[0] < window:
            seat.taken.popleft()
        return Candidate(
            seat.id,
            seat.lanes,
            _ALL,
            fit=seat.call is not None or self._fit(seat),
            held=int(seat.call is not None),
            held_urgent=int(seat.call is not None and seat.call.wanted.level.urgent),
            closing=int(seat.closing),
            offered=None if seat.offered is None else seat.offered.wanted.level,
            recent=len(seat.taken),
        )

    def _fit(self, seat: Seat) -> bool:
        """The wellbeing rules' own verdict."""
        resting = seat.break_until is not None and seat.break_until > self._now
        owed = seat.debrief_until is not None and seat.debrief_until > self._now
        record = Record(
            on_break=resting,
            break_until=seat.break_until if resting else None,
            debrief_owed=owed,
            served=list(seat.served),
            invented=True,
        )
        return fit_for(self._rules.wellbeing, record, self._now).ok

    def _ask(self, call: Call, seat: Seat) -> None:
        before = seat.offered
        if before is not None:
            before.wanted = replace(before.wanted, asked=before.wanted.asked - {seat.id})
            self._stand(before)
        number = seat.offer = next(self._numbers)
        seat.offered = call
        call.wanted = replace(call.wanted, asked=call.wanted.asked | {seat.id})
        if call.state is State.WAITING:
            call.state = advance(call.state, Step.OFFER)
        policy, scenario = self._rules.routing, self._scenario
        limit = policy.offer_urgent_seconds if call.wanted.level.urgent else policy.offer_seconds
        takes = self._dice.lognormvariate(0, scenario.answer_sigma) * scenario.accept_median_seconds
        missed = self._dice.random() < scenario.missed_share or takes > limit
        self._after(limit if missed else takes, lambda: (self._miss if missed else self._accept)(call, seat, number))

    def _stand(self, call: Call) -> None:
        if call.state is State.OFFERED and not call.wanted.asked:
            call.state = advance(call.state, Step.DECLINE)

    def _miss(self, call: Call, seat: Seat, number: int) -> None:
        if seat.offer != number:
            return
        seat.offer = seat.offered = None
        missed = {**call.wanted.missed, seat.id: self._now}
        call.wanted = replace(call.wanted, asked=call.wanted.asked - {seat.id}, missed=missed)
        self._stand(call)
        self._after(self._rules.routing.missed_again_seconds, _nothing)

    def _accept(self, call: Call, seat: Seat, number: int) -> None:
        if seat.offer != number:
            return
        call.state, call.accepted_at = advance(call.state, Step.CLAIM), self._now
        self._quit_line(call)
        self._end_offers(call)
        if seat.call is not None:
            seat.form, seat.form_seconds = seat.call, (seat.done_at - self._now).total_seconds()
        seat.call = call
        seat.taken.append(self._now)
        form_seconds = min(self._scenario.form_seconds, call.arrival.talk_seconds)
        self._after(call.arrival.talk_seconds - form_seconds, lambda: self._wrap_up(call, seat, form_seconds))

    def _wrap_up(self, call: Call, seat: Seat, form_seconds: float) -> None:
        """The conversation is over, its form is owed; the first time or after somebody in danger came between."""
        if call.state is State.IN_CONVERSATION:
            call.state = advance(call.state, Step.WRAP_UP)
        seat.done_at = self._now + timedelta(seconds=form_seconds)
        self._after(form_seconds, lambda: self._close(call, seat))

    def _close(self, call: Call, seat: Seat) -> None:
        if seat.call is not call:
            return
        call.state = advance(call.state, Step.CLOSE)
        served = [*seat.served, Served(call.accepted_at or self._now, self._now, call.wanted.level.urgent)]
        seat.served = deque(sorted(served, key=lambda one: one.begun_at, reverse=True)[:4])
        seat.call, seat.form, left = seat.form, None, seat.form
        seat.free_since = self._now
        self._rest(call, seat, self._now + timedelta(seconds=seat.form_seconds if left else 0))
        if left is not None:
            self._wrap_up(left, seat, seat.form_seconds)

    def _rest(self, call: Call, seat: Seat, begins: datetime) -> None:
        """What a contact that was closed asks of who held it, once no form is left to write."""
        wellbeing = self._rules.wellbeing
        if call.wanted.level.urgent and self._dice.random() < self._scenario.break_share:
            seat.break_until = begins + wellbeing.after_urgent
            self._at(seat.break_until, _nothing)
        if call.wanted.level.rank >= wellbeing.debrief_after.rank:
            seat.debrief_until = begins + timedelta(seconds=self._scenario.debrief_seconds)
            self._at(seat.debrief_until, _nothing)
        self._at(self._now + wellbeing.required, _nothing)

    def _tell(self, call: Call) -> int | None:
        """The bound a seeker's page would tell now."""
        scenario = self._scenario
        while self._ahead and self._ahead[0][0] < self._now - timedelta(hours=1):
            self._ahead.popleft()
        ahead = sum(rank > call.wanted.level.rank for _, rank in self._ahead)
        house = house_for(
            self._rules.routing,
            call.wanted,
            self._candidates(),
            self._now,
            work_seconds=scenario.talk_seconds,
            ahead_per_second=ahead / 3600,
        )
        return expected_wait_seconds(house, position=bisect_left(self._line, (call.place, call.arrival.id)) + 1)


def _nothing() -> None:
    """A moment at which time alone may have changed who can be asked."""
