"""Train the triage model and sign its files; a model without a manifest of hashes is not loaded by the service."""

import hashlib
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn
import skops
from dataset import HEADS, KINDS, SHIPPED, Rows, load_rows
from learning import SEED, SIZES, Fitted, calibrated, fit, out_of_fold
from original import TRUSTED, keep
from reviewed import REVIEWED, reviewed_rows, reviewed_target
from second import FLOORS, READER, areas, sign

from hotline.triage.scorer import load_lexicon, load_model, load_twice, wordlist
from hotline.triage.scorer.grams import code_of
from hotline.triage.scorer.kinds import kind_code
from hotline.triage.scorer.net import packed
from hotline.triage.scorer.opening import FORMAT

_FOLDS = 5
_NOT_SCORING = {"tables.py", "store.py", "shadows.py", "readings.py", "answers.py", "screening.py", "quality.py"}
"""Modules of the triage that keep or report judgements and have no part in one."""


def main(
    data_dir: Path,
    models_dir: Path,
    config_dir: Path,
    extra: Sequence[Path],
    into: Path,
    reviewed: Sequence[Path] = (),
) -> None:
    """Train on the shipped sets, the own corpus, extra and reviewed rows; write model, original and manifest."""
    lexicon = load_lexicon(config_dir)
    read, known = reviewed_rows(reviewed, models_dir)
    if reviewed:
        print(f"{len(read)} reviewed rows; {known} more are left out: they are rows of the exam, or near copies.")
    rows = load_rows(data_dir, models_dir, lexicon, extra, [(REVIEWED, row, reviewed_target) for row in read])
    into.mkdir(parents=True, exist_ok=True)
    print(f"{len(rows.texts)} rows from {len(set(rows.sources))} sources; {_FOLDS}-fold scores for the calibration …")
    raw = out_of_fold(rows, _FOLDS)
    fitted = calibrated(fit(rows), rows, raw)
    runtime, original = into / "model.npz", into / "model.skops"
    np.savez_compressed(runtime, **arrays(fitted))
    (into / KINDS).write_bytes((models_dir / KINDS).read_bytes())
    keep(fitted, original)
    found = areas(rows, fitted.calibrate(raw))
    manifest = _manifest(rows, found, into)
    manifest |= _origin(data_dir, models_dir, [*extra, *reviewed])
    manifest |= _reader(models_dir, into, rows, fitted.log_odds(raw), manifest["name"])
    (into / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    load_model(into)
    load_twice(into)
    for name, value in found.items():
        print(f"  {name:<32} {value:.4f}")
    sizes = [path.stat().st_size / 1e6 for path in (runtime, original)]
    print(f"{manifest['name']}: {sizes[0]:.2f} MB arrays, {sizes[1]:.2f} MB skops")


def arrays(fitted: Fitted) -> dict[str, Any]:
    """The model as the plain arrays that the service loads (see ``hotline.triage.scorer.opening``)."""
    vocabulary = fitted.vocabulary
    codes = np.array([code_of(gram) for gram in vocabulary.characters.get_feature_names_out()], dtype=np.uint64)
    if len(np.unique(codes)) != len(codes):
        raise ValueError("Two n-grams share a number; change the base of the numbering.")
    order = np.argsort(codes)
    numbers = [kind_code(name) for name in vocabulary.names]
    named = [place for place, number in enumerate(numbers) if number is None]
    numbered = [place for place, number in enumerate(numbers) if number is not None]
    first_word, first_name = len(codes), len(codes) + len(vocabulary.words.idf_)
    rows = np.concatenate([order, np.arange(first_word, first_name), first_name + np.array([*named, *numbered])])
    weights = np.column_stack([fitted.heads[head].coef_[0] for head in HEADS]).astype(np.float16)
    units, most = packed(fitted.net.coefs_[0])
    return {
        "grams": codes[order],
        "words": wordlist.written(vocabulary.words.get_feature_names_out()),
        "features": wordlist.written([vocabulary.names[place] for place in named]),
        "kind_codes": np.array([numbers[place] for place in numbered], dtype=np.int64),
        "idf": np.concatenate([vocabulary.characters.idf_[order], vocabulary.words.idf_]),
        "weights": weights[rows],
        "units": units[rows],
        "unit_most": most,
        "thresholds": fitted.net.intercepts_[0],
        "outputs": fitted.net.coefs_[1],
        "output_intercepts": fitted.net.intercepts_[1],
        "intercepts": np.array([float(fitted.heads[head].intercept_[0]) for head in HEADS]),
        "slopes": fitted.slopes,
        "offsets": fitted.offsets,
        "joints": fitted.joints,
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _manifest(rows: Rows, found: dict[str, float], into: Path) -> dict[str, Any]:
    """What the service checks before it loads the model."""
    runtime = _hash(into / "model.npz")
    return {
        "format": FORMAT,
        "name": f"triage-{runtime[:10]}",
        "heads": list(HEADS),
        "character_ngrams": list(SIZES),
        "runtime": {"file": "model.npz", "sha256": runtime},
        "kinds": {"file": KINDS, "sha256": _hash(into / KINDS)},
        "original": {"file": "model.skops", "sha256": _hash(into / "model.skops"), "trusted": TRUSTED},
        "seed": SEED,
        "rows": len(rows.texts),
        "results": found,
        "floors": FLOORS,
    }


def _reader(models_dir: Path, into: Path, rows: Rows, first: np.ndarray[Any, Any], beside: str) -> dict[str, Any]:
    """The manifest's entry of the sentence reader, weighed anew beside the new model; nothing where there is none."""
    if not (models_dir / READER).is_file():
        return {}
    with np.load(models_dir / READER, allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    return {"reader": sign(models_dir, into, arrays, rows, first) | {"beside": beside}}


def _origin(data_dir: Path, models_dir: Path, extra: Sequence[Path]) -> dict[str, Any]:
    """What the model was made from: hashes of data and code, versions of libraries."""
    package = Path(sys.modules["hotline.triage"].__path__[0])
    code = [
        *(path for path in sorted(package.rglob("*.py")) if path.name not in _NOT_SCORING),
        *sorted(models_dir.glob("*.py")),
    ]
    root = package.parents[1]
    corpus = sorted((models_dir / "corpus").glob("*.jsonl"))
    return {
        "data": {f"{name}.jsonl": _hash(data_dir / f"{name}.jsonl") for name in SHIPPED},
        "corpus": {path.name: _hash(path) for path in [*corpus, *extra]},
        "code": {path.resolve().relative_to(root.resolve()).as_posix(): _hash(path) for path in code},
        "libraries": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
            "skops": skops.__version__,
        },
    }
