"""Pages people of the helpline by text message through Twilio; a page that hangs would call nobody else."""

from twilio.rest import Client

from hotline.carriers.paging import PageOrder, Receipt
from hotline.carriers.twilio_api import TIMEOUT_SECONDS, asking
from hotline.domain.errors import CarrierError

__all__ = ["TIMEOUT_SECONDS", "TwilioCarrier"]


class TwilioCarrier:
    """Sends pages as text messages from one number of ours."""

    name = "twilio"

    def __init__(self, api: Client, *, from_number: str) -> None:
        self._from_number = from_number
        self._api = api

    def page(self, order: PageOrder) -> Receipt:
        """Send the page and return Twilio's id of it.

        Raises:
            CarrierError: nobody to send to, Twilio refused, or the answer did not come.
        """
        if not order.to_number:
            raise CarrierError("this person left no telephone number", theirs=False, may_have_happened=False)
        with asking():
            sent = self._api.messages.create(to=order.to_number, from_=self._from_number, body=order.text)
        return Receipt(carrier=self.name, reference=str(sent.sid))
