"""Any life of a small helpline: whatever people do in whatever order, nobody may be lost, doubled or overburdened."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.fakes import A_MONDAY, FakeClock
from support.people import now_is, says, seeker
from support.time import let_pass

from hotline.contacts import store as contacts
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Outcome, State
from hotline.domain.errors import NotFound, Refused
from hotline.domain.records import Contact, Person
from hotline.flow import callback, company, converse, handover, intervene, offer, respond, review, standing, stuck
from hotline.flow.callback import CallResult, Wish
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opened  # noqa: TC001  # hypothesis reads the annotations
from hotline.flow.scene import AWAITING
from hotline.interventions import log
from hotline.jobs import sweep
from hotline.routing import company as beside
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.routing.replies import Decline, OfferState
from hotline.storage.base import metadata
from hotline.volunteers import store as volunteers

KEPT = {"people", "alembic_version"}
WORDS = ("a hard day", "hello", "something elevated", "high risk", "imminent danger", "thank you")
STEP_SECONDS = 15
SWEPT = (
    "silent_listeners",
    "assess_forgotten",
    "vanished_listeners",
    "vanished_seekers",
    "forgotten_ends",
    "callbacks",
    "empty_house",
)
LAST = 5
"""Drawn numbers run from 0 to this; the last one stands for what happens seldom: small ones are drawn more often."""
HELD = frozenset({State.IN_CONVERSATION, State.WRAPPING_UP})


def wipe(house: Helpline) -> None:
    """Forget everything but the people and the keys."""
    with house.database.write() as conn:
        for table in reversed(metadata.sorted_tables):
            if table.name not in KEPT and "scope" not in table.name and "key" not in table.name:
                conn.execute(sa.delete(table))
        conn.commit()


class Life(RuleBasedStateMachine):
    """A few listeners, whoever comes, and a clock; every rule is one act of one person, refused or not."""

    def __init__(self, house: Helpline, clock: FakeClock, people: list[Person]) -> None:
        super().__init__()
        self.house, self.clock, self.people = house, clock, people
        self.opened: list[Opened] = []

    @initialize(texts=st.lists(st.sampled_from(WORDS), min_size=3, max_size=6))
    def morning(self, texts: list[str]) -> None:
        wipe(self.house)
        self.clock.set(A_MONDAY)
        for person in self.people[:-1]:
            respond.go(self.house, person, on_duty=True)
        self.people_come(texts)

    def tries(self, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """An act may be refused with an error of ours for people; any other error fails the test."""
        try:
            return act(self.house, *given, **named)
        except Refused:
            return None

    def someone(self, n: int) -> Person:
        return self.people[n % len(self.people)]

    def contact(self, n: int) -> Contact:
        return now_is(self.house, self.opened[n % len(self.opened)])

    def talking(self, n: int) -> Contact:
        """A contact somebody holds."""
        held = [one for one in self.all_contacts() if one.state in HELD]
        return held[n % len(held)]

    def anybody(self, states: frozenset[State]) -> bool:
        with self.house.database.read() as conn:
            found = sa.select(contact_rows.c.id).where(contact_rows.c.state.in_([state.value for state in states]))
            return conn.execute(found.limit(1)).one_or_none() is not None

    def holder(self, contact: Contact, n: int) -> Person:
        """Who holds a contact; one time in six somebody else, who must be refused."""
        owner = next((one for one in self.people if one.id == contact.owner_id), None)
        return self.someone(n) if owner is None or n == LAST else owner

    def all_contacts(self) -> list[Contact]:
        with self.house.database.read() as conn:
            ids = list(conn.execute(sa.select(contact_rows.c.id)).scalars())
            found = contacts.get_contacts(conn, ids).values()
        known = {one.contact.id: number for number, one in enumerate(self.opened)}
        return sorted(found, key=lambda one: (known.get(one.id, len(known)), one.arrived_at))

    # --- seekers ------------------------------------------------------------------------------------------------
    @rule(texts=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
    def people_arrive(self, texts: list[str]) -> None:
        self.people_come(texts)

    def people_come(self, texts: list[str]) -> None:
        for text in texts:
            self.clock.advance(seconds=0.001)
            self.opened.append(seeker(self.house, text))

    @precondition(lambda self: self.opened)
    @rule(n=st.integers(0, 30), text=st.sampled_from(WORDS))
    def somebody_writes(self, n: int, text: str) -> None:
        says(self.house, self.opened[n % len(self.opened)], text)

    @precondition(lambda self: self.opened)
    @rule(n=st.integers(0, 30), leaves=st.integers(0, 5))
    def somebody_ends(self, n: int, leaves: int) -> None:
        if leaves == LAST:
            self.tries(converse.end_as_seeker, self.contact(n))

    @precondition(lambda self: self.opened)
    @rule(n=st.integers(0, 30))
    def somebody_wants_to_be_called(self, n: int) -> None:
        wish = Wish("+85291234567", safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)
        self.tries(callback.ask, self.contact(n), wish)

    # --- listeners ----------------------------------------------------------------------------------------------
    @rule(n=st.integers(0, 5), on=st.integers(0, 5))
    def duty_changes(self, n: int, on: int) -> None:
        """People come, and now and then they go."""
        self.tries(respond.go, self.someone(n), on_duty=on < LAST)

    @precondition(lambda self: self.anybody(AWAITING))
    @rule(n=st.integers(0, 5))
    def takes_the_next(self, n: int) -> None:
        self.tries(respond.go, self.someone(n), on_duty=True)
        with self.house.database.read() as conn:
            _, refused = stuck.refusals(self.house, conn)
        urgent = [one.id for one in self.all_contacts() if one.level.urgent and one.state in AWAITING]
        taken = self.tries(respond.claim_next, self.someone(n))
        if taken is not None and taken not in urgent:
            passed = [one for one in urgent if refused.get(one, {}).get(self.someone(n).id, "not here") is None]
            assert passed == [], "an urgent contact stood behind one that is not"

    @precondition(lambda self: self.anybody(AWAITING))
    @rule(answers=st.lists(st.integers(0, 5), min_size=1, max_size=4))
    def people_answer(self, answers: list[int]) -> None:
        """Whoever is being asked says yes, mostly."""
        self.house_asks()
        with self.house.database.read() as conn:
            made = [(who, offers.open_of(conn, who.id)) for who in self.people]
        asked = [(who, found) for who, found in made if found is not None]
        for (who, found), answer in zip(asked, answers, strict=False):
            if answer < LAST:
                self.tries(respond.accept, who, found.id)
            else:
                self.tries(offer.decline, who, found.id, Decline.TOO_CLOSE)

    @precondition(lambda self: self.anybody(HELD))
    @rule(n=st.integers(0, 5), c=st.integers(0, 30), act=st.sampled_from(["wrap_up", "close", "release", "write"]))
    def works(self, n: int, c: int, act: str) -> None:
        contact = self.talking(c)
        who = self.holder(contact, n)
        if act == "wrap_up":
            self.tries(intervene.wrap_up, who, contact.id)
        elif act == "close":
            self.tries(intervene.close, who, contact.id, ClosingForm(Outcome.SUPPORTED))
        elif act == "release":
            self.tries(respond.release, who, contact.id, "summary")
        else:
            self.tries(converse.post_as_listener, who, contact.id, text="yes", client_id=f"m{contact.last_number:08}")

    @precondition(lambda self: self.anybody(HELD))
    @rule(n=st.integers(0, 5), m=st.integers(0, 5), c=st.integers(0, 30), act=st.integers(0, 5))
    def is_not_alone(self, n: int, m: int, c: int, act: int) -> None:
        contact = self.talking(c)
        who, other = self.holder(contact, n), self.someone(m)
        if act == 0:
            self.tries(handover.ask_colleague, who, contact.id, other.id, "summary")
        elif act == 1:
            self.tries(callback.note_call, who, contact.id, CallResult.NOBODY)
        elif act == 2:
            self.tries(company.ask_help, who, contact.id)
        else:
            self.tries((company.join, company.take_over, company.leave)[act - 3], other, contact.id)

    # --- time ---------------------------------------------------------------------------------------------------
    @rule(seconds=st.sampled_from([1, 10, 20, 50, 120, 400]), silent=st.sampled_from([(), (), (), (2,), (1, 3)]))
    def time_passes(self, seconds: int, silent: tuple[int, ...]) -> None:
        for start in range(0, seconds, STEP_SECONDS):
            for number, person in enumerate(self.people):
                if number not in silent:
                    respond.beat(self.house, person)
            let_pass(self.house, self.clock, min(STEP_SECONDS, seconds - start))
            for name in SWEPT if start % 60 == 0 else ("vanished_listeners",):
                sweep.SWEEPS[name](self.house)
            self.house_asks()

    def house_asks(self) -> None:
        """The clock matches; nobody is asked about a calm contact while nobody is asked about an urgent one."""
        with self.house.database.read() as conn:
            (_, refused), before = stuck.refusals(self.house, conn), {one.id for one in offers.open_offers(conn)}
        offer.match(self.house)
        handover.relieve(self.house)
        with self.house.database.read() as conn:
            made = offers.open_offers(conn)
        asked_about = {one.contact_id for one in made}
        urgent = [one.id for one in self.all_contacts() if one.level.urgent and one.state in AWAITING]
        for one in made:
            if one.id not in before and not one.level.urgent:
                for passed in set(urgent) - asked_about:
                    assert refused.get(passed, {}).get(one.person_id, "not here") is not None

    # --- what must hold ------------------------------------------------------------------------------------------
    @invariant()
    def everybody_is_owned_waiting_or_closed_with_a_reason(self) -> None:
        with self.house.database.read() as conn:
            for one in self.all_contacts():
                place = routing.get(conn, one.id)
                status = None if place is None else place.status
                if one.state is State.IN_CONVERSATION:
                    assert (status, None if place is None else place.owner_id) == ("held", one.owner_id)
                elif one.state in AWAITING:
                    assert (status, one.owner_id) == ("waiting", None)
                elif one.state in {State.CLOSED, State.ABANDONED, State.CALLBACK_DUE}:
                    assert status != "waiting"
                    assert one.state is not State.CLOSED or one.outcome is not None

    @invariant()
    def nobody_holds_more_than_they_can_carry(self) -> None:
        with self.house.database.read() as conn:
            ids = [person.id for person in self.people]
            loads, forms = routing.load_of(conn, ids), contacts.forms_owed(conn, ids)
        talking = {person_id: held - forms.get(person_id, 0) for person_id, (held, _) in loads.items()}
        assert all(number <= self.house.routing.chats_at_once for number in talking.values())

    @invariant()
    def nobody_is_left_with_somebody_who_is_gone(self) -> None:
        latest = self.clock.now() - timedelta(seconds=60)
        with self.house.database.read() as conn:
            for one in self.all_contacts():
                if one.state is State.IN_CONVERSATION:
                    assert one.owner_id is not None
                    duty = volunteers.duty_of(conn, one.owner_id)
                    assert duty is not None
                    assert duty.beat_at >= latest

    @invariant()
    def every_question_is_about_somebody_who_may_be_taken(self) -> None:
        with self.house.database.read() as conn:
            asked = {one.contact_id: one for one in offers.open_offers(conn)}
        states = {one.id: one.state for one in self.all_contacts()}
        for contact_id, one in asked.items():
            assert one.state is OfferState.OPEN
            assert states[contact_id] in {State.WAITING, State.OFFERED, State.IN_CONVERSATION}

    @invariant()
    def the_seeker_has_a_next_step_and_outsiders_see_nothing(self) -> None:
        with self.house.database.read() as conn:
            for one in self.all_contacts()[-3:]:
                told = standing.standing(self.house, conn, one)
                assert told is None or told.wait_seconds is None or told.wait_seconds >= 0
        outsider = self.people[-1]
        for one in self.all_contacts()[-2:]:
            if one.owner_id != outsider.id and outsider.id not in self._beside(one):
                try:
                    review.open_contact(self.house, outsider, one.id, purpose="curious")
                except NotFound:
                    continue
                raise AssertionError("somebody outside a contact opened it")

    def _beside(self, contact: Contact) -> list[str]:
        with self.house.database.read() as conn:
            return beside.beside(conn, contact.id)

    def teardown(self) -> None:
        """Every chain of the log holds."""
        with self.house.database.read() as conn:
            for one in self.all_contacts():
                assert log.verify_contact(conn, self.house.keys, one.id) is None
