"""What a printed sheet shows, as a value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

SheetKind = Literal["overview", "priority", "area", "facilities", "access", "site"]
Paper = Literal["A4", "A3"]
Orientation = Literal["portrait", "landscape"]
Extent = tuple[float, float, float, float]
"""West, south, east, north in metres of the project CRS."""

PrintKind = Literal["pdf", "layers", "archive", "png", "printer"]
"""A plain PDF, one whose layers can be switched off, PDF/A-1b, pictures, or paper."""

PAPER_MM: dict[str, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
"""Portrait width and height in mm (JIS P 0138 = ISO 216)."""

SCALES = (2_500, 5_000, 10_000, 15_000, 25_000, 50_000, 100_000)
"""Offered scales; 1/2,500 and 1/25,000 by analogy to 都市計画法施行規則9条."""

DETAIL_SCALES = (500, 1_000)
"""Offered for one facility's ground besides: at such a scale 付近見取図 becomes 配置図 (規則10条)."""

FIT_SCALE = 0
"""A sheet of this scale takes the largest offered scale at which all it must show fits on one page."""

OVERLAP_MM = 10.0
"""Neighbouring sheets of a series share a strip of this width."""

TITLES: dict[str, str] = {
    "overview": "特定居住促進計画 総括図",
    "priority": "特定居住重点地区 位置図",
    "area": "特定居住促進区域図",
    "facilities": "特定居住拠点施設 位置図",
    "access": "インターチェンジからのアクセス図",
    "site": "付近見取図",
}
"""What a sheet is called unless the planner names it."""

LAYOUT_TITLE = "配置図"
"""A 付近見取図 at a scale of buildings is called so."""

INTERNAL = "内部利用"
"""Stamped on a sheet that must not leave the office."""


@dataclass(frozen=True)
class Sheet:
    """One map annex. The scale is fixed and the frame follows.

    text   the planner's own words, printed as 備考
    logo   a PNG picture, printed above the legend; empty for none
    mark   stamped on the map, such as INTERNAL; empty for none
    """

    kind: SheetKind
    paper: Paper = "A3"
    orientation: Orientation = "landscape"
    scale: int = 25_000
    title: str = ""
    number: str = ""
    created: str = ""
    center: tuple[float, float] | None = None
    text: str = ""
    logo: bytes = b""
    mark: str = ""

    @property
    def name(self) -> str:
        """The title as typed, else what such a sheet is called."""
        if self.kind == "site" and self.scale in DETAIL_SCALES:
            return self.title or LAYOUT_TITLE
        return self.title or TITLES[self.kind]

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the page."""
        short, long = PAPER_MM[self.paper]
        return (short, long) if self.orientation == "portrait" else (long, short)


@dataclass(frozen=True)
class PrintForm:
    """As what a sheet leaves.

    dpi       of pictures
    printer   name of the printer; copies and the pages from 1, both ends included, None for all
    duplex    on both sides of the paper, a value of QPrinter.DuplexMode
    """

    kind: PrintKind = "pdf"
    dpi: int = 300
    printer: str = ""
    copies: int = 1
    pages: tuple[int, int] | None = None
    duplex: int = 0
    is_grey: bool = False


def fitting_scale(
    extent: Extent, frame_mm: tuple[float, float], scales: tuple[int, ...] = SCALES
) -> int | None:
    """The largest scale at which an extent fits into a frame of that width and height, or None."""
    width_m, height_m = extent[2] - extent[0], extent[3] - extent[1]
    for scale in sorted(scales):
        if width_m <= frame_mm[0] * scale / 1000 and height_m <= frame_mm[1] * scale / 1000:
            return scale
    return None


def tiles(
    extent: Extent, scale: int, frame_mm: tuple[float, float], overlap_mm: float = OVERLAP_MM
) -> list[list[tuple[float, float]]]:
    """Centres of the map frames that together cover an extent: rows from north, each from west to east.

    Neighbours share `overlap_mm`; the whole lies centred on the extent. One frame when all fits into it.
    """
    columns = _places(extent[0], extent[2], frame_mm[0] * scale / 1000, overlap_mm * scale / 1000)
    rows = _places(extent[1], extent[3], frame_mm[1] * scale / 1000, overlap_mm * scale / 1000)
    return [[(x, y) for x in columns] for y in reversed(rows)]


def _places(low: float, high: float, frame_m: float, overlap_m: float) -> list[float]:
    length, step = high - low, frame_m - overlap_m
    count = 1 if length <= frame_m else math.ceil((length - overlap_m) / step)
    middle = (low + high) / 2
    return [middle + (i - (count - 1) / 2) * step for i in range(count)]
