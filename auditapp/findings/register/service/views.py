"""Views that people keep. A view is a habit of its owner, not a thing of the trail."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.model import SavedView
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import query, read_query
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal

MOST_OWN = 20  # views of one person for one register
LONGEST_NAME = 80


def save_view(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    register: Register,
    name: str,
    asked: str,
    shared: bool = False,
) -> SavedView:
    """Keep a view under a name; the name of one's own view again: it is replaced. ``asked``: the address's query."""
    wanted = query(read_query(register, asked))
    found = session.scalar(
        sa.select(SavedView).where(
            SavedView.person_id == actor.person_id,
            SavedView.register == register.value,
            SavedView.name == _name(name),
        )
    )
    if found is not None:
        found.query, found.shared = wanted, shared
        session.flush()
        return found
    count = session.scalar(
        sa.select(sa.func.count()).where(
            SavedView.person_id == actor.person_id, SavedView.register == register.value
        )
    )
    if count is not None and count >= MOST_OWN:
        raise Refusal(
            Text(
                "You keep %(count)s views of this register. Remove one before you save another.", count=count
            )
        )
    found = SavedView(
        person_id=actor.person_id,
        register=register.value,
        name=_name(name),
        query=wanted,
        shared=shared,
        created_at=at,
    )
    session.add(found)
    session.flush()
    return found


def change_view(
    session: Session, *, actor: Principal, at: datetime, view: SavedView, name: str, shared: bool
) -> None:
    """Another name, shared or not. ``view`` is the actor's own (see ``own_view``)."""
    del at
    taken = session.scalar(
        sa.select(SavedView.id).where(
            SavedView.person_id == actor.person_id,
            SavedView.register == view.register,
            SavedView.name == _name(name),
            SavedView.id != view.id,
        )
    )
    if taken is not None:
        raise Invalid(Text("You have a view of this name already. Choose another name."), field="name")
    view.name, view.shared = _name(name), shared
    session.flush()


def remove_view(session: Session, *, actor: Principal, at: datetime, view: SavedView) -> None:
    """Forget a view. ``view`` is the actor's own."""
    del actor, at
    session.delete(view)
    session.flush()


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise Invalid(Text("Give the view a name."), field="name")
    if len(tidy) > LONGEST_NAME:
        raise Invalid(Text("At most %(most)s characters.", most=LONGEST_NAME), field="name")
    return tidy
