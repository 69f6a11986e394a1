"""Plays days of a helpline by the real rules in a minute; a rule nobody has tried is tried on people."""

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hotline.reports.outcomes import Point, Setting


@click.command()
@click.option("--days", type=click.FloatRange(0.1, 3650), default=90, show_default=True, help="Days to play.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed brings the same people.")
@click.option("--surge", type=click.FloatRange(1, 100), default=1, show_default=True, help="Evening arrivals x N.")
@click.option("--trade-off", "curve", is_flag=True, help="Compare numbers of reserved seats as well.")
@click.option("--plots", type=click.Path(file_okay=False, path_type=Path), help="Folder for pictures (SVG).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def simulate(as_json: bool, curve: bool, plots: Path | None, **given: Any) -> None:  # noqa: FBT001 - click's flags
    """Play the committed scenario with the house's own policy, strict priority and first in, first out."""
    from hotline.reports import outcomes
    from hotline.routing.yardsticks import Order

    settings = {order: committed(order, given) for order in Order}
    told: dict[str, Any] = {"days": given["days"], "seed": given["seed"], "surge": given["surge"], "policies": {}}
    for order, setting in settings.items():
        calls = _watched(order.value, setting, functools.partial(outcomes.run, setting), quiet=as_json)
        told["policies"][order.value] = outcomes.figures(calls, setting.rules.routing)
        if order is Order.HOTLINE:
            told["told"] = _word(calls)
    points = []
    if curve:
        ours, rounds = settings[Order.HOTLINE], len(outcomes.RESERVES)
        play = functools.partial(outcomes.trade_off, ours)
        points = _watched("trade-off", ours, play, quiet=as_json, rounds=rounds)
        told["trade_off"] = [_point(point) for point in points]
    if plots is not None:
        from hotline.lab.pictures import draw

        draw(told, points, plots)
    click.echo(json.dumps(told)) if as_json else _show(told)


def _word(calls: Any) -> dict[str, Any]:
    """How the bounds held that people were told at arrival: all of them, and those not told the shortest one."""
    from hotline.reports.outcomes import SHORTEST_TOLD_SECONDS, kept_word

    everybody, waiting = kept_word(calls), kept_word(calls, told_more_than_seconds=SHORTEST_TOLD_SECONDS)
    named = {"everybody": everybody, "who_had_to_wait": waiting}
    return {
        name: {"kept": one.share, "contacts": one.tested, "told_p50": one.told_p50, "wait_p50": one.wait_p50}
        for name, one in named.items()
    }


def _point(point: "Point") -> dict[str, Any]:
    """One reserve rule; shares are (value, low, high) with a 95 % interval."""
    red, others = point.imminent, point.others
    return {
        "rule": point.rule,
        "imminent_within": [round(one, 4) for one in (red.value, red.low, red.high) if one is not None],
        "others_within": [round(one, 4) for one in (others.value, others.low, others.high) if one is not None],
        "others_wait_mean": point.others_wait_mean,
    }


def committed(order: Any, given: dict[str, Any]) -> "Setting":
    """The committed scenario and this installation's policies; one conversation at once for everybody."""
    import dataclasses

    from hotline.reports.cast import Rules
    from hotline.reports.outcomes import Setting
    from hotline.reports.scenario import Scenario
    from hotline.routing.policy import RoutingPolicy
    from hotline.settings import Settings
    from hotline.volunteers.wellbeing import WellbeingPolicy

    settings = Settings.load()
    routing = RoutingPolicy.from_numbers(settings.policy_values("routing_policy"))
    rules = Rules(
        routing=dataclasses.replace(routing, chats_at_once=1),
        wellbeing=WellbeingPolicy.from_numbers(settings.policy_values("wellbeing_policy")),
        order=order,
    )
    scenario = Scenario.from_numbers(settings.policy_values("simulation"))
    return Setting(scenario, rules, given["days"], given["seed"], given["surge"])


def _watched(
    name: str, setting: "Setting", play: "Callable[[Callable[[datetime], None]], Any]", *, quiet: bool, rounds: int = 1
) -> Any:
    """Play with a bar that counts simulated days."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from hotline.reports.scenario import BEGIN

    columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        task = progress.add_task(name, total=max(1, int(setting.days * rounds)))
        before = {"day": 0}

        def done(now: "datetime") -> None:
            day = (now - BEGIN).days
            progress.advance(task, day - before["day"] if day >= before["day"] else day)
            before["day"] = day

        found = play(done)
        progress.update(task, completed=max(1, int(setting.days * rounds)))
        return found


def _show(told: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("policy", "level", "contacts", "in time", "P50 s", "P95 s", "left", title=f"{told['days']:g} days")
    for policy, levels in told["policies"].items():
        for level, one in levels.items():
            share = "-" if one["within_target"] is None else f"{one['within_target'] * 100:.1f} %"
            cells = (one["contacts"], share, one["wait_p50"], one["wait_p95"], one["abandoned"])
            table.add_row(policy, level, *map(str, cells))
    console = Console()
    console.print(table)
    everybody, waiting = told["told"]["everybody"], told["told"]["who_had_to_wait"]
    console.print(
        f"Answered within the bound told at arrival: {_percent(everybody['kept'])} of {everybody['contacts']}"
    )
    console.print(
        f"of those who were told more than a minute: {_percent(waiting['kept'])} of {waiting['contacts']}, "
        f"in the middle told {waiting['told_p50']} s, waited {waiting['wait_p50']} s",
    )
    for point in told.get("trade_off", []):
        red, others = _percent(point["imminent_within"][0]), _percent(point["others_within"][0])
        console.print(f"{point['rule']}: imminent {red}, others {others}, who wait {point['others_wait_mean']} s")


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.1f} %"
