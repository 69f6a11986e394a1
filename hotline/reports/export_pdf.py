"""A report as PDF: the whole of it for the house, and a month for a funder, in which nobody can be made out."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from hotline.domain.contact import Language
from hotline.reports.breakdowns import BREAKDOWNS
from hotline.reports.figure import N_, Breakdown, Figure, Part
from hotline.reports.figures import BY_ID, FIGURES
from hotline.reports.paper import Paper
from hotline.reports.wording import FEW, PARTS, Wording

HOUSE = N_("Listening line")
FUNDER_CARDS = ("contacts", "support_conversations", "urgent_interventions", "answered", "in_time", "speed_p50")
FUNDER_FIGURES = (
    *FUNDER_CARDS,
    "abandoned",
    "speed_p90",
    "talk_hours",
    "asked_directly",
    "dispatches",
    "dispatches_confirmed",
    "callbacks",
)
"""What a funder reads. The longest wait is one person's and stays in the house."""
FUNDER_TABLES = ("by_channel", "by_language", "by_topic", "by_level", "outcomes")
FUNDER_COLUMNS: dict[str, tuple[int, ...]] = {"by_channel": (0, 3), "by_language": (0, 3), "by_level": (0, 1, 2, 3)}
"""Columns that may leave the house, where not all of them may."""
CHARTS = ("by_day", "by_hour")


def as_pdf(found: Mapping[str, Any], wording: Wording, language: Language) -> bytes:
    """The whole report: figures with the period before, charts, tables, definitions. Raises ``NoFont``."""
    say = wording.say
    paper = Paper(language, title=say(N_("Report")), foot=_foot(wording, found))
    paper.cover(say(HOUSE), wording.titled(say(N_("Report")), wording.span(found["period"])), _about(found, wording))
    for part in Part:
        paper.section(say(PARTS[part]))
        _figures(paper, found, wording, [figure for figure in FIGURES if figure.part is part])
        for table in BREAKDOWNS:
            if table.part is part:
                _chart(paper, found, wording, table) if table.id in CHARTS else _table(paper, found, wording, table)
    _definitions(paper, wording, [*FIGURES, *BREAKDOWNS])
    return bytes(paper.output())


def monthly(found: Mapping[str, Any], wording: Wording, language: Language) -> bytes:
    """A month worth sending out: numbers below five are hidden, shares of few left out. Raises ``NoFont``."""
    wording = dataclasses.replace(wording, few_hidden=True)
    say, month = wording.say, wording.month(found["period"]["from"])
    title = say(N_("Monthly report"))
    paper = Paper(language, title=f"{title} {month}", foot=f"{say(HOUSE)} · {month}")
    paper.cover(say(HOUSE), wording.titled(title, month), _about(found, wording))
    found = {**found, "figures": guarded(found["figures"])}
    values = {one["id"]: one for one in found["figures"]}
    paper.cards([_card(BY_ID[name], values[name], wording) for name in FUNDER_CARDS])
    paper.line_of(_privacy(wording), 8.5, soft=True)
    tables = {table.id: table for table in BREAKDOWNS}
    for name in CHARTS:
        _chart(paper, found, wording, tables[name])
    paper.section(say(N_("Figures")))
    _figures(paper, found, wording, [BY_ID[name] for name in FUNDER_FIGURES])
    for name in FUNDER_TABLES:
        _table(paper, found, wording, tables[name])
    shown = [tables[name] for name in (*CHARTS, *FUNDER_TABLES)]
    _definitions(paper, wording, [*(BY_ID[name] for name in FUNDER_FIGURES), *shown])
    return bytes(paper.output())


def guarded(figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Figures without the shares from which a hidden counter could be worked out."""
    found = [dict(one) for one in figures]
    for part in ("value", "before"):
        values = {one["id"]: one[part] for one in found}
        if any(0 < values[name] < FEW for name in ("support_conversations", "urgent_interventions")):
            for one in found:
                if one["id"] in {"answered", "abandoned"}:
                    one[part] = None
    return found


def _privacy(wording: Wording) -> str:
    text = N_(
        "Nobody can be made out in this report: a number from one to four is shown as <5, a bar that small is left "
        "out, and a share is shown only where at least twenty contacts stand behind it."
    )
    return wording.say(text)


def _about(found: Mapping[str, Any], wording: Wording) -> list[str]:
    say = wording.say
    period, before = found["period"], found["before"]
    lines = [
        say(N_("%(span)s, local time of %(zone)s")) % {"span": wording.span(period), "zone": period["zone"]},
        say(N_("Compared with %(span)s")) % {"span": wording.span(before)},
        wording.filters(found["filters"]),
        say(N_("Made at %(moment)s UTC")) % {"moment": f"{found['made_at']:%Y-%m-%d %H:%M}"},
    ]
    if found["unfinished"]:
        lines.append(say(N_("This period is not over yet.")))
    return lines


def _foot(wording: Wording, found: Mapping[str, Any]) -> str:
    inside = wording.say(N_("for the house only"))
    return f"{wording.say(HOUSE)} · {wording.span(found['period'])} · {inside}"


def _card(figure: Figure, one: Mapping[str, Any], wording: Wording) -> tuple[str, str, str]:
    before, change = wording.value(one["before"], figure.unit), wording.change(one["value"], one["before"], figure.unit)
    compared = wording.say(N_("before: %(value)s (%(change)s)")) % {"value": before, "change": change}
    return wording.say(figure.label), wording.value(one["value"], figure.unit), compared


def _figures(paper: Paper, found: Mapping[str, Any], wording: Wording, figures: Sequence[Figure]) -> None:
    values, say = {one["id"]: one for one in found["figures"]}, wording.say
    heads = (say(N_("Figure")), say(N_("This period")), say(N_("Period before")), say(N_("Difference")))
    rows = []
    for figure in figures:
        now, before = values[figure.id]["value"], values[figure.id]["before"]
        shown = (wording.value(now, figure.unit), wording.value(before, figure.unit))
        rows.append((say(figure.label), *shown, wording.change(now, before, figure.unit)))
    paper.table_of(heads, rows, first=0.46)


def _table(paper: Paper, found: Mapping[str, Any], wording: Wording, table: Breakdown) -> None:
    rows = found["tables"][table.id]
    if not rows:
        return
    places = tuple(range(len(table.columns)))
    if wording.few_hidden:
        places, rows = FUNDER_COLUMNS.get(table.id, places), also_hidden(rows)

    def before(row: Mapping[str, Any]) -> tuple[str, ...]:
        return () if wording.few_hidden else (wording.value(row["before"], table.columns[0][1]),)

    paper.section(wording.say(table.label), room_mm=20 + 6.2 * min(len(rows), 8))
    shown = [
        (
            wording.name(table.names, row["key"]),
            *(wording.value(row["values"][place], table.columns[place][1]) for place in places),
            *before(row),
        )
        for row in rows
    ]
    last = () if wording.few_hidden else (wording.say(N_("Period before")),)
    heads = (*(wording.say(table.columns[place][0]) for place in places), *last)
    paper.table_of(("", *heads), shown, first=0.3 if len(heads) > 2 else 0.5)  # noqa: PLR2004 - few columns, wide names


def also_hidden(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows in which no column hides one number alone: the others and their sum would give it away.

    Then the next smallest of that column is hidden with it, by being told as if it were small itself.
    """
    found = [{**row, "values": list(row["values"])} for row in rows]
    for place in range(len(found[0]["values"])):
        column = [row["values"][place] for row in found]
        if any(not isinstance(value, int) for value in column):
            continue
        small, larger = [v for v in column if 0 < v < FEW], sorted(v for v in column if v >= FEW)
        if len(small) == 1 and larger:
            found[column.index(larger[0])]["values"][place] = FEW - 1
    return found


def _chart(paper: Paper, found: Mapping[str, Any], wording: Wording, table: Breakdown) -> None:
    rows = found["tables"][table.id]
    paper.section(wording.say(table.label), room_mm=75)
    marked = len(table.columns) > 1
    bars = [(row["key"][5:] if len(row["key"]) > 7 else row["key"], *_pair(row["values"])) for row in rows]  # noqa: PLR2004
    if wording.few_hidden:
        bars = [(name, *(0 if value < FEW else value for value in pair)) for name, *pair in bars]
    paper.chart(bars)
    if marked:
        paper.legend([wording.say(label) for label, _ in table.columns])


def _pair(values: Sequence[int]) -> tuple[int, int]:
    return values[0], values[1] if len(values) > 1 else 0


def _definitions(paper: Paper, wording: Wording, defined: Sequence[Figure | Breakdown]) -> None:
    paper.section(wording.say(N_("What each figure means")))
    for one in defined:
        if paper.will_page_break(12):
            paper.add_page()
        paper.line_of(wording.say(one.label), 9, bold=True)
        paper.line_of(wording.say(one.definition), 8.5, soft=True)
        paper.ln(1.2)
