"""The maps of a plan document, each at the largest customary scale that fits the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.progress import Progress
from chiiki_gis.core.sheet import Sheet, SheetKind, fitting_scale
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.sheet_subjects import subjects_of, whole_of
from chiiki_gis.export.sheets import WIDE_SCALES, sheet_contents
from chiiki_gis.render.map_picture import MapPicture, draw_map_picture
from chiiki_gis.rules.model import Verdict

if TYPE_CHECKING:
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.io.pyramid import Pyramid

MAP_MM = (160.0, 105.0)
"""Width and height of a map in a document."""
KINDS: tuple[SheetKind, ...] = ("overview", "priority", "area", "facilities", "access")
_MARGIN_MM = 6.0


def document_maps(
    values: Snapshot,
    shapes: Mapping[LayerId, Shapes],
    pyramids: Mapping[LayerId, Pyramid],
    verdicts: tuple[Verdict, ...],
    stamp: date,
    progress: Progress,
) -> dict[SheetKind, MapPicture]:
    """The kinds of maps that the plan has something for. They draw what the sheets draw: never a house."""
    found: dict[SheetKind, MapPicture] = {}
    for number, kind in enumerate(KINDS):
        progress.step(number, len(KINDS), f"文書の地図を描いています（{number + 1}/{len(KINDS)}）")
        try:
            subject = whole_of(subjects_of(values, kind, ""), Sheet(kind))
        except BadInput:
            continue  # the plan has nothing of that kind; the document says so in words
        west, south, east, north = subject.extent
        room = (MAP_MM[0] - 2 * _MARGIN_MM, MAP_MM[1] - 2 * _MARGIN_MM)
        scale = fitting_scale(subject.extent, room, WIDE_SCALES) or max(WIDE_SCALES)
        center = (west + east) / 2, (south + north) / 2
        sheet = Sheet(kind, "A3", scale=scale, center=center)
        (content,) = sheet_contents(values, shapes, verdicts, sheet, stamp, pyramids=pyramids)
        found[kind] = draw_map_picture(content, center, scale, MAP_MM)
    return found
