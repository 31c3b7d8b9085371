"""Tablets of the demonstration: what the team of a running audit brought from them, and what one of them still holds."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Result
from auditapp.audits.model import Audit
from auditapp.audits.tablet.sync.rules import Kind, Report
from auditapp.audits.tablet.sync.service import Tablet, bring
from auditapp.overview.demo.pictures import DRAWINGS
from auditapp.people.rules import Principal

AGENTS = {
    "iPad": "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/604.1",
    "Android": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
}
Body = Mapping[str, Any]


def tell_tablets(
    session: Session,
    at: datetime,
    audit: Audit,
    *,
    leader: Principal,
    auditor: Principal,
    questions: Sequence[UUID],
) -> None:
    """The auditor writes in a basement: some of it came, one thing is not the auditor's to do, the rest is not sent yet."""
    begun = at - timedelta(minutes=50)
    _bring(session, at, audit, who=leader, name="Android", report=Report(taken=True))
    _bring(session, begun, audit, who=auditor, name="iPad", report=Report(taken=True))
    binder = DRAWINGS["binder"](begun)
    _bring(
        session,
        at,
        audit,
        who=auditor,
        name="iPad",
        done=(
            # Written without having seen the leader's answer: both are kept until one is chosen.
            (Kind.ANSWER, _said(questions[0], "result", Result.OBSERVATION.value)),
            (Kind.ANSWER, _said(questions[0], "note", "Seen in part only: the list of needs was not there.")),
            (
                Kind.PHOTO,
                {
                    "question": str(questions[1]),
                    "sha256": hashlib.sha256(binder).hexdigest(),
                    "size": len(binder),
                    "type": "image/jpeg",
                    "width": 1280,
                    "height": 960,
                    "title": "Binder of the joint reviews, site office",
                    "captured": begun.isoformat(),
                    "original": None,
                    "annotation": None,
                },
            ),
            (
                Kind.CLOSING,
                {
                    "held_at": (at - timedelta(minutes=5)).isoformat(),
                    "participants": f"{auditor.name}, auditor",
                    "notes": "Written down in case nobody else does.",
                    "signatures": [],
                    "override": "",
                },
            ),
        ),
        report=Report(unsent=7, photos=1, bytes=len(binder) + 4_300, oldest=begun),
    )


def _said(question: UUID, field: str, value: str) -> Body:
    return {"question": str(question), "field": field, "value": value, "known": "", "after": None}


def _bring(
    session: Session,
    at: datetime,
    audit: Audit,
    *,
    who: Principal,
    name: str,
    report: Report,
    done: Sequence[tuple[Kind, Body]] = (),
) -> None:
    """Chain what was ``done``, the first thing of this device, and bring it as the device does."""
    device = uuid5(audit.id, f"tablet of {who.name}")
    head, sent = "", []
    for number, (kind, body) in enumerate(done, start=1):
        text = json.dumps(
            {
                "id": str(uuid5(device, str(number))),
                "device": str(device),
                "seq": number,
                "previous": head,
                "audit": str(audit.id),
                "person": str(who.person_id),
                "kind": kind.value,
                "at": (at - timedelta(minutes=50 - number)).isoformat(),
                "offset": 0,
                "body": body,
            }
        )
        head = hashlib.sha256(text.encode()).hexdigest()
        sent.append((text, head))
    bring(
        session,
        actor=who,
        at=at,
        ref=audit.ref,
        tablet=Tablet(id=device, name=f"{name} of {who.name.split()[0]}", agent=AGENTS[name]),
        report=report,
        sent=sent,
    )
