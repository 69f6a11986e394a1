"""What a page says about a person of the helpline; never a hash, a secret or a number."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from hotline.domain.records import Person
from hotline.routing.policy import RoutingPolicy
from hotline.volunteers import store as volunteers
from hotline.volunteers.store import Duty


def alive_since(policy: RoutingPolicy, now: datetime) -> datetime:
    """A desk that gave no sign of life since this moment does not count as on duty."""
    return now - timedelta(seconds=policy.presence_lost_seconds)


def is_on_duty(duty: Duty | None, policy: RoutingPolicy, now: datetime) -> bool:
    """Whether somebody is on duty and their desk is alive."""
    return duty is not None and duty.on_duty and duty.beat_at >= alive_since(policy, now)


def person_view(person: Person, *, on_duty: bool = False) -> dict[str, Any]:
    """``Person`` of the API."""
    return {
        "person_id": person.id,
        "login": person.login,
        "alias": person.alias,
        "roles": sorted(role.value for role in person.roles),
        "stage": person.stage,
        "languages": list(person.languages),
        "totp": person.totp_secret is not None,
        "phone": person.phone is not None,
        "demo": person.demo,
        "disabled": person.disabled_at is not None,
        "on_duty": on_duty,
    }


def aliases(conn: Connection, ids: set[str]) -> dict[str, str]:
    """The alias of each person, by id."""
    return {person.id: person.alias for person in volunteers.get_people(conn, sorted(ids)).values()}
