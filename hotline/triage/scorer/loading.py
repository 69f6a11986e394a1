"""Opens lexicon, policy and model for a service; a broken rule stops the start, a broken model never does."""

import tomllib
from pathlib import Path
from typing import Any

from hotline.domain.errors import ConfigurationError, ModelRefused
from hotline.triage.lexicon import Lexicon, read_lexicon
from hotline.triage.policy import RiskPolicy, read_policy
from hotline.triage.scorer.assessor import TriageAssessor
from hotline.triage.scorer.model import Model
from hotline.triage.scorer.opening import load_model, load_twice


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


def load_second_reading(
    models_dir: Path, config_dir: Path, beside: TriageAssessor | None = None
) -> TriageAssessor | None:
    """The assessor that reads a second time in a worker; None where the manifest names no sentence reader.

    One that cannot be used answers every text with its reason in ``failure``, and raises nothing. Rules and model are
    those of ``beside``, where given: opening them takes most of a worker's start.

    Raises:
        ConfigurationError: the lexicon or the policy is broken.

    """
    lexicon = load_lexicon(config_dir) if beside is None else beside.lexicon
    policy = load_policy(config_dir).for_second_reading()
    try:
        known = None if beside is None else beside.scoring
        twice = load_twice(models_dir, known if isinstance(known, Model) else None)
    except ModelRefused as error:
        return TriageAssessor(lexicon, policy, None, failure=str(error))
    return None if twice is None else TriageAssessor(lexicon, policy, twice)
