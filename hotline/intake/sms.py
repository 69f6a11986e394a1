"""The provider's door for texts, SMS and WhatsApp: words come in, and how far ours have come.

The answer to a text is always empty: whatever is said goes out as a message of ours, which can be followed.
Pictures and recordings are counted and never fetched.
"""

import re
from typing import Any

from flask import request

from hotline.domain.contact import Channel
from hotline.domain.errors import InvalidInput, NotFound
from hotline.domain.phone import is_withheld
from hotline.domain.texting import TextState
from hotline.flow import sending, texting
from hotline.flow.texting import Heard
from hotline.intake.provider import Told, bp, told
from hotline.telemetry import get_logger
from hotline.web.house import helpline

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_MACHINE = re.compile(r"[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 &_-]{1,11}")
"""A short code or a name instead of a number: a machine of some network, which nobody can answer."""
_OPT_WORDS = ("", "STOP", "START", "HELP")
_ERROR = re.compile(r"[0-9]{1,6}")
_OWN_ID = re.compile(r"[0-9a-f]{32}")
_STATES = {
    "accepted": TextState.QUEUED,
    "scheduled": TextState.QUEUED,
    "queued": TextState.QUEUED,
    "sending": TextState.QUEUED,
    "sent": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "read": TextState.READ,
    "undelivered": TextState.UNDELIVERED,
    "failed": TextState.FAILED,
    "canceled": TextState.FAILED,
}
"""Twilio's words for how far a message has come, in ours."""

_log = get_logger(__name__)


@bp.post("/sms/incoming")
def text_incoming() -> Any:
    """Somebody texts us."""
    given = told()
    sid = given.sid("MessageSid")
    if _is_machine(given.text("From")):
        _log.info("a machine texted and is not answered", sid=sid)
        return NOTHING_TO_SAY, 200, _XML
    heard = Heard(
        sid=sid,
        channel=Channel.WHATSAPP if given.text("From").startswith("whatsapp:") else Channel.SMS,
        sender=given.number("From"),
        line=given.number("To"),
        body=_body(given),
        files=given.count("NumMedia"),
        opt=_opt(given),
    )
    texting.hear(helpline(), heard)
    return NOTHING_TO_SAY, 200, _XML


def _body(given: Told) -> str:
    """The words, which may be none; without the field itself its bound was moved, for the signature knows no bounds."""
    if "Body" not in given.fields:
        raise InvalidInput("a field is missing", field="Body")
    return given.text("Body")


def _opt(given: Told) -> str:
    told_word = given.text("OptOutType").upper()
    if told_word not in _OPT_WORDS:
        raise InvalidInput("a field is malformed", field="OptOutType")
    return told_word


def _is_machine(sender: str) -> bool:
    return not is_withheld(sender.strip()) and _MACHINE.fullmatch(sender.strip()) is not None


@bp.post("/sms/status")
def text_status() -> Any:
    """The provider tells how far a text of ours has come; what it says in other words changes nothing."""
    given = told()
    sid, error = given.sid("MessageSid"), _error(given)
    state, text_id = _STATES.get(given.word("MessageStatus")), _own_id()
    if state is not None and text_id is not None:
        try:
            sending.told(helpline(), text_id, sid, state, error)
        except NotFound:
            _log.info("a text nobody knows", sid=sid)
    return "", 204


def _own_id() -> str | None:
    """Our own id of the text, out of the address we gave."""
    found = request.args.get("text", "")
    return found if _OWN_ID.fullmatch(found) else None


def _error(given: Told) -> str | None:
    code = given.text("ErrorCode")
    if code and _ERROR.fullmatch(code) is None:
        raise InvalidInput("a field is malformed", field="ErrorCode")
    return code or None
