"""What the verbs of the exchange share: who may, and how the trail names an action."""

from typing import Any

from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules import action as action_rules
from auditapp.findings.rules import nonconformity as nc_rules
from auditapp.findings.rules.action import ActionVerb
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def allowed_comment(session: Session, nc: Nonconformity, action: Action | None, *, actor: Principal) -> None:
    """Raises NotAllowed or Refusal when somebody may not say something here."""
    parts = queries.parts(session, actor, nc, action)
    if action is None:
        nc_rules.require_may(NcVerb.COMMENT, parts)
        nc_rules.next_status(nc.status, NcVerb.COMMENT)
    else:
        action_rules.require_may(ActionVerb.COMMENT, parts)
        action_rules.next_status(action.status, ActionVerb.COMMENT)


def allowed_attach(session: Session, nc: Nonconformity, action: Action | None, *, actor: Principal) -> None:
    """Raises NotAllowed or Refusal when somebody may not add files here, or remove them."""
    parts = queries.parts(session, actor, nc, action)
    if action is None:
        nc_rules.require_may(NcVerb.ATTACH, parts)
        nc_rules.next_status(nc.status, NcVerb.ATTACH)
        return
    action_rules.require_may(ActionVerb.ATTACH, parts)
    action_rules.next_status(action.status, ActionVerb.ATTACH)
    if nc.status not in nc_rules.OPEN:
        raise Refusal(
            Text("What this action belongs to has ended: nothing but comments can be added to it any more.")
        )


def about_action(action: Action) -> dict[str, Any]:
    """How the trail names an action."""
    return {
        "thing_kind": "action",
        "thing_id": action.id,
        "thing_ref": action.ref,
        "context_id": action.nonconformity_id,
    }
