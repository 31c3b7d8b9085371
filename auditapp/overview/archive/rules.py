"""An ordered archive: how long it lies here, and what its order says. Its life is that of every order. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from auditapp.reports.orders import rules

GOOD_FOR = timedelta(hours=48)  # an archive lies here so long: everything about everybody is in it


@dataclass(frozen=True, kw_only=True)
class Order(rules.Order):
    """An order as the pages show it."""

    passwords: bool
    expires_at: datetime | None
