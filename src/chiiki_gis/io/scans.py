"""A scanned plan that is being put on the ground: what it looks like, and a copy that knows its place.

Helper processes only. The file of the user is never written to.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.control_points import METHODS, ControlPoint, Fit, Method, ScanLook
from chiiki_gis.core.errors import BadInput, disk_reason, one_line
from chiiki_gis.core.progress import Progress
from chiiki_gis.io.format_table import is_raster, require_file
from chiiki_gis.io.raster import failures, opened
from chiiki_gis.io.raster_bands import bands_of

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

LARGEST_PX = 2_000
"""Of the picture that is shown as a whole."""
MOST_PIXELS = 2_000_000_000
TAG = "CHIIKI_CONTROL_POINTS"
_BLOCK_ROWS = 512

Window = tuple[float, float, float, float]
"""Left, top, width and height on the picture, in pixels."""


def look_at_scan(path: Path) -> ScanLook:
    """The whole picture made smaller, and the points with which a copy was placed. Raises BadInput."""
    require_picture(path)
    with opened(path) as source:
        if source.width * source.height > MOST_PIXELS:
            raise BadInput(
                f"「{path.name}」を開けませんでした。",
                f"画像が{source.width:,}×{source.height:,}画素あり、大きすぎます。",
                "解像度を下げて保存し直したものを選んでください。",
            )
        image, size = _image(source, (0, 0, source.width, source.height), (LARGEST_PX, LARGEST_PX))
        points, method, epsg = _known(source)
        return ScanLook(source.width, source.height, image, size, points, method, epsg)


def look_closer(path: Path, window: Window, size: tuple[int, int]) -> tuple[bytes, tuple[int, int]]:
    """A part of the picture, at most `size` wide and high: its bytes as of ScanLook, and its size."""
    with opened(path) as source:
        return _image(source, window, size)


def require_picture(path: Path) -> None:
    """Raise BadInput where a file is no picture that can be placed."""
    require_file(path)
    if not is_raster(path) or path.suffix.lower() == ".mbtiles":
        raise BadInput(
            f"「{path.name}」の位置を合わせられません。",
            "スキャンした図面などの画像（TIFF・PNG・JPEG）ではありません。",
            "画像のファイルを選んでください。",
        )


def write_placed(
    path: Path, out: Path, points: Sequence[ControlPoint], method: Method, found: Fit, epsg: int,
    progress: Progress,
) -> None:  # fmt: skip
    """Write a GeoTIFF of the picture that lies where the fit puts it, with its control points inside.

    epsg   of the points' ground
    Raises BadInput where the copy would be the user's own file, or cannot be written; then nothing is left.
    """
    if out.exists() and path.exists() and out.samefile(path):
        raise BadInput(
            f"「{out.name}」に書き出せませんでした。",
            "元の画像と同じファイルです。",
            "元の画像は変えませんので、別の名前を付けてください。",
        )
    temporary = out.with_name(f".{out.stem}-{secrets.token_hex(4)}.tif")
    try:
        _copy(path, temporary, points, method, found, epsg, progress)
        temporary.replace(out)
    except OSError as error:
        raise _unwritten(out, disk_reason(error)) from error
    except failures() as error:
        raise _unwritten(out, "画像を書き込めませんでした。") from error
    finally:
        temporary.unlink(missing_ok=True)


def _unwritten(out: Path, why: str) -> BadInput:
    return BadInput(f"「{out.name}」に書き出せませんでした。", why, "場所と空き容量を確かめてください。")


def _copy(
    path: Path, out: Path, points: Sequence[ControlPoint], method: Method, found: Fit, epsg: int,
    progress: Progress,
) -> None:  # fmt: skip
    import rasterio
    from affine import Affine
    from rasterio.enums import ColorInterp, MaskFlags
    from rasterio.windows import Window as Part

    with opened(path) as source:
        profile = {
            "driver": "GTiff", "width": source.width, "height": source.height, "count": source.count,
            "dtype": source.dtypes[0], "nodata": source.nodata, "crs": f"EPSG:{epsg}",
            "transform": Affine(*found.matrix), "compress": "deflate", "tiled": True, "bigtiff": "if_safer",
        }  # fmt: skip
        bits = source.tags(1, ns="IMAGE_STRUCTURE").get("NBITS")
        if bits is not None:
            profile["nbits"] = int(bits)
        has_mask = MaskFlags.per_dataset in source.mask_flag_enums[0]
        has_mask = has_mask and MaskFlags.alpha not in source.mask_flag_enums[0]
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(out, "w", **profile) as sink:
            sink.colorinterp = source.colorinterp
            if source.colorinterp[0] == ColorInterp.palette:
                sink.write_colormap(1, source.colormap(1))
            rights = source.tags().get("TIFFTAG_COPYRIGHT")
            sink.update_tags(**{TAG: _as_text(points, method, epsg, found)})
            if rights:
                sink.update_tags(TIFFTAG_COPYRIGHT=rights)
            for top in range(0, source.height, _BLOCK_ROWS):
                progress.step(top, source.height, f"「{one_line(path.name)}」を写しています")
                part = Part(0, top, source.width, min(_BLOCK_ROWS, source.height - top))
                sink.write(source.read(window=part), window=part)
                if has_mask:
                    sink.write_mask(source.dataset_mask(window=part), window=part)


def _image(source: DatasetReader, window: Window, most: tuple[int, int]) -> tuple[bytes, tuple[int, int]]:
    import numpy as np
    from rasterio.enums import Resampling
    from rasterio.windows import Window as Part

    left, top, width, height = window
    shrink = max(width / most[0], height / most[1], 1.0)
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    bands, part = bands_of(source, is_relief=False), Part(left, top, width, height)
    how = Resampling.nearest if bands.palette is not None else Resampling.average
    read: dict[str, Any] = {"window": part, "boundless": False}
    values = source.read(
        list(bands.numbers), out_shape=(len(bands.numbers), size[1], size[0]), resampling=how, **read
    )
    opacity = source.dataset_mask(out_shape=(size[1], size[0]), **read)
    whole = np.concatenate([values, opacity[None].astype(values.dtype)])
    if values.dtype != np.uint8:  # _opacity of wide bands asks only for more than 0
        whole[-1] = opacity > 0
    return bands.colors(whole).tobytes(), size


def _as_text(points: Sequence[ControlPoint], method: Method, epsg: int, found: Fit) -> str:
    kept = {"epsg": epsg, "method": method, "rmse_m": found.rmse_m, "points": [asdict(p) for p in points]}
    return json.dumps(kept)


def _known(source: DatasetReader) -> tuple[tuple[ControlPoint, ...], Method, int | None]:
    """The control points that a copy of ours holds; none where it holds none that can be read."""
    try:
        kept = json.loads(source.tags().get(TAG, "{}"))
        points = tuple(
            ControlPoint(
                float(p["column"]), float(p["row"]), float(p["east"]), float(p["north"]), bool(p["is_used"])
            )
            for p in kept["points"]
        )
        method, epsg = kept["method"], int(kept["epsg"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return (), "affine", None
    return (points, method, epsg) if method in METHODS else ((), "affine", None)
