"""What the trades of nonconformities and of their actions share: clean words, files, people, comments. No chat's own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from auditapp.findings.actions.queries import Owners
from auditapp.findings.exchange.rules import LONGEST_COMMENT
from auditapp.findings.exchange.service import add_file, comment
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.verification.service.verifier import require_independent
from auditapp.kit.clock import FIRST_DAY, LAST_DAY
from auditapp.kit.errors import Invalid
from auditapp.kit.keeping import Kept
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.shell.forms import LONGEST, clean, text_fault
from bots.deeds.ground import Call, allowed, words
from bots.deeds.rules import Deed, Field, FieldKind, Form, Option, Tone

IN_A_WINDOW = 3000  # characters that a field of a conversation can show
LONGEST_TITLE = 300  # of a file
INTERNAL = Text("Only for our own people, not for the partner")


def a_day(
    name: str, label: Text, *, initial: date | None = None, earliest: date | None = None, hint: Text | None = None
) -> Field:  # fmt: skip
    """A day that may be left out."""
    return Field(name=name, kind=FieldKind.DAY, label=label, initial=initial, earliest=earliest, hint=hint)


def maybe(
    name: str, label: Text, options: Sequence[Option], *, initial: Any = None, hint: Text | None = None
) -> Field:
    """One of several, or none of them."""
    return Field(
        name=name, kind=FieldKind.CHOICE, label=label, options=tuple(options), hint=hint,
        initial=str(initial) if initial else "",
    )  # fmt: skip


def tick(name: str, label: Text, *, initial: bool = False, hint: Text | None = None) -> Field:
    """Yes or no."""
    return Field(name=name, kind=FieldKind.TICK, label=label, initial=initial, hint=hint)


def files(label: Text, *, required: bool = False) -> Field:
    """Photos and files."""
    return Field(name="files", kind=FieldKind.FILES, label=label, required=required)


def said(call: Call[Any], name: str, *, longest: int = LONGEST) -> str:
    """What was written, as the forms of the site keep it. Raises Invalid for what cannot be kept."""
    given = call.values.get(name)
    text = clean(given if isinstance(given, str) else "") or ""
    if (fault := text_fault(text)) is not None:
        raise Invalid(fault, field=name)
    if len(text) > longest:
        raise Invalid(
            Text("This is %(count)s characters long; at most %(most)s can be kept.", count=len(text), most=longest),
            field=name,
        )  # fmt: skip
    return text


def day_of(call: Call[Any], name: str, *, missing: Text | None = None) -> date | None:
    """The day that was chosen. Raises Invalid for one that is not meant, and with ``missing`` for none."""
    given = call.values.get(name)
    if not isinstance(given, date) or isinstance(given, datetime):
        if missing is not None:
            raise Invalid(missing, field=name)
        return None
    if not FIRST_DAY <= given <= LAST_DAY:
        raise Invalid(
            Text(
                "The year must lie between %(first)s and %(last)s. Please check it.",
                first=FIRST_DAY.year, last=LAST_DAY.year,
            ),
            field=name,
        )  # fmt: skip
    return given


def the_day(call: Call[Any], name: str, missing: Text) -> date:
    """The day that was chosen. Raises Invalid, with ``missing`` for none."""
    found = day_of(call, name, missing=missing)
    if found is None:
        raise Invalid(missing, field=name)
    return found


def the_person(call: Call[Any], name: str, missing: Text) -> UUID:
    """Whoever was chosen. Raises Invalid with ``missing`` for nobody."""
    found = call.person(name)
    if found is None:
        raise Invalid(missing, field=name)
    return found


def ticked(call: Call[Any], name: str) -> bool:
    """Whether a box was ticked."""
    return call.values.get(name) is True


def people(pairs: Iterable[tuple[UUID, str]]) -> list[Option]:
    """People to choose from."""
    return [Option(value=str(one), label=name) for one, name in pairs]


def owners(found: Owners) -> list[Option]:
    """Own people, then the partner's contacts with the name of their house."""
    return people(found.own) + [
        Option(value=str(one), label=name, hint=partner) for one, name, partner in found.partners
    ]


def lit(deeds: Sequence[Deed], main: str | None) -> tuple[Deed, ...]:
    """The deeds with one of them large: the step that this person takes next, if there is one."""
    return tuple(
        replace(one, tone=Tone.PRIMARY)
        if one.verb == main
        else replace(one, tone=Tone.PLAIN)
        if one.tone is Tone.PRIMARY
        else one
        for one in deeds
    )


def is_independent(call: Call[Any], nc: Nonconformity) -> bool:
    """Whether nothing stands against this person judging it now."""

    def check() -> None:
        require_independent(call.session, nc, actor=call.who, at=call.at)

    return allowed(check)


# Comments and files: the same fields on both things. ``partner``: a partner's contact sees what is not internal.


def comment_form(*, choose: bool) -> Form:
    """Saying something; ``choose``: own people say whether the partner reads it."""
    field = words(
        "text", Text("Your comment"), required=True, hint=Text("Name somebody with @ and their name.")
    )
    return Form(
        title=Text("Comment"),
        fields=(field, tick("internal", INTERNAL, initial=True)) if choose else (field,),
        send=Text("Comment"),
    )


def say(call: Call[Any], nc: Nonconformity, action: Action | None) -> Text:
    """Say it; gives what the author is told."""
    _made, mentions = comment(
        call.session, **call.common, nc=nc, action=action, text=said(call, "text", longest=LONGEST_COMMENT),
        internal=_internal(call),
    )  # fmt: skip
    doubts = " ".join(str(one) for one in mentions.doubts())
    return Text("Your comment is saved. %(doubts)s", doubts=doubts) if doubts else Text("Your comment is saved.")  # fmt: skip


def files_form(*, choose: bool) -> Form:
    """Adding photos and files, and what they show."""
    fields = (
        files(Text("Photos and files"), required=True),
        Field(name="title", kind=FieldKind.LINE, label=Text("What does it show?"), longest=LONGEST_TITLE),
        a_day("evidence_date", Text("Of which day is it?")),
    )
    return Form(
        title=Text("Add files"),
        fields=(*fields, tick("internal", INTERNAL, initial=True)) if choose else fields,
        send=Text("Add them"),
    )


def attach(call: Call[Any], nc: Nonconformity, action: Action | None) -> Text:
    """Add them all or none; gives what the person is told."""
    kept = kept_files(call)
    if not kept:
        raise Invalid(Text("Choose a file or take a photo first."), field="files")
    title = said(call, "title", longest=LONGEST_TITLE)
    added = [
        add_file(
            call.session, **call.common, nc=nc, action=action, kept=one,
            title=f"{title} ({number})" if title and len(kept) > 1 else title,
            evidence_date=day_of(call, "evidence_date"), internal=_internal(call),
        )
        for number, one in enumerate(kept, 1)
    ]  # fmt: skip
    if len(added) == 1:
        return Text("Saved: %(title)s", title=added[0].title)
    return Text("%(count)s files are saved.", count=len(added))


def kept_files(call: Call[Any]) -> tuple[Kept, ...]:
    """The files that came with it."""
    return tuple(one for one in call.values.get("files") or () if isinstance(one, Kept))


def _internal(call: Call[Any]) -> bool:
    """As ticked; where nothing was asked, what own people say stays inside, as on the pages."""
    return ticked(call, "internal") if "internal" in call.values else True


def who_is_own(who: Principal) -> bool:
    """Whether somebody is of the own organization."""
    return who.can("view_organization")
