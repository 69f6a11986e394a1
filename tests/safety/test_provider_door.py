"""The provider's door: what is not signed exactly as Twilio signs has no effect, on any route."""

import random
import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from support.forged import ATTACKS, Ask, base, raw
from support.texts import ACCOUNT, LINE, OLD_TOKEN, TOKEN, add_line, fields, post, sid, signature, with_twilio
from support.web import make_app

from hotline.flow.helpline import Helpline
from hotline.settings import Settings
from hotline.storage.base import metadata

FOREVER = {"alembic_version", "leases"}


@pytest.fixture
def door(helpline: Helpline, settings: Settings) -> Flask:
    add_line(helpline)
    return make_app(helpline, with_twilio(settings))


def routes(app: Flask) -> list[str]:
    """Every path of the door, with made-up ids and the first of each choice."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("telephone."):
            path = re.sub(r"<any\(([^,)]*)[^>]*>", lambda choice: choice.group(1).strip("'\""), rule.rule)
            path = re.sub(r"<int[^>]*>", "1", path)
            found.append(re.sub(r"<[^>]*>", "0" * 32, path))
    return sorted(set(found))


def everything(helpline: Helpline) -> list[tuple[str, list[str]]]:
    """All rows of the database but signs of life."""
    with helpline.database.read() as conn:
        return [
            (table.name, sorted(map(repr, conn.execute(sa.select(table)))))
            for table in metadata.sorted_tables
            if table.name not in FOREVER
        ]


def test_the_door_has_the_routes_these_attacks_are_for(door: Flask) -> None:
    assert {"/twilio/sms/incoming", "/twilio/sms/status"} <= set(routes(door))
    assert len(ATTACKS) >= 60


def test_no_attack_on_any_route_has_an_effect(door: Flask, helpline: Helpline) -> None:
    before = everything(helpline)
    for path in routes(door):
        for name, attack in ATTACKS.items():
            status = attack(base(path)).send(door).status_code
            signs_alike = name == "the bound moved"
            assert status in ({400, 404} if signs_alike else {403, 404, 405}), (path, name, status)
    assert everything(helpline) == before


def test_what_the_attacks_start_from_is_heard(door: Flask, helpline: Helpline) -> None:
    before = everything(helpline)
    assert base("/twilio/sms/incoming").send(door).status_code == 200
    assert everything(helpline) != before


def test_without_a_token_nobody_is_heard(helpline: Helpline, settings: Settings) -> None:
    closed = with_twilio(settings).model_copy(update={"twilio_auth_tokens": ()})
    app, before = make_app(helpline, closed), everything(helpline)
    for path in routes(app):
        for token in ("", TOKEN):
            ask = base(path)
            assert replace(ask, sign=signature(path, ask.form, token=token)).send(app).status_code == 403
    assert everything(helpline) == before


@pytest.mark.parametrize(("tokens", "token", "heard"), [
    ((TOKEN, OLD_TOKEN), TOKEN, True),
    ((TOKEN, OLD_TOKEN), OLD_TOKEN, True),
    ((TOKEN,), OLD_TOKEN, False),
    ((OLD_TOKEN,), TOKEN, False),
])  # fmt: skip
def test_both_tokens_count_while_one_is_changed_and_the_old_one_not_after(
    helpline: Helpline, settings: Settings, tokens: tuple[str, ...], token: str, *, heard: bool
) -> None:
    app = make_app(helpline, with_twilio(settings).model_copy(update={"twilio_auth_tokens": tokens}))
    form = fields()
    sent = Ask("/twilio/sms/incoming", form, signature("/twilio/sms/incoming", form, token=token))
    assert (sent.send(app).status_code == 200) is heard


def test_a_replay_has_no_second_effect_on_any_route(door: Flask, helpline: Helpline) -> None:
    for path in routes(door):
        ask = base(path)
        first = ask.send(door).status_code
        assert first < 500, (path, first)
        before = everything(helpline)
        for _ in range(3):
            assert ask.send(door).status_code == first, path
        assert everything(helpline) == before, path


def test_a_replay_of_a_week_ago_has_no_effect(door: Flask, helpline: Helpline, clock: Any) -> None:
    from hotline.storage import webhooks  # noqa: PLC0415

    form = fields("once and for all")
    post(door.test_client(), "/twilio/sms/incoming", form)
    clock.advance(hours=24 * 9)
    with helpline.database.write() as conn:
        webhooks.forget_before(conn, clock.now())
        conn.commit()
    before = everything(helpline)
    assert post(door.test_client(), "/twilio/sms/incoming", form).status_code == 200
    assert [row for row in everything(helpline) if row[0] != "webhooks"] == [r for r in before if r[0] != "webhooks"]


VALUES = (
    "", " ", "0", "-1", "9" * 40, "null", "true", "+", "+85291234567", "whatsapp:", "anonymous", "'; DROP TABLE x;--",
    "<Response><Hangup/></Response>", "\u0000", "\ud7ff", "💥" * 50, "字" * 5_000, "a" * 20_000, "../../etc/passwd",
    "%00", "{{7*7}}", "\r\nX-Evil: 1", "SM" + "g" * 32, "CA" + "0" * 32, ACCOUNT, LINE, "completed", "STOP", "1#*",
    "1.5",
)  # fmt: skip
NAMES = (
    "MessageSid", "From", "To", "Body", "NumMedia", "OptOutType", "MessageStatus", "ErrorCode", "CallSid", "CallStatus",
    "Digits", "SpeechResult", "Confidence", "ConferenceSid", "StatusCallbackEvent", "SequenceNumber", "Direction",
    "AnsweredBy", "RecordingSid", "RecordingUrl", "TranscriptionText", "FriendlyName", "x", "MediaUrl0",
    "UnstableSpeechResult",
)  # fmt: skip


def malformed(chance: random.Random, path: str) -> Ask:
    """What no telephone company sends, rightly signed."""
    made = fields(CallSid=sid("CA")) if chance.random() < 0.5 else {"AccountSid": ACCOUNT}
    for _ in range(chance.randrange(1, 6)):
        made[chance.choice(NAMES)] = chance.choice(VALUES)
    for name in chance.sample(sorted(made), k=chance.randrange(2)):
        if name != "AccountSid":
            del made[name]
    if chance.random() < 0.2:
        path += f"?text={chance.choice(['', 'x', '0' * 32, '%F0%9F%92%A5', '../..'])}"
    return Ask(path, made, signature(path, made))


def throw(door: Flask, *, times: int, seed: int) -> None:
    chance, paths = random.Random(seed), routes(door)  # noqa: S311  # not a secret
    for number in range(times):
        ask = malformed(chance, chance.choice(paths))
        status = ask.send(door).status_code
        assert status < 500, (seed, number, ask.path, ask.form, status)
        broken = replace(ask, sign=chance.choice([None, "", "x", str(ask.sign)[::-1], raw(ask.path)]))
        refused = broken.send(door).status_code
        assert refused == 403, (seed, number, ask.path, ask.form, refused)


def test_nothing_malformed_breaks_the_door_and_nothing_unsigned_passes(door: Flask) -> None:
    throw(door, times=500, seed=1)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(20))
def test_ten_thousand_of_each(door: Flask, seed: int) -> None:
    throw(door, times=500, seed=seed)
