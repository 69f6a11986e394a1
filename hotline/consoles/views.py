"""What the desks' pages and their API have in common: the views of ``reports`` with words for alarms."""

from typing import Any

from hotline.domain.errors import Conflict
from hotline.domain.records import Contact, Person
from hotline.flow import enrol, fitness, handover, outgoing, practise, review, scene
from hotline.flow.policies import number
from hotline.flow.rest import LISTENERS
from hotline.reports import (
    block_view,
    call_view,
    care_view,
    conversation_view,
    desk_view,
    follow_up_view,
    live_board,
    policy_view,
    practice_view,
    recording_view,
)
from hotline.reports.people import aliases, person_view
from hotline.web.house import helpline, reader
from hotline.web.language import negotiate
from hotline.web.page import words


def with_sentences(view: dict[str, Any]) -> dict[str, Any]:
    """Give each alarm of a desk or board its reviewed sentence."""
    for alarm in view["alarms"]:
        alarm["sentence"] = words(f"alarm_{alarm.pop('said')}")
    return view


def desk(person: Person) -> dict[str, Any]:
    """``Desk`` of the API."""
    parts = helpline()
    with parts.database.read() as conn:
        found = with_sentences(desk_view.desk(reader(conn), parts.routing, person)) | {"care": _card(conn, person)}
    return found | {"practice": practise.mine_so_far(parts, person)[0]}


def care(person: Person) -> dict[str, Any]:
    """``Care`` of the API: what stands about one's own rest."""
    with helpline().database.read() as conn:
        return _card(conn, person)


def _card(conn: Any, person: Person) -> dict[str, Any]:
    parts, seen = helpline(), reader(conn)
    record = fitness.records(parts, conn, [person], seen.now)[person.id]
    return care_view.card(seen, parts.wellbeing, person, record)


def team() -> list[dict[str, Any]]:
    """``Team`` of the API: everybody who listens, those who may not be asked now first."""
    parts = helpline()
    everybody = {one.id: one for one in enrol.list_people(parts) if one.roles & LISTENERS and one.disabled_at is None}
    with parts.database.read() as conn:
        seen = reader(conn)
        found = fitness.records(parts, conn, everybody.values(), seen.now)
        team = care_view.team(seen, parts.wellbeing, parts.routing, everybody, found)
    practised = practise.finished(parts, everybody)
    return [one | {"practised": practised.get(one["person_id"], 0)} for one in team]


def rota_kept() -> bool:
    """Whether this helpline keeps a rota."""
    parts = helpline()
    with parts.database.read() as conn:
        return fitness.rota_kept(parts, conn, parts.clock.now())


def board(*, supervises: bool) -> dict[str, Any]:
    """``Board`` of the API; how people are is told to supervisors only."""
    parts = helpline()
    everybody = {one.id: one for one in enrol.list_people(parts)}
    with parts.database.read() as conn:
        found = with_sentences(live_board.board(reader(conn), parts.routing))
        found["calls"] = call_view.calls_now(reader(conn))
        here = [everybody[one["person_id"]] for one in found["on_duty"]]
        records = fitness.records(parts, conn, here, parts.clock.now())
        for one in found["on_duty"] if supervises else []:
            one.update(care_view.how(parts.wellbeing, records[one["person_id"]], parts.clock.now()))
    return found


def person_out(person: Person, *, on_duty: bool = False) -> dict[str, Any]:
    """``Person`` of the API."""
    return person_view(person, on_duty=on_duty)


def contact(person: Person, contact_id: str, *, purpose: str = "desk") -> dict[str, Any]:
    """``StaffContact`` of the API; the look is logged when the contact is not one's own. Raises ``NotFound``."""
    found = open_contact(person, contact_id, purpose=purpose)
    parts = helpline()
    with parts.database.read() as conn:
        seen, takes = reader(conn), person.id in scene.takers(parts, conn)
        alone = bool(handover.only_written_to(parts, conn, found.id))
        by_phone = {
            "written_by": outgoing.way_to(parts, conn, found).value,
            "texts_stopped": outgoing.stopped(parts, conn, found),
            "call": call_view.call_of(seen, found, person, takes=takes, only_written_to=alone),
            "block": block_view.of_contact(seen, found, person),
            "recordings": recording_view.of_contact(seen, found, person),
        }
        view = desk_view.contact_view(seen, found, person) | by_phone
        asks = {"assign", "hand_over"} & set(view["may"])
        able = handover.whom_to_ask(parts, conn, found) if asks else []
        return view | {"assignable": [{"person_id": one.id, "alias": one.alias} for one in able]}


def open_contact(person: Person, contact_id: str, *, purpose: str = "desk") -> Contact:
    """See :func:`hotline.flow.review.open_contact`."""
    return review.open_contact(helpline(), person, contact_id, purpose=purpose)


def messages(person: Person, contact_id: str, after: int) -> dict[str, Any]:
    """``Messages`` of the API, as staff see them."""
    found = open_contact(person, contact_id, purpose="transcript")
    with helpline().database.read() as conn:
        said = desk_view.messages(reader(conn), found, after=after)
    return {"messages": said, "last_number": found.last_number, "erased_at": found.erased_at}


def marks(person: Person, contact_id: str) -> list[dict[str, Any]]:
    """The phrases that counted, for each message that has some."""
    found = open_contact(person, contact_id, purpose="transcript")
    with helpline().database.read() as conn:
        return conversation_view.marks(reader(conn), found)


def log(person: Person, contact_id: str) -> dict[str, Any]:
    """``LogOut`` of the API: every entry with the alias of who acted."""
    found = review.open_contact(helpline(), person, contact_id, purpose="log", learners=False)
    lines, fault = review.read_log(helpline(), contact_id)
    with helpline().database.read() as conn:
        seconds = {line.details["second"] for line in lines if line.details.get("second")}
        names = aliases(conn, {line.actor for line in lines} | seconds)
    return {
        "entries": [
            {
                "number": line.number,
                "at": line.at,
                "kind": line.kind,
                "actor": names.get(line.actor, line.actor),
                "details": {
                    key: names.get(text, text) if key == "second" else text for key, text in line.details.items()
                },
                "erased": line.erased,
            }
            for line in lines
        ],
        "verified": fault is None,
        "fault": None if fault is None else fault.what,
        "erased_at": found.erased_at,
    }


def practices(person: Person) -> dict[str, Any]:
    """``Practices`` of the API."""
    open_id, closed = practise.mine_so_far(helpline(), person)
    return practice_view.overview(helpline().practice, open_id, closed, negotiate())


def practice(person: Person, practice_id: str) -> dict[str, Any]:
    """An exercise of one's own in the shape of ``StaffContact``."""
    parts = helpline()
    found, _ = practise.look(parts, person, practice_id)
    with parts.database.read() as conn:
        return practice_view.contact(
            reader(conn), parts.routing, parts.practice.scenarios[found.scenario], found, person
        )


def practice_messages(person: Person, practice_id: str) -> dict[str, Any]:
    """``PracticeMessages`` of the API."""
    found, _ = practise.look(helpline(), person, practice_id)
    with helpline().database.read() as conn:
        return practice_view.messages(reader(conn), found, person)


def practice_feedback(person: Person, practice_id: str) -> dict[str, Any]:
    """``PracticeFeedback`` of the API; raises ``Conflict`` while the exercise goes on."""
    found, texts = practise.look(helpline(), person, practice_id)
    if found.closed_at is None:
        raise Conflict("the practice still goes on")
    book = helpline().practice
    return practice_view.feedback(book, book.scenarios[found.scenario], found, texts, negotiate())


def somebody_real(person: Person) -> bool:
    """See :func:`hotline.flow.practise.somebody_real`."""
    return practise.somebody_real(helpline(), person)


def policies() -> list[dict[str, Any]]:
    """Every ``PolicyNumber`` of the API, in the order of the files."""
    parts = helpline()
    with parts.database.read() as conn:
        return policy_view.numbers(conn, parts.policies.numbers.values(), parts.clock.now())


def policy(name: str) -> dict[str, Any]:
    """``PolicyNumber`` of the API; raises ``NotFound``."""
    parts = helpline()
    chosen = number(parts, name)
    with parts.database.read() as conn:
        return policy_view.numbers(conn, [chosen], parts.clock.now())[0]


def follow_ups() -> dict[str, Any]:
    """``FollowUps`` of the API."""
    parts = helpline()
    with parts.database.read() as conn:
        return follow_up_view.due(reader(conn), parts.follow_up)


def follow_up(follow_up_id: str) -> dict[str, Any]:
    """One follow-up with its tries, for who calls now."""
    parts = helpline()
    with parts.database.read() as conn:
        return follow_up_view.one(reader(conn), parts.follow_up, follow_up_id)
