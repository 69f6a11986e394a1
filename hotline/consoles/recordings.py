"""The doors of a recording: heard by who may open the transcript, in pieces, opened on the way and kept nowhere."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext

from hotline.consoles.doors import api, pages
from hotline.contacts.recordings import Recording
from hotline.flow import recordings
from hotline.reports import phone_view
from hotline.web import text_schemas as schemas
from hotline.web.house import helpline, reader
from hotline.web.session import current_person

_ENDINGS = {"audio/mpeg": "mp3", "audio/x-wav": "wav", "audio/wav": "wav"}
_PART, _NOT_SO_LONG = 206, 416


def _play(recording_id: str) -> Response:
    """The whole sound, or the part that a player asks for."""
    parts = helpline()
    found = recordings.open_recording(parts, current_person(), recording_id)
    asked = request.range
    start, stop, status = 0, found.bytes, 200
    if asked is not None:
        part = asked.range_for_length(found.bytes)
        if part is None:
            return Response(status=_NOT_SO_LONG, headers={"Content-Range": f"bytes */{found.bytes}"})
        (start, stop), status = part, _PART
    response = Response(recordings.sound(parts, found, start, stop), status=status, mimetype=found.kind)
    response.headers["Content-Disposition"] = f'inline; filename="{_name(found)}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = stop - start
    if status == _PART:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{found.bytes}"
    return response


def _name(found: Recording) -> str:
    return f"recording-{found.at:%Y%m%d-%H%M}.{_ENDINGS[found.kind]}"


@pages.get("/recordings/<recording_id>")
def recording_sound(recording_id: str) -> Response:
    """Hear a recording; that it was heard is logged."""
    return _play(recording_id)


@pages.post("/recordings/<recording_id>/again")
def recording_again(recording_id: str) -> Any:
    """Try once more to fetch it, and to remove it at the provider."""
    recordings.again(helpline(), current_person(), recording_id)
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.phone_page"), 303)


@api.get("/recordings/<recording_id>")
def get_recording(recording_id: str) -> Response:
    """The sound of a recording; ``Range`` is understood. That it was opened is logged."""
    return _play(recording_id)


@api.post("/recordings/<recording_id>/again")
@api.output(schemas.PhoneAndText)
def try_recording_again(recording_id: str) -> Any:
    """Try once more to fetch it. 409 when nothing is left to do."""
    recordings.again(helpline(), current_person(), recording_id)
    with helpline().database.read() as conn:
        return phone_view.overview(reader(conn))
