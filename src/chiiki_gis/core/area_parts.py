"""What an area was built from, 「○○一丁目の全域及び○○二丁目の一部」, and whether that still holds.

The column `parts` of an area is JSON:
{"units": [{"layer", "layer_id", "role", "name", "fids", "extent"}], "shape": digest, "stale": bool}.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

AREA_LAYERS = (LayerId(Role.PRIORITY_DISTRICT.value), LayerId(Role.PROMOTION_AREA.value))
Extent = Literal["whole", "part", "excluded"]
"""全域, 一部, 除く."""
State = Literal["none", "follows", "edited", "stale", "untold"]
_SAME_GROUND_M2 = 0.05
"""Vertices put on common borders move an outline by less than this."""
_LOT = re.compile(r"^(\d+)(?:-(\d+))?$")


@dataclass(frozen=True)
class Unit:
    """A named piece of a reference layer: all features of that name, or one lot.

    layer, layer_id, role   the layer it is of
    name    empty where the data give none
    fids    its features
    extent  how much of it the area has; `excluded`: it was taken out
    """

    layer: str
    layer_id: str
    role: str
    name: str
    fids: tuple[int, ...]
    extent: Extent

    @property
    def words(self) -> str:
        """What a sentence calls it."""
        if self.role == Role.LOT.value:
            return f"{_lot_words(self.name)}の土地" if self.name else "地番の分からない土地"
        return self.name or (self.layer if self.role == Role.REFERENCE.value else Role(self.role).japanese)


@dataclass(frozen=True)
class AreaParts:
    """The units of an area.

    shape     the digest of the geometry for which they were worked out
    is_stale  the geometry was changed since
    is_told   whether the units say the whole of the area; else no sentence follows from them
    """

    units: tuple[Unit, ...]
    shape: str
    is_stale: bool = False
    is_told: bool = True

    @property
    def sentence(self) -> str:
        """The description that follows; empty where none does."""
        return "" if self.is_stale or not self.is_told else sentence_of(self.units)

    @property
    def text(self) -> str:
        """As the column holds it."""
        data = {
            "units": [asdict(unit) for unit in self.units],
            "shape": self.shape,
            "stale": self.is_stale,
            "told": self.is_told,
        }
        return json.dumps(data, ensure_ascii=False)


@dataclass(frozen=True)
class Pick:
    """A polygon of a reference layer that was clicked; `takes_out`: it is subtracted."""

    layer: LayerId
    fid: int
    takes_out: bool = False


@dataclass(frozen=True, eq=False)
class BuiltArea:
    """A shape made of picked polygons, what it is made of, and what the planner must know of it."""

    shape: Any
    parts: AreaParts
    notes: tuple[str, ...] = ()


def sentence_of(units: Sequence[Unit]) -> str:
    """The units in the words of an ordinance: 「A、B及びCの全域並びにDの一部（これらのうちEを除く。）」.

    及び joins what is of one rank; where a list stands within a list, 並びに joins the larger ones.
    Empty where no unit is in the area.
    """
    whole = [unit.words for unit in units if unit.extent == "whole"]
    some = [unit.words for unit in units if unit.extent == "part"]
    out = [unit.words for unit in units if unit.extent == "excluded"]
    groups = [listed(names) + word for names, word in ((whole, "の全域"), (some, "の一部")) if names]
    if not groups:
        return ""
    joint = "並びに" if max(len(whole), len(some)) > 1 else "及び"
    told = joint.join(groups)
    if not out:
        return told
    these = "これらの区域のうち" if len(whole) + len(some) > 1 else ""
    return f"{told}（{these}{listed(out)}の区域を除く。）"


def listed(names: Sequence[str]) -> str:
    """Names of one rank: 「A」, 「A及びB」, 「A、B及びC」."""
    return "及び".join(part for part in ("、".join(names[:-1]), *names[-1:]) if part)


def read_parts(text: object) -> AreaParts | None:
    """What a cell of the column says; None where it is empty or was written by another program."""
    if not isinstance(text, str) or not text:
        return None
    try:
        data = json.loads(text)
        units = tuple(_unit(each) for each in data["units"])
        return AreaParts(units, str(data["shape"]), bool(data["stale"]), bool(data["told"]))
    except (ValueError, KeyError, TypeError):
        return None


def digest(geometry: Any) -> str:
    """What tells one geometry from every other, to the last bit."""
    import shapely

    return hashlib.sha256(shapely.to_wkb(geometry, byte_order=1)).hexdigest()[:24]


def state_of(row: Mapping[str, Any]) -> State:
    """Whether the description of an area (a row with `geometry`) follows from what it was built from.

    none     it was not built from polygons
    follows  the description is the sentence of the parts, and the parts are those of the shape
    edited   the parts are those of the shape, and the planner has written another description
    stale    the shape was changed since the parts were worked out
    untold   a piece of the area lies outside all units, so that no sentence follows
    """
    parts = read_parts(row["parts"])
    if parts is None:
        return "none"
    if parts.is_stale or row["geometry"] is None or parts.shape != digest(row["geometry"]):
        return "stale"
    if not parts.is_told:
        return "untold"
    return "follows" if row["description"] == parts.sentence else "edited"


def with_true_parts(document: Document, change: Change) -> Change:
    """The change, and with it what it makes untrue of the parts of areas.

    Where an area built from polygons takes another shape, its parts are marked as out of date, and a
    description that only repeated them is taken away; what the planner has written, or a file has brought,
    stays. Further vertices on its outline change nothing.
    """
    put = dict(change.put)
    for layer_id in AREA_LAYERS:
        rows = put.get(layer_id)
        if rows is not None and rows["parts"].notna().any():
            put[layer_id] = _true_rows(document.layer(layer_id).rows, rows)
    return replace(change, put=put)


def _true_rows(before: GeoDataFrame, rows: GeoDataFrame) -> GeoDataFrame:
    changed = rows
    for fid, text in rows["parts"].items():
        parts, shape = read_parts(text), rows.geometry.loc[fid]
        if parts is None or parts.is_stale or shape is None or parts.shape == digest(shape):
            continue
        old = before.geometry.get(fid)
        is_same = old is not None and parts.shape == digest(old) and _is_same_ground(old, shape)
        new = replace(parts, shape=digest(shape)) if is_same else replace(parts, is_stale=True)
        changed = changed.copy() if changed is rows else changed
        changed.loc[fid, "parts"] = new.text
        is_of_plan = (
            old is not None or (before["parts"] == text).any()
        )  # what comes from a file keeps its words
        follows = bool(parts.sentence) and rows["description"].loc[fid] == parts.sentence
        if is_of_plan and follows and not is_same:
            changed.loc[fid, "description"] = None
    return changed


def _is_same_ground(old: Any, new: Any) -> bool:
    """Whether two outlines differ by no more than vertices on them."""
    valid = old.is_valid and new.is_valid and abs(old.area - new.area) < _SAME_GROUND_M2
    return bool(valid and old.symmetric_difference(new).area < _SAME_GROUND_M2)


def _unit(data: Mapping[str, Any]) -> Unit:
    extent = data["extent"]
    if extent not in get_args(Extent):
        raise ValueError(extent)
    role = Role(data["role"]).value
    fids = tuple(int(fid) for fid in data["fids"])
    layer, layer_id, name = (str(data[key]) for key in ("layer", "layer_id", "name"))
    return Unit(layer, layer_id, role, name, fids, cast("Extent", extent))


def _lot_words(name: str) -> str:
    """A lot as the land register names it: 201-2 is 201番2."""
    found = _LOT.match(name)
    if found is None:
        return name
    return f"{found[1]}番{found[2] or ''}"
