"""Somebody who texts, Twilio's signature, and a small Twilio that keeps what it was given and can fail on command."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from support.fakes import FakeClock
from support.people import on_duty
from twilio.request_validator import RequestValidator

from hotline.carriers.paging import Carriers
from hotline.carriers.silent import SilentCarrier
from hotline.carriers.twilio_texts import TwilioTexts
from hotline.contacts import store as contacts
from hotline.contacts import texts
from hotline.contacts.tables import contacts as rows
from hotline.contacts.texts import Text
from hotline.domain.contact import Author, Channel, Language, Region, Role
from hotline.domain.ids import new_id
from hotline.domain.records import Message, Person
from hotline.domain.texting import TextState
from hotline.flow import converse, respond, texting
from hotline.flow.helpline import Helpline
from hotline.flow.texting import Heard
from hotline.flow.unit import UnitOfWork
from hotline.jobs import deliver
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.settings import Settings
from hotline.storage import outbox, phone_lines

ACCOUNT = "AC" + "0" * 32
TOKEN, OLD_TOKEN = "the-token-in-use", "the-token-before"  # of the tests
LINE, OTHER_LINE = "+85230000001", "+14150000001"
PUBLIC = "https://help.example.org"
_numbers = itertools.count(1)


def sid(kind: str = "SM") -> str:
    """A fresh id of the provider."""
    return f"{kind}{next(_numbers):032x}"


def with_twilio(settings: Settings) -> Settings:
    """The same settings with an account; both tokens count, as while one is changed."""
    account = {"twilio_account_sid": ACCOUNT, "twilio_auth_tokens": (TOKEN, OLD_TOKEN), "twilio_from_number": LINE}
    return settings.model_copy(update={**account, "public_url": PUBLIC})


def add_line(helpline: Helpline, number: str = LINE, **given: Any) -> None:
    """A number of ours: Hong Kong, traditional script, SMS, unless told otherwise."""
    about = {"channel": Channel.SMS, "language": Language.ZH_HANT, "region": Region.HONG_KONG} | given
    with UnitOfWork(helpline) as unit:
        phone_lines.add(unit.conn, number=number, by="wong", now=unit.now, **about)
        unit.commit()


def heard(body: str = "a hard day", sender: str | None = "+85291234567", **given: Any) -> Heard:
    """One text, as the door hands it on."""
    return Heard(**{"sid": sid(), "channel": Channel.SMS, "sender": sender, "line": LINE, "body": body} | given)


def fields(body: str = "a hard day", sender: str = "+85291234567", **given: str) -> dict[str, str]:
    """The form of one incoming text, as Twilio sends it."""
    made = {"MessageSid": sid(), "AccountSid": ACCOUNT, "From": sender, "To": LINE, "Body": body, "NumMedia": "0"}
    return made | given


def signature(path: str, form: dict[str, str], token: str = TOKEN, public: str = PUBLIC) -> str:
    """What Twilio puts into the header."""
    made: str = RequestValidator(token).compute_signature(public + path, form)
    return made


def post(client: FlaskClient, path: str, form: dict[str, str], **headers: str) -> Any:
    """A signed request of the provider."""
    return client.post(path, data=form, headers={"X-Twilio-Signature": signature(path, form), **headers})


@dataclass
class SmallTwilio:
    """Stands where Twilio's client stands, with its messages; ``troubles`` are raised first, one per message.

    A trouble in ``kept`` is raised although the message was taken, as when an answer is lost on its way.
    """

    clock: FakeClock
    sent: list[SimpleNamespace] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    kept: list[Exception] = field(default_factory=list)
    list_troubles: list[Exception] = field(default_factory=list)
    listed: int = 0

    @property
    def messages(self) -> "SmallTwilio":
        return self

    def create(self, *, to: str, from_: str, body: str, status_callback: str) -> SimpleNamespace:
        if self.troubles:
            raise self.troubles.pop(0)
        made = SimpleNamespace(sid=sid(), to=to, from_=from_, body=body, status_callback=status_callback)
        made.date_created = self.clock.now().astimezone(UTC)
        self.sent.append(made)
        if self.kept:
            raise self.kept.pop(0)
        return made

    @property
    def bodies(self) -> list[str]:
        return [one.body for one in self.sent]

    def list(self, *, to: str, from_: str, limit: int) -> list[SimpleNamespace]:
        self.listed += 1
        if self.list_troubles:
            raise self.list_troubles.pop(0)
        return [one for one in reversed(self.sent) if (one.to, one.from_) == (to, from_)][:limit]

    def carriers(self) -> Carriers:
        return Carriers(silent=SilentCarrier(), texts=TwilioTexts(self), public_url=PUBLIC)  # type: ignore[arg-type]


def due_texts(helpline: Helpline) -> list[str]:
    """The promises of texts that may be taken now."""
    table = outbox.outbox
    with helpline.database.read() as conn:
        due = [one for one, _ in outbox.due(conn, helpline.clock.now(), limit=10_000)]
        rows = conn.execute(table.select().where(table.c.id.in_(due), table.c.kind == "text").order_by(table.c.due_at))
        return [row.id for row in rows]


def deliver_texts(helpline: Helpline, twilio: SmallTwilio) -> None:
    """Let the workers do what is due now, until nothing more is."""
    for _ in range(50):
        due = due_texts(helpline)
        if not due:
            return
        for promise_id in due:
            deliver.deliver(helpline, twilio.carriers(), promise_id)


def until_quiet(helpline: Helpline, twilio: SmallTwilio, clock: FakeClock, minutes: int = 60) -> datetime:
    """Let time pass and the workers work."""
    for _ in range(minutes * 4):
        deliver_texts(helpline, twilio)
        clock.advance(seconds=15)
    return clock.now()


def talk(helpline: Helpline, text: str = "a hard day", **given: object) -> tuple[str, Person]:
    """Somebody texts and a listener takes it; gives contact and listener."""
    add_line(helpline, language=Language.EN, region=Region.OTHER)
    contact_id = texting.hear(helpline, heard(text, **given))  # type: ignore[arg-type]
    lin = on_duty(helpline, "Lin", Role.CLINICIAN)
    respond.claim_next(helpline, lin)
    return str(contact_id), lin


def writes(helpline: Helpline, lin: Person, contact_id: str, *said: str) -> None:
    """The listener writes to whoever texts."""
    for text in said:
        converse.post_as_listener(helpline, lin, contact_id, text=text, client_id=new_id())


def every(helpline: Helpline, contact_id: str) -> list[Text]:
    """The texts of ours to this contact, in the order in which they were written."""
    with helpline.database.read() as conn:
        found = texts.of_contact(conn, contact_id)
    return [one for pieces in found.values() for one in pieces if one.state is not TextState.RECEIVED]


def alarms(helpline: Helpline) -> list[AlarmKind]:
    """The alarms that stand open."""
    with helpline.database.read() as conn:
        return [one.kind for one in routing.open_alarms(conn)]


def how_many(helpline: Helpline) -> int:
    """How many contacts there are."""
    with helpline.database.read() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one())


def said(helpline: Helpline, contact_id: str | None, author: Author = Author.SEEKER) -> list[Message]:
    """What one side said in a contact."""
    assert contact_id is not None
    with helpline.database.read() as conn:
        found = contacts.read_messages(conn, helpline.keys, contact_id)
    return [one for one in found if one.author is author]
