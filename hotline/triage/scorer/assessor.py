"""Rules, model and policy put together over a conversation; here every failure becomes ``elevated`` and a human."""

import hashlib
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DeadlinePassed
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from hotline.domain.contact import Level, highest
from hotline.domain.risk import Evidence, Judgement
from hotline.triage import lexicon as phrases
from hotline.triage.lexicon import HEADS, LANGUAGES, Hit, Lexicon
from hotline.triage.normalise import Normalised, Reading, language_of, normalise, reading
from hotline.triage.policy import MENTION, Decision, RiskPolicy, decide, raised
from hotline.triage.policy import label as policy_label
from hotline.triage.scorer.checking import NUMBERS, checked
from hotline.triage.scorer.evidence import leaned_on
from hotline.triage.scorer.model import COVERAGE, Model
from hotline.triage.scorer.passages import passages, thoughts
from hotline.triage.scorer.twice import Twice

CACHE_SIZE = 4096
"""Texts whose reading is remembered, by hash only; older ones are read again."""

LONGEST_TEXT = 20_000
"""Code points of one text that are judged; what is longer is judged by its beginning and its end."""

OURS = (Model, Twice)
"""Plain arrays, which cannot hang; any other model is asked in a thread that is left when it takes too long."""

_log = logging.getLogger(__name__)
_SHORT = 12
Piece = tuple[str, set[str]]
Part = tuple[str, set[str], tuple[Piece, ...]]
"""A text, its named features, and the same of the passages that the model weighs together with it."""


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
    """What one text showed, without the text itself; ``failure`` says why ``scores`` is None.

    ``scores`` are those of the whole text, ``best`` the highest of it and its passages; ``within`` is the highest level
    that a passage alone asks for, None where none was judged alone.
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    tags: frozenset[str]
    scores: Mapping[str, float] | None
    best: Mapping[str, float] | None
    within: Level | None
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
        self.scoring = model
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
            level = highest(self._policy.floor_on_failure, Level.ELEVATED, *self._by_rules(texts))
            return Judgement(level, None, None, model=self.model, policy=self.policy, failure=type(error).__name__)

    def _by_rules(self, texts: list[str]) -> list[Level]:
        """What the rules alone ask for when putting a judgement together failed; they must speak whatever broke."""
        try:
            hits = [hit for text in texts for hit in self.lexicon.find(normalise(str(text)).text)]
        except Exception:  # noqa: BLE001  not even to be read: the floor holds
            return []
        return [hit.rule.level for hit in hits if hit.rule.level is not None]

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
        answers = [view.best for view in views if view.best is not None]
        failure = next((view.failure for view in reversed(views) if view.failure), None)
        complete = failure is None
        best = {name: max(scores[name] for scores in answers) for name in sorted(NUMBERS)} if complete else {}
        return Judgement(
            level=decision.level,
            risk=best.get("any_risk"),
            urgency=best.get("urgent"),
            heads={name: value for name, value in best.items() if name in {*HEADS, "any_risk"}},
            evidence=views[-1].evidence,
            model=self.model,
            policy=self.policy,
            failure=failure,
            coverage=(views[-1].scores or {}).get(COVERAGE),
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
                memory=view.within if level is None else highest(level, view.within or level),
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
        read = reading(text.text)
        pieces = tuple(self._piece(text.text[start:end]) for start, end in thoughts(text.text))
        answers, failure = self._scores([(text.text, self.lexicon.features(text.text, hits), pieces)], deadline)
        scores = answers[0] if answers else None
        if read is Reading.EMPTY and failure is None:
            scores = dict.fromkeys(NUMBERS, 0.0)  # no letters, nothing to weigh: the floor speaks for silence
        within, best = self._passages(text.text, scores, deadline)
        return Seen(
            hits=hits,
            evidence=self._evidence(text, hits, best),
            tags=phrases.tags(hits),
            scores=scores,
            best=best,
            within=within,
            reading=read,
            language=language_of(text.text),
            length=length,
            failure=failure,
        )

    def _piece(self, text: str) -> Piece:
        return text, self.lexicon.features(text, self.lexicon.find(text))

    def _passages(
        self, text: str, scores: Mapping[str, float] | None, deadline: float
    ) -> tuple[Level | None, Mapping[str, float] | None]:
        """The highest level that counts of those a long text's passages ask for by themselves, and the scores then."""
        pieces = dict.fromkeys(text[start:end] for start, end in passages(text))
        if not pieces or scores is None:
            return None, scores
        hits = [self.lexicon.find(piece) for piece in pieces]
        parts: list[Part] = [
            (piece, self.lexicon.features(piece, found), ()) for piece, found in zip(pieces, hits, strict=True)
        ]
        answers = self._scores(parts, deadline)[0] or [dict.fromkeys(NUMBERS, 0.0)] * len(parts)
        levels = [
            decide(
                self._policy,
                hits=found,
                tags=phrases.tags(found),
                scores=answer,
                language=language_of(piece),
                reading=Reading.READABLE,
            ).level
            for piece, found, answer in zip(pieces, hits, answers, strict=True)
        ]
        counted = [level for level in levels if level.rank >= Level.ELEVATED.rank]
        if not counted:
            return None, scores
        return highest(*counted), {name: max(each.get(name, 0.0) for each in (scores, *answers)) for name in scores}

    def _evidence(
        self, text: Normalised, hits: Sequence[Hit], scores: Mapping[str, float] | None
    ) -> tuple[Evidence, ...]:
        """What the rules saw, and what spoke for each head that the model raised, as spans of the original."""
        found = {
            Evidence(*text.span(hit.start, hit.end), f"rule:{hit.rule.id}")
            for hit in hits
            if (hit.rule.level or Level.INFORMATION).rank >= Level.ELEVATED.rank or MENTION in hit.rule.tags
        }
        if isinstance(self.scoring, OURS) and scores is not None:
            try:
                heads = raised(self._policy, scores, language_of(text.text))
                found |= leaned_on(self.scoring, self.lexicon, text, hits, heads)
            except Exception as error:  # noqa: BLE001  what only explains a level must never cost one
                _log.error("evidence of the model failed: %s", type(error).__name__)
        return tuple(sorted(found, key=lambda each: (each.start, each.end, each.source)))

    def _scores(self, parts: list[Part], deadline: float) -> tuple[list[dict[str, float]] | None, str | None]:
        """The scores of each text, or why there are none."""
        if self.scoring is None:
            return None, self.failure or "no model"
        try:
            scores = self._timely(self.scoring, parts, deadline)
        except DeadlinePassed:
            return None, "model over its time budget"
        except Exception as error:  # noqa: BLE001  the model's own trouble must not silence the rules
            return None, f"model raised {type(error).__name__}"
        read = [checked(each) for each in scores]
        failure = next((reason for _, reason in read if reason), None)
        answers = [each for each, _ in read if each is not None]
        if failure or not answers:
            return None, failure or "model answered nothing"
        return answers, None

    def _timely(self, scoring: Scoring, parts: list[Part], deadline: float) -> list[Any]:
        """The scores of the parts, or DeadlinePassed: our arrays cannot hang, another model is left in its thread.

        Nobody waits for both readings together, so a late answer of theirs counts.
        """
        if type(scoring) in OURS:
            scores = _all_scores(scoring, parts)
            if time.monotonic() > deadline and not isinstance(scoring, Twice):
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


def _all_scores(model: Scoring, parts: list[Part]) -> list[Any]:
    if isinstance(model, OURS):
        return [model.score(text, features, pieces) for text, features, pieces in parts]
    return [model.score(text, features) for text, features, _ in parts]
