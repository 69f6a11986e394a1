"""A listener practises with an invented person; nothing here reaches the queue, an alarm, a page or anybody real.

Somebody real comes first: while a listener holds a real conversation, the exercise waits.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hotline.contacts import policy
from hotline.domain.contact import AskedDirectly, Author, Language, Level, State
from hotline.domain.errors import Conflict, InvalidInput, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Message, Person
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import NOTE_LIMIT_CHARACTERS, ClosingForm, Done
from hotline.flow.unit import UnitOfWork
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.triage.normalise import normalise
from hotline.triage.screening import Answer, Question, asked_directly
from hotline.volunteers import practices
from hotline.volunteers import store as volunteers
from hotline.volunteers.practice import next_step
from hotline.volunteers.practices import Exercise, Line

NOTHING_YET: dict[str, Any] = {"level": None, "asked": None, "answers": {}, "actions": [], "closing": None}


class SomebodyReal(Conflict):
    """The listener is with somebody real; the exercise waits."""

    code = "practice_waits"


def start(helpline: Helpline, person: Person, scenario: str, language: Language) -> str:
    """Begin an exercise; gives its id.

    Raises ``InvalidInput`` for no scenario of ours, ``Conflict`` while one is open, ``SomebodyReal``.
    """
    if scenario not in helpline.practice.scenarios:
        raise InvalidInput("no such scenario", field="scenario")
    with UnitOfWork(helpline) as unit:
        volunteers.duty_of(unit.conn, person.id, lock=True)
        _check_free(unit, person)
        if practices.open_of(unit.conn, person.id) is not None:
            raise Conflict("end the practice that is open first")
        made = Exercise(
            new_id(), person.id, scenario, language, State.IN_CONVERSATION, unit.now, None, None, None, NOTHING_YET
        )
        practices.add(unit.conn, unit.keys, made)
        _say(unit, made, "opening", number=1, pause=timedelta(0))
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="practice_started", scenario=scenario)
        unit.commit()
    return made.id


def _check_free(unit: UnitOfWork, person: Person) -> None:
    if routing.load_of(unit.conn, [person.id])[person.id][0]:
        raise SomebodyReal("somebody real is here; the practice waits")


def _say(unit: UnitOfWork, exercise: Exercise, step: str, *, number: int, pause: timedelta | None = None) -> None:
    """Let the invented person say a step of the script after the time it takes to write."""
    text = unit.helpline.practice.scenarios[exercise.scenario].scripts[exercise.language].text(step)
    at = unit.now + (unit.helpline.practice.pause_before(text) if pause is None else pause)
    practices.say(unit.conn, unit.keys, exercise, Message(number, Author.SEEKER, None, new_id(), at, text), step=step)


def mine(unit: UnitOfWork, person: Person, exercise_id: str) -> Exercise:
    """An exercise of one's own, its row held; anybody else's does not exist."""
    found = practices.get(unit.conn, unit.keys, exercise_id, lock=True)
    if found.person_id != person.id:
        raise NotFound("no such practice")
    return found


def write(helpline: Helpline, person: Person, exercise_id: str, *, text: str, client_id: str) -> tuple[Message, bool]:
    """Write to the invented person; gives the message and whether it is new.

    What they were about to say is taken back: they read this first, and answer it.
    """
    text, client_id = policy.clean_text(text), policy.check_client_message_id(client_id)
    with UnitOfWork(helpline) as unit:
        exercise = mine(unit, person, exercise_id)
        said = practices.lines(unit.conn, unit.keys, exercise)
        known = next((one.message for one in said if one.message.client_message_id == client_id), None)
        if known is not None:
            return known, False
        if exercise.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        _check_free(unit, person)
        practices.take_back_after(unit.conn, exercise, unit.now)
        said = [one for one in said if one.message.at <= unit.now]
        number = max((one.message.number for one in said), default=0) + 1
        message = Message(number, Author.LISTENER, person.id, client_id, unit.now, text)
        practices.say(unit.conn, unit.keys, exercise, message)
        if exercise.first_reply_at is None:
            practices.change(unit.conn, unit.keys, exercise, None, first_reply_at=unit.now)
        _answer(unit, exercise, [*said, Line(message, "")])
        unit.commit()
    return message, True


def _answer(unit: UnitOfWork, exercise: Exercise, said: list[Line]) -> None:
    script = unit.helpline.practice.scenarios[exercise.scenario].scripts[exercise.language]
    asked = unit.helpline.practice.asks_directly(normalised(said))
    step = next_step(script, [one.step for one in said if one.step], asked=asked)
    if step is not None:
        _say(unit, exercise, step, number=said[-1].message.number + 1)


def normalised(said: Iterable[Line]) -> list[str]:
    """What the listener wrote, as the rules compare it."""
    return [normalise(one.message.text).text for one in said if one.message.author is Author.LISTENER]


def _note(helpline: Helpline, person: Person, exercise_id: str, **noted: Any) -> None:
    """Write something into the record of an exercise that goes on."""
    with UnitOfWork(helpline) as unit:
        exercise = mine(unit, person, exercise_id)
        if exercise.state is State.CLOSED:
            raise Conflict("the practice is over")
        record = exercise.record
        answers = {key: value for key, value in record["answers"].items() if key not in noted.get("answers", {})}
        answers |= {key: value for key, value in noted.get("answers", {}).items() if value != Answer.NOT_YET}
        actions = record["actions"] + noted.get("actions", [])
        changed = record | noted | {"answers": answers, "actions": actions}
        if "answers" in noted:
            changed["asked"] = _asked(answers) or record["asked"]
        practices.change(unit.conn, unit.keys, exercise, changed)
        unit.commit()


def _asked(answers: dict[str, str]) -> str | None:
    return asked_directly({Question(key): Answer(value) for key, value in answers.items()})


def set_level(helpline: Helpline, person: Person, exercise_id: str, level: Level) -> None:
    """One's own judgement; in practice it stands alone."""
    _note(helpline, person, exercise_id, level=level.value)


def record_asked(helpline: Helpline, person: Person, exercise_id: str, asked: AskedDirectly) -> None:
    """Write whether the invented person was asked about suicide in plain words."""
    _note(helpline, person, exercise_id, asked=asked.value)


def note_answer(helpline: Helpline, person: Person, exercise_id: str, question: Question, answer: Answer) -> None:
    """Write what was asked and what was answered; ``not_yet`` takes an answer back."""
    _note(helpline, person, exercise_id, answers={question.value: answer.value})


def record_action(helpline: Helpline, person: Person, exercise_id: str, done: Done) -> None:
    """Write what one would have done and how far it came; nobody is called."""
    _note(helpline, person, exercise_id, actions=[_action(done, helpline.clock.now().isoformat())])


def _action(done: Done, at: str) -> dict[str, str]:
    if len(done.note) > NOTE_LIMIT_CHARACTERS:
        raise InvalidInput("a note holds at most 4000 characters", field="note")
    return {"id": new_id(), "at": at, "kind": done.kind.value, "state": done.state.value, "note": done.note.strip()}


def wrap_up(helpline: Helpline, person: Person, exercise_id: str) -> None:
    """End the conversation and open the closing form; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        exercise = mine(unit, person, exercise_id)
        if exercise.state is State.IN_CONVERSATION:
            practices.take_back_after(unit.conn, exercise, unit.now)
            practices.change(unit.conn, unit.keys, exercise, None, state=State.WRAPPING_UP.value, ended_at=unit.now)
            unit.commit()


def close(helpline: Helpline, person: Person, exercise_id: str, form: ClosingForm) -> None:
    """End the exercise with its closing form; the feedback reads it."""
    if max(len(form.summary), len(form.next_step)) > NOTE_LIMIT_CHARACTERS:
        raise InvalidInput("a note holds at most 4000 characters", field="summary")
    with UnitOfWork(helpline) as unit:
        exercise = mine(unit, person, exercise_id)
        if exercise.state is State.CLOSED:
            raise Conflict("the practice is over")
        practices.take_back_after(unit.conn, exercise, unit.now)
        record = exercise.record | {
            "closing": {"summary": form.summary.strip(), "next_step": form.next_step.strip()},
            "outcome": form.outcome.value,
            "asked": form.asked or exercise.record["asked"],
            "judged": form.level or exercise.record["level"],
            "actions": exercise.record["actions"] + [_action(one, unit.now.isoformat()) for one in form.actions],
        }
        ended = {"state": State.CLOSED.value, "closed_at": unit.now, "ended_at": exercise.ended_at or unit.now}
        practices.change(unit.conn, unit.keys, exercise, record, **ended)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="practice_ended", scenario=exercise.scenario)
        unit.commit()


def break_off(helpline: Helpline, person: Person, exercise_id: str) -> None:
    """Leave an exercise that is not over; nothing of it is kept, and no form is owed.

    Raises ``Conflict`` for one that has its feedback already.
    """
    with UnitOfWork(helpline) as unit:
        exercise = mine(unit, person, exercise_id)
        if exercise.state is State.CLOSED:
            raise Conflict("the practice is over")
        practices.forget(unit.conn, exercise)
        unit.commit()


def look(helpline: Helpline, person: Person, exercise_id: str) -> tuple[Exercise, list[str]]:
    """An exercise of one's own and what one wrote in it, normalised; anybody else's does not exist."""
    with helpline.database.read() as conn:
        found = practices.get(conn, helpline.keys, exercise_id)
        if found.person_id != person.id or found.scenario not in helpline.practice.scenarios:
            raise NotFound("no such practice, or its scenario is told no more")
        return found, normalised(practices.lines(conn, helpline.keys, found))


def mine_so_far(helpline: Helpline, person: Person) -> tuple[str | None, list[Exercise]]:
    """The id of the exercise one has open, and those that are over, the newest first."""
    with helpline.database.read() as conn:
        return practices.open_of(conn, person.id), practices.closed_of(conn, helpline.keys, person.id)


def somebody_real(helpline: Helpline, person: Person) -> bool:
    """Whether somebody real asks for this person, or is with them; they come first."""
    with helpline.database.read() as conn:
        held = routing.load_of(conn, [person.id])[person.id][0]
        return bool(held) or offers.open_of(conn, person.id) is not None


def finished(helpline: Helpline, person_ids: Iterable[str]) -> dict[str, int]:
    """How many exercises each person has finished."""
    with helpline.database.read() as conn:
        return practices.finished(conn, person_ids)
