"""A helpline with an invented telephone company beside it, on this machine; nobody should learn on real callers."""

import secrets
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from hotline.settings import Settings

HOST = "127.0.0.1"


@click.command("phone-lab")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The helpline's port.")
@click.option("--lab-port", type=click.IntRange(1, 65535), default=8100, show_default=True, help="The lab page's port.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/phone-lab"),
    show_default=True,
    help="A folder of the rehearsal's own.",
)
@click.option("--duty/--no-duty", default=True, show_default=True, help="Whether the demo listeners are on duty.")
def phone_lab(port: int, lab_port: int, data_dir: Path, *, duty: bool) -> None:
    """Start a demo helpline beside an invented telephone company, with a page to play callers and listeners.

    No real telephone rings and no real text leaves. Ctrl-C stops both.
    """
    from hotline.settings import Settings

    settings = Settings.load(
        host=HOST,
        port=port,
        public_url=f"http://{HOST}:{port}",
        data_dir=data_dir,
        demo=True,
        twilio_account_sid=f"AC{secrets.token_hex(16)}",
        twilio_auth_tokens=(secrets.token_hex(16),),
        twilio_from_number=_from_number(),
        twilio_api_url=f"http://{HOST}:{lab_port}",
    )
    with ExitStack() as stack:
        _open_lab(stack, settings, lab_port, duty=duty)
        click.echo(f"The phone lab's page           http://{HOST}:{lab_port}/\n")
        raise SystemExit(_helpline(settings))


def _from_number() -> str:
    from hotline.lab.phone_lab.stage import FROM_NUMBER

    return FROM_NUMBER


def _open_lab(stack: ExitStack, settings: "Settings", lab_port: int, *, duty: bool) -> None:
    """The double, its page, and demo people with telephones, until the stack is closed."""
    from hotline.domain.clock import SystemClock
    from hotline.lab.phone_lab import stage
    from hotline.lab.phone_lab.app import lab_app
    from hotline.lab.phone_lab.shift import Shift
    from hotline.lab.telephone.server import HttpDeliver, serving
    from hotline.lab.telephone.timeline import RealTime
    from hotline.lab.telephone.world import World
    from hotline.wiring import DEMO_LOGINS, make_demo_people, opened_helpline, prepare

    prepare(settings)
    _tell_people(make_demo_people(settings))
    with opened_helpline(settings) as helpline:
        cast = stage.set_stage(helpline)
    cast.helpline_url, cast.ready = settings.public_url, False
    deliver = HttpDeliver()
    stack.callback(deliver.close)
    world = World(str(settings.twilio_account_sid), settings.twilio_auth_tokens[0], deliver, SystemClock())
    stage.connect(world, settings.public_url)
    driver = RealTime(world.timeline)
    driver.start()
    stack.callback(driver.stop)
    stack.enter_context(serving(lab_app(world, cast), HOST, lab_port))
    known = stage.passwords(settings.data_dir / DEMO_LOGINS) if duty else {}
    shift = Shift(settings.public_url, cast, {login: known[login] for login in stage.LISTENERS if login in known})
    shift.start()
    stack.callback(shift.stop)


def _tell_people(made: list[Any]) -> None:
    for login, password, roles in made:
        click.echo(f"  {login:<16} {password:<26} {', '.join(roles)}")


def _helpline(settings: "Settings") -> int:
    """Run the helpline as a process of its own until it ends; signals for this one are handed on."""
    line = [sys.executable, "-m", "hotline", "up", "--demo", "--port", str(settings.port)]
    line += ["--data-dir", str(settings.data_dir)]
    child = subprocess.Popen(line, env=settings.child_environ(), start_new_session=True)  # noqa: S603 - our own program
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: child.terminate())
    return child.wait()
