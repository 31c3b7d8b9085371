"""What is wrong with a template, and what a report made with it would lack."""

from collections.abc import Mapping
from dataclasses import dataclass

from auditapp.kit.text import Text
from auditapp.reports.templated.filling import Faulty, Filled, fill
from auditapp.reports.templated.package import opened
from auditapp.reports.templated.reading import Fault
from auditapp.reports.templated.sample import sample, sample_pictures


@dataclass(frozen=True)
class Verdict:
    """What the checker says: faults keep a template from being used, lacking chapters are put at the end of the report."""

    faults: tuple[Fault, ...] = ()
    lacks: tuple[str, ...] = ()
    taken_out: tuple[Text, ...] = ()

    @property
    def works(self) -> bool:
        """Whether reports can be made with it."""
        return not self.faults


def check(data: bytes, labels: Mapping[str, str]) -> Verdict:
    """Look a template through and try it on a sample. Raises Invalid for a file that may not be kept."""
    taken = opened(data).taken_out
    try:
        return Verdict(lacks=trial(data, labels).lacks, taken_out=taken)
    except Faulty as faulty:
        return Verdict(faults=faulty.faults, taken_out=taken)


def trial(data: bytes, labels: Mapping[str, str]) -> Filled:
    """The sample report made with it. Raises Invalid and Faulty."""
    return fill(data, sample(), sample_pictures().get, labels=labels)
