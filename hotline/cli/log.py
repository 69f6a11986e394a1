"""Checks that nobody has altered the log of what was done; an unchecked log only looks like evidence."""

import json
from pathlib import Path

import click

from hotline.cli import DATA_DIR


@click.command()
@DATA_DIR
@click.option(
    "--witnessed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines of anchors that were kept elsewhere; they show entries cut off the end.",
)
def verify_log(data_dir: Path | None, witnessed: Path | None) -> None:
    """Check every chain, head and anchor; exit status 1 when something does not hold."""
    from hotline.flow.review import how_many_erased, verify_everything
    from hotline.settings import Settings
    from hotline.wiring import opened_helpline

    kept = [] if witnessed is None else [json.loads(line) for line in witnessed.read_text("utf-8").splitlines() if line]
    with opened_helpline(Settings.load(data_dir=data_dir)) as helpline:
        faults = list(verify_everything(helpline, kept))
        erased = how_many_erased(helpline)
    for fault in faults:
        click.echo(f"contact {fault.contact_id or '-'}: {fault.what}")
    if erased:
        click.echo(f"{erased} contacts are erased; their chains were checked like all others.")
    click.echo("The log holds." if not faults else f"{len(faults)} places do not hold.")
    raise SystemExit(1 if faults else 0)
