"""The listener's pages: the desk, and one conversation with everything that is done in it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import views
from hotline.consoles.doors import pages
from hotline.contacts.policy import check_client_message_id
from hotline.domain.contact import ActionKind, ActionState, AskedDirectly, Level, Outcome
from hotline.domain.errors import InvalidInput, SecondPersonNeeded
from hotline.domain.ids import new_id
from hotline.flow import assess, converse, intervene, respond
from hotline.flow.intervene import ClosingForm, Done, EmergencyCall
from hotline.web.house import helpline, house
from hotline.web.language import error_sentence
from hotline.web.session import current_person


def _to_contact(contact_id: str) -> Response:
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.get("/desk")
def desk() -> str:
    """The queue and one's conversations."""
    return render_template("consoles/desk.html", desk=views.desk(current_person()))


@pages.get("/desk/fragment")
def desk_fragment() -> str:
    """The part of the desk that changes."""
    return render_template("consoles/_desk.html", desk=views.desk(current_person()))


@pages.post("/duty")
def duty() -> Response:
    """Go on or off duty."""
    respond.go(helpline(), current_person(), on_duty=request.form.get("on_duty") == "1")
    return redirect(url_for("staff.desk"), 303)


@pages.post("/next")
def next_contact() -> Response:
    """Take the next contact."""
    try:
        return _to_contact(respond.claim_next(helpline(), current_person()))
    except respond.NobodyWaiting as error:
        flash(error_sentence(error.code), "ok")
        return redirect(url_for("staff.desk"), 303)


@pages.post("/contacts/<contact_id>/claim")
def claim(contact_id: str) -> Response:
    """Take this contact; whoever was slower is told kindly."""
    respond.claim(helpline(), current_person(), contact_id)
    return _to_contact(contact_id)


@pages.get("/contacts/<contact_id>")
def contact(contact_id: str) -> str:
    """One conversation."""
    found = views.contact(current_person(), contact_id, purpose=request.args.get("purpose", "desk")[:200])
    return render_template(
        "consoles/contact.html",
        contact=found,
        messages=views.messages(current_person(), contact_id, 0)["messages"],
        phrases=house().words.phrases(found["language"]),
        fresh_id=new_id(),
        choices=_choices(),
    )


def _choices() -> dict[str, list[str]]:
    return {
        "levels": [level.value for level in reversed(Level)],
        "kinds": [kind.value for kind in ActionKind],
        "states": [state.value for state in ActionState],
        "outcomes": [outcome.value for outcome in Outcome],
        "asked": [asked.value for asked in AskedDirectly],
        "services": sorted(intervene.SERVICES),
        "bases": sorted(intervene.BASES),
        "arrivals": sorted(intervene.ARRIVALS),
    }


@pages.get("/contacts/<contact_id>/fragment")
def contact_fragment(contact_id: str) -> str:
    """The right pane: level, evidence, what was done."""
    found = views.contact(current_person(), contact_id)
    return render_template("consoles/_person.html", contact=found, choices=_choices())


@pages.get("/contacts/<contact_id>/log")
def log(contact_id: str) -> str:
    """What was done, and whether the chain holds."""
    read = views.log(current_person(), contact_id)
    return render_template(
        "consoles/log.html",
        contact=views.contact(current_person(), contact_id, purpose="log"),
        entries=read["entries"],
        verified=read["verified"],
        fault=read["fault"],
    )


@pages.post("/contacts/<contact_id>/messages")
def send(contact_id: str) -> Response:
    """Write, without a script."""
    try:
        client_id = check_client_message_id(request.form.get("client_message_id"))
    except InvalidInput:
        client_id = new_id()
    text = request.form.get("text", "")
    if text.strip():
        converse.post_as_listener(helpline(), current_person(), contact_id, text=text, client_id=client_id)
    return _to_contact(contact_id)


@pages.post("/contacts/<contact_id>/level")
def level(contact_id: str) -> Response:
    """One's own judgement of the level."""
    try:
        chosen = Level(request.form.get("level", ""))
    except ValueError:
        raise InvalidInput("unknown level", field="level") from None
    try:
        assess.set_level(helpline(), current_person(), contact_id, chosen, request.form.get("reason", ""))
    except SecondPersonNeeded as error:
        flash(error_sentence(error.code), "warn")
    return _to_contact(contact_id)


@pages.post("/contacts/<contact_id>/level/countersign")
def countersign_level(contact_id: str) -> Response:
    """The second person's word on a wish to lower."""
    assess.countersign(helpline(), current_person(), contact_id, agree=request.form.get("agree") == "1")
    return _to_contact(contact_id)


@pages.post("/contacts/<contact_id>/actions")
def action(contact_id: str) -> Response:
    """Write what was done and how far it came."""
    intervene.record_action(helpline(), current_person(), contact_id, _done(request.form, note=True))
    return _to_contact(contact_id)


def _done(form: dict[str, str], *, note: bool) -> Done:
    try:
        kind, state = ActionKind(form.get("kind", "")), ActionState(form.get("state", ""))
    except ValueError:
        raise InvalidInput("unknown action", field="kind") from None
    return Done(kind, state, form.get("note", "") if note else "")


@pages.post("/contacts/<contact_id>/asked")
def asked(contact_id: str) -> Response:
    """Write whether the person was asked about suicide in plain words."""
    answer = _asked()
    if answer is None:
        raise InvalidInput("choose an answer", field="asked")
    intervene.record_asked(helpline(), current_person(), contact_id, answer, request.form.get("reason", ""))
    return _to_contact(contact_id)


def _asked() -> AskedDirectly | None:
    try:
        return AskedDirectly(request.form.get("asked", ""))
    except ValueError:
        return None


@pages.post("/contacts/<contact_id>/dispatches")
def dispatch(contact_id: str) -> Response:
    """Record an emergency call."""
    form = request.form
    emergency = EmergencyCall(
        form.get("service", ""),
        form.get("basis", ""),
        form.get("disclosed", ""),
        form.get("note", ""),
    )
    intervene.dispatch(helpline(), current_person(), contact_id, emergency)
    return _to_contact(contact_id)


@pages.post("/dispatches/<dispatch_id>/called")
def called(dispatch_id: str) -> Response:
    """Record that a call two people signed has been made."""
    return _to_contact(intervene.record_call(helpline(), current_person(), dispatch_id))


@pages.post("/dispatches/<dispatch_id>/arrival")
def arrival(dispatch_id: str) -> Response:
    """Record whether help arrived."""
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
    return _to_contact(
        intervene.record_arrival(helpline(), current_person(), dispatch_id, outcome=outcome, note=note),
    )


@pages.post("/contacts/<contact_id>/wrap-up")
def wrap_up(contact_id: str) -> Response:
    """End the conversation; the closing form is still owed."""
    intervene.wrap_up(helpline(), current_person(), contact_id)
    return redirect(url_for("staff.contact", contact_id=contact_id) + "#closing", 303)


@pages.post("/contacts/<contact_id>/close")
def close(contact_id: str) -> Response:
    """Close with an outcome and what was done."""
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        raise InvalidInput("choose an outcome", field="outcome") from None
    form = ClosingForm(
        outcome=outcome,
        summary=request.form.get("summary", ""),
        next_step=request.form.get("next_step", ""),
        asked=_asked(),
        actions=tuple(
            _done({"kind": kind.value, "state": state}, note=False)
            for kind in ActionKind
            if (state := request.form.get(f"action_{kind.value}", ""))
        ),
    )
    intervene.close(helpline(), current_person(), contact_id, form)
    flash(gettext("Closed. Thank you."), "ok")
    return redirect(url_for("staff.desk"), 303)


@pages.post("/contacts/<contact_id>/release")
def release(contact_id: str) -> Response:
    """Give a contact back to the queue with its history."""
    respond.release(helpline(), current_person(), contact_id)
    return redirect(url_for("staff.desk"), 303)
