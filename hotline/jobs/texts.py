"""Hands texts over to the network: each once, in the order in which they were written, whatever breaks in between."""

from collections.abc import Mapping
from typing import Any

from hotline.carriers.paging import Carriers
from hotline.carriers.texts import TextOrder, Texts, first_unknown
from hotline.domain.errors import CarrierError
from hotline.flow import outgoing, sending
from hotline.flow.helpline import Helpline
from hotline.flow.sending import Due
from hotline.jobs.effects import Effect, asked

MOST_ATTEMPTS = 20
"""Half an hour of a network's trouble is waited out."""
STATUS_PATH = "/twilio/sms/status"


def _send(helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any]) -> str | None:
    """Hand over what stands first and everything behind it; ``None`` when another hand does or there is nothing."""
    contact_id, number = str(payload["contact_id"]), int(payload["number"])
    if carriers.texts is None:
        raise CarrierError("no network for texts is configured", theirs=False, may_have_happened=False)
    sent = 0
    while (due := sending.next_due(helpline, contact_id, number)) is not None:
        _hand_over(helpline, carriers.texts, carriers.public_url, due)
        sent += 1
    return carriers.texts.name if sent else None


def _hand_over(helpline: Helpline, network: Texts, public_url: str, due: Due) -> None:
    url = f"{public_url}{STATUS_PATH}?text={due.text_id}"
    order = TextOrder(due.channel, due.to_number, due.from_number, due.body, url, due.since)
    doubted, sid = due.in_doubt, None
    try:
        if doubted:
            found = network.recent(order)
            sid = first_unknown(found, sending.known(helpline, found))
            doubted = False
        sid = sid or network.send(order)
    except Exception as error:
        trouble = asked(network.name, error)
        sending.put_back(helpline, due.text_id, in_doubt=doubted or trouble.may_have_happened)
        raise trouble from error
    sending.handed_over(helpline, due.text_id, sid)


def _in_trouble(helpline: Helpline, payload: Mapping[str, Any], trouble: CarrierError, *, final: bool) -> None:
    if final:
        sending.give_up(helpline, str(payload["contact_id"]), int(payload["number"]), trouble.reason)


EFFECTS = {outgoing.KIND: Effect(_send, _in_trouble, MOST_ATTEMPTS)}
