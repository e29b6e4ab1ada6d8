"""提出一式 from a plan: every format and every sheet, written aside and sealed into one archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ExportOptions, Written
from chiiki_gis.core.layer import LayerId, plan_layer_id
from chiiki_gis.core.progress import Progress
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.scenarios import file_mark, marked_path
from chiiki_gis.core.sheet import FIT_SCALE, Sheet, SheetKind
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import KINDS_OF_PACKAGE

if TYPE_CHECKING:
    from chiiki_gis.core.finding import Finding
    from chiiki_gis.export.staging import ExportResult
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.rules.check import CheckResult

MOST_SITES = 40
"""Facilities up to which 付近見取図 go with a package; each is a page of its own."""

_NAMES: dict[SheetKind, str] = {
    "overview": "総括図",
    "priority": "重点地区位置図",
    "area": "促進区域図",
    "facilities": "拠点施設位置図",
    "access": "アクセス図",
    "site": "付近見取図",
}
_NEEDS: dict[SheetKind, Role | None] = {
    "overview": None,
    "priority": Role.PRIORITY_DISTRICT,
    "area": Role.PROMOTION_AREA,
    "facilities": Role.FACILITY,
    "access": Role.ACCESS_LINK,
    "site": Role.FACILITY,
}


def export_package(
    values: Snapshot, checked: CheckResult, folder: Path, options: ExportOptions, progress: Progress
) -> Written:
    """Write a package into a folder; `options.kind` says which, its name which of several scenarios (案).

    Raises BadInput where errors are open or a proposal lacks something and no reason is written, where a
    format cannot be written, or the folder; NotTheSame when a file read again differs. An existing archive
    then stays.
    """
    from chiiki_gis.export.field_book import FILE_NAME as FIELD_BOOK
    from chiiki_gis.export.field_book import write_field_book
    from chiiki_gis.export.gate import held_back
    from chiiki_gis.export.package import (
        README,
        SOURCES,
        PackageFacts,
        seal,
        write_readme,
        write_sources,
    )
    from chiiki_gis.export.proposal import of_kind
    from chiiki_gis.export.staging import put_in_place, staging
    from chiiki_gis.tasks.areas import all_summaries
    from chiiki_gis.tasks.package_papers import Given, write_papers, write_reports
    from chiiki_gis.tasks.plan import shapes_of

    errors, missing = obstacles(values, checked, options)
    require_reason(len(errors), options.reason, missing)
    stamp, name = options.stamp or date.today(), KINDS_OF_PACKAGE[options.kind].file_name
    held = held_back(values, with_consented_houses=options.with_consented_houses)
    values, left_out = of_kind(values, options.kind)
    with staging(folder) as stage:
        inside = stage / "package"
        inside.mkdir()
        results = dict(_formats(values, checked, inside, replace(options, stamp=stamp), progress))
        notes = [note for result in results.values() for note in result.notes]
        shapes, areas = shapes_of(values), all_summaries(values)
        notes += _print_sheets(values, checked, inside, stamp, progress, shapes)
        given = Given(values, checked, shapes, areas, stamp, inside)
        notes += write_papers(given, options, missing, progress)
        facts = PackageFacts(
            stamp,
            options.reason if errors or missing else "",
            {kind: result.reread for kind, result in results.items()},
            (*held, *left_out),
            tuple(dict.fromkeys(notes)),
            areas,
            options.kind,
            missing,
        )
        write_field_book(inside / FIELD_BOOK, stamp)
        write_reports(given, facts, progress)
        write_sources(values, inside / SOURCES)
        names = [path.relative_to(inside).as_posix() for path in inside.rglob("*") if path.is_file()]
        write_readme(values, facts, names, inside / README)
        name = marked_path(Path(name), file_mark(values, values.scenario)).name
        seal(values, facts, inside, stage / name, len(errors))
        files = put_in_place(stage, [name], folder)
    return Written(files, tuple(facts.notes))


def obstacles(
    values: Snapshot, checked: CheckResult, options: ExportOptions
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """What stands between a plan and its package: open errors of what goes, and what a proposal lacks.

    Raises BadInput where no reason could help: a draft that cannot go, a proposal of a prefecture.
    """
    from chiiki_gis.export.proposal import missing_of, require_possible

    require_possible(values, options)
    goes = {plan_layer_id(role) for role in KINDS_OF_PACKAGE[options.kind].roles}
    stays = {plan_layer_id(role) for role in PLAN_ROLES} - goes
    errors = tuple(one for one in checked.findings if one.is_open_error and one.layer not in stays)
    return errors, missing_of(values, options)


def require_reason(errors: int, reason: str, missing: Sequence[str] = ()) -> None:
    """Nothing where no error is open and nothing is missing, or a reason is written. Raises BadInput."""
    if not (errors or missing) or reason.strip():
        return
    told = [f"検査のエラーが{errors}件残っています"] if errors else []
    told += [f"必要なもののうち{len(missing)}件が足りません（{missing[0]}など）"] if missing else []
    raise BadInput(
        "提出一式を書き出しませんでした。" if not missing else "提案の一式を書き出しませんでした。",
        f"{'、'.join(told)}。",
        "直すか、理由を書いて、もう一度書き出してください。",
    )


def _formats(
    values: Snapshot, checked: CheckResult, inside: Path, options: ExportOptions, progress: Progress
) -> Iterator[tuple[str, ExportResult]]:
    """Every format in its folder of the archive."""
    from chiiki_gis.tasks.leaving import WRITERS, write_format

    folders = {"gpkg": "geopackage", "xlsx": "excel"}
    for kind in WRITERS:
        if kind != "html":
            name = folders.get(kind, kind)
            (inside / name).mkdir()
            yield name, write_format(values, kind, inside / name, checked.verdicts, options, progress)


def _print_sheets(
    values: Snapshot,
    checked: CheckResult,
    inside: Path,
    stamp: date,
    progress: Progress,
    shapes: Mapping[LayerId, Shapes],
) -> Sequence[str]:
    """The kinds of sheets that the plan has something for, each as one PDF; returns notes."""
    from chiiki_gis.export.package import SHEETS_FOLDER
    from chiiki_gis.export.sheets import MAX_PAGES, TooManyPages
    from chiiki_gis.tasks.package_papers import start_of
    from chiiki_gis.tasks.plan import print_sheet

    folder = inside / SHEETS_FOLDER
    folder.mkdir()
    created = start_of(stamp)
    notes: list[str] = []
    for number, kind in enumerate(_kinds(values, notes.append), 1):
        path = folder / f"{number:02}_{_NAMES[kind]}.pdf"
        sheet = Sheet(kind, scale=FIT_SCALE)
        try:
            notes += print_sheet(
                values, sheet, path, progress, checked=checked, created=created, shapes=shapes
            ).notes
        except TooManyPages:
            notes.append(f"{_NAMES[kind]}は、{MAX_PAGES}ページを超えるため含めていません。")
    return notes


def _kinds(values: Snapshot, tell: Callable[[str], object]) -> Iterator[SheetKind]:
    from chiiki_gis.export.sheet_subjects import drawable, subjects_of

    for kind, role in _NEEDS.items():
        rows = None if role is None else drawable(values.rows(role))
        if rows is not None and rows.empty:
            continue
        if kind == "site" and rows is not None and len(rows) > MOST_SITES:
            tell(f"付近見取図は、施設が{len(rows)}件あるため含めていません（{MOST_SITES}件まで）。")
            continue
        if role is None:
            try:
                subjects_of(values, kind, "")
            except BadInput:
                tell("この案には図面に載せるものがないため、図面を含めていません。")
                return
        yield kind
