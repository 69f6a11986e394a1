"""Conferences: who sits in one, who hears whom, when it begins and ends, and what the helpline is told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from hotline.lab.telephone import music, parameters, recordings
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.states import Address, Call, Callback, Recording, Room, Seat

LEFT_ALONE = {
    "participant_hung_up": ("participant-with-end-conference-on-exit-left", "last-participant-left"),
    "participant_updated_via_api": ("participant-with-end-conference-on-exit-left", "last-participant-left"),
    "participant_kicked": ("participant-with-end-conference-on-exit-kicked", "last-participant-kicked"),
}
"""Why a participant left → why the conference ended: when they were to end it, and when they were the last."""
_FEWEST_TO_BEGIN = 2


@dataclass
class Wish:
    """How somebody wants to sit in a conference."""

    name: str
    label: str = ""
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    coached_sid: str | None = None
    wait: Address | None = None
    waits_in_silence: bool = False
    callback: Callback | None = None
    record: bool = False
    recording_callback: Callback | None = None
    most: int = 250


class InRoom:
    """A leg in a conference; ``on_star`` is called when a star lets the person out."""

    speaking = False

    def __init__(self, office: Office, seat: Seat, on_star: Callable[[], None] | None = None) -> None:
        self._office = office
        self._seat = seat
        self._on_star = on_star

    def key(self, key: str) -> None:
        """Only a star may mean something."""
        if key == "*" and self._on_star is not None:
            leave(self._office, self._seat, "participant_hung_up")
            self._on_star()

    def speech(self, text: str) -> None:
        """Everybody who may hear it does."""
        speak(self._office, self._seat, text)

    def stop(self, reason: str) -> None:
        """The leg leaves."""
        left = "participant_hung_up" if reason == "hung_up" else "participant_updated_via_api"
        leave(self._office, self._seat, left)


def reserve(office: Office, call: Call, wish: Wish) -> Seat:
    """A seat in the conference of this name, which begins to exist with it; nobody sits on it yet."""
    room = office.room_named(wish.name)
    if room is None:
        room = Room(office.sid("CF"), wish.name, office.now(), most=wish.most)
        office.rooms[room.sid] = room
    seat = Seat(
        call,
        room,
        office.now(),
        wish.label,
        wish.muted,
        coached_sid=wish.coached_sid,
        start_on_enter=wish.start_on_enter,
        end_on_exit=wish.end_on_exit,
        wait=wish.wait,
        waits_in_silence=wish.waits_in_silence,
    )
    room.seats.append(seat)
    return seat


def is_full(room: Room) -> bool:
    """Whether nobody more may enter."""
    return len(room.present()) >= room.most


def enter(office: Office, seat: Seat, wish: Wish) -> Seat:
    """Sit down; gives the seat, which is one of a new conference when the other has ended meanwhile."""
    if seat.room.status == "completed":
        again = reserve(office, seat.call, wish)
        again.on_left = seat.on_left
        seat = again
    room = seat.room
    if not room.callback_is_set:
        room.callback, room.callback_is_set = wish.callback, True
    seat.joined = room.updated = office.now()
    seat.call.seat = seat
    _tell(office, room, "participant-join", seat)
    if wish.record and room.recording is None:
        room.recording = recordings.begin(office, "Conference", room_sid=room.sid)
        room.recording.callback = wish.recording_callback
    _begin_or_wait(office, room, seat)
    return seat


def _begin_or_wait(office: Office, room: Room, seat: Seat) -> None:
    if seat.start_on_enter:
        room.status = "in-progress"
    if room.started is not None:
        return
    if len(room.present()) >= _FEWEST_TO_BEGIN and any(one.start_on_enter for one in room.present()):
        room.started = office.now()
        for one in room.present():
            _hush(one)
        _tell(office, room, "conference-start")
    elif not seat.waits_in_silence:
        _play(office, seat, seat.wait)


def _play(office: Office, seat: Seat, where: Address | None) -> None:
    def params() -> dict[str, str]:
        named = {"ConferenceSid": seat.room.sid, "FriendlyName": seat.room.name}
        return parameters.of_call(office.account_sid, seat.call) | named

    playing = music.Music(office, seat.call, params)
    seat.hush = playing.stop
    playing.start(where)


def _hush(seat: Seat) -> None:
    if seat.hush is not None:
        seat.hush()
        seat.hush = None


def leave(office: Office, seat: Seat, reason: str) -> None:
    """Get up; the conference ends with the last, and with one who was to end it."""
    if not seat.is_present:
        return
    room = seat.room
    seat.left = room.updated = office.now()
    seat.call.seat = None
    _hush(seat)
    said = "participant_updated_via_api" if reason == "participant_kicked" else reason
    _tell_of_leaving(office, seat, said)
    ends, is_last = LEFT_ALONE.get(reason, (None, None))
    if ends is not None and seat.end_on_exit:
        finish(office, room, ends, by=seat)
    elif is_last is not None and not room.present():
        finish(office, room, is_last, by=seat)


def _tell_of_leaving(office: Office, seat: Seat, reason: str) -> None:
    more = {"ReasonParticipantLeft": reason, "ParticipantCallStatus": seat.call.status}
    _tell(office, seat.room, "participant-leave", seat, more)


def miss(office: Office, seat: Seat, wish: Wish) -> None:
    """Somebody was called into the conference and never came."""
    if seat.joined is not None or seat.left is not None:
        return
    seat.left = office.now()
    room = seat.room
    if not room.callback_is_set:
        room.callback, room.callback_is_set = wish.callback, True
    _tell_of_leaving(office, seat, "participant_add_failed")
    if room.status != "completed" and all(one.left is not None for one in room.seats):
        finish(office, room, "last-participant-left", by=seat)


def kick(office: Office, seat: Seat) -> None:
    """Remove a participant; their call goes on with what follows."""
    leave(office, seat, "participant_kicked")
    if seat.on_left is not None:
        seat.on_left()


def finish(office: Office, room: Room, reason: str, by: Seat | None = None) -> None:
    """End a conference; those still in it go on with what follows in their own script."""
    if room.status == "completed":
        return
    others = room.present()
    room.status, room.reason_ended, room.ended_by = "completed", reason, by
    room.ended = room.updated = office.now()
    left = "conference_ended_via_api" if reason == "conference-ended-via-api" else "moderator_ended_conference"
    for seat in others:
        leave(office, seat, left)
    more = {"ReasonConferenceEnded": reason}
    if by is not None:
        more["CallSidEndingConference"] = by.call.sid
        more |= {"ParticipantLabelEndingConference": by.label} if by.label else {}
    _tell(office, room, "conference-end", None, more)
    if room.recording is not None:
        recordings.finish(office, room.recording)
    for seat in others:
        if seat.on_left is not None:
            seat.on_left()


def update(office: Office, seat: Seat, changes: dict[str, Any]) -> None:
    """Change how somebody sits: muted, hold (with hold_at), end_on_exit, coached_sid, wait."""
    seat.updated = office.now()
    if "muted" in changes and changes["muted"] != seat.muted:
        seat.muted = changes["muted"]
        _tell(office, seat.room, "participant-mute" if seat.muted else "participant-unmute", seat)
    if "hold" in changes and changes["hold"] != seat.hold:
        _put_on_hold(office, seat, hold=changes["hold"], where=changes.get("hold_at"))
    modified = {name: value for name, value in changes.items() if name in {"end_on_exit", "coached_sid", "wait"}}
    if any(getattr(seat, name) != value for name, value in modified.items()):
        for name, value in modified.items():
            setattr(seat, name, value)
        _tell(office, seat.room, "participant-modify", seat)


def _put_on_hold(office: Office, seat: Seat, *, hold: bool, where: Address | None) -> None:
    seat.hold = hold
    _hush(seat)
    if hold:
        _play(office, seat, where)
    _tell(office, seat.room, "participant-hold" if hold else "participant-unhold", seat)


def announce(office: Office, room: Room, where: Address, seat: Seat | None = None) -> None:
    """Let one participant, or all, hear a document."""
    params = {"AccountSid": office.account_sid, "ConferenceSid": room.sid, "FriendlyName": room.name}

    def done(one: Seat) -> None:
        _tell(office, room, "announcement-end", one if seat is not None else None, {"AnnounceUrl": where.url})

    for one in [seat] if seat is not None else room.present():
        music.announce(office, one.call, where, params, partial(done, one))


def speak(office: Office, speaker: Seat, text: str) -> None:
    """What a participant says reaches those who may hear it."""
    room = speaker.room
    if speaker.muted or speaker.hold:
        return
    for seat in room.present():
        if seat is speaker or seat.hold or room.started is None:
            continue
        if speaker.coached_sid in {None, seat.call.sid}:
            office.hear(seat.call, "voice", text)
    if room.recording is not None:
        _note(room.recording, text)
    _tell(office, room, "participant-speech-start", speaker)
    _tell(office, room, "participant-speech-stop", speaker)


def _note(recording: Recording, text: str) -> None:
    recording.text = f"{recording.text} {text}".strip()


_EVENTS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "participant-speech-start": "speaker",
    "participant-speech-stop": "speaker",
    "announcement-end": "announcement",
}


def _tell(office: Office, room: Room, event: str, seat: Seat | None = None, more: dict[str, str] | None = None) -> None:
    callback = room.callback
    if callback is None or _EVENTS[event] not in callback.events:
        return
    room.sequence += 1
    params = parameters.of_conference(office.account_sid, room, event, office.now(), seat)
    office.web.tell(event, callback.address, params | (more or {}))
