"""What is right and wrong about a person's particulars and roles. Pure."""

from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from auditapp.kit.text import Text
from auditapp.people.rules import ROLE_LABELS, UNSCOPED, Role


def email_fault(text: str) -> Text | None:
    """What is wrong with an e-mail address, or ``None``. Addresses inside a company's own network are taken."""
    try:
        validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return Text("“%(text)s” is not an e-mail address; it should look like name@example.org.", text=text)
    return None


def role_fault(role: Role, *, partner_id: UUID | None, relationship_id: UUID | None) -> Text | None:
    """Why a role cannot be given to this person for this relationship (``None``: for all), or ``None``."""
    if partner_id is not None and role is not Role.PARTNER_CONTACT:
        return Text("Somebody of a partner can only be partner contact, and sees only what is theirs.")
    if partner_id is None and role is Role.PARTNER_CONTACT:
        return Text("Say first which partner this person belongs to; a partner contact belongs to one.")
    if relationship_id is not None and role in UNSCOPED:
        return Text("“%(role)s” is given for all relationships, not for one.", role=ROLE_LABELS[role])
    return None
