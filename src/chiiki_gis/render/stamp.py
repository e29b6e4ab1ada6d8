"""Very many points at once: squares written straight into the picture's pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage


def stamp_points(
    image: QImage, xy: NDArray[np.float64], codes: NDArray[np.uint16], colors: Sequence[QColor], size_px: int,
    frame: QRectF,
) -> None:  # fmt: skip
    """Write an opaque square for every point inside the frame into a 32-bit image.

    xy      device pixels (n, 2);  codes  class of every point, an index into `colors`
    """
    if image.depth() != 32:
        raise ValueError("the picture must have 32 bits a pixel")
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.bits(), "u4").reshape(height, image.bytesPerLine() // 4)
    table = np.array([_opaque(color) for color in colors], "u4")
    half = size_px // 2
    left, top = max(0.0, frame.left()), max(0.0, frame.top())
    right, bottom = min(float(width), frame.right()), min(float(height), frame.bottom())
    inside = (
        (xy[:, 0] >= left + half) & (xy[:, 0] < right - half)
        & (xy[:, 1] >= top + half) & (xy[:, 1] < bottom - half)
    )  # fmt: skip
    x, y = xy[inside, 0].astype("i8"), xy[inside, 1].astype("i8")
    ink = table[codes[inside]]
    for dy in range(-half, size_px - half):
        for dx in range(-half, size_px - half):
            pixels[np.clip(y + dy, 0, height - 1), np.clip(x + dx, 0, width - 1)] = ink


def _opaque(color: QColor) -> int:
    alpha = color.alphaF()
    parts = (round(255 + (part - 255) * alpha) for part in (color.red(), color.green(), color.blue()))
    red, green, blue = parts
    return 0xFF000000 | red << 16 | green << 8 | blue
