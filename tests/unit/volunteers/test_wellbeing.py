"""Who may be asked now, and who must rest: each reason, its end, and which of several is said."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.errors import ConfigurationError
from hotline.settings import Settings
from hotline.volunteers.wellbeing import (
    CertificateKind,
    Fit,
    Record,
    Served,
    Span,
    Unfit,
    WellbeingPolicy,
    expires_soon,
    fit_for,
    urgent_row,
    week_free_at,
    worked,
)

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def policy() -> WellbeingPolicy:
    return WellbeingPolicy.from_numbers(Settings.load({}).policy_values("wellbeing_policy"))


def urgent(minutes_ago: float, *, lasted: float = 5) -> Served:
    at = NOW - minutes_ago * MINUTE
    return Served(at - lasted * MINUTE, at, urgent=True)


ON_SHIFT: dict[str, Any] = {"rota_kept": True, "shift_started_at": NOW - HOUR, "shift_ends_at": NOW + HOUR}
REASONS = {
    Unfit.STOOD_DOWN: ({"stood_down": True, "stood_down_until": NOW + DAY}, NOW + DAY),
    Unfit.CERTIFICATE_EXPIRED: ({"certificates": {CertificateKind.BASIC: date(2026, 11, 22)}}, None),
    Unfit.DEBRIEF_OWED: ({"debrief_owed": True}, None),
    Unfit.URGENT_IN_A_ROW: ({"served": (urgent(1), urgent(10))}, NOW + 19 * MINUTE),
    Unfit.ON_BREAK: ({"on_break": True, "break_until": NOW + MINUTE}, NOW + MINUTE),
    Unfit.WEEK_FULL: ({"spans": (Span(NOW - 13 * HOUR, NOW),)}, NOW - 12 * HOUR + timedelta(days=7)),
    Unfit.SHIFT_FULL: ({"served": (Served(NOW - 9 * MINUTE, NOW - MINUTE, urgent=False),) * 12}, NOW + HOUR),
    Unfit.OFF_SHIFT: ({"shift_started_at": None, "shift_ends_at": None, "next_shift_at": NOW + DAY}, NOW + DAY),
}


@pytest.mark.parametrize(("why", "given_and_until"), REASONS.items())
def test_each_reason_stops_offers_and_says_its_end(
    policy: WellbeingPolicy, why: Unfit, given_and_until: tuple[dict[str, Any], datetime | None]
) -> None:
    record = Record(stage="solo", **{**ON_SHIFT, **given_and_until[0]})
    assert fit_for(policy, record, NOW) == Fit(why, given_and_until[1])


def test_nothing_against_it_is_fit(policy: WellbeingPolicy) -> None:
    assert fit_for(policy, Record(stage="solo", **ON_SHIFT), NOW).ok
    assert fit_for(policy, Record(), NOW).ok


def test_of_several_reasons_the_heaviest_is_said(policy: WellbeingPolicy) -> None:
    everything = {key: value for given, _ in REASONS.values() for key, value in given.items()}
    assert fit_for(policy, Record(stage="solo", **{**ON_SHIFT, **everything}), NOW).why is Unfit.STOOD_DOWN


def test_without_a_rota_nobody_is_off_shift_and_extra_time_opens_it(policy: WellbeingPolicy) -> None:
    assert fit_for(policy, Record(rota_kept=False), NOW).ok
    assert fit_for(policy, Record(rota_kept=True, extra_until=NOW + MINUTE), NOW).ok
    assert fit_for(policy, Record(rota_kept=True, extra_until=NOW), NOW).why is Unfit.OFF_SHIFT


def test_one_urgent_contact_is_no_row_and_rest_or_another_contact_ends_one(policy: WellbeingPolicy) -> None:
    other = Served(NOW - 15 * MINUTE, NOW - 12 * MINUTE, urgent=False)
    assert urgent_row(policy, [urgent(1)], NOW) == 1
    assert urgent_row(policy, [urgent(1), other, urgent(20)], NOW) == 1
    assert urgent_row(policy, [urgent(1), urgent(26)], NOW) == 1
    assert urgent_row(policy, [urgent(1), urgent(25)], NOW) == 2
    assert urgent_row(policy, [urgent(20), urgent(26)], NOW) == 0


def test_a_long_urgent_conversation_is_no_rest(policy: WellbeingPolicy) -> None:
    assert urgent_row(policy, [urgent(1, lasted=90), urgent(95)], NOW) == 2


def test_an_invented_person_has_no_week(policy: WellbeingPolicy) -> None:
    assert fit_for(policy, Record(spans=(Span(NOW - 40 * HOUR, None),), invented=True), NOW).ok


def test_a_missing_certificate_stops_only_where_the_policy_says_so(policy: WellbeingPolicy) -> None:
    values = Settings.load({}).policy_values("wellbeing_policy")
    values["certificates"]["missing_stops"] = "yes"
    strict = WellbeingPolicy.from_numbers(values)
    assert fit_for(policy, Record(stage="crisis_trained"), NOW).ok
    assert fit_for(strict, Record(stage="crisis_trained"), NOW).why is Unfit.CERTIFICATE_MISSING
    held = {CertificateKind.CRISIS: NOW.date()}
    assert fit_for(strict, Record(stage="crisis_trained", certificates=held), NOW).ok


def test_a_certificate_warns_thirty_days_before(policy: WellbeingPolicy) -> None:
    today = date(2026, 11, 23)
    assert not expires_soon(policy, today + timedelta(days=31), today)
    assert expires_soon(policy, today + timedelta(days=30), today)


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 600)), max_size=12))
def test_whoever_rests_until_the_said_moment_is_below_the_hours_then(stretches: list[tuple[int, int]]) -> None:
    spans, end = [], NOW
    for gap, length in stretches:
        end -= gap * MINUTE
        spans.append(Span(end - length * MINUTE, end))
        end -= length * MINUTE
    free = week_free_at(spans, 12 * HOUR, NOW)
    if free is None:
        assert worked(spans, NOW - 7 * DAY, NOW) < 12 * HOUR
    else:
        assert worked(spans, free - 7 * DAY, free) <= 12 * HOUR
        assert free > NOW


def test_a_malformed_policy_stops_the_start() -> None:
    with pytest.raises(ConfigurationError):
        WellbeingPolicy.from_numbers({"version": "1"})
