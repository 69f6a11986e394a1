"""How the model learns, for training and for cross-validation; two recipes would measure one and ship the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from dataset import HEADS, Rows
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from hotline.triage.scorer.model import spaced

SEED = 20_261_122
SIZES = (1, 4)
"""Lengths of character n-grams."""

MOST_GRAMS, MOST_WORDS = 36_000, 6_000
_STRENGTH = 4.0
_LOG_COUNTS = 0.5
_LARGEST_RATIO = 4.0
_WORD = r"[A-Za-z0-9]+"
_RULE_SCALE = 1.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted recipe: two vectorisers, the rule features in order, one linear model per head, calibration per head."""

    characters: TfidfVectorizer
    words: TfidfVectorizer
    rule_names: tuple[str, ...]
    heads: dict[str, LogisticRegression]
    slopes: Floats
    offsets: Floats

    def matrix(self, texts: Sequence[str], rules: Sequence[set[str]]) -> sp.csr_matrix:
        """Features of normalised texts: character n-grams, words, rules."""
        framed = [spaced(text) for text in texts]
        return sp.hstack(
            [self.characters.transform(framed), self.words.transform(texts), rule_matrix(rules, self.rule_names)]
        ).tocsr()

    def logits(self, features: sp.csr_matrix) -> Floats:
        """Uncalibrated scores, rows x heads."""
        return np.column_stack([self.heads[head].decision_function(features) for head in HEADS])

    def probabilities(self, texts: Sequence[str], rules: Sequence[set[str]]) -> Floats:
        """Calibrated probabilities 0-1, rows x heads."""
        return sigmoid(self.logits(self.matrix(texts, rules)) * self.slopes + self.offsets)


def sigmoid(values: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0))))


def rule_matrix(rules: Sequence[set[str]], names: Sequence[str]) -> sp.csr_matrix:
    """One column per rule feature, 1 where it is on."""
    columns = {name: column for column, name in enumerate(names)}
    places = [(row, columns[name]) for row, found in enumerate(rules) for name in found if name in columns]
    if not places:
        return sp.csr_matrix((len(rules), len(names)))
    rows, cols = zip(*places, strict=True)
    return sp.csr_matrix((np.full(len(rows), _RULE_SCALE), (rows, cols)), shape=(len(rules), len(names)))


def _vectoriser(kind: str, vocabulary: dict[str, int] | None = None) -> TfidfVectorizer:
    common: dict[str, Any] = {"lowercase": False, "sublinear_tf": True, "vocabulary": vocabulary}
    if kind == "characters":
        return TfidfVectorizer(analyzer="char", ngram_range=SIZES, min_df=3, **common)
    return TfidfVectorizer(token_pattern=_WORD, ngram_range=(1, 2), min_df=3, **common)


def _strongest(kind: str, texts: list[str], rows: Rows, most: int) -> dict[str, int]:
    """The n-grams that a first model over all of them leans on most."""
    first = _vectoriser(kind)
    counts = first.fit_transform(texts)
    importance = np.zeros(counts.shape[1])
    for head in ("any_risk", "urgent", "distress", "abuse"):
        importance = np.maximum(importance, np.abs(_linear(counts, rows, head).coef_[0]))
    names = first.get_feature_names_out()
    chosen = np.sort(np.argsort(-importance, kind="stable")[:most])
    return {str(names[place]): column for column, place in enumerate(chosen)}


def _linear(features: sp.csr_matrix, rows: Rows, head: str) -> LogisticRegression:
    target = rows.targets[:, HEADS.index(head)]
    known = ~np.isnan(target)
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=SEED, max_iter=300, tol=1e-3)
    part, truth, weights = features[known], target[known], rows.weights[known]
    scale = _log_count_scale(part, truth, weights)
    model.fit((part @ sp.diags(scale)).tocsr(), truth.astype(int), sample_weight=_balanced(truth, weights))
    model.coef_ = (model.coef_ * scale).astype(np.float32).astype(np.float64)  # half the size once packed
    return model


def _log_count_scale(features: sp.csr_matrix, target: Floats, weights: Floats) -> Floats:
    """How much each feature counts before learning: halfway between one and its log-count ratio (as in NB-SVM).

    The ratio is folded into the coefficients afterwards, so the service scores plain features.
    """
    present = (features > 0).astype(np.float64)
    yes, no = (weights * target) @ present + 1.0, (weights * (1.0 - target)) @ present + 1.0
    ratio = np.log((yes / (weights * target).sum()) / (no / (weights * (1.0 - target)).sum()))
    return np.asarray((1.0 - _LOG_COUNTS) + _LOG_COUNTS * np.minimum(np.abs(ratio), _LARGEST_RATIO))


def _balanced(target: Floats, weights: Floats) -> Floats:
    """Weights that let the rarer class count up to ten times as much."""
    share = float((weights * target).sum() / weights.sum())
    lift = min(10.0, np.sqrt((1.0 - share) / max(share, 1e-6)))
    return np.where(target > 0, weights * max(1.0, lift), weights)


def fit(rows: Rows, rule_names: Sequence[str]) -> Fitted:
    """Learn from these rows; calibration is the identity until :func:`calibrated` sets it."""
    framed = [spaced(text) for text in rows.texts]
    characters = _vectoriser("characters", _strongest("characters", framed, rows, MOST_GRAMS)).fit(framed)
    words = _vectoriser("words", _strongest("words", rows.texts, rows, MOST_WORDS)).fit(rows.texts)
    bare = Fitted(characters, words, tuple(rule_names), {}, np.ones(len(HEADS)), np.zeros(len(HEADS)))
    features = bare.matrix(rows.texts, rows.rules)
    heads = {head: _linear(features, rows, head) for head in HEADS}
    return Fitted(characters, words, bare.rule_names, heads, bare.slopes, bare.offsets)


def folds(rows: Rows, count: int) -> npt.NDArray[np.int64]:
    """A fold number per row, spread evenly over sources and any risk, by a fixed seed."""
    random = np.random.default_rng(SEED)
    number = np.zeros(len(rows.texts), dtype=np.int64)
    risk = np.nan_to_num(rows.targets[:, HEADS.index("any_risk")], nan=2.0)
    keys = [f"{source}:{value}" for source, value in zip(rows.sources, risk, strict=True)]
    for key in sorted(set(keys)):
        places = np.array([place for place, other in enumerate(keys) if other == key])
        number[random.permutation(places)] = np.arange(len(places)) % count
    return number


def out_of_fold(rows: Rows, rule_names: Sequence[str], count: int) -> Floats:
    """Uncalibrated scores of every row by a model that never saw it."""
    number = folds(rows, count)
    logits = np.zeros((len(rows.texts), len(HEADS)))
    for fold in range(count):
        fitted = fit(rows.take(number != fold), rule_names)
        part = rows.take(number == fold)
        logits[number == fold] = fitted.logits(fitted.matrix(part.texts, part.rules))
    return logits


def calibrated(fitted: Fitted, rows: Rows, logits: Floats) -> Fitted:
    """The same model with slopes and offsets that make its out-of-fold scores probabilities (Platt)."""
    slopes, offsets = np.ones(len(HEADS)), np.zeros(len(HEADS))
    for column in range(len(HEADS)):
        target = rows.targets[:, column]
        known = ~np.isnan(target)
        platt = LogisticRegression(C=1e6, random_state=SEED)
        platt.fit(logits[known, column : column + 1], target[known].astype(int), sample_weight=rows.weights[known])
        slopes[column], offsets[column] = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    return Fitted(fitted.characters, fitted.words, fitted.rule_names, fitted.heads, slopes, offsets)
