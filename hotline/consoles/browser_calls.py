"""Calls in the browser: the token, how the browser is, which call rings there, and the provider's script itself."""

from typing import Any

from flask import Response, render_template

from hotline.carriers.voice_tokens import TokenKey, voice_token
from hotline.consoles.doors import api, pages
from hotline.domain.errors import InvalidInput, NoTelephone, NotFound
from hotline.domain.phone import CallsBy, client_identity
from hotline.domain.records import Person
from hotline.flow import browser_phone
from hotline.reports import call_view
from hotline.web import call_schemas, voice_sdk
from hotline.web.house import helpline, house, reader
from hotline.web.session import current_person
from hotline.web.voice_sdk import VoiceScript


def check_choice(calls_by: CallsBy) -> None:
    """Raise ``InvalidInput`` for calls in the browser where the operator configured none."""
    if calls_by is CallsBy.BROWSER and voice_sdk.script() is None:
        raise InvalidInput("calls in the browser are not configured", field="calls_by")


def on_this_page(person: Person) -> VoiceScript | None:
    """The script of a page that takes this person's calls, whose browser may then use the microphone."""
    found = voice_sdk.script()
    if found is None or not browser_phone.chosen(helpline(), person):
        return None
    voice_sdk.open_page()
    return found


def _call_of(person: Person) -> dict[str, Any] | None:
    with helpline().database.read() as conn:
        return call_view.on_my_telephone(reader(conn), person)


@pages.get("/voice/sdk.js")
def voice_script() -> Response:
    """The provider's script, as the operator put it on our disk."""
    found = voice_sdk.script()
    if found is None:
        raise NotFound("calls in the browser are not configured")
    return Response(found.content, mimetype="text/javascript", headers={"Cache-Control": "private, no-cache"})


@pages.get("/voice/call")
def voice_call() -> str:
    """Whose call rings or goes on in this browser; empty for none."""
    return render_template("consoles/_voice_call.html", call=_call_of(current_person()))


@api.get("/me/voice-token")
@api.output(call_schemas.VoiceToken)
def get_voice_token() -> Any:
    """A token for this browser to be rung. 409 ``no_telephone`` for who does not take calls in the browser."""
    browser_phone.check(helpline(), current_person())
    settings = house().settings
    sid, key, secret = settings.twilio_account_sid, settings.twilio_api_key_sid, settings.twilio_api_key_secret
    if voice_sdk.script() is None or not (sid and key and secret):
        raise NoTelephone("calls in the browser are not configured")
    identity, seconds = client_identity(current_person().id), helpline().calls.token_seconds
    token = voice_token(TokenKey(sid, key, secret), identity, seconds)
    return {"token": token, "identity": identity, "seconds": seconds}


@api.put("/me/voice")
@api.input(call_schemas.VoiceState)
@api.output({}, status_code=204)
def set_voice(json_data: call_schemas.VoiceState) -> Any:
    """How this browser is; it is rung only for a short while after it said ``ready``."""
    browser_phone.heard(helpline(), current_person(), json_data.state)
    return ""


@api.get("/me/voice-call")
@api.output(call_schemas.VoiceCall)
def get_voice_call() -> Any:
    """The call that rings or goes on at one's own telephone or browser. 404 for none."""
    found = _call_of(current_person())
    if found is None:
        raise NotFound("no call")
    return found
