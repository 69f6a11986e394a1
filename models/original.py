"""The scikit-learn objects that the service's arrays were made from, kept so that anybody can check that both agree.

skops keeps every entry of a dictionary as a piece of JSON, a quarter of a gigabyte for our vocabularies; they are kept
as lists of words and put back when the file is opened.
"""

import copy
import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_LZMA

import skops.io
from learning import Fitted

from hotline.triage.scorer import wordlist

TRUSTED: list[str] = []
"""Types beyond skops' own list that the file may hold: none."""

_VECTORISERS = ("characters", "words")


def keep(fitted: Fitted, path: Path) -> None:
    """Write a fitted recipe with its calibration."""
    vocabulary = fitted.vocabulary
    held: dict[str, Any] = {
        "feature_names": wordlist.written(vocabulary.names),
        "heads": dict(fitted.heads),
        "net": fitted.net,
        "slopes": fitted.slopes,
        "offsets": fitted.offsets,
        "joints": fitted.joints,
    }
    for name in _VECTORISERS:
        vectoriser = copy.copy(getattr(vocabulary, name))
        held[f"{name}_vocabulary"] = wordlist.written(list(vectoriser.get_feature_names_out()))
        del vectoriser.vocabulary_
        held[name] = vectoriser
    skops.io.dump(held, path, compression=ZIP_LZMA)


def opened(models_dir: Path) -> dict[str, Any]:
    """By name: the vectorisers ``characters`` and ``words``, ``feature_names``, ``heads``, ``net``, the calibration."""
    entry = json.loads((models_dir / "manifest.json").read_text("utf-8"))["original"]
    held: dict[str, Any] = skops.io.load(models_dir / entry["file"], trusted=entry["trusted"])
    for name in _VECTORISERS:
        held[name].vocabulary_ = {word: row for row, word in enumerate(wordlist.read(held.pop(f"{name}_vocabulary")))}
    return held | {"feature_names": wordlist.read(held["feature_names"])}
