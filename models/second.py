"""What the sentence reader answered for rows it had not seen, and how its answers are weighed with the first reading's.

``answers.npz`` holds them for every training row, made by ``reading.py`` in five folds; so thresholds and figures can
be worked out without teaching a reader.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from dataset import HEADS, Rows
from learning import SEED, settled
from sklearn.linear_model import LogisticRegression

from hotline.triage.scorer.reader import Reader

ANSWERS = "answers.npz"
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
    """The kept answers of these texts, rows x heads.

    Raises:
        ValueError: nothing is kept for one of them; the reader was taught on other rows.

    """
    with np.load(models_dir / ANSWERS, allow_pickle=False) as kept:
        known, answers = kept["texts"], kept["answers"].astype(np.float64)
    order, numbers = np.argsort(known), numbers_of(texts)
    places = order.take(np.searchsorted(known, numbers, sorter=order), mode="clip")
    if not bool((known[places] == numbers).all()):
        raise ValueError("The sentence reader has not answered every row; teach it again (models/reading.py).")
    return np.asarray(answers[places])


def asked(reader: Reader, texts: Sequence[str]) -> Floats:
    """The reader's answers for texts it did not learn from, rows x heads."""
    return np.array([reader.logits(text) for text in texts], dtype=np.float64).reshape(-1, len(HEADS))


def learnt_shares(rows: Rows, first: Floats, second: Floats) -> Floats:
    """What both readings' log-odds count and an offset, 3 x heads, from rows that neither had seen."""
    shares = np.zeros((3, len(HEADS)))
    for column in range(len(HEADS)):
        target = rows.targets[:, column]
        known = ~np.isnan(target)
        both = np.column_stack([first[known, column], second[known, column]])
        weighing = LogisticRegression(C=_STRENGTH, random_state=SEED)
        weighing.fit(both, target[known].astype(int), sample_weight=rows.weights[known])
        shares[:, column] = *weighing.coef_[0], weighing.intercept_[0]
    return shares


def together(shares: Floats, first: Floats, second: Floats) -> Floats:
    """Probabilities 0-1 by both readings, rows x heads; the same as :class:`Twice` gives for one text."""
    return settled(shares[0] * first + shares[1] * second + shares[2])
