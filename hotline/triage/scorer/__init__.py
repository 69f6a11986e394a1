"""The only room that knows how the model is stored; whatever goes wrong in here ends as ``elevated`` and a human."""

from hotline.triage.scorer.assessor import TriageAssessor
from hotline.triage.scorer.loading import load_assessor, load_lexicon, load_policy, load_second_reading
from hotline.triage.scorer.model import Model
from hotline.triage.scorer.opening import load_model, load_twice

__all__ = [
    "Model",
    "TriageAssessor",
    "load_assessor",
    "load_lexicon",
    "load_model",
    "load_policy",
    "load_second_reading",
    "load_twice",
]
