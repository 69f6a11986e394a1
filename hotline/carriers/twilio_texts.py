"""Sends texts through Twilio Messaging and asks it what it has sent; the only room that texts people who need help."""

from datetime import timedelta
from typing import Any

from twilio.rest import Client

from hotline.carriers.texts import TextOrder
from hotline.carriers.twilio_api import asking
from hotline.domain.contact import Channel

MOST_LISTED = 200
CLOCKS_DIFFER = timedelta(seconds=60)
"""How far Twilio's clock may stand behind ours."""


class TwilioTexts:
    """One Twilio account."""

    name = "twilio"

    def __init__(self, api: Client) -> None:
        self._api = api

    def send(self, order: TextOrder) -> str:
        """See :meth:`hotline.carriers.texts.Texts.send`."""
        with asking():
            sent = self._api.messages.create(
                to=_address(order.channel, order.to_number),
                from_=_address(order.channel, order.from_number),
                body=order.body,
                status_callback=order.events_url,
            )
        return str(sent.sid)

    def recent(self, order: TextOrder) -> list[str]:
        """See :meth:`hotline.carriers.texts.Texts.recent`; Twilio gives the newest first."""
        since = order.since - CLOCKS_DIFFER
        with asking():
            listed = self._api.messages.list(
                to=_address(order.channel, order.to_number),
                from_=_address(order.channel, order.from_number),
                limit=MOST_LISTED,
            )
        wanted = order.body.strip()
        return [str(one.sid) for one in reversed(listed) if _body(one) == wanted and _created(one, since)]


def _address(channel: Channel, number: str) -> str:
    return f"whatsapp:{number}" if channel is Channel.WHATSAPP else number


def _body(one: Any) -> str:
    return str(one.body or "").strip()


def _created(one: Any, since: Any) -> bool:
    """Whether it was made since then; one without a moment may be the one."""
    return one.date_created is None or one.date_created >= since
