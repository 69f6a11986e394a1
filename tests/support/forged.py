"""Requests that look like Twilio's and are not: every way of forging a signature that we could think of."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from support.texts import ACCOUNT, OLD_TOKEN, PUBLIC, TOKEN, fields, sid, signature

from hotline.intake.provider import FORM

OTHER_ACCOUNT = "AC" + "9" * 32


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
