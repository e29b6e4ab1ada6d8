"""The small map of the import dialog: what comes in, over the border of the municipality."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from chiiki_gis.core.jobs import Glimpse, Imported
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.palette import GLIMPSE
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.render.view import Extent
from chiiki_gis.ui.tools.pan import PanTool

if TYPE_CHECKING:
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.render.paint import MapLayer


class QuietPan(PanTool):
    """Moves the map, and says nothing over so small a one."""

    def hint(self) -> str:
        """Nothing."""
        return ""


class ImportScene(QObject):
    """Glimpses while a file is being read, then its layers as they will be."""

    changed = Signal()

    def __init__(self, ground: Sequence[MapLayer]) -> None:
        super().__init__()
        wanted = (Role.MUNICIPALITY, Role.PREFECTURE_BORDER)
        self._ground = tuple(entry for entry in ground if entry.layer.role in wanted)
        self._coming: tuple[MapLayer, ...] = ()
        self.layers = self._ground

    @property
    def extent(self) -> Extent | None:
        """What comes in covers this; None where nothing of it has a place."""
        return _extent(self._coming)

    @property
    def ground(self) -> Extent | None:
        """What the border of the municipality covers; None where the plan has none."""
        return _extent(self._ground)

    def clear(self) -> None:
        """Show the ground alone."""
        self._show(())

    def add(self, glimpse: Glimpse) -> None:
        """Show a part of a file that is still being read."""
        from chiiki_gis.render.paint import MapLayer

        shapes = cast("Shapes", glimpse.shapes)
        self._show((*self._coming, MapLayer(glimpse.layer, shapes, is_rough=True)))

    def show_imported(self, imported: Imported, values: Snapshot) -> None:
        """Show the layers and rows of a change that has not been applied."""
        self._show(
            (
                *(entry for layer in imported.change.put_layers for entry in _drawn(layer, imported)),
                *_plan_rows(imported, values),
            )
        )

    def _show(self, coming: tuple[MapLayer, ...]) -> None:
        self._coming = coming
        self.layers = (*self._ground, *coming)
        self.changed.emit()


def _extent(entries: Sequence[MapLayer]) -> Extent | None:
    from chiiki_gis.ui.extents import union

    found = [entry.extent for entry in entries if entry.extent is not None]
    return union(found) if found else None


def _drawn(layer: Layer, imported: Imported) -> list[MapLayer]:
    """A coming layer; a picture that is not ready is the rectangle that it will fill."""
    from chiiki_gis.io.array_file import CacheDamaged
    from chiiki_gis.io.cache import open_shapes
    from chiiki_gis.render.paint import MapLayer
    from chiiki_gis.ui.pictures import picture_at

    place = imported.shapes.get(layer.id)
    with suppress(CacheDamaged):
        if place is not None:
            return [picture_at(layer, place) if layer.is_raster else MapLayer(layer, open_shapes(place))]
    return [_rectangle(layer)] if layer.is_raster and layer.reference.bounds is not None else []


def _rectangle(layer: Layer) -> MapLayer:
    import geopandas
    import shapely

    from chiiki_gis.io.cache_build import build_shapes
    from chiiki_gis.render.paint import MapLayer

    frame = geopandas.GeoDataFrame(geometry=[shapely.box(*(layer.reference.bounds or (0, 0, 0, 0)))])
    seen = replace(layer, role=Role.REFERENCE, style=GLIMPSE)
    return MapLayer(seen, build_shapes(frame, GLIMPSE))


def _plan_rows(imported: Imported, values: Snapshot) -> list[MapLayer]:
    from chiiki_gis.io.cache_build import build_shapes
    from chiiki_gis.render.paint import MapLayer

    known = {layer.id: layer for layer in values.layers}
    found = [(replace(known[key], frame=rows), rows) for key, rows in imported.change.put.items()]
    return [MapLayer(layer, build_shapes(rows, layer.style)) for layer, rows in found]
