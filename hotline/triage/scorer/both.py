"""What a text gets in the end, from both readings; commands and measurements ask here, the service reads in turn."""

from pathlib import Path

from hotline.domain.ports import Assessor
from hotline.domain.risk import Judgement
from hotline.triage.scorer.loading import load_assessor, load_second_reading


class Both:
    """The first reading, or the second where that answers and asks for more; see ``flow/second_reading.py``."""

    def __init__(self, first: Assessor, second: Assessor | None) -> None:
        self._first = first
        self._second = second

    def judge(self, texts: list[str]) -> Judgement:
        """The judgement that stands over a conversation's seeker texts once both have read it."""
        first = self._first.judge(texts)
        if self._second is None:
            return first
        second = self._second.judge(texts)
        return second if second.failure is None and second.level.rank > first.level.rank else first

    def label(self, source: str, language: str) -> str:
        """What an evidence source means; see :meth:`TriageAssessor.label`."""
        return self._first.label(source, language)


def load_both(models_dir: Path, config_dir: Path) -> tuple[Both, list[str]]:
    """Both readings of these folders, and why one of them does not answer.

    Raises:
        ConfigurationError: the lexicon or the policy is broken.

    """
    first = load_assessor(models_dir, config_dir)
    second = load_second_reading(models_dir, config_dir, first)
    broken = [f"The model is not in use: {first.failure} Every text is at least elevated."] if first.failure else []
    if second is not None and second.failure:
        broken.append(f"Nothing is read a second time: {second.failure}")
    return Both(first, second), broken
