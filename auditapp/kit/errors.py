"""Named refusals: what went wrong, in words a person can act on."""

from auditapp.kit.text import Text


class Refusal(Exception):
    """A command that the rules do not allow.

    ``text`` says what is wrong, whose turn it is and how to put it right; ``field`` names the form field it
    belongs to, when there is one. The request's transaction is rolled back, so a refused command leaves nothing.
    """

    status = 409

    def __init__(self, text: Text, *, field: str | None = None) -> None:
        """Keep the sentence and the field."""
        super().__init__(str(text))
        self.text = text
        self.field = field


class Invalid(Refusal):
    """Input that cannot be taken as it is."""

    status = 422


class NotAllowed(Refusal):
    """The person may not do this; the text says who may."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or the person may not know of it (the two are not told apart)."""

    status = 404

    def __init__(self, text: Text | None = None, *, field: str | None = None) -> None:
        """A neutral sentence unless a better one is given."""
        super().__init__(text or Text("There is nothing here, or you are not on its list."), field=field)


class Stale(Refusal):
    """Somebody changed the thing since the page was read; the text says what."""


class TooLarge(Refusal):
    """A file over its limit."""

    status = 413


class TooOften(Refusal):
    """Asked for more often than is allowed; the text says when it can be asked for again."""

    status = 429
