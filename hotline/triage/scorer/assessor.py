"""Rules, model and policy put together over a conversation; here every failure becomes ``elevated`` and a human."""

import hashlib
import math
import os
import re
import time
import tomllib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DeadlinePassed
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from hotline.domain.contact import Level, highest
from hotline.domain.errors import ConfigurationError, ModelRefused
from hotline.domain.risk import Evidence, Judgement
from hotline.triage import lexicon as phrases
from hotline.triage.lexicon import HEADS, LANGUAGES, Hit, Lexicon, read_lexicon
from hotline.triage.normalise import Normalised, Reading, normalise, reading
from hotline.triage.policy import STEPS, Decision, RiskPolicy, decide, read_policy
from hotline.triage.policy import label as policy_label
from hotline.triage.scorer.model import Model, load_model

CACHE_SIZE = 4096
"""Texts whose reading is remembered, by hash only; older ones are read again."""

LONGEST_TEXT = 20_000
"""Code points of one text that are judged; what is longer is judged by its beginning and its end."""

_SHORT = 12
_ONE_THOUGHT = 60
_MANY_SENTENCES = 12
_MOST_SENTENCES = 60
_SENTENCE = re.compile(r"[^。!?\n.;;…]+[。!?\n.;;…]*")
Part = tuple[str, set[str]]
_NUMBERS = frozenset({*STEPS, *HEADS})


class Scoring(Protocol):
    """A model, or a test's stand-in for one."""

    @property
    def name(self) -> str:
        """The version that goes into every judgement."""
        ...

    def score(self, text: str, features: AbstractSet[str]) -> dict[str, float]:
        """Probabilities 0-1 by head for one normalised text."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What one text showed, without the text itself; ``failure`` says why ``scores`` is None."""

    hits: tuple[Hit, ...]
    spans: tuple[tuple[int, int], ...]
    tags: frozenset[str]
    scores: Mapping[str, float] | None
    reading: Reading
    language: str
    length: int
    failure: str | None


class TriageAssessor:
    """Judges conversations; see :class:`hotline.domain.ports.Assessor`. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon, policy: RiskPolicy, model: Scoring | None, failure: str | None = None) -> None:
        self.lexicon = lexicon
        self.failure = failure if model is None else None
        self.model = model.name if model is not None else "none"
        self.policy = policy.version
        self._policy = policy
        self._scoring = model
        self._cache: OrderedDict[bytes, Seen] = OrderedDict()
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._pool_pid = 0
        self._stuck: Future[list[Any]] | None = None

    def judge(self, texts: list[str]) -> Judgement:
        """The judgement over a conversation's seeker texts, oldest first; spans refer to the last text."""
        try:
            return self._judge([str(text) for text in texts])
        except Exception as error:  # noqa: BLE001  a person waits: whatever broke, a human must look
            level = highest(self._policy.floor_on_failure, Level.ELEVATED)
            return Judgement(level, None, None, model=self.model, policy=self.policy, failure=type(error).__name__)

    def label(self, source: str, language: str) -> str:
        """What an evidence source means, in ``zh-Hans``, ``zh-Hant`` or ``en``; the source itself when nobody knows."""
        key = language.lower().replace("-", "_")
        key = key if key in LANGUAGES else "en"
        known = policy_label(self._policy, source, key)
        return known or self.lexicon.label(source.removeprefix("rule:"), key) or source

    def _judge(self, texts: list[str]) -> Judgement:
        deadline = time.monotonic() + self._policy.budget_seconds
        views = [self._view(text, deadline) for text in texts] or [self._view("", deadline)]
        decision = self._decide(views, texts)
        answers = [view.scores for view in views if view.scores is not None]
        failure = next((view.failure for view in reversed(views) if view.failure), None)
        complete = failure is None
        best = {name: max(scores[name] for scores in answers) for name in sorted(answers[0])} if complete else {}
        return Judgement(
            level=decision.level,
            risk=best.get("any_risk"),
            urgency=best.get("urgent"),
            heads={name: value for name, value in best.items() if name in {*HEADS, "any_risk"}},
            evidence=_evidence(views[-1]),
            model=self.model,
            policy=self.policy,
            failure=failure,
        )

    def _decide(self, views: list[Seen], texts: list[str]) -> Decision:
        level: Level | None = None
        decision = Decision(Level.ELEVATED, ())
        readable = any(view.reading is Reading.READABLE for view in views)
        for index, view in enumerate(views):
            recent = views[max(0, index + 1 - self._policy.window_texts) : index + 1]
            silent = view.reading is Reading.EMPTY and readable
            decision = decide(
                self._policy,
                hits=[*view.hits, *(self._across(texts[: index + 1]) if index == len(views) - 1 else ())],
                tags=frozenset().union(*(each.tags for each in recent)),
                scores=view.scores,
                language=view.language,
                reading=Reading.READABLE if silent else view.reading,
                memory=level,
            )
            level = decision.level
        return decision

    def _across(self, texts: list[str]) -> list[Hit]:
        """Hits of a thought that was cut into several very short messages."""
        last = texts[-4:]
        if len(texts) == 1 or any(len(text) > _SHORT for text in last):
            return []
        return self.lexicon.find(normalise("".join(last)).text)

    def _view(self, text: str, deadline: float) -> Seen:
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT // 2] + text[-LONGEST_TEXT // 2 :]
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        with self._lock:
            if (known := self._cache.get(key)) is not None:
                self._cache.move_to_end(key)
                return known
        seen = self._see(normalise(text), len(text), deadline)
        if seen.failure is None:
            with self._lock:
                self._cache[key] = seen
                while len(self._cache) > CACHE_SIZE:
                    self._cache.popitem(last=False)
        return seen

    def _see(self, text: Normalised, length: int, deadline: float) -> Seen:
        hits = tuple(self.lexicon.find(text.text))
        parts = [
            (text.text[start:end], phrases.features(within(hits, start, end))) for start, end in passages(text.text)
        ]
        read = reading(text.text)
        scores, failure = self._scores(parts, deadline)
        if read is Reading.EMPTY and failure is None:
            scores = dict.fromkeys(_NUMBERS, 0.0)  # no letters, nothing to weigh: the floor speaks for silence
        return Seen(
            hits=hits,
            spans=tuple(text.span(hit.start, hit.end) for hit in hits),
            tags=phrases.tags(hits),
            scores=scores,
            reading=read,
            language="en" if text.text.isascii() else "zh",
            length=length,
            failure=failure,
        )

    def _scores(self, parts: list[Part], deadline: float) -> tuple[dict[str, float] | None, str | None]:
        """The highest score of each head over the parts of a text, or why there is none."""
        if self._scoring is None:
            return None, self.failure or "no model"
        try:
            scores = self._timely(self._scoring, parts, deadline)
        except DeadlinePassed:
            return None, "model over its time budget"
        except Exception as error:  # noqa: BLE001  the model's own trouble must not silence the rules
            return None, f"model raised {type(error).__name__}"
        checked = [_checked(each) for each in scores]
        failure = next((reason for _, reason in checked if reason), None)
        answers = [each for each, _ in checked if each is not None]
        if failure or not answers:
            return None, failure or "model answered nothing"
        return {name: max(each[name] for each in answers) for name in answers[0]}, None

    def _timely(self, scoring: Scoring, parts: list[Part], deadline: float) -> list[Any]:
        """The scores of the parts, or DeadlinePassed: our arrays cannot hang, another model is left in its thread."""
        if type(scoring) is Model:
            scores = _all_scores(scoring, parts)
            if time.monotonic() > deadline:
                raise DeadlinePassed
            return scores
        if self._stuck is not None and not self._stuck.done():
            raise DeadlinePassed
        future = self._executor().submit(_all_scores, scoring, parts)
        try:
            return future.result(timeout=max(0.01, deadline - time.monotonic()))
        except DeadlinePassed:
            self._stuck = future
            raise

    def _executor(self) -> ThreadPoolExecutor:
        """The thread that scores; made anew in a forked process, where the parent's thread does not exist."""
        with self._lock:
            if self._pool is None or self._pool_pid != os.getpid():
                self._pool, self._pool_pid = ThreadPoolExecutor(max_workers=2, thread_name_prefix="triage"), os.getpid()
            return self._pool


def passages(text: str) -> list[tuple[int, int]]:
    """The whole text, and each sentence of a very long one: kind words around a crisis line must not thin it out.

    Stories of a few sentences are judged as a whole only: taken one by one, their sentences alarm three times as often.
    """
    whole = [(0, len(text))]
    spans = [match.span() for match in _SENTENCE.finditer(text)] if len(text) > _ONE_THOUGHT else []
    if len(spans) < _MANY_SENTENCES:
        return whole
    spans = spans[: _MOST_SENTENCES // 2] + spans[_MOST_SENTENCES // 2 :][-_MOST_SENTENCES // 2 :]
    return whole + spans


def within(hits: Sequence[Hit], start: int, end: int) -> list[Hit]:
    """The hits that lie between two places of a text."""
    return [hit for hit in hits if start <= hit.start and hit.end <= end]


def _all_scores(model: Scoring, parts: list[Part]) -> list[Any]:
    return [model.score(text, features) for text, features in parts]


def _checked(scores: Any) -> tuple[dict[str, float] | None, str | None]:
    """The scores, or why they cannot be trusted."""
    if not isinstance(scores, dict) or not set(scores) >= _NUMBERS:
        return None, "model answered in a wrong shape"
    for value in scores.values():
        if isinstance(value, bool) or not isinstance(value, float | int):
            return None, "model answered in a wrong type"
        if not (math.isfinite(value) and 0.0 <= value <= 1.0):
            return None, "model answered no probability"
    return {str(name): float(value) for name, value in scores.items()}, None


def _evidence(view: Seen) -> tuple[Evidence, ...]:
    found = {
        Evidence(start, end, f"rule:{hit.rule.id}")
        for hit, (start, end) in zip(view.hits, view.spans, strict=True)
        if hit.rule.level is not None
    }
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.source)))


def load_lexicon(config_dir: Path) -> Lexicon:
    """All ``lexicon.*.toml`` of a folder; raises ConfigurationError when they cannot be used."""
    return read_lexicon({path.name: _toml(path) for path in sorted(config_dir.glob("lexicon.*.toml"))})


def load_policy(config_dir: Path) -> RiskPolicy:
    """``risk_policy.toml`` of a folder; raises ConfigurationError when it cannot be used."""
    return read_policy(_toml(config_dir / "risk_policy.toml"))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {type(error).__name__}.") from error


def load_assessor(models_dir: Path, config_dir: Path) -> TriageAssessor:
    """The assessor of a running service.

    A model that cannot be used is no error here: the assessor then answers ``elevated`` and says why in ``failure``.

    Raises:
        ConfigurationError: the lexicon or the policy is broken; without rules nothing may start.

    """
    lexicon, policy = load_lexicon(config_dir), load_policy(config_dir)
    try:
        return TriageAssessor(lexicon, policy, load_model(models_dir))
    except ModelRefused as error:
        return TriageAssessor(lexicon, policy, None, failure=str(error))
