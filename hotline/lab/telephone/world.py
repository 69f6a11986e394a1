"""The double's world in one hand: numbers of the helpline, people who call and text, telephones that ring, time."""

from contextlib import AbstractContextManager
from typing import Any

from hotline.lab.telephone import exchange, messages, script
from hotline.lab.telephone.office import Office, Rules
from hotline.lab.telephone.people import Handset, Phone, Provider
from hotline.lab.telephone.states import Address, Call, Callback, OwnNumber, Text
from hotline.lab.telephone.timeline import Clock, Timeline
from hotline.lab.telephone.web import Deliver, Faults, Sent, Trouble, Web

ANONYMOUS = "+266696687"
"""What Twilio gives as the caller where the number is withheld: ANONYMOUS on the keys of a telephone."""


class World:
    """One Twilio account and everybody who can reach it.

    With a clock that can be set, time stands still until :meth:`advance`; what people do runs at once. With a real
    clock a :class:`hotline.lab.telephone.timeline.RealTime` drives ``world.timeline``.
    """

    def __init__(self, account_sid: str, auth_token: str, deliver: Deliver, clock: Clock) -> None:
        self.account_sid = account_sid
        self.timeline = Timeline(clock)
        self.web = Web(self.timeline, deliver, auth_token)
        self.office = Office(account_sid, self.timeline, self.web)
        self.provider = Provider(self.office)

    @property
    def auth_token(self) -> str:
        """The secret webhooks are signed with and REST asks for; may be changed, as when it is rotated."""
        return self.web.auth_token

    @auth_token.setter
    def auth_token(self, token: str) -> None:
        self.web.auth_token = token

    @property
    def rules(self) -> Rules:
        """What the account allows, opt-out words, lengths of sound files, lag of lists."""
        return self.office.rules

    @property
    def errors(self) -> list[Trouble]:
        """What Twilio's debugger would show."""
        return self.web.troubles

    @property
    def sent(self) -> list[Sent]:
        """Every webhook that left, in the order of departure."""
        return self.web.sent

    @property
    def static(self) -> dict[str, str]:
        """Documents that lie elsewhere than at the helpline: address → TwiML."""
        return self.web.static

    def faults(self, faults: Faults) -> None:
        """Let webhooks go wrong like this from now on."""
        self.web.faults = faults

    def own_number(self, number: str, **webhooks: str) -> OwnNumber:
        """Give the helpline a number.

        ``voice``, ``voice_fallback``, ``status_callback``, ``sms``, ``sms_fallback``: whole addresses, asked by POST;
        ``service_sid`` of its messaging service.
        """
        own = OwnNumber(self.office.sid("PN"), number, self.timeline.now())
        for name, value in webhooks.items():
            setattr(own, name, value if name == "service_sid" else Address(value))
        if own.service_sid is not None:
            self.office.services.add(own.service_sid)
        self.office.numbers[number] = own
        return own

    def dial(
        self, from_: str, to: str, *, caller_name: str | None = None, forwarded_from: str | None = None
    ) -> Handset:
        """Somebody calls one of our numbers; raises ``LookupError`` for a number that is not ours."""
        own = self._own(to)
        call = Call(self.office.sid("CA"), from_, to, "inbound", self.timeline.now(), status="ringing")
        call.number_sid, call.caller_name, call.forwarded_from = own.sid, caller_name, forwarded_from
        call.fallback = own.voice_fallback
        if own.status_callback is not None:
            call.callbacks.append(Callback(own.status_callback))
        with self.timeline.lock:
            self.office.calls[call.sid] = call
            if own.voice is None:
                exchange.end(self.office, call, "failed")
            else:
                script.run(self.office, call, own.voice)
        self.timeline.settle()
        return Handset(self.office, call)

    def handset(self, call_sid: str) -> Handset:
        """The person's end of a call."""
        return Handset(self.office, self.office.calls[call_sid])

    def phone(self, number: str) -> Phone:
        """Somebody's telephone, or a browser by ``client:identity``."""
        return Phone(self.office, self.office.line(number))

    def phones(self) -> list[Phone]:
        """Every telephone that was ever named."""
        return [Phone(self.office, line) for line in self.office.lines()]

    def text(
        self, from_: str, to: str, body: str, *, media: tuple[str, ...] = (), profile: str = "", sid: str | None = None
    ) -> str:
        """Somebody texts one of our numbers (both with ``whatsapp:`` before them for WhatsApp); gives its id."""
        own = self._own(to.removeprefix("whatsapp:"))
        text = Text(
            sid or self.office.sid("SM"), from_, to, body, "inbound", self.timeline.now(), "received", media=media
        )
        with self.timeline.lock:
            messages.arrive(self.office, own, text, profile)
        self.timeline.settle()
        return text.sid

    def texts_to(self, number: str) -> list[Text]:
        """Texts sent to somebody, WhatsApp ones too, in order; those that never left have the status failed."""
        bare = number.removeprefix("whatsapp:")
        return [
            text
            for text in self.office.texts.values()
            if text.direction != "inbound" and text.to.removeprefix("whatsapp:") == bare
        ]

    def calls(self, status: str | None = None) -> list[Handset]:
        """Every leg, or those with this status, in the order of their beginning."""
        return [Handset(self.office, one) for one in self.office.calls.values() if status in {None, one.status}]

    def settle(self) -> None:
        """Run everything due now."""
        self.timeline.settle()

    def advance(self, seconds: float) -> None:
        """Let time pass, and run in order what becomes due."""
        self.timeline.advance(seconds)

    def together(self) -> AbstractContextManager[None]:
        """What people do inside happens in one instant; their webhooks reach the helpline at once, in threads."""
        return self.timeline.together()

    def requests(self, kind: str) -> list[dict[str, Any]]:
        """The parameters of every webhook of a kind that left."""
        return [dict(one.params) for one in self.web.sent if one.kind == kind]

    def _own(self, number: str) -> OwnNumber:
        if number not in self.office.numbers:
            raise LookupError(f"{number} is none of our numbers")
        return self.office.numbers[number]
