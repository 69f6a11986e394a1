"""Rings, moves and seats people through Twilio Voice; the only room that may ask for a call."""

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from hotline.carriers.telephone import KnownCall, Ring, Seat
from hotline.carriers.twilio_api import asking
from hotline.domain.phone import OVER

GOING_ON = ("queued", "ringing", "in-progress")
MOST_CALLS = 1000
_GONE = frozenset({404})
_HAS_ENDED = frozenset({21220, 20404})
"""Twilio's codes for a call or conference that is not in progress."""


class TwilioCalls:
    """One Twilio account."""

    name = "twilio"

    def __init__(self, api: Client) -> None:
        self._api = api

    def ring(self, order: Ring) -> str:
        """See :meth:`hotline.carriers.telephone.Calls.ring`."""
        detect = {"machine_detection": "DetectMessageEnd"} if order.detect_machine else {}
        with asking():
            call = self._api.calls.create(
                to=order.to_number,
                from_=order.from_number,
                url=order.answer_url,
                method="POST",
                status_callback=order.events_url,
                status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                timeout=order.seconds,
                **detect,
            )
        return str(call.sid)

    def move(self, sid: str, url: str) -> None:
        """See :meth:`hotline.carriers.telephone.Calls.move`."""
        with asking(), _over_is_fine():
            self._api.calls(sid).update(url=url, method="POST")

    def hang_up(self, sid: str) -> None:
        """See :meth:`hotline.carriers.telephone.Calls.hang_up`."""
        with asking(), _over_is_fine():
            self._api.calls(sid).update(status="completed")

    def seat(self, order: Seat) -> None:
        """See :meth:`hotline.carriers.telephone.Calls.seat`."""
        coaching = {"call_sid_to_coach": order.coached_sid} if order.coached_sid else {}
        with asking(), _over_is_fine():
            found = self._api.conferences.list(friendly_name=order.conference, status="in-progress", limit=1)
            for conference in found:
                self._api.conferences(conference.sid).participants(order.sid).update(
                    muted=order.muted,
                    hold=order.hold,
                    coaching=order.coached_sid is not None,
                    **({"hold_url": order.hold_url, "hold_method": "POST"} if order.hold else {}),
                    **coaching,
                )

    def look_up(self, sid: str) -> KnownCall | None:
        """See :meth:`hotline.carriers.telephone.Calls.look_up`."""
        with asking():
            try:
                return _known(self._api.calls(sid).fetch())
            except TwilioRestException as error:
                if error.status in _GONE:
                    return None
                raise

    def going_on(self) -> list[KnownCall]:
        """See :meth:`hotline.carriers.telephone.Calls.going_on`."""
        with asking():
            return [
                _known(call) for status in GOING_ON for call in self._api.calls.list(status=status, limit=MOST_CALLS)
            ]


class _over_is_fine:  # noqa: N801  # used like a function
    """Let pass that a call or conference has ended meanwhile: that is what was wanted, or nothing can be done."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Swallow what says that it is over."""
        return isinstance(error, TwilioRestException) and (error.code in _HAS_ENDED or error.status in _GONE)


def _known(call: object) -> KnownCall:
    """Twilio's record in our words; numbers that are withheld come as empty."""
    status = str(getattr(call, "status", ""))
    return KnownCall(
        sid=str(getattr(call, "sid", "")),
        from_number=str(getattr(call, "_from", None) or ""),
        to_number=str(getattr(call, "to", "") or ""),
        inbound=str(getattr(call, "direction", "")) == "inbound",
        started_at=getattr(call, "start_time", None),
        ended=OVER.get(status),
    )
