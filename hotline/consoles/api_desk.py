"""Everything a listener's and supervisor's page does with contacts, behind JSON."""

from typing import Any

from flask import Response, request

from hotline.consoles import views
from hotline.consoles.doors import api
from hotline.domain.contact import Author, Role
from hotline.flow import assess, converse, emergency, escalate, follow, intervene, respond, review, screen, sign_in
from hotline.web import quality_schemas, retention_schemas, streams
from hotline.web import schemas as seeker_schemas
from hotline.web import staff_schemas as schemas
from hotline.web.house import helpline
from hotline.web.session import STAFF_COOKIE, bearer, current_person


@api.post("/duty")
@api.input(schemas.Duty)
@api.output(schemas.Desk)
def set_duty(json_data: schemas.Duty) -> Any:
    """Go on or off duty."""
    respond.go(helpline(), current_person(), on_duty=json_data.on_duty)
    return views.desk(current_person())


@api.post("/duty/beat")
@api.output({}, status_code=204)
def beat() -> Any:
    """A sign of life, every 10 s while on duty; without it the contacts go back to the queue."""
    respond.beat(helpline(), current_person())
    return ""


@api.get("/desk")
@api.output(schemas.Desk)
def get_desk() -> Any:
    """The queue, one's own conversations and the alarms."""
    return views.desk(current_person())


@api.get("/desk/stream")
@api.doc(description="Server-Sent Events; add ?contact=<id> for conversations; reconnect with Last-Event-ID.")
def stream() -> Response:
    """Live updates of the desk, and of conversations one may read."""
    parts, person = helpline(), current_person()
    token = bearer() or request.cookies.get(STAFF_COOKIE, "")
    wanted = request.args.getlist("contact")[:20]
    topics = [follow.DESK, follow.person_topic(person.id)]
    for contact_id in wanted:
        views.open_contact(person, contact_id, purpose="live")
        topics += [follow.contact_topic(contact_id), follow.staff_topic(contact_id)]

    def still_allowed() -> None:
        review.check_may_look(parts, sign_in.who_is(parts, token)[0], wanted)

    return streams.stream(parts, topics, still_allowed)


@api.post("/queue/next")
@api.output(schemas.StaffContact)
def take_next() -> Any:
    """Take the first waiting contact one may serve. 404 ``nobody_waiting``, 409 ``off_duty`` or ``at_capacity``."""
    contact_id = respond.claim_next(helpline(), current_person())
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/claim")
@api.output(schemas.StaffContact)
def claim(contact_id: str) -> Any:
    """Take this contact. 409 ``already_claimed`` names who was first."""
    respond.claim(helpline(), current_person(), contact_id)
    return views.contact(current_person(), contact_id)


@api.get("/contacts/<contact_id>")
@api.output(schemas.StaffContact)
def get_contact(contact_id: str) -> Any:
    """Everything known about a contact; looking at somebody else's is logged with ``?purpose=``."""
    return views.contact(current_person(), contact_id, purpose=request.args.get("purpose", "desk")[:200])


@api.get("/contacts/<contact_id>/messages")
@api.output(seeker_schemas.Messages)
def get_messages(contact_id: str) -> Any:
    """Messages after ``?after=``, in order, at most 500 at once."""
    return views.messages(current_person(), contact_id, streams.after_number())


@api.get("/contacts/<contact_id>/log")
@api.output(retention_schemas.LogOut)
def get_log(contact_id: str) -> Any:
    """What was done, and whether the chain holds."""
    return views.log(current_person(), contact_id)


@api.post("/contacts/<contact_id>/messages")
@api.input(seeker_schemas.NewMessage)
@api.output(seeker_schemas.MessageOut, status_code=201)
def post_message(contact_id: str, json_data: seeker_schemas.NewMessage) -> Any:
    """Write to the seeker. 201 for a new message, 200 for one that was sent before."""
    person = current_person()
    message, is_new = converse.post_as_listener(
        helpline(),
        person,
        contact_id,
        text=json_data.text,
        client_id=json_data.client_message_id,
    )
    return seeker_schemas.said(message, alias=person.alias), 201 if is_new else 200


@api.post("/contacts/<contact_id>/typing")
@api.output({}, status_code=204)
def typing(contact_id: str) -> Any:
    """Say that one is writing; it may be lost."""
    contact = views.open_contact(current_person(), contact_id)
    if contact.owner_id == current_person().id:
        converse.typing(helpline(), contact, Author.LISTENER)
    return ""


@api.post("/contacts/<contact_id>/level")
@api.input(schemas.LevelChange)
@api.output(schemas.StaffContact)
def set_level(contact_id: str, json_data: schemas.LevelChange) -> Any:
    """One's own judgement. Lowering an urgent level answers 409 ``second_person_needed`` and waits for the second."""
    assess.set_level(helpline(), current_person(), contact_id, json_data.level, json_data.reason)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/level/countersign")
@api.input(schemas.Agreement)
@api.output(schemas.StaffContact)
def countersign_level(contact_id: str, json_data: schemas.Agreement) -> Any:
    """The second person's word on a wish to lower."""
    assess.countersign(helpline(), current_person(), contact_id, agree=json_data.agree)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/actions")
@api.input(schemas.NewAction)
@api.output(schemas.StaffContact)
def add_action(contact_id: str, json_data: schemas.NewAction) -> Any:
    """Write what was done and how far it came."""
    done = intervene.Done(json_data.kind, json_data.state, json_data.note)
    intervene.record_action(helpline(), current_person(), contact_id, done)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/asked")
@api.input(quality_schemas.Asked)
@api.output(schemas.StaffContact)
def set_asked(contact_id: str, json_data: quality_schemas.Asked) -> Any:
    """Write whether the person was asked about suicide in plain words."""
    intervene.record_asked(helpline(), current_person(), contact_id, json_data.asked, json_data.reason)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/screening")
@api.input(quality_schemas.Screening)
@api.output(schemas.StaffContact)
def note_answer(contact_id: str, json_data: quality_schemas.Screening) -> Any:
    """Write that a question of the screener was asked and what was answered; ``not_yet`` takes an answer back."""
    screen.note_answer(helpline(), current_person(), contact_id, json_data.question, json_data.answer)
    return views.contact(current_person(), contact_id)


@api.get("/contacts/<contact_id>/marks")
@api.output(quality_schemas.MarksOut)
def get_marks(contact_id: str) -> Any:
    """The phrases and features behind the level, in the reader's language, message by message."""
    return {"messages": views.marks(current_person(), contact_id)}


@api.post("/contacts/<contact_id>/review-level")
@api.input(schemas.LevelChange)
@api.output(schemas.StaffContact)
def review_level(contact_id: str, json_data: schemas.LevelChange) -> Any:
    """A supervisor's judgement of a closed contact; it measures the triage and changes nothing else."""
    review.judge_afterwards(helpline(), current_person(), contact_id, json_data.level, json_data.reason)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/dispatches")
@api.input(schemas.NewDispatch)
@api.output(schemas.StaffContact, status_code=201)
def add_dispatch(contact_id: str, json_data: schemas.NewDispatch) -> Any:
    """Record an emergency call: at once when an act is in progress, else it waits for the second signature."""
    call = emergency.EmergencyCall(
        json_data.service, json_data.basis, json_data.disclosed, json_data.note, json_data.address
    )
    emergency.dispatch(helpline(), current_person(), contact_id, call)
    return views.contact(current_person(), contact_id)


@api.post("/dispatches/<dispatch_id>/countersign")
@api.input(schemas.Agreement)
@api.output(schemas.StaffContact)
def countersign_dispatch(dispatch_id: str, json_data: schemas.Agreement) -> Any:
    """A supervisor's signature under an emergency call."""
    contact_id = emergency.countersign(helpline(), current_person(), dispatch_id, agree=json_data.agree)
    return views.contact(current_person(), contact_id)


@api.post("/dispatches/<dispatch_id>/called")
@api.output(schemas.StaffContact)
def record_call(dispatch_id: str) -> Any:
    """Record that a call two people signed has been made."""
    contact_id = emergency.record_call(helpline(), current_person(), dispatch_id)
    return views.contact(current_person(), contact_id)


@api.post("/dispatches/<dispatch_id>/arrival")
@api.input(schemas.Arrival)
@api.output(schemas.StaffContact)
def record_arrival(dispatch_id: str, json_data: schemas.Arrival) -> Any:
    """Record whether help arrived."""
    contact_id = emergency.record_arrival(
        helpline(),
        current_person(),
        dispatch_id,
        outcome=json_data.outcome,
        note=json_data.note,
    )
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/wrap-up")
@api.output(schemas.StaffContact)
def wrap_up(contact_id: str) -> Any:
    """End the conversation; the closing form is still owed."""
    intervene.wrap_up(helpline(), current_person(), contact_id)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/close")
@api.input(schemas.Closing)
@api.output(schemas.StaffContact)
def close(contact_id: str, json_data: schemas.Closing) -> Any:
    """Close with an outcome and what was done."""
    form = intervene.ClosingForm(
        outcome=json_data.outcome,
        summary=json_data.summary,
        next_step=json_data.next_step,
        asked=json_data.asked,
        level=json_data.level,
        heavy=tuple(json_data.heavy),
        actions=tuple(intervene.Done(one.kind, one.state, one.note) for one in json_data.actions),
    )
    intervene.close(helpline(), current_person(), contact_id, form)
    return views.contact(current_person(), contact_id)


@api.post("/contacts/<contact_id>/release")
@api.output({}, status_code=204)
def release(contact_id: str) -> Any:
    """Give a contact back to the queue with its history."""
    respond.release(helpline(), current_person(), contact_id)
    return ""


@api.get("/board")
@api.output(schemas.Board)
def get_board() -> Any:
    """Who waits against which target, who is on duty, urgent contacts, alarms, pages."""
    return views.board(supervises=Role.SUPERVISOR in current_person().roles)


@api.post("/alarms/<alarm_id>/acknowledge")
@api.output({}, status_code=204)
def acknowledge(alarm_id: str) -> Any:
    """Take an alarm."""
    escalate.acknowledge(helpline(), current_person(), alarm_id)
    return ""
