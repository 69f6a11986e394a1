"""The way to Twilio's API, with a time limit and errors in our words; its own client waits for ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from hotline.domain.errors import CarrierError

TIMEOUT_SECONDS = 8.0
"""Shorter than the lease of a promise, so that what hangs is not asked a second time meanwhile."""
_TOO_MANY = 429
_THEIR_TROUBLE = 500


class ElsewhereClient(TwilioHttpClient):  # type: ignore[misc]
    """Asks another address than Twilio's, such as a double on this machine."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS, max_retries=0)
        self._base_url = base_url.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """The same request, to the other address."""
        asked = urlsplit(url)
        query = f"?{asked.query}" if asked.query else ""
        return super().request(method, f"{self._base_url}{asked.path}{query}", *args, **kwargs)


def build_client(account_sid: str, auth_token: str, api_url: str | None = None) -> Client:
    """A client with a time limit that never repeats by itself."""
    http = TwilioHttpClient(timeout=TIMEOUT_SECONDS, max_retries=0) if api_url is None else ElsewhereClient(api_url)
    return Client(account_sid, auth_token, http_client=http)


@contextmanager
def asking() -> Iterator[None]:
    """Translate what goes wrong inside into ``CarrierError``; Twilio's own code is kept, its sentence is not.

    Its sentences hold numbers. Whose fault it was, and whether it may have happened all the same, decides if a promise
    may be repeated.
    """
    try:
        yield
    except TwilioRestException as error:
        raise refused(error) from error
    except ConnectTimeout as error:
        raise CarrierError("Twilio was not reached", theirs=True, may_have_happened=False) from error
    except (NotConnected, RequestException) as error:
        raise CarrierError("Twilio did not answer", theirs=True, may_have_happened=True) from error
    except TwilioException as error:
        raise _not_listed(error) from error


def _not_listed(error: TwilioException) -> CarrierError:
    """A list that was not given: Twilio's client raises no answer then, and hands the response along beside its words.

    Without a response nothing was asked at all, which is ours to mend.
    """
    status = next((int(given.status_code) for given in error.args if hasattr(given, "status_code")), None)
    if status is None:
        return CarrierError("Twilio cannot be asked", theirs=False, may_have_happened=False)
    theirs = status >= _THEIR_TROUBLE or status == _TOO_MANY
    return CarrierError(f"Twilio gave no list ({status})", theirs=theirs, may_have_happened=False)


def refused(error: TwilioRestException) -> CarrierError:
    """Our word for an answer with an error status."""
    theirs = error.status >= _THEIR_TROUBLE or error.status == _TOO_MANY
    return CarrierError(
        f"Twilio answered {error.status} ({error.code})",
        theirs=theirs,
        may_have_happened=error.status >= _THEIR_TROUBLE,
        reason=str(error.code or ""),
    )
