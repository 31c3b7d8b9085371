"""Under which thing an item that is due stands: one card for a thing, whatever about it is due. Pure."""

from auditapp.reminders.rules import DueItem


def subject_of(item: DueItem) -> tuple[str, str]:
    """The kind and the id of the thing on whose card an item stands, as the trail calls it.

    The sources of reminders name the thing itself already, not the row in it that is due: what is asked about an
    action, and its verification, stand on the action; checks of the extent and of the effect, and what a certification
    body waits for, on the nonconformity; the levels and answers of an issue on the issue. What names no thing stands
    alone, under its key: ``"word:rest"`` gives the kind and the id.
    """
    if item.thing_kind and item.thing_id:
        return item.thing_kind, item.thing_id
    kind, _, rest = item.key.partition(":")
    return kind, rest or kind
