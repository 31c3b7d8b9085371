"""Made-up content for the page that shows every component."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (  # type: ignore[attr-defined] # the stubs are a version behind: SelectChoice
    BooleanField,
    DateField,
    FileField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from auditapp.kit.paging import Page
from auditapp.kit.text import Text
from auditapp.shell.forms import BaseForm

HERE = 5  # the stage where the sample stands
WHEN = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
ANSWERS = [
    {"value": "conforms", "label": _l("Conforms"), "state": "done"},
    {"value": "nonconforming", "label": _l("Nonconforming"), "grade": "major"},
    {"value": "observation", "label": _l("Observation"), "grade": "observation"},
    {"value": "opportunity", "label": _l("Opportunity"), "grade": "opportunity"},
    {"value": "good_practice", "label": _l("Good practice"), "grade": "good_practice"},
    {"value": "not_applicable", "label": _l("Not applicable"), "state": "quiet"},
    {"value": "not_verified", "label": _l("Not verified"), "state": "quiet"},
]
STAGES = (
    (_l("Awareness"), _l("Ready"), "done", 96),
    (_l("Knowledge"), _l("Ready"), "done", 91),
    (_l("Internal assessment"), _l("Nearly ready"), "on_track", 78),
    (_l("Partner selection"), _l("Gaps"), "attention", 61),
    (_l("Working together"), _l("Gaps"), "attention", 54),
    (_l("Value creation"), _l("Not ready"), "overdue", 22),
    (_l("Staying together"), _l("Not asked"), "quiet", None),
    (_l("Exit strategy"), _l("Not asked"), "quiet", None),
)


READINGS = [(date(2026, 1 + n, 15), value) for n, value in enumerate((61, 64, 72, 70, 81, 92))]


class SampleForm(BaseForm):
    """One field of each kind; two are wrong, to show how that looks."""

    title = StringField(_l("Title of the audit"), validators=[DataRequired()])
    scope = TextAreaField(
        _l("Audit scope"), description=_l("Functions, processes and relationships that are looked at.")
    )
    starts_on = DateField(_l("First day"), validators=[DataRequired()])
    leader = SelectField(
        _l("Audit team leader"),
        choices=[SelectChoice("", _l("Choose a person")), SelectChoice("a", "Alva Sample")],
    )
    criteria = SelectMultipleField(
        _l("Audit criteria"),
        choices=[SelectChoice("bs", "BS 11000-1:2010"), SelectChoice("iso", "ISO 44001:2017")],
    )
    remote = RadioField(
        _l("How"), choices=[SelectChoice("site", _l("On site")), SelectChoice("remote", _l("Remotely"))]
    )
    answer = RadioField(_l("Answer"), choices=[SelectChoice(one["value"], one["label"]) for one in ANSWERS])
    notice = BooleanField(_l("The auditee was told"))
    photos = FileField(_l("Objective evidence"))


@dataclass(frozen=True, kw_only=True)
class SampleAudit:
    """A row of the sample table."""

    title: str
    starts_on: date
    word: str
    tone: str
    questions: int


STROKES = [
    {
        "ink": "black",
        "points": [[40, 120], [110, 30], [150, 140], [220, 50], [300, 110], [420, 70], [560, 100]],
    }
]


def samples() -> dict[str, Any]:
    """Everything the style page shows, by name."""
    form = SampleForm(
        meta={"csrf": False},
        data={
            "scope": "Relationships with two partners",
            "criteria": ["iso"],
            "remote": "site",
            "answer": "conforms",
        },
    )
    form.title.errors = (str(_l("Give the audit a title.")),)
    form.starts_on.errors = (str(_l("The first day lies after the last day.")),)
    tones = ("on_track", "attention", "overdue", "done", "quiet")
    words = (_l("On track"), _l("Attention"), _l("Overdue"), _l("Done"), _l("Not started"))
    audits = [
        SampleAudit(
            title=f"Sample audit {n}",
            starts_on=date(2026, 11, 2 + n),
            word=str(words[n % 5]),
            tone=tones[n % 5],
            questions=40 + 13 * n,
        )
        for n in range(1, 8)
    ]
    return {
        "form": form,
        "strokes": STROKES,
        "answers": ANSWERS,
        "readings": READINGS,
        "states": list(zip(tones, words, strict=True)),
        "stages": [
            {
                "number": n,
                "name": name,
                "url": None,
                "word": word,
                "state": state,
                "ready": ready,
                "here": n == HERE,
            }
            for n, (name, word, state, ready) in enumerate(STAGES, start=1)
        ],
        "audits": Page(rows=audits, number=2, per_page=7, total=61),
        "when": WHEN,
        "history": [
            {
                "sentence": Text("%(who)s opened the audit.", who="Alva Sample"),
                "at": WHEN,
                "initials": "AS",
                "detail": None,
                "url": None,
            },
            {
                "sentence": Text("%(who)s agreed to the plan.", who="Bo Sample"),
                "at": WHEN,
                "initials": "BS",
                "detail": _l("Revision 2"),
                "url": "#",
            },
        ],
        "weeks": [
            {
                "label": _l("Week of %(day)s", day=f"{day} December"),
                "now": day == 7,  # noqa: PLR2004
                "items": [{"label": "Sample audit", "url": "#", "state": "on_track", "word": _l("On track")}]
                * (n % 3),
            }
            for n, day in enumerate((7, 14, 21, 28), start=1)
        ]
        + [
            {"label": _l("Week of %(day)s", day=f"{day} January"), "now": False, "items": []}
            for day in (4, 11)
        ],
    }
