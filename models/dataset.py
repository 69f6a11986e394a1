"""The rows a model learns from, with what each source really says; a label guessed for a source would teach a lie.

Every row has a target per head: 1, 0, or NaN where its source is silent. The public sets stay outside the repository
and are read from the folder given; the project's own corpus lies beside this file.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hotline.domain.contact import Level
from hotline.triage.lexicon import HEADS as DANGERS
from hotline.triage.lexicon import Lexicon
from hotline.triage.normalise import normalise
from hotline.triage.scorer.kinds import NO_KINDS, Kinds, read_kinds
from hotline.triage.scorer.passages import thoughts

HEADS = (*DANGERS, "any_risk", "distress", "urgent", "imminent")
"""Columns of the targets: four dangers, then the ordinal steps elevated, routine, high and imminent."""

NO_RISK = "与自杀/自伤/攻击行为无关"
_SELF = ("自杀意图", "自杀计划", "自杀准备", "自杀未遂", "自伤意图", "自伤行为")
_WEIGHT_OWN = 3.0
_WEIGHT_JUDGED = {"zh_psysuicide_valid": 170.0, "en_llm_cssrs": 115.0}
"""Few rows, each judged by people on real words."""

KINDS = "kinds.npz"
"""The table of word kinds that the model reads texts with (``kinds.py`` made it)."""

OWN = "own"
"""Source of the project's own rows."""

RELABELLED = "relabelled"
"""Source of the few rows of routine sets that were read and found to be real risk (``relabelled.jsonl``)."""

_LAUGHS = {
    "zh": ("哈哈", "哈哈哈", "hhh", "呵呵", "😂", "🙃"),
    "en": (" haha", " lol", " lmao", " hahaha", " 😂", " 🙃"),
}

Targets = dict[str, float]
Labelled = tuple[Targets, float]
Reader = Callable[[dict[str, Any], int], Labelled | None]
Given = tuple[str, dict[str, Any], Reader]
Piece = tuple[str, set[str]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as normalised, the named features of each, targets (rows x heads, NaN unknown), weights and origins.

    ``parts`` are the passages of each text of several sentences with their named features, none for a short text.
    """

    texts: list[str]
    found: list[set[str]]
    parts: list[list[Piece]]
    strongest: list[int]
    targets: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    sources: list[str]
    raw: list[dict[str, Any]]

    def take(self, chosen: npt.NDArray[Any]) -> "Rows":
        """The rows at these positions (or where this mask is true)."""
        places = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return Rows(
            [self.texts[place] for place in places],
            [self.found[place] for place in places],
            [self.parts[place] for place in places],
            [self.strongest[place] for place in places],
            self.targets[places],
            self.weights[places],
            [self.sources[place] for place in places],
            [self.raw[place] for place in places],
        )


def _all(value: float, **others: float) -> Targets:
    return {**dict.fromkeys(HEADS, value), **others}


def _psysuicide(row: dict[str, Any], _: int) -> Labelled | None:
    label = str(row["label"])
    if label == NO_RISK:
        return _all(0.0, distress=np.nan), _WEIGHT_JUDGED["zh_psysuicide_valid"]
    own = any(name in label for name in _SELF)
    if not own and "攻击" not in label:
        return None  # exploration: neither risk nor its absence
    targets = dict.fromkeys(HEADS, np.nan)
    targets |= {"suicide_self_harm": float(own), "any_risk": 1.0, "distress": 1.0, "medical_emergency": 0.0}
    if "用户攻击" in label:
        targets["violence_to_others"] = 1.0
    if "他人攻击" in label:
        targets["abuse"] = 1.0
    return targets, _WEIGHT_JUDGED["zh_psysuicide_valid"]


def _cssrs(row: dict[str, Any], _: int) -> Labelled | None:
    severity = int(row["label"])
    risk = float(severity >= 1)
    targets = dict.fromkeys(HEADS, np.nan)
    targets |= {"suicide_self_harm": risk, "any_risk": risk, "urgent": float(severity >= 4), "distress": 1.0}  # noqa: PLR2004  C-SSRS active intent
    return targets, _WEIGHT_JUDGED["en_llm_cssrs"]


def _stressors(row: dict[str, Any], strongest: int) -> Labelled | None:
    if strongest >= Level.ELEVATED.rank:
        return None
    return _all(0.0, distress=1.0 if float(row.get("avg_severity") or 0) >= 2.0 else np.nan), 20.0  # noqa: PLR2004  of 10


def _small_talk(_: dict[str, Any], strongest: int) -> Labelled | None:
    return None if strongest >= Level.HIGH.rank else (_all(0.0), 1.0)


def _hostile(_: dict[str, Any], __: int) -> Labelled | None:
    return _all(0.0, distress=np.nan), 0.8


def _talked_about(_: dict[str, Any], __: int) -> Labelled | None:
    """Suicide talked about, denied or another's, long ago: calm, and the hardest to tell."""
    return _all(0.0, distress=np.nan), 12.0


def _forum(_: dict[str, Any], strongest: int) -> Labelled | None:
    return None if strongest >= Level.ELEVATED.rank else (_all(0.0, distress=np.nan), 4.0)


def _relabelled(row: dict[str, Any], _: int) -> Labelled | None:
    return own_targets(row), _WEIGHT_OWN


def _seekers(_: dict[str, Any], strongest: int) -> Labelled | None:
    """Turns of people in counselling: distress; risk only as a weak no where no rule spoke."""
    if strongest >= Level.ELEVATED.rank:
        return None
    return _all(0.0, distress=1.0), 0.15


def _own(row: dict[str, Any], _: int) -> Labelled | None:
    if row["split"] != "train":
        return None
    return own_targets(row), _WEIGHT_OWN


def own_targets(row: dict[str, Any]) -> Targets:
    """Targets of a row of the project's own corpus: its level as steps, its head as the danger."""
    rank = Level(row["level"]).rank
    return {
        **{head: float(row["head"] == head) for head in DANGERS},
        "any_risk": float(rank >= Level.ELEVATED.rank),
        "distress": float(rank >= Level.ROUTINE.rank),
        "urgent": float(rank >= Level.HIGH.rank),
        "imminent": float(rank >= Level.IMMINENT.rank),
    }


def _parts(text: str, lexicon: Lexicon, kinds: Kinds) -> list[Piece]:
    pieces = [text[start:end] for start, end in thoughts(text)]
    return [(each, lexicon.features(each, lexicon.find(each)) | kinds.features(each)) for each in pieces]


SHIPPED: dict[str, Reader] = {
    "zh_psysuicide_valid": _psysuicide,
    "en_llm_cssrs": _cssrs,
    "en_sad": _stressors,
    "en_counselchat": _seekers,
    "en_rallypoint_no_stb": _talked_about,
    "zh_cold": _hostile,
    "zh_kdconv": _small_talk,
    "zh_cpsycoun_unlabelled": _seekers,
    "yue_hkcancor": _small_talk,
    "yue_lihkg": _forum,
}
"""Public sets whose licence lets a model trained on them be published; sets with weak labels are left out."""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def corpus_rows(models_dir: Path) -> list[dict[str, Any]]:
    """The project's own corpus, all scripts and splits; ``file`` says which writer's file a row comes from."""
    paths = sorted((models_dir / "corpus").glob("*.jsonl"))
    return [{**row, "file": path.name} for path in paths for row in read_lines(path)]


def word_kinds(models_dir: Path) -> Kinds:
    """The table of word kinds beside the corpus; one that knows nothing where there is none."""
    path = models_dir / KINDS
    return read_kinds(path.read_bytes()) if path.is_file() else NO_KINDS


def seen(lexicon: Lexicon, kinds: Kinds, text: str) -> tuple[str, set[str], int]:
    """A text as the model sees it: normalised, its named features, and the rank of the strongest rule (0 when none)."""
    plain = normalise(text).text
    hits = lexicon.find(plain)
    strongest = max((hit.rule.level.rank for hit in hits if hit.rule.level), default=0)
    return plain, lexicon.features(plain, hits) | kinds.features(plain), strongest


def load_rows(
    data_dir: Path, models_dir: Path, lexicon: Lexicon, extra: Sequence[Path] = (), more: Sequence[Given] = ()
) -> Rows:
    """Everything the shipped model may learn from, equal texts once.

    ``extra`` are files of further labelled rows, ``more`` rows of another source (``reviewed.py``).
    """
    given: list[Given] = [(OWN, row, _own) for row in corpus_rows(models_dir)]
    given += [(OWN, {"split": "train", "head": "none", **row}, _own) for path in extra for row in read_lines(path)]
    given += [(OWN, row, _own) for row in laughing(given)]
    corrected = {row["sha256"]: row for row in read_lines(models_dir / "relabelled.jsonl")}
    for name, reader in SHIPPED.items():
        for row in read_lines(data_dir / f"{name}.jsonl"):
            found = corrected.get(hashlib.sha256(str(row["text"]).encode()).hexdigest())
            given.append((name, row, reader) if found is None else (RELABELLED, {**row, **found}, _relabelled))
    return gather([*given, *more], lexicon, word_kinds(models_dir))


def laughing(given: Sequence[Given]) -> list[dict[str, Any]]:
    """Every fourth risk row once more, with a laugh or an emoji at its end: a danger stays one."""
    risk = [
        row for _, row, _ in given if row.get("split") == "train" and Level(row["level"]).rank >= Level.ELEVATED.rank
    ]
    copies = []
    for place, row in enumerate(risk[::4]):
        endings = _LAUGHS["en" if str(row["text"]).isascii() else "zh"]
        copies.append({**row, "text": f"{row['text']}{endings[place % len(endings)]}"})
    return copies


def gather(given: Sequence[Given], lexicon: Lexicon, kinds: Kinds) -> Rows:
    """Rows from (source, row, reader) triples; a text that came before is left out."""
    kept: list[tuple[str, set[str], int, Targets, float, str, dict[str, Any]]] = []
    known: set[str] = set()
    for source, row, reader in given:
        text, found, strongest = seen(lexicon, kinds, str(row["text"]))
        labelled = reader(row, strongest)
        if labelled is None or text in known or not text.strip():
            continue
        known.add(text)
        kept.append((text, found, strongest, *labelled, source, row))
    targets = np.array([[each[3][head] for head in HEADS] for each in kept], dtype=np.float64)
    weights = np.array([each[4] for each in kept], dtype=np.float64)
    return Rows(
        [each[0] for each in kept],
        [each[1] for each in kept],
        [_parts(each[0], lexicon, kinds) for each in kept],
        [each[2] for each in kept],
        targets,
        weights,
        [each[5] for each in kept],
        [each[6] for each in kept],
    )
