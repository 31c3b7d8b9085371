"""The form that orders a pack."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from auditapp.kit.clock import FIRST_DAY
from auditapp.reports.pack.catalogue import REPORTS
from auditapp.reports.pack.rules import PURPOSE_LABELS, Chosen, Purpose
from auditapp.shell.forms import BaseForm, options


class OrderForm(BaseForm):
    """What goes into a pack."""

    purpose = SelectField(_l("What it is for"), choices=options(PURPOSE_LABELS.items()))
    standard = SelectField(_l("Standard"))
    reports = SelectMultipleField(
        _l("Reports"), choices=options((key, one.title) for key, one in REPORTS.items())
    )
    audits = BooleanField(_l("Issued audit reports, with their photos and files"), default=True)
    since = DateField(
        _l("Audits whose report was issued since"),
        [InputRequired(_l("Say from which day on audits count."))],
    )
    plans = BooleanField(_l("Relationship management plans in force"), default=True)
    documents = BooleanField(_l("Controlled documents, approved versions"), default=True)
    relationships = SelectMultipleField(
        _l("Relationships"),
        description=_l("What belongs to the management system as a whole is always in it."),
    )
    confidential = BooleanField(
        _l("Put confidential things in too"),
        description=_l("Agreements and contracts, and plans that only the own organization reads. Otherwise the pack names them as withheld."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        standards: Iterable[tuple[str, str]] = (),
        relationships: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        """The standards and relationships that can be chosen, as (id, name)."""
        super().__init__(*args, **kwargs)
        self.standard.choices = options(standards)
        self.relationships.choices = options(relationships)

    @property
    def chosen(self) -> Chosen:
        """What was chosen."""
        return Chosen(
            purpose=Purpose(self.purpose.data),
            standard=self.standard.data,
            reports=tuple(key for key in REPORTS if key in (self.reports.data or ())),
            relationships=tuple(UUID(one) for one in self.relationships.data or ()),
            since=self.since.data or FIRST_DAY,
            audits=bool(self.audits.data),
            plans=bool(self.plans.data),
            documents=bool(self.documents.data),
            confidential=bool(self.confidential.data),
        )
