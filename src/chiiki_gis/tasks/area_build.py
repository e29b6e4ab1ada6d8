"""An area made of polygons of reference layers, and the description that follows from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.area_parts import AreaParts, BuiltArea, Extent, Pick, Unit, digest
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.personal import names_a_person

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_LOT_COLUMNS = ("地番", "chiban", "name")
_LOT_NUMBER = re.compile(r"^[0-9０-９]")
"""A lot is called by its number only: another column could name its owner."""


def perform(job: str, values: Snapshot, args: Sequence[Any]) -> BuiltArea:
    """Do one of the jobs of this module."""
    return build_area(values, *args) if job == "build_area" else describe_area(values, *args)


def build_area(
    values: Snapshot, picks: Sequence[Pick], base: Any | None = None, before: AreaParts | None = None
) -> BuiltArea:
    """The area made of picked polygons, read exactly from their tables.

    base     a shape to which the picks are added or from which they are taken (project CRS)
    before   the parts of that shape
    Raises BadInput where nothing is picked, a layer or feature is gone, or nothing is left.
    """
    from chiiki_gis.analysis.area_edits import united
    from chiiki_gis.analysis.area_units import united_cleanly, without

    frames = _Frames(values)
    added = [frames.shape(pick) for pick in picks if not pick.takes_out]
    taken = [frames.shape(pick) for pick in picks if pick.takes_out]
    shapes = [*([] if base is None else [base]), *added]
    if not shapes or not picks:
        raise BadInput(
            "区域を作れませんでした。",
            "加える区画が選ばれていません。",
            "地図で町丁目や用途地域などの区画をクリックしてください。",
        )
    whole, filled = united_cleanly(shapes)
    shape = without(whole, united(taken))
    if shape.is_empty:
        raise BadInput(
            "区域を作れませんでした。",
            "除く区画を除くと、何も残りません。",
            "除く区画を選び直してください。",
        )
    notes = []
    if filled > 0:
        notes.append(f"区画の間の幅2 cmに満たないすき間（合わせて {filled:.2f} m²）を埋めました。")
    known = [] if before is None else [_wanted(unit) for unit in before.units]
    parts = _described(frames, shape, [*known, *picks])
    if not parts.is_told:
        notes.append("区画の外の部分があるため、説明文は作りません。")
    notes.extend(frames.doubtful_lots(parts))
    return BuiltArea(shape, parts, tuple(notes))


def describe_area(values: Snapshot, shape: Any, before: AreaParts | None) -> BuiltArea:
    """What the parts of a shape are now: of the layers it was built from, else of all 町丁目 layers.

    Raises BadInput where such a layer is gone or there is none.
    """
    frames = _Frames(values)
    if before is None:
        wanted: list[Pick] = [Pick(layer.id, -1) for layer in values.of(Role.TOWN)]
    else:
        wanted = [_wanted(unit) for unit in before.units]
    if not wanted:
        raise BadInput(
            "説明文を作れませんでした。",
            "町丁目のデータがありません。",
            "町丁目のデータを追加してから、もう一度押してください。",
        )
    parts = _described(frames, shape, wanted)
    notes = () if parts.is_told else ("区画の外の部分があるため、説明文は作れません。",)
    return BuiltArea(shape, parts, (*notes, *frames.doubtful_lots(parts)))


def _wanted(unit: Unit) -> Pick:
    return Pick(LayerId(unit.layer_id), unit.fids[0] if unit.fids else -1, unit.extent == "excluded")


@dataclass(frozen=True, eq=False)
class _Ground:
    """A unit before it is known how much of it the area has: all features of one name."""

    layer: Layer
    name: str
    fids: tuple[int, ...]
    shape: Any


class _Frames:
    """The layers of the picks, each read once, and the names of their features."""

    def __init__(self, values: Snapshot) -> None:
        self._layers = {layer.id: layer for layer in values.layers}
        self._read: dict[LayerId, tuple[GeoDataFrame, list[str]]] = {}

    def of(self, layer_id: LayerId) -> tuple[Layer, GeoDataFrame, list[str]]:
        """The layer, its frame, and the name of every row. Raises BadInput."""
        layer = self._layers.get(layer_id)
        if layer is None:
            raise BadInput(
                "区域の説明文を作れませんでした。",
                "区域の元になったレイヤが、計画からなくなっています。",
                "元のデータを追加し直して、もう一度「ポリゴンから区域を作る」で選んでください。",
            )
        if layer_id not in self._read:
            frame = layer.get_frame()
            self._read[layer_id] = (frame, _names(layer, frame))
        return (layer, *self._read[layer_id])

    def shape(self, pick: Pick) -> Any:
        """The polygons of a picked feature, exactly as stored. Raises BadInput."""
        from chiiki_gis.analysis.area_edits import polygonal
        from chiiki_gis.analysis.overlay import valid_shapes

        layer, frame, _ = self.of(pick.layer)
        shape = frame.geometry.get(pick.fid)
        if shape is None:
            raise BadInput(
                "選んだ区画を読めませんでした。",
                f"「{layer.name}」の番号 {pick.fid} の地物に形がありません。",
                "その区画を外すか、データを追加し直してください。",
            )
        return polygonal(valid_shapes(frame.geometry.loc[[pick.fid]])[0])

    def ground(self, layer_id: LayerId, fid: int) -> _Ground | None:
        """All that has the name of a feature; of a lot the lot alone. None for a feature that is gone."""
        from chiiki_gis.analysis.area_edits import united
        from chiiki_gis.analysis.overlay import valid_shapes

        layer, frame, names = self.of(layer_id)
        if fid not in frame.index:
            return None
        name = names[frame.index.get_loc(fid)]
        same = [fid]
        if layer.role is not Role.LOT:
            same = [int(f) for f, other in zip(frame.index, names, strict=True) if other == name]
        shapes = [s for s in valid_shapes(frame.geometry.loc[same]) if s is not None]
        return _Ground(layer, name, tuple(same), united(shapes))

    def touching(self, layer_id: LayerId, shape: Any) -> list[int]:
        """The features of a layer that have ground in common with a shape."""
        _, frame, _ = self.of(layer_id)
        return [int(frame.index[at]) for at in sorted(frame.sindex.query(shape, predicate="intersects"))]

    def doubtful_lots(self, parts: AreaParts) -> list[str]:
        """What must be said of lots whose number occurs more than once."""
        doubtful = []
        for unit in parts.units:
            if unit.role == Role.LOT.value and unit.name:
                _, _, names = self.of(LayerId(unit.layer_id))
                doubtful += [unit.words] if names.count(unit.name) > 1 else []
        if not doubtful:
            return []
        lots = "、".join(dict.fromkeys(doubtful))
        return [f"同じ地番の筆がほかにもあります（{lots}）。説明文に大字や字の名を書き足してください。"]


def _described(frames: _Frames, shape: Any, wanted: Sequence[Pick]) -> AreaParts:
    """The units of a shape: those that were picked, and for the rest others of the same layers."""
    from chiiki_gis.analysis.area_edits import united
    from chiiki_gis.analysis.area_units import in_common, is_seen, without

    def meets(area: Any, ground: _Ground) -> bool:
        return is_seen(in_common(area, ground.shape))

    out = [g for g in _grounds(frames, (p for p in wanted if p.takes_out)) if not meets(shape, g)]
    kept = _grounds(frames, (p for p in wanted if not p.takes_out))
    rest = without(shape, united([g.shape for g in kept]))
    for layer_id in dict.fromkeys(p.layer for p in wanted if not p.takes_out):
        if not is_seen(rest):
            break
        known = {g.fids for g in kept}
        more = _grounds(frames, (Pick(layer_id, fid) for fid in frames.touching(layer_id, rest)))
        kept += [g for g in more if g.fids not in known and meets(rest, g)]
        rest = without(rest, united([g.shape for g in more]))
    taken = united([g.shape for g in out])
    units, told = [], []
    for ground in kept:
        due = without(ground.shape, taken)
        if is_seen(in_common(shape, due)):
            told.append(ground.shape)
            units.append(_unit(ground, "part" if is_seen(without(due, shape)) else "whole"))
    here = united(told)
    units += [_unit(g, "excluded") for g in out if meets(here, g)]
    return AreaParts(tuple(units), digest(shape), is_told=bool(kept) and not is_seen(rest))


def _unit(ground: _Ground, extent: Extent) -> Unit:
    layer = ground.layer
    return Unit(layer.name, str(layer.id), layer.role.value, ground.name, ground.fids, extent)


def _grounds(frames: _Frames, picks: Iterable[Pick]) -> list[_Ground]:
    """The units of some features, each once, by layer and then as their features are numbered."""
    found: dict[tuple[LayerId, tuple[int, ...]], _Ground] = {}
    seen: set[tuple[LayerId, int]] = set()
    for pick in picks:
        if (pick.layer, pick.fid) in seen:
            continue
        ground = frames.ground(pick.layer, pick.fid)
        if ground is not None:
            found[pick.layer, ground.fids] = ground
            seen.update((pick.layer, fid) for fid in ground.fids)
    layers = list(dict.fromkeys(layer_id for layer_id, _ in found))
    return [found[key] for key in sorted(found, key=lambda key: (layers.index(key[0]), key[1][0]))]


def _names(layer: Layer, frame: GeoDataFrame) -> list[str]:
    """What each feature is called; empty where nothing says it."""
    if layer.role is Role.LOT:
        for column in _LOT_COLUMNS:
            texts = _texts(frame, column)
            if any(_LOT_NUMBER.match(text) for text in texts):
                return [text if _LOT_NUMBER.match(text) else "" for text in texts]
        return [""] * len(frame)
    if any(names_a_person(str(column), False) for column in frame.columns):
        return [""] * len(frame)  # a table of people: its names may be theirs
    return _texts(frame, "name")


def _texts(frame: GeoDataFrame, column: str) -> list[str]:
    if column not in frame.columns:
        return [""] * len(frame)
    return [value.strip() if isinstance(value, str) else "" for value in frame[column]]
