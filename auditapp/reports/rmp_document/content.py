"""What the document of a plan holds: plain values in the reader's language. Pure."""

from dataclasses import dataclass

from auditapp.reports.rmp_document.blocks import Block


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section: its number and title, its text in blocks, and the line below it."""

    number: int
    title: str
    blocks: list[Block]
    note: str
    links: list[str]


@dataclass(frozen=True, kw_only=True)
class PlanDocument:
    """The whole document. ``timestamp``: seconds since 1970, so that the same version gives the same bytes."""

    language: str
    organization: str
    kind: str
    ref: str
    title: str
    version: str
    status: str
    shared_part: str  # a line that says so; empty for the whole plan
    facts: list[tuple[str, str]]
    approvals_title: str
    approvals_head: list[str]
    approvals: list[list[str]]
    contents_title: str
    sections: list[Section]
    empty: str
    reviews_title: str
    reviews_head: list[str]
    reviews: list[list[str]]
    page_pattern: str
    timestamp: int
    file_name: str
