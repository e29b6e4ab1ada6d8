"""What the attribute table asks for, away from the window: order, sums, rows to copy, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from chiiki_gis.core.jobs import Written
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.progress import Progress
from chiiki_gis.core.table import TableOut
from chiiki_gis.export.tables import TableFormat, copied_rows, export_table
from chiiki_gis.io.table_query import arranged, column_kinds, stored, summed


def perform(job: str, args: tuple[Any, ...], progress: Progress) -> object:
    """One of the table's jobs of core.jobs.JobName."""
    match job, args:
        case "table_kinds", (reference,):
            return column_kinds(reference)
        case "table_rows", (reference, columns, query):
            with stored(reference, progress) as source:
                return arranged(source, columns, query)
        case "table_sums", (reference, columns, query, fids):
            with stored(reference, progress) as source:
                return summed(source, columns, query, fids)
        case "copy_rows", (layer, out):
            return copied_rows(cast("Layer", layer), cast("TableOut", out))
        case "export_table", (layer, out, path, fmt):
            return _written(layer, out, path, fmt, progress)
    raise ValueError(f"no job {job} with {len(args)} arguments")


def _written(layer: Layer, out: TableOut, path: Path, fmt: TableFormat, progress: Progress) -> Written:
    result = export_table(layer, out, path, fmt, progress)
    return Written(result.files, result.notes)
