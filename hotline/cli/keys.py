"""Shows and changes the keys that seal people's words; a key that can never be changed is one theft from useless."""

from pathlib import Path

import click

from hotline.cli import DATA_DIR


@click.group()
def keys() -> None:
    """Show and change the keys. Nothing here ever prints a key."""


@keys.command("list")
@DATA_DIR
def list_keys(data_dir: Path | None) -> None:
    """Name the master keys and say which one wraps new data keys."""
    from hotline.settings import Settings, load_secrets

    settings = Settings.load(data_dir=data_dir)
    kept = load_secrets(settings.secrets_dir)
    for key_id in kept.master_keys:
        click.echo(f"{key_id}{'  current' if key_id == kept.current_key_id else ''}")


@keys.command()
@DATA_DIR
@click.option("--resume", is_flag=True, help="Go on with a rotation that was interrupted; makes no new key.")
def rotate(data_dir: Path | None, resume: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Make a new master key and wrap every data key with it. May be interrupted and resumed; the service stays up."""
    from hotline.flow.unit import UnitOfWork
    from hotline.settings import Settings, add_master_key
    from hotline.wiring import opened_helpline

    settings = Settings.load(data_dir=data_dir)
    if not resume:
        click.echo(f"New master key {add_master_key(settings.secrets_dir)}")
    total, rewrapped = 0, 1
    with opened_helpline(settings) as helpline:
        while rewrapped:
            with UnitOfWork(helpline) as unit:
                rewrapped = helpline.keys.rotate(unit.conn)
                unit.commit()
            total += rewrapped
            click.echo(f"\r{total} data keys wrapped anew", nl=False)
    click.echo(f"\r{total} data keys wrapped anew; keep the older keys as long as any backup needs them")
