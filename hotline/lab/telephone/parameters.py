"""The parameters of Twilio's webhooks; a helpline that only ever saw a few of them would trip over the rest."""

from datetime import datetime
from email.utils import format_datetime

import phonenumbers

from hotline.lab.telephone.states import Call, Recording, Room, Seat, Text

API_VERSION = "2010-04-01"
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533"})
"""Words on the keys of a telephone (anonymous, restricted, blocked) in the place of a withheld number."""


def stamp(moment: datetime) -> str:
    """A moment as Twilio writes it."""
    return format_datetime(moment)


def spoken(*, flag: bool) -> str:
    """A truth as Twilio writes it."""
    return "true" if flag else "false"


def country_of(number: str) -> str:
    """Two letters, or nothing for a number that has no country."""
    if number in WITHHELD:
        return ""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _places(side: str, number: str) -> dict[str, str]:
    return {f"{side}City": "", f"{side}State": "", f"{side}Zip": "", f"{side}Country": country_of(number)}


def of_call(account_sid: str, call: Call) -> dict[str, str]:
    """What every webhook about a call carries."""
    found = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": call.status,
        "Direction": call.direction,
        "From": call.from_,
        "Caller": call.from_,
        "To": call.to,
        "Called": call.to,
        **_places("From", call.from_),
        **_places("Caller", call.from_),
        **_places("To", call.to),
        **_places("Called", call.to),
    }
    optional = {
        "ParentCallSid": call.parent_sid,
        "ForwardedFrom": call.forwarded_from,
        "CallerName": call.caller_name,
        "AnsweredBy": call.answered_by,
    }
    return found | {name: value for name, value in optional.items() if value is not None}


def seconds_of(call: Call) -> int:
    """How long the call was answered."""
    if call.started is None or call.ended is None:
        return 0
    return round((call.ended - call.started).total_seconds())


def of_progress(account_sid: str, call: Call, event: str, now: datetime) -> dict[str, str]:
    """A status callback of a call; ``event`` is initiated, ringing, answered or completed."""
    found = of_call(account_sid, call) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.sequence),
        "Timestamp": stamp(now),
    }
    if event == "initiated":
        found["CallStatus"] = "initiated"
    if event == "completed":
        found["CallDuration"] = str(seconds_of(call))
        found["Duration"] = str(-(-seconds_of(call) // 60))
    return found


def of_conference(account_sid: str, room: Room, event: str, now: datetime, seat: Seat | None) -> dict[str, str]:
    """A status callback of a conference, of one participant where ``seat`` is given."""
    found = {
        "AccountSid": account_sid,
        "ConferenceSid": room.sid,
        "FriendlyName": room.name,
        "StatusCallbackEvent": event,
        "SequenceNumber": str(room.sequence),
        "Timestamp": stamp(now),
    }
    if seat is None:
        return found
    found |= {
        "CallSid": seat.call.sid,
        "Muted": spoken(flag=seat.muted),
        "Hold": spoken(flag=seat.hold),
        "Coaching": spoken(flag=seat.coached_sid is not None),
        "EndConferenceOnExit": spoken(flag=seat.end_on_exit),
        "StartConferenceOnEnter": spoken(flag=seat.start_on_enter),
    }
    return found | ({"ParticipantLabel": seat.label} if seat.label else {})


def of_recording(account_sid: str, recording: Recording, url: str) -> dict[str, str]:
    """A status callback of a recording."""
    ended = recording.ended or recording.created
    found = {
        "AccountSid": account_sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": url,
        "RecordingStatus": recording.status,
        "RecordingDuration": str(max(1, round((ended - recording.created).total_seconds()))),
        "RecordingChannels": "1",
        "RecordingSource": recording.source,
        "RecordingStartTime": stamp(recording.created),
    }
    optional = {"CallSid": recording.call_sid, "ConferenceSid": recording.room_sid}
    return found | {name: value for name, value in optional.items() if value is not None}


def of_text(account_sid: str, text: Text, *, profile: str = "", opt_out: str = "") -> dict[str, str]:
    """The webhook of a message that came in."""
    sender = text.from_ or ""
    found = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsMessageSid": text.sid,
        "SmsStatus": "received",
        "From": sender,
        "To": text.to,
        "Body": text.body,
        "NumMedia": str(len(text.media)),
        "NumSegments": str(segments(text.body)),
    }
    for place, url in enumerate(text.media):
        found |= {f"MediaUrl{place}": url, f"MediaContentType{place}": "image/jpeg"}
    if sender.startswith("whatsapp:"):
        found |= {"ProfileName": profile, "WaId": sender.removeprefix("whatsapp:+"), "MessageType": "text"}
    else:
        found |= _places("From", sender) | _places("To", text.to)
    optional = {"MessagingServiceSid": text.service_sid, "OptOutType": opt_out or None}
    return found | {name: value for name, value in optional.items() if value is not None}


def of_text_status(account_sid: str, text: Text, status: str, now: datetime) -> dict[str, str]:
    """A status callback of a message that went out."""
    found = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "From": text.from_ or "",
        "To": text.to,
    }
    if status in {"delivered", "undelivered"}:
        found["RawDlrDoneDate"] = now.strftime("%y%m%d%H%M")
    if text.error_code is not None:
        found["ErrorCode"] = str(text.error_code)
    return found | ({"MessagingServiceSid": text.service_sid} if text.service_sid else {})


_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def segments(body: str) -> int:
    """In how many parts a text travels: 160 or 153 letters of the GSM alphabet, else 70 or 67 UTF-16 units."""
    plain = set(body) <= _GSM
    length = len(body) if plain else len(body.encode("utf-16-le")) // 2
    alone, joined = (160, 153) if plain else (70, 67)
    return 1 if length <= alone else -(-length // joined)
