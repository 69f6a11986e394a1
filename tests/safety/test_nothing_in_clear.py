"""Canaries through everything; then the bytes of the database, its log and our logs are searched: nothing in clear."""

import logging
from pathlib import Path

import pytest
from flask import Flask
from support.web import reach_out, staff

from hotline.domain.contact import Role
from hotline.flow import sign_in
from hotline.flow.helpline import Helpline

CANARIES = {
    name: f"CANARY-{name}-7c1f"
    for name in ("first", "reply", "reason", "note", "summary", "step", "place", "plan", "draft")
}


def fill(app: Flask, helpline: Helpline) -> list[str]:
    """Put every canary where a person's words go; gives the secrets that were handed out on the way."""
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR, Role.CLINICIAN)
    seeker = reach_out(app, f"imminent {CANARIES['first']}")
    codename = seeker.post("/contact/codename").json["codename"]
    contact_id = wong.post("/queue/next").json["contact_id"]
    path = f"/contacts/{contact_id}"
    wong.post(f"{path}/messages", {"client_message_id": "r" * 8, "text": CANARIES["reply"]})
    wong.post(f"{path}/level", {"level": "high", "reason": CANARIES["reason"]})
    wong.post(f"{path}/actions", {"kind": "referral", "state": "agreed", "note": CANARIES["note"]})
    wong.call("PUT", f"{path}/plan", {"steps": {"own_coping": CANARIES["plan"]}})
    assert wong.call("PUT", f"{path}/drafts/release", {"fields": {"note": CANARIES["draft"]}}).status_code == 204
    call = {"service": "police", "basis": "act_in_progress", "disclosed": CANARIES["place"]}
    wong.post(f"{path}/dispatches", call)
    form = {"outcome": "supported", "summary": CANARIES["summary"], "next_step": CANARIES["step"]}
    assert wong.post(f"{path}/close", form).status_code == 200
    assert wong.who is not None
    sign_in.set_phone(helpline, wong.who, "+85223892222")
    secret, _ = sign_in.start_totp(helpline, wong.who)
    return [codename, codename.replace("-", ""), seeker.token, wong.token, secret, "+85223892222", "127.0.0.1"]


@pytest.mark.parametrize("where", ["database", "log"])
def test_no_canary_is_found_in_clear(
    app: Flask, helpline: Helpline, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = [*CANARIES.values(), *fill(app, helpline)]
    path = helpline.database.url.removeprefix("sqlite:///")
    if where == "database":
        stored = b"".join(Path(path + tail).read_bytes() for tail in ("", "-wal"))
    else:
        stored = "\n".join(record.getMessage() + str(record.args) for record in caplog.records).encode()
    assert [secret for secret in secrets if secret.encode() in stored] == []


def test_the_search_itself_would_find_a_word_in_clear(app: Flask, helpline: Helpline) -> None:
    fill(app, helpline)
    path = helpline.database.url.removeprefix("sqlite:///")
    stored = b"".join(Path(path + tail).read_bytes() for tail in ("", "-wal"))
    assert b"acknowledgement" in stored
