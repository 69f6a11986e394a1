"""The reports' page, files and figures for programs: who reads them, what wrong input is told, what a file holds."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from support.pdf import texts
from support.reports import weeks
from support.web import browser_of, staff

from hotline.contacts.tables import contacts
from hotline.domain.contact import Role
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.reports import fonts
from hotline.reports.breakdowns import BREAKDOWNS
from hotline.reports.export import defused
from hotline.reports.export_pdf import also_hidden, guarded
from hotline.reports.figures import FIGURES

MAY = [Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR]
MAY_NOT = [Role.VOLUNTEER, Role.CLINICIAN]
ADDRESSES = ["/reports", "/reports/file?format=csv", "/reports/file?format=xlsx", "/reports/month?month=2026-10"]
OCTOBER = "from=2026-10-01&to=2026-10-31"


@pytest.mark.parametrize("address", [*ADDRESSES, "/reports/file?format=pdf"])
@pytest.mark.parametrize("role", MAY)
def test_who_answers_for_the_helpline_reads_its_reports(
    app: Flask, helpline: Helpline, role: Role, address: str
) -> None:
    caller = staff(app, helpline, "Wong", role)
    assert caller.get(address).status_code == 200
    assert browser_of(app, caller).get(f"/staff{address}").status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", MAY_NOT)
def test_nobody_else_does(app: Flask, helpline: Helpline, role: Role, address: str) -> None:
    caller = staff(app, helpline, "Lin", role)
    assert caller.get(address).status_code == 403
    assert browser_of(app, caller).get(f"/staff{address}").status_code == 403
    assert app.test_client().get(f"/api/v1{address}").status_code == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday&to=2026-10-31", "from"),
        ("from=2026-10-31&to=2026-10-01", "to"),
        ("from=2026-10-01&to=0001-01-01", "to"),
        ("from=1999-10-01&to=2026-10-31", "from"),
        ("from=2010-10-01&to=2026-10-31", "to"),
        (f"{OCTOBER}&zone=Mars/Olympus", "zone"),
        (f"{OCTOBER}&channel=pigeon", "channel"),
        (f"{OCTOBER}&language=tlh", "language"),
        (f"{OCTOBER}&level=worst", "level"),
    ],
)
def test_wrong_input_is_named_and_what_was_typed_stays(app: Flask, helpline: Helpline, query: str, field: str) -> None:
    caller = staff(app, helpline, "Wong", Role.SUPERVISOR)
    told = caller.get(f"/reports?{query}")
    assert (told.status_code, told.json["error"]["field"]) == (400, field)
    page = browser_of(app, caller).get(f"/staff/reports?{query}")
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert query.partition("&")[0].removeprefix("from=") in page.text


def test_a_page_shows_every_figure_with_its_definition(app: Flask, helpline: Helpline) -> None:
    weeks(helpline, 60)
    browser = browser_of(app, staff(app, helpline, "Wong", Role.SUPERVISOR))
    browser.set_cookie("hl_lang", "en")
    page = browser.get("/staff/reports?from=2026-11-05&to=2026-11-22").text.replace("&#39;", "'")
    for one in (*FIGURES, *BREAKDOWNS):
        assert one.label in page
        assert one.definition in page
    assert page.count('class="plot bars"') == 2
    assert "not over yet" not in page
    assert "not over yet" in browser.get("/staff/reports?from=2026-11-05&to=2026-11-23").text


def test_a_month_is_compared_with_the_month_before_and_days_with_as_many_days(app: Flask, helpline: Helpline) -> None:
    caller = staff(app, helpline, "Wong", Role.AUDITOR)
    spans = {
        OCTOBER: ("2026-09-01", "2026-09-30"),
        "from=2026-01-01&to=2026-12-31": ("2025-01-01", "2025-12-31"),
        "from=2026-11-10&to=2026-11-12": ("2026-11-07", "2026-11-09"),
    }
    for query, (first, last) in spans.items():
        before = caller.get(f"/reports?{query}").json["before"]
        assert (before["from"], before["to"]) == (first, last)


def test_figures_for_programs_come_with_their_definitions(app: Flask, helpline: Helpline) -> None:
    weeks(helpline, 30)
    told = staff(app, helpline, "Wong", Role.AUDITOR).get("/reports?from=2026-11-01&to=2026-11-23&channel=web").json
    assert [one["id"] for one in told["figures"]] == [figure.id for figure in FIGURES]
    assert set(told["tables"]) == {table.id for table in BREAKDOWNS}
    assert len(told["definitions"]) == len(FIGURES) + len(BREAKDOWNS)
    assert told["filters"] == {"channel": "web", "language": None, "level": None}
    assert {row["key"] for row in told["tables"]["by_channel"]} == {"web"}


def csv_rows(app: Flask, helpline: Helpline, query: str, language: str = "zh-Hant") -> list[dict[str, str]]:
    browser = browser_of(app, staff(app, helpline, "Csv", Role.SUPERVISOR))
    browser.set_cookie("hl_lang", language)
    answer = browser.get(f"/staff/reports/file?format=csv&{query}")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_csv_holds_what_the_api_says_and_speaks_chinese(app: Flask, helpline: Helpline) -> None:
    weeks(helpline, 80)
    query = "from=2026-11-05&to=2026-11-22"
    told = staff(app, helpline, "Wong", Role.AUDITOR).get(f"/reports?{query}").json
    found = {row["id"]: row for row in csv_rows(app, helpline, query) if not row["row"]}
    for one in told["figures"]:
        value = one["value"]["value"] if isinstance(one["value"], dict) else one["value"]
        assert found[one["id"]]["value"] == ("" if value is None else str(value))
    assert found["contacts"]["name"] == "全部聯絡"
    assert found["answered"]["total"] == str(told["figures"][0]["value"])


@pytest.mark.parametrize("nasty", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_spreadsheet_is_a_formula(nasty: str) -> None:
    assert defused(nasty) == f"'{nasty}"
    assert defused(-1) == -1
    assert defused("按渠道") == "按渠道"


def test_a_workbook_opens_with_its_tables_charts_and_definitions(app: Flask, helpline: Helpline) -> None:
    weeks(helpline, 80)
    browser = browser_of(app, staff(app, helpline, "Wong", Role.SUPERVISOR))
    browser.set_cookie("hl_lang", "zh-Hans")
    answer = browser.get("/staff/reports/file?format=xlsx&from=2026-11-05&to=2026-11-22")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        names = book.namelist()
        strings = book.read("xl/sharedStrings.xml").decode()
        sheets = "".join(book.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet"))
    assert sum(name.startswith("xl/worksheets/sheet") for name in names) == 3
    assert sum(name.startswith("xl/charts/chart") for name in names) == 2
    assert "情绪支持对话" in strings
    assert "<f>" not in sheets


def pdf(app: Flask, helpline: Helpline, address: str, language: str) -> str:
    browser = browser_of(app, staff(app, helpline, f"Pdf{language}", Role.SUPERVISOR))
    browser.set_cookie("hl_lang", language)
    answer = browser.get(f"/staff/reports/{address}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return texts(answer.data)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-Hans", ["倾听热线", "紧急干预", "按渠道"]),
        ("zh-Hant", ["聆聽熱線", "緊急介入", "按渠道"]),
        ("en", ["Listening line", "Urgent interventions", "By channel"]),
    ],
)
def test_a_pdf_says_its_words_in_the_readers_language(
    app: Flask, helpline: Helpline, language: str, words: list[str]
) -> None:
    weeks(helpline, 60)
    told = pdf(app, helpline, "file?format=pdf&from=2026-11-01&to=2026-11-23", language)
    assert [word for word in words if word not in told] == []


def test_a_funder_sees_no_small_number_and_no_single_wait(app: Flask, helpline: Helpline) -> None:
    weeks(helpline, 90, days=50)
    with UnitOfWork(helpline) as unit:
        one = unit.conn.execute(sa.select(contacts.c.id).limit(3)).scalars().all()
        october = unit.now - timedelta(days=30)
        changed = {"channel": "referral", "arrived_at": october, "level": "routine", "accepted_at": None}
        unit.conn.execute(sa.update(contacts).where(contacts.c.id.in_(one)).values(**changed))
        unit.commit()
    inside = pdf(app, helpline, f"file?format=pdf&{OCTOBER}", "en")
    outside = pdf(app, helpline, "month?month=2026-10", "zh-Hant")
    assert "Speed to answer: longest" in inside
    assert "最長" not in outside
    assert "<5" in outside
    assert "<5" not in inside
    assert "2026年10月" in outside


def test_one_hidden_number_takes_another_with_it() -> None:
    rows: list[dict[str, Any]] = [
        {"key": key, "values": [n], "before": 0} for key, n in zip("abc", (2, 9, 30), strict=True)
    ]
    assert [row["values"] for row in also_hidden(rows)] == [[2], [4], [30]]
    two = [{"key": key, "values": [n], "before": 0} for key, n in zip("abc", (2, 3, 30), strict=True)]
    assert [row["values"] for row in also_hidden(two)] == [[2], [3], [30]]


def test_a_share_that_gives_a_hidden_counter_away_is_hidden_too() -> None:
    names = ("support_conversations", "urgent_interventions", "answered", "in_time")
    figures = [{"id": name, "value": value, "before": 50} for name, value in zip(names, (40, 3, "x", "y"), strict=True)]
    told = {one["id"]: one for one in guarded(figures)}
    assert (told["answered"]["value"], told["answered"]["before"]) == (None, 50)
    assert told["in_time"]["value"] == "y"


def test_a_machine_without_chinese_letters_says_what_to_install(
    app: Flask, helpline: Helpline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts.find, "__defaults__", ((tmp_path,),))
    caller = staff(app, helpline, "Wong", Role.SUPERVISOR)
    answer = caller.get("/reports/month?month=2026-10")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "no_font")
    assert fonts.PACKAGE in answer.json["error"]["message"]
    assert caller.get(f"/reports/file?format=xlsx&{OCTOBER}").status_code == 200


@pytest.mark.parametrize("month", ["", "2026-13", "October", "2026-10-01"])
def test_a_month_that_is_none_is_refused(app: Flask, helpline: Helpline, month: str) -> None:
    answer = staff(app, helpline, "Wong", Role.SUPERVISOR).get(f"/reports/month?month={month}")
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "month")


def test_no_report_names_a_contact(app: Flask, helpline: Helpline) -> None:
    weeks(helpline, 40)
    told = json.dumps(staff(app, helpline, "Wong", Role.AUDITOR).get("/reports?from=2026-11-01&to=2026-11-23").json)
    with helpline.database.read() as conn:
        rows = conn.execute(sa.select(contacts.c.id, contacts.c.pseudonym)).all()
    assert not [row for row in rows if row.id in told or row.pseudonym in told]
