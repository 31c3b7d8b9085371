"""Forms of an audit's plan."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from auditapp.audits.plan.rules import MOST_MONTHS
from auditapp.audits.plan.service import PlanInput
from auditapp.audits.rules import KIND_LABELS, MEMBER_LABELS, AuditKind, MemberRole
from auditapp.relationships.rules import STAGE_LABELS, Stage
from auditapp.shell.forms import BaseForm, options

LONGEST_NUMBER = 9  # digits of a version or revision


def uuid_or_none(value: Any) -> UUID | None:
    """A select's empty choice is nobody."""
    return UUID(str(value)) if value else None


def to_uuid(value: Any) -> UUID:
    """A choice as it comes from the address, the form, or the choices themselves. Raises ValueError."""
    return UUID(str(value))


def number_or_none(value: str | None) -> int | None:
    """A hidden number as the page carried it; ``None`` when it was left out or tampered with."""
    return (
        int(value) if value and value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER else None
    )


class VersionedForm(BaseForm):
    """A form that knows which version of the audit its page was made from."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version the page showed; ``None`` when the field was tampered with or left out."""
        return number_or_none(self.version.data)


class PlanForm(VersionedForm):
    """What a plan holds besides team, agenda and interviews."""

    title = StringField(
        _l("Title"), validators=[InputRequired(_l("Give the audit a title.")), Length(max=200)]
    )
    kind = RadioField(_l("What the audit is for"), default=AuditKind.INTERNAL.value)
    programme_id = SelectField(_l("Audit programme"), coerce=uuid_or_none, validators=[Optional()])
    edition_ids = SelectMultipleField(
        _l("Checklists"),
        coerce=to_uuid,
        description=_l("With several, questions that ask the same are asked once and count for both."),
    )
    lead_id = SelectField(
        _l("Leading checklist"),
        coerce=uuid_or_none,
        validators=[Optional()],
        description=_l("The walk follows its order and its wording. Only matters with several."),
    )
    relationship_ids = SelectMultipleField(
        _l("Sampled relationships"),
        coerce=to_uuid,
        description=_l("Questions about relationships are asked for each of these."),
    )
    stages = SelectMultipleField(
        _l("Stages in scope"), description=_l("None chosen means all of them."), coerce=str
    )
    objectives = TextAreaField(_l("Audit objectives"), description=_l("What the audit is to find out."))
    scope = TextAreaField(
        _l("Audit scope"),
        description=_l("Organization, functions and processes that are looked at, and what is not."),
    )
    criteria = TextAreaField(
        _l("Further audit criteria"), description=_l("Besides the checklists: policies, contracts, the RMP.")
    )
    client = StringField(
        _l("Audit client"), description=_l("Who asked for the audit."), validators=[Length(max=200)]
    )
    methods = TextAreaField(
        _l("Methods"), description=_l("On site or remote, interviews, how samples are taken.")
    )
    places = TextAreaField(_l("Places"), description=_l("Where it is held, or how to join."))
    starts_on = DateField(_l("First day"), validators=[InputRequired(_l("Choose the first day."))])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(_l("Choose the last day."))])
    repeat_months = IntegerField(
        _l("Repeat after (months)"),
        validators=[Optional(), NumberRange(1, MOST_MONTHS)],
        description=_l("Counted from the day first intended, so that delays do not add up."),
    )

    def offer(
        self,
        *,
        editions: list[tuple[UUID, str]],
        relationships: list[tuple[UUID, str]],
        programmes: list[tuple[UUID, str]],
    ) -> None:
        """Fill the choices."""
        self.kind.choices = options([(kind.value, str(KIND_LABELS[kind])) for kind in AuditKind])
        self.stages.choices = options([(stage.value, str(STAGE_LABELS[stage])) for stage in Stage])
        self.edition_ids.choices = options(editions)
        self.lead_id.choices = options([("", _l("The first one chosen")), *editions])
        self.relationship_ids.choices = options(relationships)
        self.programme_id.choices = options([("", _l("None")), *programmes])

    def plan(self) -> PlanInput:
        """What the service takes; call it after the form was validated."""
        editions = list(self.edition_ids.data or ())
        if self.lead_id.data in editions:
            editions = [self.lead_id.data, *(one for one in editions if one != self.lead_id.data)]
        first = self.starts_on.data or date.min
        return PlanInput(
            title=self.title.data or "",
            kind=AuditKind(self.kind.data),
            programme_id=self.programme_id.data,
            edition_ids=editions,
            relationship_ids=list(self.relationship_ids.data or ()),
            stages=list(self.stages.data or ()),
            objectives=self.objectives.data or "",
            scope=self.scope.data or "",
            criteria=self.criteria.data or "",
            client=self.client.data or "",
            methods=self.methods.data or "",
            places=self.places.data or "",
            starts_on=first,
            ends_on=self.ends_on.data or first,
            repeat_months=self.repeat_months.data,
        )


class NewPlanForm(PlanForm):
    """A plan that begins; later the leader is chosen on the team's page."""

    leader_id = SelectField(_l("Audit team leader"), coerce=uuid_or_none, validators=[Optional()])

    def offer_leaders(self, leaders: list[tuple[UUID, str]]) -> None:
        """Fill the choice of the leader."""
        self.leader_id.choices = options([("", _l("Decide later")), *leaders])


class MemberForm(VersionedForm):
    """Somebody to add, or another part for somebody who is there."""

    person_id = SelectField(
        _l("Person"), coerce=uuid_or_none, validators=[InputRequired(_l("Choose a person."))]
    )
    role = RadioField(_l("Part in the audit"), validators=[InputRequired(_l("Choose a part."))])
    override_reason = TextAreaField(
        _l("Why this person audits all the same"),
        description=_l(
            "Only where the person is not independent and there is nobody else. The report prints it."
        ),
    )
    reviewer_id = SelectField(
        _l("Who reviews the work"),
        coerce=uuid_or_none,
        validators=[Optional()],
        description=_l("Another person, who is independent of what is audited."),
    )

    def offer(self, people: list[tuple[UUID, str]]) -> None:
        """Fill the choices."""
        self.person_id.choices = options([("", _l("Choose a person")), *people])
        self.reviewer_id.choices = options([("", _l("Nobody")), *people])
        self.role.choices = options([(role.value, str(MEMBER_LABELS[role])) for role in MemberRole])


class SessionForm(BaseForm):
    """A line of the agenda."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day."))])
    begins = TimeField(_l("From"), validators=[InputRequired(_l("When does it begin?"))])
    ends = TimeField(_l("To"), validators=[InputRequired(_l("When does it end?"))])
    title = StringField(
        _l("What it is about"),
        validators=[InputRequired(_l("Say what the session is about.")), Length(max=200)],
    )
    place = StringField(_l("Place"), validators=[Length(max=200)])
    auditors = StringField(_l("Led by"), validators=[Length(max=300)])

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """Beginning and end as aware moments, the times read in the person's zone."""
        day, where = self.day.data or date.min, ZoneInfo(zone)
        return (
            datetime.combine(day, self.begins.data or time(), where),
            datetime.combine(day, self.ends.data or time(), where),
        )


class InterviewForm(BaseForm):
    """Somebody the team wants to speak with."""

    person_id = SelectField(_l("Person"), coerce=uuid_or_none, validators=[Optional()])
    name = StringField(
        _l("Or a name"), description=_l("For people who are not known here."), validators=[Length(max=200)]
    )
    function = StringField(_l("Function"), validators=[Length(max=200)])
    topic = StringField(_l("About"), validators=[Length(max=300)])
    day = DateField(_l("Day"), validators=[Optional()])
    begins = TimeField(_l("Time"), validators=[Optional()])

    def offer(self, people: list[tuple[UUID, str]]) -> None:
        """Fill the choices."""
        self.person_id.choices = options([("", _l("Not in the list")), *people])

    def moment(self, zone: str) -> datetime | None:
        """When, if a day was given; a day without a time means its morning."""
        if self.day.data is None:
            return None
        return datetime.combine(self.day.data, self.begins.data or time(9), ZoneInfo(zone))


class AnswerForm(BaseForm):
    """An auditee's answer to the plan."""

    revision = HiddenField()
    agreed = RadioField(
        _l("Your answer"),
        choices=options([("yes", _l("I agree to the plan")), ("no", _l("I object"))]),
        validators=[InputRequired(_l("Choose an answer."))],
    )
    reason = TextAreaField(
        _l("If you object: to what, and what would put it right?"), description=_l("It stays on record.")
    )

    @property
    def seen(self) -> int | None:
        """The revision of the plan that the page showed."""
        return number_or_none(self.revision.data)


class SpokenForm(BaseForm):
    """An answer given by word of mouth, written down by the leader."""

    revision = HiddenField()
    person_id = HiddenField()
    agreed = RadioField(
        _l("The answer was"),
        choices=options([("yes", _l("Agreed")), ("no", _l("Objected"))]),
        validators=[InputRequired(_l("Choose an answer."))],
    )
    reason = TextAreaField(
        _l("When and how was it given, and what was said?"),
        validators=[InputRequired(_l("Say when and how the answer was given."))],
    )

    @property
    def seen(self) -> int | None:
        """The revision of the plan that the page showed."""
        return number_or_none(self.revision.data)


class SettleForm(BaseForm):
    """How an objection was settled."""

    answer_id = HiddenField()
    how = TextAreaField(
        _l("How was it settled?"), validators=[InputRequired(_l("Say how the objection was settled."))]
    )


class ReasonForm(VersionedForm):
    """Why an audit is postponed or cancelled."""

    reason = TextAreaField(_l("Reason"), validators=[InputRequired(_l("Give a reason; it stays on record."))])


class DatesForm(VersionedForm):
    """New dates of a postponed audit."""

    starts_on = DateField(_l("First day"), validators=[InputRequired(_l("Choose the first day."))])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(_l("Choose the last day."))])


class RepeatForm(BaseForm):
    """After how many months the next one comes."""

    months = IntegerField(
        _l("Months after this one"),
        validators=[InputRequired(_l("How many months?")), NumberRange(1, MOST_MONTHS)],
    )
