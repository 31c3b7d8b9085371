"""Whoever reads it, where links lead, and what signs a button: all that drawing needs besides the thing itself. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from auditapp.kit.text import Text
from auditapp.shell.reader import Reader
from bots.deeds.rules import Deed, Thing, Tone
from bots.slack import blocks as b
from bots.slack.rules import OPEN, Ref, sign
from bots.slack.text import escape, one_line, when

STYLES: Mapping[Tone, str] = {Tone.PLAIN: "", Tone.PRIMARY: "primary", Tone.DANGER: "danger"}


@dataclass(frozen=True, kw_only=True)
class Pen:
    """``path_of``: a page's path from its endpoint and arguments, or empty; ``now``: the moment of drawing."""

    reader: Reader
    secret: str
    path_of: Callable[[str, Mapping[str, str]], str]
    site: str  # the site's own address, without a slash at the end
    now: datetime

    def page(self, path: str) -> str:
        """The whole address of a page by its path; empty for none."""
        return f"{self.site}{path}" if path.startswith("/") and not path.startswith("//") else ""

    def url_of(self, endpoint: str, args: Mapping[str, str]) -> str:
        """The whole address of a page; empty where there is none."""
        return self.page(self.path_of(endpoint, args)) if endpoint else ""

    @property
    def today(self) -> date:
        """The reader's day."""
        return self.reader.day_of(self.now)

    def say(self, text: Text | str) -> str:
        """A sentence of ours in the reader's language, escaped: what people wrote may be in it."""
        return escape(self.reader.say(text))

    def words(self, text: Text | str) -> str:
        """The same for places that are plain text."""
        return one_line(self.reader.say(text))

    def gettext(self, msgid: str, /, **params: object) -> str:
        """A text of our own; what fills it is escaped already."""
        return self.reader.gettext(msgid, **params)

    def value(self, value: Text | str | date | datetime) -> str:
        """A fact: a day or a moment as people say it, anything else as it is."""
        if isinstance(value, datetime):
            return when(value, self.reader, today=self.today)
        if isinstance(value, date):
            return escape(self.reader.day(value, today=self.today))
        return self.say(value)

    def sign(self, ref: Ref) -> str:
        """A ref as a button's value."""
        return sign(self.secret, ref)

    def ref(self, thing: Thing, verb: str = OPEN) -> Ref:
        """What a button of a thing is about."""
        return Ref(kind=thing.kind, id=thing.id, verb=verb, version=thing.version)

    def deed(self, thing: Thing, deed: Deed, number: int, *, style: str | None = None) -> b.Block:
        """The button of a deed; one that is done on the site only is a link to its page."""
        url = self.url_of(deed.endpoint, deed.args)
        label = self.words(deed.label)
        if deed.endpoint:
            return b.button(label, action_id=f"link-{number}", url=url) if url else {}
        asked = (
            b.confirm(
                self.words(deed.confirm),
                yes=self.reader.gettext("Yes"),
                no=self.reader.gettext("No"),
                title=label,
            )
            if deed.confirm is not None
            else None
        )
        return b.button(
            label, action_id=f"do-{number}", value=self.sign(self.ref(thing, deed.verb)),
            style=STYLES[deed.tone] if style is None else style, confirm=asked,
        )  # fmt: skip
