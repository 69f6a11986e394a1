"""Words about risk: what was seen in a text, where, and how sure we are."""

from dataclasses import dataclass, field

from hotline.domain.contact import Level


@dataclass(frozen=True, slots=True)
class Evidence:
    """One span of the original text that counts towards a level.

    ``start`` and ``end`` are character offsets (code points) into the text as it was given, end exclusive;
    ``source`` is a rule id (``rule:<id>``) or a model feature (``model:<head>``).
    """

    start: int
    end: int
    source: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What triage thinks of one text.

    ``risk`` and ``urgency`` are probabilities 0-1 (any crisis risk; imminent or high), ``None`` when the model did not
    answer. ``heads`` maps head names to 0-1. ``model`` and ``policy`` name the versions that judged; ``failure`` says
    in a few technical words why the model did not answer, or is ``None``. ``coverage`` is the share 0-1 of the last
    text's n-grams that the model knows, ``None`` when it cannot say.
    """

    level: Level
    risk: float | None
    urgency: float | None
    heads: dict[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    model: str = "none"
    policy: str = "none"
    failure: str | None = None
    coverage: float | None = None
