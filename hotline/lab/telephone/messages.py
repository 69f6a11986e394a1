"""Texts in both directions: what becomes of them, who opted out, and what the helpline is told."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

from hotline.lab.telephone import documents, parameters
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.states import Address, OwnNumber, Text
from hotline.lab.telephone.web import Answer

FATES = {
    "deliver": ("sent", "delivered"),
    "read": ("sent", "delivered", "read"),
    "undeliver": ("sent", "undelivered"),
    "fail": ("failed",),
    "hang": ("sent",),
}
"""What may become of a text → the statuses it goes through after queued."""
UNREACHABLE = 30003
OPT_OUT_REPLIES = {
    "STOP": "You have been unsubscribed. Reply START to resubscribe.",
    "START": "You have been resubscribed.",
    "HELP": "Reply STOP to unsubscribe.",
}


@dataclass
class TextOrder:
    """A text to be sent."""

    to: str
    body: str
    from_: str | None = None
    service_sid: str | None = None
    media: tuple[str, ...] = ()
    callback: Address | None = None
    direction: str = "outbound-api"


def send(office: Office, order: TextOrder) -> Text:
    """Send a text; it goes its way as soon as the world goes on."""
    text = Text(office.sid("SM"), order.from_, order.to, order.body, order.direction, office.now())
    text.service_sid, text.media, text.callback = order.service_sid, order.media, order.callback
    if text.from_ is None:
        text.status = "accepted"
        text.from_ = next((one.number for one in office.numbers.values() if one.service_sid == text.service_sid), None)
    office.texts[text.sid] = text
    fates = office.line(_bare(order.to)).fates
    fate, code = (fates.pop(0) if len(fates) > 1 else fates[0]) if fates else ("deliver", None)
    if fate == "opt_out":
        office.opted_out.add((_bare(order.to), _bare(order.service_sid or text.from_ or "")))
        fate, code = "undeliver", 21610
    for status in ("queued", *FATES[fate]):
        reason = code if status in {"undelivered", "failed"} else None
        office.timeline.after(0, partial(_becomes, office, text, status, reason))
    return text


def _becomes(office: Office, text: Text, status: str, code: int | None, _given: None) -> None:
    text.status = status
    text.updated = office.now()
    text.error_code = code or (UNREACHABLE if status in {"undelivered", "failed"} else None)
    if status == "sent":
        text.sent = office.now()
    if text.callback is not None:
        params = parameters.of_text_status(office.account_sid, text, status, office.now())
        office.web.tell(f"message-{status}", text.callback, params)


def arrive(office: Office, number: OwnNumber, text: Text, profile: str = "") -> None:
    """A person's text reaches our number: opt-outs are noted first, then the helpline is asked."""
    office.texts[text.sid] = text
    text.service_sid = number.service_sid
    opt_out = _opt_out(office, text)
    if number.sms is None:
        return
    _ask(office, number, text, number.sms, parameters.of_text("", text, profile=profile, opt_out=opt_out))


def _ask(office: Office, number: OwnNumber, text: Text, where: Address, more: dict[str, str] | None = None) -> None:
    params = parameters.of_text(office.account_sid, text)
    params |= {name: value for name, value in (more or {}).items() if name != "AccountSid"}
    office.web.ask("message", where, params, lambda answer: _answered(office, number, text, where, answer))


def _opt_out(office: Office, text: Text) -> str:
    """What Advanced Opt-Out makes of a text: STOP, START, HELP or nothing; it answers by itself."""
    word = text.body.strip().lower()
    pair = (_bare(text.from_ or ""), _bare(text.service_sid or text.to))
    rules = office.rules
    kind = ""
    if word in rules.stop_words:
        kind = "STOP"
    elif word in rules.start_words:
        office.opted_out.discard(pair)
        kind = "START"
    elif word in rules.help_words:
        kind = "HELP"
    if kind:
        reply = TextOrder(text.from_ or "", OPT_OUT_REPLIES[kind], text.to, direction="outbound-reply")
        send(office, reply)
    if kind == "STOP":
        office.opted_out.add(pair)
    return kind


def is_opted_out(office: Office, to: str, sender: str) -> bool:
    """Whether this person does not want texts from this sender (a number or a messaging service)."""
    return (_bare(to), _bare(sender)) in office.opted_out


def _answered(office: Office, number: OwnNumber, text: Text, where: Address, answer: Answer) -> None:
    """Carry out the helpline's answer; an empty one says nothing."""
    if answer.trouble is None and not answer.body.strip():
        return
    try:
        root = documents.from_answer(answer, "message")
    except documents.BadDocument as bad:
        _fall_back(office, number, text, where, bad)
        return
    for verb in root:
        if verb.tag == "Message":
            body = verb.find("Body")
            words = "".join((verb if body is None else body).itertext()).strip()
            send(office, TextOrder(text.from_ or "", words, text.to, direction="outbound-reply"))
        elif verb.tag == "Redirect":
            target = urljoin(where.url, (verb.text or "").strip())
            _ask(office, number, text, Address(target, verb.get("method", "POST")))
            return


def _fall_back(office: Office, number: OwnNumber, text: Text, where: Address, bad: documents.BadDocument) -> None:
    if bad.code not in {11200, 11205}:  # those were written down where they happened
        office.web.trouble(bad.code, where.url, str(bad), text.sid)
    fallback = number.sms_fallback
    if fallback is not None and where != fallback:
        more = {"ErrorCode": str(bad.code), "ErrorUrl": where.url}
        _ask(office, number, text, fallback, more)


def _bare(number: str) -> str:
    return number.removeprefix("whatsapp:")
