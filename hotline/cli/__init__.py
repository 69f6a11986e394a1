"""What an operator can ask for; without one front door every task would need its own way to find the settings.

Commands are found by name and imported when used, so that ``hotline --help`` starts at once.
"""

import importlib
from pathlib import Path
from typing import Any

import click

from hotline.domain.errors import ConfigurationError

COMMANDS = {
    "up": ("hotline.cli.run:up", "Start everything on this machine."),
    "serve": ("hotline.cli.run:serve", "Start the web server."),
    "worker": ("hotline.cli.run:worker", "Start a worker that carries out promises."),
    "clock": ("hotline.cli.run:clock", "Start a clock; one leads, the others stand by."),
    "migrate": ("hotline.cli.run:migrate", "Bring the database to this version."),
    "demo": ("hotline.cli.run:demo", "Make the demo people."),
    "invite": ("hotline.cli.invite:invite", "Invite the first administrator, or anybody."),
    "doctor": ("hotline.cli.doctor:doctor", "Say what is in order and what is missing."),
    "keys": ("hotline.cli.keys:keys", "Show and change the keys that seal people's words."),
    "verify-log": ("hotline.cli.log:verify_log", "Check that nobody has altered the log of what was done."),
    "triage": ("hotline.cli.triage:triage", "Score, explain, train and evaluate."),
    "replay": ("hotline.cli.replay:replay", "Play conversations against a running helpline."),
    "phone-lab": (
        "hotline.cli.phone_lab:phone_lab",
        "Play callers and listeners by hand.",
    ),
    "phone-fallback": (
        "hotline.cli.phone_fallback:phone_fallback",
        "Write what callers hear when none of our servers answers.",
    ),
    "simulate": ("hotline.cli.simulate:simulate", "Play days of a helpline by the real rules."),
    "staffing": ("hotline.cli.staffing:staffing", "Say how many seats each hour needs."),
    "report": ("hotline.cli.report:report", "Write what was done in a period, as text or file."),
    "bench": ("hotline.cli.bench:bench", "Measure how fast this machine is."),
}
"""Name to place of the command and one sentence about it."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks this way
        """All names, in the order an operator meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Names with their sentences, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a wrong configuration is told in one sentence instead of a traceback."""
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hotline")
def main() -> None:
    """Crisis triage and volunteer hotline."""


DATA_DIR = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for everything this machine keeps (HOTLINE_DATA_DIR).",
)
"""The option every command shares that opens the database or the keys."""
