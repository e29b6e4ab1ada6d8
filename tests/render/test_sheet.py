"""Layout of sheets: nothing is cut, nothing overlaps, the scale is what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.sheet import Orientation, Paper, Sheet
from chiiki_gis.core.style import Symbol
from chiiki_gis.render.arrangement import arrange
from chiiki_gis.render.flow import Box, Row, flow, flow_pages, gap
from chiiki_gis.render.fonts import japanese_family, missing_characters
from chiiki_gis.render.furniture import bar_metres, round_length
from chiiki_gis.render.legend import LegendEntry
from chiiki_gis.render.sheet import SheetContent, frame_extent, frame_mm, lay_out
from chiiki_gis.render.sheet_paint import paint_sheet
from chiiki_gis.render.tables import AreaRow, FacilityRow
from chiiki_gis.render.typeset import NOT_FIRST, fit, fit_box, text_width, wrap

pytestmark = pytest.mark.usefixtures("qgui")

PAPERS: list[tuple[Paper, Orientation]] = [
    ("A4", "portrait"), ("A4", "landscape"), ("A3", "portrait"), ("A3", "landscape"),
]  # fmt: skip
TEXT = st.text(st.sampled_from("特定居住促進区域、。（）「」ABC 123㎡ー"), max_size=60)


@pytest.fixture
def content() -> SheetContent:
    return SheetContent(
        sheet=Sheet("area", "A3", "landscape", 10_000, title="特定居住促進区域図", number="別図1"),
        plan_title="見本市　特定居住促進計画（案A）",
        author="見本市",
        created=date(2026, 11, 24),
        epsg=6676,
        center=(-30_000.0, 500.0),
        layers=(),
        legend=(LegendEntry(Symbol(), "area", "特定居住促進区域"),),
        areas=(AreaRow("特定居住促進区域　駅前", 12.345),),
        facilities=(FacilityRow("1", "交流施設", "商業", "制限なし", "#0b7a75"),),
        sources=("用途地域＝見本の資料",),
        notes=("最終判断は特定行政庁が行います。",),
    )


def _many(count: int) -> tuple[FacilityRow, ...]:
    return tuple(
        FacilityRow(str(n), f"拠点施設その{n}", "1種住", "制限なし", "#0b7a75") for n in range(count)
    )


@given(text=TEXT, width=st.floats(8, 60))
def test_wrapping_loses_no_character(text: str, width: float) -> None:
    assert "".join(wrap(text, 2.5, width)).replace(" ", "") == text.replace(" ", "")


@given(text=TEXT, width=st.floats(12, 60))
def test_no_wrapped_line_is_wider_than_its_room(text: str, width: float) -> None:
    assert all(text_width(line, 2.5) <= width for line in wrap(text, 2.5, width))


def test_no_line_begins_with_a_full_stop_or_a_closing_bracket() -> None:
    text = "建築物（地点で判定）、敷地が「道路」に接しない場合。" * 6
    for width in range(10, 60):
        assert not {line[0] for line in wrap(text, 2.5, width)[1:]} & NOT_FIRST


def test_latin_words_and_numbers_stay_whole() -> None:
    lines = wrap("座標系は EPSG:6676 です 12,345.67", 2.5, 22)
    assert any("EPSG:6676" in line for line in lines)
    assert any("12,345.67" in line for line in lines)


def test_text_shrinks_before_it_takes_more_lines() -> None:
    width = text_width("特定居住促進区域図", 5.0)
    fitted = fit("特定居住促進区域図", 6.0, 4.0, width)
    assert len(fitted.lines) == 1
    assert 4.0 <= fitted.size_mm <= 5.0


def test_a_title_that_cannot_fit_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="表題欄"):
        fit_box("とても長い題名" * 200, 6.0, 2.0, 80, 10)


@pytest.mark.parametrize(("paper", "orientation"), PAPERS)
def test_the_parts_of_a_page_lie_on_it_and_do_not_overlap(paper: Paper, orientation: Orientation) -> None:
    parts = arrange(Sheet("area", paper, orientation))
    boxes = [parts.frame.grown(4), parts.title, *parts.columns, parts.scale_block, parts.foot]
    for box in (*boxes, parts.more_title, *parts.more_columns):
        assert box.left >= 5
        assert box.top >= 5
        assert box.right <= parts.page.width - 5
        assert box.bottom <= parts.page.height - 5
    for one, other in combinations(boxes, 2):
        beside = one.right <= other.left + 1e-9 or other.right <= one.left + 1e-9
        above = one.bottom <= other.top + 1e-9 or other.bottom <= one.top + 1e-9
        assert beside or above


@pytest.mark.parametrize(("paper", "orientation"), PAPERS)
@pytest.mark.parametrize("scale", [2_500, 50_000])
def test_the_ground_in_the_frame_follows_from_the_scale(
    paper: Paper, orientation: Orientation, scale: int
) -> None:
    sheet = Sheet("area", paper, orientation, scale)
    west, south, east, north = frame_extent(sheet, (100.0, 200.0))
    width, height = frame_mm(sheet)
    assert east - west == pytest.approx(width * scale / 1000)
    assert north - south == pytest.approx(height * scale / 1000)
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((100, 200))


@pytest.mark.parametrize(("paper", "orientation"), PAPERS)
@pytest.mark.parametrize("count", [3, 30, 300])
def test_every_facility_of_a_long_table_is_on_some_page(
    content: SheetContent, paper: Paper, orientation: Orientation, count: int
) -> None:
    sheet = replace(content.sheet, paper=paper, orientation=orientation)
    layout = lay_out(replace(content, sheet=sheet, facilities=_many(count)))
    without = lay_out(replace(content, sheet=sheet, facilities=_many(1)))
    rows = {id(placed.row) for page in layout.pages for placed in page if placed.row.headings}
    ones = {id(placed.row) for page in without.pages for placed in page if placed.row.headings}
    assert len(rows) - len(ones) == count - 1
    assert bool(layout.notes) == (len(layout.pages) > 1)


@pytest.mark.parametrize(("paper", "orientation"), PAPERS)
def test_rows_stay_inside_their_columns(
    content: SheetContent, paper: Paper, orientation: Orientation
) -> None:
    sheet = replace(content.sheet, paper=paper, orientation=orientation)
    layout = lay_out(replace(content, sheet=sheet, facilities=_many(200)))
    parts = layout.arrangement
    for number, page in enumerate(layout.pages):
        columns = parts.more_columns if number else (*parts.columns, parts.foot)
        for placed in page:
            column = next(
                c for c in columns if c.left == placed.left and c.top - 1e-6 <= placed.top <= c.bottom
            )
            assert placed.top + placed.row.height <= column.bottom + 1e-6


def test_sources_too_long_for_the_foot_are_printed_in_the_columns(content: SheetContent) -> None:
    sources = tuple(f"資料{n}＝国土数値情報（国土交通省）令和{n}年" for n in range(60))
    layout = lay_out(replace(content, sources=sources))
    lines = len([placed for page in layout.pages for placed in page])
    assert lines > 60


def test_headings_are_repeated_where_a_table_goes_on() -> None:
    painted: list[str] = []

    def row(name: str, **more: object) -> Row:
        return Row(10, lambda _p, _l, _t: painted.append(name), **more)  # type: ignore[arg-type]

    head = row("head", keep_next=True)
    rows = [head, *(row(str(n), headings=(head,)) for n in range(4))]
    placed, rest = flow(rows, [Box(0, 0, 50, 30), Box(60, 0, 50, 30)])
    assert rest == []
    assert [(p.row is head, p.left) for p in placed] == [
        (True, 0), (False, 0), (False, 0), (True, 60), (False, 60), (False, 60),
    ]  # fmt: skip


def test_a_table_that_fits_into_the_next_column_is_not_divided() -> None:
    def row(**more: object) -> Row:
        return Row(10, lambda _p, _l, _t: None, **more)  # type: ignore[arg-type]

    head = row(keep_next=True)
    table = [head, row(headings=(head,)), row(headings=(head,))]
    columns = [Box(0, 0, 50, 40), Box(60, 0, 50, 30)]
    divided, _ = flow([row(), row(), *table], columns)
    whole, rest = flow([row(), gap(1), *table], columns, whole_sections=True)
    assert {p.left for p in divided[2:]} == {0, 60}
    assert [p.left for p in whole] == [0, 0, 60, 60, 60]
    assert rest == []


def test_a_row_taller_than_a_page_is_refused_in_words() -> None:
    tall = Row(400, lambda _p, _l, _t: None)
    with pytest.raises(BadInput):
        flow_pages([gap(2), tall], [Box(0, 0, 50, 200)])


def test_a_character_no_font_has_is_reported(content: SheetContent) -> None:
    unassigned = "\U0003134f"
    assert missing_characters(["茅野", unassigned]) in ("", unassigned)
    if missing_characters([unassigned]):
        layout = lay_out(replace(content, author=f"{unassigned}市"))
        assert any(unassigned in note for note in layout.notes)


def test_the_scale_bar_has_a_round_length_that_fits() -> None:
    assert round_length(0.73) == pytest.approx(0.5)
    for scale in (2_500, 5_000, 10_000, 15_000, 25_000, 50_000, 100_000):
        metres = bar_metres(scale, 60)
        assert 24 <= metres * 1000 / scale <= 60


def test_the_preview_and_a_large_picture_show_the_same_page(
    content: SheetContent, qgui: QGuiApplication
) -> None:
    assert japanese_family()
    small, large = (_painted(content, ppm) for ppm in (3.0, 6.0))
    shrunk = large.scaled(small.size())
    dark = [
        sum(
            image.pixelColor(x, y).lightness() < 128
            for x in range(0, image.width(), 3)
            for y in range(0, image.height(), 3)
        )
        for image in (small, shrunk)
    ]
    assert dark[0] > 100
    assert dark[0] == pytest.approx(dark[1], rel=0.6)


def _painted(content: SheetContent, px_per_mm: float) -> QImage:
    width, height = content.sheet.size_mm
    image = QImage(round(width * px_per_mm), round(height * px_per_mm), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    paint_sheet(painter, content, px_per_mm)
    painter.end()
    return image
