"""When cause and extent are said. Pure."""

from dataclasses import dataclass

from auditapp.kit.text import Text


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What stands there for this round."""

    causes: int
    roots: int
    sorted_roots: int  # root causes with a category
    checks: int  # of the extent
    cause_summary: str
    extent_summary: str


def missing_for_completion(found: Analysis) -> list[tuple[str, Text]]:
    """Everything that is missing: (the field it belongs to, or an empty one; what to do)."""
    missing = []
    if not found.causes:
        missing.append(("", Text("Ask why it happened, and write down at least one answer.")))
    elif not found.roots:
        missing.append(("", Text("Mark at least one cause as a root cause.")))
    elif not found.sorted_roots:
        missing.append(("", Text("Give a root cause its category.")))
    if not found.cause_summary:
        missing.append(("cause_summary", Text("Say in one or two sentences what the cause is.")))
    if not found.checks and not found.extent_summary:
        missing.append(
            (
                "extent_summary",
                Text("Say where else it may occur: plan a check, or write why it can occur nowhere else."),
            )
        )
    return missing
