"""Reading the flat shapes of PLATEAU's CityGML: city planning (urf), flood (fld), landslide (lsld).

Each kind of city object becomes a table; its simple values become columns, codes are written out where the
code list lies beside the file, and its polygons become one shape. Buildings and other solids are not meant.
Source: 3D都市モデル標準製品仕様書 (CityGML 2.0, i-UR); axes of EPSG:6697 are latitude, longitude, height.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError, iterparse

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.places import require_horizontal
from chiiki_gis.io.vector import Table, require_few_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

KIND_COLUMN = "地物"
"""Says which city object a row is, e.g. UseDistrict."""

_SOLID = frozenset(
    {
        "Building", "ReliefFeature", "CityFurniture", "SolitaryVegetationObject", "PlantCover", "Bridge",
        "Tunnel", "OtherConstruction", "UndergroundBuilding", "CityObjectGroup",
    }
)  # fmt: skip
"""City objects that are no flat areas; they are left where they are."""

_LATITUDE_FIRST = frozenset({6697, 6668, 4326, 4979, 4612, 6696})
_CODE = re.compile(r"EPSG(?:/[\d.]*/|::?)(\d{4,5})")


def read_citygml(path: Path, layer: str | None, asked: int | None) -> list[Table]:
    """One table per kind of city object with polygons. Raises BadInput."""
    import geopandas

    rows: dict[str, list[dict[str, Any]]] = {}
    shapes: dict[str, list[Any]] = {}
    lists: dict[str, dict[str, str]] = {}
    epsg: int | None = None
    try:
        for kind, member, code in _members(path):
            epsg = epsg or code
            if kind in _SOLID:
                continue
            values = {KIND_COLUMN: kind, **_values(member, path.parent, lists)}
            rows.setdefault(kind, []).append(values)
            shapes.setdefault(kind, []).append(_shape(member, epsg))
    except (ParseError, ValueError, RecursionError) as error:
        raise _unreadable(path) from error
    if asked is None and epsg is not None:
        require_horizontal(epsg, path.name)
    if layer is not None:
        rows = {kind: found for kind, found in rows.items() if kind == layer}
    if not rows:
        raise BadInput(
            f"「{path.name}」を取り込めませんでした。",
            "平らな図形として読める地物が入っていません（建物や地形の立体は読みません）。",
            "PLATEAUの都市計画決定情報（urf）や災害リスク（fld・lsld）のファイルを選んでください。",
        )
    tables = []
    evidence = "指定" if asked else "ファイルの座標系" if epsg else "座標系の情報なし"
    for kind, found in rows.items():
        require_few_columns(len({key for row in found for key in row}), path.name)
        frame = geopandas.GeoDataFrame(found, geometry=shapes[kind]).astype({KIND_COLUMN: object})
        name = f"{path.stem}_{kind}" if len(rows) > 1 else path.stem
        tables.append(Table(name, path, "citygml", frame, None, "形式の定め", asked or epsg, evidence))
    return tables


def _members(path: Path) -> Iterator[tuple[str, Element, int | None]]:
    """Every city object with its kind and the EPSG code in force, one at a time in memory."""
    code: int | None = None
    stack: list[Element] = []
    for event, element in iterparse(path, events=("start", "end")):
        if event == "start":
            stack.append(element)
            found = _CODE.search(element.get("srsName", "")) if code is None else None
            code = int(found.group(1)) if found else code
            continue
        stack.pop()
        if _local(element) in ("cityObjectMember", "featureMember"):
            for member in element:
                yield _local(member), member, code
            element.clear()
            if stack:
                stack[-1].clear()


def _values(member: Element, folder: Path, lists: dict[str, dict[str, str]]) -> dict[str, str]:
    """Texts of elements without children, outside of geometries, by their local name."""
    found: dict[str, str] = {}
    if identity := next((v for k, v in member.attrib.items() if k.endswith("}id")), None):
        found["gml_id"] = identity
    waiting = list(member)[::-1]
    while waiting:
        element = waiting.pop()
        name = _local(element)
        if "Geometry" in name or name.startswith(("lod", "boundedBy", "Polygon", "Multi")):
            continue
        if len(element):
            waiting.extend(list(element)[::-1])
        elif element.text and element.text.strip():
            text = _word(element.text.strip(), element.get("codeSpace"), folder, lists)
            found[name] = f"{found[name]}、{text}" if name in found else text
    return found


def _word(text: str, space: str | None, folder: Path, lists: dict[str, dict[str, str]]) -> str:
    """A code as the words of its code list, where that lies beside the file; else the code."""
    if space is None:
        return text
    if space not in lists:
        lists[space] = _code_list(space, folder)
    return lists[space].get(text, text)


def _code_list(space: str, folder: Path) -> dict[str, str]:
    """A code list named by a relative path; it must be called so and lie in a folder `codelists`."""
    name = Path(space.replace("\\", "/")).name
    near = [folder, *list(folder.parents)[:4]]
    place = next((p / "codelists" / name for p in near if (p / "codelists" / name).is_file()), None)
    if place is None or not name.endswith(".xml") or place.stat().st_size > 5_000_000:
        return {}
    found = {}
    try:
        for _, element in iterparse(place):
            if _local(element) == "Definition":
                texts = {_local(child): (child.text or "").strip() for child in element}
                if texts.get("name") and texts.get("description"):
                    found[texts["name"]] = texts["description"]
    except ParseError:
        return {}
    return found


def _shape(member: Element, epsg: int | None) -> Any:
    """All polygons of a member as one flat shape; None without any. Upright faces have no area and go."""
    import shapely

    polygons = []
    for element in member.iter():
        if _local(element) not in ("Polygon", "PolygonPatch", "Triangle"):
            continue
        rings = [_ring(e, epsg) for e in element.iter() if _local(e) == "LinearRing"]
        whole = [ring for ring in rings if ring is not None]
        if whole:
            polygons.append(shapely.Polygon(whole[0], whole[1:]))
    flat = [p for p in polygons if p.area > 0]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else shapely.union_all([shapely.make_valid(p) for p in flat])


def _ring(ring: Element, epsg: int | None) -> NDArray[Any] | None:
    import numpy

    texts = [e.text or "" for e in ring.iter() if _local(e) in ("posList", "pos")]
    numbers = numpy.array(" ".join(texts).split(), dtype="f8")
    if len(numbers) < 12 or len(numbers) % 3:
        return None
    points = numbers.reshape(-1, 3)[:, :2]
    return points[:, ::-1] if epsg in _LATITUDE_FIRST or epsg is None else points


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _unreadable(path: Path) -> BadInput:
    return BadInput(
        f"「{path.name}」を開けませんでした。",
        "CityGMLとして読めない内容です。",
        "PLATEAUの配布元から取り直してください。",
    )
