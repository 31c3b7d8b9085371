"""What people and their data can be at worst: words that call, link and format, of any length; hundreds of deeds and options."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import Line, Message, MessageKind, NoticeKind, Recipient
from auditapp.reminders.rules import Severity
from auditapp.shell.reader import Reader
from bots.deeds.mine import Row, Rows
from bots.deeds.rules import Deed, Event, Field, FieldKind, Form, Option, Thing, Tone
from bots.slack.pen import Pen

SITE = "https://audits.example"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
ONE = UUID(int=7)
ATOMS = (
    "a", " ", "\n", "&", "<", ">", "&amp;", "<!channel>", "<@U123>", "<!here|x>", "<https://evil.example|click>", "*", "_", "~",
    "`", "😀", "א", "\u200b", "\u202e", "\u2066", "\ud800", "\0", "|", "\u2060", "👩‍👩‍👧", "e\u0301", ":tada:", "漢",
)  # fmt: skip
SAYINGS = (
    "", " ", "\n", "\t", "\u200b", "\u00ad\u2060", "Pump & valve <A>", "<!channel>", "<!everyone>", "@here look", "<@U0123456>", "<#C0123456>",
    "<!subteam^S1|all>", "<https://evil.example|auditapp>", "<mailto:x@evil.example>", "https://evil.example/x?a=1&b=2",
    "<!date^1^{date}^https://evil.example|now>", "*bold* _it_ ~no~ `code` ```x```", "> quoted\n>>> all", "&lt;!channel&gt;",
    "&amp;lt;@U1&amp;gt;", "\u202eevil", "שלום עולם", "مرحبا *بك*", "x|y|z", "%(count)s %s %d %", "a\r\nb\rc", "\x00\x1b[31m",
    "𝄞" * 80, "-".join(["long"] * 60), "</script><script>alert(1)</script>",
)  # fmt: skip
LENGTHS = (1, 2, 75, 76, 150, 151, 300, 2000, 3000, 3001, 10_000)


ALL = (*SAYINGS, *((atom * length)[:length] for atom in ATOMS for length in LENGTHS))
MIXED = st.lists(st.sampled_from(ATOMS), max_size=30).map("".join)
WORDS = st.one_of(st.sampled_from(SAYINGS), st.sampled_from(ALL), MIXED, st.text(max_size=40))
TEXTS = st.builds(
    lambda said, alone: Text("%(said)s", said=said) if alone else Text("Dana says: %(said)s. Your turn.", said=said),
    WORDS, st.booleans(),
)  # fmt: skip
MOMENTS = st.integers(-2_000_000_000, 250_000_000_000).map(lambda count: EPOCH + timedelta(seconds=count))
DAYS = st.one_of(
    st.integers(-400, 400).map(lambda count: NOW.date() + timedelta(days=count)),
    st.dates(date(1900, 1, 1), date(9998, 1, 1)),
)
VALUES = st.one_of(TEXTS, WORDS, DAYS, MOMENTS)
MAYBE = st.none() | TEXTS


def path_of(endpoint: str, args: Any) -> str:
    """As a site has it: a page for what it knows, nothing for what it does not."""
    return f"/p/{endpoint}/{'-'.join(str(one) for one in args.values())}" if endpoint == "page" else ""


def pen_for(locale: str = "en", zone: str = "UTC") -> Pen:
    """For one reader."""
    return Pen(reader=Reader(locale=locale, zone=zone), secret="s" * 40, path_of=path_of, site=SITE, now=NOW)


PENS = st.builds(
    pen_for,
    st.sampled_from(("en", "de", "ar", "zh_Hans", "nonsense")),
    st.sampled_from(("UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "nowhere")),
)


COUNTS = st.sampled_from((0, 1, 2, 4, 5, 6, 7, 26, 300))


@st.composite
def deeds(draw: st.DrawFn) -> tuple[Deed, ...]:
    """From none to three hundred."""
    label, asked, count = draw(TEXTS), draw(MAYBE), draw(COUNTS)
    kinds = draw(st.lists(st.sampled_from(("do", "form", "ask", "page", "nowhere")), min_size=1, max_size=8))
    tone = draw(st.sampled_from(Tone))
    made = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        made.append(
            Deed(
                verb=f"verb-{number}", label=label, form=kind == "form", tone=tone,
                confirm=asked if kind == "ask" else None, endpoint=kind if kind in {"page", "nowhere"} else "",
            )
        )  # fmt: skip
    return tuple(made)


@st.composite
def things(draw: st.DrawFn, kind: str = "nonconformity") -> Thing:
    """Anything that has a card."""
    facts = draw(st.lists(st.tuples(TEXTS, VALUES), max_size=2)) * draw(st.sampled_from((1, 6)))
    event = Event(at=draw(MOMENTS), who=draw(WORDS), said=draw(TEXTS))
    return Thing(
        kind=kind, id=str(ONE), kind_label=draw(TEXTS), ref=draw(WORDS), title=draw(WORDS), status=draw(TEXTS),
        turn=draw(MAYBE), tone=draw(st.sampled_from(Tone)),
        facts=tuple(facts), text=draw(WORDS), events=(event,) * draw(st.sampled_from((0, 1, 5))),
        deeds=draw(deeds()), version=draw(st.integers(0, 10**9)), closed=draw(st.booleans()),
        endpoint=draw(st.sampled_from(("", "page", "nowhere"))), args={"ref": "NC-2026-014"},
    )  # fmt: skip


LINES = st.builds(
    Line, kind=st.sampled_from(NoticeKind), item_key=st.sampled_from(("a:1", "b:2")), kind_label=TEXTS, ref=WORDS,
    title=WORDS, step=TEXTS, why=TEXTS, next=MAYBE, due_on=DAYS, due_at=st.none() | MOMENTS,
    overdue=st.booleans(), path=st.sampled_from(("", "/p/1", "//evil.example/x", "https://evil.example/")),
    offers=st.just(()), item=st.none(),
)  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """From no group to many, with up to three hundred lines."""
    few = draw(st.lists(LINES, min_size=1, max_size=2))
    counts = draw(st.lists(st.sampled_from((0, 1, 2, 19, 20, 21, 300)), max_size=6))
    return Message(
        id=ONE, kind=draw(st.sampled_from(MessageKind)),
        to=Recipient(person_id=ONE, name=draw(WORDS), email="", locale="en", zone="UTC"), subject=draw(TEXTS),
        opening=draw(TEXTS),
        groups=tuple((draw(TEXTS), tuple(few[one % len(few)] for one in range(count))) for count in counts),
        closing=draw(TEXTS), thread="", made_at=NOW, extra={},
    )  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> Rows:
    """A page of a list."""
    few = draw(
        st.lists(
            st.builds(
                Row, subject=st.just(("nonconformity", str(ONE))), kind_label=TEXTS, ref=WORDS, title=WORDS,
                step=st.one_of(TEXTS, WORDS), turn=MAYBE, due_on=st.none() | DAYS, overdue=st.booleans(),
                endpoint=st.sampled_from(("", "page")), args=st.just({"ref": "NC-1"}), severity=st.sampled_from(Severity),
            ),
            max_size=2,
        )
    )  # fmt: skip
    count = draw(st.sampled_from((0, 1, 9, 10, 11, 25, 300))) if few else 0
    return Rows(
        rows=tuple(few[one % len(few)] for one in range(count)), total=draw(st.integers(count, 10**6)),
        offset=draw(st.sampled_from((0, 10, 20, 10**6))),
    )  # fmt: skip


def _initial(kind: FieldKind, values: list[str], draw: st.DrawFn) -> Any:
    made: dict[FieldKind, st.SearchStrategy[Any]] = {
        FieldKind.LINE: WORDS,
        FieldKind.TEXT: WORDS,
        FieldKind.DAY: st.none() | DAYS,
        FieldKind.MOMENT: st.none() | MOMENTS,
        FieldKind.CHOICE: st.sampled_from(["", "gone", *values]),
        FieldKind.MANY: st.lists(st.sampled_from(["gone", *values]), max_size=12, unique=True),
        FieldKind.TICK: st.booleans(),
        FieldKind.FILES: st.none(),
    }
    return draw(made[kind])


@st.composite
def fields(draw: st.DrawFn, name: str) -> Field:
    """Any kind of question, with up to three hundred options, some of them twice."""
    kind = draw(st.sampled_from(FieldKind))
    options: tuple[Option, ...] = ()
    values: list[str] = []
    if kind in {FieldKind.CHOICE, FieldKind.MANY}:
        label, hint = draw(WORDS), draw(MAYBE)
        count = draw(st.sampled_from((0, 1, 2, 10, 11, 100, 101, 300)))
        values = [f"value-{number}" for number in range(count)]
        options = tuple(Option(value=one, label=f"{label} {one}", hint=hint) for one in values)
        options += options[:1] if draw(st.booleans()) else ()
    return Field(
        name=name, kind=kind, label=draw(TEXTS), hint=draw(MAYBE), required=draw(st.booleans()),
        initial=_initial(kind, values, draw), options=options, longest=draw(st.sampled_from((1, 200, 3000, 20_000))),
    )  # fmt: skip


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form of any length."""
    count = draw(st.sampled_from((0, 1, 1, 2, 3, 5, 8)))
    made = [draw(fields(f"field-{number}")) for number in range(count)]
    if made and draw(st.booleans()):  # more than a window has room for
        empty = {
            FieldKind.LINE: "",
            FieldKind.TEXT: "",
            FieldKind.CHOICE: "",
            FieldKind.MANY: [],
            FieldKind.TICK: False,
        }
        made += [
            replace(made[0], name=f"more-{number}", initial=empty.get(made[0].kind)) for number in range(110)
        ]
    return Form(
        title=draw(TEXTS), opening=tuple(draw(st.lists(st.one_of(TEXTS, WORDS), max_size=20))), fields=tuple(made),
        send=draw(TEXTS),
    )  # fmt: skip
