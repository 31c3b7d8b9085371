"""Taking an audit along: what the tablet keeps for the way, the check before leaving, and what makes the site an app."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auditapp.audits.execution.queries import Access, access
from auditapp.audits.execution.rules import GRADE_LABELS
from auditapp.audits.execution.walk.queries import coming_questions
from auditapp.audits.plan.rules import require_team
from auditapp.audits.rules import STATUS_LABELS, STATUS_TONES
from auditapp.audits.tablet.blueprint import bp
from auditapp.audits.tablet.taking.queries import (
    clauses_asked,
    earlier_findings,
    editions,
    files_of,
    my_audits,
    pictures_of,
)
from auditapp.audits.tablet.taking.rules import require_takeable
from auditapp.audits.tablet.taking.words import home_words, taking_words
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.shell.assets import asset, release_mark, taken_along

ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable.png", "512x512", "maskable"),
)


@bp.get("/tablet")
@guard(Capability.VIEW_ORGANIZATION)
def home() -> ResponseReturnValue:
    """The page that the app opens: what is on this device, and what can be taken along."""
    return render_template(
        "tablet/home.html",
        audits=my_audits(current_session(), actor()),
        labels=STATUS_LABELS,
        tones=STATUS_TONES,
        words=json.dumps(home_words(), ensure_ascii=False),
    )


@bp.get("/tablet/audits/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def take(ref: str) -> ResponseReturnValue:
    """Take along with one tap, then prove that it is safe to leave."""
    who = _taker(ref)
    return render_template(
        "tablet/take.html",
        audit=who.audit,
        status=(STATUS_LABELS[who.audit.status], STATUS_TONES[who.audit.status]),
        editions=editions(current_session(), who.audit.id),
        words=json.dumps(taking_words(), ensure_ascii=False),
    )


@bp.get("/tablet/audits/<ref>/package")
@guard(Capability.VIEW_ORGANIZATION)
def package(ref: str) -> ResponseReturnValue:
    """Every address that belongs to the audit, with its kind and title; bytes where they are known."""
    session = current_session()
    who = _taker(ref)
    entries: list[dict[str, Any]] = [
        _entry("page", url_for("tablet.home"), gettext("Audits on this tablet")),
        _entry("page", url_for("tablet.take", ref=who.audit.ref), gettext("Take along")),
        _entry("walk", url_for("execution.walk", ref=who.audit.ref), gettext("The walk with its questions")),
        _entry("page", url_for("plan.show", ref=who.audit.ref), gettext("The audit plan")),
        _entry("page", url_for("tablet.earlier", ref=who.audit.ref), gettext("Earlier findings")),
    ]
    entries += [
        _entry("photo", url_for("execution.picture", ref=who.audit.ref, evidence_id=one), title)
        for one, title in pictures_of(session, who.audit.id)
    ]
    entries += [
        _entry(
            "file",
            url_for("documents.download", document_ref=number, number=version),
            f"{number} {title}",
            size,
        )
        for number, version, title, size in files_of(session, actor(), who.audit.id)
    ]
    return jsonify(
        auditapp="package",
        audit=str(who.audit.id),
        ref=who.audit.ref,
        title=who.audit.title,
        person=str(actor().person_id),
        starts=who.audit.starts_on.isoformat() if who.audit.starts_on else None,
        ends=who.audit.ends_on.isoformat() if who.audit.ends_on else None,
        editions=[f"{title} {edition}" for title, edition in editions(session, who.audit.id)],
        release=release_mark(),
        files=taken_along(),
        entries=entries,
    )


@bp.get("/tablet/audits/<ref>/earlier")
@guard(Capability.VIEW_ORGANIZATION)
def earlier(ref: str) -> ResponseReturnValue:
    """What other audits found about the same relationships and clauses, to look at on the way; and the documents."""
    session = current_session()
    who = _taker(ref)
    clauses = clauses_asked(session, who.audit.id) or frozenset(
        f"{place['standard']} {place['ref']}".strip()
        for asked in coming_questions(session, who.audit)
        for place in asked.counts_for
    )
    return render_template(
        "tablet/earlier.html",
        audit=who.audit,
        found=earlier_findings(session, actor(), who.audit, clauses),
        grades=GRADE_LABELS,
        files=files_of(session, actor(), who.audit.id),
    )


@bp.get("/sw.js")
@guard(public=True)
def worker() -> Response:
    """The service worker, with the files of this release: another release is another text."""
    head = (
        f"const MARK = {json.dumps(release_mark())}, FILES = {json.dumps(taken_along())}, "
        f"OFFLINE = {json.dumps(url_for('tablet.home'))};\n"
    )
    return Response(
        head + _text(),
        mimetype="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@bp.get("/manifest.webmanifest")
@guard(public=True)
def manifest() -> Response:
    """How the site looks as an app on the home screen."""
    found = organization(current_session())
    answer = jsonify(
        id=url_for("tablet.home"),
        name=gettext("%(name)s audits", name=found.name if found else "auditapp"),
        short_name=gettext("Audits"),
        description=gettext("Internal audits, with and without a network."),
        start_url=url_for("tablet.home"),
        scope="/",
        display="standalone",
        background_color="#faf9f6",
        theme_color="#0b5d63",
        icons=[
            {"src": asset(file), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in ICONS
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@lru_cache(maxsize=1)
def _text() -> str:
    return (Path(__file__).parent / "worker.js").read_text(encoding="utf-8")


def _taker(ref: str) -> Access:
    """Somebody of the audit team, while the audit is about to begin or under way."""
    who = access(current_session(), actor(), ref)
    require_team(who.role)
    require_takeable(who.audit.status)
    return who


def _entry(kind: str, url: str, title: str, size: int = 0) -> dict[str, Any]:
    return {"kind": kind, "url": url, "title": title, "size": size}
