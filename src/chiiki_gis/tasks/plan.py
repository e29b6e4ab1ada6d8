"""A plan from its first border to its last page: make, fill, check, link, write."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.crs import plane_epsg, plane_zone, prefecture_name
from chiiki_gis.core.document import Document, Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.facts import FactValue, check_fact
from chiiki_gis.core.jobs import Foreseen, ImportOptions, Saved, Written
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import PrintForm, Sheet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io import project
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import KeepFrame, ReadFile, boundary_layer, import_file, prepare
from chiiki_gis.io.municipalities import municipality_frame
from chiiki_gis.io.store import memory_ref

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.io.pyramid import Pyramid
    from chiiki_gis.rules.check import CheckResult
    from chiiki_gis.rules.evidence import Ground
    from chiiki_gis.rules.live import LiveAnswer, LiveQuestion

QUIET = Quiet()
PLAIN_PDF = PrintForm()


def class_ids() -> Collection[str]:
    """The ids of the use classes of the rule table."""
    from chiiki_gis.rules.load import rule_table

    return rule_table().classes.keys()


def class_words() -> Mapping[str, str]:
    """Every word for a legal class, Japanese or English, and its id."""
    from chiiki_gis.rules.load import rule_table

    words: dict[str, str] = {}
    for use_class in rule_table().classes.values():
        words[use_class.id] = use_class.id
        words[use_class.name] = use_class.id
        words[use_class.name.split("（")[0]] = use_class.id
    return words


def new_project(
    codes: tuple[str, ...], boundaries: Path, keep: KeepFrame = memory_ref, progress: Progress = QUIET
) -> tuple[Document, list[str]]:
    """A new document for some municipalities, with their border as its first reference layer.

    codes   five digits each, or one two-digit prefecture code
    Raises BadInput for a code of no prefecture or one that the boundary file does not hold.
    """
    for code in codes:
        if (
            not (code.isascii() and code.isdigit())
            or len(code) not in (2, 5)
            or prefecture_name(code) is None
        ):
            raise BadInput(
                f"市町村コード「{code}」は使えません。",
                "都道府県を表す最初の2桁が01から47までになっていないか、桁数が違います。",
                "5桁の市町村コードか2桁の都道府県コードを入れてください。",
            )
    if len({len(code) for code in codes}) > 1:
        raise BadInput(
            "都道府県コードと市町村コードが混ざっています。",
            "プロジェクトは、市町村の計画か都道府県の受け付けのどちらかになります。",
            "どちらか一方のコードだけを入れてください。",
        )
    table = read(boundaries, progress=progress).tables[0]
    rough = prepare(table, 6668, Role.MUNICIPALITY)
    rows, towns, _ = municipality_frame(rough.frame, codes, boundaries)
    epsg = plane_epsg(_zone(codes[0], rows, rough.frame))
    prepared = prepare(table, epsg, Role.MUNICIPALITY)
    rows, towns, notes = municipality_frame(prepared.frame, codes, boundaries)
    if len(codes[0]) == 2:
        towns = (Municipality(codes[0], prefecture_name(codes[0]) or codes[0]),)
    document = new_document(project.new_header(towns, epsg))
    layer = boundary_layer(prepared, rows, keep(rows), boundaries)
    order = (layer.id, *(x.id for x in document.layers))
    document.apply(Change("市町村界を入れる", put_layers=(layer,), order=order))
    return document, [*prepared.notes, *notes]


def _zone(code: str, rows: GeoDataFrame, boundaries: GeoDataFrame) -> int:
    """The plane zone of the first municipality, by code, by name and by a point inside it."""
    first = rows[rows["code"] == code].iloc[0] if len(code) == 5 else rows.iloc[0]
    point = first.geometry.representative_point()
    names = [str(first["name"])]
    if "N03_002" in boundaries.columns:
        own = boundaries.loc[boundaries["code"] == code, "N03_002"].dropna()
        names += [str(value) for value in own.unique()]
    if len(code) == 2:
        return plane_zone(code, 140.0, 36.0)
    return plane_zone(code, point.x, point.y, tuple(names))


def import_into(
    document: Document,
    path: Path,
    options: ImportOptions,
    keep: KeepFrame,
    progress: Progress = QUIET,
    read_file: ReadFile = read,
) -> tuple[Change, list[str]]:
    """A file as one change of the document, not applied yet. Raises BadInput.

    read_file   gives the rows of a map file or a table
    """
    if project.is_project(path):
        raise BadInput(
            f"「{path.name}」は地域GISのプロジェクトです。",
            "プロジェクトの中へプロジェクトを取り込むことはできません。",
            "「開く」でこのファイルを選んでください。",
        )
    return import_file(document, path, options, keep, class_words(), progress, read_file)


def read_facts(path: Path) -> dict[str, FactValue]:
    """Facts from a TOML file; nested tables become dotted keys. Raises BadInput."""
    flat: dict[str, object] = {}
    try:
        _flatten("", tomllib.loads(path.read_text("utf-8-sig")), flat)
    except (OSError, ValueError, RecursionError) as error:  # a huge number is a ValueError of its own
        raise BadInput(
            f"「{path.name}」を読めませんでした。",
            "TOMLの書き方に合っていないか、ファイルがありません。",
            "1行に「項目 = 値」の形で書いてください。",
        ) from error
    return {key: check_fact(key, value, class_ids()) for key, value in flat.items()}


def _flatten(prefix: str, data: Mapping[str, object], flat: dict[str, object]) -> None:
    for key, value in data.items():
        if isinstance(value, dict):
            _flatten(f"{prefix}{key}.", value, flat)
        else:
            flat[f"{prefix}{key}"] = value


def check(
    values: Snapshot, progress: Progress = QUIET, keep: MutableMapping[str, Ground] | None = None
) -> CheckResult:
    """Verdicts and findings of the plan; findings that were set aside say so."""
    from chiiki_gis.core.set_aside import mark
    from chiiki_gis.rules.check import check_plan

    found = check_plan(values, progress, None if keep is None else warm_ground(values, keep))
    return replace(found, findings=mark(found.findings, values.facts, values.scenario))


def live(values: Snapshot, question: LiveQuestion, keep: MutableMapping[str, Ground]) -> LiveAnswer:
    """The verdict and the area card of what the hand is moving.

    values   the layers that verdicts look at; the plan's own rows come with the question
    """
    from chiiki_gis.rules.live import answer

    return answer(question, warm_ground(values, keep), values.layers)


def warm_ground(values: Snapshot, keep: MutableMapping[str, Ground]) -> Ground:
    """The indexed layers of a plan, made anew only where a layer has changed."""
    from chiiki_gis.rules.live import ground_key, prepare

    key = ground_key(values)
    if key not in keep:
        keep.clear()
        keep[key] = prepare(values)
    return keep[key]


def save(values: Snapshot, path: Path, revision: int | None, progress: Progress = QUIET) -> Saved:
    """Write the project and say its new revision."""
    return Saved(path, project.save_project(values, path, revision, progress))


def stored(values: Snapshot, path: Path) -> Snapshot:
    """The same values, with the reference tables of the project they were saved in."""
    return project.stored_in(values, path)


def shapes_of(values: Snapshot) -> dict[LayerId, Shapes]:
    """Drawing data of every layer with features, made in memory."""
    from chiiki_gis.io.cache_build import build_shapes

    layers = [layer for layer in values.layers if not layer.is_raster]
    return {layer.id: build_shapes(layer.get_frame(), layer.style) for layer in layers}


def pyramids_of(values: Snapshot, progress: Progress = QUIET) -> tuple[dict[LayerId, Pyramid], list[str]]:
    """Drawing data of the raster layers that are switched on, and notes on those that cannot be drawn."""
    from chiiki_gis.io.pyramid import open_pyramid
    from chiiki_gis.io.pyramid_build import ensure_pyramid

    found, notes = {}, []
    for layer in values.layers:
        if layer.is_raster and layer.style.visible:
            try:
                found[layer.id] = open_pyramid(ensure_pyramid(layer, paths.cache_folder(), progress))
            except BadInput as error:
                notes.append(f"{error.what}この図面には描いていません。")
    return found, notes


def foresee_sheet(values: Snapshot, sheet: Sheet) -> Foreseen:
    """How many maps a sheet takes. Raises BadInput where the plan has nothing to show."""
    from chiiki_gis.export.sheets import foresee

    return foresee(values, sheet)


def print_sheet(
    values: Snapshot,
    sheet: Sheet,
    path: Path,
    progress: Progress = QUIET,
    checked: CheckResult | None = None,
    created: datetime | None = None,
    shapes: Mapping[LayerId, Shapes] | None = None,
    form: PrintForm = PLAIN_PDF,
) -> Written:
    """Print one kind of sheet to a file, or on a printer (`path` is then not looked at)."""
    from chiiki_gis.core.building_rows import first_rows
    from chiiki_gis.export.gate import held_from_pages, record
    from chiiki_gis.export.leave_as import leave_as
    from chiiki_gis.export.place import require_place
    from chiiki_gis.export.sheet_tables import link_notes
    from chiiki_gis.export.sheets import sheet_contents
    from chiiki_gis.render.fonts import painting_application

    if form.kind != "printer":
        require_place(path, ".png" if form.kind == "png" else ".pdf")
    painting_application()
    now = created or datetime.now().astimezone()
    verdicts = (checked or check(values, progress)).verdicts
    pyramids, missing = pyramids_of(values, progress)
    contents = sheet_contents(
        values, shapes or shapes_of(values), verdicts, sheet, now.date(), pyramids=pyramids
    )
    result = leave_as(contents, path, form, now, progress)
    rows = first_rows(values.rows(Role.FACILITY))
    said = link_notes(values.rows(Role.ACCESS_LINK), rows) if sheet.kind == "access" else []
    record("print", values.header.uuid, held_from_pages(values), datetime.now())
    return Written(result.files, (*missing, *result.notes, *said))
