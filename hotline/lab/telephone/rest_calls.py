"""REST: calls and participants, which are calls that go straight into a conference."""

from typing import Any

from hotline.lab.telephone import conferences, exchange, script, shapes
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.rest_kit import Params, Refused, Reply, is_endpoint, not_found, page_of, within
from hotline.lab.telephone.states import ENDED, Address, Call, Callback, Room, Seat

CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
ROOM_EVENTS = frozenset({"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"})
MACHINE_DETECTION = frozenset({"", "none", "Enable", "DetectMessageEnd"})
CALL_STATUSES = ENDED | {"queued", "ringing", "in-progress"}
NOBODY_TO_COACH = 13240
NOT_IN_PROGRESS = "Call is not in-progress. Cannot redirect."


def create_call(office: Office, params: Params) -> Reply:
    """Place a call that is led by a document."""
    order = _order(office, params, on_answer=lambda _call: None)
    order.fallback = params.address("FallbackUrl", "FallbackMethod")
    if params.flag("AsyncAmd"):
        order.asynchronous = params.address("AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod")
    order.on_answer = _leads_to(office, params)
    return Reply(201, shapes.call(office, exchange.place(office, order)))


def _leads_to(office: Office, params: Params) -> Any:
    """What an answered call does."""
    twiml, where = params.one("Twiml"), params.address("Url", "Method")
    if twiml:
        return lambda call: script.run_document(office, call, twiml)
    if where is None:
        raise Refused(400, 21205, "Url parameter is required")
    return lambda call: script.run(office, call, where)


def _order(office: Office, params: Params, on_answer: Any) -> exchange.Order:
    to, from_ = params.one("To"), params.one("From")
    if not to:
        raise Refused(400, 21201, "No 'To' number is specified")
    if not from_:
        raise Refused(400, 21213, "No 'From' number is specified")
    if not is_endpoint(to):
        raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if from_ not in office.numbers and not from_.startswith("client:"):
        raise Refused(400, 21210, f"The source phone number provided, {from_}, is not yet verified for your account")
    if to.startswith(office.rules.forbidden_call_prefixes):
        raise Refused(400, 21215, f"Account not authorized to call {to}")
    if params.one("MachineDetection") not in MACHINE_DETECTION:
        raise Refused(400, 20001, "MachineDetection must be Enable or DetectMessageEnd")
    callback = callback_of(params, "StatusCallback", CALL_EVENTS, frozenset({"completed"}))
    detection = params.one("MachineDetection")
    return exchange.Order(
        from_,
        to,
        on_answer,
        timeout_seconds=params.number("Timeout", 60, 5, 600),
        time_limit_seconds=params.number("TimeLimit", 14_400, 1, 86_400),
        callbacks=[callback] if callback else [],
        machine_detection="" if detection == "none" else detection,
    )


def callback_of(params: Params, name: str, known: frozenset[str], default: frozenset[str]) -> Callback | None:
    """Where progress is to be told; events Twilio does not know are refused."""
    where = params.address(name, f"{name}Method")
    events = frozenset(params.words(f"{name}Event")) or default
    if events - known:
        raise Refused(400, 21626, f"Invalid {name}Event: {', '.join(sorted(events - known))}")
    return Callback(where, events) if where is not None else None


def update_call(office: Office, params: Params, sid: str) -> Reply:
    """Lead a call elsewhere, or end it; ``canceled`` ends only what has not been answered."""
    call = _call(office, sid)
    if call.is_over:
        raise Refused(400, 21220, NOT_IN_PROGRESS)
    status = params.word("Status", frozenset({"completed", "canceled"}))
    if status:
        if status == "completed" or call.status in {"queued", "ringing"}:
            exchange.end(office, call, "canceled" if call.direction != "inbound" else "completed")
        return Reply(200, shapes.call(office, call))
    if call.status != "in-progress":
        raise Refused(400, 21220, NOT_IN_PROGRESS)
    begin = _leads_to(office, params)
    fallback = params.address("FallbackUrl", "FallbackMethod")
    call.fallback = fallback or call.fallback
    exchange.interrupt(call)
    office.timeline.after(0, lambda _given: None if call.is_over else begin(call))
    return Reply(200, shapes.call(office, call))


def fetch_call(office: Office, _params: Params, sid: str) -> Reply:
    """One call."""
    return Reply(200, shapes.call(office, _call(office, sid)))


def list_calls(office: Office, params: Params) -> Reply:
    """Calls, newest first, as the list knows them by now."""
    known = office.now().timestamp() - office.rules.lag_seconds
    status = params.word("Status", CALL_STATUSES)
    found = [
        shapes.call(office, call)
        for call in reversed(office.calls.values())
        if call.created.timestamp() <= known
        and _says(params, "To", call.to)
        and _says(params, "From", call.from_)
        and status in {"", call.status}
        and _says(params, "ParentCallSid", call.parent_sid or "")
        and within(params, "StartTime", call.started)
        and within(params, "EndTime", call.ended)
    ]
    return Reply(200, page_of(f"{shapes.root(office)}/Calls.json", params, "calls", found))


def _says(params: Params, name: str, value: str) -> bool:
    return params.one(name) in {"", value}


def _call(office: Office, sid: str) -> Call:
    if sid not in office.calls:
        raise not_found(f"{shapes.root(office)}/Calls/{sid}.json")
    return office.calls[sid]


def create_participant(office: Office, params: Params, room_sid: str) -> Reply:
    """Call somebody into a conference; a name that no conference has makes one."""
    room = office.rooms.get(room_sid)
    if room_sid.startswith("CF") and (room is None or room.status == "completed"):
        raise not_found(f"{shapes.root(office)}/Conferences/{room_sid}/Participants.json")
    wish = _wish(params, room.name if room is not None else room_sid)
    seats: list[Seat] = []

    def answered(call: Call) -> None:
        if wish.coached_sid is not None and not _sits(seats[0].room, wish.coached_sid):
            office.web.trouble(NOBODY_TO_COACH, "", f"no participant {wish.coached_sid} to coach", call.sid)
            exchange.end(office, call, "completed")
            return
        seat = conferences.enter(office, seats[0], wish)
        seat.on_left = lambda: exchange.end(office, call, "completed")
        call.activity = conferences.InRoom(office, seat)

    call = exchange.place(office, _order(office, params, answered))
    seats.append(conferences.reserve(office, call, wish))
    call.on_end.append(lambda: conferences.miss(office, seats[0], wish))
    return Reply(201, shapes.participant(office, seats[0]))


def _sits(room: Room, call_sid: str) -> bool:
    return call_sid in {seat.call.sid for seat in room.present()}


def _wish(params: Params, name: str) -> conferences.Wish:
    callback = callback_of(params, "ConferenceStatusCallback", ROOM_EVENTS, frozenset())
    recorded = params.one("ConferenceRecord", "do-not-record")
    return conferences.Wish(
        name,
        label=params.one("Label"),
        muted=params.flag("Muted"),
        start_on_enter=params.flag("StartConferenceOnEnter", default=True),
        end_on_exit=params.flag("EndConferenceOnExit"),
        coached_sid=_coached(params),
        wait=params.address("WaitUrl", "WaitMethod"),
        waits_in_silence="WaitUrl" in params.names() and not params.one("WaitUrl"),
        callback=callback,
        record=recorded in {"true", "record-from-start"},
        recording_callback=callback_of(
            params,
            "ConferenceRecordingStatusCallback",
            frozenset({"in-progress", "completed", "absent"}),
            frozenset({"completed"}),
        ),
        most=params.number("MaxParticipants", 250, 2, 250),
    )


def _coached(params: Params) -> str | None:
    if params.flag("Coaching") and not params.one("CallSidToCoach"):
        raise Refused(400, 20001, "CallSidToCoach is required for coaching")
    if "Coaching" in params.names() and not params.flag("Coaching"):
        return None
    return params.one("CallSidToCoach") or None


def update_participant(office: Office, params: Params, room_sid: str, call_sid: str) -> Reply:
    """Change how somebody sits, or let them hear something."""
    seat = seat_of(office, room_sid, call_sid)
    if not seat.is_present:
        raise not_found(f"{shapes.root(office)}/Conferences/{room_sid}/Participants/{call_sid}.json")
    changes: dict[str, Any] = {}
    given = params.names()
    if "Muted" in given:
        changes["muted"] = params.flag("Muted")
    if "Hold" in given:
        changes["hold"] = params.flag("Hold")
        changes["hold_at"] = _got(params, "Hold")
    if "EndConferenceOnExit" in given:
        changes["end_on_exit"] = params.flag("EndConferenceOnExit")
    if given & {"Coaching", "CallSidToCoach"}:
        changes["coached_sid"] = _coached(params)
    if "WaitUrl" in given:
        changes["wait"] = params.address("WaitUrl", "WaitMethod")
    conferences.update(office, seat, changes)
    announced = params.address("AnnounceUrl", "AnnounceMethod")
    if announced is not None:
        conferences.announce(office, seat.room, announced, seat)
    return Reply(200, shapes.participant(office, seat))


def _got(params: Params, name: str) -> Address | None:
    """An address that is asked by GET unless said otherwise, as hold music is."""
    where = params.address(f"{name}Url", f"{name}Method")
    if where is None or params.one(f"{name}Method"):
        return where
    return Address(where.url, "GET")


def remove_participant(office: Office, _params: Params, room_sid: str, call_sid: str) -> Reply:
    """Remove somebody from a conference; a leg that was called into it ends with that."""
    seat = seat_of(office, room_sid, call_sid)
    if seat.is_present:
        conferences.kick(office, seat)
    else:
        exchange.end(office, seat.call, "canceled")
    return Reply(204)


def fetch_participant(office: Office, _params: Params, room_sid: str, call_sid: str) -> Reply:
    """One participant."""
    return Reply(200, shapes.participant(office, seat_of(office, room_sid, call_sid)))


def list_participants(office: Office, params: Params, room_sid: str) -> Reply:
    """Who is expected or present, as the list knows it by now; :class:`Refused` for a conference that ended."""
    room = open_room(office, room_sid)
    known = office.now().timestamp() - office.rules.lag_seconds
    found = [
        shapes.participant(office, seat)
        for seat in room.seats
        if seat.created.timestamp() <= known
        and (seat.left is None or seat.left.timestamp() > known)
        and _says(params, "Muted", str(seat.muted).lower())
        and _says(params, "Hold", str(seat.hold).lower())
        and _says(params, "Coaching", str(seat.coached_sid is not None).lower())
    ]
    path = f"{shapes.root(office)}/Conferences/{room_sid}/Participants.json"
    return Reply(200, page_of(path, params, "participants", found))


def open_room(office: Office, room_sid: str) -> Room:
    """A conference that goes on."""
    room = office.rooms.get(room_sid)
    if room is None or room.status == "completed":
        raise not_found(f"{shapes.root(office)}/Conferences/{room_sid}/Participants.json")
    return room


def seat_of(office: Office, room_sid: str, named: str) -> Seat:
    """A participant by the id of the call or by label."""
    room = open_room(office, room_sid)
    for seat in room.seats:
        if seat.left is None and named in {seat.call.sid, seat.label}:
            return seat
    raise not_found(f"{shapes.root(office)}/Conferences/{room_sid}/Participants/{named}.json")
