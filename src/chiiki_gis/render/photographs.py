"""Photographs made smaller, upright and without what the camera wrote into them."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImageReader

from chiiki_gis.render.fonts import painting_application

_QUALITY = 88
_FORMATS = frozenset({b"jpeg", b"jpg", b"png", b"gif", b"bmp", b"webp", b"tiff"})


def is_picture(data: bytes) -> bool:
    """Whether some bytes are a picture that can be drawn; its size is read, not its pixels."""
    _, reader = _reader(data)
    return bytes(reader.format().data()) in _FORMATS and reader.size().isValid() and reader.canRead()


def smaller(data: bytes, edge_px: int) -> bytes | None:
    """A picture as a JPEG whose longer edge has at most `edge_px` pixels; None where it cannot be read.

    It is turned as its EXIF says, and carries no EXIF of its own.
    """
    buffer, reader = _reader(data)
    size = reader.size()
    if not size.isValid():
        return None
    if max(size.width(), size.height()) > edge_px:
        reader.setScaledSize(size.scaled(QSize(edge_px, edge_px), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    buffer.close()
    if image.isNull():
        return None
    for key in image.textKeys():
        image.setText(key, "")
    out = QByteArray()
    sink = QBuffer(out)
    sink.open(QIODevice.OpenModeFlag.WriteOnly)
    made = image.save(sink, "JPEG", _QUALITY)  # type: ignore[call-overload]  # the stubs want bytes
    sink.close()
    return bytes(out.data()) if made else None


def _reader(data: bytes) -> tuple[QBuffer, QImageReader]:
    painting_application()
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    return buffer, reader
