"""A message, or its files, is kept with something that is there: chosen from what somebody has to do with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.keeping import Kept
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.deeds import mine
from bots.deeds.registry import trade_of
from bots.deeds.rules import Done, Field, FieldKind, Form, Option, Thing, Trade
from bots.deeds.source import Source

KINDS = frozenset({"nonconformity", "action", "issue"})
COMMENT, ATTACH = "comment", "attach"
MOST = 100  # things to choose from, the most pressing first
NOTHING = Text("You have no nonconformity, action or issue to keep it with.")


class AttachTrade:
    """Keeps words and files of a conversation with a thing."""

    kind = "attach"

    def look(self, session: Session, who: Principal, thing_id: str, *, at: datetime) -> Thing | None:
        """Nothing: what it is kept with is chosen first."""
        del session, who, thing_id, at
        return None

    def form(
        self, session: Session, who: Principal, thing_id: str, verb: str, *, at: datetime,
        source: Mapping[str, Any] | None = None,
    ) -> Form:  # fmt: skip
        """What it is kept with, and in which words."""
        del thing_id, verb
        options = _options(session, who, at=at)
        if not options:
            raise Refusal(NOTHING)
        message = Source.of(source)
        return Form(
            title=Text("Keep with …"),
            opening=(Text("The files of the message are copied and kept as they are."),),
            fields=(
                Field(
                    name="thing",
                    kind=FieldKind.CHOICE,
                    label=Text("With what"),
                    required=True,
                    options=options,
                ),
                Field(name="text", kind=FieldKind.TEXT, label=Text("What it says"), initial=message.shown),
                Field(name="files", kind=FieldKind.FILES, label=Text("More files")),
            ),
            send=Text("Keep it"),
        )

    def do(
        self, session: Session, who: Principal, thing_id: str, verb: str, values: Mapping[str, Any], *,
        version: int | None, at: datetime,
    ) -> Done:  # fmt: skip
        """Keep the files, then the words, with where they come from. Raises Refusal."""
        del thing_id, verb, version
        kind, _, chosen = str(values.get("thing") or "").partition(":")
        trade = trade_of(kind) if kind in KINDS else None
        if trade is None:
            raise Invalid(Text("Choose what it is kept with."), field="thing")
        thing = trade.look(session, who, chosen, at=at)
        if thing is None:
            raise NotFound
        message = Source.of(values.get("source"))
        text = str(values.get("text") or "").strip()
        said = message.kept_with(text) if text else ""
        files = tuple(values.get("files") or ())
        if not said and not files:
            raise Invalid(Text("There is nothing to keep: write something, or add a file."), field="text")
        if files and not any(one.verb == ATTACH for one in thing.deeds):
            raise Refusal(
                Text(
                    "%(ref)s takes no files. Keep the words only, or add the files in the site.",
                    ref=thing.ref,
                )
            )
        keep(session, trade, who, chosen, text=said, files=files, at=at)
        return Done(said=Text("It is kept with %(ref)s.", ref=thing.ref), then=(kind, chosen))


def keep(
    session: Session, trade: Trade, who: Principal, thing_id: str, *, text: str, files: Sequence[Kept], at: datetime
) -> None:  # fmt: skip
    """Files first, then the words; a partner reads neither. Raises Refusal."""
    if files:
        values = {"files": tuple(files), "title": "", "evidence_date": None, "internal": True}
        trade.do(session, who, thing_id, ATTACH, values, version=None, at=at)
    if text:
        trade.do(
            session,
            who,
            thing_id,
            COMMENT,
            {"text": text, "internal": True, "shared": False},
            version=None,
            at=at,
        )


def _options(session: Session, who: Principal, *, at: datetime) -> tuple[Option, ...]:
    rows = [
        *mine.mine(session, who, at=at, limit=MOST).rows,
        *mine.coming(session, who, at=at, limit=MOST).rows,
        *mine.waiting_for_others(session, who, at=at, limit=MOST).rows,
    ]
    found = {":".join(one.subject): one for one in rows if one.subject[0] in KINDS}
    return tuple(Option(value=key, label=f"{one.ref} {one.title}") for key, one in list(found.items())[:MOST])
