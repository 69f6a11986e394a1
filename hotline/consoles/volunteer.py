"""The listener's pages: the desk, and one conversation with everything that is done in it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import browser_calls, forms, pictures, views
from hotline.consoles.doors import pages
from hotline.domain.errors import SecondPersonNeeded
from hotline.domain.ids import new_id
from hotline.flow import assess, converse, drafts, emergency, intervene, respond, screen
from hotline.flow.emergency import EmergencyCall
from hotline.interventions.drafts import Form
from hotline.web.house import helpline, house
from hotline.web.language import error_sentence
from hotline.web.session import current_person


def _to_contact(contact_id: str) -> Response:
    return redirect(url_for("staff.contact", contact_id=contact_id), 303)


@pages.get("/desk")
def desk() -> str:
    """The queue and one's conversations."""
    person = current_person()
    return render_template("consoles/desk.html", desk=views.desk(person), voice=browser_calls.on_this_page(person))


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
        marks={one["number"]: one for one in views.marks(current_person(), contact_id)},
        course=pictures.course(found["course"]),
        phrases=house().words.phrases(found["language"]),
        fresh_id=new_id(),
        voice=browser_calls.on_this_page(current_person()),
        choices=forms.choices(),
        draft_key=drafts.browser_key(helpline(), current_person(), contact_id) if "action" in found["may"] else "",
    )


@pages.get("/contacts/<contact_id>/fragment")
def contact_fragment(contact_id: str) -> str:
    """The right pane: level, evidence, what was done."""
    found = views.contact(current_person(), contact_id)
    return render_template(
        "consoles/_person.html", contact=found, choices=forms.choices(), course=pictures.course(found["course"])
    )


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
        erased_at=read["erased_at"],
    )


@pages.post("/contacts/<contact_id>/messages")
def send(contact_id: str) -> Response:
    """Write, without a script."""
    client_id = forms.client_id()
    text = request.form.get("text", "")
    if text.strip():
        converse.post_as_listener(helpline(), current_person(), contact_id, text=text, client_id=client_id)
    return _to_contact(contact_id)


@pages.post("/contacts/<contact_id>/level")
def level(contact_id: str) -> Response:
    """One's own judgement of the level."""
    chosen = forms.must(forms.level(), "level")
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
    with forms.kept(contact_id, Form.ACTION):
        intervene.record_action(helpline(), current_person(), contact_id, forms.done(request.form, note=True))
    return _to_contact(contact_id)


@pages.post("/contacts/<contact_id>/asked")
def asked(contact_id: str) -> Response:
    """Write whether the person was asked about suicide in plain words."""
    with forms.kept(contact_id, Form.ASKED):
        answer = forms.must(forms.asked(), "asked")
        intervene.record_asked(helpline(), current_person(), contact_id, answer, request.form.get("reason", ""))
    return _to_contact(contact_id)


@pages.post("/contacts/<contact_id>/screening")
def screening(contact_id: str) -> Response:
    """Write with one tap that a question was asked and what was answered (``question:answer``)."""
    screen.note_answer(helpline(), current_person(), contact_id, *forms.said())
    return _to_contact(contact_id)


@pages.post("/contacts/<contact_id>/dispatches")
def dispatch(contact_id: str) -> Response:
    """Record an emergency call."""
    form = request.form
    call = EmergencyCall(
        form.get("service", ""),
        form.get("basis", ""),
        form.get("disclosed", ""),
        form.get("note", ""),
        form.get("address") == "1",
    )
    with forms.kept(contact_id, Form.DISPATCH):
        emergency.dispatch(helpline(), current_person(), contact_id, call)
    return _to_contact(contact_id)


@pages.post("/dispatches/<dispatch_id>/called")
def called(dispatch_id: str) -> Response:
    """Record that a call two people signed has been made."""
    return _to_contact(emergency.record_call(helpline(), current_person(), dispatch_id))


@pages.post("/dispatches/<dispatch_id>/arrival")
def arrival(dispatch_id: str) -> Response:
    """Record whether help arrived."""
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
    return _to_contact(
        emergency.record_arrival(helpline(), current_person(), dispatch_id, outcome=outcome, note=note),
    )


@pages.post("/contacts/<contact_id>/wrap-up")
def wrap_up(contact_id: str) -> Response:
    """End the conversation; the closing form is still owed."""
    intervene.wrap_up(helpline(), current_person(), contact_id)
    return redirect(url_for("staff.contact", contact_id=contact_id) + "#closing", 303)


@pages.post("/contacts/<contact_id>/close")
def close(contact_id: str) -> Response:
    """Close with an outcome and what was done."""
    with forms.kept(contact_id, Form.CLOSING):
        intervene.close(helpline(), current_person(), contact_id, forms.closing())
    flash(gettext("Closed. Thank you."), "ok")
    return redirect(url_for("staff.desk"), 303)


@pages.post("/contacts/<contact_id>/release")
def release(contact_id: str) -> Response:
    """Give a contact back to the queue with its history."""
    with forms.kept(contact_id, Form.RELEASE):
        respond.release(helpline(), current_person(), contact_id, request.form.get("summary", ""))
    return redirect(url_for("staff.desk"), 303)
