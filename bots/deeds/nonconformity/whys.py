"""Correction and containment; five whys in one window, in one sitting or several; when the cause is complete."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from auditapp.findings.causes import service
from auditapp.findings.causes.rules import KINDLY, Analysis, Node, flat, grow, missing_for_completion
from auditapp.findings.causes.rules.tree import Row
from auditapp.findings.life import service as life
from auditapp.findings.life.service.base import check_version
from auditapp.findings.model import Cause
from auditapp.findings.rules.nonconformity import CAUSE_LABELS, CauseCategory, NcVerb
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from bots.deeds.case import maybe, said, tick, ticked
from bots.deeds.ground import Act, line, options, words
from bots.deeds.nonconformity.case import NcCall, NcCase, common, done
from bots.deeds.nonconformity.words import places_words
from bots.deeds.rules import Done, Field, FieldKind, Form, Option

LONGEST_WHY, LONGEST_EVIDENCE, LONGEST_SUMMARY = 2000, 1000, 4000
CATEGORY = Text("Category of the cause")
ROOT = Text("This is a root cause: asking on would lead nowhere")
KNOWN_BY = Text("How it is known")


def contain_form(call: NcCall) -> Form:
    """What helps today."""
    nc = call.found.nc
    return Form(
        title=Text("Correction, containment"),
        opening=(
            Text("Write one of the two at least. The cause comes next: this is what helps today."),
        ),
        fields=(
            words(
                "correction", Text("Correction"), initial=nc.correction,
                hint=Text("What was put right at once. “None needed, because …” is an answer too."),
            ),
            words(
                "containment", Text("Containment"), initial=nc.containment,
                hint=Text("What keeps it from doing harm, here or elsewhere, until its cause is removed."),
            ),
        ),
        send=Text("Record it"),
    )  # fmt: skip


def contain(call: NcCall) -> Done:
    """Record it."""
    life.contain(
        call.session,
        **common(call),
        correction=said(call, "correction"),
        containment=said(call, "containment"),
    )
    return done(call, Text("Correction and containment of %(ref)s are recorded.", ref=call.found.nc.ref))


# Five whys: one chain of the tree in one window, as it stands and as far as it will be continued.


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One chain of answers, from the first “why?” on, and the other answers of the tree."""

    nodes: list[Node]
    beside: list[Node]

    @property
    def last(self) -> Row | None:
        """The last answer of the chain."""
        return self.nodes[-1].row if self.nodes else None

    @property
    def length(self) -> int:
        """How many answers the window has room for."""
        return max(KINDLY, len(self.nodes))


def chain_of(case: NcCase) -> Chain:
    """The chain that leads to the first root cause; without one, that of the first answers."""
    tree = grow(case.causes)
    nodes = list(flat(tree))
    aim = next((one for one in nodes if one.row.root), None)
    chain: list[Node] = []
    level = tree
    while level:
        if aim is not None:
            step = next(
                (one for one in level if aim.number == one.number or aim.number.startswith(f"{one.number}.")),
                None,
            )
        else:
            step = level[0]
        if step is None:
            break
        chain.append(step)
        level = step.children
        if aim is not None and step is aim:
            break
    inside = {one.number for one in chain}
    return Chain(nodes=chain, beside=[one for one in nodes if one.number not in inside])


def analyse_form(call: NcCall) -> Form:
    """Five whys as they stand; where they are complete, cause and extent in a few sentences too."""
    case, nc = call.found, call.found.nc
    chain = chain_of(case)
    last = chain.last
    texts = [one.row.text for one in chain.nodes] + [""] * (chain.length - len(chain.nodes))
    fields: list[Field] = [
        words(
            f"why_{number}",
            Text("Why did it happen? Because …") if number == 1 else Text("And why that? (%(number)s)", number=number),
            initial=text, longest=LONGEST_WHY, required=number == 1,
        )
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip
    fields += [
        maybe("category", CATEGORY, options(CAUSE_LABELS), initial=last.category if last else None,
              hint=Text("Of the last answer above.")),
        Field(name="evidence", kind=FieldKind.LINE, label=KNOWN_BY, initial=last.evidence if last else "",
              longest=LONGEST_EVIDENCE),
        tick("root", ROOT, initial=bool(last and last.root), hint=Text("The last answer above.")),
    ]  # fmt: skip
    opening: list[Text | str] = [
        Text("Ask why until asking on leads nowhere. What you save stands here when you come back.")
    ]
    if chain.beside:
        opening.append(Text("Other answers: %(answers)s", answers=_answers(chain.beside)))
    if NcVerb.COMPLETE_CAUSE in case.standing.may:
        opening += places_words(case)
        fields += [
            tick("complete", Text("Cause and extent are complete"),
                 hint=Text("Then fill in the two fields below. Leave it open to go on later.")),
            *_summaries(case),
        ]  # fmt: skip
    return Form(title=Text("Five whys"), opening=(nc.title, *opening), fields=tuple(fields))


def _answers(nodes: list[Node]) -> str:
    return "; ".join(f"{one.number} {one.row.text[:120]}" for one in nodes[:10])


def _summaries(case: NcCase) -> tuple[Field, ...]:
    nc = case.nc
    return (
        words("cause_summary", Text("The cause, in one or two sentences"), initial=nc.cause_summary,
                hint=Text("So that somebody who was not there understands why it happened.")),
        words("extent_summary", Text("Where else it may occur"), initial=nc.extent_summary,
                hint=Text("What the checks are about.") if case.places
                else Text("No check is planned: write why it can occur nowhere else.")),
    )  # fmt: skip


def analyse(call: NcCall) -> Done:
    """Save the chain as it was written, and complete cause and extent if that was ticked: all of it or nothing."""
    nc = call.found.nc
    completes = ticked(call, "complete")
    summaries = {
        name: said(call, name, longest=LONGEST_SUMMARY) for name in ("cause_summary", "extent_summary")
    }
    offered = "complete" in call.values
    kept = {"cause_summary": nc.cause_summary, "extent_summary": nc.extent_summary}
    if offered and not completes and any(summaries[name] not in {"", kept[name]} for name in summaries):
        raise Invalid(
            Text("Tick this, so that the sentences below are kept: they are saved when cause and extent are complete."),
            field="complete",
        )  # fmt: skip
    with call.session.begin_nested():  # several steps: a refused one leaves nothing of those before it
        changed = _save_chain(call)
        if completes:
            service.complete_cause(
                call.session, **common(call) | summaries | ({"version": None} if changed else {})
            )
    if completes:
        return done(
            call, Text("Cause and extent of %(ref)s are complete. Next: plan the actions.", ref=nc.ref)
        )
    return done(call, Text("What you found so far is saved."))


def _save_chain(call: NcCall) -> bool:
    """Change, add and remove answers until the chain reads as it was written; gives whether anything changed."""
    by_id = {one.id: one for one in call.found.causes}
    present = [by_id[one.row.id] for one in chain_of(call.found).nodes]
    texts = _texts(call, max(KINDLY, len(present)))
    wanted = [_wanted(call, present, texts, number) for number in range(len(texts))]
    standing = min(len(present), len(texts))
    changed = [
        (row, values)
        for row, values in zip(present, wanted, strict=False)
        if any(getattr(row, key) != value for key, value in values.items())
    ]
    if not changed and len(present) == len(texts):
        return False
    check_version(call.session, call.found.nc, call.version)
    base = {**common(call), "version": None}
    if len(present) > len(texts):
        service.remove_cause(call.session, **base, cause_id=present[standing].id)
    for row, values in changed:
        service.change_cause(call.session, **base, cause_id=row.id, **values)
    parent: UUID | None = present[-1].id if present else None
    for values in wanted[standing:]:
        parent = service.add_cause(call.session, **base, parent_id=parent, **values).id
    return True


def _wanted(call: NcCall, present: list[Cause], texts: list[str], number: int) -> dict[str, Any]:
    """What an answer of the chain shall say; category, evidence and root mark of the window are those of the last one."""
    if number == len(texts) - 1:
        return {
            "text": texts[number],
            "category": call.one("category", CauseCategory) if call.values.get("category") else None,
            "root": ticked(call, "root"),
            "evidence": said(call, "evidence", longest=LONGEST_EVIDENCE),
        }
    if number >= len(present):
        return {"text": texts[number], "category": None, "root": False, "evidence": ""}
    row = present[number]
    root = row.root and number < len(present) - 1  # the last one was asked on: it is no root any more
    return {"text": texts[number], "category": row.category, "root": root, "evidence": row.evidence}


def _texts(call: NcCall, most: int) -> list[str]:
    """The answers without the empty fields at the end. Raises Invalid for a gap between them, and for none at all."""
    names = [f"why_{number}" for number in range(1, most + 1)]
    texts = [said(call, name, longest=LONGEST_WHY) for name in names]
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        raise Invalid(Text("Write the answer, beginning with what it is because of."), field=names[0])
    for name, text in zip(names, texts, strict=False):
        if not text:
            raise Invalid(Text("Write this answer too: the next one says why it is so."), field=name)
    return texts


def add_cause_form(call: NcCall) -> Form:
    """One more answer, anywhere in the tree."""
    nodes = list(flat(grow(call.found.causes)))
    return Form(
        title=Text("Another cause"),
        opening=(Text("A “why?” can have several answers. Choose the one that is asked on."),),
        fields=(
            maybe("parent", Text("Why is it so, that …"),
                  [Option(value=str(one.row.id), label=f"{one.number} {one.row.text}") for one in nodes],
                  hint=Text("Choose nothing to say why the nonconformity itself happened.")),
            words("text", Text("Because …"), required=True, longest=LONGEST_WHY),
            tick("root", ROOT),
            maybe("category", CATEGORY, options(CAUSE_LABELS)),
            line("evidence", KNOWN_BY, longest=LONGEST_EVIDENCE),
        ),
    )  # fmt: skip


def add_cause(call: NcCall) -> Done:
    """Add it; as on the page, nobody is in the way of somebody else who adds another."""
    service.add_cause(
        call.session,
        **common(call) | {"version": None},
        parent_id=call.person("parent"),
        text=said(call, "text", longest=LONGEST_WHY),
        root=ticked(call, "root"),
        category=call.one("category", CauseCategory) if call.values.get("category") else None,
        evidence=said(call, "evidence", longest=LONGEST_EVIDENCE),
    )
    return done(call, Text("The cause is added."))


def completable(case: NcCase) -> bool:
    """Whether nothing but the sentences themselves is missing."""
    roots = [one for one in case.causes if one.root]
    found = Analysis(
        causes=len(case.causes), roots=len(roots), sorted_roots=sum(bool(one.category) for one in roots),
        checks=len(case.places), cause_summary="…", extent_summary="…",
    )  # fmt: skip
    return not missing_for_completion(found)


def complete_form(call: NcCall) -> Form:
    """Cause and extent in a few sentences."""
    case = call.found
    roots = [
        Text("Root cause: %(text)s (%(category)s)", text=one.text,
             category=CAUSE_LABELS[one.category] if one.category else Text("Not sorted yet"))
        for one in case.causes if one.root
    ]  # fmt: skip
    return Form(
        title=Text("Cause and extent"),
        opening=(*roots, *places_words(case)),
        fields=_summaries(case),
        send=Text("Complete"),
    )


def complete(call: NcCall) -> Done:
    """On to the action plan."""
    service.complete_cause(
        call.session,
        **common(call),
        cause_summary=said(call, "cause_summary", longest=LONGEST_SUMMARY),
        extent_summary=said(call, "extent_summary", longest=LONGEST_SUMMARY),
    )
    return done(
        call, Text("Cause and extent of %(ref)s are complete. Next: plan the actions.", ref=call.found.nc.ref)
    )


def rework_form(call: NcCall) -> Form:
    """Back from the plan."""
    del call
    return Form(
        title=Text("Back to the cause"),
        opening=(Text("What was found so far stays, and the plan is submitted anew afterwards."),),
        fields=(words("reason", Text("Why?"), required=True),),
        send=Text("Go back"),
    )


def rework(call: NcCall) -> Done:
    """Back to the cause, with the reason."""
    service.rework_cause(call.session, **common(call), reason=said(call, "reason", longest=LONGEST_WHY))
    return done(
        call,
        Text("Back at the cause of %(ref)s. What was found so far is still there.", ref=call.found.nc.ref),
    )


ACTS: tuple[Act[NcCase], ...] = (
    Act(verb="contain", label=Text("Correction and containment"), do=contain, form=contain_form),
    Act(verb="analyse", label=Text("Five whys"), do=analyse, form=analyse_form),
    Act(verb="complete_cause", label=Text("Complete cause and extent"), do=complete, form=complete_form),
    Act(verb="add_cause", label=Text("Another cause"), do=add_cause, form=add_cause_form),
    Act(verb="rework_cause", label=Text("Go back to the cause"), do=rework, form=rework_form),
)
