"""The program's own picture, in the window and in the Windows program."""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtGui import QImage

from chiiki_gis.ui.app_icon import SIZES, picture

ICON = Path(__file__).resolve().parents[2] / "installer" / "windows" / "launcher" / "app.ico"


def test_the_icon_of_the_windows_program_is_the_picture_of_the_window() -> None:
    data = ICON.read_bytes()
    count = struct.unpack_from("<HHH", data)[2]
    assert count == len(SIZES)
    for number, size in enumerate(SIZES):
        length, at = struct.unpack_from("<II", data, 6 + 16 * number + 8)
        drawn = QImage.fromData(data[at : at + length])
        assert (drawn.width(), drawn.height()) == (size, size)
        middle = drawn.pixelColor(size // 2, size * 40 // 100)
        wanted = picture(size).pixelColor(size // 2, size * 40 // 100)
        assert max(abs(a - b) for a, b in zip(middle.getRgb(), wanted.getRgb(), strict=True)) < 40


def test_the_corners_are_clear() -> None:
    assert picture(64).pixelColor(0, 0).alpha() == 0
