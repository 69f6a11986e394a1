"""Every allowed step of a contact and who watches each open state; a step not written here loses nobody by surprise.

``advance`` is the only way a state moves. Repeats and late arrivals are in the table: a step that has already happened
leads to the same state again instead of failing, where a repeated request must be harmless.
"""

from enum import StrEnum

from hotline.domain.contact import State
from hotline.domain.errors import IllegalStep


class Step(StrEnum):
    """What may happen to a contact."""

    ASSESS = "assess"
    QUEUE = "queue"
    OFFER = "offer"
    DECLINE = "decline"
    CLAIM = "claim"
    RETURN_TO_QUEUE = "return_to_queue"
    WRAP_UP = "wrap_up"
    RESUME = "resume"
    CLOSE = "close"
    GIVE_UP = "give_up"
    ASK_CALLBACK = "ask_callback"
    CALL_BACK = "call_back"
    REFER = "refer"


STEPS: dict[tuple[State, Step], State] = {
    (State.RECEIVED, Step.ASSESS): State.ASSESSED,
    (State.ASSESSED, Step.ASSESS): State.ASSESSED,
    (State.ASSESSED, Step.QUEUE): State.WAITING,
    (State.RECEIVED, Step.QUEUE): State.WAITING,
    (State.RECEIVED, Step.GIVE_UP): State.ABANDONED,
    (State.ASSESSED, Step.GIVE_UP): State.ABANDONED,
    (State.ASSESSED, Step.REFER): State.REFERRED,
    (State.WAITING, Step.QUEUE): State.WAITING,
    (State.WAITING, Step.OFFER): State.OFFERED,
    (State.WAITING, Step.CLAIM): State.IN_CONVERSATION,
    (State.WAITING, Step.GIVE_UP): State.ABANDONED,
    (State.WAITING, Step.REFER): State.REFERRED,
    (State.OFFERED, Step.CLAIM): State.IN_CONVERSATION,
    (State.OFFERED, Step.DECLINE): State.WAITING,
    (State.OFFERED, Step.GIVE_UP): State.ABANDONED,
    (State.IN_CONVERSATION, Step.RETURN_TO_QUEUE): State.WAITING,
    (State.IN_CONVERSATION, Step.ASK_CALLBACK): State.CALLBACK_DUE,
    (State.IN_CONVERSATION, Step.WRAP_UP): State.WRAPPING_UP,
    (State.IN_CONVERSATION, Step.CLOSE): State.CLOSED,
    (State.WRAPPING_UP, Step.WRAP_UP): State.WRAPPING_UP,
    (State.WRAPPING_UP, Step.RESUME): State.IN_CONVERSATION,
    (State.WRAPPING_UP, Step.RETURN_TO_QUEUE): State.WAITING,
    (State.WRAPPING_UP, Step.CLOSE): State.CLOSED,
    (State.CALLBACK_DUE, Step.CALL_BACK): State.WAITING,
    (State.CALLBACK_DUE, Step.RESUME): State.WAITING,
    (State.CALLBACK_DUE, Step.GIVE_UP): State.ABANDONED,
    (State.CALLBACK_DUE, Step.CLOSE): State.CLOSED,
    (State.REFERRED, Step.RESUME): State.WAITING,
    (State.REFERRED, Step.CLOSE): State.CLOSED,
    (State.ABANDONED, Step.RESUME): State.WAITING,
    (State.ABANDONED, Step.CLOSE): State.CLOSED,
}
"""(state, step) → next state; everything absent is refused."""

FIRST_STATE = State.RECEIVED
FINAL_STATES = frozenset({State.CLOSED})

WATCHED_BY: dict[State, str] = {
    State.RECEIVED: "sweep.assess_forgotten",
    State.ASSESSED: "sweep.assess_forgotten",
    State.WAITING: "escalate.wait_timers",
    State.OFFERED: "escalate.wait_timers",
    State.IN_CONVERSATION: "sweep.vanished_listeners",
    State.WRAPPING_UP: "sweep.forgotten_ends",
    State.CALLBACK_DUE: "sweep.callbacks",
    State.REFERRED: "sweep.forgotten_ends",
    State.ABANDONED: "sweep.forgotten_ends",
}
"""Who notices when a contact stands still in an open state."""


def advance(state: State, step: Step) -> State:
    """The state after ``step``; raises ``IllegalStep`` when the table does not allow it."""
    try:
        return STEPS[state, step]
    except KeyError:
        raise IllegalStep(f"{step} is not possible while the contact is {state}") from None
