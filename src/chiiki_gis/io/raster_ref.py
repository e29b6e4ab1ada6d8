"""Where a raster layer's picture lies: outside the project, known by its path and its content's hash."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.io.store import Bounds

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

RELOCATE = "ファイルの場所を選ぶ..."
"""The menu entry that leads to a file which was moved."""

_BESIDE = (".prj", ".wld", ".tfw", ".tifw", ".tiffw", ".pgw", ".pngw", ".jgw", ".jpgw", ".jpegw")
"""Files of the same name that place a picture; with another one it lies elsewhere."""
_BLOCK = 4 << 20


class FileMissing(BadInput):
    """A raster layer's file is not at its place."""


@dataclass(frozen=True)
class RasterRef:
    """A reference to a raster file. It has no rows and no columns; pictures are drawn from a pyramid.

    path    absolute; the file may have gone
    stamp   names, sizes and times of the file and what places it: where they are the same, so is the content
    epsg    the project CRS, in which the bounds are
    """

    path: Path
    content_hash: str
    stamp: str
    epsg: int
    bounds: Bounds
    count: int = 0
    columns: tuple[str, ...] = ()

    def get(self) -> GeoDataFrame:
        """No rows, in the project CRS: what asks every layer for its features finds none here."""
        import geopandas

        return geopandas.GeoDataFrame(geometry=[], crs=self.epsg)


def raster_of(layer: Layer) -> RasterRef:
    """The reference of a raster layer."""
    return cast("RasterRef", layer.reference)


def require_file(layer: Layer) -> Path:
    """The raster layer's file. Raises FileMissing where it is not at its place."""
    path = raster_of(layer).path
    if not path.is_file():
        raise FileMissing(
            f"「{layer.name}」の画像ファイル「{path.name}」が見つかりません。",
            f"フォルダ「{path.parent}」から移動したか、名前が変わったため、地図に表示していません。",
            f"レイヤを右クリックして「{RELOCATE}」でファイルを選び直してください。",
        )
    return path


def parts_of(path: Path) -> list[Path]:
    """The file, and the files beside it that say where it lies, in a fixed order."""
    found = [path, path.with_name(f"{path.name}.aux.xml")]
    found += [path.with_suffix(ending) for ending in (*_BESIDE, *(e.upper() for e in _BESIDE))]
    unique = {os.path.normcase(p): p for p in found if p.is_file()}
    return list(unique.values())


def file_stamp(path: Path) -> str:
    """Names, sizes and times of a raster file and of the files that place it, in short."""
    facts = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in parts_of(path)]
    return hashlib.blake2b(repr(facts).encode(), digest_size=8).hexdigest()


def file_hash(path: Path, progress: Progress = Quiet()) -> str:  # noqa: B008  # a frozen value
    """Hash of a raster file and of the files that place it. Reads all of it: not for the UI thread."""
    total = hashlib.blake2b(digest_size=16)
    size = max(path.stat().st_size, 1)
    for part in parts_of(path):
        total.update(part.suffix.lower().encode())
        with part.open("rb") as file:
            done = 0
            while block := file.read(_BLOCK):
                total.update(block)
                done = min(done + len(block), size)
                progress.step(done, size, f"「{path.name}」を調べています")
    return total.hexdigest()
