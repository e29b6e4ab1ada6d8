"""What a column holds, for the style dialog."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from chiiki_gis.analysis.intervals import METHODS, MOST_CLASSES, breaks_of
from chiiki_gis.core.classes import NO_CLASS, class_texts, numbers_of
from chiiki_gis.core.jobs import MOST_VALUES, ColumnSummary
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.style import Style
from chiiki_gis.io.store import read_column

if TYPE_CHECKING:
    from pandas import Series


def summarise(layer: Layer, column: str) -> ColumnSummary:
    """The values of a layer's column with their counts, and where its numbers could be cut into classes."""
    values = layer.rows[column] if layer.is_plan else read_column(layer.reference, column)
    return summary_of(values)


def summary_of(values: Series) -> ColumnSummary:
    """The same of values at hand."""
    counts = Counter(class_texts(values, Style()))
    missing = counts.pop(NO_CLASS, 0)
    numbers = numbers_of(values).dropna()
    found = np.sort(numbers.to_numpy())
    by_number = len(found) == len(values) - missing
    listed = [value for value, _ in sorted(counts.items(), key=lambda pair: -pair[1])[:MOST_VALUES]]
    ordered = sorted(listed, key=_as_number) if by_number else sorted(listed)
    return ColumnSummary(
        values=tuple((value, counts[value]) for value in ordered),
        distinct=len(counts),
        missing=missing,
        numbers=len(found),
        low=float(found.min()) if len(found) else None,
        high=float(found.max()) if len(found) else None,
        breaks={
            (method, classes): breaks_of(found, method, classes)
            for method in METHODS
            for classes in range(2, MOST_CLASSES + 1)
            if len(found)
        },
    )


def _as_number(text: str) -> float:
    import pandas

    return float(numbers_of(pandas.Series([text], dtype=object)).iloc[0])
