"""Train the triage model and sign its files; a model without a manifest of hashes is not loaded by the service."""

import hashlib
import json
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn
import skops.io
from dataset import HEADS, SHIPPED, Rows, load_rows
from learning import SEED, SIZES, Fitted, calibrated, fit, out_of_fold, sigmoid
from sklearn.metrics import roc_auc_score

from hotline.triage.scorer import load_lexicon, load_model
from hotline.triage.scorer.model import BASE, FORMAT

TRUSTED: list[str] = []
"""Types beyond skops' own list that the scikit-learn original may hold: none."""

_FOLDS = 3
_FLOOR_AUC = 0.93


def main(data_dir: Path, models_dir: Path, config_dir: Path) -> None:
    """Train on the shipped sets and the own corpus; write model.npz, model.skops and manifest.json."""
    lexicon = load_lexicon(config_dir)
    rows = load_rows(data_dir, models_dir, lexicon)
    print(f"{len(rows.texts)} rows from {len(set(rows.sources))} sources; {_FOLDS}-fold scores for the calibration …")
    logits = out_of_fold(rows, lexicon.feature_names, _FOLDS)
    fitted = calibrated(fit(rows, lexicon.feature_names), rows, logits)
    runtime, original = models_dir / "model.npz", models_dir / "model.skops"
    np.savez_compressed(runtime, **arrays(fitted))
    skops.io.dump(_plain(fitted), original, compression=8, compresslevel=9)
    results = _results(rows, sigmoid(logits * fitted.slopes + fitted.offsets))
    manifest = _manifest(rows, fitted, data_dir, models_dir, results)
    (models_dir / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    load_model(models_dir)
    for name, value in results.items():
        print(f"  {name:<32} {value:.4f}")
    sizes = [path.stat().st_size / 1e6 for path in (runtime, original)]
    print(f"{manifest['name']}: {sizes[0]:.2f} MB arrays, {sizes[1]:.2f} MB skops")


def arrays(fitted: Fitted) -> dict[str, Any]:
    """The model as the plain arrays that the service loads (see ``hotline.triage.scorer.model``)."""
    vocabulary = fitted.characters.vocabulary_
    codes = np.zeros(len(vocabulary), dtype=np.uint64)
    for gram, column in vocabulary.items():
        codes[column] = code_of(gram)
    if len(set(codes.tolist())) != len(codes):
        raise ValueError("Two n-grams share a number; change the base of the numbering.")
    order = np.argsort(codes)
    words = [word for word, _ in sorted(fitted.words.vocabulary_.items(), key=lambda item: item[1])]
    weights = np.column_stack([fitted.heads[head].coef_[0] for head in HEADS])
    rows = np.concatenate([order, np.arange(len(codes), weights.shape[0])])
    return {
        "gram_codes": codes[order],
        "gram_idf": fitted.characters.idf_[order],
        "words": np.array(words, dtype=np.str_),
        "word_idf": fitted.words.idf_,
        "weights": weights[rows].astype(np.float32),
        "intercepts": np.array([float(fitted.heads[head].intercept_[0]) for head in HEADS]),
        "slopes": fitted.slopes,
        "offsets": fitted.offsets,
    }


def code_of(gram: str) -> np.uint64:
    """The 64-bit number of one n-gram."""
    code = 0
    for character in gram:
        code = (code * BASE + ord(character) + 1) % 2**64
    return np.uint64(code)


def _plain(fitted: Fitted) -> dict[str, Any]:
    return {
        "characters": fitted.characters,
        "words": fitted.words,
        "rule_names": list(fitted.rule_names),
        "heads": dict(fitted.heads),
        "slopes": fitted.slopes,
        "offsets": fitted.offsets,
    }


def _results(rows: Rows, probabilities: np.ndarray[Any, Any]) -> dict[str, float]:
    """Cross-validated area under the curve of every head over the rows whose source speaks of it."""
    results = {}
    for column, head in enumerate(HEADS):
        target = rows.targets[:, column]
        known = ~np.isnan(target)
        results[f"auc_{head}"] = round(float(roc_auc_score(target[known], probabilities[known, column])), 4)
    return results


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _manifest(
    rows: Rows, fitted: Fitted, data_dir: Path, models_dir: Path, results: dict[str, float]
) -> dict[str, Any]:
    package = Path(sys.modules["hotline.triage"].__path__[0])
    code = [*sorted(package.glob("*.py")), *sorted((package / "scorer").glob("*.py")), *sorted(models_dir.glob("*.py"))]
    runtime = _hash(models_dir / "model.npz")
    return {
        "format": FORMAT,
        "name": f"triage-{runtime[:10]}",
        "heads": list(HEADS),
        "character_ngrams": list(SIZES),
        "rule_features": list(fitted.rule_names),
        "runtime": {"file": "model.npz", "sha256": runtime},
        "original": {"file": "model.skops", "sha256": _hash(models_dir / "model.skops"), "trusted": TRUSTED},
        "seed": SEED,
        "rows": len(rows.texts),
        "results": results,
        "floors": {"auc_any_risk": _FLOOR_AUC, "auc_suicide_self_harm": _FLOOR_AUC},
        "data": {f"{name}.jsonl": _hash(data_dir / f"{name}.jsonl") for name in SHIPPED},
        "corpus": {path.name: _hash(path) for path in sorted((models_dir / "corpus").glob("*.jsonl"))},
        "code": {path.name: _hash(path) for path in code if path.name not in {"tables.py", "store.py"}},
        "libraries": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
            "skops": skops.__version__,
        },
    }
