"""Pages for signing in, accepting an invitation, and one's own account."""

from typing import Any

import segno
from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from hotline.consoles.doors import pages
from hotline.domain.contact import Language, Role
from hotline.domain.errors import Conflict, InvalidInput, NotAuthenticated
from hotline.domain.records import Person
from hotline.flow import enrol, sign_in, wish
from hotline.flow.sign_in import Credentials, TotpNeeded
from hotline.web import voice_sdk
from hotline.web.circles import LISTENERS
from hotline.web.house import helpline
from hotline.web.language import error_sentence, negotiate
from hotline.web.limits import GUESSING, SIGNING_IN, exempt_when_testing, limiter, login_key, on_breach
from hotline.web.session import STAFF_COOKIE, current_person, current_session, give_cookie, remote_address


def home_of(person: Person) -> str:
    """The page a person starts from: a supervisor's board, a listener's desk, an administrator's people."""
    if Role.SUPERVISOR in person.roles or Role.AUDITOR in person.roles:
        return url_for("staff.board")
    if person.roles & LISTENERS:
        return url_for("staff.desk")
    return url_for("staff.people") if Role.ADMINISTRATOR in person.roles else url_for("staff.account")


@pages.get("/")
def home() -> Response:
    """Go to where this person starts from."""
    return redirect(home_of(current_person()), 303)


@pages.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@limiter.limit(SIGNING_IN, methods=["POST"], exempt_when=exempt_when_testing, on_breach=on_breach)
@limiter.limit(SIGNING_IN, methods=["POST"], key_func=login_key, exempt_when=exempt_when_testing, on_breach=on_breach)
def sign_in_page() -> Any:
    """Sign in."""
    if request.method == "GET":
        return render_template("consoles/sign_in.html", error=None, totp_needed=False, login="")
    login = request.form.get("login", "")
    given = Credentials(login, request.form.get("password", ""), request.form.get("totp") or None, remote_address())
    try:
        person, token = sign_in.sign_in(helpline(), given)
    except NotAuthenticated as error:
        needed = isinstance(error, TotpNeeded) or bool(given.totp)
        code = error.code if isinstance(error, TotpNeeded) else "sign_in"
        said = gettext("Login, password or code is wrong.") if code == "sign_in" else error_sentence(code)
        return render_template("consoles/sign_in.html", error=said, totp_needed=needed, login=login), 401
    enrol.works_in(helpline(), person, negotiate())
    session.clear()
    response = make_response(redirect(_next() or home_of(person), 303))
    give_cookie(response, STAFF_COOKIE, token)
    return response


def _next() -> str | None:
    """Where somebody wanted to go; only to pages of our own."""
    wanted = request.args.get("next", "")
    return wanted if wanted.startswith("/staff/") and "//" not in wanted and "\\" not in wanted else None


@pages.post("/sign-out")
def sign_out() -> Response:
    """Sign out; the session dies at once."""
    sign_in.sign_out(helpline(), current_person(), current_session())
    response = redirect(url_for("staff.sign_in"), 303)
    response.delete_cookie(STAFF_COOKIE)
    return response


@pages.route("/invite/<token>", methods=["GET", "POST"])
@limiter.limit(GUESSING, methods=["POST"], exempt_when=exempt_when_testing, on_breach=on_breach)
def accept_invite(token: str) -> Any:
    """Accept an invitation."""
    found = enrol.read_invite(helpline(), token)
    if request.method == "GET":
        return render_template("consoles/accept_invite.html", invite=found, error=None, given={})
    spoken = request.form.getlist("languages") or [language.value for language in Language]
    try:
        enrol.accept_invite(
            helpline(),
            token,
            login=request.form.get("login", ""),
            alias=request.form.get("alias", ""),
            password=request.form.get("password", ""),
            languages=sorted(spoken, key=lambda one: one != negotiate()),
        )
    except (InvalidInput, Conflict) as error:
        said = field_sentence(error)
        return render_template("consoles/accept_invite.html", invite=found, error=said, given=request.form), 400
    flash(gettext("Your account is ready. Please sign in."), "ok")
    return redirect(url_for("staff.sign_in"), 303)


def field_sentence(error: InvalidInput | Conflict) -> str:
    """What is wrong with a field, in the reader's language."""
    sentences = {
        "login": gettext("A login has 3 to 40 letters a-z, digits, dots, hyphens or underscores."),
        "alias": gettext("An alias has 1 to 40 characters without symbols."),
        "password": gettext("A password has at least 12 characters and is not easy to guess."),
        "current": gettext("The current password is wrong."),
        "code": gettext("This code does not fit. Please try the next one."),
        "phone": gettext("A number begins with + and the country code."),
        "languages": gettext("Choose at least one language."),
    }
    if isinstance(error, InvalidInput) and error.field in sentences:
        return str(sentences[error.field])
    if isinstance(error, Conflict):
        return str(gettext("This login is taken."))
    return error_sentence(error.code)


@pages.get("/account")
def account() -> str:
    """One's own account."""
    return _account()


def _account(*, totp: dict[str, Any] | None = None, error: str | None = None) -> str:
    person = current_person()
    return render_template(
        "consoles/account.html",
        sessions=sign_in.my_sessions(helpline(), person),
        current_session_id=current_session().id,
        totp=totp,
        error=error,
        browser_calls=voice_sdk.script() is not None,
        listening=wish.read_skills(helpline(), person) if person.roles & LISTENERS else None,
    )


@pages.post("/account/password")
def password() -> Any:
    """Another password."""
    try:
        sign_in.change_password(
            helpline(),
            current_person(),
            current_session(),
            current=request.form.get("current", ""),
            new=request.form.get("new", ""),
        )
    except InvalidInput as error:
        return _account(error=field_sentence(error)), 400
    flash(gettext("The password is changed. Every other session has ended."), "ok")
    return redirect(url_for("staff.account"), 303)


@pages.post("/account/phone")
def phone() -> Any:
    """The number for pages."""
    try:
        sign_in.set_phone(helpline(), current_person(), request.form.get("phone", ""))
    except InvalidInput as error:
        return _account(error=field_sentence(error)), 400
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.account"), 303)


@pages.post("/account/totp")
def totp_start() -> str:
    """Show the secret of a new second factor, once."""
    secret, address = sign_in.start_totp(helpline(), current_person())
    picture = segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff", border=2, omitsize=True)
    return _account(totp={"secret": secret, "otpauth_uri": address, "qr_svg": Markup(picture)})  # noqa: S704  # made by segno from our own address


@pages.post("/account/totp/confirm")
def totp_confirm() -> Any:
    """The first code."""
    try:
        sign_in.confirm_totp(helpline(), current_person(), request.form.get("code", ""))
    except InvalidInput as error:
        return _account(error=field_sentence(error)), 400
    flash(gettext("Signing in now takes a one-time code."), "ok")
    return redirect(url_for("staff.account"), 303)


@pages.post("/account/totp/remove")
def totp_remove() -> Any:
    """Sign in without a second factor again."""
    try:
        sign_in.remove_totp(helpline(), current_person(), request.form.get("password", ""))
    except InvalidInput:
        return _account(error=gettext("The current password is wrong.")), 400
    flash(gettext("Signing in takes the password only."), "ok")
    return redirect(url_for("staff.account"), 303)


@pages.post("/account/sessions/<session_id>/end")
def end_session(session_id: str) -> Response:
    """End one of one's sessions at once."""
    sign_in.end_sessions(helpline(), current_person(), current_person().id, only=session_id)
    return redirect(url_for("staff.account"), 303)
