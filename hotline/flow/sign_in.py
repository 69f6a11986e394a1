"""Signing in, sessions that die at once, a second factor, one's own account.

Without this room anybody who found a password would sit at the desk for ever.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import argon2
import phonenumbers
import pyotp

from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotAuthenticated
from hotline.domain.ids import new_id, new_token
from hotline.domain.records import Person, Session
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage.feed import DESK
from hotline.volunteers import policy
from hotline.volunteers import store as volunteers

SESSION_LASTS = timedelta(hours=12)
STEP_SECONDS = 30
LOOPBACK = ("127.0.0.1", "::1")
_HASHER = argon2.PasswordHasher()
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$F/TnsYKpJThJK30sk8jZdA$pUURBGGVptW+wOPKFNHhN/aarqWA5xpJ3mp/weF2nBE"
"""The hash of a forgotten random word: checked when the login is unknown, so that answering takes as long. Made anew it
would cost every program a sixth of a second at its start. ``tests/safety/test_passwords_are_dear.py`` keeps its cost
equal to ours; ``hash_password(secrets.token_hex(16))`` makes another."""


class TotpNeeded(NotAuthenticated):
    """The password was right and a one-time code is missing."""

    code = "totp_needed"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed at sign-in, and where from."""

    login: str
    password: str
    totp: str | None
    remote_address: str | None


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters."""
    return _HASHER.hash(password)


def scope_of(person: Person) -> str:
    """The name of a person's data key."""
    return f"person:{person.id}"


def sign_in(helpline: Helpline, given: Credentials) -> tuple[Person, str]:
    """A fresh session for right credentials; gives the person and the session's token.

    Raises ``NotAuthenticated`` (one sentence for every kind of wrong) or ``TotpNeeded``.
    """
    with helpline.database.read() as conn:
        person = volunteers.person_by_login(conn, given.login.strip().lower()[:64])
    _check_password(person, given)
    if person is None:
        raise NotAuthenticated("login or password is wrong")
    token = new_token()
    with UnitOfWork(helpline) as unit:
        if person.totp_secret is not None:
            _check_code(unit, person, person.totp_secret, given.totp)
        _open_session(unit, person, token)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="signed_in", person_id=person.id)
        unit.commit()
    return person, token


def _check_password(person: Person | None, given: Credentials) -> None:
    try:
        _HASHER.verify(_NOBODY if person is None else person.password_hash, given.password[:200])
    except argon2.exceptions.VerificationError:
        raise NotAuthenticated("login or password is wrong") from None
    if person is None or person.disabled_at is not None:
        raise NotAuthenticated("login or password is wrong")
    if person.demo and given.remote_address not in LOOPBACK:
        raise NotAuthenticated("demo people sign in from this machine only")


def _check_code(unit: UnitOfWork, person: Person, sealed: bytes, code: str | None) -> None:
    if not code:
        raise TotpNeeded("a one-time code is needed")
    step = matching_step(unit, person, sealed, code, column="totp_secret")
    if step is None or not volunteers.use_totp_step(unit.conn, person.id, step):
        raise NotAuthenticated("login or password is wrong")


def matching_step(unit: UnitOfWork, person: Person, sealed: bytes, code: str, *, column: str) -> int | None:
    """The 30 s step a code belongs to, one step early or late allowed; ``None`` when it belongs to none."""
    secret = unit.keys.unseal(unit.conn, scope_of(person), f"people.{column}.{person.id}", sealed)
    totp = pyotp.TOTP(secret)
    now = int(unit.now.timestamp()) // STEP_SECONDS
    digits = "".join(letter for letter in code if letter.isdigit())
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def _open_session(unit: UnitOfWork, person: Person, token: str) -> None:
    volunteers.add_session(
        unit.conn,
        {
            "id": new_id(),
            "token_hash": unit.keys.blind("session", token),
            "person_id": person.id,
            "created_at": unit.now,
            "seen_at": unit.now,
            "expires_at": unit.now + SESSION_LASTS,
        },
    )


def who_is(helpline: Helpline, token: str) -> tuple[Person, Session]:
    """Who speaks with this session token, read afresh each time; raises ``NotAuthenticated``."""
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        session = volunteers.session_by_hash(conn, helpline.keys.blind("session", token), now)
        if session is None:
            raise NotAuthenticated("please sign in")
        person = volunteers.get_person(conn, session.person_id)
    if person.disabled_at is not None:
        raise NotAuthenticated("please sign in")
    return person, session


def sign_out(helpline: Helpline, person: Person, session: Session) -> None:
    """End this session, its streams included."""
    _end(helpline, person, actor_id=person.id, only=session.id)


def end_sessions(helpline: Helpline, actor: Person, person_id: str, *, only: str | None = None) -> None:
    """End one or all sessions of a person at once; one's own, or anybody's as administrator."""
    if actor.id != person_id and Role.ADMINISTRATOR not in actor.roles:
        raise NotAllowed("only an administrator ends other people's sessions")
    with helpline.database.read() as conn:
        person = volunteers.get_person(conn, person_id)
    _end(helpline, person, actor_id=actor.id, only=only)


def _end(helpline: Helpline, person: Person, *, actor_id: str, only: str | None = None) -> None:
    with UnitOfWork(helpline) as unit:
        volunteers.end_sessions(unit.conn, person.id, unit.now, only=only)
        volunteers.note(unit.conn, unit.now, actor_id=actor_id, kind="session_ended", person_id=person.id)
        unit.tell(DESK, "session", person_id=person.id)
        unit.commit()


def my_sessions(helpline: Helpline, person: Person) -> list[Session]:
    """A person's live sessions, newest first."""
    with helpline.database.read() as conn:
        return volunteers.live_sessions(conn, person.id, helpline.clock.now())


def change_password(helpline: Helpline, person: Person, session: Session, *, current: str, new: str) -> None:
    """Another password; every other session of the person ends at once."""
    try:
        _HASHER.verify(person.password_hash, current[:200])
    except argon2.exceptions.VerificationError:
        raise InvalidInput("the current password is wrong", field="current") from None
    policy.check_password(new, login=person.login)
    with UnitOfWork(helpline) as unit:
        volunteers.update_person(unit.conn, person.id, password_hash=_HASHER.hash(new))
        volunteers.end_sessions(unit.conn, person.id, unit.now, keep=session.id)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="password_changed", person_id=person.id)
        unit.tell(DESK, "session", person_id=person.id)
        unit.commit()


def set_phone(helpline: Helpline, person: Person, number: str) -> None:
    """Leave (or with an empty string remove) the number for pages, in E.164 form; kept sealed."""
    sealed: bytes | None = None
    with UnitOfWork(helpline) as unit:
        if number.strip():
            try:
                parsed = phonenumbers.parse(number, None)
            except phonenumbers.NumberParseException:
                raise InvalidInput("a number begins with + and the country code", field="phone") from None
            if not phonenumbers.is_valid_number(parsed):
                raise InvalidInput("this number does not exist", field="phone")
            e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            sealed = unit.keys.seal(unit.conn, scope_of(person), f"people.phone.{person.id}", e164)
        volunteers.update_person(unit.conn, person.id, phone=sealed)
        unit.commit()


def start_totp(helpline: Helpline, person: Person) -> tuple[str, str]:
    """A new second factor that waits for its first code; gives the secret and its ``otpauth://`` address."""
    secret = pyotp.random_base32()
    with UnitOfWork(helpline) as unit:
        sealed = unit.keys.seal(unit.conn, scope_of(person), f"people.totp_pending.{person.id}", secret)
        volunteers.update_person(unit.conn, person.id, totp_pending=sealed)
        unit.commit()
    return secret, pyotp.TOTP(secret).provisioning_uri(name=person.login, issuer_name="hotline")


def confirm_totp(helpline: Helpline, person: Person, code: str) -> None:
    """The first code of a new second factor; from now on sign-in needs one. Raises ``InvalidInput``."""
    if person.totp_pending is None:
        raise Conflict("no second factor waits for a code")
    with UnitOfWork(helpline) as unit:
        step = matching_step(unit, person, person.totp_pending, code, column="totp_pending")
        if step is None:
            raise InvalidInput("this code does not fit", field="code")
        secret = unit.keys.unseal(unit.conn, scope_of(person), f"people.totp_pending.{person.id}", person.totp_pending)
        sealed = unit.keys.seal(unit.conn, scope_of(person), f"people.totp_secret.{person.id}", secret)
        volunteers.update_person(
            unit.conn,
            person.id,
            totp_secret=sealed,
            totp_pending=None,
            totp_last_step=step,
        )
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="totp_enrolled", person_id=person.id)
        unit.commit()


def remove_totp(helpline: Helpline, person: Person, password: str) -> None:
    """Sign in without a second factor again; takes the password."""
    try:
        _HASHER.verify(person.password_hash, password[:200])
    except argon2.exceptions.VerificationError:
        raise InvalidInput("the password is wrong", field="password") from None
    with UnitOfWork(helpline) as unit:
        volunteers.update_person(unit.conn, person.id, totp_secret=None, totp_pending=None)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="totp_removed", person_id=person.id)
        unit.commit()
