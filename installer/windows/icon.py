"""Writes launcher/app.ico from the program's own picture; run it with the checkout's environment."""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice

from chiiki_gis.ui.app_icon import SIZES, picture

TARGET = Path(__file__).resolve().parent / "launcher" / "app.ico"


def ico() -> bytes:
    """An icon file: each size as a PNG, which Windows takes since Vista."""
    pictures = []
    for size in SIZES:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        picture(size).save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt text
        pictures.append(buffer.data().data())
    at = 6 + 16 * len(SIZES)
    head, body = struct.pack("<HHH", 0, 1, len(SIZES)), b""
    for size, data in zip(SIZES, pictures, strict=True):
        side = size % 256  # 0 says 256
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), at + len(body))
        body += data
    return head + body


if __name__ == "__main__":
    TARGET.write_bytes(ico())
