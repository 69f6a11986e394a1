"""Makes recordings; a helpline must find, fetch, encrypt and remove them, so they are made of real bytes."""

import struct

from hotline.lab.telephone import parameters
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.states import Callback, Recording

_RATE = 8000


def begin(office: Office, source: str, *, call_sid: str | None = None, room_sid: str | None = None) -> Recording:
    """Start to record a call or a conference."""
    recording = Recording(office.sid("RE"), source, office.now(), call_sid, room_sid)
    office.recordings[recording.sid] = recording
    return recording


def finish(office: Office, recording: Recording) -> None:
    """Stop, and tell whoever asked for it."""
    if recording.status != "in-progress":
        return
    recording.status = "completed"
    recording.ended = office.now()
    callback: Callback | None = recording.callback
    if callback is not None and "completed" in callback.events:
        params = parameters.of_recording(office.account_sid, recording, office.recording_url(recording))
        office.web.tell("recording-completed", callback.address, params)


def media(recording: Recording) -> bytes:
    """A wave file of silence as long as the recording, at most a minute; what was said stands in its comment."""
    seconds = min(60, max(1, round(((recording.ended or recording.created) - recording.created).total_seconds())))
    comment = recording.text.encode("utf-8")
    comment += b"\0" * (len(comment) % 2)
    info = b"INFOICMT" + struct.pack("<I", len(comment)) + comment
    sound = b"\x80" * (_RATE * seconds)
    form = struct.pack("<HHIIHH", 1, 1, _RATE, _RATE, 1, 8)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"LIST" + struct.pack("<I", len(info)) + info
    body += b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(body)) + body
