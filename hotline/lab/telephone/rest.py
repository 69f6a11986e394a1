"""The REST interface of the double: which requests it knows, which parameters they take, who may ask."""

import re
from dataclasses import dataclass
from hmac import compare_digest

from hotline.lab.telephone import rest_calls as calls
from hotline.lab.telephone import rest_others as others
from hotline.lab.telephone.rest_kit import Given, Handler, Params, Refused, Reply, not_found
from hotline.lab.telephone.world import World

PAGING = ("PageSize", "Page", "PageToken")
_SID = "([A-Za-z0-9_.%-]+)"


@dataclass(frozen=True)
class Operation:
    """One request: its method, its path below the account as in the published description, what it takes."""

    method: str
    path: str
    handler: Handler
    takes: frozenset[str]

    def matches(self, path: str) -> re.Match[str] | None:
        """The ids in a path, when it is one of this operation."""
        return re.fullmatch(re.sub(r"\{\w+\}", _SID, self.path.replace(".", r"\.")), path)


def _operation(method: str, path: str, handler: Handler, takes: str = "") -> Operation:
    return Operation(method, path, handler, frozenset(takes.split()))


def _list(path: str, handler: Handler, takes: str = "") -> Operation:
    return _operation("GET", path, handler, " ".join((takes, *PAGING)))


def _times(*names: str) -> str:
    return " ".join(f"{name} {name}< {name}>" for name in names)


_LEG = (
    "To From StatusCallback StatusCallbackEvent StatusCallbackMethod Timeout TimeLimit MachineDetection "
    "MachineDetectionTimeout"
)
_SEAT = (
    " Label Muted Beep StartConferenceOnEnter EndConferenceOnExit WaitUrl WaitMethod EarlyMedia MaxParticipants "
    "ConferenceRecord ConferenceTrim ConferenceStatusCallback ConferenceStatusCallbackMethod "
    "ConferenceStatusCallbackEvent ConferenceRecordingStatusCallback ConferenceRecordingStatusCallbackMethod "
    "ConferenceRecordingStatusCallbackEvent Coaching CallSidToCoach JitterBufferSize"
)
_RESEAT = (
    "Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod WaitUrl WaitMethod BeepOnExit EndConferenceOnExit "
    "Coaching CallSidToCoach"
)
_PARTICIPANTS = "Conferences/{ConferenceSid}/Participants.json"
_PARTICIPANT = "Conferences/{ConferenceSid}/Participants/{CallSid}.json"
_DOCUMENT = " Url Method Twiml FallbackUrl FallbackMethod"

OPERATIONS = (
    _operation(
        "POST",
        "Calls.json",
        calls.create_call,
        _LEG + _DOCUMENT + " AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod",
    ),
    _operation("POST", "Calls/{Sid}.json", calls.update_call, "Status" + _DOCUMENT),
    _operation("GET", "Calls/{Sid}.json", calls.fetch_call),
    _list("Calls.json", calls.list_calls, "To From ParentCallSid Status " + _times("StartTime", "EndTime")),
    _operation("POST", _PARTICIPANTS, calls.create_participant, _LEG + _SEAT),
    _operation("POST", _PARTICIPANT, calls.update_participant, _RESEAT),
    _operation("DELETE", _PARTICIPANT, calls.remove_participant),
    _operation("GET", _PARTICIPANT, calls.fetch_participant),
    _list(_PARTICIPANTS, calls.list_participants, "Muted Hold Coaching"),
    _list("Conferences.json", others.list_conferences, "FriendlyName Status " + _times("DateCreated", "DateUpdated")),
    _operation("GET", "Conferences/{Sid}.json", others.fetch_conference),
    _operation("POST", "Conferences/{Sid}.json", others.update_conference, "Status AnnounceUrl AnnounceMethod"),
    _list("Conferences/{ConferenceSid}/Recordings.json", others.list_recordings, _times("DateCreated")),
    _operation(
        "POST",
        "Messages.json",
        others.create_message,
        "To From Body MessagingServiceSid MediaUrl StatusCallback ContentSid ContentVariables ValidityPeriod "
        "SmartEncoded",
    ),
    _operation("POST", "Messages/{Sid}.json", others.update_message, "Body"),
    _operation("GET", "Messages/{Sid}.json", others.fetch_message),
    _operation("DELETE", "Messages/{Sid}.json", others.remove_message),
    _list("Messages.json", others.list_messages, "To From " + _times("DateSent")),
    _list("Recordings.json", others.list_recordings, "CallSid ConferenceSid " + _times("DateCreated")),
    _operation("GET", "Recordings/{Sid}.json", others.fetch_recording),
    _operation("DELETE", "Recordings/{Sid}.json", others.remove_recording),
    _list("IncomingPhoneNumbers.json", others.list_numbers, "PhoneNumber FriendlyName"),
)
"""Everything the double can be asked; a test holds it against the published description."""

MEDIA = re.compile(r"Recordings/(RE[0-9a-f]{32})(\.wav|\.mp3)?")

_BROKEN = Refused(500, 20500, "An internal server error has occurred")


class Rest:
    """Answers REST requests of one account."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handle(self, method: str, path: str, params: Given, auth: tuple[str, str] | None) -> Reply:
        """One request; ``path`` begins with /2010-04-01, ``params`` are those of the query or of the body.

        What it causes (rings, webhooks) happens when the world goes on.
        """
        try:
            mode = self._world.office.rest_faults.take(method, path)
            if mode == "silent":
                return Reply(0, fate="silent")
            if mode == "error":
                raise _BROKEN
            if mode == "busy":
                raise Refused(429, 20429, "Too Many Requests")  # noqa: TRY301 - one way out
            with self._world.timeline.lock:
                reply = self._route(method, path, Params(params), auth)
        except Refused as no:
            wait = str(self._world.office.rest_faults.retry_after_seconds)
            return Reply(no.status, no.body(), {"Retry-After": wait} if no.status == 429 else {})  # noqa: PLR2004
        if mode == "lost":
            return Reply(500, _BROKEN.body())
        if mode == "slow":
            return Reply(
                reply.status,
                reply.json,
                fate="late",
                delay_seconds=self._world.office.rest_faults.slow_seconds,
            )
        return reply

    def _route(self, method: str, path: str, params: Params, auth: tuple[str, str] | None) -> Reply:
        sid, token = auth or ("", "")
        token_is_right = compare_digest(token.encode(), self._world.auth_token.encode())
        if sid != self._world.account_sid or not token_is_right:
            raise Refused(401, 20003, "Authenticate")
        head, _, rest = path.partition(f"/2010-04-01/Accounts/{self._world.account_sid}/")
        if head or not rest:
            raise not_found(path)
        media = MEDIA.fullmatch(rest)
        if media is not None and method == "GET":
            return others.fetch_media(self._world.office, params, media[1])
        for operation in OPERATIONS:
            found = operation.matches(rest) if operation.method == method else None
            if found is not None:
                foreign = params.names() - operation.takes
                if foreign:
                    raise Refused(400, 20001, f"{method} {operation.path} takes no {', '.join(sorted(foreign))}")
                return operation.handler(self._world.office, params, *found.groups())
        raise not_found(path)
