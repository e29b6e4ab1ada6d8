"""The pictures of raster layers that a map shows, asked of the helper where they are missing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from chiiki_gis.core.jobs import ShapesPlace
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.io.raster_ref import raster_of
from chiiki_gis.ui.raster_menu import picture_banner
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.io.pyramid import Pyramid
    from chiiki_gis.render.paint import MapLayer


def picture_at(layer: Layer, place: ShapesPlace) -> MapLayer:
    """A raster layer with the picture that lies in a place. Raises CacheDamaged."""
    from chiiki_gis.io.pyramid import open_pyramid
    from chiiki_gis.render.paint import raster_layer

    return raster_layer(layer, open_pyramid(place))


class Pictures:
    """Open pyramids by layer.

    came   called when a picture that was asked for is there
    """

    def __init__(self, session: Session, came: Callable[[], object]) -> None:
        self._session, self._came = session, came
        self._open: dict[LayerId, Pyramid] = {}
        self._asked: dict[LayerId, tuple[str, str]] = {}

    def clear(self) -> None:
        """Forget everything: another project is open."""
        self._open.clear()
        self._asked.clear()

    def of(self, layer: Layer) -> list[MapLayer]:
        """The raster layer to draw; none while its picture is being made or its file is missing."""
        from chiiki_gis.render.paint import raster_layer

        found = self._fitting(layer)
        if found is None and layer.style.visible:
            self._ask(layer)
            found = self._fitting(layer)
        elif found is None:
            self._asked.pop(layer.id, None)  # shown again, it is tried again
        return [] if found is None else [raster_layer(layer, found)]

    def _fitting(self, layer: Layer) -> Pyramid | None:
        """The picture of the layer's own file, where it is there."""
        from chiiki_gis.io.array_file import CacheDamaged
        from chiiki_gis.io.pyramid import open_pyramid

        known = self._open.get(layer.id)
        if known is not None and known.fits(layer):
            return known
        place = self._session.shapes.get(layer.id)
        with suppress(CacheDamaged):
            if place is not None and (found := open_pyramid(place)).fits(layer):
                self._open[layer.id] = found
                return found
        return None

    def _ask(self, layer: Layer) -> None:
        """Let the helper make the picture, once for each file and content."""
        reference = raster_of(layer)
        wanted = (reference.content_hash, str(reference.path))
        if self._asked.get(layer.id) == wanted:
            return
        self._asked[layer.id] = wanted

        def take(place: ShapesPlace) -> None:
            if self._asked.get(layer.id) == wanted:
                self._session.shapes[layer.id] = place
                self._came()

        self._session.ask(
            "shapes", layer, on_done=take, banner=lambda error: picture_banner(error, self._session, layer.id)
        )
