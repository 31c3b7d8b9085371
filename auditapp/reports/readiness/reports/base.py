"""What all these reports are written with: the pen, and what a report about one standard says first."""

from collections.abc import Sequence
from datetime import datetime

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.rules import PHASE_LABELS, STAGE_LABELS
from auditapp.reports.paper.model import Cell, Chapter, Pair, Report, Row, Table
from auditapp.reports.paper.pen import Address, Headings, nowhere
from auditapp.reports.paper.pen import Pen as Plain
from auditapp.reports.readiness.queries.picture import Picture, may_judge
from auditapp.reports.readiness.rules import (
    LEVEL_LABELS,
    LEVEL_TONES,
    STATE_LABELS,
    STATE_TONES,
    Judged,
    State,
    Tally,
    by_phase,
    by_stage,
    overall,
)
from auditapp.reports.readiness.rules.clause import Link


class Pen(Plain):
    """Writes for one reader about one standard."""

    def __init__(self, actor: Principal, address: Address = nowhere) -> None:
        """In the actor's language."""
        super().__init__(actor, address)
        self.standard = ""
        self.judges = may_judge(actor)

    def about(self, seen: Picture) -> Picture:
        """From now on the pages of readiness that are linked are those of this standard."""
        self.standard = seen.library.id
        return seen

    def state(self, state: State) -> Cell:
        """A cell with the state of a clause."""
        return Cell(self.say(STATE_LABELS[state]), tone=STATE_TONES[state])

    def url(self, link: Link) -> str:
        """The address of a link; empty where there is none, or where the reader may not go."""
        endpoint, values = link
        if endpoint == "readiness.gap_entry" and not self.judges:
            return ""
        if endpoint.startswith("readiness.") and self.standard:
            values = {"standard": self.standard, **values}
        return super().url((endpoint, values))

    def report(
        self, seen: Picture, *, kind: str, title: Text, as_of: datetime, facts: Sequence[Pair],
        chapters: Sequence[Chapter],
    ) -> Report:  # fmt: skip
        """The whole report about one standard."""
        return Report(
            kind=self.say(Text("Certification")), title=self.say(Text("%(title)s: %(standard)s", title=title, standard=seen.standard)),
            ref=f"{kind}-{seen.library.id}", organization=seen.shelf.organization, as_of=as_of,
            language=self.reader.language, facts=(self.standing(seen), *facts), chapters=tuple(chapters),
            confidential=True,
        )  # fmt: skip

    def standing(self, seen: Picture) -> Pair:
        """The answer in a word."""
        answer = overall(seen.judged, seen.whole, seen.today)
        return self.pair(
            Text("Readiness"),
            LEVEL_LABELS[answer.level],
            ("readiness.show", {"standard": seen.library.id}),
            LEVEL_TONES[answer.level],
        )


STATES = (State.CONFORM, State.ARRANGED, State.PARTIAL, State.NOT, State.NOT_ASSESSED, State.NOT_APPLICABLE)


def tallies_table(pen: Pen, judged: Sequence[Judged]) -> Table:
    """Phases and stages with how many of their clauses stand how."""
    rows = [_tally_row(pen, STAGE_LABELS[stage], tally) for stage, tally in by_stage(judged).items()]
    rows += [
        _tally_row(pen, Text("Phase: %(phase)s", phase=PHASE_LABELS[phase]), tally)
        for phase, tally in by_phase(judged).items()
    ]
    columns: Headings = [
        Text("Stage"),
        (Text("Ready"), "number"),
        *((STATE_LABELS[one], "number") for one in STATES),
    ]
    return pen.table(Text("By stage and phase"), columns, rows, Text("No clause is asked about."))


def _tally_row(pen: Pen, label: Text, tally: Tally) -> Row:
    percent = tally.percent
    return Row(
        cells=(pen.text(label), pen.number(percent, " %"), *(pen.number(tally.of(one)) for one in STATES))
    )
