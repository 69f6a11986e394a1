"""Invites the first person; a real helpline has no demo people, and somebody must be there to invite the others."""

from pathlib import Path

import click

from hotline.cli import DATA_DIR
from hotline.domain.contact import Role


@click.command()
@DATA_DIR
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    default=[Role.ADMINISTRATOR.value],
    show_default=True,
    help="What they may do; may be repeated.",
)
def invite(data_dir: Path | None, roles: tuple[str, ...]) -> None:
    """Print a link by which one person makes their account, within 72 h."""
    from hotline.flow import enrol
    from hotline.settings import Settings
    from hotline.wiring import opened_helpline

    settings = Settings.load(data_dir=data_dir)
    with opened_helpline(settings) as helpline:
        token = enrol.invite(helpline, "operator", roles=roles)
    click.echo(f"{settings.public_url}/staff/invite/{token}")
