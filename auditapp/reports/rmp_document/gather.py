"""Putting together what the document of a plan holds, as far as its reader may see it."""

from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.queries import names_of, organization
from auditapp.people.rules import Principal
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.rmp import queries
from auditapp.relationships.rmp.model import Plan, PlanVersion
from auditapp.relationships.rmp.rules import (
    OUTCOME_LABELS,
    PLAN_KIND_LABELS,
    SECTIONS,
    STATUS_LABELS,
    PlanKind,
)
from auditapp.reports.rmp_document.blocks import blocks_of
from auditapp.reports.rmp_document.content import PlanDocument, Section


def document_of(
    session: Session,
    principal: Principal,
    *,
    plan: Plan,
    version: PlanVersion,
    found: Relationship | None,
    language: str,
) -> PlanDocument:
    """The document of one version. A partner's contact gets the sections that are shared, and a line that says so."""
    sections = queries.sections_of(session, principal, version.id)
    inside = principal.partner_id is None
    own = organization(session)
    own_name = own.name if own else ""
    names = names_of(
        session,
        [plan.owner_id, plan.partner_owner_id]
        + [one for row in sections.values() for one in (row.owner_id, row.changed_by_id)],
    )
    parties = {party: name or own_name for party, name in queries.parties_of(session, plan)}
    links = links_of(session, principal, "rmp", [plan.id])[plan.id]
    facts = [(Text("Relationship"), f"{found.ref} {found.name}")] if found else []
    facts += [
        (Text("Parties"), ", ".join(parties.values())),
        (Text("Owner"), names.get(plan.owner_id, "—") if plan.owner_id else "—"),
    ]
    if plan.kind is PlanKind.JOINT:
        facts.append(
            (
                Text("Owner on the partner's side"),
                names.get(plan.partner_owner_id, "—") if plan.partner_owner_id else "—",
            )
        )
    facts.append(
        (Text("In force since"), str(day_words(version.in_force_on)) if version.in_force_on else "—")
    )
    return PlanDocument(
        language=language,
        organization=own_name,
        kind=str(PLAN_KIND_LABELS[plan.kind]),
        ref=plan.ref,
        title=plan.title,
        version=str(Text("version %(number)s", number=version.number)),
        status=str(STATUS_LABELS[version.status]),
        shared_part="" if inside else str(Text("The part that is shared between the parties.")),
        facts=[(str(label), value) for label, value in facts],
        approvals_title=str(Text("Agreement")),
        approvals_head=[str(Text("Party")), str(Text("Who")), str(Text("When"))],
        approvals=[
            [
                parties.get(one.party_id, ""),
                str(Text("written down by %(who)s: %(where)s", who=name, where=one.note))
                if one.on_behalf
                else name,
                str(day_words(one.agreed_at.date())),
            ]
            for one, name in queries.approvals_of(session, version.id)
            if one.content_hash and one.content_hash == version.content_hash
        ],
        contents_title=str(Text("Contents")),
        sections=[
            Section(
                number=number,
                title=str(kind.title),
                blocks=blocks_of(sections[key].text) if key in sections else [],
                note=str(
                    Text(
                        "Answers for it: %(owner)s. Last changed by %(who)s on %(day)s.",
                        owner=names.get(sections[key].owner_id, "—"),  # type: ignore[arg-type] # an absent owner has no name
                        who=names.get(sections[key].changed_by_id, "—"),
                        day=day_words(sections[key].changed_at.date()),
                    )
                )
                if key in sections and inside
                else "",
                links=[
                    f"{one.kind_label} {one.ref} {one.target.title}" if one.target else one.url
                    for one in links
                    if one.slot == key and (one.target or one.url)
                ],
            )
            for number, (key, kind) in enumerate(SECTIONS.items(), start=1)
            if inside or key in sections
        ],
        empty=str(Text("Nothing is written here yet.")),
        reviews_title=str(Text("Review log")),
        reviews_head=[str(Text("Held on")), str(Text("Who")), str(Text("Outcome")), str(Text("Changes"))],
        reviews=[
            [
                str(day_words(row.held_on)),
                "; ".join(one for one in (row.ours, row.theirs) if one),
                str(OUTCOME_LABELS[row.outcome]),
                row.changes if inside else "",
            ]
            for row, _number in queries.reviews_of(session, plan.id, page=1).rows
        ],
        page_pattern=str(Text("Page %(page)s of %(pages)s", page="%(page)s", pages="%(pages)s")),
        timestamp=int((version.submitted_at or version.created_at).timestamp()),
        file_name=f"{plan.ref}-v{version.number}" + ("" if inside else "-shared"),
    )
