"""From a raster file to a layer of the project. The file stays where it is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.crs import JGD2011, crs_label
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.layer import Layer, LayerId, Source
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.progress import Progress
from chiiki_gis.core.role import Role
from chiiki_gis.io.dates import today
from chiiki_gis.io.datum import datum_notes
from chiiki_gis.io.raster import (
    RasterFile,
    check_role,
    epsg_of_crs,
    failures,
    opened,
    read_header,
    require_crs,
)
from chiiki_gis.io.raster_ref import RasterRef, file_hash, file_stamp, raster_of
from chiiki_gis.io.store import Bounds

if TYPE_CHECKING:
    from affine import Affine
    from rasterio.crs import CRS
    from rasterio.io import DatasetReader

MOST_PIXELS = 400_000_000
"""A finer picture is drawn coarser: its pyramid would fill the cache (2 GB)."""
FARTHEST_M = 1e7


@dataclass(frozen=True)
class Grid:
    """The pixels that a picture has in the project CRS: north up.

    is_source    True where they are the file's own pixels
    is_thinned   True where they are wider than the file's, for there are too many
    """

    transform: Affine
    width: int
    height: int
    is_source: bool
    is_thinned: bool = False

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north."""
        west, north = self.transform @ (0, 0)
        east, south = self.transform @ (self.width, self.height)
        return west, south, east, north


def raster_layer(
    path: Path, options: ImportOptions, target: int, progress: Progress
) -> tuple[Layer, list[str]]:
    """A raster file as a layer, and notes on what was decided.

    target   EPSG code of the project
    Raises BadInput for a file that cannot be placed, a wrong role or a broken picture.
    """
    path = path.resolve()
    file = read_header(path, options.epsg)
    role = check_role(file, options.role)
    with opened(path) as source:
        crs = require_crs(source, path, options.epsg)
        grid = grid_of(source, crs, target, path)
    progress.step(0, 1, f"「{path.name}」を調べています")
    reference = RasterRef(path, file_hash(path, progress), file_stamp(path), target, grid.bounds)
    layer = Layer(
        LayerId(f"{role.value}_{secrets.token_hex(4)}"), role, path.stem, reference,
        reference_style(role), Source(path.name, "", file.rights, file.epsg, today()),
    )  # fmt: skip
    notes = _notes(file, role, grid, target, asked=options.role is not None)
    return layer, [f"「{path.name}」：{note}" for note in notes]


def renewed(layer: Layer, progress: Progress) -> tuple[Layer, str]:
    """A raster layer with its file as it is now, and a note where the content has changed since it was saved.

    A file that is gone or cannot be read leaves the layer as it is: it is told when the layer is to be drawn.
    """
    reference = raster_of(layer)
    if not reference.path.is_file() or (stamp := file_stamp(reference.path)) == reference.stamp:
        return layer, ""
    digest = file_hash(reference.path, progress)
    if digest == reference.content_hash:
        return replace(layer, frame=replace(reference, stamp=stamp)), ""
    try:
        return _with_file(layer, reference.path, digest), (
            f"「{layer.name}」の画像ファイル「{reference.path.name}」は、保存したときと内容が違います。"
            "今のファイルを表示しています。"
        )
    except BadInput:
        return layer, ""


def relocated(layer: Layer, path: Path, progress: Progress) -> tuple[Change, list[str]]:
    """A raster layer that takes its picture from another file, as one change. Raises BadInput."""
    path = path.resolve()
    digest = file_hash(path, progress)
    moved = _with_file(layer, path, digest)
    notes = []
    if digest != raster_of(layer).content_hash:
        notes.append("選んだファイルは、前のファイルと内容が違います。選んだファイルを表示します。")
    return Change(f"「{layer.name}」のファイルの場所を選ぶ", put_layers=(moved,)), notes


def _with_file(layer: Layer, path: Path, digest: str) -> Layer:
    """The layer with the picture of a file; a CRS that the user once gave holds where the file has none."""
    target = raster_of(layer).epsg
    file = read_header(path)
    epsg = file.epsg if file.has_crs else layer.source.epsg
    check_role(file, layer.role)
    with opened(path) as source:
        grid = grid_of(source, require_crs(source, path, epsg), target, path)
    reference = RasterRef(path, digest, file_stamp(path), target, grid.bounds)
    return replace(layer, frame=reference, source=replace(layer.source, file=path.name, epsg=epsg))


def grid_of(source: DatasetReader, crs: CRS, target: int, path: Path) -> Grid:
    """The pixels of a picture in the project CRS: its own where they fit, else about as fine ones.

    Raises BadInput where the picture does not lie on the ground of that CRS.
    """
    from rasterio.crs import CRS
    from rasterio.vrt import WarpedVRT

    own = source.transform
    if _is_north_up(own) and epsg_of_crs(crs) == target:
        grid = Grid(own, source.width, source.height, is_source=True)
    else:
        try:
            with WarpedVRT(source, src_crs=crs, crs=CRS.from_epsg(target)) as moved:
                grid = Grid(moved.transform, moved.width, moved.height, is_source=False)
        except failures() as error:
            raise _elsewhere(path) from error
    if not all(abs(edge) < FARTHEST_M for edge in grid.bounds):
        raise _elsewhere(path)
    return _coarser(grid)


def _is_north_up(transform: Affine) -> bool:
    return bool(transform.b == 0 == transform.d and transform.a > 0 > transform.e)


def _coarser(grid: Grid) -> Grid:
    from affine import Affine

    factor = (grid.width * grid.height / MOST_PIXELS) ** 0.5
    if factor <= 1:
        return grid
    width, height = max(1, round(grid.width / factor)), max(1, round(grid.height / factor))
    scale = Affine.scale(grid.width / width, grid.height / height)
    return Grid(grid.transform @ scale, width, height, is_source=False, is_thinned=True)


def _elsewhere(path: Path) -> BadInput:
    return BadInput(
        f"「{path.name}」を取り込めませんでした。",
        "画像の位置が、計画の座標系で表せる範囲にありません。",
        "座標系（EPSGコード）が正しいかを確かめて、指定し直してください。",
    )


def _notes(file: RasterFile, role: Role, grid: Grid, target: int, *, asked: bool) -> list[str]:
    notes = [f"画像はプロジェクトの外のファイルのまま使います（{file.width:,}×{file.height:,}画素）。"]
    if not asked:
        notes.append(f"{file.role_evidence}なので、{role.japanese}として読みました。")
    if file.crs_evidence.startswith("値が"):
        notes.append(
            "座標系の情報がありませんが、値が日本の緯度経度の範囲なので、JGD2011の緯度経度として読みました。"
        )
    if file.epsg != target:
        name = crs_label(file.epsg) if file.epsg is not None else "ファイルの座標系"
        notes.append(f"座標系を{name}から{crs_label(target)}に変換して表示します。")
        notes.extend(datum_notes(file.epsg or 0, JGD2011))
    if role == Role.RASTER and file.dtype != "uint8":
        notes.append("画素の値の下位2％から上位98％までを明暗に割り当てて表示します。")
    if grid.is_thinned:
        notes.append(f"大きな画像のため、1画素{grid.transform.a:.2g} mに間引いて表示します。")
    return notes
