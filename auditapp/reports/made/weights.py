"""How long a report is, in rows as a PDF prints them: one counting statement, so that whoever wants a short one does not notice.

Measured with 10,000 nonconformities: a row takes about 1.7 ms in a PDF; a nonconformity on paper, with its causes and actions,
as much as ten; a line of the log of reminders two. What is only read and added up weighs a tenth.
"""

import sqlalchemy as sa

from auditapp.audits.execution.model import Answer
from auditapp.audits.model import Audit
from auditapp.findings.model import Nonconformity
from auditapp.kit.db import current_session

A_ROW_EACH = 10  # of what is only read
ROWS_OF_A_CASE, ROWS_OF_AN_AUDIT, ROWS_OF_A_REMINDER = 10, 5, 2
LIGHTER = 4
"""Word and Excel files are written so many times faster than a PDF is set."""


def one_for(many: int, count: int) -> int:
    """One row for so many, and for a rest."""
    return -(-count // many)


def _count(*tables: type) -> int:
    counts = [sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in tables]
    return sum(current_session().execute(sa.select(*counts)).one())


def answers() -> int:
    """What reads the answers of all audits and all nonconformities, and prints what follows from them."""
    return one_for(A_ROW_EACH, _count(Answer, Nonconformity))


def figures() -> int:
    """What counts all nonconformities, and prints figures."""
    return one_for(A_ROW_EACH, _count(Nonconformity))


def audits() -> int:
    """What prints the audits."""
    return ROWS_OF_AN_AUDIT * _count(Audit)
