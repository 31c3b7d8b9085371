"""How places, actions and plans are said in a line."""

from auditapp.findings.causes.queries import Place
from auditapp.findings.life.queries import ActionLine
from auditapp.findings.rules.action import ACTION_KIND_LABELS, ACTION_STATUS_LABELS
from auditapp.findings.rules.nonconformity import EXTENT_LABELS
from auditapp.kit.text import Text, day_words
from bots.deeds.nonconformity.case import NcCase

MOST_LINES = 10


def place_name(place: Place) -> str:
    """Where somebody looks."""
    check = place.check
    parts = (
        f"{place.relationship_ref} {place.relationship_name}" if place.relationship_ref else "",
        " ".join(one for one in (check.standard, check.clause) if one),
        check.place,
    )
    return " · ".join(part for part in parts if part)


def places_words(case: NcCase) -> list[Text]:
    """Where else it is checked, and what came of it."""
    return [
        Text("Checked elsewhere: %(place)s – %(result)s", place=place_name(one),
             result=EXTENT_LABELS[one.check.result])
        for one in case.places[:MOST_LINES]
    ]  # fmt: skip


def action_words(line: ActionLine) -> Text:
    """An action: what, whose, until when, and where it stands."""
    action = line.action
    return Text(
        "%(ref)s %(title)s – %(owner)s, due on %(day)s, %(status)s",
        ref=action.ref, title=action.title, owner=line.owner, day=day_words(action.due_on),
        status=ACTION_STATUS_LABELS[action.status],
    )  # fmt: skip


def planned_words(line: ActionLine) -> Text:
    """An action of a plan: what it is for, whose, and until when."""
    action = line.action
    return Text(
        "%(kind)s: %(title)s – %(owner)s, due on %(day)s",
        kind=ACTION_KIND_LABELS[action.kind], title=action.title, owner=line.owner,
        day=day_words(action.due_on),
    )  # fmt: skip
