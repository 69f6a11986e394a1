"""The doors of "Phone and text": our numbers, what is down, and what did not reach a person."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles.doors import api, pages
from hotline.domain.contact import Channel, Language, Region
from hotline.domain.errors import InvalidInput
from hotline.flow import lines, sending
from hotline.flow.lines import NewLine
from hotline.reports import phone_view
from hotline.web import text_schemas as schemas
from hotline.web.house import helpline, reader
from hotline.web.language import error_sentence
from hotline.web.session import current_person


def _overview() -> dict[str, Any]:
    with helpline().database.read() as conn:
        return phone_view.overview(reader(conn))


@pages.get("/phone")
def phone_page() -> str:
    """Our numbers and channels, and the work that telephones leave to supervisors."""
    return _page()


def _page(*, trouble: str = "", field: str = "", typed: dict[str, str] | None = None) -> str:
    return render_template(
        "consoles/phone.html", found=_overview(), trouble=trouble, field=field, typed=typed or {}, ways=lines.CHANNELS
    )


def _back() -> Response:
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.phone_page"), 303)


@pages.post("/phone/lines")
def add_line() -> Any:
    """List a number; what is refused stays in its form."""
    typed = {name: request.form.get(name, "") for name in ("channel", "number", "language", "region")}
    try:
        lines.add_line(helpline(), current_person(), _read(typed))
    except InvalidInput as trouble:
        return _page(trouble=error_sentence(trouble.code), field=trouble.field, typed=typed), 400
    return _back()


def _read(typed: dict[str, str]) -> NewLine:
    try:
        channel, language, region = Channel(typed["channel"]), Language(typed["language"]), Region(typed["region"])
    except ValueError:
        raise InvalidInput("one of each list", field="channel") from None
    return NewLine(channel, typed["number"], language, region)


@pages.post("/phone/lines/<line_id>/remove")
def remove_line(line_id: str) -> Response:
    """Take a number off the list."""
    lines.remove_line(helpline(), current_person(), line_id)
    return _back()


@pages.post("/phone/channels/<channel>")
def switch_channel(channel: str) -> Response:
    """Say that a channel is down, or works again."""
    _switch(channel, down=request.form.get("down") == "1", reason=request.form.get("reason", ""))
    return _back()


def _switch(name: str, *, down: bool, reason: str) -> None:
    try:
        channel = Channel(name)
    except ValueError:
        raise InvalidInput("voice, sms or whatsapp", field="channel") from None
    if down:
        lines.switch_off(helpline(), current_person(), channel, reason)
    else:
        lines.switch_on(helpline(), current_person(), channel)


@pages.post("/texts/<text_id>/handle")
def handle_text(text_id: str) -> Response:
    """A supervisor saw to a text that was not delivered."""
    sending.handle(helpline(), current_person(), text_id)
    return _back()


@pages.post("/texts/<text_id>/again")
def text_again(text_id: str) -> Response:
    """Send it once more."""
    sending.again(helpline(), current_person(), text_id)
    return _back()


@api.get("/phone")
@api.output(schemas.PhoneAndText)
def get_phone() -> Any:
    """Our numbers, what is down, and what did not reach a person."""
    return _overview()


@api.post("/phone/lines")
@api.input(schemas.LineGiven)
@api.output(schemas.PhoneAndText, status_code=201)
def list_line(json_data: schemas.LineGiven) -> Any:
    """List a number. 409 ``line_listed`` when it stands already."""
    given = NewLine(json_data.channel, json_data.number, json_data.language, json_data.region)
    lines.add_line(helpline(), current_person(), given)
    return _overview()


@api.delete("/phone/lines/<line_id>")
@api.output({}, status_code=204)
def unlist_line(line_id: str) -> Any:
    """Take a number off the list."""
    lines.remove_line(helpline(), current_person(), line_id)
    return ""


@api.put("/phone/channels/<channel>")
@api.input(schemas.SwitchGiven)
@api.output(schemas.PhoneAndText)
def set_channel(channel: str, json_data: schemas.SwitchGiven) -> Any:
    """Say that a channel is down (with a reason), or works again. 409 when that was said already."""
    _switch(channel, down=json_data.down, reason=json_data.reason)
    return _overview()


@api.post("/texts/<text_id>/handle")
@api.output(schemas.PhoneAndText)
def see_to_text(text_id: str) -> Any:
    """Say that one saw to a text that was not delivered. 409 when somebody did, or it was delivered after all."""
    sending.handle(helpline(), current_person(), text_id)
    return _overview()


@api.post("/texts/<text_id>/again")
@api.output(schemas.PhoneAndText)
def send_text_again(text_id: str) -> Any:
    """Send a text that was not delivered once more. 409 when it was, or the contact is closed."""
    sending.again(helpline(), current_person(), text_id)
    return _overview()
