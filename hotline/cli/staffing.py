"""Says how many seats each hour needs; a rota without arithmetic keeps its promise by luck."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotline.cli import DATA_DIR

if TYPE_CHECKING:
    from hotline.reports.staffing import Demand


@click.command()
@DATA_DIR
@click.option("--own", is_flag=True, help="This house's own history instead of the two published houses.")
@click.option(
    "--play", type=click.FloatRange(1, 365), help="Also play the busiest hour by our own order for so many days."
)
@click.option("--plots", type=click.Path(file_okay=False, path_type=Path), help="Folder for pictures (SVG).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def staffing(*, own: bool, play: float | None, plots: Path | None, as_json: bool, data_dir: Path | None) -> None:
    """Seats for every level's target, hour by hour, by Erlang A."""
    from hotline.reports.staffing import needs
    from hotline.settings import Settings

    settings = Settings.load(data_dir=data_dir)
    setting = _setting(play or 1.0)
    told: dict[str, Any] = {}
    for demand in _demands(settings, own=own):
        hours = needs(demand, setting.rules.routing)
        told[demand.name] = {
            "work_seconds": round(demand.work_seconds),
            "hours": [
                {
                    "hour": one.hour,
                    "arrivals": round(one.arrivals, 2),
                    "load": round(one.load, 2),
                    "seats": {level.value: seats for level, seats in one.seats.items()},
                    "gives_up": round(one.gives_up, 4),
                }
                for one in hours
            ],
        }
        if play is not None:
            told[demand.name]["played"] = _played(demand, setting, quiet=as_json)
    if plots is not None:
        from hotline.lab.pictures import draw_staffing

        draw_staffing(told, plots)
    click.echo(json.dumps(told)) if as_json else _show(told)


def _setting(days: float) -> Any:
    from hotline.cli.simulate import committed
    from hotline.routing.yardsticks import Order

    return committed(Order.HOTLINE, {"days": days, "seed": 1, "surge": 1.0})


def _demands(settings: Any, *, own: bool) -> "list[Demand]":
    from hotline.reports.staffing import Demand, from_history
    from hotline.wiring import opened_helpline

    numbers = settings.policy_values("staffing")
    people = numbers["people"]
    if not own:
        patience = people["patience_seconds"]
        return [Demand.from_numbers(name, one, patience) for name, one in numbers["houses"].items()]
    with opened_helpline(settings) as helpline, helpline.database.read() as conn:
        found = from_history(
            conn,
            helpline.clock.now(),
            zone=helpline.rota.zone,
            weeks=people["history_weeks"],
            least_contacts=people["least_contacts"],
            patience_seconds=people["patience_seconds"],
        )
    if found is None:
        raise click.ClickException(f"fewer than {people['least_contacts']} contacts in {people['history_weeks']} weeks")
    return [found]


def _played(demand: "Demand", setting: Any, *, quiet: bool) -> dict[str, Any]:
    from hotline.reports.staffing import played_seats

    if not quiet:
        click.echo(f"Playing the busiest hour of {demand.name} …", err=True)
    seats, broken = played_seats(demand, setting, lambda _now: None)
    return {"seats": seats, "one_less_breaks": [level.value for level in broken], "days": setting.days}


def _show(told: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for name, house in told.items():
        levels = list(house["hours"][0]["seats"])
        table = Table(
            "hours", "contacts/h", "erlangs", *levels, title=f"{name}: seats to keep each target by seats alone"
        )
        for span, one in _spans(house["hours"]):
            table.add_row(span, f"{one['arrivals']:.1f}", f"{one['load']:.1f}", *map(str, one["seats"].values()))
        console.print(table)
        if "played" in house:
            played, broken = house["played"], ", ".join(house["played"]["one_less_breaks"])
            console.print(f"Busiest hour by our own order: {played['seats']} seats; one less breaks {broken}")


def _spans(hours: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Neighbouring hours that need the same, as one line."""
    found: list[tuple[int, dict[str, Any]]] = []
    for one in hours:
        if not found or found[-1][1]["arrivals"] != one["arrivals"]:
            found.append((one["hour"], one))
    ends = [start for start, _ in found[1:]] + [len(hours)]
    return [(f"{start:02d}-{end:02d}", one) for (start, one), end in zip(found, ends, strict=True)]
