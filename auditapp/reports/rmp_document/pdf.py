"""The document of a plan as PDF/A."""

import tempfile
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from auditapp.reports.glyphs import clean
from auditapp.reports.rmp_document.content import PlanDocument
from auditapp.reports.typesetting import STYLE, typeset


def render(document: PlanDocument) -> bytes:
    """The plan as PDF/A-2a and PDF/UA-1."""
    data = _clean(asdict(document))
    for section in data["sections"]:
        _without_gaps(section["blocks"])
    with tempfile.TemporaryDirectory(prefix="auditapp-plan-") as folder:
        root = Path(folder)
        (root / "plan.typ").write_bytes(_template())
        (root / "style.typ").write_bytes(STYLE.read_bytes())
        return typeset(root, "plan.typ", data, document.timestamp)


def _without_gaps(blocks: list[dict[str, Any]]) -> None:
    """Headings below the section's own, none of them skipping a level: a reader who listens would look for what is missing."""
    above = 1
    for block in blocks:
        if block["kind"] == "heading":
            block["level"] = above = min(block["level"] + 2, above + 1, 6)


def _clean(value: Any) -> Any:
    """Every text with characters that the typefaces have."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return value


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "plan.typ").read_bytes()
