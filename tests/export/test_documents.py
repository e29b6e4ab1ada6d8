"""The Word documents say what the plan says, mark what it does not say, and can be edited."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.table import Table
from docx.text.paragraph import Paragraph
from PIL import Image

from chiiki_gis.core.change import Change
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import copy_scenario
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.export.document import PLAN_NAME, PROPOSAL_NAME, export_documents
from chiiki_gis.export.document_rows import facility_rows
from chiiki_gis.export.docx_paper import FONT, MARK_STYLE, UNKNOWN
from chiiki_gis.tasks import plan as plan_tasks
from chiiki_gis.tasks.documents import document_input

pytestmark = pytest.mark.usefixtures("qgui")
DAY = date(2026, 4, 1)


def _written(values: Snapshot, folder: Path) -> None:
    given, _ = document_input(values, plan_tasks.check(values), DAY)
    export_documents(given, folder)


@pytest.fixture(scope="module")
def folder(new_plan: Callable[[], Any], tmp_path_factory: pytest.TempPathFactory, qgui: object) -> Path:
    """Both documents of the full plan with some facts."""
    made = new_plan()
    facts = {
        "items.2": "移住と交流を{{7*7}}進める",
        "prefecture_heard": "2026-03-05",
        "residents_reflected": True,
        "requirements": [{"name": "共同の事務所", "use_classes": ["office"], "zones": ["R1L"]}],
        "council_exists": True,
        "council.members": [{"name": "山田太郎", "kind": "resident"}],
    }
    made.document.apply(Change("事実", facts=facts))
    where = tmp_path_factory.mktemp("documents")
    _written(snapshot(made.document), where)
    return where


def _words(path: Path) -> str:
    found = []
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Table):
            found += [cell.text for row in block.rows for cell in row.cells]
    return "\n".join(found)


def test_the_seven_items_are_headings_in_the_order_of_the_law(folder: Path) -> None:
    document = docx.Document(str(folder / PLAN_NAME))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert [h[0] for h in headings[:7]] == list("１２３４５６７")
    for number, heading in enumerate(headings[:7], 1):
        assert f"22条2項{number}号" in heading


def test_what_the_plan_says_stands_there_and_is_no_template(folder: Path) -> None:
    words = _words(folder / PLAN_NAME)
    assert "移住と交流を{{7*7}}進める" in words
    assert "第一号①髙﨑" in words
    assert "お試し住宅 髙" in words
    assert "令和8年3月5日" in words
    assert "第一種低層住居専用地域" in words


def test_what_the_plan_does_not_know_is_marked_and_never_invented(folder: Path) -> None:
    document = docx.Document(str(folder / PLAN_NAME))
    after = {a.text: b.text for a, b in zip(document.paragraphs, document.paragraphs[1:], strict=False)}
    period = next(text for heading, text in after.items() if "22条2項7号" in heading)
    assert period == UNKNOWN
    runs = [run for p in document.paragraphs for run in p.runs if UNKNOWN in run.text]
    assert runs
    assert {run.style.name for run in runs} == {MARK_STYLE}
    steps = next(t for t in document.tables if t.rows[0].cells[0].text == "条項")
    rows = {row.cells[1].text: (row.cells[2].text, row.cells[3].text) for row in steps.rows}
    assert rows["住民の意見を反映させるために必要な措置を講ずる"] == ("済", UNKNOWN)
    assert rows["計画を公表する"] == (UNKNOWN, UNKNOWN)


def test_members_of_the_council_are_counted_and_not_named(folder: Path) -> None:
    words = _words(folder / PLAN_NAME)
    assert "地域住民1者" in words
    assert "山田太郎" not in words


def test_maps_are_as_large_as_their_scale_needs_to_a_tenth_of_a_millimetre(folder: Path) -> None:
    document = docx.Document(str(folder / PLAN_NAME))
    assert len(document.inline_shapes) >= 3
    for shape in document.inline_shapes:
        assert shape.width.mm == pytest.approx(160.0, abs=0.001)
        name = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        picture = Image.open(io.BytesIO(document.part.related_parts[name].blob))
        assert picture.width / picture.info["dpi"][0] * 25.4 == pytest.approx(160.0, abs=0.1)
        assert picture.height / picture.info["dpi"][0] * 25.4 == pytest.approx(shape.height.mm, abs=0.1)
        assert shape._inline.docPr.get("descr")


def test_the_page_is_a4_and_every_style_has_the_japanese_font(folder: Path) -> None:
    document = docx.Document(str(folder / PLAN_NAME))
    section = document.sections[0]
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.01)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Caption"):
        fonts = document.styles[name].element.rPr.rFonts
        assert set(fonts.attrib.values()) == {FONT}
        assert len(fonts.attrib) == 4


def test_the_head_of_every_table_is_repeated_and_its_columns_have_widths(folder: Path) -> None:
    for table in docx.Document(str(folder / PLAN_NAME)).tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert sum(column.width.mm for column in table.columns) == pytest.approx(170, abs=0.1)


def test_letters_of_a_table_do_not_touch_its_rules_and_no_row_is_cut_by_a_page(folder: Path) -> None:
    for name in (PLAN_NAME, PROPOSAL_NAME):
        for table in docx.Document(str(folder / name)).tables:
            assert "<w:tblCellMar>" in table._tbl.tblPr.xml
            assert all("w:cantSplit" in row._tr.xml for row in table.rows)
            assert all(
                p.paragraph_format.line_spacing == 1.1 for cell in table._cells for p in cell.paragraphs
            )


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("dev_permit_needed", "市街化調整区域"), ("outside_48", "都市計画区域外"), ("unknown", None)],
)
def test_land_that_has_no_use_zone_is_no_gap_in_the_plan(
    new_plan: Callable[[], Any], verdict: str, words: str | None
) -> None:
    plan = new_plan()
    judged = [replace(one, verdict=verdict, zone=None) for one in plan.verdicts]
    assert [row[6] for row in facility_rows(snapshot(plan.document), judged, 3)] == [words]


def test_the_proposal_names_what_the_ordinance_asks_for(folder: Path) -> None:
    words = _words(folder / PROPOSAL_NAME)
    for asked in ("市町村の名称（規則9条1号）", "規則9条2号", "特定居住重点地区の区域（規則9条3号）", "素案"):
        assert asked in words
    assert "長野県知事" in words
    assert "重点地区" in words


def test_equal_plan_and_day_give_equal_bytes(new_plan: Callable[[], Any], tmp_path: Path) -> None:
    values = snapshot(new_plan().document)
    for name in ("a", "b"):
        _written(values, tmp_path / name)
    for document in (PLAN_NAME, PROPOSAL_NAME):
        assert (tmp_path / "a" / document).read_bytes() == (tmp_path / "b" / document).read_bytes()


def test_an_empty_plan_gives_a_document_to_fill_in(bare: Any, tmp_path: Path) -> None:
    _written(snapshot(bare.document), tmp_path)
    assert _words(tmp_path / PLAN_NAME).count(UNKNOWN) > 10


def test_a_facility_without_an_item_is_listed_too(new_plan: Callable[[], Any], tmp_path: Path) -> None:
    values = snapshot(new_plan().document)
    frame = values.rows(Role.FACILITY).assign(item=None)
    layers = tuple(replace(x, frame=frame) if x.role == Role.FACILITY else x for x in values.layers)
    _written(replace(values, layers=layers), tmp_path)
    words = _words(tmp_path / PLAN_NAME)
    assert "22条2項の号が未記入の施設" in words
    assert "お試し住宅 髙" in words


def test_the_documents_say_of_which_scenario_they_are(new_plan: Callable[[], Any], tmp_path: Path) -> None:
    made = new_plan()
    made.document.apply(copy_scenario(made.document, "A", "B", "駅前"))
    _written(snapshot(made.document, "B"), tmp_path)
    for name in (PLAN_NAME, PROPOSAL_NAME):
        assert "　案B「駅前」" in _words(tmp_path / name)
