"""The style guide: what a page may be made of, shown by the parts themselves; a copy would soon show another house."""

import re
from typing import Any

from flask import Response, render_template
from flask_babel import gettext
from markupsafe import Markup

from hotline.consoles.doors import pages
from hotline.web import tokens

_IDS = re.compile(r'(?<=\s)(id|for|aria-labelledby|aria-describedby)="([\w -]+)"')
_ACTS = (
    (re.compile(r'<input type="hidden"[^>]*>'), ""),
    (re.compile(r'\b(?:action|method|data-accept)="[^"]*"|\bdata-accept\b'), ""),
    (re.compile(r'href="[^"]*"'), 'href="#main"'),
    (re.compile(r"<form\b([^>]*)>"), r"<div\1>"),
    (re.compile(r"</form>"), "</div>"),
    (re.compile(r"<section\b"), '<div role="group"'),
    (re.compile(r"</section>"), "</div>"),
    (re.compile(r"<button\b"), '<button type="button"'),
)
"""Taken out of the samples: whatever would act, lead away, or be a landmark twice on one page."""


@pages.get("/styleguide")
def styleguide() -> str:
    """Tokens with their contrast and one of every part, light and dark side by side."""
    drawn = render_template("consoles/styleguide_samples.html", **_invented())
    return render_template(
        "consoles/styleguide.html",
        pairs={theme: _pairs(found) for theme, found in tokens.themes().items()},
        sizes=[
            one
            for one in tokens.themes()["light"].items()
            if one[0].split("-")[0] in {"text", "gap", "target", "radius"}
        ],
        samples={theme: _still(drawn, theme) for theme in tokens.themes()},
    )


@pages.get("/styleguide.css")
def styleguide_themes() -> Response:
    """Both themes as classes, made from the file that the pages use."""
    return Response(tokens.scoped(), mimetype="text/css")


def _pairs(found: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "ink": ink,
            "ground": ground,
            "ratio": tokens.contrast(found[ink], found[ground]),
            "least": least,
            "text": least == tokens.TEXT,
        }
        for ink, ground, least in tokens.PAIRS
    ]


def _still(drawn: str, theme: str) -> Markup:
    """The samples without acts, under ids of this theme's own."""
    for pattern, put in _ACTS:
        drawn = pattern.sub(put, drawn)
    named = _IDS.sub(lambda one: f'{one[1]}="{" ".join(f"{name}-{theme}" for name in one[2].split())}"', drawn)
    return Markup(named)  # noqa: S704  # rendered above with everything escaped, and only attributes were changed


def _invented() -> dict[str, Any]:
    """Somebody invented, as the views of the desks would give them."""
    item = {
        "contact_id": "guide",
        "pseudonym": "KMT-47",
        "level": "high",
        "language": "zh-Hant",
        "channel": "web",
        "third_party": True,
        "wants_call": True,
        "returned": True,
        "waited_seconds": 35,
        "target_seconds": 60,
        "overdue": False,
        "evidence": [{"label": gettext("Wish to be dead"), "quote": "…"}],
    }
    alarm = {"alarm_id": "guide", "kind": "urgent_waiting", "level": "high", "contact_id": None, "raised_at": None}
    seen = {"acknowledged_at": None, "acknowledged_by": None, "runbook": None, "sentence": "…"}
    says = {"client_message_id": None, "link": None, "alias": "Lin"}
    offer = {"offer_id": "guide", "contact": item, "reasons": ["language", "rested"], "by": None, "returns": True}
    return {
        "item": item,
        "late": item | {"waited_seconds": 400, "overdue": True},
        "alarms": [alarm | seen],
        "messages": [
            says | {"number": number, "author": author, "text": f".message {author}"}
            for number, author in enumerate(("seeker", "listener", "system"), start=1)
        ],
        "desk": {"told": [], "offer": offer | {"handovers": [], "left_seconds": 42}},
    }
