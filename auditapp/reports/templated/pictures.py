"""The pictures of a report, ready for Word: turned as the camera says, of a bounded size, with what pens drew."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw

from auditapp.audits.report.content import AuditReport
from auditapp.kit.strokes import WIDE, Stroke, box
from auditapp.reports.audit_report.pdf import settable, strokes

Photos = Callable[[str], bytes | None]
LARGEST = 1600  # pixels of a signature's wider side


@dataclass(frozen=True)
class Picture:
    """A JPEG or PNG, and its width to height."""

    data: bytes
    ratio: float

    def size(self, wide: int, high: int) -> tuple[float, float]:
        """Width and height in millimetres within a box."""
        return (wide, wide / self.ratio) if self.ratio * high > wide else (high * self.ratio, high)


def pictures(report: AuditReport, photos: Photos) -> dict[str, Picture]:
    """All pictures by the key that a :class:`Shot` names them by; those that cannot be read are not among them."""
    made: dict[str, Picture] = {}
    for exhibit in report.exhibits:
        key = "" if exhibit.coming else exhibit.preview_sha256 or exhibit.sha256
        if exhibit.kind != "photo" or not key:
            continue
        if key not in made:
            data = photos(key)
            ready = settable(data) if data else None
            if ready:
                made[key] = Picture(*ready)
        if exhibit.drawing and key in made:
            made[f"{exhibit.ref}/drawn"] = _drawn_over(made[key], strokes(exhibit.drawing))
    for meeting in report.meetings:
        for at, signed in enumerate(meeting.signed):
            if signed.lines:
                made[f"{meeting.kind}/{at}"] = _signature(strokes(signed.lines))
    return made


def _drawn_over(picture: Picture, lines: tuple[Stroke, ...]) -> Picture:
    with Image.open(io.BytesIO(picture.data)) as image:
        copy = image.convert("RGB")
    _draw(copy, lines, copy.width / WIDE, (0, 0), 8)
    target = io.BytesIO()
    copy.save(target, "JPEG", quality=82)
    return Picture(target.getvalue(), picture.ratio)


def _signature(lines: tuple[Stroke, ...]) -> Picture:
    left, top, wide, high = box(lines)
    scale = min(1.0, LARGEST / max(wide, high))
    image = Image.new("RGB", (max(1, round(wide * scale)), max(1, round(high * scale))), "white")
    _draw(image, lines, scale, (left, top), 6)
    target = io.BytesIO()
    image.save(target, "PNG")
    return Picture(target.getvalue(), image.width / image.height)


def _draw(
    image: Image.Image, lines: Iterable[Stroke], scale: float, origin: tuple[int, int], width: int
) -> None:
    pen = ImageDraw.Draw(image)
    thick = max(1, round(width * scale))
    for line in lines:
        points = [((x - origin[0]) * scale, (y - origin[1]) * scale) for x, y in line.points]
        if len(points) == 1:
            (x, y), r = points[0], max(1, thick / 2)
            pen.ellipse((x - r, y - r, x + r, y + r), fill=line.colour)
        else:
            pen.line(points, fill=line.colour, width=thick, joint="curve")
