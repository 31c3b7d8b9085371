"""The interface and the page that explains it."""

from collections import defaultdict
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from auditapp.api.openapi import document
from auditapp.api.tokens.rules import SCOPE_LABELS
from auditapp.api.v1 import (
    actions,
    audit_reports,
    audits,
    behaviours,
    checklists,
    competence,
    conflicts,
    documents,
    evidence,
    exchange,
    exit_processes,
    exit_records,
    exit_versions,
    exits,
    finding_commands,
    findings,
    health_answers,
    ideas,
    inquiries,
    measures,
    meetings,
    messages,
    more_reports,
    notices,
    obligations,
    packs,
    people,
    plan_parts,
    plans,
    programmes,
    registers,
    relationships,
    reminders,
    report_templates,
    reports,
    reviews,
    standing,
    terms,
    webhooks,
)
from auditapp.people.guards import guard, settings
from auditapp.people.rules import Capability

# Importing a subject declares its operations; the blueprint holds them all.
SUBJECTS = (
    people,
    competence,
    relationships,
    terms,
    registers,
    measures,
    documents,
    plans,
    plan_parts,
    obligations,
    meetings,
    ideas,
    behaviours,
    standing,
    health_answers,
    exits,
    exit_versions,
    exit_processes,
    exit_records,
    checklists,
    audits,
    audit_reports,
    programmes,
    evidence,
    conflicts,
    findings,
    finding_commands,
    inquiries,
    actions,
    exchange,
    reports,
    more_reports,
    reviews,
    report_templates,
    packs,
    notices,
    reminders,
    messages,
    webhooks,
)
bp = Blueprint("api_pages", __name__, template_folder="templates", url_prefix="/api")


@bp.get("/v1/openapi.json")
@guard(public=True)
def openapi() -> Response:
    """The OpenAPI document; it holds nothing of the organization."""
    return jsonify(document())


@bp.get("/")
@guard(Capability.SIGNED_IN)
def docs() -> str:
    """What can be asked, in words."""
    made = document()
    subjects: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            subjects[operation["tags"][0]].append({"method": method.upper(), "path": f"{path}", **operation})
    return render_template(
        "api/docs.html",
        subjects=subjects,
        schemas=made["components"]["schemas"],
        scopes=SCOPE_LABELS,
        site=settings().public_url,
    )
