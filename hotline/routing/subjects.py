"""Which subjects a judgement speaks of, for the reports; the same rule while the words are kept and afterwards."""

from collections.abc import Mapping

from hotline.routing.ranking import TOPIC_FROM, Topic

NONE = "none"


def seen(heads: Mapping[str, float]) -> list[str]:
    """The subjects that the model saw clearly enough, or ``none`` alone."""
    return [topic.value for topic in Topic if heads.get(topic, 0.0) >= TOPIC_FROM] or [NONE]
