"""Names that Slack gives back to us: what a button means, which form was sent. Pure."""

from dataclasses import dataclass

from itsdangerous import BadSignature, Signer

OPEN = "open"  # show the thing with everything that can be done
PAGE = "page"  # another page of Home; the version is its number
LINK = "link"  # connect the account
WORK = "work"  # the kind of a button that opens a form of theirs again; the id is that of the work
HOME = "home"  # the kind of Home's own buttons: its id is the list
FORM, THING, NOTE = "form", "thing", "note"  # callback ids of modals
RAISE_NONCONFORMITY, RAISE_ISSUE, ATTACH = "raise_nonconformity", "raise_issue", "attach"  # of shortcuts
COMMAND = "/audit"
MOST_VALUE = 150  # characters of an option's value, which is the shortest
_SALT = "slack-button"
_BETWEEN = "|"
_PARTS = 4


class WrongValueError(ValueError):
    """A value that is not ours, or was made under another secret key."""


@dataclass(frozen=True, kw_only=True)
class Ref:
    """What a button is about: a thing, what is done to it, and the version that was shown."""

    kind: str
    id: str
    verb: str = OPEN
    version: int = 0

    @property
    def subject(self) -> str:
        """The thing, as posts name it."""
        return f"{self.kind}:{self.id}"


def sign(secret: str, ref: Ref) -> str:
    """A ref as the value of a button. Raises ValueError for one that is too long to be an option's."""
    whole = _BETWEEN.join((ref.kind, ref.id, ref.verb, str(ref.version)))
    signed = Signer(secret, salt=_SALT).sign(whole).decode()
    if len(signed) > MOST_VALUE or whole.count(_BETWEEN) != _PARTS - 1:
        raise ValueError(whole)
    return signed


def read(secret: str, value: str) -> Ref:
    """The ref of a value. Raises WrongValueError."""
    try:
        whole = Signer(secret, salt=_SALT).unsign(value).decode()
    except (BadSignature, UnicodeError) as error:
        raise WrongValueError(value[:MOST_VALUE]) from error
    kind, thing_id, verb, version = whole.split(_BETWEEN)
    return Ref(kind=kind, id=thing_id, verb=verb, version=int(version))
