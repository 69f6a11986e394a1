"""The machine learns from reviewed words only with their person's yes and two people's, and from nobody's name."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.rota import rested
from support.web import browser_of, staff

from hotline.cli import main
from hotline.contacts import store as contacts
from hotline.contacts.masking import Masker
from hotline.domain.contact import ConsentKind, Level, Outcome, Role
from hotline.domain.errors import Conflict, NotAllowed
from hotline.domain.records import Person
from hotline.flow import case_review, consents, converse, intervene, respond, training_sets
from hotline.flow.case_review import Appraisal
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.training_sets import NoReason, OwnWish, WrongDays
from hotline.flow.unit import UnitOfWork
from hotline.interventions import log, reviews
from hotline.interventions.rubric import Item
from hotline.settings import Settings
from hotline.storage.migrate import downgrade, upgrade
from hotline.volunteers.tables import staff_log
from hotline.wiring import opened_helpline, prepare

SAID = "my name is Siobhan Okafor, 07700900123, high risk tonight"


class Desk:
    """One listener and two who review, in a house that reviews everything once."""

    def __init__(self, house: Helpline) -> None:
        self.house = replace(house, review=replace(house.review, sample_share=1.0, double_share=0.0))
        self.lin = on_duty(house, "Lin", Role.CLINICIAN)
        self.wong, self.ada = person(house, "Wong", Role.SUPERVISOR), person(house, "Ada", Role.ADMINISTRATOR)

    def talk(self, text: str = SAID, *, yes: bool = True) -> str:
        """A conversation to its close; gives its contact's id."""
        opened = seeker(self.house, text)
        respond.claim_next(self.house, self.lin)
        if yes:
            consents.note(self.house, self.lin, opened.contact.id, ConsentKind.LEARNING, given=True, version="1")
        converse.post_as_listener(self.house, self.lin, opened.contact.id, text="LISTENERS-WORDS", client_id="r" * 8)
        intervene.close(self.house, self.lin, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
        rested(self.house, self.lin)
        return opened.contact.id

    def reviewed(self, contact_id: str, level: Level | None = Level.HIGH, *, sign: bool = True) -> str:
        with self.house.database.read() as conn:
            (one,) = reviews.of_contacts(conn, [contact_id])
        case_review.claim(self.house, self.wong, one.id)
        case_review.rate(self.house, self.wong, one.id, Appraisal({Item.WELCOME: 4}, level=level))
        if sign:
            case_review.sign(self.house, self.wong, one.id)
        return contact_id

    def ask(self, who: Person | None = None) -> str:
        today = self.house.clock.now().date()
        days = {"first": str(today - timedelta(days=20)), "last": str(today + timedelta(days=1))}
        return training_sets.ask(self.house, who or self.wong, **days, reason="autumn")

    def approved(self) -> str:
        set_id = self.ask()
        training_sets.answer(self.house, self.ada, set_id, approve=True)
        return set_id

    def export(self, set_id: str) -> list[dict[str, str]]:
        made = training_sets.export(self.house, set_id, masker())
        return [json.loads(line) for line in made.lines.splitlines()]


def masker() -> Masker:
    return Masker.from_lists(Settings.load({}).policy_values("masking"))


def test_a_reviewed_contact_leaves_masked_and_unnamed(helpline_on_both: Helpline) -> None:
    desk = Desk(helpline_on_both)
    contact_id = desk.reviewed(desk.talk())
    (row,) = desk.export(desk.approved())
    with desk.house.database.read() as conn:
        pseudonym = conn.exec_driver_sql("SELECT pseudonym FROM contacts").scalar_one()
    assert not [one for one in ("Siobhan", "Okafor", "07700", "LISTENERS", contact_id, pseudonym) if one in str(row)]
    assert "risk tonight" in row["text"]
    assert (row["level"], row["lang"], row["script"], row["channel"]) == ("high", "en", "latin", "web")
    assert (row["month"], row["source"]) == ("2026-11", "reviewed")
    assert set(row) == {"id", "text", "level", "lang", "script", "channel", "month", "source"}


def test_who_is_left_out_and_why(helpline_on_both: Helpline) -> None:
    desk = Desk(helpline_on_both)
    desk.reviewed(desk.talk())
    desk.reviewed(desk.talk(yes=False))
    desk.reviewed(desk.talk(), None)
    desk.reviewed(desk.talk(), sign=False)
    gone = desk.reviewed(desk.talk())
    with UnitOfWork(desk.house) as unit:
        unit.keys.destroy_scope(unit.conn, gone, unit.now)
        unit.commit()
    desk.ask()
    ((_, held),) = training_sets.listed(desk.house)
    assert held is not None
    assert held["by"] == [{"language": "en", "level": "high", "number": 1}]
    assert held["left_out"] == {
        "erased": 1, "no_consent": 1, "not_signed": 1, "no_level": 1, "disagreed": 0, "no_words": 0,
    }  # fmt: skip


def test_two_people_approve_and_one_approval_serves_one_export(helpline_on_both: Helpline) -> None:
    desk = Desk(helpline_on_both)
    desk.reviewed(desk.talk())
    set_id = desk.ask()
    with pytest.raises(Conflict):
        desk.export(set_id)
    with pytest.raises(OwnWish):
        training_sets.answer(desk.house, desk.wong, set_id, approve=True)
    with pytest.raises(NotAllowed):
        training_sets.answer(desk.house, desk.lin, set_id, approve=True)
    training_sets.answer(desk.house, desk.ada, set_id, approve=True)
    with pytest.raises(Conflict):
        training_sets.answer(desk.house, desk.ada, set_id, approve=False)
    assert len(desk.export(set_id)) == 1
    with pytest.raises(Conflict):
        desk.export(set_id)
    refused = desk.ask(desk.ada)
    training_sets.answer(desk.house, desk.wong, refused, approve=False)
    with pytest.raises(Conflict):
        desk.export(refused)


def test_an_approval_lapses(helpline_on_both: Helpline, clock: FakeClock) -> None:
    desk = Desk(helpline_on_both)
    set_id = desk.approved()
    clock.advance(hours=24 * 7 + 1)
    with pytest.raises(Conflict):
        desk.export(set_id)


def test_a_no_before_the_export_counts_even_after_the_close(helpline_on_both: Helpline) -> None:
    desk = Desk(helpline_on_both)
    kept, back = desk.reviewed(desk.talk()), desk.reviewed(desk.talk())
    set_id = desk.approved()
    consents.note(desk.house, desk.wong, back, ConsentKind.LEARNING, given=False, version="1")
    with pytest.raises(Conflict):
        consents.note(desk.house, desk.wong, back, ConsentKind.LEARNING, given=True, version="1")
    assert len(desk.export(set_id)) == 1
    with desk.house.database.read() as conn:
        kinds = {one: [line.kind for line in log.read(conn, desk.house.keys, one)] for one in (kept, back)}
        assert log.verify_contact(conn, desk.house.keys, kept) is None
    assert ("learnt_from" in kinds[kept], "learnt_from" in kinds[back]) == (True, False)


def test_a_no_that_comes_while_words_are_being_read_counts(helpline_on_both: Helpline) -> None:
    desk = Desk(helpline_on_both)
    contact_id = desk.reviewed(desk.talk())

    def says_no(_: re.Match[str]) -> str:
        consents.note(desk.house, desk.wong, contact_id, ConsentKind.LEARNING, given=False, version="1")
        return ""

    made = training_sets.export(desk.house, desk.approved(), Masker(((re.compile("^.*$"), says_no),)))
    assert (made.lines, made.held["contacts"], made.held["left_out"]["no_consent"]) == ("", 0, 1)


def test_somebody_who_came_back_and_says_no_takes_everything_back(helpline_on_both: Helpline) -> None:
    desk = Desk(helpline_on_both)
    first = desk.reviewed(desk.talk())
    later = desk.talk("a hard day", yes=False)
    with UnitOfWork(desk.house) as unit:
        contacts.update_contact(unit.conn, later, follows_contact_id=first)
        unit.commit()
    assert len(desk.export(desk.approved())) == 1
    consents.note(desk.house, desk.wong, later, ConsentKind.LEARNING, given=False, version="1")
    assert desk.export(desk.approved()) == []


def test_every_step_stands_in_the_log_of_the_service(helpline: Helpline) -> None:
    desk = Desk(helpline)
    desk.export(desk.approved())
    with helpline.database.read() as conn:
        found = [(row.kind, row.actor_id) for row in conn.execute(staff_log.select()) if "training" in row.kind]
    assert found == [
        ("training_set_asked", desk.wong.id),
        ("training_set_approved", desk.ada.id),
        ("training_set_exported", training_sets.OPERATOR),
    ]


@pytest.mark.parametrize(
    ("given", "trouble"),
    [
        ({"reason": " "}, NoReason),
        ({"first": "soon"}, WrongDays),
        ({"first": "2026-12-01"}, WrongDays),
        ({"first": "2025-11-01"}, WrongDays),
    ],
)
def test_a_wish_without_reason_or_days_is_refused(
    helpline: Helpline, given: dict[str, str], trouble: type[Exception]
) -> None:
    wish = {"first": "2026-11-01", "last": "2026-11-30", "reason": "autumn"} | given
    with pytest.raises(trouble):
        training_sets.ask(helpline, person(helpline, "Wong", Role.SUPERVISOR), **wish)


def test_pages_and_api_lead_from_wish_to_approval(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    wong, ada = staff(app, helpline, "Wong", Role.SUPERVISOR), staff(app, helpline, "Ada", Role.ADMINISTRATOR)
    last, first = clock.now().date(), clock.now().date() - timedelta(days=5)
    body = {"first_day": first.isoformat(), "last_day": last.isoformat(), "reason": "autumn model"}
    made = wong.post("/training-sets", body)
    assert made.status_code == 201, made.json
    (one,) = made.json["sets"]
    path = f"/training-sets/{one['set_id']}/answer"
    assert (one["state"], one["mine"], one["held"]["contacts"]) == ("asked", True, 0)
    assert wong.post(path, {"approve": True}).json["error"]["code"] == "training_own_wish"
    assert 'value="yes"' not in browser_of(app, wong).get("/staff/training-sets").text
    assert 'value="yes"' in browser_of(app, ada).get("/staff/training-sets").text
    assert ada.post(path, {"approve": True}).json["sets"][0]["state"] == "approved"
    assert f"hotline triage export {one['set_id']}" in browser_of(app, wong).get("/staff/training-sets").text
    auditor = staff(app, helpline, "Eve", Role.AUDITOR)
    assert auditor.get("/training-sets").status_code == 200
    assert auditor.post("/training-sets", body).status_code == 403


def test_a_supervisor_notes_a_later_no_on_the_closed_page(app: Flask, helpline: Helpline) -> None:
    desk = Desk(helpline)
    contact_id = desk.talk()
    mei = staff(app, helpline, "Mei", Role.SUPERVISOR)
    page = browser_of(app, mei).get(f"/staff/contacts/{contact_id}").text
    assert 'value="learning:no"' in page
    assert 'value="learning:yes"' not in page
    assert mei.post(f"/contacts/{contact_id}/consents", {"kind": "learning", "given": True}).status_code == 409
    after = mei.post(f"/contacts/{contact_id}/consents", {"kind": "learning", "given": False}).json["consents"]
    assert [one["given"] for one in after if one["kind"] == "learning"] == [False]
    assert 'value="learning:no"' not in browser_of(app, mei).get(f"/staff/contacts/{contact_id}").text


def test_an_operator_exports_once_into_a_file_of_the_owner(tmp_path: Path, settings: Settings) -> None:
    prepare(settings)
    with opened_helpline(settings) as house:
        desk = Desk(house)
        desk.reviewed(desk.talk())
        set_id = desk.approved()
    env = {"DATABASE_URL": "", "REDIS_URL": "", "HOTLINE_DATA_DIR": str(settings.data_dir)}
    out, again = tmp_path / "set.jsonl", tmp_path / "again.jsonl"

    def export(file: Path) -> Result:
        return CliRunner(env=env).invoke(main, ["triage", "export", set_id, "--out", str(file)])

    done = export(out)
    assert done.exit_code == 0, done.output
    assert (out.stat().st_mode & 0o777, len(out.read_text("utf-8").splitlines())) == (0o600, 1)
    assert "Siobhan" not in out.read_text("utf-8")
    assert "exists already" in export(out).output
    assert ("exported" in export(again).output, again.exists()) == (True, False)


def test_the_table_goes_and_comes_back(helpline_on_both: Helpline) -> None:
    desk = Desk(helpline_on_both)
    desk.approved()
    downgrade(desk.house.database, "0018")
    upgrade(desk.house.database)
    assert training_sets.listed(desk.house) == []
