"""The people of a relationship, its terms, and a contact's way in."""

from auditapp.relationships.contacts.service.access import come_in, end_access, make_link, revoke_link
from auditapp.relationships.contacts.service.members import add_member, end_member
from auditapp.relationships.contacts.service.terms import (
    add_break_point,
    depend,
    no_longer_depend,
    remove_break_point,
    review_interdependencies,
    set_criteria,
    set_scores,
    set_terms,
)

__all__ = [
    "add_break_point",
    "add_member",
    "come_in",
    "depend",
    "end_access",
    "end_member",
    "make_link",
    "no_longer_depend",
    "remove_break_point",
    "review_interdependencies",
    "revoke_link",
    "set_criteria",
    "set_scores",
    "set_terms",
]
