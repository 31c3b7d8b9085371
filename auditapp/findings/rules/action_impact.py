"""What more time for an action moves: shown to whoever decides about it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from auditapp.kit.text import Text, day_words


@dataclass(frozen=True, kw_only=True)
class ImpactFacts:
    """An action whose owner wants until ``wanted``, and what stands around it.

    ``other_dues``: due dates of the other actions that are not done. ``check_on``: the first day of the effectiveness
    check. ``reply_by``, ``close_by``: what a certification body waits for and has not got.
    """

    due: date
    first_due: date
    wanted: date
    today: date
    other_dues: Sequence[date] = ()
    check_on: date | None = None
    reply_by: date | None = None
    close_by: date | None = None
    granted: int = 0  # extensions granted before
    refused: int = 0


_CLOSE_WOULD_PASS = Text(
    "The certification body wants the nonconformity closed by %(day)s: that would be passed."
)
_CLOSE_HAS_PASSED = Text(
    "The certification body wants the nonconformity closed by %(day)s: that is passed already."
)
_REPLY_WOULD_PASS = Text("The certification body waits for a reply until %(day)s: that would be passed.")
_REPLY_HAS_PASSED = Text("The certification body waits for a reply until %(day)s: that is passed already.")


def impact(facts: ImpactFacts) -> list[Text]:
    """Sentences, the weightiest first. There is always at least one: by how many days it moves."""
    found = []
    for limit, would_pass, has_passed in (
        (facts.close_by, _CLOSE_WOULD_PASS, _CLOSE_HAS_PASSED),
        (facts.reply_by, _REPLY_WOULD_PASS, _REPLY_HAS_PASSED),
    ):
        if limit is not None and facts.wanted > limit:
            words = would_pass if facts.due <= limit and facts.today <= limit else has_passed
            found.append(Text(words.msgid, day=day_words(limit)))
    if facts.check_on is not None and facts.wanted >= facts.check_on:
        found.append(
            Text(
                "The effectiveness check is set for %(day)s: it would have to move.",
                day=day_words(facts.check_on),
            )
        )
    found.append(
        Text("It moves by %(count)s days, from %(old)s to %(new)s.", count=(facts.wanted - facts.due).days,
             old=day_words(facts.due), new=day_words(facts.wanted))
    )  # fmt: skip
    last = max(facts.other_dues, default=None)
    if last is None or last < facts.wanted:
        found.append(
            Text(
                "It would be the last action: the nonconformity cannot be verified before %(day)s.",
                day=day_words(facts.wanted),
            )
        )
    else:
        found.append(
            Text("Another action is due on %(day)s anyhow, so the whole does not wait for this one.",
                 day=day_words(last))
        )  # fmt: skip
    if facts.granted or facts.refused:
        found.append(
            Text(
                "Extensions of this action so far: %(granted)s granted, %(refused)s refused. It was first due on "
                "%(day)s.",
                granted=facts.granted,
                refused=facts.refused,
                day=day_words(facts.first_due),
            )
        )
    return found
