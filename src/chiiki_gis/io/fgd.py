"""Reading 基盤地図情報 基本項目 as 国土地理院 hands them out: XML of the FGD_GMLSchema.

Each kind of feature becomes a table; its simple values become columns. Positions are latitude, longitude in
JGD2000 or JGD2011; in JGD2024 only heights are new, so that its positions are those of JGD2011. Elevation
grids (DEM) are another form and are not read here.
Source: 基盤地図情報ダウンロードデータ ファイル仕様書 (国土地理院).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError, iterparse

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.vector import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

KIND_COLUMN = "基盤地図情報の地物"
KINDS = {
    "AdmArea": "行政区画", "AdmBdry": "行政区画界線", "AdmPt": "行政区画代表点", "CommBdry": "町字界線",
    "CommPt": "町字の代表点", "SBBdry": "街区線", "SBAPt": "街区の代表点", "BldA": "建築物",
    "BldL": "建築物の外周線", "RdArea": "道路域", "RdEdg": "道路縁", "RdCompt": "道路構成線",
    "RdASL": "道路域分割線", "RdSgmtA": "道路区分面", "RdMgtBdry": "道路区域界線", "RailCL": "軌道の中心線",
    "WA": "水域", "WL": "水涯線", "WStrA": "水部構造物面", "WStrL": "水部構造物線", "Cstline": "海岸線",
    "RvrMgtBdry": "河川区域界線", "LeveeEdge": "河川堤防表法肩法線", "Cntr": "等高線", "ElevPt": "標高点",
    "GCP": "測量の基準点",
}  # fmt: skip
_CODES = {"fguuid:jgd2024.bl": 6668, "fguuid:jgd2011.bl": 6668, "fguuid:jgd2000.bl": 4612}
_GRIDS = frozenset({"DEM", "DGHM"})
_ABOUT = frozenset({"description", "name"})
"""What a file says of itself before its features."""


def read_fgd(path: Path, layer: str | None, asked: int | None) -> list[Table]:
    """One table per kind of feature. Raises BadInput for elevation grids and files without features."""
    import geopandas

    rows: dict[str, list[dict[str, str]]] = {}
    shapes: dict[str, list[Any]] = {}
    epsg: int | None = None
    try:
        for member in _members(path):
            kind = _local(member)
            if kind in _GRIDS:
                raise _grid(path)
            epsg = epsg or _code(member)
            rows.setdefault(kind, []).append(_values(member, kind))
            shapes.setdefault(kind, []).append(_shape(member))
    except (ParseError, ValueError, RecursionError) as error:
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "基盤地図情報のXMLとして読めない内容です。",
            "国土地理院の基盤地図情報ダウンロードサービスから取り直してください。",
        ) from error
    kept = {kind: found for kind, found in rows.items() if layer is None or kind == layer}
    if not kept:
        raise BadInput(
            f"「{path.name}」を取り込めませんでした。",
            "基盤地図情報の地物が入っていません。",
            "基本項目（道路縁・建築物・行政区画など）のファイルを選んでください。",
        )
    evidence = "指定" if asked else "ファイルの座標系" if epsg else "座標系の情報なし"
    tables = []
    for kind, found in kept.items():
        frame = geopandas.GeoDataFrame(found, geometry=shapes[kind])
        name = f"{path.stem}_{kind}" if len(kept) > 1 else path.stem
        tables.append(Table(name, path, "fgd", frame, None, "形式の定め", asked or epsg, evidence))
    return tables


def _members(path: Path) -> Iterator[Element]:
    """Every feature, one at a time in memory."""
    depth = 0
    root: Element | None = None
    for event, element in iterparse(path, events=("start", "end")):
        if event == "start":
            root = element if root is None else root
            depth += 1
            continue
        depth -= 1
        if depth == 1 and root is not None:
            if _local(element) not in _ABOUT:
                yield element
            root.clear()


def _values(member: Element, kind: str) -> dict[str, str]:
    """The texts of a feature, by local name; a date by what it is the date of."""
    found = {KIND_COLUMN: KINDS.get(kind, kind)}
    for child in member:
        inner = [e.text for e in child.iter() if not len(e) and _local(e) == "timePosition"]
        text = inner[0] if inner else child.text if not len(child) else None
        if text and text.strip():
            found[_local(child)] = text.strip()
    return found


def _shape(member: Element) -> Any:
    """A feature's place: its patches, else its curves, else its point; None without any."""
    import shapely

    patches = [e for e in member.iter() if _local(e) == "PolygonPatch"]
    if patches:
        polygons = [polygon for patch in patches if (polygon := _polygon(patch)) is not None]
        return _one(polygons, shapely.MultiPolygon)
    curves = [_places(e) for e in member.iter() if _local(e) == "Curve"]
    lines = [shapely.LineString(places) for places in curves if len(places) > 1]
    if lines:
        return _one(lines, shapely.MultiLineString)
    points = [p for e in member.iter() if _local(e) == "pos" for p in _numbers(e.text)]
    return shapely.Point(points[0]) if points else None


def _one(parts: list[Any], several: Any) -> Any:
    return None if not parts else parts[0] if len(parts) == 1 else several(parts)


def _polygon(patch: Element) -> Any:
    import shapely

    rings: dict[str, list[Any]] = {"exterior": [], "interior": []}
    for side in patch:
        places = _places(side)
        if _local(side) in rings and len(places) > 3:
            rings[_local(side)].append(places)
    if not rings["exterior"]:
        return None
    return shapely.Polygon(rings["exterior"][0], rings["interior"])


def _places(element: Element) -> NDArray[Any]:
    """All positions below an element in their order; segments that meet share theirs."""
    import numpy

    parts = [_numbers(e.text) for e in element.iter() if _local(e) == "posList"]
    if not parts:
        return numpy.empty((0, 2))
    whole = numpy.vstack(parts)
    same = numpy.append(False, (whole[1:] == whole[:-1]).all(axis=1))
    return numpy.asarray(whole[~same])


def _numbers(text: str | None) -> NDArray[Any]:
    """Longitude and latitude of a list of latitude and longitude. Raises ValueError for an odd count."""
    import numpy

    return numpy.array((text or "").split(), dtype="f8").reshape(-1, 2)[:, ::-1]


def _code(member: Element) -> int | None:
    return next((_CODES[n] for e in member.iter() if (n := e.get("srsName", "").lower()) in _CODES), None)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _grid(path: Path) -> BadInput:
    return BadInput(
        f"「{path.name}」を開けませんでした。",
        "基盤地図情報の数値標高モデル（DEM）のXMLは、そのままでは読めません。",
        "国土地理院の「基盤地図情報ビューア」でGeoTIFFなどの標高データに変換したものを選んでください。",
    )
