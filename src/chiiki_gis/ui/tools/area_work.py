"""Work on whole areas: split, unite, cut, give a hole or a part, each as one edit of what is selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import drop_features, joined, set_geometries, split_feature
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Fid, Layer, LayerId, of_role
from chiiki_gis.core.role import Role
from chiiki_gis.ui import words
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.neighbours import AREAS, Feature, areas, with_common_vertices
from chiiki_gis.ui.tools.reshaping import apply_shapes, shapes_change
from chiiki_gis.ui.tools.tool import MenuEntry, Point, Surface

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from chiiki_gis.io.cache import Shapes as DrawingData

_CODE_DIGITS = 5
"""A municipality's code without its check digit."""
_SEEN_M2 = 0.05
"""A smaller overlap would be shown as 0.0 m²; it is what rounding leaves on a common border."""
LOST = "区域を選び直してください。"
NO_AREA = Notice(
    "区域が選ばれていません。",
    "この操作は、選んだ一つの区域に対して行います。",
    "「選択」で重点地区か促進区域をクリックしてから、もう一度選んでください。",
)
TOO_FEW = Notice(
    "結合できませんでした。",
    "同じ種類の区域が二つ以上選ばれていません。",
    "「選択」で一つ目をクリックし、Shift を押しながらほかの区域をクリックしてください。",
)


def locked_notice(layer: Layer, cannot: str) -> Notice:
    """Why nothing can be done with a layer: it is locked."""
    return Notice(
        f"「{layer.name}」は{cannot}。",
        "このレイヤに鍵がかかっています。",
        "「レイヤ」の鍵のしるしをクリックして外してください。",
        "warning",
    )


class AreaWork:
    """What 分割, 結合, 穴をあける and the like do.

    shapes_of   the drawing data of a reference layer
    """

    def __init__(
        self,
        session: Session,
        selection: Selection,
        surface: Surface,
        shapes_of: Callable[[LayerId], DrawingData | None],
    ) -> None:
        self._session, self._selection, self._surface = session, selection, surface
        self._shapes_of = shapes_of

    def target(self) -> tuple[Feature, BaseGeometry] | None:
        """The selected area; None, and a banner, where none or more than one is, or it is locked."""
        layer, fid = self._layer(), self._selection.single
        if layer is None or fid is None or fid not in layer.rows.index:
            self._session.tell(NO_AREA)
            return None
        if layer.is_locked:
            self._session.tell(locked_notice(layer, "変えられません"))
            return None
        return (layer.id, fid), layer.rows.geometry.loc[fid]

    # Finishing a sketch: None when done, else why not

    def split(self, vertices: list[Point]) -> str | None:
        """Cut the selected area along a line; the largest part keeps its row."""
        from chiiki_gis.analysis.area_edits import split

        found = self.target()
        if found is None:
            return LOST
        (layer_id, fid), shape = found
        parts = split(shape, vertices)
        if len(parts) < 2:
            return "線が区域を横切っていないため、分割できません。区域の外から外まで線を引いてください。"
        document = self._session.document
        cut = split_feature(document, layer_id, fid, parts, "区域を分割")
        self._session.apply(self._with_neighbours(cut, parts, (layer_id, fid)))
        self._tell(f"{len(parts)} つに分割しました。", "面積の大きい方が、元の名称と番号を引き継ぎます。")
        return None

    def reshape(self, vertices: list[Point]) -> str | None:
        """Replace a piece of the selected area's outline by a line."""
        from chiiki_gis.analysis.area_edits import reshaped

        why_not = "線が区域の境界と二か所で交わっていません。境界から始めて、境界で終えてください。"
        return self._change(lambda shape: reshaped(shape, vertices), "形を直す", why_not)

    def hole(self, vertices: list[Point]) -> str | None:
        """Cut a hole into the selected area."""
        from chiiki_gis.analysis.area_edits import with_hole

        why_not = "穴が区域の内側に収まっていません。Backspace で戻して描き直してください。"
        return self._change(lambda shape: with_hole(shape, vertices), "穴をあける", why_not)

    def part(self, vertices: list[Point]) -> str | None:
        """Add a part to the selected area."""
        from chiiki_gis.analysis.area_edits import with_part

        return self._change(lambda shape: with_part(shape, vertices), "飛び地を追加")

    def _change(
        self, changed: Callable[[BaseGeometry], BaseGeometry | None], note: str, why_not: str = ""
    ) -> str | None:
        """Give the selected area another shape; `why_not` is said where there is none."""
        found = self.target()
        if found is None:
            return LOST
        feature, shape = found
        new = changed(shape)
        return why_not if new is None else self._finish({feature: new}, note)

    # At once

    def merge(self) -> None:
        """Unite the selected areas; the one that was picked first keeps its row."""
        from chiiki_gis.analysis.area_edits import united

        layer, fids = self._layer(), self._selection.fids
        if layer is None or len(fids) < 2 or layer.is_locked:
            self._session.tell(TOO_FEW)
            return
        shape = united([layer.rows.geometry.loc[fid] for fid in fids])
        first, others = fids[0], fids[1:]
        kept = shapes_change(self._session, {(layer.id, first): shape}, "区域を結合")
        kept = _without_rows(kept, layer.id, others)
        self._session.apply(joined("区域を結合", kept, drop_features(layer.id, others)))
        self._selection.pick(layer.id, (first,))
        name = layer.rows["name"].get(first)
        self._tell(f"{len(fids)} つの区域を結合しました。", f"「{name}」の名称と番号を引き継ぎます。")

    def clip_to_districts(self) -> None:
        """Keep of the selected area what lies in 重点地区."""
        found = self.target()
        if found is None:
            return
        rows = self._session.rows(Role.PRIORITY_DISTRICT).geometry
        frames = [shape for shape in rows if shape is not None]
        if found[0][0] == AREAS[0].value or not frames:
            self._session.tell(
                Notice(
                    "重点地区で切り取れませんでした。",
                    "重点地区がまだないか、選んだ区域が重点地区です。",
                    "重点地区を描くか取り込んでから、促進区域を選んでください。",
                )
            )
            return
        self._clip(*found, frames, "重点地区")

    def clip_to_municipality(self) -> None:
        """Keep of the selected area what lies in the plan's municipalities."""
        found = self.target()
        if found is None:
            return
        try:
            frames = self._municipalities(found[1])
        except BadInput as error:
            self._session.tell_error(error)
            return
        if not frames:
            self._session.tell(
                Notice(
                    "市町村界で切り取れませんでした。",
                    "選んだ区域の所に、計画の市町村の市町村界がありません。",
                    "市町村界のデータを追加してください。",
                )
            )
            return
        self._clip(*found, frames, "市町村界")

    def cut_overlap(self) -> None:
        """Take from the selected area what it shares with others of its kind."""
        from chiiki_gis.analysis.area_edits import cut_away

        found = self._overlapped()
        if found is None:
            return
        feature, shape, others = found
        self._apply_cut({feature: cut_away(shape, list(others.values()))}, shape.area, "重なりを切り取る")

    def cut_others(self) -> None:
        """Take from the other areas of its kind what they share with the selected one."""
        from chiiki_gis.analysis.area_edits import cut_away

        found = self._overlapped()
        if found is None:
            return
        _, shape, others = found
        cut = {other: cut_away(theirs, [shape]) for other, theirs in others.items()}
        self._apply_cut(cut, sum(theirs.area for theirs in others.values()), "既存の区域を切り取る")

    def _overlapped(self) -> tuple[Feature, BaseGeometry, dict[Feature, BaseGeometry]] | None:
        """The selected area and those of its kind that it overlaps; None, and a word on it, without any."""
        found = self.target()
        if found is None:
            return None
        others = self._overlapping(*found)
        if not others:
            self._surface.say("ほかの区域と重なっていません。")
            return None
        return (*found, others)

    def offer_cutting(self) -> None:
        """After drawing: where the new area overlaps others, say so and offer both ways to cut."""
        layer, fid = self._layer(), self._selection.single
        if layer is None or fid is None:
            return
        shape = layer.rows.geometry.loc[fid]
        others = self._overlapping((layer.id, fid), shape)
        shared = sum(shape.intersection(theirs).area for theirs in others.values())
        if shared < _SEEN_M2:
            return
        self._session.tell(
            Notice(
                f"ほかの{layer.role.japanese}と {words.area(shared)} 重なっています。",
                "重なりはそのままにしてあります。切り取るときは、どちらを切り取るかを選んでください。",
                level="warning",
                button="新しい方を切り取る",
                press=lambda: self._again(layer.id, fid, self.cut_overlap),
                other_button="既存の方を切り取る",
                press_other=lambda: self._again(layer.id, fid, self.cut_others),
            )
        )

    def menu(self) -> list[MenuEntry]:
        """What can be done at once with the selected areas, for the context menu."""
        layer = self._layer()
        if layer is None or layer.is_locked:
            return []
        one = self._selection.single is not None
        return [
            ("結合", self.merge, len(self._selection.fids) > 1),
            ("重点地区で切り取る", self.clip_to_districts, one and layer.role != Role.PRIORITY_DISTRICT),
            ("市町村界で切り取る", self.clip_to_municipality, one),
            ("重なりを切り取る", self.cut_overlap, one),
        ]

    def _again(self, layer_id: LayerId, fid: Fid, work: Callable[[], None]) -> None:
        """Do later what a banner offered: with that area selected, if it is still there."""
        if self._session.is_open and fid in self._session.document.layer(layer_id).rows.index:
            self._selection.pick(layer_id, (fid,))
            work()

    def _layer(self) -> Layer | None:
        """The layer of the selected areas."""
        layer_id = self._selection.layer
        if not self._session.is_open or layer_id not in {role.value for role in AREAS} or layer_id is None:
            return None
        return self._session.document.layer(layer_id)

    def _overlapping(self, feature: Feature, shape: BaseGeometry) -> dict[Feature, BaseGeometry]:
        """The other areas of the same kind that share ground with a shape."""
        same = ((f, s) for f, s in areas(self._session, without=(feature,)) if f[0] == feature[0])
        return {f: s for f, s in same if s.intersects(shape) and s.intersection(shape).area > 0}

    def _municipalities(self, shape: BaseGeometry) -> list[BaseGeometry]:
        """The parts of the plan's municipalities that reach a shape's bounds, exactly as stored."""
        from chiiki_gis.io.tables import read_rows, read_shape

        document = self._session.document
        codes = {town.code[:_CODE_DIGITS] for town in document.header.municipalities}
        for layer in of_role(document.layers, Role.MUNICIPALITY):
            drawn = self._shapes_of(layer.id)
            if drawn is None:
                continue
            fids = [int(fid) for fid in drawn.fids[drawn.touching(*shape.bounds)]]
            if "code" in layer.columns:
                at = layer.reference.columns.index("code")
                rows = read_rows(layer.reference, fids)
                fids = [fid for fid in fids if str(rows[fid][at] or "")[:_CODE_DIGITS] in codes]
            if fids:
                return [read_shape(layer.reference, fid) for fid in fids]
        return []

    def _clip(self, feature: Feature, shape: BaseGeometry, frames: list[BaseGeometry], what: str) -> None:
        from chiiki_gis.analysis.area_edits import cut_to, united

        self._apply_cut({feature: cut_to(shape, united(frames))}, shape.area, f"{what}で切り取る")

    def _apply_cut(self, shapes: Mapping[Feature, BaseGeometry], before_m2: float, note: str) -> None:
        if any(shape.is_empty for shape in shapes.values()):
            self._surface.say("切り取ると区域がなくなるため、元の形のままにしました。")
            return
        lost = before_m2 - sum(shape.area for shape in shapes.values())
        if lost <= 0:
            self._surface.say("切り取る部分はありません。")
        elif apply_shapes(self._session, self._surface, shapes, note):
            self._tell(f"{words.area(lost)} を切り取りました。", "")

    def _finish(self, shapes: Mapping[Feature, BaseGeometry], note: str) -> str | None:
        if apply_shapes(self._session, self._surface, shapes, note):
            return None
        return "線が交差して面にならないため、元の形のままにしました。"

    def _with_neighbours(self, change: Change, parts: list[BaseGeometry], cut: Feature) -> Change:
        """The change, with the vertices of the parts in the areas that they touch."""
        import shapely

        meeting = with_common_vertices(self._session, shapely.GeometryCollection(parts), without=(cut,))
        return joined(change.note, change, set_geometries(self._session.document, meeting, change.note))

    def _tell(self, what: str, why: str) -> None:
        self._session.tell(Notice(what, why, level="done", button="元に戻す", press=self._session.undo))


def _without_rows(change: Change, layer_id: LayerId, fids: tuple[Fid, ...]) -> Change:
    """The change without new shapes of rows that will be dropped."""
    rows = change.put[layer_id]
    kept = rows.loc[~rows.index.isin([int(fid) for fid in fids])]
    return Change(change.note, put={**change.put, layer_id: kept})
