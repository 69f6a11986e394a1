"""Pages people of the helpline by text message through Twilio; the only room that may ask a telephone network anything.

Twilio's own client waits for ever, so a timeout is given. Errors are translated at this border: whose fault it was, and
whether the message may have left all the same, because that decides if a promise may be repeated.
"""

from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from hotline.carriers.paging import PageOrder, Receipt
from hotline.domain.errors import CarrierError

TIMEOUT_SECONDS = 8.0
"""Shorter than the lease of a promise, so that a page that hangs is not sent a second time meanwhile."""

_TOO_MANY = 429
_THEIR_TROUBLE = 500


class TwilioCarrier:
    """Sends pages as text messages from one number of ours."""

    name = "twilio"

    def __init__(self, *, account_sid: str, auth_token: str, from_number: str, api: Client | None = None) -> None:
        self._from_number = from_number
        self._api = api or Client(
            account_sid, auth_token, http_client=TwilioHttpClient(timeout=TIMEOUT_SECONDS, max_retries=0)
        )

    def page(self, order: PageOrder) -> Receipt:
        """Send the page and return Twilio's id of it.

        Raises:
            CarrierError: nobody to send to, Twilio refused, or the answer did not come.
        """
        if not order.to_number:
            raise CarrierError("this person left no telephone number", theirs=False, may_have_happened=False)
        try:
            sent = self._api.messages.create(to=order.to_number, from_=self._from_number, body=order.text)
        except TwilioRestException as error:
            raise _refused(error) from error
        except ConnectTimeout as error:
            raise CarrierError("Twilio was not reached", theirs=True, may_have_happened=False) from error
        except (NotConnected, RequestException) as error:
            raise CarrierError("Twilio did not answer", theirs=True, may_have_happened=True) from error
        except TwilioException as error:
            raise CarrierError("Twilio cannot be asked", theirs=False, may_have_happened=False) from error
        return Receipt(carrier=self.name, reference=str(sent.sid))


def _refused(error: TwilioRestException) -> CarrierError:
    """Our word for an answer with an error status; Twilio's own code is kept, its sentence (with numbers) is not."""
    theirs = error.status >= _THEIR_TROUBLE or error.status == _TOO_MANY
    return CarrierError(
        f"Twilio answered {error.status} ({error.code})",
        theirs=theirs,
        may_have_happened=error.status >= _THEIR_TROUBLE,
    )
