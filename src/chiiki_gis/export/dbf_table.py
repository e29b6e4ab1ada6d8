"""The attribute table of a Shapefile: short names, exact widths, values that come back as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.export.cp932 import (
    byte_length,
    code_points,
    foreign_units,
    proposal,
    replaced,
    split_at,
)
from chiiki_gis.export.dictionary import WIDEST, Field
from chiiki_gis.export.outgoing import Outgoing

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

LISTED = 20
"""Values that an error names before it counts the rest."""


@dataclass(frozen=True)
class DbfColumn:
    """One column of the .dbf file."""

    name: str
    field: Field
    width: int
    decimals: int

    @property
    def fiona(self) -> str:
        """Its type in the words of a fiona schema."""
        if self.field.type in ("text", "json"):
            return f"str:{self.width}"
        return f"float:{self.width}.{self.decimals}" if self.decimals else f"int:{self.width}"


def dbf_table(
    layer: Outgoing, substitutions: Mapping[str, str], notes: list[str]
) -> tuple[tuple[DbfColumn, ...], GeoDataFrame]:
    """The columns of a layer's .dbf and the frame that goes into it, named and rounded as it will be read.

    Text columns keep their fixed width and grow up to 254 bytes where a value needs it; text that the program
    composes goes on in a second column (根拠条文2). What was replaced, rounded or trimmed is said in `notes`.
    `require_writable` comes first. Raises BadInput for a text over 254 bytes or a number too long.
    """
    import geopandas
    import pandas

    columns: list[DbfColumn] = []
    data: dict[Any, Any] = {}
    frame = layer.frame.reset_index()
    for field in layer.fields:
        if not field.short:
            continue
        values = frame[field.name].astype(object).where(frame[field.name].notna(), None).tolist()
        if field.type in ("text", "json"):
            made: list[tuple[DbfColumn, Sequence[object]]] = [
                *_text_columns(layer, field, values, substitutions, notes)
            ]
        elif field.type == "number":
            made = [_numbers(layer, field, values, notes)]
        else:
            made = [_integers(layer, field, values)]
        for column, cells in made:
            columns.append(column)
            data[column.name] = pandas.Series(cells, index=layer.frame.index, dtype=object)
    geometry = layer.frame.geometry.to_numpy()
    table = geopandas.GeoDataFrame(data, geometry=geometry, crs=layer.frame.crs, index=layer.frame.index)
    return tuple(columns), table


def foreign_in(layers: Sequence[Outgoing]) -> dict[str, str | None]:
    """Characters that CP932 lacks, in names and where nothing is proposed; each with its proposal."""
    found: dict[str, str | None] = {}
    for _, field, _, text in _foreign_texts(layers):
        for unit in foreign_units(text):
            if field.is_proper or proposal(unit) is None:
                found[unit] = proposal(unit)
    return found


def require_writable(layers: Sequence[Outgoing], substitutions: Mapping[str, str]) -> None:
    """Nothing when every character can be written.

    A character outside CP932 may be replaced by our proposal in remarks, but in a name only when
    `substitutions` says so. Raises BadInput that lists the values, their characters and the way out.
    """
    wrong: list[tuple[str, str, list[str]]] = []
    for layer, field, fid, text in _foreign_texts(layers):
        units = [
            unit
            for unit in foreign_units(text)
            if foreign_units(_substitute(unit, substitutions, field))
            or unit == _substitute(unit, substitutions, field)
        ]
        if units:
            wrong.append((f"「{layer.title}」の地物番号{fid}の「{field.japanese}」", text, units))
    if not wrong:
        return
    places = "、".join(f"{place}（{text}）" for place, text, _ in wrong[:LISTED])
    more = f"、ほか{len(wrong) - LISTED}件" if len(wrong) > LISTED else ""
    units = list(dict.fromkeys(unit for _, _, many in wrong for unit in many))
    named = "、".join(f"「{unit}」（{code_points(unit)}）" for unit in units)
    offers = "、".join(f"「{unit}」→「{proposal(unit)}」" for unit in units if proposal(unit) is not None)
    raise BadInput(
        f"{places}{more}をShapefileに書き出せませんでした。",
        f"Shapefileで使う文字（CP932）に{named}がありません。",
        (f"置き換えてよければ{offers}の置き換えを指定し、そうでなければ" if offers else "")
        + "値を直すか、GeoPackageで提出してください。",
    )


def _foreign_texts(layers: Sequence[Outgoing]) -> Iterator[tuple[Outgoing, Field, int, str]]:
    """The texts with characters outside CP932; each different text is looked at once."""
    for layer in layers:
        for field in layer.fields:
            if field.type not in ("text", "json") or not field.short:
                continue
            column = layer.frame[field.name]
            odd = [value for value in column.dropna().unique() if foreign_units(str(value))]
            for fid, value in column[column.isin(odd)].items():
                yield layer, field, int(str(fid)), str(value)


def _substitute(text: str, substitutions: Mapping[str, str], field: Field) -> str:
    """The text as it will be written, where that is allowed."""
    agreed = replaced(text, substitutions)
    if field.is_proper:
        return agreed
    return replaced(agreed, {u: p for u in foreign_units(agreed) if (p := proposal(u)) is not None})


def _text_columns(
    layer: Outgoing,
    field: Field,
    values: Sequence[str | None],
    substitutions: Mapping[str, str],
    notes: list[str],
) -> Iterator[tuple[DbfColumn, list[str | None]]]:
    cells: list[list[str]] = []
    known: dict[str | None, list[str]] = {}
    for fid, value in zip(layer.frame.index, values, strict=True):
        if value in known:
            cells.append(known[value])
            continue
        plain = _plain_json(value) if field.type == "json" and value is not None else value or ""
        text = _substitute(plain, substitutions, field)
        if text != plain:
            units = "、".join(f"「{u}」（{code_points(u)}）" for u in foreign_units(plain))
            notes.append(
                f"「{layer.title}」の地物番号{fid}の「{field.japanese}」の{units}を置き換えました"
                f"（「{plain}」→「{text}」）。"
            )
        if text != text.strip(" "):
            notes.append(f"「{layer.title}」の「{field.japanese}」の前後の空白は、Shapefileでは消えます。")
            text = text.strip(" ")
        if byte_length(text) > WIDEST and not field.can_split:
            raise _too_long(layer, field, int(fid), text)
        cells.append(split_at(text, WIDEST))
        if text == plain:  # what was changed is told for every row
            known[value] = cells[-1]
    count = max((len(cell) for cell in cells), default=1)
    if count > 1:
        notes.append(f"「{layer.title}」の「{field.japanese}」は長いため、{count}列に分けました。")
    for number in range(count):
        column = [(cell[number] if number < len(cell) else "") or None for cell in cells]
        widest = max((byte_length(text) for text in set(column) if text), default=0)
        name = field.short if number == 0 else f"{field.short}{number + 1}"
        yield DbfColumn(name, field, max(field.width, widest), 0), column


def _numbers(
    layer: Outgoing, field: Field, values: Sequence[float | None], notes: list[str]
) -> tuple[DbfColumn, list[float | None]]:
    cells: list[float | None] = []
    rounded = 0
    for fid, value in zip(layer.frame.index, values, strict=True):
        if value is None:
            cells.append(None)
            continue
        text = f"{float(value):.{field.decimals}f}"
        if len(text) > field.width:
            raise _too_many_digits(layer, field, int(fid), text)
        rounded += float(text) != float(value)
        cells.append(float(text))
    if rounded:
        notes.append(
            f"「{layer.title}」の「{field.japanese}」{rounded}件は、小数第{field.decimals}位までに丸めました。"
        )
    return DbfColumn(field.short, field, field.width, field.decimals), cells


def _integers(layer: Outgoing, field: Field, values: Sequence[Any]) -> tuple[DbfColumn, list[int | None]]:
    cells = [None if value is None else int(value) for value in values]
    for fid, cell in zip(layer.frame.index, cells, strict=True):
        if cell is not None and len(str(cell)) > field.width:
            raise _too_many_digits(layer, field, int(fid), str(cell))
    return DbfColumn(field.short, field, field.width, 0), cells


def _plain_json(text: str) -> str:
    """A JSON list of texts as 「一、二」, an object of plain values as 「鍵: 値、…」; other JSON as it is."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "、".join(value)
    if isinstance(value, dict) and not any(isinstance(part, list | dict) for part in value.values()):
        return "、".join(f"{key}: {part}" for key, part in value.items())
    return text


def _too_long(layer: Outgoing, field: Field, fid: int, text: str) -> BadInput:
    return BadInput(
        f"「{layer.title}」の地物番号{fid}の「{field.japanese}」（{text[:20]}…）をShapefileに書き出せませんでした。",
        f"文字の列に入るのは{WIDEST}バイト（全角127字）までで、この値は{byte_length(text)}バイトあります。",
        "短い文に直すか、GeoPackageで提出してください。",
    )


def _too_many_digits(layer: Outgoing, field: Field, fid: int, text: str) -> BadInput:
    return BadInput(
        f"「{layer.title}」の地物番号{fid}の「{field.japanese}」（{text}）をShapefileに書き出せませんでした。",
        f"この列に入る数は{field.width}桁までです。",
        "値に誤りがないか確かめて、直してください。",
    )
