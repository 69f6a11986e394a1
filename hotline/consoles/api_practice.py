"""Practice behind JSON: the same exercise as at the page."""

from typing import Any

from hotline.consoles import views
from hotline.consoles.doors import api
from hotline.flow import practise
from hotline.flow.intervene import ClosingForm, Done
from hotline.web import practice_schemas as schemas
from hotline.web import quality_schemas, staff_schemas
from hotline.web import schemas as seeker_schemas
from hotline.web.house import helpline
from hotline.web.language import negotiate
from hotline.web.session import current_person


@api.get("/practices")
@api.output(schemas.Practices)
def list_practices() -> Any:
    """What may be practised, the exercise that goes on, and those that are over."""
    return views.practices(current_person())


@api.post("/practices")
@api.input(schemas.NewPractice)
@api.output(schemas.PracticeMade, status_code=201)
def begin_practice(json_data: schemas.NewPractice) -> Any:
    """Begin an exercise. 409 while one is open, or ``practice_waits`` while one is with somebody real."""
    language = json_data.language or negotiate()
    return {"practice_id": practise.start(helpline(), current_person(), json_data.scenario, language)}


@api.get("/practices/<practice_id>")
@api.output(staff_schemas.StaffContact)
def get_practice(practice_id: str) -> Any:
    """The exercise in the shape of a contact."""
    return views.practice(current_person(), practice_id)


@api.get("/practices/<practice_id>/messages")
@api.output(schemas.PracticeMessages)
def get_practice_messages(practice_id: str) -> Any:
    """Everything said so far; ask again every second or two."""
    return views.practice_messages(current_person(), practice_id)


@api.post("/practices/<practice_id>/messages")
@api.input(seeker_schemas.NewMessage)
@api.output(seeker_schemas.MessageOut, status_code=201)
def post_practice_message(practice_id: str, json_data: seeker_schemas.NewMessage) -> Any:
    """Write to the invented person. 201 for a new message, 200 for one that was sent before."""
    person = current_person()
    given = {"text": json_data.text, "client_id": json_data.client_message_id}
    message, is_new = practise.write(helpline(), person, practice_id, **given)
    return seeker_schemas.said(message, alias=person.alias), 201 if is_new else 200


@api.post("/practices/<practice_id>/level")
@api.input(staff_schemas.LevelChange)
@api.output(staff_schemas.StaffContact)
def set_practice_level(practice_id: str, json_data: staff_schemas.LevelChange) -> Any:
    """One's own judgement; in practice it stands alone."""
    practise.set_level(helpline(), current_person(), practice_id, json_data.level)
    return views.practice(current_person(), practice_id)


@api.post("/practices/<practice_id>/actions")
@api.input(staff_schemas.NewAction)
@api.output(staff_schemas.StaffContact)
def add_practice_action(practice_id: str, json_data: staff_schemas.NewAction) -> Any:
    """Write what one would have done; nobody is called."""
    done = Done(json_data.kind, json_data.state, json_data.note)
    practise.record_action(helpline(), current_person(), practice_id, done)
    return views.practice(current_person(), practice_id)


@api.post("/practices/<practice_id>/asked")
@api.input(quality_schemas.Asked)
@api.output(staff_schemas.StaffContact)
def set_practice_asked(practice_id: str, json_data: quality_schemas.Asked) -> Any:
    """Write whether it was asked about suicide in plain words."""
    practise.record_asked(helpline(), current_person(), practice_id, json_data.asked)
    return views.practice(current_person(), practice_id)


@api.post("/practices/<practice_id>/screening")
@api.input(quality_schemas.Screening)
@api.output(staff_schemas.StaffContact)
def note_practice_answer(practice_id: str, json_data: quality_schemas.Screening) -> Any:
    """Write that a question was asked and what was answered; ``not_yet`` takes an answer back."""
    practise.note_answer(helpline(), current_person(), practice_id, json_data.question, json_data.answer)
    return views.practice(current_person(), practice_id)


@api.post("/practices/<practice_id>/break-off")
@api.output({}, status_code=204)
def break_off_practice(practice_id: str) -> Any:
    """Leave the exercise; nothing of it is kept."""
    practise.break_off(helpline(), current_person(), practice_id)
    return ""


@api.post("/practices/<practice_id>/wrap-up")
@api.output(staff_schemas.StaffContact)
def wrap_up_practice(practice_id: str) -> Any:
    """End the conversation; the closing form comes next."""
    practise.wrap_up(helpline(), current_person(), practice_id)
    return views.practice(current_person(), practice_id)


@api.post("/practices/<practice_id>/close")
@api.input(staff_schemas.Closing)
@api.output(schemas.PracticeFeedback)
def close_practice(practice_id: str, json_data: staff_schemas.Closing) -> Any:
    """End the exercise; gives the feedback."""
    form = ClosingForm(
        outcome=json_data.outcome,
        summary=json_data.summary,
        next_step=json_data.next_step,
        asked=json_data.asked,
        level=json_data.level,
        actions=tuple(Done(one.kind, one.state, one.note) for one in json_data.actions),
    )
    practise.close(helpline(), current_person(), practice_id, form)
    return views.practice_feedback(current_person(), practice_id)


@api.get("/practices/<practice_id>/feedback")
@api.output(schemas.PracticeFeedback)
def get_practice_feedback(practice_id: str) -> Any:
    """What the exercise held, what was done and what was missed. 409 while it goes on."""
    return views.practice_feedback(current_person(), practice_id)
