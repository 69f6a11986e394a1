"""What a person sees when something cannot be done: one clear sentence, what to do now, and the emergency numbers."""

from typing import Any
from urllib.parse import urlsplit

from apiflask import HTTPError as APIHTTPError
from flask import Flask, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from hotline.domain.errors import AlreadyClaimed, HotlineError, InvalidInput, Refused, TooMany
from hotline.telemetry import get_logger
from hotline.web.language import error_sentence
from hotline.web.session import STAFF_COOKIE

_log = get_logger(__name__)
_HTTP_CODES = {
    400: "refused",
    404: "not_found",
    405: "not_found",
    413: "too_large",
    429: "too_many",
    503: "unavailable",
}
_RETRY_SECONDS = "5"


def init(app: Flask) -> None:
    """Translate every error at the edge."""
    app.register_error_handler(HotlineError, on_our_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_surprise)


def on_our_error(error: HotlineError) -> Any:
    """An error of our tree, in its own words."""
    values = {"by": error.by} if isinstance(error, AlreadyClaimed) else {}
    field = error.field if isinstance(error, InvalidInput) else ""
    if not isinstance(error, Refused):
        _log.error("request failed", code=error.code, endpoint=request.endpoint, exc_info=error)
    answer = _answer(error.status, error.code, field=field, **values)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def on_http_error(error: HTTPException) -> Any:
    """An error of the framework: not found, too large, too many."""
    status = error.code or 500
    if status < 400:  # noqa: PLR2004  # a redirect raised as an exception
        return error
    return _answer(status, _HTTP_CODES.get(status, "internal" if status >= 500 else "refused"))  # noqa: PLR2004


def on_api_error(error: APIHTTPError) -> Any:
    """A body that does not fit its schema: named by its first field, in the same shape as every other error."""
    found = (error.detail or {}).get("json", {})
    field = next(iter(found), "") if isinstance(found, dict) else ""
    code = "invalid_input" if error.status_code in {400, 422} else _HTTP_CODES.get(error.status_code, "refused")
    body = {"error": {"code": code, "message": error_sentence(code), "field": str(field)}}
    return body, 400 if error.status_code == 422 else error.status_code, {}  # noqa: PLR2004


def on_surprise(error: Exception) -> Any:
    """Anything else: logged without words or parameters, answered calmly."""
    _log.error("request failed", endpoint=request.endpoint, exc_info=error)
    return _answer(500, "internal")


def _answer(status: int, code: str, *, field: str = "", **values: str) -> Response:
    sentence = error_sentence(code, **values)
    if request.path.startswith("/api/"):
        body = {"error": {"code": code, "message": sentence, "field": field, **values}}
        response = make_response(body, status)
    elif code == "not_authenticated":
        response = _to_the_door()
    elif request.path.startswith("/staff") and request.method == "POST" and status < 500:  # noqa: PLR2004
        flash(sentence, "error")
        response = make_response(redirect(_back(), 303))
    else:
        page = render_template("web/error.html", status=status, message=sentence, code=code)
        response = make_response(page, status)
    if status == 503:  # noqa: PLR2004
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _to_the_door() -> Response:
    if request.path.startswith("/staff"):
        response = make_response(
            redirect(url_for("staff.sign_in", next=request.path if request.method == "GET" else _back()), 303)
        )
        response.delete_cookie(STAFF_COOKIE)
        return response
    return make_response(redirect(url_for("seeker.home"), 303))


def _back() -> str:
    """The page the form stood on, if it was one of ours."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and came_from.path.startswith("/staff"):
        return came_from.path
    return url_for("staff.home")
