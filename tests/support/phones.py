"""A helpline with telephones: the double of the provider on one side, people with phones on the other, time by hand."""

from dataclasses import dataclass, field, replace
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
from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.contacts.legs import Leg
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Channel, Language, Region, Role
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
from hotline.storage import outbox, phone_lines

SID = "AC" + "0" * 32
TOKEN = "the token of an invented account"
PUBLIC = "https://help.example.org"
LINE = "+85230001000"
CALLER = "+85291234567"
PATIENCE_SECONDS = 60.0
"""A judgement may take long on a crowded machine; that an answer does not wait for one has a test of its own."""
EVERY_SECONDS = 1.0
"""How often the clock of these tests looks; the real one is woken by changes as well."""


@dataclass
class PhoneHouse:
    """Everything a story about calls needs; time passes by :meth:`passes` only."""

    helpline: Helpline
    app: Flask
    clock: FakeClock
    world: World
    carriers: Carriers
    people: dict[str, Person] = field(default_factory=dict)

    def listener(self, name: str, number: str, *roles: Role, stage: Stage = Stage.CRISIS_TRAINED) -> Phone:
        """Somebody on duty who takes calls at this number; gives their telephone."""
        made = on_duty(self.helpline, name, *(roles or (Role.VOLUNTEER,)), stage=stage)
        sign_in.set_phone(self.helpline, made, number)
        with UnitOfWork(self.helpline) as unit:
            offers.keep_skills(unit.conn, made.id, replace(Skills(), by_phone=True))
            unit.commit()
        self.people[name] = made
        return self.world.phone(number)

    def calls(self, from_: str = CALLER, to: str = LINE) -> Handset:
        """Somebody calls us."""
        handset = self.world.dial(from_, to)
        self.works()
        return handset

    def works(self) -> None:
        """Clock and worker do what is due now, until nothing is left."""
        for _ in range(12):
            for person in self.people.values():
                respond.beat(self.helpline, person)
            offer.match(self.helpline)
            handover.relieve(self.helpline)
            switchboard.settle(self.helpline)
            sweep.run_due(self.helpline)
            if not self._delivers():
                return

    def _delivers(self) -> int:
        with self.helpline.database.read() as conn:
            due = outbox.due(conn, self.clock.now())
        for promise_id, _ in due:
            deliver.deliver(self.helpline, self.carriers, promise_id)
            self.world.settle()
        return len(due)

    def passes(self, seconds: float) -> None:
        """Time passes second by second, and everybody does their work meanwhile."""
        left = seconds
        while left > 0:
            step = min(EVERY_SECONDS, left)
            self.world.advance(step)
            left -= step
            self.works()

    def waits(self, handset: Handset, stage: str, patience_seconds: float = 60) -> None:
        """Until this caller's leg stands at ``stage``."""
        for _ in range(int(patience_seconds)):
            if self.leg_of(handset).stage == stage:
                return
            self.passes(1)
        raise AssertionError(f"still {self.leg_of(handset).stage}: {handset.words[-3:]}")

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
    app = make_app(helpline, wired)
    voice_door.THINKING_SECONDS = PATIENCE_SECONDS
    world = World(SID, TOKEN, through(app), clock)
    voice = f"{PUBLIC}/twilio/voice"
    world.own_number(
        LINE, voice=f"{voice}/incoming", status_callback=f"{voice}/events", sms=f"{PUBLIC}/twilio/sms/incoming"
    )
    api = Client(SID, TOKEN, http_client=InProcessHttp(world))
    carriers = Carriers(
        silent=SilentCarrier(),
        telephone=TwilioCarrier(api, from_number=LINE),
        calls=TwilioCalls(api),
        public_url=PUBLIC,
        from_number=LINE,
    )
    with UnitOfWork(helpline) as unit:
        line = {"number": LINE, "language": Language.EN, "region": Region.HONG_KONG, "by": "operator"}
        phone_lines.add(unit.conn, channel=Channel.VOICE, now=unit.now, **line)  # type: ignore[arg-type]
        unit.commit()
    return PhoneHouse(helpline, app, clock, world, carriers)
