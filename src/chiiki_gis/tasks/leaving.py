"""A plan in an exchange format: written, listed with its errors, recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput, disk_trouble
from chiiki_gis.core.jobs import NO_HOUSES, ExportOptions, Written
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.scenarios import file_mark, marked_path
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.tasks import plan

if TYPE_CHECKING:
    from chiiki_gis.core.finding import Finding
    from chiiki_gis.export.outgoing import VerdictLike
    from chiiki_gis.export.staging import ExportResult
    from chiiki_gis.export.web_base import BaseImage
    from chiiki_gis.rules.check import CheckResult

QUIET = Quiet()
PLAIN = ExportOptions()

WRITERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gpkg": ("gpkg.export_gpkg", ("stamp", "degrees", "with_consented_houses")),
    "shapefile": (
        "shapefile.export_shapefile",
        ("stamp", "degrees", "with_consented_houses", "substitutions"),
    ),
    "geojson": ("geojson.export_geojson", ("with_consented_houses",)),
    "kml": ("kml.export_kml", ("with_consented_houses",)),
    "xlsx": ("spreadsheets.export_xlsx", ("stamp", "with_consented_houses")),
    "csv": ("spreadsheets.export_csv", ("with_consented_houses",)),
    "html": ("web.export_html", ("stamp", "generalise_m", "base")),
}
"""The writer of each format in `export`, imported when it is needed, and what of the options it takes."""


MANY_FILES = frozenset({"shapefile", "geojson", "csv", "docx"})
"""Formats whose files have names of their own."""


def write_format(
    values: Snapshot,
    kind: str,
    target: Path,
    verdicts: Sequence[VerdictLike],
    options: ExportOptions,
    progress: Progress,
) -> ExportResult:
    """One format, one of WRITERS, into a folder or a file of that format. Raises BadInput."""
    place, taken = WRITERS[kind]
    module, name = place.split(".")
    writer: Callable[..., ExportResult] = getattr(import_module(f"chiiki_gis.export.{module}"), name)
    said: dict[str, Any] = {
        "stamp": options.stamp,
        "degrees": options.degrees,
        "with_consented_houses": options.with_consented_houses,
        "substitutions": options.substitutes,
        "generalise_m": options.generalise_m,
        "base": _base(values, progress) if options.base_image and "base" in taken else None,
    }
    return writer(values, verdicts, target, progress=progress, **{key: said[key] for key in taken})


def _base(values: Snapshot, progress: Progress) -> BaseImage | None:
    """The raster layers as a picture for the residents' page."""
    from chiiki_gis.export.web_base import base_image
    from chiiki_gis.render.fonts import painting_application

    painting_application()
    return base_image(values, plan.pyramids_of(values, progress)[0])


def export(
    values: Snapshot,
    kind: str,
    folder: Path,
    progress: Progress = QUIET,
    checked: CheckResult | None = None,
    options: ExportOptions = PLAIN,
) -> Written:
    """Write the plan in one format, and tell what stayed.

    kind   one of EXPORTS
    Of a plan with several scenarios (案) the file's name says which one it is; formats of many files go into
    a folder of that name. Open errors are listed beside the files in 未解決のエラー.csv, in 提出一式 inside
    検査結果.xlsx.
    Raises BadInput where it cannot be written.
    """
    from chiiki_gis.export.gate import held_back, held_note, record
    from chiiki_gis.export.open_errors import write_open_errors
    from chiiki_gis.tasks.documents import write_documents
    from chiiki_gis.tasks.package import export_package

    found = checked or plan.check(values, progress)
    try:
        if kind == "package":
            written = export_package(values, found, folder, options, progress)
        else:
            target, beside, mark = _places(values, kind, folder)
            if kind == "docx":
                result = write_documents(values, found, target, options.stamp, progress)
            else:
                result = write_format(values, kind, target, found.verdicts, options, progress)
            errors = write_open_errors(found.findings, options.reason, beside, mark)
            written = Written((*result.files, *errors), tuple(result.notes))
    except OSError as error:  # where a path cannot even be looked at
        raise disk_trouble(error) from error
    held = held_back(values, with_consented_houses=options.with_consented_houses and kind not in NO_HOUSES)
    record(kind if options.kind == "submission" else options.kind, values.header.uuid, held, datetime.now())
    return Written(written.files, (*written.notes, *held_note(held)))


def _places(values: Snapshot, kind: str, folder: Path) -> tuple[Path, Path, str]:
    """Where a format goes; the folder of the list of errors, and the mark in the name of that list."""
    mark = file_mark(values, values.scenario)
    if not mark:
        return folder, folder, ""
    if kind in MANY_FILES:
        return folder / mark, folder / mark, ""
    module = import_module(f"chiiki_gis.export.{WRITERS[kind][0].split('.')[0]}")
    return marked_path(folder / module.FILE_NAME, mark), folder, mark


def obstacles(
    values: Snapshot, kind: str, checked: CheckResult, options: ExportOptions
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Open errors, and what the law asks of a proposal and is not there. Raises BadInput."""
    from chiiki_gis.tasks import package

    if kind == "package":
        return package.obstacles(values, checked, options)
    if options.kind != "submission" or options.attachments:
        raise BadInput(
            "書き出しませんでした。",
            "提案の種類と素案は、一式（package）で書き出すときだけ指定できます。",
            "形式に「package」を選んでください。",
        )
    return tuple(finding for finding in checked.findings if finding.is_open_error), ()


def foreign_characters(values: Snapshot, with_consented_houses: bool = False) -> dict[str, str | None]:
    """Characters of the plan's names that no Shapefile can hold, each with what could stand for it."""
    from chiiki_gis.export.shapefile import foreign_characters as found

    return found(values, (), with_consented_houses=with_consented_houses)
