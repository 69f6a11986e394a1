"""Sums up many measurements in few numbers; an average alone would hide the person who waited longest."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from hotline.lab.replay import Result


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least ``share`` (0-1) of all values do not exceed; ``None`` for no values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float], *, factor: float = 1.0, digits: int = 3) -> dict[str, float | None]:
    """P50, P95, P99 and the largest of ``values`` times ``factor``, rounded."""
    found = {"p50": percentile(values, 0.5), "p95": percentile(values, 0.95), "p99": percentile(values, 0.99)}
    found["max"] = max(values, default=None)
    return {name: None if value is None else round(value * factor, digits) for name, value in found.items()}


def summarise(results: Sequence[Result], duration_seconds: float) -> dict[str, Any]:
    """One object about a whole replay; ``ok`` says that nothing was lost, doubled, reordered or broken."""
    errors = Counter(result.error for result in results if result.error)
    total = {
        name: sum(getattr(result, name) for result in results)
        for name in ("sent", "received", "lost", "duplicated", "reordered")
    }
    waits = [result.wait_seconds for result in results if result.wait_seconds is not None]
    deliveries = [seconds for result in results for seconds in result.delivery_seconds]
    return {
        "contacts": len(results),
        **total,
        "errors": errors.total(),
        "error_kinds": dict(errors),
        "levels": dict(Counter(result.level for result in results if result.level)),
        "wait_seconds": spread(waits),
        "delivery_ms": spread(deliveries, factor=1000, digits=1),
        "duration_seconds": round(duration_seconds, 1),
        "ok": not (errors or total["lost"] or total["duplicated"] or total["reordered"]),
    }
