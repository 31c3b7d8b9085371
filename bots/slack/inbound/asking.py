"""The forms of deeds, whatever thing they are about: asked of its trade, filled from where they were begun."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.people.rules import Principal
from bots.deeds.attaching import AttachTrade
from bots.deeds.raising import RaiseIssue, RaiseNonconformity
from bots.deeds.registry import trade_of
from bots.deeds.rules import Done, Form
from bots.slack.rules import Ref

SOURCE = "source"  # in a form's meta: the message that something is raised from


def form_of(session: Session, who: Principal, ref: Ref, about: Mapping[str, Any], *, at: datetime) -> Form:
    """What is asked for a deed. Raises Refusal."""
    trade = trade_of(ref.kind)
    if trade is None:
        raise NotFound
    if isinstance(trade, RaiseNonconformity | RaiseIssue | AttachTrade):
        return trade.form(session, who, ref.id, ref.verb, at=at, source=about.get(SOURCE))
    return trade.form(session, who, ref.id, ref.verb, at=at)


def do(
    session: Session, who: Principal, ref: Ref, values: Mapping[str, Any], about: Mapping[str, Any], *, at: datetime
) -> Done:  # fmt: skip
    """Do it. Raises Refusal."""
    trade = trade_of(ref.kind)
    if trade is None:
        raise NotFound
    more = {SOURCE: about[SOURCE]} if SOURCE in about else {}
    return trade.do(session, who, ref.id, ref.verb, {**values, **more}, version=ref.version, at=at)
