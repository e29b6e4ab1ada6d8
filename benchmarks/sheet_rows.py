"""What leaves as paper: a sheet of a town, its preview, and a series of sixty facilities."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import median_ms

if TYPE_CHECKING:
    from chiiki_gis.core.snapshot import Snapshot
    from chiiki_gis.rules.check import CheckResult

SERIES = 60
NOW = datetime(2026, 4, 1, 9, 0)


@cache
def town() -> tuple[Snapshot, CheckResult]:
    """The sample town (as large as 茅野市), judged, its layers in the store as the window keeps them."""
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.store import keep_blob
    from chiiki_gis.tasks import plan
    from chiiki_gis.tasks.sample import sample_document

    folder = tempfile.mkdtemp(prefix="chiiki-bench-")
    document, _ = sample_document(keep_blob, beside=Path(folder))
    values = snapshot(document)
    return values, plan.check(values)


@cache
def crowded() -> Snapshot:
    """The sample town with sixty facilities."""
    import shapely

    from chiiki_gis.core.document import Document
    from chiiki_gis.core.edits import add_facility
    from chiiki_gis.core.role import Role
    from chiiki_gis.core.snapshot import snapshot

    values, _ = town()
    document = Document(values.header, values.layers, values.facts, values.next_fid)
    middle = values.rows(Role.PROMOTION_AREA).geometry.iloc[0].representative_point()
    while len(document.plan(Role.FACILITY)) < SERIES:
        number = len(document.plan(Role.FACILITY))
        place = shapely.Point(middle.x + 150 * (number % 8), middle.y + 150 * (number // 8))
        document.apply(add_facility(document, "coworking", place))
    return snapshot(document)


def sheet_town() -> float:
    """An A3 sheet of the town at 1:25,000 as vector PDF, without hillshade, finished and measured."""
    from chiiki_gis.core.role import Role
    from chiiki_gis.core.sheet import PrintForm, Sheet
    from chiiki_gis.tasks import plan
    from chiiki_gis.tasks.printing import cached_shapes_of

    whole, checked = town()
    values = replace(whole, layers=tuple(layer for layer in whole.layers if not layer.is_raster))
    middle = values.rows(Role.PROMOTION_AREA).union_all().centroid
    one = Sheet("overview", scale=25_000, center=(middle.x, middle.y))
    shapes = cached_shapes_of(values)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        return median_ms(
            lambda: plan.print_sheet(
                values, one, path, checked=checked, created=NOW, shapes=shapes, form=PrintForm()
            ),
            5,
        )


def sheet_preview() -> float:
    """The page beside the fields of 図面 after a change of one: from the request to the picture."""
    from chiiki_gis.core.sheet import Sheet
    from chiiki_gis.tasks.printing import preview_sheet

    values, checked = town()
    sheet = Sheet("overview", scale=25_000)
    return median_ms(lambda: preview_sheet(values, sheet, checked.verdicts, 0, 1400), 5)


def sheet_series() -> float:
    """付近見取図 of sixty facilities in one PDF."""
    from chiiki_gis.core.sheet import Sheet
    from chiiki_gis.tasks import plan
    from chiiki_gis.tasks.printing import cached_shapes_of

    values = crowded()
    checked = plan.check(values)
    shapes = cached_shapes_of(values)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "series.pdf"
        sheet = Sheet("site", "A4", scale=2_500)
        return median_ms(
            lambda: plan.print_sheet(values, sheet, path, checked=checked, created=NOW, shapes=shapes), 1
        )


def page_kilobytes() -> float:
    """The residents' page of the sample town in kB."""
    from chiiki_gis.export.web import export_html

    values, checked = town()
    with tempfile.TemporaryDirectory() as folder:
        made = export_html(values, checked.verdicts, Path(folder), stamp=NOW.date()).files[0]
        return made.stat().st_size / 1000
