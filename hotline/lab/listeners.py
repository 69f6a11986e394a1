"""Makes the people who answer in a rehearsal, and sees them off afterwards; demo people are too few."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from hotline.domain.contact import Language, Role
from hotline.domain.errors import HotlineError
from hotline.flow import enrol, sign_in
from hotline.flow.helpline import Helpline
from hotline.flow.sign_in import Credentials
from hotline.lab.api import Api, ApiTrouble

ROLES = (Role.CLINICIAN, Role.SUPERVISOR)
"""Clinicians may serve every lane, and a supervisor takes a chosen contact by hand: its script is theirs to play."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody on duty in a rehearsal."""

    person_id: str
    alias: str
    api: Api


class Source(Protocol):
    """Where listeners come from."""

    def make(self, base_url: str, number: int) -> Listener:
        """A fresh listener who is signed in."""
        ...

    def remove(self, listener: Listener) -> None:
        """Let the account be of no use any more."""
        ...


class FromDataFolder:
    """Makes accounts beside the server, in the database its data folder names; the server must be on this machine."""

    def __init__(self, helpline: Helpline) -> None:
        self._helpline = helpline

    def make(self, base_url: str, number: int) -> Listener:
        """A fresh listener who is signed in."""
        login, alias, password = _names(number)
        invitation = enrol.invite(self._helpline, "replay", roles=ROLES)
        enrol.accept_invite(
            self._helpline, invitation, login=login, alias=alias, password=password, languages=list(Language)
        )
        person, token = sign_in.sign_in(self._helpline, Credentials(login, password, None, "127.0.0.1"))
        return Listener(person.id, alias, Api(base_url, token))

    def remove(self, listener: Listener) -> None:
        """Let the account be of no use any more."""
        person = next(one for one in enrol.list_people(self._helpline) if one.id == listener.person_id)
        enrol.disable(self._helpline, person, person.id)


class FromInvites:
    """Makes accounts through an administrator's invitations; the server's limits make that slow."""

    def __init__(self, administrator: Api) -> None:
        self._administrator = administrator

    def make(self, base_url: str, number: int) -> Listener:
        """A fresh listener who is signed in."""
        login, alias, password = _names(number)
        link = self._administrator.ask("POST", "/invites", {"roles": [role.value for role in ROLES]})
        words = {"token": link["token"], "login": login, "alias": alias, "password": password}
        api = Api(base_url)
        person = api.ask("POST", "/invites/accept", words | {"languages": [language.value for language in Language]})
        api.token = api.ask("POST", "/session", {"login": login, "password": password})["token"]
        return Listener(person["person_id"], alias, api)

    def remove(self, listener: Listener) -> None:
        """Let the account be of no use any more."""
        self._administrator.ask("POST", f"/people/{listener.person_id}/disable")


@contextmanager
def on_duty(source: Source, base_url: str, count: int) -> Iterator[list[Listener]]:
    """``count`` fresh listeners on duty while inside; afterwards their accounts are disabled."""
    made: list[Listener] = []
    try:
        for number in range(count):
            made.append(source.make(base_url, number))
            made[-1].api.ask("POST", "/duty", {"on_duty": True})
        yield made
    finally:
        for listener in made:
            _see_off(source, listener)


def relief(source: Source, base_url: str, made: list[Listener]) -> Callable[[], Listener]:
    """Sends somebody new on duty each time it is called, and lists them in ``made`` to be seen off with the others."""
    turn = threading.Lock()

    def relieve() -> Listener:
        with turn:
            fresh = source.make(base_url, len(made))
            fresh.api.ask("POST", "/duty", {"on_duty": True})
            made.append(fresh)
            return fresh

    return relieve


def _see_off(source: Source, listener: Listener) -> None:
    try:
        listener.api.ask("POST", "/duty", {"on_duty": False})
        source.remove(listener)
    except (ApiTrouble, HotlineError):
        return
    finally:
        listener.api.close()


def _names(number: int) -> tuple[str, str, str]:
    """Login, alias and password of an invented listener."""
    mark = secrets.token_hex(3)
    return f"replay-{mark}-{number}", f"Replay {number}", secrets.token_urlsafe(18)
