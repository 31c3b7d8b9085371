"""A test fails when a request leaves work that nobody commits."""

from flask import Flask, Response
from sqlalchemy import event
from sqlalchemy.orm import Session

from auditapp.kit.db import current_session


class UncommittedError(AssertionError):
    """A request changed something and left it uncommitted."""


def watch(app: Flask) -> None:
    """Look at the session after every request of ``app``, when the unit of work is over."""

    def look(response: Response) -> Response:
        session = current_session()
        left = [*session.new, *session.dirty, *session.deleted]
        if left or session.info.get("flushed"):
            session.rollback()
            raise UncommittedError(f"left uncommitted: {left or 'what was flushed after the commit'}")
        return response

    app.after_request(look)


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, context: object) -> None:
    del context
    session.info["flushed"] = True


@event.listens_for(Session, "do_orm_execute")
def _executed(state: object) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info["flushed"] = True


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_soft_rollback")
def _ended(session: Session, *_: object) -> None:
    session.info.pop("flushed", None)
