"""Rows of reviewed contacts, as ``hotline triage export`` writes them; an exam row among them would be learnt by heart.

A row is one contact: the person's own messages, masked, one a line, with the level that its review was signed with. The
level is true of the whole and says nothing of which danger it was, so a row of risk is silent on the four dangers.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from dataset import DANGERS, Labelled, Targets, corpus_rows, own_targets, read_lines
from duplicates import NEAR_COPY, near_copies

from hotline.domain.contact import Level
from hotline.triage.normalise import normalise

REVIEWED = "reviewed"
"""Source of these rows."""

WEIGHT = 6.0
"""Real words, each judged by somebody who read the whole conversation: twice a row of the own corpus."""

_MARK = re.compile(r"\[(?:link|e-mail|account|number|date|place|name)\]")
_PUT = "某"
"""What stands for a mark, so that the letters of the mark are no wording of anybody's."""


def reviewed_target(row: dict[str, Any], _: int) -> Labelled | None:
    """Targets and weight of a reviewed row."""
    return targets(row), WEIGHT


def targets(row: dict[str, Any]) -> Targets:
    """The steps of the level; below elevated no danger was there, from elevated on nobody says which."""
    found = own_targets({"level": row["level"], "head": "none"})
    if Level(row["level"]).rank >= Level.ELEVATED.rank:
        found |= dict.fromkeys(DANGERS, np.nan)
    return found


def reviewed_rows(paths: Sequence[Path], models_dir: Path) -> tuple[list[dict[str, Any]], int]:
    """The rows of these files without those that are, or nearly are, a row of the exam; and how many those were.

    Raises:
        ValueError: a file holds a row without text, level or the source ``reviewed``.

    """
    rows = [_checked(path, number, row) for path in paths for number, row in enumerate(read_lines(path), start=1)]
    exam = [str(row["text"]) for row in corpus_rows(models_dir) if row["split"] != "train"]
    equal = {normalise(text).text for text in exam}
    texts = [str(row["text"]) for row in rows]
    known = {place for place, text in enumerate(texts) if normalise(text).text in equal}
    for first, second, _ in near_copies([*exam, *texts], NEAR_COPY):
        if first < len(exam) <= second:
            known.add(second - len(exam))
    kept = [row for place, row in enumerate(rows) if place not in known]
    return kept, len(known)


def _checked(path: Path, number: int, row: dict[str, Any]) -> dict[str, Any]:
    levels = [level.value for level in Level]
    if row.get("source") != REVIEWED or row.get("level") not in levels or not str(row.get("text", "")).strip():
        raise ValueError(f"{path.name}, line {number}: not a row that `hotline triage export` wrote")
    return {**row, "text": _MARK.sub(_PUT, str(row["text"]))}
