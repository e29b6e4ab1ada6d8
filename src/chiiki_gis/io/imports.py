"""From a file on disk to a change of the document."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from chiiki_gis.analysis.road_ends import looseness
from chiiki_gis.core.change import Change
from chiiki_gis.core.class_styles import fitting
from chiiki_gis.core.crs import JAPAN
from chiiki_gis.core.document import Document, Municipality
from chiiki_gis.core.errors import BadInput, CrsMissing, one_line
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.layer import FrameRef, Layer, LayerId, Source
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.io.allocator import give_back
from chiiki_gis.io.cells import without_markers
from chiiki_gis.io.datasets import Recognition, recognise
from chiiki_gis.io.dates import today
from chiiki_gis.io.doctor import crs_proposals, require_axes, swap_axes
from chiiki_gis.io.format_table import is_raster, require_file
from chiiki_gis.io.formats import ReadResult, check_options, read
from chiiki_gis.io.gazetteer import is_gazetteer
from chiiki_gis.io.geocode import placed_by_address, remember_files, remembered_files, require_files
from chiiki_gis.io.kinds import fit_kind, geometry_kinds
from chiiki_gis.io.looks import look_at, look_at_raster
from chiiki_gis.io.municipalities import municipality_frame, town_of
from chiiki_gis.io.normalise import vacant_houses
from chiiki_gis.io.people import locked, personal_columns
from chiiki_gis.io.places import require_usable, without_unusable
from chiiki_gis.io.plan_change import both, plan_change
from chiiki_gis.io.profiles import keep_profile, profile_of
from chiiki_gis.io.repair import settle
from chiiki_gis.io.vector import Table, require_few_columns
from chiiki_gis.io.watertight import near

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

KeepFrame = Callable[["GeoDataFrame"], FrameRef]
ReadFile: TypeAlias = Callable[[Path, ImportOptions, Progress], ReadResult]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table in the project CRS with its normalised columns.

    table   what is known of it; its own frame is let go, since both would not fit into memory twice
    """

    table: Table
    recognition: Recognition
    frame: GeoDataFrame
    notes: tuple[str, ...]


def prepare(
    table: Table,
    target: int,
    asked: Role | None = None,
    town: GeoDataFrame | None = None,
    turned: bool = False,
    margin_m: float | None = None,
    consent: str | None = None,
) -> Prepared:
    """Recognise a table, add its normalised columns, mend and move it. Raises BadInput.

    town     the municipality in the CRS `target`, by which coordinate systems and axes are checked
    turned   the user says that the two numbers of every vertex change places
    margin_m rows further than this from the municipality are left out; None keeps all
    consent  the column of a list of vacant houses that holds the owners' consent; None looks for it
    """
    if asked is not None and asked.is_raster:
        raise BadInput(
            f"「{table.name}」を取り込めませんでした。",
            "画像の役割に図形のデータは使えません。",
            "別の役割を選んでください。",
        )
    require_few_columns(len(table.frame.columns), table.name)
    if turned:
        table = replace(table, frame=swap_axes(table.frame))
    epsg, crs_note = _crs_of(table, target, town)
    if not turned:
        require_axes(table.frame, epsg, town, target, table.name)
    found = recognise(table.frame, table.name, asked)
    _refuse_people(table, found)
    source = table.frame
    odd: list[str] = []
    if found.role.is_plan:
        require_usable(source, epsg, table.name, found.role.japanese)
    else:
        source, odd = without_unusable(source, epsg)
    source, unset = without_markers(source)
    if found.role == Role.VACANT_HOUSE and consent in source.columns:
        normalised, notes = vacant_houses(source, consent)
    else:
        normalised, notes = found.normaliser(source)
    if not found.role.is_plan and found.role != Role.VACANT_HOUSE:
        normalised, kept = locked(normalised)
        notes = [*notes, *kept]
    frame, mended = settle(normalised, epsg, target, found.role)
    frame, split = fit_kind(frame, found.role, table.name)
    if margin_m is not None and town is not None and not found.role.is_plan:
        frame, far = near(frame, town, margin_m)
        split = [*split, *far]
        frame.index = frame.index.__class__(range(1, len(frame) + 1), name="fid", dtype="int64")
    swapped = ["指定のとおり、縦と横の座標を入れ替えました。"] if turned else []
    said = (*table.notes, *swapped, *crs_note, *odd, *unset, *notes, *mended, *split)
    everything = [f"「{table.name}」：{note}" for note in said]
    bare = replace(table, frame=table.frame.head(0))
    return Prepared(bare, found, frame, tuple(everything))


def _refuse_people(table: Table, found: Recognition) -> None:
    """Points with owners or consent enter as vacant houses, which never leave unconsented, or not at all."""
    if found.role.is_plan or found.role == Role.VACANT_HOUSE or not geometry_kinds(table.frame) <= {"point"}:
        return
    columns = personal_columns(table.frame, surely=True)
    if columns:
        raise BadInput(
            f"「{table.name}」を{found.role.japanese}として取り込めませんでした。",
            f"所有者や同意の列「{'」「'.join(columns[:5])}」があり、同意のない人の情報が図面に出るおそれがあります。",
            "空き家として取り込むか、その列を除いたファイルを選んでください。",
        )


def import_file(
    document: Document,
    path: Path,
    options: ImportOptions,
    keep: KeepFrame,
    class_words: Mapping[str, str],
    progress: Progress = Quiet(),  # noqa: B008  # a frozen value
    read_file: ReadFile = read,
) -> tuple[Change, list[str]]:
    """Read a file into one change of the document, and say what was found and mended.

    keep         stores a frame and gives the reference to it
    class_words  Japanese or English word → use_class id, for facility tables
    read_file    gives the rows of a map file or a table
    Raises BadInput; then nothing has been stored in the document.
    """
    if is_raster(path):
        return _import_raster(document, path, options, progress)
    require_files(options.addresses)
    result = read_file(path, options, progress)
    if options.is_trial:
        progress.show(look_at(path, result, options))
    notes = list(result.notes)
    town = town_of(document)
    layers: list[Layer] = []
    change: Change | None = None
    wanted = _wanted(result, path, options)
    so_far = Document(document.header, document.layers, document.facts, document.next_fids())
    wanted.sort(key=lambda table: table.plan_role != Role.SITE)  # facilities name their sites
    sites: dict[int, int] = {}
    number, total = 0, len(wanted)
    del result  # each table goes when it has been prepared
    while wanted:
        table = wanted.pop(0)
        progress.step(number, total, f"「{table.name}」を整えています")
        number += 1
        if table.format in ("csv", "xlsx") or is_gazetteer(map(str, table.frame.columns)):
            table = _placed(table, options)
        role = options.roles.get(table.name, options.role) or table.plan_role
        consent = options.columns.get("consent") or profile_of(_headings(table)).get("consent")
        prepared = prepare(
            table, document.header.epsg, role, town, options.swap_axes, options.margin_m, consent
        )
        del table
        give_back()
        notes.extend(prepared.notes)
        if prepared.recognition.role.is_plan:
            one, more = plan_change(so_far, prepared, class_words, options.scenario, sites)
            so_far.apply(one)
            change = one if change is None else both(change, one)
            notes.extend(more)
            continue
        frame, more = _of_municipality(prepared, document.header.municipalities, path)
        notes.extend(more)
        notes.extend(_taken_in(prepared.table.name, prepared.recognition.role, frame))
        layers.append(_layer(prepared, frame, keep(frame), path))
    return _with_layers(document, path, layers, change), notes


def _with_layers(document: Document, path: Path, layers: list[Layer], change: Change | None) -> Change:
    """The reference layers of a file, and the rows of the plan that it has as well."""
    if change is not None and not layers:
        return change
    order = stacked(document.layers, layers)
    whole = Change(f"「{one_line(path.name)}」を取り込む", put_layers=tuple(layers), order=order)
    return whole if change is None else both(whole, change)


def _taken_in(name: str, role: Role, frame: GeoDataFrame) -> list[str]:
    """What is said of a table that has become a layer; of roads also how loosely their ends meet."""
    gaps = looseness(frame.geometry) if role == Role.ROAD else ""
    told = f"「{name}」を{role.japanese}として取り込みました（{len(frame)}件）。"
    return [f"「{name}」：{gaps}", told] if gaps else [told]


def _wanted(result: ReadResult, path: Path, options: ImportOptions) -> list[Table]:
    """The tables that the user wants. Raises BadInput for none."""
    wanted = [t for t in result.tables if not options.layers or t.name in options.layers]
    if not wanted:
        raise BadInput(
            f"「{path.name}」から取り込むものがありません。",
            "取り込むレイヤが一つも選ばれていません。",
            "取り込むレイヤに印を付けてください。",
        )
    return wanted


def _placed(table: Table, options: ImportOptions) -> Table:
    """A list with places by address; what the user said of its columns and files is remembered."""
    headings = _headings(table)
    if options.columns and not options.is_trial:
        keep_profile(headings, options.columns)
    if options.addresses and not options.is_trial:
        remember_files(options.addresses)
    if is_gazetteer(headings):
        if not options.is_trial:
            remember_files((table.path,))
        return replace(table, notes=(*table.notes, "以後に取り込む表の所在地は、このファイルでも探します。"))
    columns = options.columns or profile_of(headings)
    return placed_by_address(table, options.addresses or remembered_files(), columns)


def _headings(table: Table) -> list[str]:
    return [str(c) for c in table.frame.columns if c != table.frame.geometry.name]


def _import_raster(
    document: Document, path: Path, options: ImportOptions, progress: Progress
) -> tuple[Change, list[str]]:
    from chiiki_gis.io.raster_import import raster_layer

    require_file(path)
    check_options(path, options)
    if options.is_trial:
        progress.show(look_at_raster(path, options))
    layer, notes = raster_layer(path, options, document.header.epsg, progress)
    notes.append(f"「{path.name}」を{layer.role.japanese}として取り込みました。")
    change = Change(
        f"「{one_line(path.name)}」を取り込む", put_layers=(layer,), order=stacked(document.layers, [layer])
    )
    return change, notes


def boundary_layer(prepared: Prepared, frame: GeoDataFrame, reference: FrameRef, path: Path) -> Layer:
    """The layer of the municipality's border."""
    return _layer(prepared, frame, reference, path)


def _of_municipality(
    prepared: Prepared, towns: tuple[Municipality, ...], path: Path
) -> tuple[GeoDataFrame, list[str]]:
    if prepared.recognition.role != Role.MUNICIPALITY:
        return prepared.frame, []
    rows, _, notes = municipality_frame(prepared.frame, tuple(t.code for t in towns), path)
    return rows, notes


def _layer(prepared: Prepared, frame: GeoDataFrame, reference: FrameRef, path: Path) -> Layer:
    found = prepared.recognition
    title = one_line(f"{found.title} {found.edition}".strip())
    source = Source(one_line(path.name), found.edition, found.licence, prepared.table.epsg, today())
    own = prepared.table.own
    style = reference_style(found.role, found.title) if own is None else own.style
    style = style if own is None else fitting(style, [str(c) for c in frame.columns])
    if style.label_column is not None and style.label_column not in frame.columns:
        style = replace(style, label_column=None)
    if found.role == Role.ROAD and ("class" not in frame.columns or set(frame["class"].unique()) <= {"6"}):
        style = replace(style, class_column=None, categories=())
    return Layer(
        LayerId(f"{found.role.value}_{secrets.token_hex(4)}"), found.role, title, reference, style, source
    )


_STACK = (
    Role.RASTER, Role.DEM, Role.PREFECTURE_BORDER, Role.REFERENCE, Role.PROTECTED_AREA, Role.FARMLAND,
    Role.AREA_DIVISION, Role.ZONING, Role.HAZARD, Role.LOT, Role.TOWN, Role.ROAD, Role.URBAN_PLANNING_AREA,
    Role.QUASI_URBAN_PLANNING_AREA, Role.ORDINANCE_OVERLAY, Role.MUNICIPALITY, Role.STATION,
    Role.VACANT_HOUSE, Role.INTERCHANGE,
)  # fmt: skip
"""Where a new layer goes, bottom to top; plan layers lie above them all."""


def stacked(layers: Iterable[Layer], new: Iterable[Layer]) -> tuple[LayerId, ...]:
    """New layers below the first reference layer that belongs above them; what the user moved stays."""
    placed = [(layer.id, layer.role) for layer in layers]
    for layer in new:
        rank = _STACK.index(layer.role)
        at = next(
            (i for i, (_, role) in enumerate(placed) if role.is_plan or _STACK.index(role) > rank),
            len(placed),
        )
        placed.insert(at, (layer.id, layer.role))
    return tuple(layer_id for layer_id, _ in placed)


def _crs_of(table: Table, target: int, town: GeoDataFrame | None) -> tuple[int, list[str]]:
    """The table's CRS. Without evidence only degrees within Japan are taken, as JGD2011, and said so."""
    if table.epsg is not None:
        return table.epsg, []
    west, south, east, north = (float(v) for v in table.frame.total_bounds)
    if west >= JAPAN[0] and south >= JAPAN[1] and east <= JAPAN[2] and north <= JAPAN[3]:
        return 6668, [
            "座標系の情報がありませんが、値が日本の緯度経度の範囲なので、JGD2011の緯度経度として読みました。"
        ]
    if table.format == "csv" and table.frame.geometry.isna().all():
        return target, []
    proposals = crs_proposals(table.frame, town, target)
    why, code = "座標系の情報（.prjなど）がなく、値からも決められません。", ""
    if proposals:
        best = proposals[0]
        why = f"座標系の情報（.prjなど）がなく、いちばん合うのは{best.label}です（{best.why.rstrip('。')}）。"
        code = f"、案は{best.epsg}"
    raise CrsMissing(
        f"「{table.path.name}」を取り込めませんでした。",
        why,
        f"座標系（EPSGコード{code}）を指定して、もう一度取り込んでください。",
        proposals,
    )
