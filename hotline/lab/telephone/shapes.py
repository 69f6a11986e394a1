"""Resources as Twilio's REST writes them; fields and types follow its published description of the API."""

from datetime import datetime
from email.utils import format_datetime

from hotline.lab.telephone import parameters
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.rest_kit import Json
from hotline.lab.telephone.states import Address, Call, OwnNumber, Recording, Room, Seat, Text

_SEAT_STATUSES = {
    "queued": "queued",
    "ringing": "ringing",
    "in-progress": "connected",
    "completed": "complete",
    "busy": "failed",
    "failed": "failed",
    "no-answer": "failed",
    "canceled": "failed",
}


_UNUSED = (
    "address_sid",
    "identity_sid",
    "sms_application_sid",
    "voice_application_sid",
    "emergency_address_sid",
    "bundle_sid",
    "trunk_sid",
)
"""Fields of a number that this account leaves empty."""


def root(office: Office) -> str:
    """Where the account's resources lie."""
    return f"/2010-04-01/Accounts/{office.account_sid}"


def _date(when: datetime | None) -> str | None:
    return None if when is None else format_datetime(when)


def _under(uri: str, *names: str) -> dict[str, str]:
    return {name: f"{uri}/{''.join(part.capitalize() for part in name.split('_'))}.json" for name in names}


def call(office: Office, one: Call) -> Json:
    """A call."""
    uri = f"{root(office)}/Calls/{one.sid}"
    return {
        "sid": one.sid,
        "account_sid": office.account_sid,
        "parent_call_sid": one.parent_sid,
        "phone_number_sid": one.number_sid,
        "from": one.from_,
        "from_formatted": one.from_,
        "to": one.to,
        "to_formatted": one.to,
        "status": one.status,
        "direction": one.direction,
        "answered_by": one.answered_by,
        "caller_name": one.caller_name,
        "forwarded_from": one.forwarded_from,
        "date_created": _date(one.created),
        "date_updated": _date(one.updated or one.created),
        "start_time": _date(one.started),
        "end_time": _date(one.ended),
        "duration": str(parameters.seconds_of(one)) if one.ended else None,
        "queue_time": "0",
        "price": None,
        "price_unit": "USD",
        "group_sid": None,
        "trunk_sid": None,
        "api_version": parameters.API_VERSION,
        "uri": f"{uri}.json",
        "subresource_uris": _under(uri, "notifications", "recordings", "events"),
    }


def conference(office: Office, room: Room, status: str | None = None) -> Json:
    """A conference; ``status`` where a list lags behind."""
    uri = f"{root(office)}/Conferences/{room.sid}"
    over = (status or room.status) == "completed"
    return {
        "sid": room.sid,
        "account_sid": office.account_sid,
        "friendly_name": room.name,
        "status": status or room.status,
        "reason_conference_ended": room.reason_ended if over else None,
        "call_sid_ending_conference": room.ended_by.call.sid if over and room.ended_by else None,
        "region": "us1",
        "date_created": _date(room.created),
        "date_updated": _date(room.updated or room.created),
        "api_version": parameters.API_VERSION,
        "uri": f"{uri}.json",
        "subresource_uris": _under(uri, "participants", "recordings"),
    }


def participant(office: Office, seat: Seat) -> Json:
    """A participant."""
    return {
        "account_sid": office.account_sid,
        "call_sid": seat.call.sid,
        "conference_sid": seat.room.sid,
        "label": seat.label or None,
        "muted": seat.muted,
        "hold": seat.hold,
        "coaching": seat.coached_sid is not None,
        "call_sid_to_coach": seat.coached_sid,
        "start_conference_on_enter": seat.start_on_enter,
        "end_conference_on_exit": seat.end_on_exit,
        "status": _SEAT_STATUSES[seat.call.status],
        "date_created": _date(seat.created),
        "date_updated": _date(seat.updated or seat.joined or seat.created),
        "queue_time": "0",
        "uri": f"{root(office)}/Conferences/{seat.room.sid}/Participants/{seat.call.sid}.json",
    }


def message(office: Office, text: Text) -> Json:
    """A text."""
    uri = f"{root(office)}/Messages/{text.sid}"
    return {
        "sid": text.sid,
        "account_sid": office.account_sid,
        "messaging_service_sid": text.service_sid,
        "from": text.from_,
        "to": text.to,
        "body": text.body,
        "num_segments": str(parameters.segments(text.body)),
        "num_media": str(len(text.media)),
        "status": text.status,
        "direction": text.direction,
        "error_code": text.error_code,
        "error_message": None if text.error_code is None else f"error {text.error_code}",
        "date_created": _date(text.created),
        "date_updated": _date(text.updated or text.created),
        "date_sent": _date(text.sent),
        "price": None,
        "price_unit": "USD",
        "api_version": parameters.API_VERSION,
        "uri": f"{uri}.json",
        "subresource_uris": _under(uri, "media"),
    }


def recording(office: Office, one: Recording) -> Json:
    """A recording."""
    uri = f"{root(office)}/Recordings/{one.sid}"
    ended = one.ended
    return {
        "sid": one.sid,
        "account_sid": office.account_sid,
        "call_sid": one.call_sid,
        "conference_sid": one.room_sid,
        "status": one.status,
        "source": one.source,
        "channels": 1,
        "duration": str(max(1, round((ended - one.created).total_seconds()))) if ended else None,
        "start_time": _date(one.created),
        "date_created": _date(one.created),
        "date_updated": _date(ended or one.created),
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "api_version": parameters.API_VERSION,
        "media_url": office.recording_url(one),
        "uri": f"{uri}.json",
        "subresource_uris": _under(uri, "transcriptions"),
    }


def number(office: Office, own: OwnNumber) -> Json:
    """A number of the account."""

    def named(prefix: str, where: Address | None) -> Json:
        return {f"{prefix}_url": where.url if where else "", f"{prefix}_method": where.method if where else "POST"}

    return {
        "sid": own.sid,
        "account_sid": office.account_sid,
        "phone_number": own.number,
        "friendly_name": own.number,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        **named("voice", own.voice),
        **named("voice_fallback", own.voice_fallback),
        **named("sms", own.sms),
        **named("sms_fallback", own.sms_fallback),
        "status_callback": own.status_callback.url if own.status_callback else "",
        "status_callback_method": "POST",
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        "address_requirements": "none",
        "emergency_status": "Inactive",
        "emergency_address_status": "unregistered",
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "type": "local",
        **dict.fromkeys(_UNUSED),
        "date_created": _date(own.created),
        "date_updated": _date(own.created),
        "api_version": parameters.API_VERSION,
        "uri": f"{root(office)}/IncomingPhoneNumbers/{own.sid}.json",
    }
