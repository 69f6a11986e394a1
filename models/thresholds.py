"""Proposes the thresholds of ``config/risk_policy.toml``: the most recall that a stated load of alarms allows.

Where a sentence reader reads a second time, the load is that of both readings together. Each script has its own, from
cross-validated training rows only. A proposal is printed, never written: the numbers in the policy carry the name of
whoever decided them.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from dataset import DANGERS, HEADS, Rows, load_rows
from learning import Fitted, Raw, calibrated, fit, out_of_fold
from second import answers_for, together

from hotline.domain.contact import Level
from hotline.triage.lexicon import Lexicon
from hotline.triage.normalise import language_of
from hotline.triage.policy import MENTION, SOON, RiskPolicy, weighed
from hotline.triage.scorer import load_lexicon, load_policy, load_twice

_FOLDS = 5
_ELEVATED, _HIGH, _IMMINENT = Level.ELEVATED.rank, Level.HIGH.rank, Level.IMMINENT.rank

OWN_CALM, OWN_ELEVATED = "own, no risk", "own, elevated"
LOAD_ANY = {
    "yue_hkcancor": 0.012,
    "zh_kdconv": 0.012,
    "en_sad": 0.010,
    "yue_lihkg": 0.035,
    "zh_cold": 0.035,
    "en_rallypoint_no_stb": 0.094,
    OWN_CALM: 0.115,
}
"""The share of rows of each calm source that may be raised to elevated; half of our own calm rows are close calls."""

LOAD_URGENT = {
    "yue_hkcancor": 0.0015,
    "zh_kdconv": 0.0015,
    "en_sad": 0.0018,
    "yue_lihkg": 0.0021,
    "zh_cold": 0.002,
    OWN_CALM: 0.06,
    OWN_ELEVATED: 0.20,
}
"""The share that may be raised to high or imminent; of ``yue_lihkg`` two rows."""

LOAD_BOTH = {**LOAD_URGENT, OWN_ELEVATED: 0.23}
"""The share that both readings together may raise to high or imminent."""

MENTIONED_PART = 0.6
"""The threshold of any risk, where a rule sees a danger named, as a part of the ordinary one."""

_DANGER_EXTRA = 0.004
_IMMINENT_LOAD = 0.006
_RECALL_BONUS = 0.25
_GRID = np.arange(0.05, 0.99, 0.01)

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def main(data_dir: Path, models_dir: Path, config_dir: Path) -> None:
    """Cross-validate and print a proposal per script, with the loads and recalls it gives."""
    lexicon = load_lexicon(config_dir)
    rows = load_rows(data_dir, models_dir, lexicon)
    raw = out_of_fold(rows, _FOLDS)
    fitted = calibrated(fit(rows), rows, raw)
    policy, twice = load_policy(config_dir), load_twice(models_dir)
    again = None
    if twice is not None:
        again = together(twice.shares, fitted.log_odds(raw), answers_for(models_dir, rows.texts))
    for script, found in proposals(rows, raw, fitted, lexicon, policy, again).items():
        print(f"[thresholds.{script}]")
        for name, value in found.items():
            print(f"{name} = {value:.2f}")


def proposals(
    rows: Rows, raw: Raw, fitted: Fitted, lexicon: Lexicon, policy: RiskPolicy, again: Floats | None = None
) -> dict[str, dict[str, float]]:
    """Thresholds by script (``zh``, ``en``) and head from scores of rows that no model saw while learning.

    ``again`` are the probabilities by both readings; without an answer of the second (NaN) the first counts alone.
    """
    scores = fitted.calibrate(raw)
    mentioned = np.array([any(MENTION in hit.rule.tags for hit in lexicon.find(text)) for text in rows.texts])
    scripts = np.array([language_of(text) for text in rows.texts])
    return {
        script: Choice(
            rows,
            scores,
            mentioned,
            scripts == script,
            policy.any_risk_in_urgent,
            policy.thresholds[script][SOON],
            again,
        ).thresholds()
        for script in sorted(set(scripts.tolist()))
    }


class Choice:
    """The rows of one script, and what may alarm among them.

    ``share`` is that of any risk in urgent, ``soon`` the threshold from which imminent alone raises; ``again`` are the
    probabilities by both readings.
    """

    def __init__(
        self,
        rows: Rows,
        scores: npt.NDArray[np.float64],
        mentioned: Flags,
        here: Flags,
        share: float = 0.0,
        soon: float = 1.0,
        again: Floats | None = None,
    ) -> None:
        self.ways = [
            weighed(share, {head: each[here, column] for column, head in enumerate(HEADS)})
            for each in (scores, again)
            if each is not None
        ]
        self.scores = self.ways[0]
        self.mentioned = mentioned[here]
        self.soon = soon
        self.rules = np.array(rows.strongest)[here]
        sources = np.array(rows.sources)[here]
        self.own = sources == "own"
        given = [Level(row["level"]).rank if "level" in row else -1 for row in rows.raw]
        self.levels = np.where(self.own, np.array(given)[here], -1)
        self.sets = {name: sources == name for name in LOAD_ANY if (sources == name).sum() > len(sources) // 100}
        self.sets |= {
            OWN_CALM: self.own & (self.levels < _ELEVATED),
            OWN_ELEVATED: self.own & (self.levels == _ELEVATED),
        }
        self.calm = np.logical_or.reduce([flags for name, flags in self.sets.items() if name != OWN_ELEVATED])

    def thresholds(self) -> dict[str, float]:
        """A threshold per head and for a danger named."""
        found = {"any_risk": self._lowest(self._any, LOAD_ANY)}
        found["mentioned"] = round(found["any_risk"] * MENTIONED_PART, 2)
        raised = self._any(found["any_risk"])
        extra = {name: float(raised[rows].mean()) + _DANGER_EXTRA for name, rows in self.sets.items()}
        for head in DANGERS:
            found[head] = self._lowest(lambda at, head=head: raised | self._either(head, at), extra)
        found["urgent"] = self._lowest(self._urgent, LOAD_URGENT)
        first = self._urgent(found["urgent"])
        found["imminent"] = self._imminent(first)
        for second in self.ways[1:]:
            either = (lambda at, second=second: first | (second["urgent"] >= at), LOAD_BOTH)
            found["urgent, second reading"] = self._lowest(*either, slack=0.0)
        return found

    def _any(self, at: float) -> Flags:
        named = self.mentioned & self._either("any_risk", at * MENTIONED_PART)
        soon = self._either("imminent", self.soon)
        return (self.rules >= _ELEVATED) | self._either("any_risk", at) | named | soon

    def _either(self, head: str, at: float) -> Flags:
        """Where this head reaches a threshold in one of the readings."""
        return np.logical_or.reduce([scores[head] >= at for scores in self.ways])

    def _urgent(self, at: float) -> Flags:
        return (self.rules >= _HIGH) | (self.scores["urgent"] >= at)

    def _lowest(self, flags: Callable[[float], Flags], load: dict[str, float], slack: float = 0.001) -> float:
        """The lowest threshold within the load; where rules or ``soon`` alone pass it, ``slack`` is added at most."""
        alone = flags(1.0)
        bounds = {name: max(most, float(alone[self.sets[name]].mean()) + slack) for name, most in self._known(load)}
        fits = (at for at in _GRID if all(flags(at)[self.sets[name]].mean() <= most for name, most in bounds.items()))
        return round(float(next(fits, _GRID[-1])), 2)

    def _known(self, load: dict[str, float]) -> Iterable[tuple[str, float]]:
        return ((name, most) for name, most in load.items() if name in self.sets)

    def _imminent(self, urgent: Flags) -> float:
        """The threshold that most often gives own risk rows their exact level; finding imminent ones counts extra."""
        risk = self.own & (self.levels >= _ELEVATED)
        worst = self.own & (self.levels == _IMMINENT)

        def worth(at: float) -> float:
            flags = (self.rules >= _IMMINENT) | (urgent & (self.scores["imminent"] >= at))
            if flags[self.calm].mean() > _IMMINENT_LOAD:
                return -1.0
            given = np.where(flags, _IMMINENT, np.where(urgent, _HIGH, _ELEVATED))
            return float((given == self.levels)[risk].mean() + _RECALL_BONUS * flags[worst].sum() / max(1, worst.sum()))

        return round(float(max(_GRID, key=worth)), 2)
