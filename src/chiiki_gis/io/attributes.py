"""The columns of a table as plain values, and values as columns of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_V = TypeVar("_V", bound=Hashable)
_M = TypeVar("_M")


def with_columns(frame: GeoDataFrame, values: Mapping[str, Sequence[Any]]) -> GeoDataFrame:
    """The frame with columns added; one of the same name and another content is kept as 「元の…」."""
    import pandas

    taken = {str(c): f"元の{c}" for c in frame.columns if str(c) in values}
    kept = {old: new for old, new in taken.items() if list(frame[old]) != list(values[old])}
    out = frame.rename(columns=kept)
    for name, column in values.items():
        out[name] = pandas.Series(list(column), index=frame.index)
    return out


def texts_of(frame: GeoDataFrame, column: str | None) -> list[str | None]:
    """A column as plain texts; numbers lose a trailing .0; None where missing or no such column."""
    if column is None or column not in frame.columns:
        return [None] * len(frame)
    values = frame[column]
    import pandas

    if values.dtype == object:
        return [_text(value) for value in values]
    if isinstance(values.dtype, pandas.StringDtype):
        stripped = values.str.strip()
        there = (stripped.notna() & (stripped != "")).to_numpy(dtype=bool)
        texts: list[str | None] = stripped.astype(object).where(there, None).tolist()
        return texts
    codes, different = pandas.factorize(values)  # many rows hold few different values
    words = [*(_text(value) for value in different), None]
    return [words[code] for code in codes]


def each(values: Iterable[_V], make: Callable[[_V], _M]) -> list[_M]:
    """What is made of every value, made once for equal ones: many rows hold few different values."""
    made: dict[_V, _M] = {}
    return [made[value] if value in made else made.setdefault(value, make(value)) for value in values]


def _text(value: Any) -> str | None:
    import pandas

    if value is None or value is pandas.NA or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None


def integer_of(text: str | None) -> int | None:
    """A whole number as it is written; None for any other text."""
    try:
        return None if text is None else int(float(text))
    except ValueError:
        return None


def name_column(frame: GeoDataFrame) -> str | None:
    """The column that most likely holds names: by its own name, else the first of text."""
    preferred = ("name", "名称", "名前", "施設名", "駅名", "地区名", "n03_004")
    columns = {str(c).lower(): str(c) for c in frame.columns}
    found = next((columns[p] for p in preferred if p in columns), None)
    if found is not None:
        return found
    geometry = frame.geometry.name
    texts = [c for c in frame.columns if c != geometry and any(isinstance(v, str) for v in frame[c].head(20))]
    return str(texts[0]) if texts else None
