"""Every kind of line the log may hold has words for the people who read it."""

import re
from pathlib import Path

from hotline.domain.lifecycle import Step

ROOT = Path(__file__).resolve().parents[2]
LABELS = ROOT / "hotline/consoles/templates/consoles/log_labels.html"
ONLY_IN_THE_TABLE = {Step.REFER}
"""Steps no act takes yet."""


def test_every_line_of_the_log_has_words() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "hotline/flow").glob("*.py"))
    written = set(re.findall(r'unit\.log\(\s*[\w.]+,\s*"(\w+)"', source))
    written |= set(re.findall(r'"(dispatch_called|dispatch_asked)"', source))
    written |= {f"step_{step}" for step in Step if step not in ONLY_IN_THE_TABLE}
    known = set(re.findall(r"'(\w+)': _\(", LABELS.read_text("utf-8")))
    assert len(written) > 20
    assert written - known == set()
