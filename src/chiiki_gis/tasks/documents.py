"""The Word documents of a plan, from the command line and the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.areas import all_summaries

if TYPE_CHECKING:
    from chiiki_gis.core.layer import LayerId
    from chiiki_gis.core.role import Role
    from chiiki_gis.export.plan_document import DocumentInput
    from chiiki_gis.export.staging import ExportResult
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.rules.area_summary import AreaSummary
    from chiiki_gis.rules.check import CheckResult

QUIET = Quiet()


def document_input(
    values: Snapshot,
    checked: CheckResult,
    stamp: date | None = None,
    progress: Progress = QUIET,
    shapes: Mapping[LayerId, Shapes] | None = None,
    areas: Sequence[tuple[Role, AreaSummary]] | None = None,
) -> tuple[DocumentInput, tuple[str, ...]]:
    """All that a document is made of, its maps drawn, and notes on what could not be drawn.

    shapes, areas   drawing data and the areas in numbers, where they are at hand
    """
    from chiiki_gis.export.document_maps import document_maps
    from chiiki_gis.export.plan_document import DocumentInput
    from chiiki_gis.render.fonts import painting_application, require_japanese_font

    painting_application()
    require_japanese_font()
    day = stamp or date.today()
    pyramids, missing = plan.pyramids_of(values, progress)
    drawn = plan.shapes_of(values) if shapes is None else shapes
    maps = document_maps(values, drawn, pyramids, checked.verdicts, day, progress)
    numbers = all_summaries(values) if areas is None else areas
    return DocumentInput(values, checked, numbers, maps, day), tuple(missing)


def write_documents(
    values: Snapshot,
    checked: CheckResult,
    folder: Path,
    stamp: date | None,
    progress: Progress = QUIET,
    names: tuple[str, ...] = (),
) -> ExportResult:
    """Write 特定居住促進計画 and the proposal, or those of some names, into a folder.

    names   of export.document; empty for both
    Raises BadInput where they cannot be written.
    """
    from chiiki_gis.export.document import export_documents, require_word_writer

    require_word_writer()
    given, missing = document_input(values, checked, stamp, progress)
    result = export_documents(given, folder, names) if names else export_documents(given, folder)
    return replace(result, notes=(*missing, *result.notes))
