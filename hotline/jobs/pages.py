"""Wakes people of the helpline: pages about alarms, reminders of shifts; one unreached calls all the others."""

from collections.abc import Mapping
from typing import Any

from hotline.carriers.paging import Carriers, PageOrder
from hotline.domain.errors import CarrierError
from hotline.flow import escalate, look_ahead
from hotline.flow.helpline import Helpline
from hotline.jobs.effects import Effect, asked

TELEPHONE = "twilio"
"""The only carrier that can fail; the silent one never does."""


def _send(carriers: Carriers, order: PageOrder) -> tuple[str, str]:
    """Ask the carrier; gives its name and what the board says of it."""
    carrier = carriers.for_order(order)
    try:
        receipt = carrier.page(order)
    except Exception as error:
        raise asked(carrier.name, error) from error
    return receipt.carrier, "silent" if carrier is carriers.silent else "sent"


def _page(helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any]) -> str | None:
    page_id = str(payload["page_id"])
    order = escalate.page_details(helpline, page_id)
    if order is None:
        return None
    carrier, state = _send(carriers, order)
    escalate.page_outcome(helpline, page_id, carrier=carrier, state=state)
    return carrier


def _page_in_trouble(helpline: Helpline, payload: Mapping[str, Any], _trouble: CarrierError, *, final: bool) -> None:
    """Call the others at once, and show on the board what became of it."""
    page_id = str(payload["page_id"])
    escalate.page_unreached(helpline, page_id)
    if final:
        escalate.page_outcome(helpline, page_id, carrier=TELEPHONE, state="failed")


def _reminder(helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any]) -> str | None:
    order = look_ahead.reminder_details(helpline, str(payload["shift_id"]), str(payload["person_id"]))
    return None if order is None else _send(carriers, order)[0]


def _reminder_in_trouble(
    _helpline: Helpline, _payload: Mapping[str, Any], _trouble: CarrierError, *, final: bool
) -> None:
    """A reminder stands at the desk anyway."""
    del final


EFFECTS = {
    "page": Effect(_page, _page_in_trouble),
    "reminder": Effect(_reminder, _reminder_in_trouble),
}
