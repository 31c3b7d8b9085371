"""What goes over the wire: strict in what is taken, plain in what is given."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    create_model,
)

from auditapp.kit.clock import FIRST_DAY, LAST_DAY

MOST_ROWS = 100
ROWS = 25
LONGEST = 20_000  # characters of a text, as in the forms
_DAY = r"^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_NO_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"


def _clean(value: str) -> str:
    """One kind of line end, no surrounding blanks: as the forms clean what is typed."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _spelled(value: Any) -> Any:
    """As RFC 3339 spells it: pydantic would also take the seconds since 1970."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(_DAY, value):
        message = f"a day between {FIRST_DAY} and {LAST_DAY}, such as 2026-05-01"
        raise ValueError(message)
    return date.fromisoformat(value)


Words = Annotated[str, Field(max_length=LONGEST, pattern=_NO_CONTROLS), AfterValidator(_clean)]
Line = Annotated[str, Field(max_length=200, pattern=_NO_CONTROLS), AfterValidator(_clean)]
Needed = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x1f]*\S[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"), AfterValidator(_clean)]  # fmt: skip
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*$"), AfterValidator(_clean)]  # fmt: skip
Day = Annotated[
    date,
    BeforeValidator(_spelled),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY}),
]


class Asked(BaseModel):
    """The base of what is taken: no field that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Given(BaseModel):
    """The base of what is given."""

    model_config = ConfigDict(from_attributes=True, frozen=True, extra="forbid")
    version_of: ClassVar[Callable[[Any], int] | None] = None


class Nothing(Asked):
    """A body without fields: ``{}``."""


class Paging(Asked):
    """Which part of a list: up to ``limit`` rows after the row ``cursor``, the newest first."""

    limit: int = Field(default=ROWS, ge=1, le=MOST_ROWS, description="How many rows at most.")
    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")


class Conditions(Asked):
    """Headers of a command."""

    idempotency_key: str = Field(
        default="",
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_.:-]{0,200}$",
        description="A name of your own for this command. Sent again with the same key within a day, the same answer comes back and nothing is done twice.",
    )


class Locked(Conditions):
    """Headers of a command that changes something which has an ``ETag``."""

    if_match: str = Field(
        default="",
        alias="If-Match",
        pattern=r'^("[0-9]{1,9}(-[0-9a-f]{8})?")?$',
        description="The `ETag` that was read. If it was changed meanwhile, nothing is done and 412 says so.",
    )


class FieldError(Given):
    """What is wrong with one field."""

    field: str = Field(
        description="Its name; with dots for what is inside another, `header.` and `query.` in front of those."
    )
    message: str


class Problem(Given):
    """What went wrong (RFC 9457)."""

    type: str = Field(default="about:blank")
    title: str
    status: int
    detail: str
    errors: list[FieldError] = Field(default_factory=list)
    request: str = Field(
        default="", description="Tell this number to the system manager when you ask for help."
    )


class Person(Given):
    """Somebody, by name."""

    id: UUID
    name: str


class Link(Given):
    """Another thing, by its number."""

    ref: str
    name: str


@cache
def listing(item: type[BaseModel]) -> type[BaseModel]:
    """A page of a list of ``item``."""
    made: type[BaseModel] = create_model(
        f"{item.__name__}List",
        __base__=Given,
        __doc__=f"A page of a list of {item.__name__}.",
        items=(list[item], ...),  # type: ignore[valid-type] # made at run time
        next_cursor=(
            UUID | int | None,
            Field(description="Ask for the next page with it; null: this was the last."),
        ),
    )
    return made
