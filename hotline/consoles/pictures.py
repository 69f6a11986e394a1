"""Gives the plots their words in the reader's language; a picture without words is none to a screen reader."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from hotline.domain.contact import Level
from hotline.reports import bars as drawing
from hotline.reports import plots
from hotline.reports.plots import Bars, Caption, Point
from hotline.reports.triage_figures import Decile, Share
from hotline.web.page import words


def level_name(level: str) -> str:
    """The reviewed word for a level."""
    return str(words(f"level_{level}"))


def cut_name(cut: str) -> str:
    """A level or more, in a word or two."""
    names = {Level.ELEVATED: gettext("any risk"), Level.HIGH: gettext("urgent")}
    return str(names.get(Level(cut), level_name(cut)))


def channel_name(channel: str) -> str:
    """How a person reached us; nothing for a group that is no channel."""
    names = {
        "web": gettext("Web chat"),
        "voice": gettext("Phone"),
        "sms": gettext("Text message"),
        "whatsapp": "WhatsApp",
        "referral": gettext("Referral"),
    }
    return str(names.get(channel, channel))


def course(judged: Sequence[dict[str, Any]]) -> dict[str, str] | None:
    """The level over a conversation as a picture and as one line of words; ``None`` before the second judgement."""
    if len(judged) < 2:  # noqa: PLR2004  one point is no course
        return None
    points = [Point(Level(one["level"]).rank, Level(one["standing"]).rank, bool(one["by_person"])) for one in judged]
    text = course_words(judged)
    caption = Caption("course", gettext("The level over the conversation"), text)
    return {"picture": plots.course(points, [level_name(level) for level in Level], caption), "words": text}


def course_words(judged: Sequence[dict[str, Any]]) -> str:
    """Every change of the level in order, and by whom: ``Routine → High (machine) → Elevated (Lin)``."""
    told: list[str] = []
    before = None
    for one in judged:
        if one["standing"] == before:
            continue
        before = one["standing"]
        by = gettext("machine") if not one["by_person"] else one["by"]
        by = gettext("pressed 1 on the telephone: in danger now") if one["by"] == "seeker" else by
        told.append(gettext("%(level)s (%(by)s)", level=level_name(one["standing"]), by=by))
    return " → ".join(told)


def intervals(rows: Sequence[tuple[str, dict[str, Any]]], *, id_: str, title: str) -> str:
    """Shares with their intervals; each row is a label and a share as the report gives it."""
    shares = [(label, Share(**share)) for label, share in rows]
    text = "; ".join(f"{label}: {percent(share.value)}" for label, share in shares)
    return plots.intervals(shares, Caption(id_, title, text))


def bars(rows: Sequence[tuple[str, Sequence[int]]], *, id_: str, title: str) -> str:
    """A bar for each row; its second value, if any, is the marked part of the first."""
    drawn = [
        (key[5:] if len(key) > len("2026-11") else key, row[0], row[1] if len(row) > 1 else 0) for key, row in rows
    ]
    text = "; ".join(f"{key}: {row[0]}" for key, row in rows)
    return drawing.bars(drawn, Caption(id_, title, text))


def calibration(tenths: Sequence[dict[str, Any]]) -> str:
    """How often people saw risk, over the score."""
    rows = [Decile(one["low"], one["high"], Share(**one["risk"])) for one in tenths]
    text = "; ".join(
        f"{row.low:.1f}-{row.high:.1f}: {percent(row.risk.value)}" for row in rows if row.risk.value is not None
    )
    caption = Caption("calibration", gettext("How often people saw risk, by the machine’s score"), text)
    return plots.calibration(rows, caption, across=gettext("the machine’s score"))


def weeks(rows: Sequence[dict[str, Any]]) -> str:
    """Mean score and share of flagged judgements, week by week."""
    told = [
        (f"{row['start']:%m-%d}", None if row["mean"] is None else float(row["mean"]), row["flagged"]) for row in rows
    ]
    text = "; ".join(f"{label}: {percent(mean)}, {percent(flagged)}" for label, mean, flagged in told)
    return plots.weeks(told, Caption("weeks", gettext("Scores week by week"), text))


def last_hours(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Three rows of bars over the last six hours: who came, the median wait, the share answered in time."""
    ends = (gettext("6 h ago"), gettext("now"))
    came, urgent = [float(row["arrivals"]) for row in rows], [float(row["urgent"]) for row in rows]
    waits = [row["median_wait_seconds"] for row in rows]
    shares = [row["within_target_share"] for row in rows]
    longest = max((wait for wait in waits if wait is not None), default=0.0)
    most = max(came, default=0.0)
    told = {
        "came": (
            Bars(came, most, gettext("at most %(n)s in 15 min", n=round(most)), urgent, ends),
            gettext("Arrivals"),
        ),
        "waits": (Bars(waits, longest, gettext("at most %(n)s s", n=round(longest)), (), ends), gettext("Median wait")),
        "within": (Bars(shares, 1.0, "100 %", (), ends), gettext("Answered within the target")),
    }
    text = {
        "came": gettext(
            "%(n)s people in six hours, %(urgent)s of them urgent", n=round(sum(came)), urgent=round(sum(urgent))
        ),
        "waits": gettext("the longest median wait of a quarter of an hour: %(n)s seconds", n=round(longest)),
        "within": ", ".join(percent(share) for share in shares if share is not None) or "–",
    }
    return {
        name: plots.bars(drawn, Caption(f"hours-{name}", title, text[name])) for name, (drawn, title) in told.items()
    }


def percent(value: float | None) -> str:
    """A share as people read it; a dash for none."""
    return "–" if value is None else f"{value * 100:.0f} %"
