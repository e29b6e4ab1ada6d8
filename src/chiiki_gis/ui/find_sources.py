"""What どこでも検索 can find in a plan: places, layers, bookmarks and commands, as candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from chiiki_gis.core.bookmarks import Bookmark, bookmarks_of
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import KINDS, Role
from chiiki_gis.core.search import Candidate, candidate, search_key
from chiiki_gis.ui.actions import Action
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.session import Session

Call = Callable[[], object]
Show = Callable[[LayerId, tuple[Fid, ...]], object]
Found = Candidate[Call]
Named = Sequence[tuple[str, str, tuple[int, ...]]]
"""Name, its search key, and the features that have it."""

_AREAS = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA)
_ORDER = {"区域": 0, "拠点施設": 1, "ブックマーク": 2, "町丁目": 3, "地物": 4, "レイヤ": 5, "コマンド": 6}
_SMALL = 2000
"""So many labels are read at once; of bigger layers the names come from the helper process."""


def plan_candidates(session: Session, show: Show) -> Iterable[Found]:
    """Areas and facilities by name; facilities by their kind too."""
    for role in (*_AREAS, Role.FACILITY):
        layer_id, kind = LayerId(role.value), "拠点施設" if role == Role.FACILITY else "区域"
        rows = session.rows(role)
        kinds = rows["kind"] if role == Role.FACILITY else [None] * len(rows)
        for fid, name, preset in zip(rows.index, rows["name"], kinds, strict=True):
            if isinstance(name, str) and name:
                also = f"{role.japanese} {KINDS.get(str(preset), '')}"
                yield candidate(name, kind, _ORDER[kind], partial(show, layer_id, (Fid(int(fid)),)), also)


def layer_candidates(layers: Iterable[Layer], zoom: Callable[[str], object]) -> Iterable[Found]:
    """Every layer by its name and role."""
    for layer in layers:
        yield candidate(layer.name, "レイヤ", _ORDER["レイヤ"], partial(zoom, layer.id), layer.role.japanese)


def bookmark_candidates(session: Session, go: Callable[[Bookmark], object]) -> Iterable[Found]:
    """Every bookmark."""
    for bookmark in bookmarks_of(session.document.facts):
        yield candidate(bookmark.name, "ブックマーク", _ORDER["ブックマーク"], partial(go, bookmark))


def command_candidates(table: Iterable[Action], made: dict[str, QAction]) -> Iterable[Found]:
    """Every command that can be chosen now, by its words, its menu and its key."""
    for entry in table:
        if entry.menu and made[entry.id].isEnabled():
            keys = "・".join(entry.shortcuts)
            kind = f"{entry.menu}（{keys}）" if keys else entry.menu
            also = f"{entry.tip} {entry.menu} {entry.toolbar}"
            text = entry.text.replace("...", "")
            yield candidate(text, kind, _ORDER["コマンド"], made[entry.id].trigger, also)


class PlaceNames(QObject):
    """Names in reference layers, read once for every content; never of vacant houses, which are private."""

    arrived = Signal()

    def __init__(self, session: Session, scene: Scene) -> None:
        super().__init__(session)
        self._session, self._scene = session, scene
        self._named: dict[tuple[str, str], Named] = {}
        self._asked: set[tuple[str, str]] = set()
        self._made: dict[LayerId, tuple[Named, str, tuple[Found, ...]]] = {}
        session.opened.connect(self._asked.clear)

    def candidates(self, show: Show) -> Iterable[Found]:
        """What is known now; the rest is asked for, and `arrived` tells when it is there."""
        for layer in self._session.document.layers:
            column = _name_column(layer)
            if column is None:
                continue
            named = self._names(layer, column)
            known = self._made.get(layer.id)
            if known is None or known[0] is not named or known[1] != layer.name:
                known = (named, layer.name, tuple(_named_candidates(layer, named, show)))
                self._made[layer.id] = known
            yield from known[2]

    def _names(self, layer: Layer, column: str) -> Named:
        key = (layer.reference.content_hash, column)
        if key not in self._named:
            small = self._from_labels(layer, column)
            if small is not None:
                self._named[key] = small
            elif key not in self._asked:
                self._asked.add(key)
                self._session.workers.submit(
                    "names",
                    layer.reference,
                    column,
                    on_done=lambda named: self._take(key, named),
                    on_error=self._session.tell_error,
                )
        return self._named.get(key, ())

    def _from_labels(self, layer: Layer, column: str) -> Named | None:
        shapes = self._scene.shapes(layer.id)
        if column != layer.style.label_column or shapes is None or shapes.count > _SMALL:
            return None
        if shapes.without_shape or shapes.meta["label_column"] != column:
            return None
        named: dict[str, list[int]] = {}
        for text, fid in zip(shapes.texts("label"), shapes.fids.tolist(), strict=True):
            if text:
                named.setdefault(text, []).append(fid)
        return [(text, search_key(text), tuple(fids)) for text, fids in named.items()]

    def _take(self, key: tuple[str, str], named: Named) -> None:
        self._named[key] = named
        self.arrived.emit()


def _named_candidates(layer: Layer, named: Named, show: Show) -> Iterable[Found]:
    is_town = layer.role == Role.TOWN
    kind, order = ("町丁目", _ORDER["町丁目"]) if is_town else (layer.name, _ORDER["地物"])
    also = f"{layer.name} {layer.role.japanese}"
    for name, key, fids in named:
        several = f"（{len(fids)} 件）" if len(fids) > 1 else ""
        call = partial(show, layer.id, tuple(Fid(fid) for fid in fids))
        yield candidate(name, kind + several, order, call, also, key)


def _name_column(layer: Layer) -> str | None:
    """The column by which features of a layer are found; None where there is none."""
    if layer.is_plan or layer.role == Role.VACANT_HOUSE:
        return None
    wanted = (layer.style.label_column, "name")
    return next((column for column in wanted if column in layer.columns), None)
