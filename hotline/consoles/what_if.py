"""The supervisor's question before the evening, not after it: what would one seat less, one more, or a surge do."""

import dataclasses
import threading
from typing import Any

from flask import render_template, request
from flask_babel import gettext

from hotline.consoles import pictures
from hotline.consoles.doors import api, pages
from hotline.domain.contact import Level
from hotline.domain.errors import TooMany
from hotline.flow.scene import candidates
from hotline.reports import what_if as report
from hotline.reports.cast import Rules
from hotline.reports.scenario import Scenario
from hotline.reports.what_if import Days, Limits, Question, Who
from hotline.routing.yardsticks import Order
from hotline.web.house import helpline, house
from hotline.web.quality_schemas import WhatIf

SEATS = (-2, -1, 0, 1, 2)
SURGES = (1, 2, 3, 10)
HOURS = range(24)
LONGEST_QUEUE_SECONDS = 4
"""One question waits for the one before it; whoever would wait longer is told instead of keeping a thread."""
_one_at_a_time = threading.Lock()
"""Each answer keeps a core busy for seconds; two at once would take them from people who write."""


def question() -> Question:
    """What this request asks; what is not offered counts as not asked."""
    return Question(
        seats=_number("seats", SEATS, 0),
        who=Who(_word("who", list(Who), Who.VOLUNTEER)),
        surge=_number("surge", SURGES, 1),
        days=Days(_word("days", list(Days), Days.ALL)),
        from_hour=_number("from", HOURS, 0),
        to_hour=_number("to", HOURS, 0),
    )


def _number(name: str, offered: Any, usual: int) -> int:
    given = request.args.get(name, "")
    return next((one for one in offered if str(one) == given), usual)


def _word(name: str, offered: Any, usual: str) -> str:
    given = request.args.get(name, "")
    return given if given in offered else usual


def answer(asked: Question) -> dict[str, Any]:
    """``WhatIf`` of the API: both runs, and what they were played from."""
    parts, settings = helpline(), house().settings
    numbers = settings.policy_values("simulation")
    limits, scenario = Limits(**numbers["what_if"]), Scenario.from_numbers(numbers)
    now = parts.clock.now()
    with parts.database.read() as conn:
        team = [one.lanes for one in candidates(parts, conn, now) if one.lanes]
        own = report.own_scenario(conn, now, asked, zone=parts.rota.zone, limits=limits, usual=scenario)
    scenario, seen = (scenario, 0) if own is None else own
    on_duty = len(team) >= limits.least_people
    if on_duty:
        scenario = dataclasses.replace(scenario, team=tuple(team))
    routing = dataclasses.replace(parts.routing, chats_at_once=1)
    rules = Rules(routing=routing, wellbeing=parts.wellbeing, order=Order.HOTLINE)
    if not _one_at_a_time.acquire(timeout=LONGEST_QUEUE_SECONDS):
        raise TooMany("another question is being played", retry_after_seconds=LONGEST_QUEUE_SECONDS)
    try:
        found = report.compare(scenario, asked, rules, limits)
    finally:
        _one_at_a_time.release()
    source = {"own_contacts": seen, "least_contacts": limits.least_contacts, "team_on_duty": on_duty}
    return {"question": dataclasses.asdict(asked), **source, **found}


@pages.get("/what-if")
def what_if() -> str:
    """The question as a form; with a question in the address also its answer, as plot and table."""
    asked = question()
    found = answer(asked) if "seats" in request.args else None
    return render_template(
        "consoles/what_if.html",
        asked=asked,
        found=found,
        plot=None if found is None else _plot(found),
        order=[level.value for level in reversed(Level)],
        hours=[(hour, f"{hour:02d}:00") for hour in HOURS],
        percent=pictures.percent,
        wait=_wait,
    )


def _wait(seconds: float | None) -> str:
    """A wait as people read it; a dash where nobody was answered."""
    if seconds is None:
        return "–"
    if seconds < 100:  # noqa: PLR2004 - longer ones are read in minutes
        return str(gettext("%(n)s s", n=round(seconds)))
    return str(gettext("%(n)s min", n=round(seconds / 60)))


def _plot(found: dict[str, Any]) -> str:
    """Two rows a level: as it is under the level's name, changed below it."""
    rows, changed = [], gettext("changed")
    for level in reversed(Level):
        for run, name in (("as_it_is", pictures.level_name(level)), ("changed", f"→ {changed}")):
            one = found[run]["levels"][level.value]
            interval = {"value": one["within_target"], "low": one["low"], "high": one["high"]}
            counts = {"hits": round((one["within_target"] or 0) * one["counted"]), "total": one["counted"]}
            rows.append((name, counts | interval))
    return pictures.intervals(rows, id_="what-if", title=gettext("Answered within the target"))


@api.get("/what-if")
@api.output(WhatIf)
@api.doc(
    description="?seats= -2 to 2, ?who= volunteer or clinician, ?surge= 1, 2, 3 or 10, ?days= all, week or weekend, "
    "?from= and ?to= local hours 0-23; what is not offered counts as not asked. Takes up to 3 seconds."
)
def get_what_if() -> Any:
    """What a seat more or less, or a surge, would do: both runs by level, with intervals and days played."""
    return answer(question())
