"""What a map tool is, and what it may ask of the map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

    from chiiki_gis.render.view import View

Point = tuple[float, float]
Button = Literal["left", "right", "none"]
_BUTTONS: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.RightButton: "right",
}
MenuEntry = tuple[str, Callable[[], object], bool]
"""Words, what choosing it does, and whether it can be chosen now."""


@dataclass(frozen=True)
class Pointer:
    """Where the mouse is and which keys are held: `at` in project CRS (m), `pixel` in logical pixels."""

    at: Point
    pixel: Point
    button: Button = "none"
    shift: bool = False
    ctrl: bool = False
    alt: bool = False


def pointer_of(event: QMouseEvent, to_map: Callable[[Point], Point]) -> Pointer:
    """A mouse event as tools see it."""
    pixel = (event.position().x(), event.position().y())
    there = pointer_with(Pointer(to_map(pixel), pixel), event.modifiers())
    return replace(there, button=_BUTTONS.get(event.button(), "none"))


class Surface(Protocol):
    """The map as tools see it."""

    view: View

    def show_view(self, view: View) -> None:
        """Show another piece of ground."""

    def to_map(self, pixel: Point) -> Point:
        """Project coordinates under a logical pixel."""

    def to_pixel(self, at: Point) -> Point:
        """The logical pixel of project coordinates."""

    def metres(self, pixels: float) -> float:
        """What a distance on screen is on the ground."""

    def refresh(self) -> None:
        """Draw the tool's overlay again."""

    def say(self, text: str) -> None:
        """Show a sentence on the map until the next click or key."""

    def leave_tool(self) -> None:
        """Go back to 選択."""


class Tool:
    """A tool that does nothing; each tool overrides what it needs.

    Panning and zooming belong to the map and work in every tool.
    """

    id = ""
    cursor = Qt.CursorShape.ArrowCursor

    def hint(self) -> str:
        """What the mouse and the keys do now."""
        return ""

    def note(self) -> str:
        """What stands in the status bar instead of the hint; empty for the hint."""
        return ""

    @property
    def wants_tab(self) -> bool:
        """Whether the Tab key belongs to the tool now, not to the window."""
        return False

    @property
    def wants_alt(self) -> bool:
        """Whether Alt suspends snapping now; pressed alone it must not go to the menus then."""
        return False

    def start(self) -> None:
        """The tool has been chosen."""

    def stop(self) -> None:
        """Another tool has been chosen."""

    def press(self, pointer: Pointer) -> None:
        """A mouse button went down."""

    def move(self, pointer: Pointer) -> None:
        """The mouse moved."""

    def release(self, pointer: Pointer) -> None:
        """A mouse button went up."""

    def double_click(self, pointer: Pointer) -> None:
        """The left button was pressed twice; `press` was called for the first."""

    def key(self, event: QKeyEvent) -> bool:
        """A key went down; True when the tool used it."""
        return False

    def undo(self) -> bool:
        """元に戻す was asked; True when the tool took back a step of its own."""
        return False

    def redo(self) -> bool:
        """やり直す was asked; True when the tool did a step of its own again."""
        return False

    def delete(self) -> bool:
        """Delete was pressed; True when the tool used it."""
        return False

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """The entries of the context menu, the likeliest first."""
        return []

    def paint_overlay(self, painter: QPainter) -> None:
        """Draw over the map, in logical pixels."""


def pointer_with(pointer: Pointer, held: Qt.KeyboardModifier) -> Pointer:
    """The pointer where it was, with other keys held."""
    return replace(
        pointer,
        button="none",
        shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
        ctrl=bool(held & Qt.KeyboardModifier.ControlModifier),
        alt=bool(held & Qt.KeyboardModifier.AltModifier),
    )


def left_by_escape(event: QKeyEvent, surface: Surface) -> bool:
    """The key handler of a tool that has nothing to take back: Esc leaves it."""
    if event.key() != Qt.Key.Key_Escape:
        return False
    surface.leave_tool()
    return True
