"""The outputs of the eight stages, moving on and back, and the coverage document. Pure."""

from auditapp.relationships.lifecycle.rules.guide import guide, where
from auditapp.relationships.lifecycle.rules.moving import (
    EARLY,
    OUTPUT_LABELS,
    OUTPUT_TONES,
    PASSAGE_LABELS,
    OutputState,
    PassageKind,
    Readiness,
    earlier_stages,
    must_be_early,
    must_have_something,
    names,
    next_stage,
    readiness,
)
from auditapp.relationships.lifecycle.rules.outputs import (
    BULLETS,
    OUTPUTS,
    PLACES,
    Output,
    outputs_of,
    rmp_output,
)

__all__ = [
    "BULLETS",
    "EARLY",
    "OUTPUTS",
    "OUTPUT_LABELS",
    "OUTPUT_TONES",
    "PASSAGE_LABELS",
    "PLACES",
    "Output",
    "OutputState",
    "PassageKind",
    "Readiness",
    "earlier_stages",
    "guide",
    "must_be_early",
    "must_have_something",
    "names",
    "next_stage",
    "outputs_of",
    "readiness",
    "rmp_output",
    "where",
]
