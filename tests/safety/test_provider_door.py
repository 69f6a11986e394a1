"""The provider's door: what is not signed exactly as Twilio signs has no effect, on any route."""

import base64
import hashlib
import hmac
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from support.texts import ACCOUNT, LINE, OLD_TOKEN, PUBLIC, TOKEN, add_line, fields, post, sid, signature, with_twilio
from support.web import make_app

from hotline.flow.helpline import Helpline
from hotline.intake.provider import FORM
from hotline.settings import Settings
from hotline.storage.base import metadata

OTHER_ACCOUNT = "AC" + "9" * 32
FOREVER = {"alembic_version", "leases"}


@dataclass(frozen=True)
class Ask:
    """One request as it leaves the attacker; ``sign`` is what stands in the header, ``None`` for no header."""

    path: str
    form: dict[str, str]
    sign: str | None
    method: str = "POST"
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, app: Flask) -> Any:
        sent = {"Content-Type": FORM} | self.headers
        if self.sign is not None:
            sent["X-Twilio-Signature"] = self.sign
        body = encoded(list(self.form.items())) if self.body is None else self.body
        return app.test_client().open(self.path, method=self.method, data=body, headers=sent)


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    from urllib.parse import urlencode  # noqa: PLC0415

    return urlencode(pairs).encode()


def base(path: str) -> Ask:
    """A request Twilio would make at this route, rightly signed."""
    form = fields(CallSid=sid("CA"), MessageStatus="failed", CallStatus="ringing", Digits="1")
    return Ask(path, form, signature(path, form))


def sha256(url: str, form: dict[str, str]) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha256).digest()).decode()


def raw(text: str, token: str = TOKEN) -> str:
    """A signature over exactly these letters."""
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def changed(form: dict[str, str], **given: str) -> dict[str, str]:
    return form | given


def without(form: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in form.items() if key != name}


def signed_elsewhere(ask: Ask, url: str) -> Ask:
    return replace(ask, sign=raw(url + "".join(name + ask.form[name] for name in sorted(ask.form))))


def as_json(ask: Ask) -> Ask:
    body = json.dumps(ask.form).encode()
    path = f"{ask.path}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    return replace(ask, path=path, sign=raw(PUBLIC + path), body=body, headers={"Content-Type": "application/json"})


def moved_bound(ask: Ask) -> Ask:
    """The smuggling pair: ``Body=x`` and ``Bod=yx`` sign alike, because nothing stands between name and value."""
    name = {"/twilio/sms/incoming": "Body", "/twilio/sms/status": "MessageSid"}.get(ask.path, "CallSid")
    form = without(ask.form, name) | {name[:-1]: name[-1] + ask.form[name]}
    return replace(ask, form=form)


def swallowed(ask: Ask) -> Ask:
    """Another field is swallowed by the value before it."""
    names = sorted(ask.form)
    first, second = names[0], names[1]
    form = without(ask.form, second) | {first: ask.form[first] + second + ask.form[second]}
    return replace(ask, form=form)


def sign_of(make: Callable[[Ask], str | None]) -> Callable[[Ask], Ask]:
    return lambda ask: replace(ask, sign=make(ask))


def content(kind: str) -> Callable[[Ask], Ask]:
    return lambda ask: replace(ask, headers={"Content-Type": kind})


def address(make: Callable[[str], str]) -> Callable[[Ask], Ask]:
    """Signed for another address than the one that is asked."""
    return lambda ask: signed_elsewhere(ask, make(PUBLIC + ask.path))


def form(make: Callable[[dict[str, str]], dict[str, str]]) -> Callable[[Ask], Ask]:
    """The form is changed after it was signed."""
    return lambda ask: replace(ask, form=make(ask.form))


def body(make: Callable[[Ask], bytes]) -> Callable[[Ask], Ask]:
    return lambda ask: replace(ask, body=make(ask))


def again(name: str, value: str, *, first: bool = False) -> Callable[[Ask], Ask]:
    """A parameter stands twice, the second one unsigned."""

    def make(ask: Ask) -> bytes:
        pairs = list(ask.form.items())
        return encoded([(name, value), *pairs] if first else [*pairs, (name, value)])

    return body(make)


ATTACKS: dict[str, Callable[[Ask], Ask]] = {
    "no header": sign_of(lambda _: None),
    "empty header": sign_of(lambda _: ""),
    "blank header": sign_of(lambda _: "   "),
    "the word null": sign_of(lambda _: "null"),
    "the word undefined": sign_of(lambda _: "undefined"),
    "garbage": sign_of(lambda _: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    "zeros": sign_of(lambda _: "0" * 28),
    "truncated": sign_of(lambda ask: str(ask.sign)[:-4]),
    "one letter off": sign_of(lambda ask: str(ask.sign)[:-2] + ("B=" if str(ask.sign)[-2] != "B" else "C=")),
    "first letter off": sign_of(lambda ask: ("B" if str(ask.sign)[0] != "B" else "C") + str(ask.sign)[1:]),
    "longer": sign_of(lambda ask: str(ask.sign) + "A"),
    "doubled": sign_of(lambda ask: str(ask.sign) * 2),
    "two with a comma": sign_of(lambda ask: f"{ask.sign},{ask.sign}"),
    "with spaces": sign_of(lambda ask: f" x {ask.sign}"),
    "quoted": sign_of(lambda ask: f'"{ask.sign}"'),
    "without padding": sign_of(lambda ask: str(ask.sign).rstrip("=")),
    "lower case": sign_of(lambda ask: str(ask.sign).lower()),
    "upper case": sign_of(lambda ask: str(ask.sign).upper()),
    "url-safe base64": sign_of(lambda ask: "-_" + str(ask.sign)[2:]),
    "hexadecimal": sign_of(lambda ask: base64.b64decode(str(ask.sign)).hex()),
    "named algorithm": sign_of(lambda ask: f"sha1={ask.sign}"),
    "sha256": sign_of(lambda ask: sha256(PUBLIC + ask.path, ask.form)),
    "sha256 cut to length": sign_of(lambda ask: sha256(PUBLIC + ask.path, ask.form)[:27] + "="),
    "sha1 without key": sign_of(lambda ask: base64.b64encode(hashlib.sha1(ask.path.encode()).digest()).decode()),  # noqa: S324
    "empty token": sign_of(lambda ask: signature(ask.path, ask.form, token="")),
    "other token": sign_of(lambda ask: signature(ask.path, ask.form, token="another")),
    "token in other case": sign_of(lambda ask: signature(ask.path, ask.form, token=TOKEN.upper())),
    "account as token": sign_of(lambda ask: signature(ask.path, ask.form, token=ACCOUNT)),
    "both tokens joined": sign_of(lambda ask: signature(ask.path, ask.form, token=f"{TOKEN},{OLD_TOKEN}")),
    "only the address signed": sign_of(lambda ask: raw(PUBLIC + ask.path)),
    "only the path signed": sign_of(lambda ask: raw(ask.path)),
    "only the form signed": sign_of(lambda ask: raw("".join(n + ask.form[n] for n in sorted(ask.form)))),
    "form signed unsorted": sign_of(lambda ask: raw(PUBLIC + ask.path + "".join(n + v for n, v in ask.form.items()))),
    "form signed with marks": sign_of(lambda ask: raw(PUBLIC + ask.path + encoded(sorted(ask.form.items())).decode())),
    "http instead of https": address(lambda url: url.replace("https://", "http://")),
    "other host": address(lambda url: url.replace("help.example.org", "evil.example.org")),
    "host in other case": address(lambda url: url.replace("help.", "HELP.")),
    "with a user": address(lambda url: url.replace("https://", "https://user:pass@")),
    "other port": address(lambda url: url.replace("example.org", "example.org:8443")),
    "another path": address(lambda url: url + "x"),
    "trailing slash": address(lambda url: url + "/"),
    "dots in the path": address(lambda url: url.replace("/twilio/", "/twilio/../twilio/")),
    "path in other case": address(lambda url: url.replace("/twilio/", "/TWILIO/")),
    "a fragment": address(lambda url: url + "#x"),
    "signed with a query, asked without": address(lambda url: url + ("&" if "?" in url else "?") + "text=1"),
    "signed without a query, asked with": lambda ask: replace(ask, path=ask.path + "?text=" + "a" * 32),
    "signed for another route": address(lambda _: PUBLIC + "/twilio/another/route"),
    "signed for the host it names": lambda ask: replace(
        signed_elsewhere(ask, "https://evil.example.org" + ask.path), headers={"Host": "evil.example.org"}
    ),
    "signed for the host a proxy names": lambda ask: replace(
        signed_elsewhere(ask, "https://evil.example.org" + ask.path), headers={"X-Forwarded-Host": "evil.example.org"}
    ),
    "an added field": form(lambda given: given | {"Extra": "1"}),
    "an added empty field": form(lambda given: given | {"": "1"}),
    "a removed field": form(lambda given: without(given, "Body")),
    "a renamed field": form(lambda given: without(given, "Body") | {"body": given["Body"]}),
    "another body": form(lambda given: changed(given, Body="I am fine")),
    "another sender": form(lambda given: changed(given, From="+85290000000")),
    "another line": form(lambda given: changed(given, To="+85230009999")),
    "another message": form(lambda given: changed(given, MessageSid=sid())),
    "another call": form(lambda given: changed(given, CallSid=sid("CA"))),
    "other keys": form(lambda given: changed(given, Digits="9")),
    "another account": form(lambda given: changed(given, AccountSid=OTHER_ACCOUNT)),
    "no account": form(lambda given: without(given, "AccountSid")),
    "a space more": form(lambda given: changed(given, Body=given["Body"] + " ")),
    "an invisible letter": form(lambda given: changed(given, Body=given["Body"] + "\u200b")),
    "no form at all": form(lambda _: {}),
    "the bound moved": moved_bound,
    "a field swallowed": swallowed,
    "a field twice": again("Body", "I am fine"),
    "a field twice, first": again("Body", "I am fine", first=True),
    "the account twice": again("AccountSid", OTHER_ACCOUNT),
    "the sender twice": again("From", "+85290000000"),
    "json": as_json,
    "json as a form": lambda ask: replace(as_json(ask), headers={"Content-Type": FORM}),
    "no content type": content(""),
    "text/plain": content("text/plain"),
    "multipart": content("multipart/form-data; boundary=x"),
    "xml": content("application/xml"),
    "a form and more": content(f"{FORM}x"),
    "get": lambda ask: replace(ask, method="GET"),
    "put": lambda ask: replace(ask, method="PUT"),
    "delete": lambda ask: replace(ask, method="DELETE"),
    "patch": lambda ask: replace(ask, method="PATCH"),
    "said to be a post": lambda ask: replace(ask, method="GET", headers={"X-HTTP-Method-Override": "POST"}),
    "fields in the address": lambda ask: replace(ask, path=f"{ask.path}?{encoded(list(ask.form.items())).decode()}"),
    "other account, signed by its token": lambda ask: replace(
        ask,
        form=changed(ask.form, AccountSid=OTHER_ACCOUNT),
        sign=signature(ask.path, changed(ask.form, AccountSid=OTHER_ACCOUNT), token="theirs"),
    ),
    "other account, signed by ours": lambda ask: replace(
        ask,
        form=changed(ask.form, AccountSid=OTHER_ACCOUNT),
        sign=signature(ask.path, changed(ask.form, AccountSid=OTHER_ACCOUNT)),
    ),
    "no account, signed by ours": lambda ask: replace(
        ask, form=without(ask.form, "AccountSid"), sign=signature(ask.path, without(ask.form, "AccountSid"))
    ),
}


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
