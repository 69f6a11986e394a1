"""A helpline with telephones: the double of the provider on one side, people with phones on the other, time by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty
from support.web import make_app
from twilio.rest import Client

from hotline.carriers.paging import Carriers
from hotline.carriers.silent import SilentCarrier
from hotline.carriers.twilio import TwilioCarrier
from hotline.carriers.twilio_calls import TwilioCalls
from hotline.carriers.twilio_texts import TwilioTexts
from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.contacts.legs import Leg
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Channel, Language, Region, Role
from hotline.domain.phone import CallsBy
from hotline.domain.records import Contact, Person
from hotline.flow import handover, offer, respond, sign_in, switchboard
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.intake import voice as voice_door
from hotline.jobs import deliver, sweep
from hotline.lab.telephone.http_client import InProcessHttp
from hotline.lab.telephone.people import Handset, Phone
from hotline.lab.telephone.world import World
from hotline.routing import offers
from hotline.routing.offers import Skills
from hotline.routing.policy import Stage
from hotline.settings import Settings
from hotline.storage import outbox, phone_lines, timers
from hotline.web.house import House

SID = "AC" + "0" * 32
TOKEN = "the token of an invented account"
PUBLIC = "https://help.example.org"
LINE = "+85230001000"
CALLER = "+85291234567"
PATIENCE_SECONDS = 60.0
"""A judgement may take long on a crowded machine; that an answer does not wait for one has a test of its own."""
EVERY_SECONDS = 1.0
"""How often the clock of these tests looks whether anything is due; the real one is woken by changes as well."""
BEATS_EVERY = timedelta(seconds=10)
SWEEPS_EVERY = timedelta(seconds=5)
"""As often as the real watchdog."""
NOT_SWEPT = frozenset({"offers", "drift", "rota", "reviews", "reports", "retention"})
"""Offers are made at every look anyhow; the others look at whole days and cost more than a story."""


@dataclass
class PhoneHouse:
    """Everything a story about calls needs; time passes by :meth:`passes` only."""

    helpline: Helpline
    app: Flask
    clock: FakeClock
    world: World
    carriers: Carriers
    people: dict[str, Person] = field(default_factory=dict)
    looks_anyhow: timedelta = timedelta(seconds=3)
    """The longest the clock does nothing because nothing seemed due: what time alone has changed is seen then."""
    asleep: set[str] = field(default_factory=set)
    """Names of those whose desks give no sign of life."""
    _beat_at: datetime | None = None
    _worked_at: datetime | None = None
    _swept_at: datetime | None = None

    def listener(self, name: str, number: str, *roles: Role, stage: Stage = Stage.CRISIS_TRAINED) -> Phone:
        """Somebody on duty who takes calls at this number; gives their telephone."""
        made = on_duty(self.helpline, name, *(roles or (Role.VOLUNTEER,)), stage=stage)
        sign_in.set_phone(self.helpline, made, number)
        with UnitOfWork(self.helpline) as unit:
            offers.keep_skills(unit.conn, made.id, replace(Skills(), calls_by=CallsBy.PHONE))
            unit.commit()
        self.people[name] = made
        return self.world.phone(number)

    def line(self, number: str, language: Language, region: Region) -> None:
        """One more number of ours, for calls and texts."""
        voice = f"{PUBLIC}/twilio/voice"
        hooks = {"voice": f"{voice}/incoming", "status_callback": f"{voice}/events"}
        self.world.own_number(number, sms=f"{PUBLIC}/twilio/sms/incoming", **hooks)
        with UnitOfWork(self.helpline) as unit:
            for channel in (Channel.VOICE, Channel.SMS):
                about = {"number": number, "language": language, "region": region, "by": "operator"}
                phone_lines.add(unit.conn, channel=channel, now=unit.now, **about)  # type: ignore[arg-type]
            unit.commit()

    def calls(self, from_: str = CALLER, to: str = LINE) -> Handset:
        """Somebody calls us."""
        handset = self.world.dial(from_, to)
        self.works()
        return handset

    def works(self) -> None:
        """Clock and worker do what is due now, until nothing is left."""
        self._worked_at = self.clock.now()
        self._beats()
        self._sweeps()
        for _ in range(12):
            offer.match(self.helpline)
            handover.relieve(self.helpline)
            switchboard.settle(self.helpline)
            sweep.run_due(self.helpline)
            if not self._delivers():
                return

    def _sweeps(self) -> None:
        now = self.clock.now()
        if self._swept_at is not None and now - self._swept_at < SWEEPS_EVERY:
            return
        self._swept_at = now
        for name, work in sweep.SWEEPS.items():
            if name not in NOT_SWEPT:
                work(self.helpline)

    def _beats(self) -> None:
        now = self.clock.now()
        if self._beat_at is not None and now - self._beat_at < BEATS_EVERY:
            return
        self._beat_at = now
        for name, person in self.people.items():
            if name not in self.asleep:
                respond.beat(self.helpline, person)

    def _delivers(self) -> int:
        with self.helpline.database.read() as conn:
            due = outbox.due(conn, self.clock.now())
        for promise_id, _ in due:
            deliver.deliver(self.helpline, self.carriers, promise_id)
            self.world.settle()
        return len(due)

    def passes(self, seconds: float) -> None:
        """Time passes second by second, and everybody does their work meanwhile."""
        self.works()
        left = seconds
        while left > 0:
            step = min(EVERY_SECONDS, left)
            self._one(step)
            left -= step

    def _one(self, seconds: float) -> None:
        """Let so many seconds pass; work when something happened in them, became due, or nobody looked for long."""
        told = len(self.world.sent)
        self.world.advance(seconds)
        if len(self.world.sent) > told or self._is_due():
            self.works()

    def _is_due(self) -> bool:
        now = self.clock.now()
        if self._worked_at is None or now - self._worked_at >= self.looks_anyhow:
            return True
        with self.helpline.database.read() as conn:
            timer = timers.next_due(conn)
            return bool(outbox.due(conn, now)) or (timer is not None and timer <= now)

    def until(self, happened: Callable[[], object], patience_seconds: float = 90) -> None:
        """Let time pass until something is so."""
        for _ in range(int(patience_seconds)):
            if happened():
                return
            self._one(1)
        raise AssertionError(f"not within {patience_seconds} seconds: {[one.words[-2:] for one in self.world.calls()]}")

    def waits(self, handset: Handset, stage: str, patience_seconds: float = 60) -> None:
        """Until this caller's leg stands at ``stage``."""
        self.works()
        self.until(lambda: self.leg_of(handset).stage == stage, patience_seconds)

    def leg_of(self, handset: Handset) -> Leg:
        with self.helpline.database.read() as conn:
            found = legs.by_sid(conn, handset.sid)
        assert found is not None
        return found

    def contact_of(self, handset: Handset) -> Contact:
        return self.contact(self.leg_of(handset).contact_id)

    def contact(self, contact_id: str) -> Contact:
        with self.helpline.database.read() as conn:
            return contacts.get_contact(conn, contact_id)

    def all_contacts(self) -> list[Contact]:
        with self.helpline.database.read() as conn:
            ids = list(conn.execute(contact_rows.select().order_by(contact_rows.c.arrived_at)).scalars())
            found = contacts.get_contacts(conn, ids)
        return [found[one] for one in ids]

    def legs_of(self, contact_id: str) -> list[Leg]:
        with self.helpline.database.read() as conn:
            return legs.of_contacts(conn, [contact_id], ended=True).get(contact_id, [])

    def texts(self, contact_id: str) -> list[str]:
        with self.helpline.database.read() as conn:
            return [one.text for one in contacts.seeker_texts(conn, self.helpline.keys, contact_id)]


def through(app: Flask) -> Any:
    """How the double reaches the application: by its public address, without a network."""
    client = app.test_client(use_cookies=False)

    def deliver_webhook(method: str, url: str, params: dict[str, str], headers: dict[str, str]) -> tuple[int, str, str]:
        asked = urlsplit(url)
        path = asked.path + (f"?{asked.query}" if asked.query else "")
        answer = client.open(path, method=method, data=params, headers=headers, base_url=PUBLIC)
        return answer.status_code, answer.content_type or "", answer.get_data(as_text=True)

    return deliver_webhook


_apps: dict[str, Flask] = {}


def app_for(helpline: Helpline, settings: Settings) -> Flask:
    """One application for all stories of a process, because it takes long to make; this story's house moves in."""
    key = f"{settings.secrets_dir} {settings.voice_sdk}"
    if key not in _apps:
        _apps[key] = make_app(helpline, settings)
    _apps[key].extensions["hotline"] = House(helpline, settings)
    return _apps[key]


def phone_house(helpline: Helpline, settings: Settings, clock: FakeClock) -> PhoneHouse:
    """A house with one line in Hong Kong, English first."""
    wired = settings.model_copy(
        update={
            "twilio_account_sid": SID,
            "twilio_auth_tokens": (TOKEN,),
            "twilio_from_number": LINE,
            "public_url": PUBLIC,
        }
    )
    app = app_for(helpline, wired)
    voice_door.THINKING_SECONDS = PATIENCE_SECONDS
    world = World(SID, TOKEN, through(app), clock)
    world.rules.lengths_seconds[f"{PUBLIC}/static/audio/quiet.wav"] = 8.0
    api = Client(SID, TOKEN, http_client=InProcessHttp(world))
    carriers = Carriers(
        silent=SilentCarrier(),
        telephone=TwilioCarrier(api, from_number=LINE),
        calls=TwilioCalls(api),
        texts=TwilioTexts(api),
        public_url=PUBLIC,
        from_number=LINE,
    )
    house = PhoneHouse(helpline, app, clock, world, carriers)
    house.line(LINE, Language.EN, Region.HONG_KONG)
    return house
