"""What a 支援法人 may be told: inside the area, with consent, and owners only when somebody ticks them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import openpyxl
import pytest
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.houses import Provision
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.support import support_view, write_for_support
from chiiki_gis.io.normalise import vacant_houses
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks.houses import record_consent

UNSAID = ["管理者", "owner", "占有者", "借主", "大家", "共有者", "登記名義人", "氏", "居住者", "相談者"]
HOUSES = LayerId("houses")
ASKED = Provision("甲の会", "2026-11-01", "活用の相談", ("物件番号", "所在地"))


@pytest.fixture
def document() -> Document:
    """Five houses: inside with consent, inside without, outside with, without a place, on the border."""
    made = new_document(Header("x", (Municipality("20999", "試験市"),), 6676))
    made.apply(add_area(made, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    frame = geopandas.GeoDataFrame(
        {
            "物件番号": ["S1", "S2", "S3", "S4", "S5"],
            "所在地": ["あ", "い", "う", "え", "お"],
            "所有者氏名": ["甲野", "乙野", "丙野", "丁野", "戊野"],
            "備考": ["娘は花子", None, None, None, None],
            "同意": ["あり", "未確認", "あり", "あり", "なし"],
        },
        geometry=[
            *shapely.points([[50, 50], [60, 50], [500, 50]]), None, shapely.Point(100, 50),
        ],
        crs=6676,
    )  # fmt: skip
    frame.index = frame.index.astype("int64") + 1
    rows, _ = vacant_houses(frame)
    made.apply(Change("空き家", put_layers=(Layer(HOUSES, Role.VACANT_HOUSE, "空き家", memory_ref(rows)),)))
    return made


def test_only_consented_houses_inside_the_area_are_shown_and_the_others_are_counted(
    document: Document,
) -> None:
    view = support_view(snapshot(document))
    assert [house.fid for house in view.houses] == [1]
    assert (view.outside, view.unplaced, view.unconsented) == (1, 1, 2)
    assert [(c.name, c.is_personal) for c in view.columns] == [
        ("物件番号", False), ("所在地", False), ("所有者氏名", True), ("備考", True),
    ]  # fmt: skip


def test_a_column_leaves_unticked_only_where_it_surely_tells_of_the_house(
    document: Document, tmp_path: Path
) -> None:
    of_house = [
        "所在地",
        "構造",
        "建築年",
        "延べ面積（㎡）",
        "階数",
        "用途",
        "間取り",
        "希望価格",
        "家賃",
        "状態",
        "物件番号",
    ]
    unsaid = [*UNSAID, "対応履歴", "摘要", "状況", "本人住所", "住民票住所", "name", "見守り"]
    values = {name: ["甲野"] for name in unsaid} | {name: ["x"] for name in of_house} | {"consent": ["あり"]}
    frame = geopandas.GeoDataFrame(values, geometry=[shapely.Point(50, 50)], crs=6676)
    layer = Layer(HOUSES, Role.VACANT_HOUSE, "空き家", memory_ref(frame))
    document.apply(Change("", put_layers=(layer,)))
    view = support_view(snapshot(document))
    assert {c.name for c in view.columns if not c.is_personal} == set(of_house)
    path = tmp_path / "一覧.xlsx"
    write_for_support(snapshot(document), replace(ASKED, columns=tuple(of_house)), path)
    assert "甲野" not in texts(path)
    write_for_support(snapshot(document), replace(ASKED, columns=("所在地", "管理者", "摘要")), path)
    assert "管理者、摘要" in texts(path)


def test_a_layer_without_a_house_has_none_to_tell_of(document: Document) -> None:
    empty = geopandas.GeoDataFrame({"consent": [], "所在地": []}, geometry=[], crs=6676)
    layer = Layer(HOUSES, Role.VACANT_HOUSE, "空き家", memory_ref(empty))
    document.apply(Change("", put_layers=(layer,)))
    assert support_view(snapshot(document)).houses == ()


def test_without_an_area_nothing_may_be_told(document: Document) -> None:
    document.apply(Change("", drop={LayerId("promotion_area"): (Fid(1),)}))
    view = support_view(snapshot(document))
    assert (view.has_area, view.houses) == (False, ())


def texts(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def test_owners_leave_only_where_their_column_is_ticked(document: Document, tmp_path: Path) -> None:
    plain, full = tmp_path / "一覧.xlsx", tmp_path / "所有者.xlsx"
    write_for_support(snapshot(document), ASKED, plain)
    assert "甲野" not in texts(plain)
    assert "花子" not in texts(plain)
    assert "甲の会" in texts(plain)
    assert "令和8年11月1日" in texts(plain)
    write_for_support(snapshot(document), replace(ASKED, columns=("物件番号", "所有者氏名")), full)
    told = texts(full)
    assert "甲野" in told
    assert not any(name in told for name in ("乙野", "丙野", "丁野", "戊野"))


@pytest.mark.parametrize("lacking", [{"corporation": " "}, {"purpose": ""}, {"requested_on": ""}])
def test_nothing_leaves_without_who_when_and_why(
    document: Document, tmp_path: Path, lacking: dict[str, str]
) -> None:
    with pytest.raises(BadInput):
        write_for_support(snapshot(document), replace(ASKED, **lacking), tmp_path / "一覧.xlsx")  # type: ignore[arg-type]  # texts
    assert not list(tmp_path.iterdir())


def test_recording_consent_changes_one_cell_and_undo_gives_the_old_table_back(document: Document) -> None:
    before = document.layer(HOUSES)
    recorded = record_consent(before, (Fid(2), Fid(5)), "あり")
    inverse = document.apply(recorded.change)
    frame = document.layer(HOUSES).get_frame()
    assert list(frame["consent"]) == ["あり", "あり", "あり", "あり", "あり"]
    assert list(frame["同意"]) == ["あり", "未確認", "あり", "あり", "なし"]
    assert [house.fid for house in support_view(snapshot(document)).houses] == [1, 2, 5]
    document.apply(inverse)
    assert document.layer(HOUSES).reference.content_hash == before.reference.content_hash


@pytest.mark.parametrize(
    "column", ["相続人", "携帯番号", "世帯主", "納税義務者名", "所有者住所", "E-mail", *UNSAID]
)
def test_columns_that_reach_a_person_are_recognised_and_locked(column: str) -> None:
    frame = geopandas.GeoDataFrame({column: ["x"]}, geometry=[shapely.Point(0, 0)], crs=6676)
    rows, _ = vacant_houses(frame)
    assert column in rows["personal"].iloc[0]
