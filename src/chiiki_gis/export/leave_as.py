"""Sheets in the form that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from chiiki_gis.core.progress import Progress
from chiiki_gis.core.sheet import PrintForm
from chiiki_gis.export.pages import PageResult, print_pdf, print_png
from chiiki_gis.render.sheet import SheetContent


def leave_as(
    contents: Sequence[SheetContent], path: Path, form: PrintForm, stamp: datetime, progress: Progress
) -> PageResult:
    """Write sheets, or print them. Raises as the writers of the forms do."""
    if form.kind == "printer":
        from chiiki_gis.export.paper import print_paper

        return print_paper(contents, form, progress)
    if form.kind == "png":
        return print_png(contents, path, form.dpi, progress=progress)
    return print_pdf(contents, path, stamp=stamp, progress=progress, form=form.kind)
