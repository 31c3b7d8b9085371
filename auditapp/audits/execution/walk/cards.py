"""Drawing the questions of the walk: each card once per state of its answer, then kept.

A walk has up to a few hundred cards of a few kilobytes. A card changes only when its answer's ``revision`` does, so
what was drawn for one revision, language and zone is sent again as it is, byte for byte. One thing differs from
request to request and is put in at the end: the token of the forms. The page around the cards is a template with marks
where they go; 150 cards are never copied through it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import current_app, url_for
from flask_babel import format_datetime, get_locale, get_timezone, gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from auditapp.audits.execution.queries import Access
from auditapp.audits.execution.rules import (
    FIELD_LABELS,
    RESULT_LABELS,
    RESULT_ORDER,
    RESULT_SHORT,
    AnswerField,
    Result,
)
from auditapp.audits.execution.walk.queries import (
    Asked,
    State,
    Written,
    not_written,
    origin_of,
    questions,
    written,
)
from auditapp.audits.execution.walk.rules import Origin, Value, read_stamp, write_tokens

CSRF_MARK = "\x00csrf\x00"  # stands in kept cards where the form token goes; no text of ours can contain it
CARDS = 6_000  # a few dozen audits; about 5 kB each
LISTS = 64
SHORT = 90  # characters of a question in the list at the side
T = TypeVar("T")
K = TypeVar("K")


def mark(name: str) -> Markup:
    """A place in a page's template that :func:`put_in` fills; no text of people can contain it."""
    return Markup("\x00{}\x00").format(name)


def put_in(page: str, filling: Mapping[str, Iterable[bytes]], token: str) -> bytes:
    """A page with its marks filled, encoded; ``token`` goes where the forms need theirs."""
    pieces: list[bytes] = []
    for index, piece in enumerate(page.split("\x00")):
        if index % 2 == 0:
            pieces.append(piece.encode())
        elif piece == CSRF_MARK.strip("\x00"):
            pieces.append(CSRF_MARK.encode())
        else:
            pieces.extend(filling[piece])
    return b"".join(pieces).replace(CSRF_MARK.encode(), token.encode())


class Kept(Generic[K, T]):
    """The last so many things by key; safe between threads."""

    def __init__(self, most: int) -> None:
        """Keep at most ``most``."""
        self._most = most
        self._held: OrderedDict[K, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> T | None:
        """What is kept, now the youngest."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: K, value: T) -> None:
        """Keep it; the oldest goes."""
        with self._lock:
            self._held[key] = value
            while len(self._held) > self._most:
                self._held.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Card:
    """One question, drawn and encoded: its card and its line in the list."""

    body: bytes
    line: bytes


def opened(body: bytes) -> bytes:
    """A card with its form in the page at once, as for the first ones that are seen: they work before a script came."""
    return (
        body.replace(b" data-closed", b"", 1).replace(b"<noscript>", b"", 1).replace(b"</noscript>", b"", 1)
    )


_cards: Kept[tuple[Any, ...], Card] = Kept(CARDS)
_questions: Kept[UUID, tuple[Asked, ...]] = Kept(LISTS)


def questions_of(session: Session, audit_id: UUID) -> tuple[Asked, ...]:
    """The questions of an opened audit; they are frozen, so they are read once and kept."""
    found = _questions.get(audit_id)
    if found is None:
        found = questions(session, audit_id)
        if found:
            _questions.put(audit_id, found)
    return found


def cards(session: Session, who: Access, shown: Sequence[tuple[Asked, State]]) -> list[Card]:
    """A card for each question, in the same order. No statement when all are drawn already, else at most five."""
    view = (
        who.may_draw,
        str(get_locale()),
        str(get_timezone()),
        url_for("execution.walk", ref=who.audit.ref),
    )
    keys = [(asked.id, state.revision, *view) for asked, state in shown]
    found = [_cards.get(key) for key in keys]
    missing = [index for index, card in enumerate(found) if card is None]
    if missing:
        ids = [shown[index][0].id for index in missing]
        opened = who.audit.opened_at is not None
        parts = written(session, ids) if opened else {one: not_written(who.audit.id, one) for one in ids}
        draw = _Drawing(who)
        for index in missing:
            asked = shown[index][0]
            card = draw.card(asked, parts[asked.id])
            _cards.put((asked.id, parts[asked.id].answer.revision, *view), card)
            found[index] = card
    return [card for card in found if card is not None]


def extras(session: Session, who: Access, asked: Asked) -> str:
    """What hangs on one answer (two values that met, findings, evidence), drawn anew and not kept."""
    return _Drawing(who).extras(asked, written(session, [asked.id])[asked.id])


def present(session: Session, who: Access, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What stands on these cards now, for a page that drew them before: values, what to send back, words, extras.

    ``extras`` has :data:`CSRF_MARK` in its forms.
    """
    parts = written(session, [one.id for one in asked])
    draw = _Drawing(who)
    return [draw.present(one, parts[one.id]) for one in asked if one.id in parts]


class _Drawing:
    """The templates and the words, looked up once for many cards."""

    def __init__(self, who: Access) -> None:
        env = current_app.jinja_env
        self.env_card = env.get_template("execution/card.html")
        self.env_extras = env.get_template("execution/extras.html")
        self.who = who
        self.walk = url_for("execution.walk", ref=who.audit.ref)
        self.new_finding = url_for("execution.new_finding", ref=who.audit.ref)
        self.new_evidence = url_for("execution.new_evidence", ref=who.audit.ref)
        self.conflicts = url_for("execution.conflicts", ref=who.audit.ref)
        self.results = [(result.value, str(RESULT_SHORT[result])) for result in RESULT_ORDER]
        self.common: dict[str, Any] = {
            "csrf_mark": CSRF_MARK,
            "_": gettext,
            "url_for": url_for,
            "writable": who.may_draw,
            "results": self.results,
            "walk": self.walk,
            "new_finding": self.new_finding,
            "new_evidence": self.new_evidence,
            "conflicts_url": self.conflicts,
            "words": {
                "look": gettext("What to look for"),
                "ask": gettext("Who answers"),
                "counts": gettext("Counts for"),
                "unconfirmed": gettext("number not confirmed"),
                "answer": gettext("Answer"),
                "note": str(FIELD_LABELS[AnswerField.NOTE]),
                "reason": gettext("Why?"),
                "more": gettext("Objective evidence, interviewees, sample"),
                "evidence": str(FIELD_LABELS[AnswerField.EVIDENCE]),
                "interviewees": str(FIELD_LABELS[AnswerField.INTERVIEWEES]),
                "sample": str(FIELD_LABELS[AnswerField.SAMPLE]),
                "flag": gettext("Come back to this"),
                "save": gettext("Save"),
                "photo": gettext("Take a photo"),
                "library": gettext("Photos of this device"),
                "add": gettext("Add a file or link"),
                "finding": gettext("Write a finding"),
                "findings": gettext("Findings"),
                "files": gettext("Evidence"),
            },
        }

    def present(self, asked: Asked, parts: Written) -> dict[str, Any]:
        """What a page that drew the card before must know of it now."""
        answer = parts.answer
        values = _values(parts)
        return {
            "id": str(asked.id),
            "n": asked.position,
            "revision": answer.revision,
            "known": write_tokens(values, answer.versions),
            "values": {name.value: value for name, value in values.items()},
            "saved": {name.value: self._saved(parts, answer.stamps.get(name.value)) for name in AnswerField},
            "extras": self.extras(asked, parts),
        }

    def card(self, asked: Asked, parts: Written) -> Card:
        """Card and line."""
        answer = parts.answer
        values = _values(parts)
        clauses = [_place(place) for place in asked.counts_for]
        body = self.env_card.render(
            self.common,
            id=asked.id,
            n=asked.position,
            clause=clauses[0] if clauses else asked.section_title,
            others=clauses[1:],
            relationship=f"{asked.relationship_ref} {asked.relationship_name}".strip(),
            text=asked.text,
            look_for=asked.look_for,
            guidance=asked.guidance,
            roles=asked.roles,
            a=answer,
            result_word=str(RESULT_LABELS[answer.result]),
            tokens=write_tokens(values, answer.versions),
            saved={name.value: self._saved(parts, answer.stamps.get(name.value)) for name in AnswerField},
            extras=Markup(self.extras(asked, parts)),  # noqa: S704 - drawn by a template that escapes
        )
        line = Markup(
            '<li><a href="#q{n}" data-line="{n}" data-result="{result}"{flag}><span class="line-mark"></span>'
            '<span class="number">{clause}</span><span class="line-text">{text}</span>'
            '<span class="seen-by-readers" data-word>, {word}</span></a></li>'
        ).format(
            n=asked.position,
            result=answer.result.value,
            flag=Markup(" data-flagged") if answer.flagged else "",
            clause=_number(asked),
            text=asked.text if len(asked.text) <= SHORT else asked.text[: SHORT - 1].rstrip() + "…",
            word=RESULT_LABELS[answer.result],
        )
        return Card(body.encode(), line.encode())

    def extras(self, asked: Asked, parts: Written) -> str:
        """Conflicts, findings, evidence."""
        met = [
            {
                "id": one.id,
                "label": FIELD_LABELS[AnswerField(one.field)],
                "kept": _shown(one.field, getattr(parts.answer, one.field)),
                "other": _shown(one.field, one.other),
                "kept_by": came_from(stood, parts.names, parts.devices) if stood else "",
                "other_by": came_from(origin_of(one), parts.names, parts.devices),
                "seen": parts.answer.versions.get(one.field, 0),
            }
            for one in parts.conflicts
            for stood in (_origin(parts.answer.stamps.get(one.field)),)
        ]
        return self.env_extras.render(
            self.common,
            id=asked.id,
            n=asked.position,
            result=parts.answer.result.value,
            wants_finding=parts.answer.result is Result.NONCONFORMING and not parts.findings,
            conflicts=met,
            findings=parts.findings,
            evidence=parts.evidence,
            ref=self.who.audit.ref,
        )

    def _saved(self, parts: Written, stamp: Sequence[str] | None) -> str:
        """“Saved 14:02, Ada Example”, with the day when it is another one."""
        if not stamp:
            return ""
        at = datetime.fromisoformat(stamp[1])
        return gettext(
            "Saved %(when)s, %(name)s",
            when=format_datetime(at, "d MMM, HH:mm"),
            name=parts.names.get(stamp[0], ""),
        )


def came_from(origin: Origin, names: Mapping[str, str], devices: Mapping[UUID, str]) -> str:
    """Who wrote a value, when, and from a tablet also on which and when it came."""
    name = names.get(str(origin.person_id), "")
    when = format_datetime(origin.at, "d MMM, HH:mm")
    if origin.device_id is None or origin.written_at is None:
        return gettext("Saved %(when)s, %(name)s", when=when, name=name)
    return gettext(
        "Written %(written)s by %(name)s on %(device)s, received %(when)s",
        written=format_datetime(origin.written_at, "d MMM, HH:mm"),
        when=when,
        name=name,
        device=devices.get(origin.device_id, ""),
    )


def _origin(stamp: Sequence[str] | None) -> Origin | None:
    return read_stamp(stamp) if stamp else None


def _values(parts: Written) -> dict[AnswerField, Value]:
    return {name: getattr(parts.answer, name.value) for name in AnswerField}


def _place(place: dict[str, Any]) -> dict[str, Any]:
    return {
        "standard": place["standard"],
        "number": place["number"] or place["ref"],
        "title": place["title"],
        "confirmed": place["confirmed"],
    }


def _number(asked: Asked) -> str:
    place = asked.counts_for[0] if asked.counts_for else None
    return str(place["number"] or place["ref"]) if place else asked.section


def _shown(field: str, value: Value) -> str:
    if field == AnswerField.RESULT.value:
        return str(RESULT_LABELS[Result(str(value))])
    if field == AnswerField.FLAGGED.value:
        return gettext("Flagged") if value else gettext("Not flagged")
    return str(value)
