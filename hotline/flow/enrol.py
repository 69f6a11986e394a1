"""Who belongs to the helpline: invitations, roles, training stages, and the invented people of a demo."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.domain.contact import Language, Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id, new_token
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.sign_in import hash_password
from hotline.flow.unit import UnitOfWork
from hotline.routing.policy import Stage
from hotline.storage.feed import DESK
from hotline.volunteers import policy
from hotline.volunteers import store as volunteers
from hotline.volunteers.store import Invite

INVITE_LASTS = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What an account is made of."""

    login: str
    alias: str
    password: str
    roles: tuple[Role, ...]
    languages: tuple[Language, ...]
    stage: Stage = Stage.SOLO
    demo: bool = False


def invite(helpline: Helpline, actor_id: str, *, roles: Iterable[str], login: str = "", alias: str = "") -> str:
    """Invite somebody; gives the token of the link, which works once within 72 h."""
    checked = policy.check_roles(roles)
    proposed = policy.clean_login(login) if login.strip() else None
    token = new_token()
    with UnitOfWork(helpline) as unit:
        values = {
            "id": new_id(),
            "token_hash": unit.keys.blind("invite", token),
            "roles": [role.value for role in checked],
            "login": proposed,
            "alias": policy.clean_alias(alias) if alias.strip() else None,
            "invited_by": actor_id,
            "created_at": unit.now,
            "expires_at": unit.now + INVITE_LASTS,
        }
        volunteers.add_invite(unit.conn, values)
        volunteers.note(unit.conn, unit.now, actor_id=actor_id, kind="invited", roles=values["roles"])
        unit.commit()
    return token


def open_invites(helpline: Helpline) -> list[Invite]:
    """Invitations that can still be accepted."""
    with helpline.database.read() as conn:
        return volunteers.open_invites(conn, helpline.clock.now())


def read_invite(helpline: Helpline, token: str) -> Invite:
    """The open invitation of a link; raises ``NotFound`` when used, expired or unknown."""
    with helpline.database.read() as conn:
        found = volunteers.invite_by_hash(conn, helpline.keys.blind("invite", token), helpline.clock.now(), use=False)
    if found is None:
        raise NotFound("this invitation was used or has expired")
    return found


def accept_invite(
    helpline: Helpline, token: str, *, login: str, alias: str, password: str, languages: Iterable[str]
) -> Person:
    """Make the account an invitation promises; raises ``NotFound``, ``InvalidInput`` or ``Conflict`` (login taken)."""
    name = policy.clean_login(login)
    shown, spoken = policy.clean_alias(alias), policy.check_languages(languages)
    policy.check_password(password, login=name)
    with UnitOfWork(helpline) as unit:
        if volunteers.person_by_login(unit.conn, name) is not None:
            raise Conflict("this login is taken")
        found = volunteers.invite_by_hash(unit.conn, unit.keys.blind("invite", token), unit.now, use=True)
        if found is None:
            raise NotFound("this invitation was used or has expired")
        roles = tuple(Role(role) for role in found.roles)
        stage = Stage.TRAINEE if set(roles) == {Role.VOLUNTEER} else Stage.SOLO
        person = _add(unit, NewPerson(name, shown, password, roles, tuple(spoken), stage))
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="joined", person_id=person.id)
        unit.commit()
    return person


def _add(unit: UnitOfWork, new: NewPerson) -> Person:
    person_id = new_id()
    unit.keys.new_scope(unit.conn, f"person:{person_id}", unit.now)
    return volunteers.add_person(
        unit.conn,
        {
            "id": person_id,
            "login": new.login,
            "alias": new.alias,
            "roles": [role.value for role in new.roles],
            "stage": new.stage,
            "languages": [language.value for language in new.languages],
            "password_hash": hash_password(new.password),
            "demo": new.demo,
            "created_at": unit.now,
        },
    )


def works_in(helpline: Helpline, person: Person, language: Language) -> None:
    """The language somebody reads these pages in comes first: alarms, reminders and calls to them speak it."""
    if language not in person.languages or person.languages[0] == language:
        return
    with UnitOfWork(helpline) as unit:
        others = [one for one in person.languages if one != language]
        volunteers.update_person(unit.conn, person.id, languages=[language.value, *others])
        unit.commit()


def list_people(helpline: Helpline) -> list[Person]:
    """Everybody, by login."""
    with helpline.database.read() as conn:
        return list(volunteers.get_people(conn).values())


def change_roles(helpline: Helpline, actor: Person, person_id: str, roles: Iterable[str], stage: str | None) -> None:
    """Give other roles, and perhaps another training stage; the last administrator keeps that role."""
    checked = policy.check_roles(roles)
    values: dict[str, Any] = {"roles": [role.value for role in checked]}
    if stage is not None:
        values["stage"] = _stage(stage)
    with UnitOfWork(helpline) as unit:
        if Role.ADMINISTRATOR not in checked:
            _keep_an_administrator(unit, person_id)
        volunteers.update_person(unit.conn, person_id, **values)
        volunteers.note(unit.conn, unit.now, actor_id=actor.id, kind="roles_changed", person_id=person_id, **values)
        unit.tell(DESK, "session", person_id=person_id)
        unit.commit()


def _stage(stage: str) -> Stage:
    try:
        return Stage(stage)
    except ValueError:
        raise InvalidInput("unknown stage", field="stage") from None


def _keep_an_administrator(unit: UnitOfWork, leaving_id: str) -> None:
    others = [
        person
        for person in volunteers.get_people(unit.conn).values()
        if Role.ADMINISTRATOR in person.roles and person.id != leaving_id and person.disabled_at is None
    ]
    if not others:
        raise Conflict("the last administrator stays")


def disable(helpline: Helpline, actor: Person, person_id: str) -> None:
    """Refuse sign-in from now on and end all sessions at once."""
    with UnitOfWork(helpline) as unit:
        _keep_an_administrator(unit, person_id)
        volunteers.update_person(unit.conn, person_id, disabled_at=unit.now)
        volunteers.end_sessions(unit.conn, person_id, unit.now)
        volunteers.note(unit.conn, unit.now, actor_id=actor.id, kind="disabled", person_id=person_id)
        unit.tell(DESK, "session", person_id=person_id)
        unit.commit()


DEMO_PEOPLE = (
    ("demo-volunteer", "Lin", (Role.VOLUNTEER,), Stage.SOLO),
    ("demo-crisis", "Mei", (Role.VOLUNTEER,), Stage.CRISIS_TRAINED),
    ("demo-clinician", "Dr Chen", (Role.CLINICIAN,), Stage.CRISIS_TRAINED),
    ("demo-supervisor", "Wong", (Role.SUPERVISOR,), Stage.CRISIS_TRAINED),
    ("demo-admin", "Ho", (Role.ADMINISTRATOR,), Stage.SOLO),
    ("demo-auditor", "Tan", (Role.AUDITOR,), Stage.SOLO),
)


def ensure_demo_people(helpline: Helpline) -> list[tuple[str, str, list[str]]]:
    """Invented people for a demo: (login, random password, roles) of those made now; empty when they exist."""
    if not helpline.demo:
        raise NotAllowed("demo people are made only by a demo")
    made = []
    for login, alias, roles, stage in DEMO_PEOPLE:
        password = secrets.token_urlsafe(12)
        with UnitOfWork(helpline) as unit:
            if volunteers.person_by_login(unit.conn, login) is not None:
                continue
            _add(unit, NewPerson(login, alias, password, roles, tuple(Language), stage, demo=True))
            unit.commit()
        made.append((login, password, [role.value for role in roles]))
    return made
