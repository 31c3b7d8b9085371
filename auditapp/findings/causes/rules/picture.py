"""The Ishikawa picture as plain numbers: what is said on which bone goes in, lines and words with places come out. Pure.

Sizes are CSS pixels; a template draws them as SVG. Words are broken here, because SVG does not.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SIZE = 14  # of the words
LINE = 18  # from one line to the next
GAP = 12
MOST_ON_A_BONE = 6
MOST_LINES = 4
_NARROW, _BOLD, _WIDE = 0.57, 0.64, 1.05  # of the size: how wide a letter is on average

More = Callable[[int], str]


@dataclass(frozen=True, kw_only=True)
class Said:
    """A cause on a bone."""

    text: str
    root: bool = False


@dataclass(frozen=True, kw_only=True)
class Bone:
    """A category with its name and its causes."""

    name: str
    causes: Sequence[Said] = ()


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A straight line; ``kind``: spine, bone or twig."""

    kind: str
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, kw_only=True)
class Box:
    """A frame around words; ``kind``: head or bone, empty for a bone without causes."""

    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Label:
    """Lines of words from (x, y), the base line of the first; ``whole`` is what they say uncut.

    ``kind``: head, bone, cause, root or more. A cause and a root have a mark left of the first line.
    """

    kind: str
    x: int
    y: int
    lines: Sequence[str]
    whole: str = ""


@dataclass(kw_only=True)
class Fish:
    """The whole picture."""

    kind: str
    width: int
    height: int
    strokes: list[Stroke] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def wide(text: str, *, bold: bool = False) -> float:
    """About how wide words are."""
    letters = sum(
        0.0
        if unicodedata.combining(one)
        else _WIDE
        if unicodedata.east_asian_width(one) in "WF"
        else _BOLD
        if bold
        else _NARROW
        for one in text
    )
    return letters * SIZE


def broken(text: str, room: float, *, most: int = MOST_LINES, bold: bool = False) -> list[str]:
    """The text in lines that fit into ``room``; the last one ends in “…” when something is left over."""
    lines: list[str] = []
    line = ""
    words = text.split()
    while words:
        word = words.pop(0)
        joined = f"{line} {word}" if line else word
        if wide(joined, bold=bold) <= room:
            line = joined
        elif line:
            lines.append(line)
            line = ""
            words.insert(0, word)
        else:  # one word that is too long by itself
            fits = next(
                (end for end in range(len(word) - 1, 0, -1) if wide(word[:end], bold=bold) <= room), 1
            )
            lines.append(word[:fits])
            words[:0] = [word[fits:]] if word[fits:] else []
    lines += [line] if line else []
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and wide(f"{last}…", bold=bold) > room:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def say(bone: Bone, more: More) -> list[Said]:
    """The causes that are drawn: root causes first; ``more`` says how many are left out."""
    ordered = sorted(bone.causes, key=lambda one: not one.root)
    if len(ordered) <= MOST_ON_A_BONE:
        return ordered
    left = len(ordered) - MOST_ON_A_BONE + 1
    return [*ordered[: MOST_ON_A_BONE - 1], Said(text=more(left))]


HEAD, MARK, LEAN, MARGIN = 190, 16, 56, 8
PLAIN_BONE = 130  # the room of a column in which nothing is said


def across(head: str, bones: Sequence[Bone], *, more: More = "+ {}".format, width: int = 1100) -> Fish:
    """A fish that swims to the right: bones above and below the spine, two in each column."""
    pairs = [bones[start : start + 2] for start in range(0, len(bones), 2)]
    full = [pair for pair in pairs if any(bone.causes for bone in pair)]
    free = width - HEAD - 2 * MARGIN - GAP - PLAIN_BONE * (len(pairs) - len(full))
    each = free // len(full) if full else 0
    columns = [each if pair in full else PLAIN_BONE + (0 if full else free // len(pairs)) for pair in pairs]
    rooms = [column - LEAN - GAP - MARK for column in columns]
    set_out = [
        [[(said, broken(said.text, room, bold=said.root)) for said in say(bone, more)] for bone in pair]
        for pair, room in zip(pairs, rooms, strict=True)
    ]

    def tall(side: int) -> int:
        halves = [half[side] for half in set_out if len(half) > side]
        return max(sum(len(lines) * LINE + GAP for _, lines in half) for half in halves) + 3 * GAP

    box = LINE + GAP
    above, under = max(tall(0), 4 * LINE), max(tall(1), 4 * LINE)
    spine = MARGIN + box + above
    fish = Fish(kind="across", width=width, height=spine + under + box + MARGIN)
    fish.strokes.append(Stroke(kind="spine", x1=MARGIN, y1=spine, x2=width - MARGIN - HEAD, y2=spine))
    x = MARGIN
    for pair, column, half in zip(pairs, columns, set_out, strict=True):
        for side, bone in enumerate(pair):
            outer = MARGIN + box if side == 0 else spine + under
            foot, tip = x + column - GAP, x + column - GAP - LEAN
            fish.strokes.append(Stroke(kind="bone", x1=tip, y1=outer, x2=foot, y2=spine))
            _name(
                fish,
                bone,
                x=max(x, tip - round(wide(bone.name, bold=True)) - GAP),
                y=outer - (box if side == 0 else 0),
            )
            y = outer + GAP if side == 0 else spine + GAP
            for said, lines in half[side]:
                _cause(fish, said, lines, x=x, y=y)
                y += len(lines) * LINE
                reach = tip + LEAN * (y + 4 - outer) // (spine - outer)
                fish.strokes.append(Stroke(kind="twig", x1=x, y1=y + 4, x2=reach, y2=y + 4))
                y += GAP
        x += column
    _head(fish, head, x=width - MARGIN - HEAD, middle=spine, room=HEAD)
    return fish


def down(
    head: str, bones: Sequence[Bone], *, more: More = "+ {}".format, width: int = 720, sides: int = 2
) -> Fish:
    """A fish that swims upwards, for narrow windows and paper: bones on both sides of the spine, or on one."""
    fish = Fish(kind="down" if sides > 1 else "thin", width=width, height=0)
    _head(fish, head, x=MARGIN, middle=None, room=width - 2 * MARGIN)
    spine = width // 2 if sides > 1 else MARGIN + GAP
    top = fish.boxes[0].y + fish.boxes[0].height
    room = (width // sides) - 2 * MARGIN - 2 * GAP - MARK - (0 if sides > 1 else GAP)
    y = top + GAP
    for start in range(0, len(bones), sides):
        lowest = y
        for side, bone in enumerate(bones[start : start + sides]):
            left = MARGIN if sides > 1 and side == 0 else spine + 2 * GAP
            name = _name(fish, bone, x=left, y=y)
            inner, outer = (spine, name.x + name.width) if left < spine else (spine, name.x)
            fish.strokes.append(Stroke(kind="bone", x1=outer, y1=y + 10, x2=inner, y2=y + 10))
            at = y + name.height + 4
            for said in say(bone, more):
                lines = broken(said.text, room, bold=said.root)
                _cause(fish, said, lines, x=left + GAP, y=at)
                fish.strokes.append(
                    Stroke(kind="twig", x1=left + 4, y1=at + LINE // 2, x2=left + GAP - 2, y2=at + LINE // 2)
                )
                fish.strokes.append(
                    Stroke(kind="twig", x1=left + 4, y1=y + name.height, x2=left + 4, y2=at + LINE // 2)
                )
                at += len(lines) * LINE + GAP // 2
            lowest = max(lowest, at)
        y = lowest + GAP
    fish.strokes.insert(0, Stroke(kind="spine", x1=spine, y1=top, x2=spine, y2=y))
    fish.height = y + MARGIN
    return fish


def _name(fish: Fish, bone: Bone, *, x: int, y: int) -> Box:
    frame = Box(
        kind="bone" if bone.causes else "empty", x=x, y=y, width=round(wide(bone.name, bold=True)) + 2 * GAP,
        height=LINE + GAP // 2,
    )  # fmt: skip
    fish.boxes.append(frame)
    fish.labels.append(Label(kind=frame.kind, x=x + GAP, y=y + LINE, lines=[bone.name]))
    return frame


def _cause(fish: Fish, said: Said, lines: Sequence[str], *, x: int, y: int) -> None:
    fish.labels.append(
        Label(kind="root" if said.root else "cause", x=x + MARK, y=y + SIZE, lines=lines, whole=said.text)
    )


def _head(fish: Fish, text: str, *, x: int, middle: int | None, room: int) -> None:
    lines = broken(text, room - 2 * GAP, most=8, bold=True)
    height = len(lines) * LINE + 2 * GAP
    y = MARGIN if middle is None else max(MARGIN, middle - height // 2)
    fish.boxes.append(Box(kind="head", x=x, y=y, width=room, height=height))
    fish.labels.append(Label(kind="head", x=x + GAP, y=y + GAP + SIZE, lines=lines, whole=text))
    if middle is not None and y + height + MARGIN > fish.height:  # a long title and few causes
        fish.height = y + height + MARGIN


__all__ = ["Bone", "Box", "Fish", "Label", "Said", "Stroke", "across", "broken", "down", "say", "wide"]
