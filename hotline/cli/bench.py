"""Measures how fast this machine serves people; a figure nobody can repeat is a rumour."""

import json
import platform
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline.flow.helpline import Helpline
    from hotline.lab.bench_claims import Scratch


CALLS_SECONDS = 30.0
"""How long everybody is on the line together."""


@click.command()
@click.option(
    "--contacts", type=click.IntRange(10, 100_000), default=1000, show_default=True, help="Contacts to claim."
)
@click.option(
    "--claimers", type=click.IntRange(1, 64), default=8, show_default=True, help="Listeners who claim at once."
)
@click.option("--messages", type=click.IntRange(2, 10_000), default=300, show_default=True, help="Messages to time.")
@click.option(
    "--report-contacts",
    type=click.IntRange(1000, 5_000_000),
    default=1_000_000,
    show_default=True,
    help="Contacts of the year that is reported on.",
)
@click.option(
    "--callers", type=click.IntRange(1, 500), default=200, show_default=True, help="Calls at once, of invented people."
)
@click.option("--database-url", help="A PostgreSQL server where databases may be made; SQLite when missing.")
@click.option(
    "--only",
    type=click.Choice(["claims", "queue", "messages", "timers", "triage", "calls", "reports"]),
    multiple=True,
    help="Measure only this.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(only: tuple[str, ...], as_json: bool, **given: Any) -> None:  # noqa: FBT001 - click passes flags by name
    """Measure claims, long queues, messages, timers and judgements in throw-away folders; touches no data of yours.

    Calls at once (--only calls) and a year's report over a million contacts (--only reports) take a minute and more and
    run only when they are named.
    """
    wanted = only or tuple(_MEASURES)
    figures: dict[str, Any] = {"python": platform.python_version(), "machine": platform.machine()}
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        for name in wanted:
            if not as_json:
                click.echo(f"Measuring {name} …", err=True)
            figures[name] = (_MEASURES | _BY_NAME_ONLY)[name](Path(folder), given)
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name in wanted:
        click.echo(name)
        for key, value in figures[name].items():
            shown = ", ".join(f"{part} {one}" for part, one in value.items()) if isinstance(value, dict) else value
            click.echo(f"  {key:24} {shown}")


def _claims(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_claims import measure

    with _scratch(folder / "claims", given) as (helpline, scratch):
        return measure(helpline, scratch, contacts=given["contacts"], claimers=given["claimers"])


def _queue(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_queue import measure

    with _scratch(folder / "queue", given) as (helpline, scratch):
        return measure(helpline, scratch)


@contextmanager
def _scratch(folder: Path, given: dict[str, Any]) -> "Iterator[tuple[Helpline, Scratch]]":
    """A wired helpline without data of anybody's, and a place for throw-away databases."""
    from hotline.lab.bench_claims import Scratch
    from hotline.settings import Settings, ensure_secrets, normalise_database_url
    from hotline.storage.migrate import upgrade
    from hotline.wiring import build_helpline

    settings = Settings.load({}, data_dir=folder)
    ensure_secrets(settings.secrets_dir)
    address = given["database_url"]
    scratch = Scratch(folder, None if address is None else normalise_database_url(address))
    helpline = build_helpline(settings)
    upgrade(helpline.database)  # what people set is looked for there
    try:
        yield helpline, scratch
    finally:
        scratch.remove()


def _messages(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_live import message_latency, scratch_house

    with scratch_house(folder / "house", _free_port()) as address:
        return message_latency(address, folder / "house", messages=given["messages"])


def _timers(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_live import scratch_house
    from hotline.lab.bench_timers import timer_lateness

    with scratch_house(folder / "clock", _free_port()):
        return timer_lateness(folder / "clock", count=given["messages"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _triage(_folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_live import triage_time
    from hotline.settings import Settings
    from hotline.triage.scorer import load_assessor

    settings = Settings.load()
    return triage_time(load_assessor(settings.models_dir, settings.config_dir), repeats=max(1, given["messages"] // 8))


def _reports(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_reports import measure

    with _scratch(folder / "reports", given) as (helpline, scratch):
        return measure(helpline, scratch, number=given["report_contacts"])


def _calls(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_calls import measure

    ports = (_free_port(), _free_port())
    if given["database_url"] is None:
        return measure(folder / "calls", *ports, callers=given["callers"], seconds=CALLS_SECONDS)
    with _scratch(folder / "calls-database", given) as (_, scratch):
        database = scratch.make("calls")
        database.engine.dispose()
        return measure(
            folder / "calls", *ports, callers=given["callers"], seconds=CALLS_SECONDS, database_url=database.url
        )


_MEASURES = {"claims": _claims, "queue": _queue, "messages": _messages, "timers": _timers, "triage": _triage}
"""What is measured when nothing is named."""
_BY_NAME_ONLY = {"calls": _calls, "reports": _reports}
"""What takes long and runs when it is named."""
