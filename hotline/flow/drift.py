"""Notices when what people write no longer looks like what the model has seen; a model is never told that it is old."""

from datetime import datetime, timedelta

from hotline.domain.contact import Language
from hotline.flow import escalate
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing.ladder import AlarmKind
from hotline.triage import shadows
from hotline.triage.quality import QualityPolicy, stability_index
from hotline.triage.shadows import DriftCheck

MEASURES = ("risk", "coverage")


def check_drift(helpline: Helpline) -> int:
    """Once a UTC day, compare the last days with those before, per language; gives how many shifted now.

    One alarm a language and week, whatever shifted, for the page it sends to tells which; a second measure that shifts
    later in that week raises none.
    """
    now = helpline.clock.now()
    day = f"{now:%Y-%m-%d}"
    with helpline.database.read() as conn:
        if shadows.was_checked(conn, day):
            return 0
    checks = [check for measure in MEASURES for check in _compare(helpline, measure, now)]
    with UnitOfWork(helpline) as unit:
        for check in checks:
            shadows.keep_check(unit.conn, check)
            if check.shifted:
                token = f"drift:{check.language}:{now:%G-%V}"
                escalate.alarm(unit, AlarmKind.MODEL_DRIFT, None, token=token)
        unit.commit()
    return sum(check.shifted for check in checks)


def _compare(helpline: Helpline, measure: str, now: datetime) -> list[DriftCheck]:
    policy = helpline.quality
    turn = now - timedelta(days=policy.recent_days)
    with helpline.database.read() as conn:
        recent = shadows.scores(conn, measure, since=turn, until=now)
        before = shadows.scores(conn, measure, since=turn - timedelta(days=policy.before_days), until=turn)
    return [
        _check(policy, measure, language, before.get(language, []), recent.get(language, []), now)
        for language in Language
    ]


def _check(
    policy: QualityPolicy, measure: str, language: Language, before: list[float], recent: list[float], now: datetime
) -> DriftCheck:
    enough = min(len(before), len(recent)) >= policy.least_scores
    psi = stability_index(before, recent, bins=policy.bins) if enough else None
    return DriftCheck(
        day=f"{now:%Y-%m-%d}",
        language=language,
        measure=measure,
        psi=psi,
        recent=len(recent),
        earlier=len(before),
        shifted=psi is not None and psi > policy.shift,
        at=now,
    )
