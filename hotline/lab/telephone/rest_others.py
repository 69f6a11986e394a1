"""REST: conferences, messages, recordings and the numbers of the account."""

from datetime import timedelta

from hotline.lab.telephone import conferences, messages, recordings, shapes
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.rest_kit import Params, Refused, Reply, is_number, not_found, page_of, within
from hotline.lab.telephone.states import Recording, Room, Text

LONGEST_BODY = 1600
ROOM_STATUSES = frozenset({"init", "in-progress", "completed"})
WHATSAPP = "whatsapp:"
WHATSAPP_WINDOW = timedelta(hours=24)
OUTSIDE_THE_WINDOW = 63016


def list_conferences(office: Office, params: Params) -> Reply:
    """Conferences, newest first, as the list knows them by now."""
    known = office.now() - timedelta(seconds=office.rules.lag_seconds)

    def status(room: Room) -> str:
        late = room.ended is not None and room.ended > known
        return "in-progress" if late else room.status

    wanted = params.word("Status", ROOM_STATUSES)
    found = [
        shapes.conference(office, room, status(room))
        for room in reversed(office.rooms.values())
        if room.created <= known
        and params.one("FriendlyName") in {"", room.name}
        and wanted in {"", status(room)}
        and within(params, "DateCreated", room.created)
        and within(params, "DateUpdated", room.updated or room.created)
    ]
    return Reply(200, page_of(f"{shapes.root(office)}/Conferences.json", params, "conferences", found))


def fetch_conference(office: Office, _params: Params, sid: str) -> Reply:
    """One conference, ended ones too."""
    return Reply(200, shapes.conference(office, _room(office, sid)))


def update_conference(office: Office, params: Params, sid: str) -> Reply:
    """End a conference, or let everybody in it hear something."""
    room = _room(office, sid)
    if params.word("Status", frozenset({"completed"})):
        conferences.finish(office, room, "conference-ended-via-api")
    announced = params.address("AnnounceUrl", "AnnounceMethod")
    if announced is not None and room.status != "completed":
        conferences.announce(office, room, announced)
    return Reply(200, shapes.conference(office, room))


def _room(office: Office, sid: str) -> Room:
    if sid not in office.rooms:
        raise not_found(f"{shapes.root(office)}/Conferences/{sid}.json")
    return office.rooms[sid]


def create_message(office: Office, params: Params) -> Reply:
    """Send a text."""
    order = messages.TextOrder(
        params.one("To"),
        params.one("Body"),
        params.one("From") or None,
        params.one("MessagingServiceSid") or None,
        tuple(params.each("MediaUrl")),
        params.address("StatusCallback", ""),
    )
    _check_sender(office, order)
    _check_receiver(office, order)
    if not order.body and not order.media and not params.one("ContentSid"):
        raise Refused(400, 21602, "Message body is required.")
    if len(order.body) > LONGEST_BODY:
        raise Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    if _is_too_late(office, order) and not params.one("ContentSid"):
        office.line(order.to.removeprefix(WHATSAPP)).fates.insert(0, ("undeliver", OUTSIDE_THE_WINDOW))
        office.line(order.to.removeprefix(WHATSAPP)).fates.insert(1, ("deliver", None))
    return Reply(201, shapes.message(office, messages.send(office, order)))


def _check_sender(office: Office, order: messages.TextOrder) -> None:
    if order.from_ is None and order.service_sid is None:
        raise Refused(400, 21603, "A 'From' phone number is required.")
    if order.service_sid is not None and order.service_sid not in office.services:
        raise Refused(400, 21701, "The Messaging Service does not exist")
    if order.from_ is not None and order.from_.removeprefix(WHATSAPP) not in office.numbers:
        raise Refused(400, 21606, f"The 'From' phone number provided ({order.from_}) is not valid for this account")


def _check_receiver(office: Office, order: messages.TextOrder) -> None:
    if not order.to:
        raise Refused(400, 21604, "A 'To' phone number is required.")
    number = order.to.removeprefix(WHATSAPP)
    if not is_number(number):
        raise Refused(400, 21211, f"Invalid 'To' Phone Number: {order.to}")
    if order.from_ is not None and order.from_.startswith(WHATSAPP) != order.to.startswith(WHATSAPP):
        raise Refused(400, 21910, "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel")
    if number.startswith(office.rules.forbidden_text_prefixes):
        raise Refused(400, 21408, f"Permission to send an SMS has not been enabled for the region of {number}")
    if number in office.rules.landlines and number == order.to:
        raise Refused(400, 21614, f"'To' number is not a valid mobile number: {number}")
    if messages.is_opted_out(office, order.to, order.service_sid or order.from_ or ""):
        raise Refused(400, 21610, "Attempt to send to unsubscribed recipient")


def _is_too_late(office: Office, order: messages.TextOrder) -> bool:
    """Whether a free text on WhatsApp comes more than a day after the person's last."""
    if not order.to.startswith(WHATSAPP):
        return False
    since = office.now() - WHATSAPP_WINDOW
    return not any(
        text.direction == "inbound" and text.from_ == order.to and text.created >= since
        for text in office.texts.values()
    )


def fetch_message(office: Office, _params: Params, sid: str) -> Reply:
    """One text."""
    return Reply(200, shapes.message(office, _text(office, sid)))


def update_message(office: Office, params: Params, sid: str) -> Reply:
    """Redact a text by an empty body; nothing else can be changed."""
    text = _text(office, sid)
    if "Body" not in params.names() or params.one("Body"):
        raise Refused(400, 20001, "Body may only be made empty")
    if text.status in {"accepted", "queued", "sending"}:
        raise Refused(400, 20009, "Cannot update a message that is not yet complete")
    text.body = ""
    return Reply(200, shapes.message(office, text))


def remove_message(office: Office, _params: Params, sid: str) -> Reply:
    """Remove a text from the account."""
    text = _text(office, sid)
    if text.status in {"accepted", "queued", "sending"}:
        raise Refused(409, 20009, "Cannot delete a message that is not yet complete")
    del office.texts[sid]
    return Reply(204)


def list_messages(office: Office, params: Params) -> Reply:
    """Texts, newest first, as the list knows them by now."""
    known = office.now() - timedelta(seconds=office.rules.lag_seconds)
    found = [
        shapes.message(office, text)
        for text in reversed(office.texts.values())
        if text.created <= known
        and params.one("To") in {"", text.to}
        and params.one("From") in {"", text.from_}
        and within(params, "DateSent", text.sent or text.created)
    ]
    return Reply(200, page_of(f"{shapes.root(office)}/Messages.json", params, "messages", found))


def _text(office: Office, sid: str) -> Text:
    if sid not in office.texts:
        raise not_found(f"{shapes.root(office)}/Messages/{sid}.json")
    return office.texts[sid]


def list_recordings(office: Office, params: Params, room_sid: str | None = None) -> Reply:
    """Recordings, newest first, of all, of one call or of one conference."""
    known = office.now() - timedelta(seconds=office.rules.lag_seconds)
    room = room_sid or params.one("ConferenceSid")
    found = [
        shapes.recording(office, one)
        for one in reversed(office.recordings.values())
        if one.created <= known
        and params.one("CallSid") in {"", one.call_sid}
        and room in {"", one.room_sid}
        and within(params, "DateCreated", one.created)
    ]
    under = f"/Conferences/{room_sid}" if room_sid else ""
    return Reply(200, page_of(f"{shapes.root(office)}{under}/Recordings.json", params, "recordings", found))


def fetch_recording(office: Office, _params: Params, sid: str) -> Reply:
    """One recording's description."""
    return Reply(200, shapes.recording(office, _recording(office, sid)))


def fetch_media(office: Office, _params: Params, sid: str) -> Reply:
    """One recording's sound."""
    one = _recording(office, sid)
    if one.status != "completed":
        raise not_found(f"{shapes.root(office)}/Recordings/{sid}")
    return Reply(200, content=recordings.media(one), content_type="audio/x-wav")


def remove_recording(office: Office, _params: Params, sid: str) -> Reply:
    """Remove a recording from the account."""
    del office.recordings[_recording(office, sid).sid]
    return Reply(204)


def _recording(office: Office, sid: str) -> Recording:
    if sid not in office.recordings:
        raise not_found(f"{shapes.root(office)}/Recordings/{sid}.json")
    return office.recordings[sid]


def list_numbers(office: Office, params: Params) -> Reply:
    """The account's numbers with their webhooks."""
    found = [
        shapes.number(office, own)
        for own in office.numbers.values()
        if params.one("PhoneNumber") in {"", own.number} and params.one("FriendlyName") in {"", own.number}
    ]
    path = f"{shapes.root(office)}/IncomingPhoneNumbers.json"
    return Reply(200, page_of(path, params, "incoming_phone_numbers", found))
