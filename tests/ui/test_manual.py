"""F1: the pages of the manual with their pictures, and whether they say what the program says."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from waiting import settle

from chiiki_gis import paths
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.manual import PAGES, ManualText, ManualWindow

HELP = paths.resources() / "help"
PICTURE = re.compile(r"!\[(?P<told>[^\]]+)\]\((?P<path>[^)]+)\)")
MOST_PX, MOST_BYTES = 900, 80_000


@pytest.fixture
def manual(window: MainWindow) -> ManualWindow:
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F1)
    settle()
    found = window.findChild(ManualWindow)
    assert found is not None
    return found


def named_pictures() -> list[str]:
    return [found["path"] for name in PAGES for found in PICTURE.finditer((HELP / name).read_text("utf-8"))]


def shown(text: ManualText, name: str) -> QImage:
    found = text.document().resource(QTextDocument.ResourceType.ImageResource.value, QUrl(name))
    assert isinstance(found, QImage)
    return found


def rows(title: str) -> list[str]:
    """The first cells of the table under a heading of the second page."""
    part = (HELP / "start.md").read_text("utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    return [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("| ")][1:]


def texts_of_the_program() -> str:
    words = []
    for file in sorted((Path(__file__).parents[2] / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                words.append("".join(str(v.value) for v in node.values if isinstance(v, ast.Constant)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.append(node.value)
    return "\n".join(words)


def test_f1_shows_every_page_of_the_manual(manual: ManualWindow) -> None:
    assert manual.isVisible()
    assert sorted(path.name for path in HELP.glob("*.md")) == sorted(PAGES)
    text = manual.text.toPlainText()
    for name in PAGES:
        heading = (HELP / name).read_text("utf-8").partition("\n")[0]
        assert heading.removeprefix("# ") in text


def test_every_picture_is_found_and_none_is_left_over(manual: ManualWindow) -> None:
    assert sorted(named_pictures()) == sorted(f"pictures/{p.name}" for p in (HELP / "pictures").iterdir())
    assert manual.text.pictures == named_pictures()
    assert [name for name in manual.text.pictures if shown(manual.text, name).isNull()] == []


@pytest.mark.parametrize("name", named_pictures())
def test_a_picture_is_small_enough_to_be_carried(name: str) -> None:
    assert QImage(str(HELP / name)).width() <= MOST_PX
    assert (HELP / name).stat().st_size <= MOST_BYTES


def test_pictures_follow_the_width_of_the_window(manual: ManualWindow) -> None:
    wide = {name: QImage(str(HELP / name)).width() for name in manual.text.pictures}
    for width in (620, 900, 1600):
        manual.resize(width, 700)
        settle()
        room = manual.text.viewport().width() - 2 * manual.text.document().documentMargin()
        for name, most in wide.items():
            found = shown(manual.text, name).deviceIndependentSize().width()
            assert found == pytest.approx(min(room, most), abs=1)
        assert manual.text.document().size().width() <= manual.text.viewport().width()


def test_the_contents_list_every_heading_and_bring_it_to_the_top(manual: ManualWindow) -> None:
    listed = [manual.contents.item(n) for n in range(manual.contents.count())]
    written = [
        line.lstrip("# ")
        for name in PAGES
        for line in (HELP / name).read_text("utf-8").splitlines()
        if line.startswith("#")
    ]
    assert [item.text().strip() for item in listed] == written
    (first,) = (item for item in listed if "はじめの計画（" in item.text())
    manual.contents.setCurrentItem(first)
    settle()
    assert (
        manual.text.cursorForPosition(manual.text.viewport().rect().topLeft()).block().text() in first.text()
    )


def test_the_first_plan_has_a_picture_for_each_of_its_steps() -> None:
    part = (HELP / "start.md").read_text("utf-8").split("## はじめの計画")[1].split("\n## ")[0]
    steps = part.split("\n### ")[1:]
    assert len(steps) == 6
    assert all(PICTURE.search(step) for step in steps)


def test_the_words_that_have_a_cure_are_the_words_of_the_program() -> None:
    said = texts_of_the_program()
    told = [row for row in rows("困ったときの言葉と直し方") if not row.startswith("（")]
    pieces = {row: [piece for piece in re.split(r" ?[○…] ?", row) if piece] for row in told}
    assert len(told) > 15
    assert [row for row, parts in pieces.items() if not all(part in said for part in parts)] == []


def test_every_tab_of_the_window_is_explained(window: MainWindow) -> None:
    page = (HELP / "manual.md").read_text("utf-8")
    tabs = [window.tabs.tabText(n).split(" ")[0] for n in range(window.tabs.count())]
    assert len(tabs) >= 7
    assert [tab for tab in tabs if f"| 下 | {tab} |" not in page] == []


def test_steps_come_in_the_order_of_the_panel() -> None:
    page = (HELP / "manual.md").read_text("utf-8")
    places = [page.index(f"\n## {mark}") for mark in "①②④⑤⑥⑦⑧"]
    assert all(before < after for before, after in pairwise(places))
