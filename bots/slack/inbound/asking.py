"""The forms of deeds, whatever thing they are about: asked of its trade, filled from where they were begun."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.deeds.attaching import AttachTrade
from bots.deeds.raising import RaiseIssue, RaiseNonconformity
from bots.deeds.registry import trade_of
from bots.deeds.rules import Done, FieldKind, Form
from bots.slack.rules import Ref

SOURCE = "source"  # in a form's meta: the message that something is raised from
FILES = "files"  # there: the ids of its files; in a piece of work: ids by field
NO_FILES = Text(
    "The files of the message stay in Slack: no files are kept with this. The message itself is linked."
)


def form_of(session: Session, who: Principal, ref: Ref, about: Mapping[str, Any], *, at: datetime) -> Form:
    """What is asked for a deed. Raises Refusal. Files of a message that the form cannot take are said to stay in Slack."""
    trade = trade_of(ref.kind)
    if trade is None:
        raise NotFound
    if not isinstance(trade, RaiseNonconformity | RaiseIssue | AttachTrade):
        return trade.form(session, who, ref.id, ref.verb, at=at)
    form = trade.form(session, who, ref.id, ref.verb, at=at, source=about.get(SOURCE))
    if about.get(FILES) and not any(one.kind is FieldKind.FILES for one in form.fields):
        return replace(form, opening=(*form.opening, NO_FILES))
    return form


def do(
    session: Session, who: Principal, ref: Ref, values: Mapping[str, Any], about: Mapping[str, Any], *, at: datetime
) -> Done:  # fmt: skip
    """Do it. Raises Refusal."""
    trade = trade_of(ref.kind)
    if trade is None:
        raise NotFound
    more = {SOURCE: about[SOURCE]} if SOURCE in about else {}
    return trade.do(session, who, ref.id, ref.verb, {**values, **more}, version=ref.version, at=at)
