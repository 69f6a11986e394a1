"""Reads the design's tokens from the one file that sets them, and how well an ink reads on its ground."""

import re
from functools import cache
from pathlib import Path

TOKENS_FILE = Path(__file__).parent / "static" / "tokens.css"
DARK = "@media (prefers-color-scheme: dark)"
TEXT, SHAPE = 4.5, 3.0
"""Least contrast of text, and of what is told by its shape (WCAG 2.2, 1.4.3 and 1.4.11)."""

_LEVELS = ("imminent", "high", "elevated", "routine", "information")
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in ("bg", "surface", "sunken")),
    *(("ink", ground, TEXT) for ground in ("accent-soft", "mine", "ok-soft", "warn-soft", "help-soft")),
    ("bg", "ink", TEXT),
    ("accent", "bg", TEXT),
    ("accent", "surface", TEXT),
    ("accent-ink", "accent", TEXT),
    ("accent-ink", "accent-hover", TEXT),
    ("help", "surface", TEXT),
    ("help", "help-soft", TEXT),
    ("ok", "ok-soft", TEXT),
    ("warn", "warn-soft", TEXT),
    *((f"{level}-ink", f"{level}-soft", TEXT) for level in _LEVELS),
    *((f"{level}-ink", "surface", TEXT) for level in _LEVELS),
    ("control-line", "surface", SHAPE),
    ("control-line", "bg", SHAPE),
    ("focus", "bg", SHAPE),
    ("focus", "surface", SHAPE),
)
"""What stands on what, with the least contrast it needs."""


@cache
def themes() -> dict[str, dict[str, str]]:
    """Every token by its name, in ``light`` and in ``dark``; what dark does not set is as in light."""
    light, _, dark = TOKENS_FILE.read_text("utf-8").partition(DARK)
    plain = _set_in(light)
    return {"light": plain, "dark": plain | _set_in(dark)}


def _set_in(css: str) -> dict[str, str]:
    return {name: value.strip() for name, value in re.findall(r"--([a-z0-9-]+):\s*([^;]+);", css)}


def contrast(ink: str, ground: str) -> float:
    """The ratio of two colours written as ``#rrggbb``, 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(ink), _luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]  # noqa: PLR2004  # sRGB
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def scoped() -> str:
    """A style sheet that sets each theme inside an element of its class, and one class for each token to show it by."""
    rules = []
    for theme, tokens in themes().items():
        lines = "".join(f"--{name}:{value};" for name, value in tokens.items())
        rules.append(f".theme-{theme}{{color-scheme:{theme};{lines}background:var(--bg);color:var(--ink)}}")
    for name in themes()["light"]:
        rules.append(f".fill-{name}{{background:var(--{name})}}")
        rules.append(f".ink-{name}{{color:var(--{name})}}")
        rules.append(f".size-{name}{{font-size:var(--{name})}}.wide-{name}{{width:var(--{name})}}")
    return "\n".join(rules) + "\n"
