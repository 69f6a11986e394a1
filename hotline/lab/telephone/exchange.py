"""Places calls, lets telephones ring, answers and ends legs, and tells the helpline of each step."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hotline.lab.telephone import parameters
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.states import Address, Call, Callback, Heard, Idle, Line, Plan

RING_BUFFER_SECONDS = 5.0
"""Twilio lets a telephone ring this much longer than the timeout it was given."""
SYNCHRONOUS_DETECTION_SECONDS = 4.0
"""How long Twilio listens before it says whether a person or a machine answered."""


@dataclass
class Order:
    """A call to be placed."""

    from_: str
    to: str
    on_answer: Callable[[Call], None]
    direction: str = "outbound-api"
    timeout_seconds: float = 60.0
    time_limit_seconds: float = 14_400.0
    callbacks: list[Callback] = field(default_factory=list)
    machine_detection: str = ""
    asynchronous: Address | None = None
    parent: Call | None = None
    fallback: Address | None = None


def place(office: Office, order: Order) -> Call:
    """Place a call; it rings as soon as the world goes on."""
    call = Call(office.sid("CA"), order.from_, order.to, order.direction, office.now())
    call.callbacks = order.callbacks
    call.machine_detection = order.machine_detection
    call.asynchronous = order.asynchronous
    call.fallback = order.fallback
    call.parent_sid = order.parent.sid if order.parent else None
    call.on_answer = lambda: order.on_answer(call)
    office.calls[call.sid] = call
    office.timeline.after(0, lambda _given: _ring(office, call, order))
    return call


def _ring(office: Office, call: Call, order: Order) -> None:
    if call.is_over:
        return
    told(office, call, "initiated")
    line = office.line(call.to)
    if line.plan.kind == "fail":
        end(office, call, "failed")
        return
    if line.plan.kind == "busy":
        office.timeline.after(line.plan.after, lambda _given: end(office, call, "busy"))
        return
    call.status = "ringing"
    told(office, call, "ringing")
    line.ringing.append(call)
    office.timeline.after(order.timeout_seconds + RING_BUFFER_SECONDS, lambda _given: _ring_no_more(office, call))
    office.timeline.after(order.time_limit_seconds, lambda _given: end(office, call, "completed"))
    if line.plan.kind in {"answer", "voicemail"}:
        plan = line.plan
        office.timeline.after(plan.after, lambda _given: pick_up(office, call, plan))


def _ring_no_more(office: Office, call: Call) -> None:
    if call.status == "ringing":
        end(office, call, "no-answer")


def pick_up(office: Office, call: Call, plan: Plan) -> None:
    """Somebody or something takes the call at the other end."""
    if call.status != "ringing":
        return
    line = office.line(call.to)
    line.ringing.remove(call)
    line.talking.append(call)
    answer(office, call)
    if call.machine_detection:
        _detect(office, call, plan)
    elif call.on_answer is not None:
        call.on_answer()
    if plan.press:
        office.timeline.after(1.0, lambda _given: _press_when_asked(office, call, plan.press, tries=60))


def _press_when_asked(office: Office, call: Call, keys: str, tries: int) -> None:
    """A listener who presses a key once the question has begun."""
    if call.is_over or tries == 0:
        return
    if isinstance(call.activity, Idle) or not call.heard:
        office.timeline.after(0.5, lambda _given: _press_when_asked(office, call, keys, tries - 1))
        return
    press(office, call, keys)


def press(office: Office, call: Call, keys: str) -> None:
    """The person on this leg presses keys."""
    for key in keys:
        call.said.append(Heard("pressed", key, office.now()))
        call.activity.key(key)


def say(office: Office, call: Call, text: str) -> None:
    """The person on this leg says something."""
    call.said.append(Heard("said", text, office.now()))
    call.activity.speech(text)


def _detect(office: Office, call: Call, plan: Plan) -> None:
    machine = plan.kind == "voicemail"
    to_the_end = call.machine_detection == "DetectMessageEnd"
    found = ("machine_end_beep" if to_the_end else "machine_start") if machine else "human"
    seconds = plan.greeting_seconds if machine and to_the_end else SYNCHRONOUS_DETECTION_SECONDS

    def known() -> None:
        if call.is_over:
            return
        call.answered_by = found
        if call.asynchronous is None:
            if call.on_answer is not None:
                call.on_answer()
            return
        params = parameters.of_call(office.account_sid, call)
        params["MachineDetectionDuration"] = str(round(seconds * 1000))
        office.web.tell("machine-detection", call.asynchronous, params)

    if call.asynchronous is not None and call.on_answer is not None:
        call.on_answer()
    office.timeline.after(seconds, lambda _given: known())


def answer(office: Office, call: Call) -> None:
    """The leg is connected from now on."""
    if call.started is not None or call.is_over:
        return
    call.status = "in-progress"
    call.started = call.updated = office.now()
    told(office, call, "answered")


def end(office: Office, call: Call, status: str) -> None:
    """The leg is over; a leg that was connected is always ``completed``."""
    if call.is_over:
        return
    call.status = "completed" if call.started is not None and status != "failed" else status
    call.ended = call.updated = office.now()
    _off_the_line(office.line(call.to), call)
    activity, call.activity = call.activity, Idle()
    activity.stop("hung_up")
    told(office, call, "completed")
    for act in call.on_end:
        act()


def _off_the_line(line: Line, call: Call) -> None:
    for legs in (line.ringing, line.talking):
        if call in legs:
            legs.remove(call)


def told(office: Office, call: Call, event: str) -> None:
    """Tell whoever asked for this event; the number counts every event, whether told or not."""
    for callback in call.callbacks:
        if event in callback.events:
            params = parameters.of_progress(office.account_sid, call, event, office.now())
            office.web.tell(f"call-{event}", callback.address, params)
    call.sequence += 1


def interrupt(call: Call) -> None:
    """Take the call away from what it is doing, to do something else."""
    activity, call.activity = call.activity, Idle()
    activity.stop("redirected")
