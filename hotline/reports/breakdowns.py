"""The tables of the reports, each defined once like the figures: by channel, language, level, hour, subject, reason.

A row's key is the word of the house for it; whoever shows the table names it in the reader's language.
"""

from collections.abc import Callable

from hotline.domain.contact import AskedDirectly, Channel, Language, Level, Outcome
from hotline.reports import measures
from hotline.reports.figure import N_, Breakdown, Names, Part, Unit, Value
from hotline.reports.totals import Totals
from hotline.reports.triage_figures import fit_of, share
from hotline.routing.ranking import Topic
from hotline.routing.replies import Decline, Withdrawal

Rows = dict[str, tuple[Value, ...]]

MOST_DAYS_SHOWN = 92
"""A longer period is shown by months."""
WAIT_EDGES_SECONDS = (30, 60, 180, 300, 600, 1200)
"""Up to these, and longer: the waits after which people left."""


def _main(channel: str, language: str) -> Callable[[Totals], tuple[Value, ...]]:
    def of(totals: Totals) -> tuple[Value, ...]:
        counts = totals.counts(channel=channel, language=language)
        calm = totals.counts(channel=channel, language=language, levels=measures.CALM)["answered"]
        answered = share(counts["answered"], counts["contacts"], measures.Z95)
        return counts["contacts"], calm, counts["answered"] - calm, answered

    return of


def _by_channel(totals: Totals) -> Rows:
    return _filled({channel.value: _main(channel.value, "")(totals) for channel in Channel})


def _by_language(totals: Totals) -> Rows:
    return {language.value: _main("", language.value)(totals) for language in Language}


def _filled(rows: Rows) -> Rows:
    """Without rows in which nothing happened: no house has every channel."""
    return {key: row for key, row in rows.items() if row[0]}


def _by_level(totals: Totals) -> Rows:
    found: Rows = {}
    for level in reversed(Level):
        counts, waits = totals.counts(levels=[level]), totals.waits([level])
        found[level.value] = (
            counts["contacts"],
            share(counts["in_time"], counts["timed"], measures.Z95),
            measures.quantile(waits, 0.5),
            measures.quantile(waits, 0.9),
            max(waits, default=None),
            counts["abandoned"],
        )
    return found


def _by_hour(totals: Totals) -> Rows:
    return {f"{hour:02d}": (totals.by_hour[hour],) for hour in range(24)}


def _by_day(totals: Totals) -> Rows:
    days = sorted({day for day, _ in totals.by_day})
    by_month = bool(days) and (days[-1] - days[0]).days >= MOST_DAYS_SHOWN
    found: dict[str, list[int]] = {}
    for day in days:
        row = found.setdefault(day.isoformat()[:7] if by_month else day.isoformat(), [0, 0])
        row[0] += totals.by_day[day, False] + totals.by_day[day, True]
        row[1] += totals.by_day[day, True]
    return {key: tuple(row) for key, row in found.items()}


def _of(prefix: str, keys: list[str]) -> Callable[[Totals], Rows]:
    def rows(totals: Totals) -> Rows:
        counts = totals.counts()
        return {key: (counts[f"{prefix}:{key}"],) for key in keys}

    return rows


def _left_after(totals: Totals) -> Rows:
    found = {str(edge): 0 for edge in (*WAIT_EDGES_SECONDS, 0)}
    for wait, number in totals.leave_seconds.items():
        found[str(next((edge for edge in WAIT_EDGES_SECONDS if wait <= edge), 0))] += number
    return {key: (number,) for key, number in found.items()}


def _triage(totals: Totals) -> Rows:
    found: Rows = {}
    for language in Language:
        judged = measures.judged(totals, language=language.value)
        fits = [fit_of(judged, cut, measures.Z95) for cut in (Level.ELEVATED, Level.HIGH)]
        values = [one for fit in fits for one in (fit.recall, fit.precision)]
        found[language.value] = (judged.total(), *values)
    return found


_MAIN = (
    (N_("All contacts"), Unit.COUNT),
    (N_("Support conversations"), Unit.COUNT),
    (N_("Urgent interventions"), Unit.COUNT),
    (N_("Answered"), Unit.SHARE),
)
_ONE = ((N_("Number"), Unit.COUNT),)

# fmt: off
BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "by_day", Part.COUNTERS, Names.DAY, N_("Contacts day by day"),
        N_("Contacts by the local day on which they arrived; a longer period by months. Urgent: those that stand at high or imminent."),
        ("contacts",), ((N_("All contacts"), Unit.COUNT), (N_("Urgent"), Unit.COUNT)), _by_day,
    ),
    Breakdown(
        "by_hour", Part.COUNTERS, Names.HOUR, N_("Contacts by hour"),
        N_("Contacts by the local hour in which they arrived, all days added up."),
        ("contacts",), ((N_("All contacts"), Unit.COUNT),), _by_hour,
    ),
    Breakdown(
        "by_channel", Part.COUNTERS, Names.CHANNEL, N_("By channel"),
        N_("How people reached out. Channels nobody used are left out."),
        ("contacts",), _MAIN, _by_channel,
    ),
    Breakdown(
        "by_language", Part.COUNTERS, Names.LANGUAGE, N_("By language"),
        N_("The language people chose."),
        ("contacts",), _MAIN, _by_language,
    ),
    Breakdown(
        "by_topic", Part.COUNTERS, Names.TOPIC, N_("By subject"),
        N_("Subjects the machine saw in a person’s words, at a probability of one half or more. A contact may have several; those it could not read have none."),
        ("assessments", "contacts"), _ONE, _of("topic", [*Topic, "none"]),
    ),
    Breakdown(
        "by_level", Part.ANSWERING, Names.LEVEL, N_("By level"),
        N_("Contacts by the level they stand at, measured against the time that was promised for it when they arrived."),
        ("contacts",),
        (
            (N_("All contacts"), Unit.COUNT), (N_("Within the promise"), Unit.SHARE), (N_("Half at most"), Unit.SECONDS),
            (N_("Nine of ten at most"), Unit.SECONDS), (N_("Longest"), Unit.SECONDS), (N_("Left before"), Unit.COUNT),
        ),
        _by_level,
    ),
    Breakdown(
        "left_after", Part.ANSWERING, Names.WAIT, N_("When people left"),
        N_("How long those had waited who left before a listener took their contact."),
        ("contacts",), _ONE, _left_after,
    ),
    Breakdown(
        "declines", Part.LISTENING, Names.DECLINE, N_("Why listeners said no"),
        N_("The reason a listener chose. Nobody is asked to justify it further."),
        ("offers", "contacts"), _ONE, _of("decline", list(Decline)),
    ),
    Breakdown(
        "withdrawals", Part.LISTENING, Names.WITHDRAWAL, N_("Why the house took an offer back"),
        N_("Offers that ended before the listener could answer."),
        ("offers", "contacts"), _ONE, _of("withdrawn", list(Withdrawal)),
    ),
    Breakdown(
        "outcomes", Part.SAFETY, Names.OUTCOME, N_("How conversations ended"),
        N_("The outcome of the closing form, of contacts that a listener took."),
        ("contacts",), _ONE, _of("outcome", list(Outcome)),
    ),
    Breakdown(
        "asked", Part.SAFETY, Names.ASKED, N_("Asked directly, and the answer"),
        N_("Closed conversations at elevated or above. A form that says nothing counts as not asked."),
        ("contacts",), _ONE, _of("asked", list(AskedDirectly)),
    ),
    Breakdown(
        "triage_by_language", Part.TRIAGE, Names.LANGUAGE, N_("Machine and people by language"),
        N_("Found: of what people put there, what the machine put there too. Right: the other way round. Any risk is elevated or above, urgent is high or imminent."),
        ("assessments", "contacts"),
        (
            (N_("Both judged"), Unit.COUNT), (N_("Found: any risk"), Unit.SHARE), (N_("Right: any risk"), Unit.SHARE),
            (N_("Found: urgent"), Unit.SHARE), (N_("Right: urgent"), Unit.SHARE),
        ),
        _triage,
    ),
)
# fmt: on
"""All tables, in the order in which they are read."""
