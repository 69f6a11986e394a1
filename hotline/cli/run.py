"""Starts the processes; each command reads the settings once and hands them on."""

from pathlib import Path

import click

from hotline.cli import DATA_DIR

_PORT = click.option("--port", type=click.IntRange(1, 65535), help="Port of the web pages (HOTLINE_PORT).")
_HOST = click.option("--host", help="Address to listen on (HOTLINE_HOST).")


@click.command()
@_PORT
@_HOST
@DATA_DIR
@click.option("--demo", is_flag=True, default=None, help="Make demo people, who sign in from this machine only.")
def up(port: int | None, host: str | None, data_dir: Path | None, demo: bool | None) -> None:  # noqa: FBT001
    """Start everything on this machine: database, private Redis, web, worker and clock. Ctrl-C stops it."""
    from hotline.embedded import up as start
    from hotline.settings import Settings

    settings = Settings.load(port=port, host=host, data_dir=data_dir, demo=demo)
    raise SystemExit(start(settings))


@click.command()
@_PORT
@_HOST
@DATA_DIR
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes.")
def serve(port: int | None, host: str | None, data_dir: Path | None, workers: int) -> None:
    """Start the web server alone; several processes need PostgreSQL."""
    from hotline.settings import Settings
    from hotline.wsgi import serve as start

    start(Settings.load(port=port, host=host, data_dir=data_dir), workers=workers)


@click.command()
@DATA_DIR
def worker(data_dir: Path | None) -> None:
    """Start a worker, as many as wanted."""
    from hotline.settings import Settings
    from hotline.worker import main as start

    start(Settings.load(data_dir=data_dir))


@click.command()
@DATA_DIR
def clock(data_dir: Path | None) -> None:
    """Start a clock; one leads, the others take over within 5 s."""
    from hotline.clock import main as start
    from hotline.settings import Settings

    start(Settings.load(data_dir=data_dir))


@click.command()
@DATA_DIR
def migrate(data_dir: Path | None) -> None:
    """Make missing keys and bring the database to this version."""
    from hotline.settings import Settings
    from hotline.wiring import prepare

    prepare(Settings.load(data_dir=data_dir))
    click.echo("The database is at this version and the keys are in place.")


@click.command()
@DATA_DIR
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for programs.")
def demo(data_dir: Path | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Make the demo people that do not exist yet; they sign in from this machine only."""
    import json

    from hotline.settings import Settings
    from hotline.wiring import DEMO_LOGINS, make_demo_people, prepare

    settings = Settings.load(data_dir=data_dir, demo=True)
    prepare(settings)
    made = make_demo_people(settings)
    if as_json:
        click.echo(json.dumps([{"login": name, "password": word, "roles": roles} for name, word, roles in made]))
        return
    for login, password, roles in made:
        click.echo(f"{login:16} {password:26} {', '.join(roles)}")
    if not made:
        click.echo(f"They exist already: see {settings.data_dir / DEMO_LOGINS}")
