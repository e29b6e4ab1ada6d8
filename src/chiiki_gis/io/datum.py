"""Moving between the datums of Japan, by the official grids where the user has them, and how exact it is.

The grids (TKY2JGD, touhokutaiheiyouoki2011; 国土地理院) are not part of the program: a folder with them
is named once (setting `datum_grids`). They may be .gsb or GeoTIFF files.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chiiki_gis.core.crs import JGD2011, crs_label
from chiiki_gis.core.errors import BadInput
from chiiki_gis.settings import keep_setting, setting

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

Datum = Literal["tokyo", "jgd2000"]

_DEGREES: dict[Datum, int] = {"tokyo": 4301, "jgd2000": 4612}
_GRIDS: dict[Datum, str] = {"tokyo": "TKY2JGD", "jgd2000": "touhokutaiheiyouoki2011"}
GRID_SETTING = "datum_grids"
_SHAPES_AT_ONCE = 5_000


def datum_of(epsg: int) -> Datum | None:
    """The older datum of a Japanese CRS; None for JGD2011 and for all others."""
    if epsg == 4612 or 2443 <= epsg <= 2461:
        return "jgd2000"
    return "tokyo" if epsg == 4301 or 30161 <= epsg <= 30179 else None


def grid_of(datum: Datum) -> Path | None:
    """The user's grid from that datum to the next; None where there is none."""
    folder = setting(GRID_SETTING, "")
    if not folder:
        return None
    names = {f"{_GRIDS[datum]}{e}".lower() for e in (".gsb", ".tif")}
    try:
        return next((p for p in sorted(Path(folder).iterdir()) if p.name.lower() in names), None)
    except OSError:
        return None


def keep_grids(folder: Path) -> None:
    """Use the grids of a folder from now on. Raises BadInput where it holds none."""
    names = [f"{name}{end}".lower() for name in _GRIDS.values() for end in (".gsb", ".tif")]
    if not folder.is_dir() or not any(p.name.lower() in names for p in folder.iterdir()):
        raise BadInput(
            f"測地系の補正パラメータを「{folder.name}」から使えません。",
            "TKY2JGDかtouhokutaiheiyouoki2011のファイル（.gsbか.tif）がありません。",
            "国土地理院の補正パラメータを入れたフォルダを指定してください。",
        )
    keep_setting(GRID_SETTING, str(folder.resolve()))


def drop_grids() -> None:
    """Use no grids from now on."""
    keep_setting(GRID_SETTING, "")


def move(frame: GeoDataFrame, epsg: int, target: int) -> tuple[GeoDataFrame, list[str]]:
    """The frame in the CRS `target` (JGD2011), and notes on the operation and how far off it may be.

    frame   in the CRS `epsg`; not changed
    """
    notes = [f"座標系を{crs_label(epsg)}から{crs_label(target)}に変換しました。"]
    out = frame.set_crs(epsg, allow_override=True)
    datum = datum_of(epsg)
    if datum is None:
        return _changed(out, target), notes
    grid = grid_of(datum)
    if grid is None:
        return _changed(out, target), [*notes, _without_grid(datum, epsg, target)]
    plain = _changed(out, target)
    second = grid_of("jgd2000") if datum == "tokyo" else None
    moved, outside = _by_grids(out, datum, grid, second, target)
    notes.append(_with_grid(datum, grid, moved, plain, outside))
    if datum == "tokyo" and second is None:
        notes.append(_without_grid("jgd2000", 4612, target))
    return moved, notes


def _changed(frame: GeoDataFrame, target: int) -> GeoDataFrame:
    """The frame in another CRS: as `to_crs`, but parts side by side, without copies of the whole."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy
    import pyproj
    import shapely

    work = pyproj.Transformer.from_crs(frame.crs, target, always_xy=True)
    shapes = numpy.array(frame.geometry.values, dtype=object)
    there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]

    def change(first: int) -> None:
        some = there[first : first + _SHAPES_AT_ONCE]
        x, y = shapely.get_coordinates(some).T
        places = numpy.column_stack(work.transform(x, y))
        there[first : first + len(some)] = shapely.set_coordinates(some.copy(), places)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(change, range(0, len(there), _SHAPES_AT_ONCE)))
    shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))] = there
    series = frame.geometry.__class__(shapes, index=frame.index, crs=target)
    return frame.set_geometry(series.rename(frame.geometry.name))


def datum_notes(epsg: int, target: int) -> list[str]:
    """How far off a change from an older datum may be where no grid is used."""
    datum = datum_of(epsg)
    return [] if datum is None else [_without_grid(datum, epsg, target)]


def _by_grids(
    frame: GeoDataFrame, datum: Datum, grid: Path, second: Path | None, target: int
) -> tuple[GeoDataFrame, int]:
    """Every vertex by the grid; how many lie outside it and were moved without."""
    import numpy
    import pyproj
    import shapely

    shapes = numpy.asarray(frame.to_crs(_DEGREES[datum]).geometry.to_numpy(), dtype=object)
    places = shapely.get_coordinates(shapes)
    shifted = _shift(places, grid)
    outside = ~numpy.isfinite(shifted).all(axis=1) & numpy.isfinite(places).all(axis=1)
    if datum == "tokyo":
        rough = pyproj.Transformer.from_crs(4301, 4612, always_xy=True)
        shifted[outside] = numpy.column_stack(rough.transform(*places[outside].T))
        if second is not None:
            again = _shift(shifted, second)
            inside = numpy.isfinite(again).all(axis=1)
            shifted[inside] = again[inside]
    else:
        shifted[outside] = places[outside]
    moved = shapely.set_coordinates(shapes.copy(), shifted)
    series = frame.geometry.__class__(moved, index=frame.index, crs=JGD2011)
    return frame.set_geometry(series.rename(frame.geometry.name)).to_crs(target), int(outside.sum())


def _shift(places: NDArray[Any], grid: Path) -> NDArray[Any]:
    """Degrees moved by a grid; infinite outside it."""
    import numpy
    import pyproj

    turn = "+step +proj=unitconvert +xy_in={} +xy_out={}"
    pipeline = f'+proj=pipeline {turn.format("deg", "rad")} +step +proj=hgridshift +grids="{grid}"'
    work = pyproj.Transformer.from_pipeline(f"{pipeline} {turn.format('rad', 'deg')}")
    return numpy.column_stack(work.transform(places[:, 0], places[:, 1]))


def _with_grid(datum: Datum, grid: Path, moved: GeoDataFrame, plain: GeoDataFrame, outside: int) -> str:
    import numpy
    import shapely

    old = shapely.get_coordinates(numpy.asarray(plain.geometry.to_numpy(), dtype=object))
    new = shapely.get_coordinates(numpy.asarray(moved.geometry.to_numpy(), dtype=object))
    steps = numpy.hypot(*(new - old).T)
    steps = steps[numpy.isfinite(steps)]
    far = f"（補正なしの変換との差は最大{steps.max():.2f}m）" if len(steps) else ""
    left = f"補正の範囲にない頂点{outside}個は、補正なしで変換しました。" if outside else ""
    word = "日本測地系から" if datum == "tokyo" else "JGD2000からJGD2011へ"
    return f"{word}の変換に、補正パラメータ「{grid.name}」を使いました{far}。{left}"


def _without_grid(datum: Datum, epsg: int, target: int) -> str:
    how, accuracy = _operation(epsg, target)
    exact = f"、その精度は{accuracy:g}m" if accuracy > 0 else ""
    if datum == "jgd2000":
        return (
            "JGD2000からJGD2011への変換は補正パラメータなしで行ったため、最大で数m（長野県で約0.2m）"
            f"ずれることがあります（変換の方法は「{how}」{exact}）。"
        )
    return (
        "日本測地系からの変換は補正パラメータなしで行ったため、10m程度ずれることがあります"
        f"（変換の方法は「{how}」{exact}）。補正パラメータ（TKY2JGD）のフォルダを指定すると、正確に変換します。"
    )


def _operation(epsg: int, target: int) -> tuple[str, float]:
    """What the library does between two CRSs without grids: its name, its accuracy in m or −1."""
    from pyproj.transformer import TransformerGroup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that a grid is missing, which is why we ask
        found = TransformerGroup(epsg, target, always_xy=True).transformers
    return (found[0].description, found[0].accuracy) if found else ("不明", -1.0)
