"""Photos for the demonstration, drawn by the program: no camera was there, and nobody's office is shown."""

import random
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import cast

from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageFont

SIZE = (1280, 960)
INK = (38, 50, 56)
GREEN = (46, 125, 90)
RED = (183, 58, 50)
BLUE = (36, 83, 140)
WALL = (196, 190, 180)
DESK = (120, 88, 62)
PAPER = (250, 248, 242)
BOARD = (248, 250, 250)
Colour = tuple[int, int, int]


def photo(draw: Callable[[ImageDraw.ImageDraw], None], *, taken_at: datetime, background: Colour) -> bytes:
    """A JPEG of ``draw`` on ``background`` with soft light, a little grain and the moment it was "taken"."""
    canvas = Image.new("RGB", SIZE, background)
    draw(ImageDraw.Draw(canvas))
    light = Image.radial_gradient("L").resize(SIZE).point(lambda value: 255 - value * 0.4)
    canvas = Image.composite(canvas, Image.new("RGB", SIZE, (60, 56, 52)), light)
    canvas = canvas.rotate(-0.7, resample=Image.Resampling.BICUBIC, fillcolor=background)
    canvas = canvas.filter(ImageFilter.GaussianBlur(0.6))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Drawn by auditapp"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    target = BytesIO()
    canvas.save(target, "JPEG", quality=82, exif=exif)
    return target.getvalue()


def whiteboard(taken_at: datetime) -> bytes:
    """A whiteboard after a joint management team meeting: the issue ladder and who takes what."""

    def draw(on: ImageDraw.ImageDraw) -> None:
        on.rounded_rectangle((70, 60, 1210, 850), 14, fill=BOARD, outline=(150, 155, 158), width=14)
        on.rectangle((420, 852, 860, 876), fill=(150, 155, 158))
        for left, colour in ((450, RED), (540, BLUE), (630, GREEN)):
            on.rounded_rectangle((left, 842, left + 70, 856), 6, fill=colour)
        _write(on, (130, 100), "Joint management team", 54, BLUE)
        on.line((130, 172, 700, 168), fill=BLUE, width=5)
        steps = (("1  Site team", "2 days"), ("2  Alliance leads", "5 days"), ("3  Owners", "10 days"))
        for number, (who, days) in enumerate(steps):
            top = 560 - number * 150
            left = 150 + number * 170
            on.rounded_rectangle((left, top, left + 340, top + 110), 12, outline=INK, width=5)
            _write(on, (left + 20, top + 14), who, 34, INK)
            _write(on, (left + 20, top + 60), days, 30, RED)
            if number:
                on.line((left - 70, top + 148, left + 20, top + 112), fill=GREEN, width=6)
        for number, line in enumerate(
            ("[x] risk list", "[x] possession plan", "[ ] exit triggers", "[ ] new SER letter")
        ):
            _write(on, (880, 560 + number * 56), line, 34, GREEN if "x" in line else RED)

    return photo(draw, taken_at=taken_at, background=WALL)


def binder(taken_at: datetime) -> bytes:
    """Three binders on a shelf; one is empty where the review records should be."""

    def draw(on: ImageDraw.ImageDraw) -> None:
        on.rectangle((0, 780, *SIZE), fill=DESK)
        on.rectangle((0, 768, 1280, 786), fill=(92, 66, 46))
        spines = (
            (BLUE, "RMP", "rail", "rev 6"),
            (GREEN, "Risks", "joint list", "2 volumes"),
            (RED, "Reviews", "2nd half", "(empty)"),
            ((110, 110, 116), "Minutes", "JMT", "1 - 24"),
        )
        for number, (colour, *lines) in enumerate(spines):
            left = 150 + number * 250
            on.rounded_rectangle((left, 130, left + 220, 770), 10, fill=colour, outline=INK, width=4)
            on.rounded_rectangle((left + 26, 220, left + 194, 520), 6, fill=PAPER)
            for row, line in enumerate(lines):
                _write(on, (left + 38, 250 + row * 84), line, 38 if row == 0 else 28, INK)
            on.ellipse((left + 80, 620, left + 140, 680), fill=(30, 30, 30), outline=(210, 210, 210), width=8)

    return photo(draw, taken_at=taken_at, background=(222, 214, 200))


def signed_page(taken_at: datetime) -> bytes:
    """The last page of a charter with two signatures, one of them without a date."""

    def draw(on: ImageDraw.ImageDraw) -> None:
        on.polygon(((300, 40), (1010, 60), (990, 930), (270, 905)), fill=PAPER, outline=(205, 200, 190))
        _write(on, (360, 100), "Charter of behaviours", 50, INK)
        chance = random.Random(7)  # noqa: S311 - the same drawing every time
        for row in range(9):
            on.line(
                (360, 200 + row * 36, 820 + chance.randrange(100), 202 + row * 36),
                fill=(150, 150, 150),
                width=7,
            )
        for left, name, dated in (
            (360, "for Hedgerow", "signed and dated"),
            (680, "for the partner", "no date"),
        ):
            on.line((left, 720, left + 250, 722), fill=INK, width=4)
            points = [(left + 14 + step * 15, 690 + chance.randrange(-42, 26)) for step in range(15)]
            on.line(points, fill=BLUE, width=6, joint="curve")
            _write(on, (left, 736), name, 28, INK)
            _write(on, (left, 776), dated, 28, RED if dated == "no date" else GREEN)

    return photo(draw, taken_at=taken_at, background=DESK)


def wall_chart(taken_at: datetime) -> bytes:
    """A chart of shared savings on a site wall, kept up by both parties."""

    def draw(on: ImageDraw.ImageDraw) -> None:
        on.rectangle((160, 90, 1120, 860), fill=PAPER, outline=(170, 170, 170), width=4)
        _write(on, (220, 120), "Shared savings, our idea fund", 48, GREEN)
        for number, height in enumerate((120, 190, 170, 290, 340, 430)):
            left = 250 + number * 140
            on.rectangle((left, 770 - height, left + 90, 770), fill=GREEN if number % 2 else BLUE)
            _write(on, (left + 22, 782), f"Q{number % 4 + 1}", 32, INK)
        on.line((220, 770, 1080, 770), fill=INK, width=5)
        on.line((220, 240, 220, 770), fill=INK, width=5)
        for left in (180, 1090):
            on.ellipse((left, 66, left + 26, 92), fill=RED)

    return photo(draw, taken_at=taken_at, background=(176, 190, 197))


def _write(on: ImageDraw.ImageDraw, where: tuple[float, float], text: str, size: int, colour: Colour) -> None:
    font = cast("ImageFont.FreeTypeFont", ImageFont.load_default(size))
    on.text(where, text, font=font, fill=colour)


DRAWINGS: dict[str, Callable[[datetime], bytes]] = {
    "whiteboard": whiteboard,
    "binder": binder,
    "signed_page": signed_page,
    "wall_chart": wall_chart,
}
