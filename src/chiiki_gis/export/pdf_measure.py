"""Measures straight lines in a finished PDF: the proof that its scale is exact."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.render.furniture import Mark

if TYPE_CHECKING:
    from pikepdf import Page, Pdf

MM_PER_POINT = 25.4 / 72
TOLERANCE_MM = 0.2
_STROKE_COLORS = (b"SCN", b"SC", b"RG")
_THREE_NUMBERS = re.compile(rb"([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+$")
_STROKE = re.compile(rb"\s(?:S|s|B\*?|b\*?)\s")
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Line = tuple[Point, Point]


class WrongScale(ChiikiError):
    """A printed sheet whose scale bar is not as long as its scale says."""


def check_marks(pdf: Pdf, page_number: int, height_mm: float, marks: Sequence[Mark]) -> None:
    """Find every mark of a page where it must be. Raises WrongScale when one is off by more than 0.2 mm.

    height_mm   of the page, since a PDF counts from the lower edge
    """
    if not marks:
        return
    lines = stroked_lines(pdf, page_number, tuple(mark.color for mark in marks))
    for mark in marks:
        wanted = tuple((x, height_mm - y) for x, y in (mark.start, mark.end))
        errors = [_distance(line, wanted) for line in lines.get(mark.color, [])]
        if not errors or min(errors) > TOLERANCE_MM:
            raise WrongScale(
                f"図面の{mark.name}が正しい長さになりませんでした。",
                "作った図面を測り直したところ、縮尺が指定と合いませんでした。",
                "ファイルは保存していません。ほかの用紙か縮尺を選んで、もう一度印刷してください。",
            )


def stroked_lines(pdf: Pdf, page_number: int, colors: tuple[str, ...]) -> dict[str, list[Line]]:
    """Straight strokes of some colours (#rrggbb) on a page, in mm from its lower left corner."""
    import pikepdf

    found: dict[str, list[Line]] = {color: [] for color in colors}
    wanted = {color: tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)) for color in colors}
    drawn = pikepdf.Stream(pdf, _up_to_last(_content_of(pdf.pages[page_number]), wanted))
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    stack: list[tuple[Matrix, str | None]] = []
    color: str | None = None
    current: Point = (0, 0)
    segments: list[Line] = []
    for instruction in pikepdf.parse_content_stream(drawn, "q Q cm SCN SC RG m l S s B B* b b* n"):
        operands, name = instruction.operands, str(instruction.operator)
        if name == "q":
            stack.append((matrix, color))
        elif name == "Q":
            matrix, color = stack.pop()
        elif name == "cm":
            matrix = _times(_numbers(operands), matrix)
        elif name in ("SCN", "SC", "RG"):
            color = _named(operands, wanted)
        elif color is None and name not in ("m", "n"):
            continue
        elif name == "m":
            current, segments = _point(operands), []
        elif name == "l":
            segments.append((current, _point(operands)))
            current = segments[-1][1]
        elif name in ("S", "s", "B", "B*", "b", "b*") and color is not None:
            found[color] += [(_placed(a, matrix), _placed(b, matrix)) for a, b in segments]
            segments = []
    return found


def _content_of(page: Page) -> bytes:
    """All content streams of a page in one, with its layers (export.pdf_layers) in their places."""
    import pikepdf

    contents = page.obj["/Contents"]
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    content = b"\n".join(stream.read_bytes() for stream in streams)
    for name, form in page.obj["/Resources"].get("/XObject", {}).items():
        if name.startswith("/Fx"):
            content = content.replace(f"{name} Do".encode("ascii"), b"q\n" + form.read_bytes() + b"\nQ")
    return content


def _up_to_last(content: bytes, wanted: dict[str, tuple[float, ...]]) -> bytes:
    """The content up to the stroke after the last use of a wanted colour.

    A map may follow with millions of vertices, which would take long to parse.
    """
    last = 0
    for operator in _STROKE_COLORS:
        at = content.find(operator)
        while at >= 0:
            match = _THREE_NUMBERS.search(content, max(0, at - 64), at)
            if match and _named(match.groups(), wanted) is not None:
                last = max(last, at + len(operator))
            at = content.find(operator, at + 1)
    stroke = _STROKE.search(content, last)
    return content[: stroke.end()] if stroke and last else b""


def _named(operands: Any, wanted: dict[str, tuple[float, ...]]) -> str | None:
    if len(operands) != 3:
        return None
    values = [float(v) for v in operands]
    for color, parts in wanted.items():
        if all(abs(a - b) < 0.5 / 255 for a, b in zip(values, parts, strict=True)):
            return color
    return None


def _numbers(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(v) for v in operands)
    return a, b, c, d, e, f


def _point(operands: Any) -> Point:
    return float(operands[0]), float(operands[1])


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def _placed(point: Point, m: Matrix) -> Point:
    x, y = point
    return (
        MM_PER_POINT * (m[0] * x + m[2] * y + m[4]),
        MM_PER_POINT * (m[1] * x + m[3] * y + m[5]),
    )


def _distance(line: Line, wanted: Sequence[Point]) -> float:
    """The larger distance of the two ends, in whichever direction the line was drawn."""
    there = max(math.dist(line[0], wanted[0]), math.dist(line[1], wanted[1]))
    back = max(math.dist(line[0], wanted[1]), math.dist(line[1], wanted[0]))
    return min(there, back)
