"""Receive, assess, route, each in its own commit; if thinking fails, the person has an answer and is still found."""

from hotline.domain.contact import Channel, State
from hotline.domain.errors import NotFound
from hotline.domain.records import Contact, Message
from hotline.flow import assess, converse, receive, route
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened, Opening
from hotline.telemetry import get_logger

BEFORE_THE_QUEUE = frozenset({State.RECEIVED, State.ASSESSED})

_log = get_logger(__name__)


def arrive(helpline: Helpline, opening: Opening) -> Opened:
    """Somebody reaches out: committed first, then judged and queued. Raises only what ``receive`` raises.

    A contact without words waits for them; the sweep queues it when they do not come.
    """
    opened = receive.open_contact(helpline, opening)
    if opening.text is not None:
        think(helpline, opened.contact.id)
    return opened


def hear(
    helpline: Helpline, contact: Contact, *, text: str, client_message_id: str, channel: Channel = Channel.WEB
) -> tuple[Contact, Message, bool]:
    """The seeker writes; gives the contact it belongs to now, the message, and whether it is new.

    Writing into a closed contact opens one that follows it, so that nobody is refused.
    """
    given = {"text": text, "client_id": client_message_id}
    contact, message, is_new = converse.post_as_seeker(helpline, contact, **given, channel=channel)
    if is_new:
        think(helpline, contact.id, queue=contact.state in BEFORE_THE_QUEUE)
    return contact, message, is_new


def think(helpline: Helpline, contact_id: str, *, queue: bool = True) -> None:
    """Judge, and ``queue`` who stands before the queue.

    Whatever breaks here is logged and found again by the sweep, never shown to the person.
    """
    try:
        assess.assess(helpline, contact_id)
    except NotFound:
        raise
    except Exception:
        _log.exception("judging failed; the contact counts as elevated", contact_id=contact_id)
        _at_least_elevated(helpline, contact_id)
    if not queue:
        return
    try:
        route.route(helpline, contact_id)
    except Exception:
        _log.exception("routing failed; the sweep will try again", contact_id=contact_id)


def _at_least_elevated(helpline: Helpline, contact_id: str) -> None:
    try:
        assess.assess(helpline, contact_id, broken=True)
    except Exception:
        _log.exception("not even that; the sweep will find the contact", contact_id=contact_id)
