"""From the rows of an audit to the plain values of its report."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from uuid import UUID

from auditapp.audits.execution.model import Answer, AuditQuestion, Evidence
from auditapp.audits.execution.model import Finding as FindingRow
from auditapp.audits.execution.rules import EvidenceKind, FindingStatus, Grade, MeetingKind, Result
from auditapp.audits.report import content as c
from auditapp.audits.report.model import AuditConclusion, Divergence
from auditapp.audits.report.queries import Material
from auditapp.audits.report.rules import NOT_ASKED, WITHOUT_JUDGEMENT, Rated, Readiness, degrees
from auditapp.audits.rules import MemberRole
from auditapp.people.model import Person

NEED_REQUIREMENT = frozenset({Grade.MAJOR, Grade.MINOR})


def conclusion_of(row: AuditConclusion | None) -> c.Conclusion:
    """The conclusion as plain values; empty while nothing is written."""
    if row is None:
        return c.Conclusion()
    return c.Conclusion(**{each.name: getattr(row, each.name) for each in fields(c.Conclusion)})


def report_of(material: Material, *, document: c.Document, conclusion: c.Conclusion) -> c.AuditReport:
    """The whole report."""
    return _Gathering(material, document, conclusion).report()


def readiness(material: Material, conclusion: c.Conclusion) -> Readiness:
    """What decides whether the report can be issued."""
    live = [each for each in material.findings if each.status is not FindingStatus.WITHDRAWN]
    supported = {question for each in live for question in material.supports.get(each.id, ())}
    missing = [
        short_key(question)
        for question, answer in material.questions
        if answer is not None
        and answer.result in {Result.NOT_APPLICABLE, Result.NOT_VERIFIED}
        and not answer.reason.strip()
    ]
    return Readiness(
        not_asked_without_reason=0
        if conclusion.not_covered.strip()
        else sum(
            answer is None or (answer.result in NOT_ASKED and not answer.reason.strip())
            for _, answer in material.questions
        ),
        reason_missing=tuple(missing),
        conflicts=material.conflicts,
        without_evidence=tuple(each.ref for each in live if not each.objective_evidence.strip()),
        without_requirement=tuple(
            each.ref for each in live if each.grade in NEED_REQUIREMENT and not each.requirements
        ),
        nonconforming_without_finding=tuple(
            short_key(question)
            for question, answer in material.questions
            if answer is not None and answer.result is Result.NONCONFORMING and question.id not in supported
        ),
        conclusion=conclusion.text,
        objectives_met=conclusion.objectives_met,
        sampling=conclusion.sampling,
    )


def short_key(question: AuditQuestion) -> str:
    """What people call a question: its id without the library in front."""
    return question.key.rsplit(":", 1)[-1]


def clauses_of(question: AuditQuestion) -> tuple[c.ClauseRef, ...]:
    """Every requirement that one answer serves, once each."""
    found = {
        (each["standard"], each.get("number") or each["ref"]): c.ClauseRef(
            code=each["standard"],
            number=each.get("number") or each["ref"],
            title=each.get("title", ""),
            confirmed=bool(each.get("confirmed", True)),
        )
        for each in question.counts_for
    }
    return tuple(found.values())


def degree_rows(
    answers: tuple[c.AnswerRow, ...], findings: tuple[c.Finding, ...], codes: Sequence[str]
) -> tuple[c.DegreeRow, ...]:
    """The degree of fulfilment per standard (in the order of ``codes``) and stage."""
    rated = [
        Rated(standard=code, stage=row.stage, result=row.result, weight=row.weight)
        for row in answers
        for code in dict.fromkeys(each.code for each in row.clauses)
    ]
    order = {code: index for index, code in enumerate(codes)}
    rated.sort(key=lambda each: order.get(each.standard, len(order)))
    major = {
        (ref, finding.relationship)
        for finding in findings
        if finding.grade == Grade.MAJOR and finding.status != FindingStatus.WITHDRAWN
        for ref in finding.answers
    }
    majors = frozenset(
        (each.code, row.stage)
        for row in answers
        if (row.ref, row.relationship) in major
        or (not row.relationship and row.ref in {ref for ref, _ in major})
        for each in row.clauses
    )
    return tuple(
        c.DegreeRow(
            code=each.standard,
            stage=each.stage,
            word=each.word.value,
            asked=each.asked,
            judged=each.judged,
            fulfilled=each.fulfilled,
            unfulfilled=each.unfulfilled,
            arranged=each.arranged,
            not_applicable=each.not_applicable,
            not_verified=each.not_verified,
            not_asked=each.not_asked,
            fulfilled_share=each.fulfilled_share,
            looked_share=each.looked_share,
        )
        for each in degrees(rated, majors=majors)
    )


def not_covered_rows(answers: tuple[c.AnswerRow, ...], conclusion: c.Conclusion) -> tuple[c.NotCovered, ...]:
    """Questions that the audit gives no judgement on; what was not asked has the conclusion's reason for all."""
    return tuple(
        c.NotCovered(
            ref=row.ref,
            question=row.question,
            result=row.result,
            reason=row.reason or (conclusion.not_covered if row.result in NOT_ASKED else ""),
            clauses=row.clauses,
            relationship=row.relationship,
        )
        for row in answers
        if row.result in WITHOUT_JUDGEMENT
    )


def divergence_rows(rows: Sequence[Divergence], refs: Mapping[UUID, str]) -> tuple[c.Divergence, ...]:
    """The diverging opinions as plain values; ``refs`` names the findings."""
    return tuple(
        c.Divergence(
            number=refs[each.finding_id],
            auditee_view=each.auditee_view,
            team_view=each.team_view,
            decision=each.decision,
        )
        for each in rows
        if each.finding_id in refs
    )


class _Gathering:
    """One pass over the rows of an audit."""

    def __init__(self, material: Material, document: c.Document, conclusion: c.Conclusion) -> None:
        self.material = material
        self.audit = material.audit
        self.document = document
        self.conclusion = conclusion
        self.relationships = {each.id: each for each in self.audit.relationships}
        self.questions = {question.id: question for question, _ in material.questions}
        self.exhibit_refs = {
            each.id: f"E-{index:02}" for index, each in enumerate(material.evidence, start=1)
        }
        self.exhibits_of: dict[UUID, list[str]] = {}
        for each in material.evidence:
            if each.question_id is not None:
                self.exhibits_of.setdefault(each.question_id, []).append(self.exhibit_refs[each.id])

    def report(self) -> c.AuditReport:
        """All parts together."""
        audit = self.audit
        answers = tuple(self._answer(question, answer) for question, answer in self.material.questions)
        findings = tuple(self._finding(each) for each in self.material.findings)
        criteria = self._criteria()
        return c.AuditReport(
            document=self.document,
            audit_number=audit.ref,
            title=audit.title,
            objectives=audit.objectives,
            client=audit.client,
            scope=c.Scope(
                text=audit.scope,
                organization=self.document.organization,
                relationships=tuple(
                    c.Relationship(code=each.ref, name=each.name, stage=each.stage.value)
                    for each in audit.relationships
                ),
                stages=tuple(audit.stages),
            ),
            criteria=criteria,
            conclusion=self.conclusion,
            other_criteria=audit.criteria,
            plan_note=audit.methods,
            team=tuple(
                c.Member(name=each.person.name, role=each.role.value, note=each.person.job_title)
                for each in audit.members
                if each.role is not MemberRole.AUDITEE
            ),
            participants=self._participants(),
            meetings=self._meetings(),
            locations=tuple(line.strip() for line in audit.places.splitlines() if line.strip()),
            starts_on=audit.starts_on,
            ends_on=audit.ends_on,
            agenda=tuple(
                c.Sitting(
                    starts_at=each.starts_at,
                    ends_at=each.ends_at,
                    title=each.title,
                    place=each.place,
                    auditors=(each.auditors,) if each.auditors else (),
                )
                for each in self.material.sessions
            ),
            degrees=degree_rows(answers, findings, [each.code for each in criteria]),
            findings=findings,
            not_covered=not_covered_rows(answers, self.conclusion),
            independence=tuple(
                c.Override(
                    auditor=each.person.name,
                    conflict=each.conflict,
                    reason=each.override_reason,
                    reviewer=each.reviewer.name if each.reviewer else "",
                )
                for each in audit.members
                if each.conflict or each.override_reason
            ),
            competence=tuple(
                c.CompetenceNote(auditor=each.person.name, warning=each.competence_warning)
                for each in audit.members
                if each.competence_warning
            ),
            answers=answers,
            exhibits=tuple(self._exhibit(each) for each in self.material.evidence),
            divergences=divergence_rows(
                self.material.divergences, {each.id: each.ref for each in self.material.findings}
            ),
        )

    def _name(self, person_id: UUID | None) -> str:
        person = self.material.people.get(person_id) if person_id else None
        return person.name if person else ""

    def _relationship(self, relationship_id: UUID | None) -> str:
        found = self.relationships.get(relationship_id) if relationship_id else None
        return found.name if found else ""

    def _criteria(self) -> tuple[c.Criterion, ...]:
        codes = {
            each["library"]: each["standard"]
            for question in self.questions.values()
            for each in question.counts_for
        }
        return tuple(
            c.Criterion(
                library=each.edition.library_key,
                code=codes.get(each.edition.library_key, each.edition.library_key),
                title=each.edition.title,
                edition=each.edition.edition,
            )
            for each in self.audit.editions
        )

    def _organization(self, person: Person) -> str:
        """A partner's name, or the own organization's."""
        if person.partner_id is None:
            return self.document.organization
        return self.material.partners.get(person.partner_id, "")

    def _participants(self) -> tuple[c.Participant, ...]:
        """Auditees, those who were interviewed, and the others who sat in a meeting; each once."""
        meetings = {each.kind: c.named_lines(each.participants) for each in self.material.meetings}
        known: dict[str, c.Participant] = {}
        for each in self.audit.members:
            if each.role is MemberRole.AUDITEE:
                known[each.person.name.casefold()] = c.Participant(
                    name=each.person.name,
                    function=each.person.job_title,
                    organization=self._organization(each.person),
                )
        for interview in self.material.interviews:
            before = known.get(interview.name.casefold())
            known[interview.name.casefold()] = c.Participant(
                name=interview.name,
                organization=before.organization if before else "",
                function=before.function if before and before.function else interview.function,
                interviewed=True,
            )
        team = {
            each.person.name.casefold() for each in self.audit.members if each.role is not MemberRole.AUDITEE
        }
        for lines in meetings.values():
            for name, function in lines:
                if name.casefold() not in known and name.casefold() not in team:
                    known[name.casefold()] = c.Participant(name=name, function=function)
        sat = {kind: {name.casefold() for name, _ in lines} for kind, lines in meetings.items()}
        return tuple(
            c.Participant(
                name=each.name,
                function=each.function,
                organization=each.organization,
                opening=key in sat.get(MeetingKind.OPENING, ()),
                closing=key in sat.get(MeetingKind.CLOSING, ()),
                interviewed=each.interviewed,
            )
            for key, each in known.items()
        )

    def _meetings(self) -> tuple[c.Meeting, ...]:
        return tuple(
            c.Meeting(
                kind=each.kind.value,
                held_at=each.held_at,
                note=each.notes,
                signed=c.signed_of(each.signatures),
            )
            for each in sorted(self.material.meetings, key=lambda each: each.held_at)
        )

    def _finding(self, row: FindingRow) -> c.Finding:
        questions = [
            self.questions[each] for each in self.material.supports.get(row.id, ()) if each in self.questions
        ]
        withdrawn = row.status is FindingStatus.WITHDRAWN
        return c.Finding(
            number=row.ref,
            grade=row.grade.value,
            title="",
            statement=row.statement,
            evidence=row.objective_evidence,
            requirements=tuple(
                c.ClauseRef(
                    code=each["standard"],
                    number=each.get("number") or each["ref"],
                    title=each.get("title", ""),
                    confirmed=bool(each.get("confirmed", True)),
                )
                for each in row.requirements
            ),
            relationship=self._relationship(row.relationship_id),
            auditee=self._name(row.auditee_id),
            status=FindingStatus.WITHDRAWN.value if withdrawn else "",
            status_reason=row.withdrawn_reason if withdrawn else "",
            raised_by=self._name(row.raised_by_id),
            raised_at=row.raised_at,
            stage=questions[0].stage if questions else "",
            answers=tuple(short_key(each) for each in questions),
            exhibits=tuple(
                dict.fromkeys(ref for each in questions for ref in self.exhibits_of.get(each.id, ()))
            ),
        )

    def _answer(self, question: AuditQuestion, answer: Answer | None) -> c.AnswerRow:
        return c.AnswerRow(
            ref=short_key(question),
            section=f"{question.section} {question.section_title}".strip(),
            stage=question.stage,
            question=question.text,
            result=(answer.result if answer else Result.NOT_ASKED).value,
            clauses=clauses_of(question),
            relationship=self._relationship(question.relationship_id),
            reason=answer.reason if answer else "",
            note=answer.note if answer else "",
            evidence=answer.evidence if answer else "",
            interviewees=answer.interviewees if answer else "",
            sample=answer.sample if answer else "",
            answered_by=self._name(answer.answered_by_id) if answer else "",
            answered_at=answer.answered_at if answer else None,
            exhibits=tuple(self.exhibits_of.get(question.id, ())),
            weight=question.weight,
        )

    def _exhibit(self, row: Evidence) -> c.Exhibit:
        question = self.questions.get(row.question_id) if row.question_id else None
        return c.Exhibit(
            ref=self.exhibit_refs[row.id],
            kind=row.kind.value,
            caption=row.title,
            sha256=row.sha256,
            preview_sha256=row.preview_sha256 if row.kind is EvidenceKind.PHOTO else "",
            name=row.file_name,
            target=row.address,
            evidence_date=row.evidence_date,
            added_by=self._name(row.added_by_id),
            added_at=row.added_at,
            supports=(short_key(question),) if question else (),
            original_sha256=row.original_sha256 if row.original_sha256 != row.sha256 else "",
            captured_at=row.captured_at,
            received_at=row.arrived_at if row.operation_id else None,
            coming=row.coming,
            drawing=c.lines_of(row.annotation),
        )
