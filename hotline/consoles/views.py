"""What the desks' pages and their API have in common: the views of ``reports`` with words for alarms."""

from typing import Any

from hotline.domain.records import Contact, Person
from hotline.flow import review
from hotline.reports import desk_view, live_board
from hotline.reports.people import aliases, person_view
from hotline.web.house import helpline, reader
from hotline.web.page import words


def with_sentences(view: dict[str, Any]) -> dict[str, Any]:
    """Give each alarm of a desk or board its reviewed sentence."""
    for alarm in view["alarms"]:
        alarm["sentence"] = words(f"alarm_{alarm['kind']}")
    return view


def desk(person: Person) -> dict[str, Any]:
    """``Desk`` of the API."""
    parts = helpline()
    with parts.database.read() as conn:
        return with_sentences(desk_view.desk(reader(conn), parts.routing, person))


def board() -> dict[str, Any]:
    """``Board`` of the API."""
    parts = helpline()
    with parts.database.read() as conn:
        return with_sentences(live_board.board(reader(conn), parts.routing))


def person_out(person: Person, *, on_duty: bool = False) -> dict[str, Any]:
    """``Person`` of the API."""
    return person_view(person, on_duty=on_duty)


def contact(person: Person, contact_id: str, *, purpose: str = "desk") -> dict[str, Any]:
    """``StaffContact`` of the API; the look is logged when the contact is not one's own. Raises ``NotFound``."""
    found = open_contact(person, contact_id, purpose=purpose)
    with helpline().database.read() as conn:
        return desk_view.contact_view(reader(conn), found, person)


def open_contact(person: Person, contact_id: str, *, purpose: str = "desk") -> Contact:
    """See :func:`hotline.flow.review.open_contact`."""
    return review.open_contact(helpline(), person, contact_id, purpose=purpose)


def messages(person: Person, contact_id: str, after: int) -> dict[str, Any]:
    """``Messages`` of the API, as staff see them."""
    found = open_contact(person, contact_id, purpose="transcript")
    with helpline().database.read() as conn:
        said = desk_view.messages(reader(conn), found, after=after)
    return {"messages": said, "last_number": found.last_number}


def log(person: Person, contact_id: str) -> dict[str, Any]:
    """``LogOut`` of the API: every entry with the alias of who acted."""
    open_contact(person, contact_id, purpose="log")
    lines, fault = review.read_log(helpline(), contact_id)
    with helpline().database.read() as conn:
        names = aliases(conn, {line.actor for line in lines})
    return {
        "entries": [
            {
                "number": line.number,
                "at": line.at,
                "kind": line.kind,
                "actor": names.get(line.actor, line.actor),
                "details": line.details,
            }
            for line in lines
        ],
        "verified": fault is None,
        "fault": None if fault is None else fault.what,
    }
