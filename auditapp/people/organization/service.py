"""Changing what the organization is, after the first run."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Stale
from auditapp.kit.text import Text
from auditapp.people.model import Organization
from auditapp.people.organization.rules import regions
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal, zones
from auditapp.trail.service import record


def change_organization(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    version: int,
    name: str,
    zone: str,
    locale: str,
    country: str,
    region: str,
) -> None:
    """Change name, zone, language and place. A ``region`` that is not of the country falls away.

    ``version`` is the one that was on the page; raises Stale for an older one, Invalid for an empty name or a zone
    that is none, NotAllowed for whoever may not manage settings.
    """
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Only the system manager can do this."))
    kept = organization(session)
    if kept is None:
        raise NotFound
    if kept.version != version:
        raise Stale(Text("Somebody changed this since you opened the page. Open it again and look."))
    if not name.strip():
        raise Invalid(Text("Name the organization."), field="name")
    if zone not in zones():
        raise Invalid(
            Text("“%(zone)s” is not a time zone; it should look like Europe/London.", zone=zone), field="zone"
        )
    before = _plain(kept)
    kept.name = name.strip()
    kept.zone = zone
    kept.locale = locale
    kept.country = country
    kept.subdivision = region if region in regions(country) else ""
    after = _plain(kept)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="organization.changed", thing_kind="organization",
            thing_id="1", thing_ref=kept.name, before=before, after=after,
        )  # fmt: skip


def _plain(one: Organization) -> dict[str, str]:
    return {
        "name": one.name,
        "zone": one.zone,
        "locale": one.locale,
        "country": one.country,
        "subdivision": one.subdivision,
    }
