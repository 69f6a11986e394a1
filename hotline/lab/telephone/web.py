"""Calls the helpline's webhooks as Twilio does: signed, with a deadline, once or as the faults of the day have it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from hotline.domain.ids import new_id
from hotline.lab.telephone.faults import Hop, WebhookFaults
from hotline.lab.telephone.states import Address
from hotline.lab.telephone.timeline import Timeline

DEADLINE_SECONDS = 15.0
RETRIEVAL_FAILED = 11200
CONNECTION_FAILED = 11205
_FIRST_BAD_STATUS = 300

Deliver = Callable[[str, str, dict[str, str], dict[str, str]], tuple[int, str, str]]
"""Method, whole address, parameters, headers → status, content type, body; raises ``OSError`` when nobody answers."""


class Faults(Protocol):
    """Decides when a webhook arrives, and how often."""

    def hops(self, kind: str, *, waits_for_answer: bool) -> tuple[Hop, ...]:
        """Its deliveries; none when it is lost."""
        ...


@dataclass(frozen=True)
class Answer:
    """What a webhook answered; ``trouble`` is Twilio's error code when it is no use."""

    status: int
    content_type: str
    body: str
    trouble: int | None = None


@dataclass(frozen=True)
class Trouble:
    """What the account's debugger would show: code, address, and a sentence."""

    code: int
    url: str
    sentence: str
    sid: str = ""


@dataclass(frozen=True)
class Sent:
    """A webhook that left: for tests that ask what the helpline was told."""

    kind: str
    method: str
    url: str
    params: dict[str, str]
    headers: dict[str, str] = field(compare=False)
    answer: Answer


class Web:
    """The way to the helpline's webhooks."""

    def __init__(self, timeline: Timeline, deliver: Deliver, auth_token: str) -> None:
        self.auth_token = auth_token
        self.faults: Faults = WebhookFaults()
        self.troubles: list[Trouble] = []
        self.sent: list[Sent] = []
        self.static: dict[str, str] = {}
        """Documents that lie elsewhere: address → TwiML."""
        self._timeline = timeline
        self._deliver = deliver

    def ask(self, kind: str, where: Address, params: dict[str, str], then: Callable[[Answer], None]) -> None:
        """Ask for TwiML; ``then`` gets the first answer, those to repeats are thrown away."""
        hops = self.faults.hops(kind, waits_for_answer=True) or (Hop(),)
        self._send(kind, where, params, hops, then)

    def tell(self, kind: str, where: Address, params: dict[str, str]) -> None:
        """Tell of something that happened; nobody reads the answer, trouble goes into the list."""
        self._send(kind, where, params, self.faults.hops(kind, waits_for_answer=False), None)

    def trouble(self, code: int, url: str, sentence: str, sid: str = "") -> None:
        """Write down what went wrong."""
        self.troubles.append(Trouble(code, url, sentence, sid))

    def _send(
        self,
        kind: str,
        where: Address,
        params: dict[str, str],
        hops: tuple[Hop, ...],
        then: Callable[[Answer], None] | None,
    ) -> None:
        work = partial(self._request, kind, where, params, new_id())
        for place, hop in enumerate(hops):
            read = partial(self._answered, kind, where, params, then if place == 0 else None)
            self._timeline.after(hop.delay_seconds, read, work=work, order=hop.order)

    def _answered(
        self,
        kind: str,
        where: Address,
        params: dict[str, str],
        read: Callable[[Answer], None] | None,
        answer: Answer,
    ) -> None:
        if answer.trouble is not None:
            self.trouble(answer.trouble, where.url, f"{kind}: HTTP {answer.status}", params.get("CallSid", ""))
        if read is not None:
            read(answer)

    def _request(self, kind: str, where: Address, params: dict[str, str], token: str) -> Answer:
        url, sent_params = where.url, params
        if where.method == "GET":
            url, sent_params = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}", {}
        headers = self.headers(url, sent_params, token)
        answer = self._answer(where, url, sent_params, headers)
        self.sent.append(Sent(kind, where.method, url, params, headers, answer))
        return answer

    def _answer(self, where: Address, url: str, sent_params: dict[str, str], headers: dict[str, str]) -> Answer:
        if where.url in self.static:
            return Answer(200, "text/xml", self.static[where.url])
        began = time.monotonic()
        try:
            status, content_type, body = self._deliver(where.method, url, sent_params, headers)
        except OSError as trouble:
            return Answer(0, "", str(trouble), CONNECTION_FAILED)
        late = time.monotonic() - began > DEADLINE_SECONDS
        bad = late or status >= _FIRST_BAD_STATUS
        return Answer(status, content_type, body, RETRIEVAL_FAILED if bad else None)

    def headers(self, url: str, params: dict[str, str], token: str) -> dict[str, str]:
        """The headers of a webhook; ``url`` with its query, ``params`` of the body."""
        return {
            "X-Twilio-Signature": str(RequestValidator(self.auth_token).compute_signature(url, params)),
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
