"""The doctor of attributes: numbers that a table could not hold, and numbers that mean "no value"."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

SURE_MARKERS = (-89999999, -99999999, -999999999)
"""What 国土数値情報 and its like write for a missing number: no measure of a town has them."""
LIKELY_MARKERS = (-9999, -99999, -999999)
"""What others write; told and left, since nobody but the maker knows."""
_MOST_BYTES = 400_000_000


def with_decimals(frame: DataFrame, dbf: Path | None) -> tuple[DataFrame, list[str]]:
    """Decimals that stand in a field declared for integers, which the library would cut, given back.

    dbf   the table of a Shapefile; None for other formats
    """
    import numpy

    if dbf is None or dbf.stat().st_size > _MOST_BYTES:
        return frame, []
    fields, records = _fields(dbf)
    names = [str(c) for c in frame.columns if c != "geometry"]
    if len(fields) != len(names) or records is None or len(records) != len(frame):
        return frame, []
    notes, out = [], frame
    for name, (kind, start, length, decimals) in zip(names, fields, strict=True):
        if kind not in (b"N", b"F") or decimals:
            continue
        cells = records[:, start : start + length]
        if not (cells == ord(".")).any():
            continue
        values = [_number(bytes(cell)) for cell in cells]
        count = sum(value is not None and not value.is_integer() for value in values)
        if count:
            out = out.assign(**{name: numpy.array([numpy.nan if v is None else v for v in values])})
            notes.append(f"整数の欄「{name}」に小数が{count}件入っていたため、小数として読みました。")
    return out, notes


def without_markers(frame: DataFrame) -> tuple[DataFrame, list[str]]:
    """Numbers that surely mean "no value" made empty, and what is likely one told; both counted by column."""
    import numpy

    notes, out = [], frame
    for column in frame.columns:
        values = frame[column]
        if values.dtype.kind not in "if":
            continue
        sure = numpy.isin(values.to_numpy(), SURE_MARKERS)
        if sure.any():
            out = out.assign(**{str(column): values.mask(sure)})
            number = int(values[sure].iloc[0])
            notes.append(f"列「{column}」の{number}は値がない印とみて、{int(sure.sum())}件を空にしました。")
        likely = numpy.isin(values.to_numpy(), LIKELY_MARKERS)
        if likely.any():
            number = int(values[likely].iloc[0])
            notes.append(
                f"列「{column}」に{number}が{int(likely.sum())}件あります。値がない印かもしれませんので、確かめてください。"
            )
    return out, notes


def _fields(dbf: Path) -> tuple[list[tuple[bytes, int, int, int]], Any]:
    """(type, start, length, decimals) of every field, and the records as bytes where they are whole."""
    import numpy

    data = dbf.read_bytes()
    if len(data) < 33:
        return [], None
    count, header, size = struct.unpack("<IHH", data[4:12])
    fields, at, start = [], 32, 1
    while at + 32 <= header and data[at : at + 1] != b"\x0d":
        kind, length, decimals = data[at + 11 : at + 12], data[at + 16], data[at + 17]
        fields.append((kind, start, length, decimals))
        start, at = start + length, at + 32
    body = data[header : header + count * size]
    if size == 0 or start != size or len(body) != count * size:
        return [], None
    records = numpy.frombuffer(body, numpy.uint8).reshape(count, size)
    return fields, records[records[:, 0] != ord("*")]


def _number(cell: bytes) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
