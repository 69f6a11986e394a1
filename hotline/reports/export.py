"""A report for spreadsheets: CSV that any program reads, and a workbook with tables, charts and definitions."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import xlsxwriter

from hotline.reports.breakdowns import BREAKDOWNS
from hotline.reports.figure import N_, Breakdown, Figure, Unit
from hotline.reports.figures import FIGURES
from hotline.reports.wording import PARTS, Wording

CSV_COLUMNS = ("id", "row", "column", "value", "before", "low", "high", "hits", "total", "unit", "name", "definition")
"""Names for programs: they stay the same in every language."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORMATS = {Unit.COUNT: "#,##0", Unit.SHARE: "0.0%", Unit.SECONDS: "#,##0", Unit.HOURS: "#,##0.0"}
_UNITS = {Unit.COUNT: N_("number"), Unit.SHARE: N_("share"), Unit.SECONDS: N_("seconds"), Unit.HOURS: N_("hours")}


def defused(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell


def as_csv(found: Mapping[str, Any], wording: Wording) -> bytes:
    """One line for each value, under :data:`CSV_COLUMNS`; UTF-8 with the mark by which spreadsheets know it."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for line in _lines(found, wording):
        writer.writerow({name: defused(cell) for name, cell in line.items()})
    return stream.getvalue().encode("utf-8-sig")


def _lines(found: Mapping[str, Any], wording: Wording) -> Iterator[dict[str, Any]]:
    for name in ("from", "to", "zone"):
        yield {"id": f"period_{name}", "value": found["period"][name], "before": found["before"][name]}
    for name, value in found["filters"].items():
        yield {"id": f"filter_{name}", "value": value or "", "before": value or ""}
    values = {one["id"]: one for one in found["figures"]}
    for figure in FIGURES:
        one, about = values[figure.id], {"id": figure.id, "unit": figure.unit.value}
        words = {"name": wording.say(figure.label), "definition": wording.say(figure.definition)}
        yield {**about, **_cells(one["value"]), "before": plain(one["before"]), **words}
    for table in BREAKDOWNS:
        for row in found["tables"][table.id]:
            yield from _row(table, row, wording)


def _row(table: Breakdown, row: Mapping[str, Any], wording: Wording) -> Iterator[dict[str, Any]]:
    words = {"name": wording.say(table.label), "definition": wording.say(table.definition)}
    for place, (label, unit) in enumerate(table.columns):
        about = {"id": table.id, "row": row["key"], "column": wording.say(label), "unit": unit.value}
        before = {} if place else {"before": plain(row["before"])}
        yield {**about, **_cells(row["values"][place]), **before, **words}


def _cells(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        return {"value": "" if value is None else value}
    return {"value": plain(value), **{name: value[name] for name in ("low", "high", "hits", "total")}}


def plain(value: Any) -> Any:
    """A value as one number; empty where there was nothing to count."""
    found = value["value"] if isinstance(value, Mapping) else value
    return "" if found is None else found


class _Book:
    """A workbook being written: its formats and where the next row goes on each sheet."""

    def __init__(self, stream: io.BytesIO, wording: Wording) -> None:
        self.wording = wording
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(stream, options)
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})
        added = self.book.add_format
        self.units = {unit: added({"num_format": code, "valign": "top"}) for unit, code in _FORMATS.items()}

    def sheet(self, name: str, widths: tuple[int, ...]) -> Any:
        made = self.book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        return made

    def put(self, sheet: Any, row: int, column: int, value: Any, unit: Unit) -> None:
        found = plain(value)
        if found != "":
            sheet.write_number(row, column, found, self.units[unit])


def as_xlsx(found: Mapping[str, Any], wording: Wording) -> bytes:
    """A workbook: key figures, tables with charts, definitions."""
    stream = io.BytesIO()
    book = _Book(stream, wording)
    _figures_sheet(book, found)
    _tables_sheet(book, found)
    _definitions_sheet(book)
    book.book.close()
    return stream.getvalue()


def _figures_sheet(book: _Book, found: Mapping[str, Any]) -> None:
    say, sheet = book.wording.say, book.sheet(book.wording.say(N_("Figures")), (26, 44, 14, 14, 12, 12, 10, 10, 12))
    sheet.write_string(0, 0, say(N_("Report")), book.title)
    sheet.write_string(1, 0, f"{book.wording.span(found['period'])} ({found['period']['zone']})")
    sheet.write_string(2, 0, book.wording.filters(found["filters"]))
    for column, head in enumerate(_FIGURE_HEADS):
        sheet.write_string(4, column, say(head) if head else "", book.head)
    values = {one["id"]: one for one in found["figures"]}
    for row, figure in enumerate(FIGURES, start=5):
        one = values[figure.id]
        sheet.write_string(row, 0, say(PARTS[figure.part]), book.text)
        sheet.write_string(row, 1, say(figure.label), book.text)
        book.put(sheet, row, 2, one["value"], figure.unit)
        book.put(sheet, row, 3, one["before"], figure.unit)
        if isinstance(one["value"], Mapping):
            for column, (name, unit) in enumerate(_SHARE_CELLS.items(), start=4):
                book.put(sheet, row, column, one["value"][name], unit)
        sheet.write_string(row, 8, say(_UNITS[figure.unit]), book.text)
    sheet.freeze_panes(5, 2)


_FIGURE_HEADS = (
    "",
    N_("Figure"),
    N_("This period"),
    N_("Period before"),
    N_("interval from"),
    N_("interval to"),
    N_("counted"),
    N_("out of"),
    N_("Unit"),
)
_SHARE_CELLS = {"low": Unit.SHARE, "high": Unit.SHARE, "hits": Unit.COUNT, "total": Unit.COUNT}


def _tables_sheet(book: _Book, found: Mapping[str, Any]) -> None:
    say, row = book.wording.say, 0
    sheet = book.sheet(say(N_("Tables")), (40, *[16] * 7))
    for table in BREAKDOWNS:
        rows = found["tables"][table.id]
        sheet.write_string(row, 0, say(table.label), book.title)
        labels = ["", *(label for label, _ in table.columns), N_("Period before")]
        for column, label in enumerate(labels):
            sheet.write_string(row + 1, column, say(label) if label else "", book.head)
        for place, one in enumerate(rows, start=row + 2):
            sheet.write_string(place, 0, book.wording.name(table.names, one["key"]), book.text)
            for column, ((_, unit), value) in enumerate(zip(table.columns, one["values"], strict=True), start=1):
                book.put(sheet, place, column, value, unit)
            book.put(sheet, place, len(table.columns) + 1, one["before"], table.columns[0][1])
        if table.id in {"by_day", "by_hour"} and rows:
            _chart(book, sheet, table, row, len(rows))
        row += max(len(rows), 16 if table.id in {"by_day", "by_hour"} else 0) + 4


def _chart(book: _Book, sheet: Any, table: Breakdown, row: int, number: int) -> None:
    chart = book.book.add_chart({"type": "column"})
    for column in range(1, len(table.columns) + 1):
        chart.add_series(
            {
                "name": [sheet.get_name(), row + 1, column],
                "categories": [sheet.get_name(), row + 2, 0, row + 1 + number, 0],
                "values": [sheet.get_name(), row + 2, column, row + 1 + number, column],
            },
        )
    chart.set_title({"name": book.wording.say(table.label), "name_font": {"size": 12}})
    sheet.insert_chart(row, 9, chart, {"description": book.wording.say(table.definition)})


def _definitions_sheet(book: _Book) -> None:
    say = book.wording.say
    sheet = book.sheet(say(N_("Definitions")), (44, 90, 14, 28))
    for column, head in enumerate((N_("Figure"), N_("Definition"), N_("Unit"), N_("Counted from"))):
        sheet.write_string(0, column, say(head), book.head)
    defined: list[Figure | Breakdown] = [*FIGURES, *BREAKDOWNS]
    for row, one in enumerate(defined, start=1):
        unit = say(_UNITS[one.unit]) if isinstance(one, Figure) else ""
        for column, text in enumerate((say(one.label), say(one.definition), unit, ", ".join(one.tables))):
            sheet.write_string(row, column, text, book.text)
    sheet.freeze_panes(1, 0)
