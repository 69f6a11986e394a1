"""A call is recorded by a yes only; the recording is fetched once, sealed, heard by few and destroyed in time."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from support.fakes import FakeClock
from support.people import person
from support.phones import SID, TOKEN, PhoneHouse, phone_house
from support.web import Caller, staff
from twilio.rest import Client

from hotline.carriers.twilio_recordings import TwilioRecordings
from hotline.contacts import consents, recordings
from hotline.contacts import store as contacts
from hotline.contacts.phone_tables import recording_chunks
from hotline.contacts.recordings import Recording
from hotline.domain.calling import RecordingPolicy
from hotline.domain.contact import ConsentKind, Outcome, Role
from hotline.domain.phone import RecordingState
from hotline.flow import consents as said
from hotline.flow import erase, intervene, retention
from hotline.flow import recordings as flow
from hotline.flow.erase import WhyErased
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.unit import UnitOfWork
from hotline.interventions import log
from hotline.lab.telephone import recordings as double
from hotline.lab.telephone.http_client import InProcessHttp
from hotline.lab.telephone.rest import Rest
from hotline.lab.telephone.world import World
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.settings import Settings

LIN = "+85261111111"
WORDS = "the words that were recorded"


def media_of(world: World) -> object:
    """How recordings are fetched from the double: by account and token, in small pieces."""

    def ask(url: str, auth: tuple[str, str]) -> tuple[int, str, Iterator[bytes]]:
        reply = Rest(world).handle("GET", url.removeprefix("https://api.twilio.com"), {}, auth)
        sound = reply.content or b""
        return reply.status, reply.content_type or "", (sound[at : at + 1000] for at in range(0, len(sound), 1000))

    return ask


@pytest.fixture
def house(helpline: Helpline, settings: Settings, clock: FakeClock) -> PhoneHouse:
    calls = replace(helpline.calls, recordings=RecordingPolicy(on=True, days=90, most_mebibytes=1))
    made = phone_house(replace(helpline, calls=calls), settings, clock)
    api = Client(SID, TOKEN, http_client=InProcessHttp(made.world))
    network = TwilioRecordings(api, ask=media_of(made.world))  # type: ignore[arg-type]
    made.carriers = replace(made.carriers, recordings=network)
    return made


def talks(house: PhoneHouse, key: str = "5", words: str = "routine") -> str:
    """Somebody calls, answers whether they may be recorded, talks and hangs up; gives the contact."""
    lin = house.listener("lin", LIN)
    caller = house.calls()
    house.waits(caller, "asking")
    caller.say(words)
    house.passes(1)
    if key:
        caller.press(key)
    house.waits(caller, "waiting")
    lin.answer(press="1")
    house.passes(8)
    assert caller.in_conference
    caller.say(WORDS)
    house.passes(1)
    contact_id = house.contact_of(caller).id
    caller.hang_up()
    lin.talking[0].hang_up()
    return contact_id


def kept(house: PhoneHouse, contact_id: str) -> list[Recording]:
    with house.helpline.database.read() as conn:
        return recordings.of_contact(conn, contact_id)


def word(house: PhoneHouse, contact_id: str) -> bool | None:
    with house.helpline.database.read() as conn:
        found = consents.newest(conn, contact_id).get(ConsentKind.RECORDING)
    return None if found is None else found.given


def chunks(house: PhoneHouse) -> list[bytes]:
    with house.helpline.database.read() as conn:
        return list(conn.execute(sa.select(recording_chunks.c.sealed)).scalars())


def alarms(house: PhoneHouse) -> list[AlarmKind]:
    with house.helpline.database.read() as conn:
        return [one.kind for one in routing.open_alarms(conn)]


def test_with_a_yes_it_is_recorded_sealed_and_removed_there(house: PhoneHouse) -> None:
    contact_id = talks(house)
    assert word(house, contact_id) is True
    assert len(house.world.office.recordings) == 1
    sound = double.media(next(iter(house.world.office.recordings.values())))
    house.works()
    (found,) = kept(house, contact_id)
    assert (found.state, found.bytes, found.sid) == (RecordingState.KEPT, len(sound), None)
    assert house.world.office.recordings == {}
    assert WORDS.encode() in b"".join(flow.sound(house.helpline, found, 0, found.bytes))
    assert all(WORDS.encode() not in one for one in chunks(house))
    assert not house.world.errors


@pytest.mark.parametrize("key", ["6", ""])
def test_a_no_or_no_answer_is_kept_as_no_and_nothing_is_recorded(house: PhoneHouse, key: str) -> None:
    contact_id = talks(house, key)
    house.works()
    assert word(house, contact_id) is False
    assert house.world.office.recordings == {}
    assert kept(house, contact_id) == []


def test_somebody_in_danger_is_not_asked(house: PhoneHouse) -> None:
    caller = house.calls()
    house.waits(caller, "asking")
    caller.say("imminent")
    house.passes(1)
    assert house.leg_of(caller).stage == "waiting"
    assert word(house, house.contact_of(caller).id) is None


def test_switched_off_nobody_is_asked(helpline: Helpline, settings: Settings, clock: FakeClock) -> None:
    house = phone_house(helpline, settings, clock)
    contact_id = talks(house, "")
    assert word(house, contact_id) is None
    assert house.world.office.recordings == {}


def test_told_twice_and_in_trouble_it_is_kept_once(house: PhoneHouse) -> None:
    contact_id = talks(house)
    (there,) = house.world.office.recordings
    flow.made(house.helpline, contact_id, there, 3)
    house.world.office.rest_faults.set("error", times=3, concerns=lambda _method, path: "Recordings" in path)
    house.works()
    assert [one.state for one in kept(house, contact_id)] == [RecordingState.PROMISED]
    house.passes(40)
    assert [(one.state, one.sid) for one in kept(house, contact_id)] == [(RecordingState.KEPT, None)]
    assert house.world.office.recordings == {}


def test_what_cannot_be_fetched_is_work_on_the_board_and_is_tried_again(house: PhoneHouse, app: Flask) -> None:
    house.carriers = replace(house.carriers, recordings=None)
    contact_id = talks(house)
    house.works()
    assert [one.state for one in kept(house, contact_id)] == [RecordingState.LOST]
    assert AlarmKind.RECORDING_LOST in alarms(house)
    api = Client(SID, TOKEN, http_client=InProcessHttp(house.world))
    network = TwilioRecordings(api, ask=media_of(house.world))  # type: ignore[arg-type]
    house.carriers = replace(house.carriers, recordings=network)
    boss = staff(app, house.helpline, "Boss", Role.SUPERVISOR)
    (owed,) = boss.get("/phone").json["recordings_owed"]
    assert boss.post(f"/recordings/{owed['recording_id']}/again").status_code == 200
    house.works()
    assert [one.state for one in kept(house, contact_id)] == [RecordingState.KEPT]
    assert AlarmKind.RECORDING_LOST not in alarms(house)
    assert boss.post(f"/recordings/{owed['recording_id']}/again").status_code == 409


def test_one_that_is_too_large_is_refused(house: PhoneHouse) -> None:
    small = replace(house.helpline.calls, recordings=RecordingPolicy(on=True, days=90, most_mebibytes=0))
    contact_id = talks(house)
    house.helpline = replace(house.helpline, calls=small)
    house.works()
    assert [one.state for one in kept(house, contact_id)] == [RecordingState.LOST]
    assert chunks(house) == []


def test_without_a_yes_by_then_it_is_only_removed_there(house: PhoneHouse) -> None:
    contact_id = talks(house)
    (there,) = house.world.office.recordings
    with UnitOfWork(house.helpline) as unit:
        unit.conn.execute(sa.delete(recordings.recordings))
        unit.commit()
    lin = house.people["lin"]
    said.note(house.helpline, lin, contact_id, ConsentKind.RECORDING, given=False, version="v")
    flow.made(house.helpline, contact_id, there, 3)
    house.works()
    assert (chunks(house), house.world.office.recordings) == ([], {})


def test_a_no_later_destroys_what_was_kept(house: PhoneHouse) -> None:
    contact_id = talks(house)
    house.works()
    lin = house.people["lin"]
    said.note(house.helpline, lin, contact_id, ConsentKind.RECORDING, given=False, version="v")
    assert [one.state for one in kept(house, contact_id)] == [RecordingState.DESTROYED]
    assert chunks(house) == []


def test_it_goes_after_its_days_but_not_while_held(house: PhoneHouse, clock: FakeClock) -> None:
    contact_id = talks(house)
    house.works()
    wong = person(house.helpline, "Wong", Role.SUPERVISOR)
    retention.place_hold(house.helpline, wong, contact_id, "court")
    clock.advance(hours=24 * 91)
    assert flow.destroy_old(house.helpline) == 0
    with UnitOfWork(house.helpline) as unit:
        unit.conn.execute(sa.text("UPDATE holds SET lifted_at = at"))
        unit.commit()
    assert flow.destroy_old(house.helpline) == 1
    assert chunks(house) == []


def test_erasing_a_contact_destroys_its_recordings(house: PhoneHouse) -> None:
    contact_id = talks(house)
    house.works()
    intervene.close(house.helpline, house.people["lin"], contact_id, ClosingForm(Outcome.SUPPORTED))
    with UnitOfWork(house.helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        erase.erase(unit, contact, why=WhyErased.REQUEST, by="wong")
        unit.commit()
    assert chunks(house) == []
    assert [one.state for one in kept(house, contact_id)] == [RecordingState.DESTROYED]


def heard_by(house: PhoneHouse, contact_id: str) -> list[str]:
    with house.helpline.database.read() as conn:
        lines = log.read(conn, house.helpline.keys, contact_id)
    return [line.actor for line in lines if line.kind == "recording_played"]


def test_who_may_open_the_transcript_hears_it_in_parts_and_that_is_logged_once(house: PhoneHouse, app: Flask) -> None:
    contact_id = talks(house)
    house.works()
    boss = staff(app, house.helpline, "Boss", Role.SUPERVISOR)
    (one,) = boss.get(f"/contacts/{contact_id}").json["recordings"]
    path = f"/recordings/{one['recording_id']}"
    whole = boss.get(path)
    assert whole.status_code == 200
    assert WORDS.encode() in whole.data
    assert whole.headers["Content-Disposition"].startswith('inline; filename="recording-')
    part = Caller(boss.client, boss.token, boss.who, {"Range": "bytes=100-199"}).get(path)
    assert (part.status_code, part.data) == (206, whole.data[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.data)}"
    beyond = Caller(boss.client, boss.token, boss.who, {"Range": "bytes=99999999-"}).get(path)
    assert beyond.status_code == 416
    assert boss.who is not None
    assert heard_by(house, contact_id) == [boss.who.id]


def test_nobody_else_hears_it(house: PhoneHouse, app: Flask) -> None:
    contact_id = talks(house)
    house.works()
    (found,) = kept(house, contact_id)
    other = staff(app, house.helpline, "Chen", Role.VOLUNTEER)
    assert other.get(f"/recordings/{found.id}").status_code == 404
    assert heard_by(house, contact_id) == []
