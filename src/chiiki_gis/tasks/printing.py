"""Sheets as the window asks for them: seen before they are printed, and in every form they leave in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.jobs import Preview, Written
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.sheet import PrintForm, Sheet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.window import layer_shapes

if TYPE_CHECKING:
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.rules.model import Verdict

QUIET = Quiet()
PREVIEW_DPI = (20.0, 200.0)
"""Least and greatest resolution of a picture on the screen."""


def preview_sheet(
    values: Snapshot,
    sheet: Sheet,
    verdicts: Sequence[Verdict],
    page: int,
    width_px: int,
    progress: Progress = QUIET,
) -> Preview:
    """One page as it will be printed, and what is to be said before.

    page      from 0; a larger number than there are pages gives the last
    width_px  of the picture
    Raises BadInput for what cannot be printed.
    """
    from chiiki_gis.export.pages import draw_png, every_page
    from chiiki_gis.export.sheet_warnings import sheet_warnings
    from chiiki_gis.export.sheets import sheet_contents
    from chiiki_gis.render.fonts import painting_application, require_japanese_font
    from chiiki_gis.render.sheet import lay_out

    painting_application()
    require_japanese_font()
    pyramids, missing = plan.pyramids_of(values, progress)
    today = datetime.now().astimezone().date()
    shapes = cached_shapes_of(values)
    contents = sheet_contents(values, shapes, verdicts, sheet, today, pyramids=pyramids)
    layouts = [lay_out(content) for content in contents]
    pages = list(every_page(contents, layouts))
    number = min(max(page, 0), len(pages) - 1)
    low, high = PREVIEW_DPI
    dpi = min(max(width_px / sheet.size_mm[0] * 25.4, low), high)
    said = (*missing, *sheet_warnings(values, sheet, contents, layouts))
    scales = tuple(sorted({content.sheet.scale for content in contents}))
    return Preview(draw_png(*pages[number], dpi), number, len(pages), len(contents), scales, said)


def print_for_window(
    values: Snapshot, sheet: Sheet, form: PrintForm, path: Path, progress: Progress = QUIET
) -> Written:
    """Print a sheet in one of its forms with the drawing data the window already has."""
    return plan.print_sheet(values, sheet, path, progress, shapes=cached_shapes_of(values), form=form)


def cached_shapes_of(values: Snapshot) -> Mapping[LayerId, Shapes]:
    """Drawing data of the reference layers that are switched on, from the render cache."""
    from chiiki_gis.io.cache import open_shapes

    return {
        layer.id: open_shapes(layer_shapes(layer))
        for layer in values.layers
        if not layer.is_plan and not layer.is_raster and layer.style.visible
    }
