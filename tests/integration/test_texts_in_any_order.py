"""Told twice, reversed, late: however the provider tells it, the end is the same as when it tells everything once."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from support.fakes import A_MONDAY, FakeClock
from support.people import on_duty
from support.texts import SmallTwilio, add_line, deliver_texts, fields, heard, post, sid, with_twilio
from support.web import make_app

from hotline.contacts import store as contacts
from hotline.contacts import texts
from hotline.domain.contact import Author, Role
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.flow import converse, respond, texting
from hotline.flow.helpline import Helpline
from hotline.routing import store as routing
from hotline.settings import Settings

NUMBER = "+85291234567"
COURSES = (("sent", "delivered"), ("queued", "sent", "undelivered"), ("failed",), ("sent", "delivered", "read"))
"""What the provider tells of four texts of ours."""
COMING = ("one more thing", "are you there?", "thank you", "STOP")
EVENTS = sum(len(course) for course in COURSES) + len(COMING)


class Story:
    """A conversation by text in which much is told at once; :meth:`begin` brings back the moment before the telling."""

    def __init__(self, house: Helpline, app: Any, clock: FakeClock, lin: Person) -> None:
        self.house, self.client, self.clock = house, app.test_client(), clock
        add_line(house)
        self.contact_id = str(texting.hear(house, heard()))
        respond.go(house, lin, on_duty=True)
        respond.claim_next(house, lin)
        deliver_texts(house, SmallTwilio(clock))
        self.settled = len(self.ours())
        for number in range(len(COURSES)):
            text = f"answer {number}"
            converse.post_as_listener(house, lin, self.contact_id, text=text, client_id=new_id())
        deliver_texts(house, SmallTwilio(clock))
        self.events = self.told() + self.coming()
        self.file = Path(str(house.database.engine.url.database))
        house.database.engine.dispose()
        shutil.copy(self.file, self.file.with_suffix(".began"))

    def begin(self) -> None:
        self.house.database.engine.dispose()
        for name in (f"{self.file.name}-wal", f"{self.file.name}-shm"):
            self.file.with_name(name).unlink(missing_ok=True)
        shutil.copy(self.file.with_suffix(".began"), self.file)
        self.clock.set(A_MONDAY)

    def ours(self) -> list[texts.Text]:
        with self.house.database.read() as conn:
            found = texts.of_contact(conn, self.contact_id)
        return [one for pieces in found.values() for one in pieces if one.part]

    def told(self) -> list[Callable[[], Any]]:
        made = []
        for text, course in zip(self.ours()[self.settled :], COURSES, strict=True):
            for status in course:
                form = {"MessageSid": str(text.sid), "AccountSid": "AC" + "0" * 32, "MessageStatus": status}
                made.append(self.asked(f"/twilio/sms/status?text={text.id}", form))
        return made

    def coming(self) -> list[Callable[[], Any]]:
        return [self.asked("/twilio/sms/incoming", fields(body, NUMBER, MessageSid=sid())) for body in COMING]

    def asked(self, path: str, form: dict[str, str]) -> Callable[[], Any]:
        return lambda: post(self.client, path, form).status_code

    def end(self) -> dict[str, Any]:
        """All that must not depend on the order of telling."""
        with self.house.database.read() as conn:
            contact = contacts.get_contact(conn, self.contact_id)
            said = contacts.read_messages(conn, self.house.keys, self.contact_id)
            return {
                "words": sorted(one.text for one in said if one.author is Author.SEEKER),
                "system": sorted(one.text for one in said if one.author is Author.SYSTEM),
                "states": [(one.state, one.error) for one in self.ours()[self.settled : self.settled + len(COURSES)]],
                "alarms": sorted(one.kind for one in routing.open_alarms(conn)),
                "stopped": texts.is_stopped(conn, self.house.keys.blind("phone", NUMBER)),
                "contact": (contact.state, contact.level, contact.reply_by, contact.owner_id),
                "owed": len(texts.owed(conn)),
            }


ORDERS = st.tuples(
    st.permutations(range(EVENTS)),
    st.lists(st.integers(0, EVENTS - 1), max_size=2 * EVENTS),
    st.lists(st.sampled_from([0, 1, 60, 24 * 3600]), min_size=EVENTS, max_size=EVENTS),
)
"""Each event once in some order, some of them again, and how many seconds pass before each of the first."""


def any_order(house: Helpline, given_settings: Settings, clock: FakeClock, *, times: int) -> None:
    app = make_app(house, with_twilio(given_settings))
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    story = Story(house, app, clock, lin)
    assert {event() for event in story.events} == {200, 204}
    wanted = story.end()
    story.begin()
    assert story.end() != wanted

    @settings(max_examples=times, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(order=ORDERS)
    def told_so(order: tuple[list[int], list[int], list[int]]) -> None:
        once, repeats, pauses = order
        story.begin()
        for number, pause in zip(once, pauses, strict=True):
            clock.advance(seconds=min(pause, 50))
            story.events[number]()
        clock.advance(seconds=max(pauses))
        for number in repeats:
            story.events[number]()
        assert story.end() == wanted

    told_so()


@pytest.mark.timeout(300)
def test_a_hundred_orders_of_telling_end_alike(helpline: Helpline, settings: Settings, clock: FakeClock) -> None:
    any_order(helpline, settings, clock, times=40)


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
def test_a_thousand_orders_of_telling_end_alike(helpline: Helpline, settings: Settings, clock: FakeClock) -> None:
    any_order(helpline, settings, clock, times=1_000)
