"""Moving the map with the left button."""

from __future__ import annotations

from PySide6.QtCore import Qt

from chiiki_gis.ui.tools.tool import Tool


class PanTool(Tool):
    """The map itself pans while this tool is chosen."""

    id = "pan"
    cursor = Qt.CursorShape.OpenHandCursor

    def hint(self) -> str:
        """How to move."""
        return "ドラッグで地図を動かします　ホイールで拡大・縮小"
