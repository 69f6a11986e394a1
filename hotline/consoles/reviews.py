"""The doors of reviewing: the queue of what must be read again, one review beside its transcript, and the feedback."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hotline.consoles import forms, pictures, views
from hotline.consoles.doors import api, pages
from hotline.domain.contact import Level
from hotline.domain.errors import InvalidInput, Refused
from hotline.flow import case_review
from hotline.flow.case_review import Appraisal
from hotline.interventions.rubric import Item
from hotline.reports import review_view
from hotline.web import review_schemas as schemas
from hotline.web.house import helpline, reader
from hotline.web.language import error_sentence
from hotline.web.page import words
from hotline.web.session import current_person

LOOKED_AT_FOR = "review"
"""The purpose under which a reviewer's look is logged."""


def _queue() -> dict[str, Any]:
    parts = helpline()
    with parts.database.read() as conn:
        return review_view.queue(reader(conn), parts.review, current_person())


def _one(review_id: str) -> dict[str, Any]:
    parts = helpline()
    found = case_review.find(parts, review_id)
    with parts.database.read() as conn:
        return review_view.one(reader(conn), parts.review, current_person(), found)


def _feedback() -> list[dict[str, Any]]:
    parts = helpline()
    with parts.database.read() as conn:
        return review_view.feedback(reader(conn), parts.review, current_person())


@pages.get("/reviews")
def reviews() -> str:
    """What must be read again, and by when."""
    return render_template("consoles/reviews.html", reviews=_queue(), percent=pictures.percent)


@pages.get("/reviews/fragment")
def reviews_fragment() -> str:
    """The part of the page that changes."""
    return render_template("consoles/_reviews.html", reviews=_queue(), percent=pictures.percent)


@pages.get("/reviews/<review_id>")
def review_page(review_id: str) -> str:
    """The transcript beside the rubric, with what the triage said and what was done."""
    return _page(review_id, {})


def _page(review_id: str, typed: dict[str, str], trouble: Refused | None = None) -> str:
    found, person = _one(review_id), current_person()
    contact_id = found["contact_id"]
    contact = views.contact(person, contact_id, purpose=LOOKED_AT_FOR)
    return render_template(
        "consoles/review.html",
        review=found,
        contact=contact,
        messages=views.messages(person, contact_id, 0)["messages"],
        marks={one["number"]: one for one in views.marks(person, contact_id)},
        course=pictures.course([one for one in contact["course"] if one["how"] != "review"]),
        entries=views.log(person, contact_id)["entries"],
        levels=[level.value for level in reversed(Level)],
        typed=typed,
        trouble=None if trouble is None else _told(trouble),
        percent=pictures.percent,
    )


def _told(trouble: Refused) -> str:
    return words("error_rating") if isinstance(trouble, InvalidInput) else error_sentence(trouble.code)


def _to(review_id: str) -> Response:
    return redirect(url_for("staff.review_page", review_id=review_id), 303)


@pages.post("/reviews/<review_id>/claim")
def claim_review(review_id: str) -> Response:
    """Take a review to read it."""
    case_review.claim(helpline(), current_person(), review_id)
    return _to(review_id)


@pages.post("/reviews/<review_id>/release")
def release_review(review_id: str) -> Response:
    """Give it back unread."""
    case_review.release(helpline(), current_person(), review_id)
    return redirect(url_for("staff.reviews"), 303)


@pages.post("/reviews/<review_id>/rate")
def rate_review(review_id: str) -> Response | tuple[str, int]:
    """Give the points; a form that does not do comes back as it was typed."""
    try:
        second = case_review.rate(helpline(), current_person(), review_id, _typed())
    except Refused as trouble:
        return _page(review_id, dict(request.form), trouble), trouble.status
    flash(gettext("Rated. A second person reads it now.") if second else gettext("Rated."), "ok")
    return _to(review_id)


def _typed() -> Appraisal:
    given = {item: request.form.get(f"item_{item.value}", "") for item in Item}
    return Appraisal(
        scores={item: int(points) for item, points in given.items() if points.isascii() and points.isdigit()},
        praise=request.form.get("praise", ""),
        advice=request.form.get("advice", ""),
        level=forms.level(),
    )


@pages.post("/reviews/<review_id>/sign")
def sign_review(review_id: str) -> Response:
    """Sign off; the words go to the listener."""
    case_review.sign(helpline(), current_person(), review_id)
    flash(gettext("Signed. The listener can read it."), "ok")
    return redirect(url_for("staff.reviews"), 303)


@pages.get("/feedback")
def feedback() -> str:
    """What reviewers wrote about one's own conversations."""
    return render_template("consoles/feedback.html", feedback=_feedback(), percent=pictures.percent)


@pages.post("/feedback/<review_id>/read")
def feedback_read(review_id: str) -> Response:
    """Put it away."""
    case_review.read_feedback(helpline(), current_person(), review_id)
    return redirect(url_for("staff.feedback"), 303)


@api.get("/reviews")
@api.output(schemas.Reviews)
def get_reviews() -> Any:
    """What must be read again, the soonest due first."""
    return _queue()


@api.get("/reviews/<review_id>")
@api.output(schemas.ReviewOut)
def get_review(review_id: str) -> Any:
    """One review; a second rater does not see the first one's points."""
    return _one(review_id)


@api.post("/reviews/<review_id>/claim")
@api.output(schemas.ReviewOut)
def api_claim_review(review_id: str) -> Any:
    """Take a review. 409 ``already_claimed`` names who reads it."""
    case_review.claim(helpline(), current_person(), review_id)
    return _one(review_id)


@api.post("/reviews/<review_id>/release")
@api.output(schemas.ReviewOut)
def api_release_review(review_id: str) -> Any:
    """Give a review back unread."""
    case_review.release(helpline(), current_person(), review_id)
    return _one(review_id)


@api.post("/reviews/<review_id>/rate")
@api.input(schemas.NewRating)
@api.output(schemas.ReviewOut)
def api_rate_review(review_id: str, json_data: schemas.NewRating) -> Any:
    """Give the points, 0 to ``points`` for each item that applies."""
    given = Appraisal(json_data.scores, json_data.praise, json_data.advice, json_data.level)
    case_review.rate(helpline(), current_person(), review_id, given)
    return _one(review_id)


@api.post("/reviews/<review_id>/sign")
@api.output(schemas.ReviewOut)
def api_sign_review(review_id: str) -> Any:
    """Sign a rated review off. 409 while a rating is missing or the contact is open."""
    case_review.sign(helpline(), current_person(), review_id)
    return _one(review_id)


@api.get("/feedback")
@api.output(schemas.Feedback)
def get_feedback() -> Any:
    """What reviewers wrote about one's own conversations."""
    return {"feedback": _feedback()}


@api.post("/feedback/<review_id>/read")
@api.output({}, status_code=204)
def api_feedback_read(review_id: str) -> Any:
    """Put a feedback away."""
    case_review.read_feedback(helpline(), current_person(), review_id)
    return ""
