"""Fetches recordings from Twilio over its API and removes them there; addresses in webhooks are never followed."""

import time
from collections.abc import Callable, Iterator

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from hotline.carriers.recordings import Sound
from hotline.carriers.twilio_api import asking
from hotline.domain.errors import CarrierError

API_URL = "https://api.twilio.com"
KINDS = frozenset({"audio/mpeg", "audio/x-wav", "audio/wav"})
SILENT_SECONDS = 8.0
"""Nothing may come for so long."""
WHOLE_SECONDS = 60.0
"""A recording is fetched within this time; a second hand that takes the promise meanwhile keeps nothing twice."""
PIECE_BYTES = 64 * 1024
_GONE = 404
_TOO_MANY = 429
_THEIR_TROUBLE = 500
_FINE = 200

Ask = Callable[[str, tuple[str, str]], tuple[int, str, Iterator[bytes]]]
"""Asks an address with account and token; gives status, kind of content, and the content in pieces."""


def over_the_network(url: str, auth: tuple[str, str]) -> tuple[int, str, Iterator[bytes]]:
    """Ask the network itself."""
    answer = requests.get(url, auth=auth, stream=True, timeout=SILENT_SECONDS)
    return answer.status_code, answer.headers.get("Content-Type", ""), answer.iter_content(PIECE_BYTES)


class TwilioRecordings:
    """One Twilio account."""

    name = "twilio"

    def __init__(self, api: Client, api_url: str | None = None, ask: Ask = over_the_network) -> None:
        self._api = api
        self._base = f"{(api_url or API_URL).rstrip('/')}/2010-04-01/Accounts/{api.account_sid}/Recordings"
        self._auth = (str(api.username), str(api.password))
        self._ask = ask

    def fetch(self, sid: str, most_bytes: int) -> Sound:
        """See :meth:`hotline.carriers.recordings.Recordings.fetch`."""
        with asking():
            status, kind, pieces = self._ask(f"{self._base}/{sid}.mp3", self._auth)
            if status != _FINE:
                theirs = status >= _THEIR_TROUBLE or status in {_TOO_MANY, _GONE}
                raise CarrierError(f"Twilio answered {status}", theirs=theirs, may_have_happened=False)
            kind = kind.partition(";")[0].strip().lower()
            if kind not in KINDS:
                raise CarrierError("what Twilio gave is no sound", theirs=False, may_have_happened=False)
            return Sound(_whole(pieces, most_bytes), kind)

    def remove(self, sid: str) -> None:
        """See :meth:`hotline.carriers.recordings.Recordings.remove`."""
        with asking():
            try:
                self._api.recordings(sid).delete()
            except TwilioRestException as error:
                if error.status != _GONE:
                    raise


def _whole(pieces: Iterator[bytes], most_bytes: int) -> bytes:
    """Everything, unless it is too much or takes too long."""
    content, until = bytearray(), time.monotonic() + WHOLE_SECONDS
    for piece in pieces:
        content += piece
        if len(content) > most_bytes:
            raise CarrierError("the recording is too large", theirs=False, may_have_happened=False)
        if time.monotonic() > until:
            raise CarrierError("the recording came too slowly", theirs=True, may_have_happened=False)
    return bytes(content)
