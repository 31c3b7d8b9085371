"""What a page of the exchange is about: a nonconformity, or one of its actions."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext

from auditapp.findings.exchange.queries import of_own_organization, partner_takes_part
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.queries import action_by_ref, nonconformity_by_ref
from auditapp.kit.db import current_session
from auditapp.people.guards import actor


@dataclass
class Place:
    """A nonconformity or an action, as its reader may see it, and where its pages are."""

    nc: Nonconformity
    action: Action | None

    @property
    def ref(self) -> str:
        """The number that stands in its addresses."""
        return self.action.ref if self.action else self.nc.ref

    @property
    def title(self) -> str:
        """What it is called. A partner's contact reads the title of the action only."""
        return self.action.title if self.action else self.nc.title

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        return gettext("Action") if self.action else gettext("Nonconformity")

    @property
    def own(self) -> bool:
        """Whether the reader is of the own organization."""
        return of_own_organization(actor())

    @cached_property
    def with_partner(self) -> bool:
        """Whether a partner's contact sees what is not internal."""
        return partner_takes_part(current_session(), self.action)

    def url(self, page: str, **more: Any) -> str:
        """The address of one of its pages: ``comments``, ``files``, ``new_file``, or ``show`` for its own."""
        if page == "show":
            endpoint = "findings.action" if self.action else "findings.show"
        else:
            endpoint = f"findings.{'action' if self.action else 'nonconformity'}_{page}"
        return url_for(endpoint, ref=self.ref, **more)

    @property
    def words(self) -> dict[str, Any]:
        """What every page of the exchange shows at its top."""
        return {"place": self}


def of_nonconformity(ref: str) -> Place:
    """The nonconformity that people call ``ref``. Raises NotFound."""
    return Place(nonconformity_by_ref(current_session(), actor(), ref), None)


def of_action(ref: str) -> Place:
    """The action that people call ``ref``. Raises NotFound."""
    action, nc = action_by_ref(current_session(), actor(), ref)
    return Place(nc, action)


def of(nc: Nonconformity, action: Action | None) -> Place:
    """Where something hangs whose reader was asked for already."""
    return Place(nc, action)
