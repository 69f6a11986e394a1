"""How the model learns, for training and for cross-validation; two recipes would measure one and ship the other."""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from dataset import DANGERS, HEADS, OWN, Rows
from duplicates import NEAR_COPY, near_copies
from scipy.sparse.csgraph import connected_components
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from hotline.triage.scorer.grams import spaced, worded
from hotline.triage.scorer.model import ANY_RISK, NESTED
from hotline.triage.scorer.net import packed, unpacked

SEED = 20_261_122
SIZES = (1, 4)
"""Lengths of character n-grams."""

_RAREST = 3
"""A feature must occur in so many rows."""

_RAREST_PAIR = 6
"""A pair of word kinds in so many; there are very many of them."""

_STRENGTH = 1.0
_UNITS = 16
_ROUNDS = 8
_BATCH = 256
_NET_PRIOR = 0.75
"""The power of a feature's prior that the net learns with."""

_LOG_COUNTS = 0.75
_LARGEST_RATIO = 4.0
_GRAM = r"[^|]+"
_PRIOR = {"is:": 0.3, "then:": 0.15, "kind:": 0.2, "kinds:": 0.08}
"""How much a feature counts before learning, by the beginning of its name; rules and n-grams count 1."""

_SOURCE_PRIOR = 0.03

_BEST_PASSAGE = {"urgent": 0.7, "imminent": 0.7, "any_risk": 0.3, "suicide_self_harm": 0.5}
"""The part of a longer text's score that its most alarming passage has: how soon is said in one sentence, what it is
about in all of them."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raw:
    """Uncalibrated scores, rows x heads: of whole texts, and the highest of their passages (the whole's for none).

    ``long`` says which texts have passages.
    """

    whole: Floats
    best: Floats
    long: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a text is counted by: two vectorisers, then the named features in order."""

    characters: TfidfVectorizer
    words: TfidfVectorizer
    names: tuple[str, ...]

    def matrix(self, texts: Sequence[str], found: Sequence[set[str]]) -> sp.csr_matrix:
        """Features of normalised texts: character n-grams, words, and the named features found in each."""
        characters = self.characters.transform([spaced(text) for text in texts])
        words = self.words.transform([worded(text) for text in texts])
        return sp.hstack([characters, words, named_matrix(found, self.names)]).tocsr()


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted recipe: what texts are counted by, a linear model and calibration per head, a net."""

    vocabulary: Vocabulary
    heads: dict[str, LogisticRegression]
    net: MLPClassifier
    slopes: Floats = field(default_factory=lambda: np.ones(len(HEADS)))
    offsets: Floats = field(default_factory=lambda: np.zeros(len(HEADS)))
    joints: Floats = field(default_factory=lambda: np.zeros((3, len(HEADS))))

    def logits(self, features: sp.csr_matrix) -> Floats:
        """Uncalibrated scores, rows x heads: the mean of the linear models' and the net's."""
        hidden, outputs = self.net.coefs_
        units = np.tanh(features @ hidden + self.net.intercepts_[0])
        return np.asarray((_decisions(self.heads, features) + units @ outputs + self.net.intercepts_[1]) / 2.0)

    def raw(self, rows: Rows) -> Raw:
        """Uncalibrated scores of these rows and of their passages."""
        whole = self.logits(self.vocabulary.matrix(rows.texts, rows.found))
        best, counts = whole.copy(), np.array([len(parts) for parts in rows.parts], dtype=np.int64)
        pieces = [piece for parts in rows.parts for piece in parts]
        if pieces:
            features = self.vocabulary.matrix([text for text, _ in pieces], [found for _, found in pieces])
            scores = self.logits(features)
            starts = np.concatenate([[0], np.cumsum(counts)[:-1]])[counts > 0]
            best[counts > 0] = np.maximum.reduceat(scores, starts, axis=0)
        return Raw(whole, best, counts > 0)

    def probabilities(self, rows: Rows) -> Floats:
        """Calibrated probabilities 0-1, rows x heads."""
        return self.calibrate(self.raw(rows))

    def calibrate(self, raw: Raw) -> Floats:
        """Probabilities 0-1 from uncalibrated scores."""
        return settled(self.log_odds(raw))

    def log_odds(self, raw: Raw) -> Floats:
        """Calibrated log-odds, rows x heads, from uncalibrated scores."""
        logits = raw.whole * self.slopes + self.offsets
        whole, most, offset = self.joints
        logits[raw.long] = whole * raw.whole[raw.long] + most * raw.best[raw.long] + offset
        return np.asarray(logits)


def settled(logits: Floats) -> Floats:
    """Probabilities 0-1 from log-odds, rows x heads; any risk averaged with at least one danger, steps nested."""
    found = sigmoid(logits)
    none = np.prod(1.0 - found[:, [HEADS.index(head) for head in DANGERS]], axis=1)
    found[:, HEADS.index(ANY_RISK)] = (found[:, HEADS.index(ANY_RISK)] + 1.0 - none) / 2.0
    for step, wider in NESTED:
        found[:, HEADS.index(step)] = np.minimum(found[:, HEADS.index(step)], found[:, HEADS.index(wider)])
    return found


def sigmoid(values: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0))))


def named_matrix(found: Sequence[set[str]], names: Sequence[str]) -> sp.csr_matrix:
    """One column per named feature, 1 where a row has it."""
    columns = {name: column for column, name in enumerate(names)}
    places = [(row, columns[name]) for row, names_ in enumerate(found) for name in sorted(names_) if name in columns]
    if not places:
        return sp.csr_matrix((len(found), len(names)))
    rows, cols = zip(*places, strict=True)
    return sp.csr_matrix((np.ones(len(rows)), (rows, cols)), shape=(len(found), len(names)))


def fit(rows: Rows) -> Fitted:
    """Learn from these rows; calibration is the identity until :func:`calibrated` sets it."""
    common: dict[str, Any] = {"lowercase": False, "sublinear_tf": True, "min_df": _RAREST}
    characters = TfidfVectorizer(analyzer="char", ngram_range=SIZES, **common).fit(
        [spaced(text) for text in rows.texts]
    )
    words = TfidfVectorizer(token_pattern=_GRAM, **common).fit([worded(text) for text in rows.texts])
    counted = Counter(name for found in rows.found for name in found)
    names = tuple(sorted(name for name, count in counted.items() if count >= _rarest(name)))
    vocabulary = Vocabulary(characters, words, names)
    features = vocabulary.matrix(rows.texts, rows.found)
    prior = np.ones(features.shape[1])
    prior[-len(names) :] = [_prior(name) for name in names]
    heads = {head: _linear(features, rows, head, prior) for head in HEADS}
    return Fitted(vocabulary, heads, _net(features, rows, prior, _decisions(heads, features)))


def _rarest(name: str) -> int:
    return _RAREST_PAIR if name.startswith("kinds:") else _RAREST


def _prior(name: str) -> float:
    return next((scale for start, scale in _PRIOR.items() if name.startswith(start)), 1.0)


def _linear(features: sp.csr_matrix, rows: Rows, head: str, prior: Floats) -> LogisticRegression:
    """A logistic regression over these features; what only tells sources apart is learnt beside them and dropped."""
    target = rows.targets[:, HEADS.index(head)]
    known = ~np.isnan(target)
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=SEED, max_iter=300, tol=1e-3)
    part, truth, weights = features[known], target[known], rows.weights[known]
    scale = prior * _log_count_scale(part, truth, weights)
    origin = _origins([source for source, kept in zip(rows.sources, known, strict=True) if kept])
    scaled = sp.hstack([part @ sp.diags(scale), origin]).tocsr()
    model.fit(scaled, truth.astype(int), sample_weight=_balanced(truth, weights))
    learnt = model.coef_[:, : features.shape[1]] * scale
    model.coef_ = learnt.astype(np.float16).astype(np.float64)  # a quarter of the size once packed
    model.n_features_in_ = features.shape[1]
    return model


def _decisions(heads: dict[str, LogisticRegression], features: sp.csr_matrix) -> Floats:
    return np.column_stack([heads[head].decision_function(features) for head in HEADS])


def _net(features: sp.csr_matrix, rows: Rows, prior: Floats, linear: Floats) -> MLPClassifier:
    """One hidden layer over the same features, learnt for all heads together.

    It knows what several words say only in company. Where a source is silent on a head the linear model answers.
    """
    target = np.where(np.isnan(rows.targets), linear > 0, rows.targets).astype(int)
    net = MLPClassifier(
        (_UNITS,),
        activation="tanh",
        learning_rate_init=2e-3,
        batch_size=min(_BATCH, len(target)),
        max_iter=_ROUNDS,
        tol=0,
        random_state=SEED,
    )
    scale = prior**_NET_PRIOR
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped on purpose
        net.fit((features @ sp.diags(scale)).astype(np.float32), target, rows.weights / rows.weights.mean())
    net.coefs_[0] = unpacked(*packed((net.coefs_[0] * scale[:, np.newaxis]).astype(np.float32)))
    for working in ("_optimizer", "_best_coefs", "_best_intercepts"):  # as large as the net, of use to nobody
        vars(net).pop(working, None)
    return net


def _origins(sources: Sequence[str]) -> sp.csr_matrix:
    """One weak column per source: else the n-grams of a source's style would learn how often its rows are a risk."""
    return named_matrix([{source} for source in sources], sorted(set(sources))) * _SOURCE_PRIOR


def _log_count_scale(features: sp.csr_matrix, target: Floats, weights: Floats) -> Floats:
    """How much each feature counts before learning: between one and its log-count ratio (as in NB-SVM).

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


def folds(rows: Rows, count: int) -> npt.NDArray[np.int64]:
    """A fold number per row, spread evenly over sources and any risk by a fixed seed; near-copies share a fold."""
    random = np.random.default_rng(SEED)
    number = np.zeros(len(rows.texts), dtype=np.int64)
    risk = np.nan_to_num(rows.targets[:, HEADS.index("any_risk")], nan=2.0)
    keys = [f"{source}:{value}" for source, value in zip(rows.sources, risk, strict=True)]
    for key in sorted(set(keys)):
        places = np.array([place for place, other in enumerate(keys) if other == key])
        number[random.permutation(places)] = np.arange(len(places)) % count
    return number[_first_copies(rows.texts)]


def _first_copies(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """For every text the position of the first of its near-copies, its own when it has none."""
    pairs = near_copies(texts, NEAR_COPY)
    first, second = np.array([pair[:2] for pair in pairs], dtype=np.int64).reshape(-1, 2).T
    size = len(texts)
    group = connected_components(sp.coo_matrix((np.ones(len(pairs)), (first, second)), shape=(size, size)))[1]
    return np.unique(group, return_index=True)[1][group]


def out_of_fold(rows: Rows, count: int) -> Raw:
    """Uncalibrated scores of every row by a model that never saw it."""
    number = folds(rows, count)
    shape = (len(rows.texts), len(HEADS))
    found = Raw(np.zeros(shape), np.zeros(shape), np.zeros(len(rows.texts), dtype=np.bool_))
    for fold in range(count):
        here = number == fold
        raw = fit(rows.take(~here)).raw(rows.take(here))
        found.whole[here], found.best[here], found.long[here] = raw.whole, raw.best, raw.long
    return found


def calibrated(fitted: Fitted, rows: Rows, raw: Raw) -> Fitted:
    """The same model with numbers that make its out-of-fold scores probabilities (Platt).

    The highest of several passages lies above the whole; by how much on average among our own longer rows is taken off.
    """
    long = raw.long & (np.array(rows.sources) == OWN)
    above = (raw.best - raw.whole)[long].mean(axis=0) if long.any() else np.zeros(len(HEADS))
    slopes, offsets, joints = np.ones(len(HEADS)), np.zeros(len(HEADS)), np.zeros((3, len(HEADS)))
    for column, head in enumerate(HEADS):
        target, part = rows.targets[:, column], _BEST_PASSAGE.get(head, 0.0)
        known = ~np.isnan(target)
        slopes[column], offsets[column] = _platt(raw.whole[known, column], target[known], rows.weights[known])
        slope = slopes[column]
        joints[:, column] = (1.0 - part) * slope, part * slope, offsets[column] - part * slope * above[column]
    return replace(fitted, slopes=slopes, offsets=offsets, joints=joints)


def _platt(scores: Floats, target: Floats, weights: Floats) -> tuple[float, float]:
    """Slope and offset of a logistic regression over one score."""
    platt = LogisticRegression(C=1e6, random_state=SEED)
    platt.fit(scores[:, np.newaxis], target.astype(int), sample_weight=weights)
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])
