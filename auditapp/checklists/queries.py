"""Reading clause libraries. Content is parsed once per process and kept by its hash."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from auditapp.checklists.model import Edition
from auditapp.checklists.rules import EditionStatus, Library, library_of
from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text

MOST_EDITIONS = 500  # of one page of libraries; more than any organization will make
_KEPT = 64
_libraries: OrderedDict[tuple[UUID, str], Library] = OrderedDict()


@dataclass(frozen=True, kw_only=True)
class LibraryRow:
    """One library in the list: its editions newest first; `current` is the newest released one."""

    key: str
    current: Edition | None
    editions: Sequence[Edition]

    @property
    def newest(self) -> Edition:
        """What to call the library by."""
        return self.current or self.editions[0]


def edition(session: Session, library_key: str, name: str) -> Edition:
    """The edition `name` of a library. Raises NotFound."""
    found = session.scalar(
        sa.select(Edition).where(Edition.library_key == library_key, Edition.edition == name)
    )
    if found is None:
        raise NotFound(
            Text("There is no edition %(edition)s of %(library)s.", edition=name, library=library_key)
        )
    return found


def library(session: Session, found: Edition) -> Library:
    """What stands in an edition; one statement at most."""
    return libraries(session, [found.id])[0]


def libraries(session: Session, edition_ids: Sequence[UUID]) -> list[Library]:
    """The libraries of these editions in the order given: one statement, and one more the first time.

    Raises NotFound when one of them is not there.
    """
    hashes = {
        row.id: row.sha256
        for row in session.execute(
            sa.select(Edition.id, Edition.sha256).where(Edition.id.in_(edition_ids))
        ).all()
    }
    if any(wanted not in hashes for wanted in edition_ids):
        raise NotFound(Text("A checklist edition that is needed here is missing."))
    known = {key: kept for key in hashes.items() if (kept := _libraries.get(key))}
    unknown = [edition_id for edition_id, sha256 in hashes.items() if (edition_id, sha256) not in known]
    if unknown:
        rows = session.execute(sa.select(Edition.id, Edition.content).where(Edition.id.in_(unknown))).all()
        for edition_id, content in rows:
            key = (edition_id, hashes[edition_id])
            known[key] = _libraries[key] = library_of(content)
        while len(_libraries) > _KEPT:
            _libraries.popitem(last=False)
    return [known[edition_id, hashes[edition_id]] for edition_id in edition_ids]


def library_rows(session: Session, *, page: int) -> Page[LibraryRow]:
    """One page of all libraries, by key."""
    keys = paginate(
        session, sa.select(Edition.library_key).distinct().order_by(Edition.library_key), page=page
    )
    found = session.scalars(
        sa.select(Edition)
        .where(Edition.library_key.in_(keys.rows))
        .order_by(Edition.created_at.desc(), Edition.id.desc())
        .limit(MOST_EDITIONS)
    ).all()
    rows = []
    for key in keys.rows:
        editions = [item for item in found if item.library_key == key]
        rows.append(LibraryRow(key=key, current=_newest_released(editions), editions=editions))
    return Page(rows=rows, number=keys.number, per_page=keys.per_page, total=keys.total)


def editions_of(session: Session, library_key: str) -> Sequence[Edition]:
    """All editions of a library, newest first."""
    return session.scalars(
        sa.select(Edition)
        .where(Edition.library_key == library_key)
        .order_by(Edition.created_at.desc(), Edition.id.desc())
        .limit(MOST_EDITIONS)
    ).all()


def current_editions(session: Session) -> list[Edition]:
    """The newest released edition of each library: what a new audit can be planned with, by title."""
    found = session.scalars(
        sa.select(Edition)
        .options(
            load_only(
                Edition.library_key,
                Edition.edition,
                Edition.title,
                Edition.kind,
                Edition.questions,
                Edition.status,
                Edition.released_at,
            )
        )
        .where(Edition.status == EditionStatus.RELEASED)
        .order_by(Edition.released_at.desc(), Edition.id.desc())
        .limit(MOST_EDITIONS)
    ).all()
    newest: dict[str, Edition] = {}
    for item in found:
        newest.setdefault(item.library_key, item)
    return sorted(newest.values(), key=lambda item: item.title.casefold())


def current_edition(session: Session, library_key: str) -> Edition | None:
    """The newest released edition of one library."""
    return _newest_released(editions_of(session, library_key))


def draft_of(session: Session, library_key: str) -> Edition | None:
    """The one draft of a library, if there is one."""
    return session.scalar(
        sa.select(Edition)
        .where(Edition.library_key == library_key, Edition.status == EditionStatus.DRAFT)
        .limit(1)
    )


def previous(session: Session, found: Edition) -> Edition | None:
    """The edition that this one came after."""
    return session.get(Edition, found.previous_id) if found.previous_id else None


def names_taken(session: Session, library_key: str) -> set[str]:
    """The names of all editions of a library."""
    return set(session.scalars(sa.select(Edition.edition).where(Edition.library_key == library_key)))


def _newest_released(editions: Sequence[Edition]) -> Edition | None:
    released = [item for item in editions if item.status is EditionStatus.RELEASED and item.released_at]
    return max(released, key=lambda item: (item.released_at, item.id), default=None)
