"""Writes a report from the command line, for the operator who sends one every month; the page does the same."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotline.cli import DATA_DIR

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline.reports.periods import Period
    from hotline.reports.wording import Wording
    from hotline.settings import Settings

KINDS = ("text", "csv", "xlsx", "pdf", "month")
_DAY = "A local day, as 2026-11-23."


@click.command()
@DATA_DIR
@click.option("--from", "first", help=f"First day. {_DAY}")
@click.option("--to", "last", help=f"Last day; the first when missing. {_DAY}")
@click.option("--month", help="A calendar month instead, as 2026-11.")
@click.option("--zone", help="IANA time zone; the rota's when missing.")
@click.option("--channel", help="Only this channel, for example web.")
@click.option("--language", "only_language", help="Only contacts in this language, for example zh-Hant.")
@click.option("--level", help="Only this level, for example high.")
@click.option("--format", "kind", type=click.Choice(KINDS), default="text", show_default=True)
@click.option(
    "--words", type=click.Choice(["zh-Hans", "zh-Hant", "en"]), default="en", show_default=True, help="Its language."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; not needed for text.")
def report(kind: str, words: str, out: Path | None, data_dir: Path | None, **given: Any) -> None:
    """Figures of a period beside the period before it.

    The format "month" is the PDF for readers outside, in which small numbers are hidden; it takes --month.
    """
    from hotline.domain.errors import HotlineError
    from hotline.settings import Settings

    if kind != "text" and out is None:
        raise click.UsageError("name the file to write with --out")
    settings = Settings.load(data_dir=data_dir)
    try:
        made = _made(settings, kind, words, given)
    except HotlineError as error:
        raise click.ClickException(str(error)) from error
    if out is None:
        click.echo(made.decode(), nl=False)
        return
    out.write_bytes(made)
    click.echo(f"{out}: {len(made)} bytes", err=True)


def _made(settings: "Settings", kind: str, words: str, given: dict[str, Any]) -> bytes:
    from hotline.domain.contact import Channel, Language, Level
    from hotline.reports import export, export_pdf, period_report
    from hotline.reports.totals import Books, Filters
    from hotline.wiring import opened_helpline

    language = Language(words)
    with opened_helpline(settings) as helpline:
        helpline.look()
        period = _period(given, given["zone"] or helpline.rota.zone, month_only=kind == "month")
        chosen = {"channel": (Channel, given["channel"]), "language": (Language, given["only_language"])}
        chosen["level"] = (Level, given["level"])
        filters = Filters(**{name: _one(name, *choice) for name, choice in chosen.items()})
        with helpline.database.read() as conn:
            found = period_report.report(Books(conn, helpline.keys, helpline.clock.now()), period, filters)
        wording = _wording(lambda key: helpline.words.sentence(key, language), language)
    if kind == "text":
        return _text(found, wording).encode()
    if kind == "csv":
        return export.as_csv(found, wording)
    if kind == "xlsx":
        return export.as_xlsx(found, wording)
    return (export_pdf.monthly if kind == "month" else export_pdf.as_pdf)(found, wording, language)


def _one(name: str, kind: Any, given: str | None) -> Any:
    if given is None:
        return None
    try:
        return kind(given)
    except ValueError:
        offered = ", ".join(one.value for one in kind)
        raise click.UsageError(f"no {name} {given!r}; there are {offered}") from None


def _period(given: dict[str, Any], zone: str, *, month_only: bool) -> "Period":
    from hotline.reports import periods

    if given["month"]:
        return periods.month(given["month"], zone)
    if month_only or not given["first"]:
        raise click.UsageError("name the month with --month" if month_only else "name the days with --from and --to")
    return periods.read(given["first"], given["last"] or given["first"], zone)


def _wording(sentence: "Callable[[str], str]", language: Any) -> "Wording":
    from babel.support import Translations

    import hotline.web.language as pages
    from hotline.reports.wording import Wording

    locale = pages.LOCALES[language]
    said = Translations.load(str(Path(pages.__file__).parent / "translations"), [locale])
    names = {code.value: name for code, name in pages.NAMES.items()}
    return Wording(said.gettext, sentence, names, "en_GB" if locale == "en" else locale)


def _text(found: dict[str, Any], wording: "Wording") -> str:
    """Every figure as one line of a table."""
    from hotline.reports.figures import FIGURES

    values = {one["id"]: one for one in found["figures"]}
    lines = [wording.span(found["period"]), wording.filters(found["filters"]), ""]
    for figure in FIGURES:
        one = values[figure.id]
        now, before = (wording.value(one[part], figure.unit) for part in ("value", "before"))
        change = wording.change(one["value"], one["before"], figure.unit)
        lines.append(f"{now:>14}  {before:>14}  {change:>14}  {wording.say(figure.label)}")
    return "\n".join(lines) + "\n"
