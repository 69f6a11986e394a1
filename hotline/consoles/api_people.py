"""Accounts, invitations and one's own sign-in, behind JSON."""

from typing import Any

from flask import make_response

from hotline.consoles import views
from hotline.consoles.doors import api
from hotline.flow import enrol, sign_in
from hotline.flow.sign_in import Credentials
from hotline.web import staff_schemas as schemas
from hotline.web.house import helpline, house
from hotline.web.limits import GUESSING, SIGNING_IN, exempt_when_testing, limiter, login_key, on_breach
from hotline.web.session import STAFF_COOKIE, current_person, current_session, give_cookie, remote_address


@api.post("/session")
@limiter.limit(SIGNING_IN, exempt_when=exempt_when_testing, on_breach=on_breach)
@limiter.limit(SIGNING_IN, key_func=login_key, exempt_when=exempt_when_testing, on_breach=on_breach)
@api.input(schemas.SignIn)
@api.output(schemas.SignedIn)
def start_session(json_data: schemas.SignIn) -> Any:
    """Sign in; 401 ``totp_needed`` asks for a one-time code. The token speaks for the session."""
    given = Credentials(json_data.login, json_data.password, json_data.totp, remote_address())
    person, token = sign_in.sign_in(helpline(), given)
    answer = schemas.SignedIn(person=views.person_out(person), token=token)  # type: ignore[arg-type]
    response = make_response(answer.model_dump(mode="json"))
    give_cookie(response, STAFF_COOKIE, token)
    return response


@api.delete("/session")
@api.output({}, status_code=204)
def sign_out() -> Any:
    """Sign out; the session's streams end within two seconds."""
    sign_in.sign_out(helpline(), current_person(), current_session())
    response = make_response("", 204)
    response.delete_cookie(STAFF_COOKIE)
    return response


@api.get("/session")
@api.output(schemas.Whoami)
def whoami() -> Any:
    """Who is signed in."""
    return {"person": views.person_out(current_person())}


@api.post("/account/password")
@api.input(schemas.PasswordChange)
@api.output({}, status_code=204)
def change_password(json_data: schemas.PasswordChange) -> Any:
    """Another password; every other session ends at once."""
    sign_in.change_password(
        helpline(),
        current_person(),
        current_session(),
        current=json_data.current,
        new=json_data.new,
    )
    return ""


@api.post("/account/phone")
@api.input(schemas.Phone)
@api.output({}, status_code=204)
def set_phone(json_data: schemas.Phone) -> Any:
    """The number for pages, kept sealed; empty removes it."""
    sign_in.set_phone(helpline(), current_person(), json_data.phone)
    return ""


@api.post("/account/totp")
@api.output(schemas.TotpStart, status_code=201)
def start_totp() -> Any:
    """Begin a second factor; it counts once its first code was confirmed."""
    secret, address = sign_in.start_totp(helpline(), current_person())
    return {"secret": secret, "otpauth_uri": address}


@api.post("/account/totp/confirm")
@api.input(schemas.Code)
@api.output({}, status_code=204)
def confirm_totp(json_data: schemas.Code) -> Any:
    """The first code of a new second factor."""
    sign_in.confirm_totp(helpline(), current_person(), json_data.code)
    return ""


@api.post("/account/totp/remove")
@api.input(schemas.Password)
@api.output({}, status_code=204)
def remove_totp(json_data: schemas.Password) -> Any:
    """Sign in without a second factor again."""
    sign_in.remove_totp(helpline(), current_person(), json_data.password)
    return ""


@api.get("/account/sessions")
def list_sessions() -> Any:
    """One's live sessions, newest first."""
    mine = current_session().id
    return {
        "sessions": [
            {"session_id": one.id, "created_at": one.created_at.isoformat(), "current": one.id == mine}
            for one in sign_in.my_sessions(helpline(), current_person())
        ],
    }


@api.delete("/account/sessions/<session_id>")
@api.output({}, status_code=204)
def end_session(session_id: str) -> Any:
    """End one of one's sessions at once."""
    sign_in.end_sessions(helpline(), current_person(), current_person().id, only=session_id)
    return ""


@api.get("/people")
def list_people() -> Any:
    """Everybody."""
    return {"people": [views.person_out(person) for person in enrol.list_people(helpline())]}


@api.post("/invites")
@api.input(schemas.NewInvite)
@api.output(schemas.InviteLink, status_code=201)
def create_invite(json_data: schemas.NewInvite) -> Any:
    """Invite somebody; the link works once within 72 h and is shown once."""
    token = enrol.invite(
        helpline(),
        current_person().id,
        roles=json_data.roles,
        login=json_data.login,
        alias=json_data.alias,
    )
    return {"invite_url": invite_url(token), "token": token}


def invite_url(token: str) -> str:
    """The address of an invitation."""
    return f"{house().settings.public_url.rstrip('/')}/staff/invite/{token}"


@api.get("/invites")
def list_invites() -> Any:
    """Invitations that can still be accepted."""
    return {
        "invites": [
            {
                "invite_id": one.id,
                "roles": list(one.roles),
                "login": one.login,
                "expires_at": one.expires_at.isoformat(),
            }
            for one in enrol.open_invites(helpline())
        ],
    }


@api.post("/invites/accept")
@limiter.limit(GUESSING, exempt_when=exempt_when_testing, on_breach=on_breach)
@api.input(schemas.AcceptInvite)
@api.output(schemas.PersonOut, status_code=201)
def accept_invite(json_data: schemas.AcceptInvite) -> Any:
    """Make the account an invitation promises."""
    person = enrol.accept_invite(
        helpline(),
        json_data.token,
        login=json_data.login,
        alias=json_data.alias,
        password=json_data.password,
        languages=json_data.languages,
    )
    return views.person_out(person)


@api.post("/people/<person_id>/roles")
@api.input(schemas.Roles)
@api.output({}, status_code=204)
def set_roles(person_id: str, json_data: schemas.Roles) -> Any:
    """Give other roles, and perhaps another training stage."""
    enrol.change_roles(helpline(), current_person(), person_id, json_data.roles, json_data.stage)
    return ""


@api.post("/people/<person_id>/disable")
@api.output({}, status_code=204)
def disable(person_id: str) -> Any:
    """Refuse sign-in from now on and end all sessions at once."""
    enrol.disable(helpline(), current_person(), person_id)
    return ""


@api.post("/people/<person_id>/sessions/revoke")
@api.output({}, status_code=204)
def revoke_sessions(person_id: str) -> Any:
    """End all sessions of a person at once, streams included."""
    sign_in.end_sessions(helpline(), current_person(), person_id)
    return ""
