"""From what was seen to how soon a human must come; a threshold anywhere else would be one nobody signed.

Pure: the level is the highest that the rules, their combinations, the model's heads, the floors and the conversation's
memory ask for. Nothing in here can lower a level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hotline.domain.contact import Level, highest
from hotline.domain.errors import ConfigurationError
from hotline.triage.lexicon import HEADS, LANGUAGES, Hit
from hotline.triage.normalise import Reading

STEPS = {"distress": Level.ROUTINE, "any_risk": Level.ELEVATED, "urgent": Level.HIGH, "imminent": Level.IMMINENT}
"""Ordinal heads of the model and the level that each asks for once its threshold is passed."""

MENTION = "mention"
"""Tag of rules that see a danger named, perhaps in a film or a joke: they count together with the model."""

MENTIONED = "mentioned"
"""The lower threshold of any risk for a text in which such a rule spoke."""

SOON = "soon"
"""The lower threshold of imminent from which a text is elevated whatever its any risk: hardly a calm message looks as
if it were happening now."""

_STEPS_OF_RISK = ("any_risk", "urgent", "imminent")
_NUMBER_KEYS = {"value", "unit", "source", "decided_by"}


@dataclass(frozen=True, slots=True)
class Combination:
    """Signals that together mean more than each alone, such as intent + means + tonight."""

    id: str
    level: Level
    needs: frozenset[str]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RiskPolicy:
    """The signed numbers: thresholds 0-1 by language (``zh``, ``en``) and head, floors, budgets, names of reasons.

    ``second_thresholds`` are those that differ for the second reading (:meth:`for_second_reading`).
    ``any_risk_in_urgent`` is the share 0-1 of any risk in the number held against the threshold of urgent.
    """

    version: str
    thresholds: Mapping[str, Mapping[str, float]]
    second_thresholds: Mapping[str, Mapping[str, float]]
    combinations: tuple[Combination, ...]
    names: Mapping[str, Mapping[str, str]]
    floor_on_failure: Level
    floor_unsupported: Level
    floor_empty: Level
    floor_readable: Level
    budget_seconds: float
    window_texts: int
    any_risk_in_urgent: float

    def for_second_reading(self) -> "RiskPolicy":
        """The same policy with the thresholds that both readings together are held against."""
        both = {script: {**own, **self.second_thresholds[script]} for script, own in self.thresholds.items()}
        return replace(self, thresholds=both)


@dataclass(frozen=True, slots=True)
class Decision:
    """A level and the reasons (rule, combination or head names) that asked for exactly this level."""

    level: Level
    reasons: tuple[str, ...]


def decide(
    policy: RiskPolicy,
    *,
    hits: Sequence[Hit],
    tags: frozenset[str],
    scores: Mapping[str, float] | None,
    language: str,
    reading: Reading,
    memory: Level | None = None,
) -> Decision:
    """The level for one text.

    ``tags`` are the signals of the text and of the few before it; ``scores`` maps heads to probabilities 0-1, or is
    None when the model did not answer, which is never less than ``floor_on_failure``. ``memory`` is the highest level
    the conversation has had so far.
    """
    asked: list[tuple[Level, str]] = [(hit.rule.level, f"rule:{hit.rule.id}") for hit in hits if hit.rule.level]
    asked += [(each.level, f"combination:{each.id}") for each in policy.combinations if each.needs <= tags]
    asked += _asked_by_model(policy, scores, language, mentioned=any(MENTION in hit.rule.tags for hit in hits))
    asked.append(_floor(policy, reading))
    if memory is not None:
        asked.append((memory, "memory"))
    level = highest(*(each for each, _ in asked))
    return Decision(level, tuple(dict.fromkeys(reason for each, reason in asked if each is level)))


def label(policy: RiskPolicy, source: str, language: str) -> str | None:
    """What ``combination:<id>``, ``model:<head>`` or ``floor:<name>`` means, in ``language``; None when unknown."""
    for combination in policy.combinations:
        if source == f"combination:{combination.id}":
            return combination.labels[language]
    names = policy.names.get(source)
    return names[language] if names else None


def raised(policy: RiskPolicy, scores: Mapping[str, float], language: str) -> list[str]:
    """The heads that the model sees at or above their thresholds: dangers, or one step where it names none."""
    thresholds, scores = policy.thresholds[language], weighed(policy.any_risk_in_urgent, scores)
    named = [head for head in HEADS if head in scores and scores[head] >= thresholds[head]]
    least = {**thresholds, "imminent": thresholds[SOON]}
    steps = (name for name in _STEPS_OF_RISK if scores.get(name, 0.0) >= least[name])
    return named or [name for name in [next(steps, "")] if name]


def weighed(share: float, scores: Mapping[str, Any]) -> Mapping[str, Any]:
    """The scores (numbers or arrays) as thresholds see them; any risk has this share in how urgent.

    A doubt about how soon is none about danger.
    """
    if not {"any_risk", "urgent"} <= scores.keys():
        return scores
    return {**scores, "urgent": (1.0 - share) * scores["urgent"] + share * scores["any_risk"]}


def _asked_by_model(
    policy: RiskPolicy, scores: Mapping[str, float] | None, language: str, *, mentioned: bool
) -> list[tuple[Level, str]]:
    if scores is None:
        return [(policy.floor_on_failure, "floor:model_silent")]
    scores = weighed(policy.any_risk_in_urgent, scores)
    thresholds = dict(policy.thresholds[language])
    if mentioned:
        thresholds["any_risk"] = min(thresholds["any_risk"], thresholds[MENTIONED])
    asked = [
        (level, f"model:{name}") for name, level in STEPS.items() if name in scores and scores[name] >= thresholds[name]
    ]
    if scores.get("urgent", 1.0) < thresholds["urgent"]:  # a step counts only on top of the one below it
        asked = [(level, reason) for level, reason in asked if level is not Level.IMMINENT]
    if scores.get("imminent", 0.0) >= thresholds[SOON]:
        asked.append((Level.ELEVATED, "model:imminent"))
    return asked + [
        (Level.ELEVATED, f"model:{head}") for head in HEADS if head in scores and scores[head] >= thresholds[head]
    ]


def _floor(policy: RiskPolicy, reading: Reading) -> tuple[Level, str]:
    if reading is Reading.UNSUPPORTED:
        return policy.floor_unsupported, "floor:unsupported_language"
    if reading is Reading.EMPTY:
        return policy.floor_empty, "floor:nothing_to_read"
    return policy.floor_readable, "floor:readable"


def read_policy(document: Mapping[str, Any]) -> RiskPolicy:
    """The policy from the parsed ``risk_policy.toml``.

    Raises:
        ConfigurationError: a number lacks its unit, source or signer, or a head lacks its threshold.

    """
    try:
        policy = RiskPolicy(
            version=str(document["version"]),
            thresholds=_thresholds(document["thresholds"]),
            second_thresholds=_thresholds(document["second_thresholds"]),
            combinations=tuple(_combination(raw) for raw in document["combination"]),
            names={str(raw["id"]): _labels(raw) for raw in document["name"]},
            floor_on_failure=Level(document["floors"]["model_failure"]["value"]),
            floor_unsupported=Level(document["floors"]["unsupported_language"]["value"]),
            floor_empty=Level(document["floors"]["nothing_to_read"]["value"]),
            floor_readable=Level(document["floors"]["readable"]["value"]),
            budget_seconds=_number(document["limits"]["judgement_budget"]),
            window_texts=int(_number(document["limits"]["window_texts"])),
            any_risk_in_urgent=_number(document["limits"]["any_risk_in_urgent"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"risk_policy.toml is incomplete or malformed: {error!r}.") from error
    return _checked(policy)


def _thresholds(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    return {script: {name: _number(entry) for name, entry in table.items()} for script, table in tables.items()}


def _checked(policy: RiskPolicy) -> RiskPolicy:
    for language in ("zh", "en"):
        absent = sorted({*STEPS, *HEADS, MENTIONED, SOON} - set(policy.thresholds.get(language, {})))
        if absent:
            raise ConfigurationError(f"risk_policy.toml has no threshold in {language} for {', '.join(absent)}.")
        unknown = sorted(set(policy.second_thresholds.get(language, {})) - set(policy.thresholds[language]))
        if language not in policy.second_thresholds or unknown:
            raise ConfigurationError(
                f"risk_policy.toml has wrong second_thresholds in {language}: {unknown or 'none'}."
            )
        for given in (policy.thresholds[language], policy.for_second_reading().thresholds[language]):
            _check_thresholds(language, given)
    if highest(policy.floor_on_failure, Level.ELEVATED) is not policy.floor_on_failure:
        raise ConfigurationError("risk_policy.toml puts the floor on failure under elevated; a human must look.")
    if highest(policy.floor_unsupported, Level.ELEVATED) is not policy.floor_unsupported:
        raise ConfigurationError("risk_policy.toml puts an unsupported language under elevated; a human must look.")
    return policy


def _check_thresholds(language: str, given: Mapping[str, float]) -> None:
    if not all(0.0 <= each <= 1.0 for each in given.values()):
        raise ConfigurationError(f"risk_policy.toml has a threshold in {language} outside 0 to 1.")
    if given[SOON] > given["imminent"]:
        raise ConfigurationError(f"risk_policy.toml puts soon over imminent in {language}; it is the lower one.")


def _number(entry: Mapping[str, Any]) -> float:
    absent = _NUMBER_KEYS - set(entry)
    if absent:
        raise ValueError(f"a number lacks {', '.join(sorted(absent))}")
    return float(entry["value"])


def _combination(raw: Mapping[str, Any]) -> Combination:
    return Combination(
        id=str(raw["id"]),
        level=Level(raw["level"]),
        needs=frozenset(map(str, raw["needs"])),
        labels=_labels(raw),
    )


def _labels(raw: Mapping[str, Any]) -> dict[str, str]:
    return {language: str(raw[f"label_{language}"]) for language in LANGUAGES}
