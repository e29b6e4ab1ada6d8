"""What a printed sheet shows, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SheetKind = Literal["overview", "priority", "area", "facilities", "access", "site"]
Paper = Literal["A4", "A3"]
Orientation = Literal["portrait", "landscape"]

PAPER_MM: dict[str, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
"""Portrait width and height in mm (JIS P 0138 = ISO 216)."""

SCALES = (2_500, 5_000, 10_000, 15_000, 25_000, 50_000, 100_000)
"""Offered scales; 1/2,500 and 1/25,000 by analogy to 都市計画法施行規則9条."""


@dataclass(frozen=True)
class Sheet:
    """One map annex. The scale is fixed and the frame follows."""

    kind: SheetKind
    paper: Paper = "A3"
    orientation: Orientation = "landscape"
    scale: int = 25_000
    title: str = ""
    number: str = ""
    created: str = ""
    center: tuple[float, float] | None = None

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the page."""
        short, long = PAPER_MM[self.paper]
        return (short, long) if self.orientation == "portrait" else (long, short)
