"""Two models on the same labelled rows, with paired intervals: a new model that only looks better is not better.

Rows are JSON lines with ``text`` and the ``level`` a person gave (the form of the own corpus and of reviewed cases).
Both models decide under the same policy. A difference counts when its interval leaves out zero.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from dataset import read_lines
from reviewed import reviewed_rows

from hotline.domain.contact import Level
from hotline.domain.errors import ModelRefused
from hotline.triage.scorer import load_model, load_twice
from hotline.triage.scorer.both import Both, load_both

_RESAMPLES = 2_000
_ELEVATED, _HIGH = Level.ELEVATED.rank, Level.HIGH.rank

Ranks = npt.NDArray[np.int64]
Figure = Callable[[Ranks, Ranks], float]
"""A share from ranks given by the model and ranks given by people."""


def _share(counted: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> float:
    return float(counted[among].mean()) if among.any() else float("nan")


FIGURES: dict[str, Figure] = {
    "risk recognised (elevated or more)": lambda given, truth: _share(given >= _ELEVATED, truth >= _ELEVATED),
    "urgent recognised as urgent": lambda given, truth: _share(given >= _HIGH, truth >= _HIGH),
    "urgent given routine or less": lambda given, truth: _share(given < _ELEVATED, truth >= _HIGH),
    "no risk, flagged": lambda given, truth: _share(given >= _ELEVATED, truth < _ELEVATED),
    "no risk, urgent": lambda given, truth: _share(given >= _HIGH, truth < _ELEVATED),
    "exact level": lambda given, truth: _share(given == truth, truth >= 0),
}


def main(
    old_dir: Path,
    new_dir: Path,
    config_dir: Path,
    paths: Sequence[Path],
    reviewed: Sequence[Path] = (),
    models_dir: Path | None = None,
) -> None:
    """Print how two model folders differ on the rows of these files, and on ``reviewed`` ones that are no exam rows.

    A model that learnt from a reviewed file looks better on it than it is; compare on one it has not seen.

    Raises:
        ModelRefused: one of the folders holds no model that may be loaded.
        ValueError: the files hold no labelled row.

    """
    rows = [row for path in paths for row in read_lines(path) if row.get("split") != "train"]
    rows += reviewed_rows(reviewed, models_dir or new_dir)[0]
    if not rows:
        raise ValueError("There is no labelled row to compare on.")
    truth = np.array([Level(row["level"]).rank for row in rows])
    given = []
    for folder in (old_dir, new_dir):
        both, twice = whole(folder, config_dir), load_twice(folder)
        given.append(np.array([both.judge([str(row["text"])]).level.rank for row in rows]))
        print(f"{load_model(folder).name if twice is None else twice.name}: {folder.name}")
    print("\n".join(table(*given, truth)))


def whole(models_dir: Path, config_dir: Path) -> Both:
    """Both readings of a folder; a figure of one of them would be taken for that of both.

    Raises:
        ModelRefused: one of them is there and cannot be used.

    """
    both, broken = load_both(models_dir, config_dir)
    if broken:
        raise ModelRefused(" ".join(broken))
    return both


def table(old: Ranks, new: Ranks, truth: Ranks) -> list[str]:
    """Lines of a table: old, new, difference and its 95 % interval over paired resamples of the rows."""
    random = np.random.default_rng(0)
    draws = [random.integers(0, len(truth), len(truth)) for _ in range(_RESAMPLES)]
    lines = [f"| over {len(truth)} rows | old | new | difference | 95 % interval |", "|---|---|---|---|---|"]
    for name, figure in FIGURES.items():
        apart = [figure(new[draw], truth[draw]) - figure(old[draw], truth[draw]) for draw in draws]
        before, after = figure(old, truth), figure(new, truth)
        if np.isnan(before):
            lines.append(f"| {name} | – | – | – | no such row |")
            continue
        low, high = np.nanquantile(apart, [0.025, 0.975])
        mark = " *" if low > 0.0 or high < 0.0 else ""
        lines.append(
            f"| {name} | {before:.3f} | {after:.3f} | {after - before:+.3f}{mark} | {low:+.3f} to {high:+.3f} |"
        )
    return [*lines, "", "* the interval leaves out zero"]
