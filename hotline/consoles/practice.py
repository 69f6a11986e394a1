"""The pages of practice: the conversation's own page with an invented person in it, and the feedback at the end."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.consoles import forms, views
from hotline.consoles.doors import pages
from hotline.domain.ids import new_id
from hotline.flow import practise
from hotline.web.house import helpline, house
from hotline.web.language import negotiate
from hotline.web.session import current_person


def _to_practice(contact_id: str) -> Response:
    return redirect(url_for("staff.practice_contact", contact_id=contact_id), 303)


@pages.get("/practice")
def practice() -> str:
    """What may be practised, and what one has practised."""
    return render_template("consoles/practice.html", practices=views.practices(current_person()))


@pages.post("/practice")
def start_practice() -> Response:
    """Begin an exercise."""
    scenario = request.form.get("scenario", "")
    return _to_practice(practise.start(helpline(), current_person(), scenario, negotiate()))


@pages.get("/practices/<contact_id>")
def practice_contact(contact_id: str) -> str | Response:
    """The conversation's page, marked as practice; the feedback once it is over."""
    found = views.practice(current_person(), contact_id)
    if found["state"] == "closed":
        return redirect(url_for("staff.practice_feedback", contact_id=contact_id), 303)
    return render_template(
        "consoles/contact.html",
        contact=found,
        messages=views.practice_messages(current_person(), contact_id)["messages"],
        marks={},
        course=None,
        phrases=house().words.phrases(found["language"]),
        fresh_id=new_id(),
        **_as_practice(),
    )


def _as_practice() -> dict[str, object]:
    """What makes the conversation's templates a practice: where its forms go, and whether somebody real asks."""
    return {
        "doors": "staff.practice_",
        "practice": True,
        "pane": "consoles/_practice.html",
        "real": views.somebody_real(current_person()),
        "choices": forms.choices(),
    }


@pages.get("/practices/<contact_id>/fragment")
def practice_contact_fragment(contact_id: str) -> str:
    """The right pane."""
    found = views.practice(current_person(), contact_id)
    return render_template("consoles/_practice.html", contact=found, course=None, **_as_practice())


@pages.post("/practices/<contact_id>/messages")
def practice_send(contact_id: str) -> Response:
    """Write, without a script."""
    text = request.form.get("text", "")
    if text.strip():
        practise.write(helpline(), current_person(), contact_id, text=text, client_id=forms.client_id())
    return _to_practice(contact_id)


@pages.post("/practices/<contact_id>/level")
def practice_level(contact_id: str) -> Response:
    """One's own judgement of the level."""
    practise.set_level(helpline(), current_person(), contact_id, forms.must(forms.level(), "level"))
    return _to_practice(contact_id)


@pages.post("/practices/<contact_id>/actions")
def practice_action(contact_id: str) -> Response:
    """Write what one would have done."""
    practise.record_action(helpline(), current_person(), contact_id, forms.done(request.form, note=True))
    return _to_practice(contact_id)


@pages.post("/practices/<contact_id>/asked")
def practice_asked(contact_id: str) -> Response:
    """Write whether it was asked about suicide in plain words."""
    practise.record_asked(helpline(), current_person(), contact_id, forms.must(forms.asked(), "asked"))
    return _to_practice(contact_id)


@pages.post("/practices/<contact_id>/screening")
def practice_screening(contact_id: str) -> Response:
    """Write with one tap that a question was asked and what was answered."""
    practise.note_answer(helpline(), current_person(), contact_id, *forms.said())
    return _to_practice(contact_id)


@pages.post("/practices/<contact_id>/wrap-up")
def practice_wrap_up(contact_id: str) -> Response:
    """End the conversation; the closing form comes next."""
    practise.wrap_up(helpline(), current_person(), contact_id)
    return _to_practice(contact_id)


@pages.post("/practices/<contact_id>/close")
def practice_close(contact_id: str) -> Response:
    """End the exercise and read the feedback."""
    practise.close(helpline(), current_person(), contact_id, forms.closing())
    return redirect(url_for("staff.practice_feedback", contact_id=contact_id), 303)


@pages.post("/practices/<contact_id>/break-off")
def practice_break_off(contact_id: str) -> Response:
    """Leave the exercise without a form and without feedback."""
    practise.break_off(helpline(), current_person(), contact_id)
    return redirect(url_for("staff.practice"), 303)


@pages.get("/practices/<contact_id>/feedback")
def practice_feedback(contact_id: str) -> str:
    """What the exercise held, what was done and what was missed."""
    return render_template(
        "consoles/practice_feedback.html", found=views.practice_feedback(current_person(), contact_id)
    )
