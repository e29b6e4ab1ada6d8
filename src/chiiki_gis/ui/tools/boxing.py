"""A press that ends as a click or as a rectangle: what tools that pick with both have in common."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from chiiki_gis.ui.tools.tool import Pointer, Surface
from chiiki_gis.ui.tools.zoom_box import Rubber


class Boxing:
    """The left button from going down to coming up, and the rectangle drawn meanwhile."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._pressed: Pointer | None = None
        self._rubber: Rubber | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether the mouse has moved with the button down."""
        return self._rubber is not None

    def press(self, pointer: Pointer) -> None:
        """Remember where the button went down."""
        self._pressed = pointer if pointer.button == "left" else None
        self._rubber = None

    def move(self, pointer: Pointer) -> None:
        """With the button down, a rectangle."""
        if self._pressed is not None:
            self._rubber = Rubber(self._pressed.pixel, pointer.pixel)
            self._surface.refresh()

    def release(self) -> tuple[Pointer | None, bool]:
        """Where the button went down, None where it did not, and whether it was dragged to a rectangle."""
        start, rubber = self._pressed, self._rubber
        self.drop()
        return start, rubber is not None and rubber.is_drag

    def drop(self) -> None:
        """Nothing is pressed any more."""
        self._pressed = self._rubber = None

    def paint(self, painter: QPainter) -> None:
        """The rectangle, once it is meant as one."""
        if self._rubber is not None and self._rubber.is_drag:
            self._rubber.paint(painter)
