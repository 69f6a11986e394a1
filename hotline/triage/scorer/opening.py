"""Opens a model only when its files have the hashes that were signed; a swapped file would decide who waits."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from hotline.domain.errors import ModelRefused
from hotline.triage.lexicon import HEADS
from hotline.triage.scorer import wordlist
from hotline.triage.scorer.kinds import Kinds, read_kinds
from hotline.triage.scorer.model import NESTED, Model
from hotline.triage.scorer.net import Net, side_by_side
from hotline.triage.scorer.twice import Twice, read_twice

FORMAT = 7
"""The layout of manifest and arrays that this code understands."""

Name = TypeVar("Name")
_NET = ("thresholds", "outputs", "output_intercepts")


def load_model(models_dir: Path) -> Model:
    """The model that ``manifest.json`` in this folder names.

    Raises:
        ModelRefused: a file is missing, altered, malformed, of an unknown format, holds a number that is not finite,
            or the recorded results are below the floor it was signed with.

    """
    try:
        manifest = json.loads((models_dir / "manifest.json").read_text("utf-8"))
        _check_manifest(manifest)
        kinds = read_kinds(_signed(models_dir, manifest["kinds"]))
        with np.load(io.BytesIO(_signed(models_dir, manifest["runtime"])), allow_pickle=False) as arrays:
            return _checked(_assemble(manifest, {name: arrays[name] for name in arrays.files}, kinds))
    except ModelRefused:
        raise
    except Exception as error:
        raise ModelRefused(f"The model cannot be opened: {type(error).__name__}.") from error


def load_twice(models_dir: Path, first: Model | None = None) -> Twice | None:
    """The model together with the sentence reader that the manifest names; None where it names none.

    ``first`` is that model where it is open already: its table of weights is the larger part of both.

    Raises:
        ModelRefused: as for :func:`load_model`, of either.

    """
    try:
        manifest = json.loads((models_dir / "manifest.json").read_text("utf-8"))
        if "reader" not in manifest:
            return None
        first = load_model(models_dir) if first is None else first
        _check_reader(manifest["reader"], first)
        with np.load(io.BytesIO(_signed(models_dir, manifest["reader"])), allow_pickle=False) as arrays:
            return read_twice(first, str(manifest["reader"]["name"]), {name: arrays[name] for name in arrays.files})
    except ModelRefused:
        raise
    except Exception as error:
        raise ModelRefused(f"The sentence reader cannot be opened: {type(error).__name__}.") from error


def _signed(models_dir: Path, entry: Mapping[str, str]) -> bytes:
    content = (models_dir / Path(entry["file"]).name).read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ModelRefused(f"{Path(entry['file']).name} does not have the hash of the manifest.")
    return content


def _check_manifest(manifest: Mapping[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise ModelRefused("The model is of a format that this program does not know.")
    _check_results(manifest)


def _check_reader(entry: Mapping[str, Any], first: Model) -> None:
    _check_results(entry)
    if (entry["beside"], tuple(entry["heads"])) != (first.name, first.heads):
        raise ModelRefused("The sentence reader was weighed beside another model.")


def _check_results(manifest: Mapping[str, Any]) -> None:
    for name, floor in manifest["floors"].items():
        if not float(manifest["results"][name]) >= float(floor):
            raise ModelRefused(f"The model's recorded {name} is below its floor.")


def _assemble(manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]], kinds: Kinds) -> Model:
    if arrays["units"].dtype != np.int8:
        raise ModelRefused("The net's weights are not kept in steps of a byte.")
    units = arrays["thresholds"].shape
    if arrays["units"].shape != (len(arrays["weights"]), *units) or arrays["unit_most"].shape != units:
        raise ModelRefused("The net's weights are not those of its features and units.")
    lowest, highest = (int(size) for size in manifest["character_ngrams"])
    grams, words, features = arrays["grams"], wordlist.read(arrays["words"]), wordlist.read(arrays["features"])
    first_word, first_feature = len(grams), len(grams) + len(words)
    first_kind = first_feature + len(features)
    return Model(
        name=str(manifest["name"]),
        heads=tuple(map(str, manifest["heads"])),
        sizes=range(lowest, highest + 1),
        grams=np.ascontiguousarray(grams.astype(np.uint64)),
        words=_rows(words, first_word),
        features=_rows(features, first_feature),
        kind_rows=_rows(arrays["kind_codes"].tolist(), first_kind),
        idf=arrays["idf"].astype(np.float64),
        weights=side_by_side(arrays["weights"], arrays["units"], arrays["unit_most"]),
        intercepts=arrays["intercepts"].astype(np.float64),
        net=Net(*(arrays[name].astype(np.float64) for name in _NET)),
        slopes=arrays["slopes"].astype(np.float64),
        offsets=arrays["offsets"].astype(np.float64),
        joints=arrays["joints"].astype(np.float64),
        kinds=kinds,
    )


def _rows(names: Sequence[Name], first: int) -> dict[Name, int]:
    """The row of each name; the first stands at ``first``."""
    return dict(zip(names, range(first, first + len(names)), strict=True))


def _checked(model: Model) -> Model:
    heads, named = len(model.heads), len(model.features) + len(model.kind_rows)
    if not {*HEADS, *(step for pair in NESTED for step in pair)} <= set(model.heads):
        raise ModelRefused("The model lacks a head that the policy asks for.")
    units = len(model.net.thresholds)
    shapes = [
        model.weights.shape == (len(model.grams) + len(model.words) + named, heads + units),
        model.net.thresholds.shape == (units,),
        model.net.outputs.shape == (units, heads),
        model.idf.shape == (len(model.grams) + len(model.words),),
        len(model.grams) > 0,
        bool(np.all(model.grams[1:] > model.grams[:-1])),
        *(each.shape == (heads,) for each in (model.intercepts, model.net.intercepts, model.slopes, model.offsets)),
        model.joints.shape == (3, heads),
    ]
    if not all(shapes):
        raise ModelRefused("The model's arrays do not fit together.")
    net = (model.net.thresholds, model.net.outputs, model.net.intercepts)
    numbers = (model.weights, model.intercepts, *net, model.slopes, model.offsets, model.joints, model.idf)
    if not all(bool(np.isfinite(each).all()) for each in numbers):
        raise ModelRefused("The model holds a number that is not finite.")
    return model
