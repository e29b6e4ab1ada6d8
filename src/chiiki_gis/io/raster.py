"""Reading one raster file as it is: what it is, and where it lies. Helper processes only."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput, CrsMissing, PlaceMissing
from chiiki_gis.core.role import RASTER_ROLES, Role
from chiiki_gis.io.shapefile import find_part
from chiiki_gis.io.store import Bounds
from chiiki_gis.io.vector import epsg_of

if TYPE_CHECKING:
    from rasterio.crs import CRS
    from rasterio.io import DatasetReader

DRIVERS = {
    ".tif": "GTiff",
    ".tiff": "GTiff",
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".mbtiles": "MBTiles",
}
"""The library's reader of every raster ending."""
CACHE_MB = 64
"""What the library may keep of a file that it reads block by block."""
_HEIGHTS = ("int16", "int32", "float32", "float64")
_HEIGHT_WORDS = ("dem", "標高", "elev", "srtm", "height")


@dataclass(frozen=True)
class RasterFile:
    """What a raster file says of itself.

    epsg      None where no evidence names a CRS, or one without a code (then `has_crs` is True)
    bounds    west, south, east, north in the file's own CRS
    role      what it is taken for, by content
    rights    who holds them; empty where the file does not say
    """

    path: Path
    width: int
    height: int
    bands: int
    dtype: str
    epsg: int | None
    has_crs: bool
    crs_evidence: str
    bounds: Bounds
    role: Role
    role_evidence: str
    rights: str

    @property
    def kind(self) -> str:
        """Bands and type in words."""
        return f"{self.bands}バンド・{self.dtype}"


def failures() -> tuple[type[Exception], ...]:
    """What the library raises where it cannot read, place or move a picture."""
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import CRSError, RasterioError

    return RasterioError, CRSError, CPLE_BaseError


@contextmanager
def opened(path: Path, overview: int | None = None) -> Iterator[DatasetReader]:
    """A raster file. Whatever the library cannot read inside the block becomes a BadInput.

    overview   the number of one of the file's own smaller pictures, to open that instead
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    try:
        with warnings.catch_warnings(), rasterio.Env(GDAL_CACHEMAX=CACHE_MB):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            # WORKAROUND: rasterio 1.4 multiplies with *, which affine 3 will deprecate
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            smaller = {} if overview is None else {"overview_level": overview}
            with rasterio.open(path, driver=DRIVERS[path.suffix.lower()], **smaller) as source:
                yield source
    except failures() as error:
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "画像が壊れているか、拡張子と中身の形式が違います。",
            "入手元から取り直すか、GeoTIFFに保存し直したものを選んでください。",
        ) from error


def read_header(path: Path, asked: int | None = None) -> RasterFile:
    """What a raster file is, from its header and the files beside it.

    asked   the EPSG code that the user gives; None leaves it to the file
    Raises BadInput for a file without a place on the ground or with values that are no colours.
    """
    with opened(path) as source:
        if source.transform.is_identity:
            raise PlaceMissing(
                f"「{path.name}」を取り込めませんでした。",
                "画像が地図のどこに当たるかの情報（GeoTIFFの座標やワールドファイル）がありません。",
                "「図面の位置合わせ」で位置を決めるか、.tfwなどのワールドファイルを同じフォルダに置いて選び直してください。",
            )
        _check_bands(source, path)
        crs, evidence = crs_of(source, path, asked)
        role, why = _role(source, path)
        tags = source.tags()
        rights = str(tags.get("TIFFTAG_COPYRIGHT") or tags.get("attribution") or "")
        return RasterFile(
            path, source.width, source.height, source.count, source.dtypes[0],
            None if crs is None else epsg_of_crs(crs), crs is not None, evidence,
            _bounds(source), role, why, re.sub(r"<[^>]*>", "", rights).strip(),
        )  # fmt: skip


def crs_of(source: DatasetReader, path: Path, asked: int | None) -> tuple[CRS | None, str]:
    """The CRS of an open file and its evidence: the user, the file, a .prj beside it, degrees of Japan."""
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    if asked is not None:
        try:
            return CRS.from_epsg(asked), "指定"
        except CRSError as error:
            raise BadInput(
                f"座標系「EPSG:{asked}」は使えません。",
                "このコードの座標系がありません。",
                "6669から6687（平面直角座標系）など、正しいコードを指定してください。",
            ) from error
    if source.crs:
        return source.crs, "ファイルの座標系"
    beside = find_part(path, ".prj")
    if beside is not None:
        try:
            text = beside.read_text("utf-8", errors="replace")
            return CRS.from_wkt(text, morph_from_esri_dialect=True), ".prj"
        except CRSError:
            return None, "読めない.prj"
    west, south, east, north = _bounds(source)
    if west >= 122 and east <= 154 and south >= 20 and north <= 46:
        return CRS.from_epsg(6668), "値が日本の緯度経度の範囲"
    return None, "座標系の情報なし"


def require_crs(source: DatasetReader, path: Path, asked: int | None) -> CRS:
    """The CRS of an open file. Raises CrsMissing where no evidence names one."""
    crs, _ = crs_of(source, path, asked)
    if crs is None:
        raise CrsMissing(
            f"「{path.name}」を取り込めませんでした。",
            "座標系の情報（.prjなど）がなく、値からも決められません。",
            "座標系（EPSGコード）を指定して、もう一度取り込んでください。",
        )
    return crs


def epsg_of_crs(crs: CRS) -> int | None:
    """The EPSG code of a raster's CRS; None where it is not surely one of them."""
    import pyproj

    return epsg_of(pyproj.CRS.from_wkt(crs.to_wkt()))


def check_role(file: RasterFile, asked: Role | None) -> Role:
    """The role to read a file in. Raises BadInput where the asked one does not fit."""
    if asked is None:
        return file.role
    if asked not in RASTER_ROLES:
        raise BadInput(
            f"「{file.path.name}」を{asked.japanese}として取り込めませんでした。",
            "画像のファイルで、図形が入っていません。",
            "「背景画像」か「標高」として取り込んでください。",
        )
    if asked == Role.DEM and file.bands != 1:
        raise BadInput(
            f"「{file.path.name}」を標高として取り込めませんでした。",
            f"標高は1バンドのデータですが、このファイルには{file.bands}バンドあります。",
            "「背景画像」として取り込むか、標高のデータを選んでください。",
        )
    return asked


def _check_bands(source: DatasetReader, path: Path) -> None:
    if "complex" in source.dtypes[0]:
        raise BadInput(
            f"「{path.name}」を取り込めませんでした。",
            "画素の値が複素数で、画面の色が決まりません。",
            "RGBの画像に変換したものを選んでください。",
        )


def _role(source: DatasetReader, path: Path) -> tuple[Role, str]:
    from rasterio.enums import ColorInterp

    named = any(word in path.stem.lower() for word in _HEIGHT_WORDS)
    plain = source.count == 1 and source.colorinterp[0] != ColorInterp.palette
    if plain and source.dtypes[0] in _HEIGHTS:
        return Role.DEM, "1バンドの数値"
    if plain and named and source.dtypes[0] != "uint8":
        return Role.DEM, "ファイル名"
    return Role.RASTER, "画像"


def _bounds(source: Any) -> Bounds:
    """The rectangle around all four corners, also of a rotated or flipped picture."""
    corners = [source.transform @ (x, y) for x in (0, source.width) for y in (0, source.height)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    bounds = (min(xs), min(ys), max(xs), max(ys))
    if not all(math.isfinite(edge) for edge in bounds):
        raise BadInput(
            f"「{Path(source.name).name}」を取り込めませんでした。",
            "画像の位置の値が数として読めません。",
            "位置の情報を付け直した画像を選んでください。",
        )
    return bounds
