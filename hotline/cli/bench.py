"""Measures how fast this machine serves people; a figure nobody can repeat is a rumour."""

import json
import platform
import socket
import tempfile
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option(
    "--contacts", type=click.IntRange(10, 100_000), default=1000, show_default=True, help="Contacts to claim."
)
@click.option(
    "--claimers", type=click.IntRange(1, 64), default=8, show_default=True, help="Listeners who claim at once."
)
@click.option("--messages", type=click.IntRange(2, 10_000), default=300, show_default=True, help="Messages to time.")
@click.option("--database-url", help="A PostgreSQL server where databases may be made; SQLite when missing.")
@click.option("--only", type=click.Choice(["claims", "messages", "triage"]), multiple=True, help="Measure only this.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(only: tuple[str, ...], as_json: bool, **given: Any) -> None:  # noqa: FBT001 - click passes flags by name
    """Measure claims, messages and judgements in throw-away folders; touches no data of yours."""
    wanted = only or ("claims", "messages", "triage")
    figures: dict[str, Any] = {"python": platform.python_version(), "machine": platform.machine()}
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        for name in wanted:
            if not as_json:
                click.echo(f"Measuring {name} …", err=True)
            figures[name] = _MEASURES[name](Path(folder), given)
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name in wanted:
        click.echo(name)
        for key, value in figures[name].items():
            shown = ", ".join(f"{part} {one}" for part, one in value.items()) if isinstance(value, dict) else value
            click.echo(f"  {key:24} {shown}")


def _claims(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_claims import Scratch, measure
    from hotline.settings import Settings, ensure_secrets, normalise_database_url
    from hotline.wiring import build_helpline

    settings = Settings.load({}, data_dir=folder / "claims")
    ensure_secrets(settings.secrets_dir)
    address = given["database_url"]
    scratch = Scratch(folder, None if address is None else normalise_database_url(address))
    try:
        helpline = build_helpline(settings)
        return measure(helpline, scratch, contacts=given["contacts"], claimers=given["claimers"])
    finally:
        scratch.remove()


def _messages(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_live import message_latency, scratch_house

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with scratch_house(folder / "house", port) as address:
        return message_latency(address, folder / "house", messages=given["messages"])


def _triage(_folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    from hotline.lab.bench_live import triage_time
    from hotline.settings import Settings
    from hotline.triage.scorer import load_assessor

    settings = Settings.load()
    return triage_time(load_assessor(settings.models_dir, settings.config_dir), repeats=max(1, given["messages"] // 8))


_MEASURES = {"claims": _claims, "messages": _messages, "triage": _triage}
