"""The records and addresses that stand behind a thing."""

from collections.abc import Iterable

from auditapp.api.places import site
from auditapp.api.shapes import Given
from auditapp.relationships.links.rules import Shown


class LinkedRecord(Given):
    """A record of the system by its number, or an address. All empty but ``kind``: not for you to see, or gone."""

    kind: str
    ref: str
    title: str
    status: str
    label: str
    url: str
    page: str | None


def linked(shown: Iterable[Shown]) -> list[LinkedRecord]:
    """Links as they are given: of what the reader may not see, no more than that there is something."""
    return [
        LinkedRecord(
            kind=one.kind,
            ref=one.ref if one.target else "",
            title=str(one.target.title) if one.target else "",
            status=str(one.target.status) if one.target else "",
            label=one.label if one.target or one.url else "",
            url=one.url,
            page=site(one.target.endpoint, **one.target.values) if one.target else None,
        )
        for one in shown
    ]
