"""The windows of vacant houses beside the map: their places, and what a 支援法人 is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.ui.map_pick import MapPick
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.ui.house_places_window import HousePlacesWindow
    from chiiki_gis.ui.support_window import SupportWindow


class HouseWindows:
    """Each is made when it is first asked for, and goes when another plan is opened."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        picker: MapPick,
        zoom: Callable[[LayerId, Fid], object],
        settings: Callable[[], object],
    ) -> None:
        self._parent, self._session, self._picker = parent, session, picker
        self._zoom, self._settings = zoom, settings
        self.support_window: SupportWindow | None = None
        self.places_window: HousePlacesWindow | None = None
        session.opened.connect(self._forget)

    def support(self) -> None:
        """支援法人への情報提供."""
        from chiiki_gis.ui.support_window import SupportWindow

        if self.support_window is None:
            self.support_window = SupportWindow(self._parent, self._session, self._zoom)
        else:
            self.support_window.refresh()
        bring(self.support_window)

    def places(self) -> None:
        """空き家の位置."""
        from chiiki_gis.ui.house_places_window import HousePlacesWindow

        if self.places_window is None:
            self.places_window = HousePlacesWindow(
                self._parent, self._session, self._picker, self._zoom, self._settings
            )
        else:
            self.places_window.refresh()
        bring(self.places_window)

    def _forget(self) -> None:
        """What was typed or shown for the plan before must not stay."""
        for window in (self.support_window, self.places_window):
            if window is not None:
                window.let_go()
        self.support_window = self.places_window = None


def bring(window: QWidget) -> None:
    """Show a window beside the map, in front."""
    window.show()
    window.raise_()
    window.activateWindow()
