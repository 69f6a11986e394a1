"""Reads the forms of a conversation's page; two readers of one form would come to understand it differently."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TypeVar

from flask import request

from hotline.contacts.policy import check_client_message_id
from hotline.domain.contact import ActionKind, ActionState, AskedDirectly, Level, Outcome
from hotline.domain.errors import InvalidInput, Refused
from hotline.domain.ids import new_id
from hotline.flow import drafts, emergency
from hotline.flow.intervene import ClosingForm, Done
from hotline.interventions.drafts import Form
from hotline.triage.screening import Answer, Question
from hotline.volunteers.wellbeing import Heavy
from hotline.web.house import helpline
from hotline.web.session import current_person

Found = TypeVar("Found")
NO_WORDS = frozenset({"csrf_token", "base"})
"""Fields of a form that nobody typed."""


def choices() -> dict[str, list[str]]:
    """What the page's lists hold."""
    return {
        "levels": [level.value for level in reversed(Level)],
        "kinds": [kind.value for kind in ActionKind],
        "states": [state.value for state in ActionState],
        "outcomes": [outcome.value for outcome in Outcome],
        "asked": [asked.value for asked in AskedDirectly],
        "services": sorted(emergency.SERVICES),
        "bases": sorted(emergency.BASES),
        "arrivals": sorted(emergency.ARRIVALS),
    }


@contextmanager
def kept(contact_id: str, form: Form) -> Iterator[None]:
    """Whatever is refused inside, the words of the form stay as its draft and stand in it again on the next page."""
    try:
        yield
    except Refused:
        named = {name: ",".join(request.form.getlist(name)) for name in request.form if name not in NO_WORDS}
        with suppress(Refused):
            drafts.keep(helpline(), current_person(), contact_id, form, named)
        raise


def must(found: Found | None, field: str) -> Found:
    """A choice that must be made; raises ``InvalidInput``."""
    if found is None:
        raise InvalidInput("choose an answer", field=field)
    return found


def client_id() -> str:
    """The page's own id of a message; a fresh one where it is missing."""
    try:
        return check_client_message_id(request.form.get("client_message_id"))
    except InvalidInput:
        return new_id()


def done(form: Mapping[str, str], *, note: bool) -> Done:
    """One action and how far it came."""
    try:
        kind, state = ActionKind(form.get("kind", "")), ActionState(form.get("state", ""))
    except ValueError:
        raise InvalidInput("unknown action", field="kind") from None
    return Done(kind, state, form.get("note", "") if note else "")


def asked() -> AskedDirectly | None:
    """What the person chose about asking directly."""
    try:
        return AskedDirectly(request.form.get("asked", ""))
    except ValueError:
        return None


def level() -> Level | None:
    """The level the person chose."""
    try:
        return Level(request.form.get("level", ""))
    except ValueError:
        return None


def said() -> tuple[Question, Answer]:
    """A question of the screener and its answer, as one button sends them (``question:answer``)."""
    question, _, answer = request.form.get("said", "").partition(":")
    try:
        return Question(question), Answer(answer)
    except ValueError:
        raise InvalidInput("unknown question or answer", field="said") from None


def closing() -> ClosingForm:
    """The closing form."""
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        raise InvalidInput("choose an outcome", field="outcome") from None
    return ClosingForm(
        outcome=outcome,
        summary=request.form.get("summary", ""),
        next_step=request.form.get("next_step", ""),
        asked=asked(),
        level=level(),
        heavy=tuple(one for one in Heavy if one.value in request.form.getlist("heavy")),
        actions=tuple(
            done({"kind": kind.value, "state": state}, note=False)
            for kind in ActionKind
            if (state := request.form.get(f"action_{kind.value}", ""))
        ),
    )
