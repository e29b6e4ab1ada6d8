"""Sorting, filtering, summing and paging a table of attributes."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.core.errors import Cancelled
from chiiki_gis.core.table import ColumnFilter, TableColumn, TableQuery
from chiiki_gis.io import table_query
from chiiki_gis.io.store import TableRef, keep_blob
from chiiki_gis.io.table_query import arranged, column_kinds, in_memory, stored, summed
from chiiki_gis.io.tables import read_rows, unbroken_fids


def blob(fids: list[int] | None = None, **columns: object) -> TableRef:
    frame = pandas.DataFrame(columns)
    index = pandas.Index(fids or range(1, len(frame) + 1), dtype="int64", name="fid")
    shapes = shapely.points(np.arange(len(frame)), 0.0)
    return keep_blob(geopandas.GeoDataFrame(frame.set_index(index), geometry=shapes, crs=6676))


def columns_of(reference: TableRef) -> tuple[TableColumn, ...]:
    kinds = column_kinds(reference)
    return tuple(TableColumn(name, name, kinds[name]) for name in reference.columns)


def rows(reference: TableRef, query: TableQuery) -> list[int]:
    with stored(reference) as source:
        return arranged(source, columns_of(reference), query).tolist()


TOWN = {
    "面積": [9.5, None, 100.25, 9.5, -3.0],
    "町名": ["中央", "Bヶ丘", None, "", "青葉"],
    "階数": ["10", "2", None, "9", ""],
    "コード": ["0123", "20214", "9", None, "5"],
    "用途": [21, 22, 21, 30, 21],
}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (TableQuery(), [1, 2, 3, 4, 5]),
        (TableQuery(sort="面積"), [5, 1, 4, 3, 2]),
        (TableQuery(sort="面積", descending=True), [3, 1, 4, 5, 2]),
        (TableQuery(sort="町名"), [2, 1, 5, 3, 4]),
        (TableQuery(sort="町名", descending=True), [5, 1, 2, 3, 4]),
        (TableQuery(sort="階数"), [2, 4, 1, 3, 5]),
        (TableQuery(sort="コード"), [1, 2, 5, 3, 4]),
        (TableQuery(text="央"), [1]),
        (TableQuery(text="ｂヶ"), [2]),
        (TableQuery(text="１００．２"), [3]),
        (TableQuery(text="%"), []),
        (TableQuery(filters=(ColumnFilter("面積", "at_least", "９．５"),)), [1, 3, 4]),
        (TableQuery(filters=(ColumnFilter("面積", "at_most", "9.5"),)), [1, 4, 5]),
        (TableQuery(filters=(ColumnFilter("階数", "equals", "9"),)), [4]),
        (TableQuery(filters=(ColumnFilter("町名", "equals", "中央"),)), [1]),
        (TableQuery(filters=(ColumnFilter("町名", "empty"),)), [3, 4]),
        (TableQuery(filters=(ColumnFilter("階数", "filled"),)), [1, 2, 4]),
        (TableQuery("2", (ColumnFilter("用途", "equals", "21"),), "面積"), [5, 1, 3]),
    ],
)
def test_a_query_gives_its_rows_in_order(query: TableQuery, wanted: list[int]) -> None:
    assert rows(blob(**TOWN), query) == wanted


@given(
    st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0")))),
    st.booleans(),
)
def test_text_sorts_by_unicode_with_empty_cells_last(values: list[str | None], descending: bool) -> None:
    column = TableColumn("a", "a")
    with in_memory((column,), {n: [v] for n, v in enumerate(values)}) as source:
        found = arranged(source, (column,), TableQuery(sort="a", descending=descending)).tolist()
    filled = sorted((n for n, v in enumerate(values) if v), key=lambda n: str(values[n]), reverse=descending)
    assert found == filled + [n for n, v in enumerate(values) if not v]


def test_kinds_follow_what_is_written_in_a_column() -> None:
    kinds = column_kinds(blob(**TOWN, 居住=[True, False, True, True, False]))
    assert kinds == {
        "面積": "quantity",
        "町名": "text",
        "階数": "number",
        "コード": "text",
        "用途": "number",
        "居住": "flag",
    }


@pytest.mark.parametrize("text", ["0", "-5", "12", "0.5", "-0.25", "123456789012345"])
def test_a_text_that_is_a_plain_number_makes_a_column_of_numbers(text: str) -> None:
    assert column_kinds(blob(値=["7", None, text]))["値"] in ("number", "quantity")


@pytest.mark.parametrize(
    "text",
    ["00", "01.5", "-012", "1.", ".5", "-", "--5", "1-2", "5-", "1.2.3", "1,200", "１２", "1e5", "1" * 17],
)
def test_any_other_text_makes_it_one_of_text(text: str) -> None:
    assert column_kinds(blob(値=["7", None, text]))["値"] == "text"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("N03_007", [20214.0, None, 20206.0]),
        ("A29_004", [1, 2, 3]),
        ("緯度", [36.1, 36.2, 36.3]),
        ("コード", [1.5, 2.5, 3.5]),
        ("築年", [1975, 1980, 1999]),
    ],
)
def test_codes_places_and_years_are_never_summed(name: str, values: list[float]) -> None:
    reference = blob(**{name: values})
    with stored(reference) as source:
        assert summed(source, columns_of(reference), TableQuery()) == {}


def test_counts_are_summed_though_they_are_whole() -> None:
    reference = blob(人口=[10, 20, 30], 世帯数=["1", "2", ""])
    with stored(reference) as source:
        found = summed(source, columns_of(reference), TableQuery())
    assert (found["人口"].total, found["世帯数"].total) == (60, 3)


def test_sums_take_empty_cells_as_no_number() -> None:
    reference = blob(**TOWN)
    with stored(reference) as source:
        area = summed(source, columns_of(reference), TableQuery())["面積"]
    assert (area.filled, area.total, area.mean, area.least, area.most) == (
        4,
        116.25,
        116.25 / 4,
        -3.0,
        100.25,
    )


def test_sums_are_of_the_rows_shown_or_selected() -> None:
    reference = blob(**TOWN)
    columns = columns_of(reference)
    query = TableQuery(filters=(ColumnFilter("面積", "at_least", "0"),))
    with stored(reference) as source:
        assert summed(source, columns, query)["面積"].total == 119.25
    with stored(reference) as source:
        assert summed(source, columns, query, np.array([3, 5]))["面積"].total == 97.25
    with stored(reference) as source:
        assert summed(source, columns, query, np.array([2]))["面積"].total is None


def test_a_page_holds_what_is_asked_for_whatever_the_order() -> None:
    reference = blob(fids=[3, 4, 700, 9000], 名=["い", "ろ", "は", "に"])
    assert read_rows(reference, [9000, 3]) == {9000: ("に",), 3: ("い",)}
    assert read_rows(reference, [3, 4, 5]) == {3: ("い",), 4: ("ろ",)}
    assert read_rows(reference, []) == {}


def test_fids_without_a_gap_are_known_at_once() -> None:
    whole = unbroken_fids(blob(fids=[5, 6, 7], 名=["い", "ろ", "は"]))
    assert whole is not None
    assert whole.tolist() == [5, 6, 7]
    assert unbroken_fids(blob(fids=[5, 6, 8], 名=["い", "ろ", "は"])) is None


def test_a_query_stops_when_the_job_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped:
        def step(self, done: int, total: int, note: str = "") -> None:
            raise Cancelled(done, total, note)

    monkeypatch.setattr(table_query, "_STEPS", 1)
    with pytest.raises(Cancelled), stored(blob(**TOWN), Stopped()) as source:
        arranged(source, (TableColumn("面積", "面積", "quantity"),), TableQuery(sort="面積"))
