"""Plays conversations against a running helpline; delivery must be seen to be believed."""

import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotline.cli import DATA_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline.lab.listeners import Source


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The running helpline.")
@click.option(
    "--concurrency", type=click.IntRange(1, 200), default=10, show_default=True, help="Conversations at once."
)
@click.option("--limit", type=click.IntRange(1), help="Play only the first so many conversations.")
@DATA_DIR
@click.option("--admin", help="Login of an administrator, for a helpline on another machine.")
@click.option("--admin-password", envvar="HOTLINE_ADMIN_PASSWORD", help="Their password; asked for when missing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def replay(file: Path, url: str, concurrency: int, limit: int | None, **given: Any) -> None:
    """Play conversations ({id, turns: [{role, text}]} JSON lines) as seekers and listeners.

    Exit status 0 only when nothing was lost, doubled, reordered or broken. Listeners are made through the data folder
    of a helpline on this machine (--data-dir, as given to `hotline up`), or through an administrator's invitations
    (--admin).
    """
    from hotline.lab.figures import summarise
    from hotline.lab.listeners import on_duty, relief
    from hotline.lab.replay import read_conversations

    try:
        conversations = list(read_conversations(file, limit))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    count = min(concurrency, max(1, len(conversations)))
    with (
        _source(url, given["data_dir"], given["admin"], given["admin_password"]) as source,
        on_duty(source, url, count) as listeners,
    ):
        started_seconds = time.monotonic()
        sent = relief(source, url, listeners)
        results = _play(url, conversations, listeners, sent, quiet=given["as_json"])
        summary = summarise(results, time.monotonic() - started_seconds)
    _show(summary, as_json=given["as_json"])
    raise SystemExit(0 if summary["ok"] else 1)


@contextmanager
def _source(url: str, data_dir: Path | None, admin: str | None, password: str | None) -> "Iterator[Source]":
    """Where listeners come from: an administrator when one is named, else the data folder."""
    from hotline.lab.api import Api
    from hotline.lab.listeners import FromDataFolder, FromInvites
    from hotline.settings import Settings
    from hotline.wiring import opened_helpline

    if admin:
        api = Api(url)
        words = {"login": admin, "password": password or click.prompt("Password", hide_input=True)}
        api.token = api.ask("POST", "/session", words)["token"]
        yield FromInvites(api)
        return
    settings = Settings.load(data_dir=data_dir)
    if settings.uses_sqlite and not (settings.data_dir / "hotline.sqlite3").exists():
        raise click.ClickException(f"no helpline lives in {settings.data_dir}: give --data-dir or --admin")
    with opened_helpline(settings) as helpline:
        yield FromDataFolder(helpline)


def _play(url: str, conversations: list[Any], listeners: list[Any], sent: Any, *, quiet: bool) -> list[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from hotline.lab.replay import replay as play

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        task = progress.add_task("Conversations", total=len(conversations))
        return play(url, conversations, listeners, lambda _result: progress.advance(task), sent)


def _show(summary: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(summary))
        return
    for name, value in summary.items():
        shown = ", ".join(f"{key} {one}" for key, one in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name:18} {shown if shown != '' else '-'}")
