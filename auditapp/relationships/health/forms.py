"""Forms of health checks."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (  # type: ignore[attr-defined] # the stubs are a version behind: SelectChoice
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from auditapp.kit.text import Text
from auditapp.relationships.health.queries import Candidate
from auditapp.relationships.health.rules.life import MOST_MINIMUM
from auditapp.relationships.health.rules.questions import (
    CANNOT_SAY,
    LONGEST,
    LONGEST_TITLE,
    STEP_LABELS,
    Dimension,
    QuestionSet,
    Step,
)
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import BaseForm, options

NOT_KNOWN = "none"
KEPT: Mapping[Sharing, Text] = {
    Sharing.INTERNAL: Text("Only my own side reads it"),
    Sharing.SHARED: Text("Both sides read it"),
}


class CheckForm(BaseForm):
    """When it closes, and from how many answers on a side's result is shown."""

    closes_on = DateField(_l("Answers until"), [InputRequired(_l("Say until when people may answer."))])
    minimum = IntegerField(
        _l("Show a side's result from so many people on"),
        [InputRequired(_l("Say from how many answers on.")), NumberRange(1, MOST_MINIMUM)],
        description=_l(
            "With 1, the answer of a single person is the result of their side. With 3 or more nobody can be "
            "picked out. A side with fewer stays hidden from everybody."
        ),
    )
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def desired(self, questions: QuestionSet) -> dict[str, int]:
        """The step chosen for each dimension."""
        return {one.key: int(self[f"desired_{one.key}"].data) for one in questions.dimensions}


class OpenForm(CheckForm):
    """And who is asked."""

    ours = SelectMultipleField(_l("Our side"))
    theirs = SelectMultipleField(_l("The partner's side"))

    def offer(self, people: Sequence[Candidate]) -> None:
        """Offer people of both sides."""
        for field, inside in ((self.ours, True), (self.theirs, False)):
            field.choices = [
                SelectChoice(str(one.person_id), f"{one.name} ({one.seat})")
                for one in people
                if (one.party_id is None) is inside
            ]


def with_desired(base: type[Any], questions: QuestionSet) -> Any:
    """A form with a field more for each dimension of these questions."""
    fields = {
        f"desired_{one.key}": SelectField(
            one.title, choices=options([(str(int(step)), STEP_LABELS[step]) for step in Step])
        )
        for one in questions.dimensions
    }
    return type(base.__name__, (base,), fields)


class InviteForm(BaseForm):
    """One more person."""

    person = SelectField(_l("Ask one more person"))


class AnswerForm(BaseForm):
    """One question."""

    score = RadioField(
        _l("Answer"),
        [InputRequired(_l("Choose one of the five steps, or “cannot say”."))],
        choices=options([*((str(int(step)), STEP_LABELS[step]) for step in Step), (NOT_KNOWN, CANNOT_SAY)]),
    )
    comment = TextAreaField(
        _l("Comment"), [Length(max=2000)], description=_l("An example helps. It is shown without your name.")
    )
    sharing = SelectField(_l("Who reads the comment"), choices=options(KEPT.items()))

    @property
    def chosen(self) -> int | None:
        """The score; ``None`` for “cannot say”."""
        return None if self.score.data == NOT_KNOWN else int(self.score.data)


class CloseForm(BaseForm):
    """Who reads what it comes to."""

    sharing = SelectField(_l("Who reads the results"), choices=options(SHARING_LABELS.items()))


class ReasonForm(BaseForm):
    """Why."""

    reason = TextAreaField(_l("Why it is called off"), [Length(max=4000)])


class FollowUpForm(BaseForm):
    """What the parties made of it."""

    workshop_on = DateField(_l("Workshop held on"), [MayBeEmpty()])
    workshop = TextAreaField(
        _l("What came of it"),
        [Length(max=8000)],
        description=_l("What the sides understood, what they agreed to do, who and by when. Markdown."),
    )
    workshop_sharing = SelectField(_l("Who reads what came of it"), choices=options(SHARING_LABELS.items()))
    sharing = SelectField(_l("Who reads the results"), choices=options(SHARING_LABELS.items()))
    version = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())


class QuestionsForm(BaseForm):
    """A set of questions, each dimension by itself."""

    note = StringField(_l("What is changed, and why"), [Length(max=400)])
    edition = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def data_of(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """What was worded; a dimension without a title and questions is left out."""
        found = []
        for key in keys:
            title = self[f"title_{key}"].data or ""
            questions = [
                line.strip() for line in (self[f"questions_{key}"].data or "").splitlines() if line.strip()
            ]
            steps = [self[f"step_{key}_{int(step)}"].data or "" for step in Step]
            if title or questions:
                found.append({"key": key, "title": title, "questions": questions, "steps": steps})
        return found


def with_dimensions(dimensions: Sequence[Dimension], more: str) -> Any:
    """A form with the fields of these dimensions, and of one more that is empty (its key is ``more``)."""
    fields: dict[str, Any] = {}
    for one in (*dimensions, None):
        key = one.key if one else more
        fields[f"title_{key}"] = StringField(
            _l("Name of the respect"), [Length(max=LONGEST_TITLE)], default=one.title if one else ""
        )
        fields[f"questions_{key}"] = TextAreaField(
            _l("Questions, one in each line"),
            [Length(max=8 * LONGEST)],
            default="\n".join(question.text for question in one.questions) if one else "",
        )
        for step in Step:
            fields[f"step_{key}_{int(step)}"] = StringField(
                f"{int(step)} {STEP_LABELS[step]}",
                [Length(max=LONGEST)],
                default=one.steps[step - 1] if one else "",
            )
    return type("QuestionsForm", (QuestionsForm,), fields)
