"""What stands in the way of completing an audit. Pure."""

from collections.abc import Sequence

from auditapp.kit.text import Text

MOST_NAMED = 10


def incomplete(*, still_open: Sequence[str], without: Sequence[str]) -> Text | None:
    """Why an audit cannot be completed yet, or ``None``.

    ``still_open``: numbers of nonconformities that are neither ended nor carried over. ``without``: numbers of
    major and minor findings that have no nonconformity yet.
    """
    if without:
        return Text(
            "Nobody follows these findings yet: %(refs)s. The audit team leader or the audit programme manager hands "
            "them over first, on the page “Close the audit”.",
            refs=_named(without),
        )
    if still_open:
        return Text(
            "These nonconformities are open: %(refs)s. Each is closed or withdrawn first, or the audit team leader "
            "or the audit programme manager carries it over with a reason, on the page “Close the audit”.",
            refs=_named(still_open),
        )
    return None


def _named(refs: Sequence[str]) -> str | Text:
    shown = ", ".join(refs[:MOST_NAMED])
    if len(refs) <= MOST_NAMED:
        return shown
    return Text("%(refs)s and %(count)s more", refs=shown, count=len(refs) - MOST_NAMED)
