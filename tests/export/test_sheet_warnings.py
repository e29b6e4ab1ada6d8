"""What will not come out as a planner may think is said before printing, with the cure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PySide6.QtPrintSupport import QPrinter

from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import BadInput, Cancelled
from chiiki_gis.core.layer import Source
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import PrintForm, Sheet
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.export.leave_as import leave_as
from chiiki_gis.export.pages import draw_png
from chiiki_gis.export.paper import paint_on, print_paper
from chiiki_gis.export.pdf_measure import stroked_lines
from chiiki_gis.export.sheet_warnings import sheet_warnings
from chiiki_gis.export.sheets import sheet_contents
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.render.furniture import BAR_COLOR
from chiiki_gis.render.legend import LegendEntry
from chiiki_gis.render.sheet import SheetContent, lay_out

pytestmark = pytest.mark.usefixtures("qgui")


def _made(values: Snapshot, sheet: Sheet) -> list[SheetContent]:
    shapes = {x.id: build_shapes(x.get_frame(), x.style) for x in values.layers if not x.is_plan}
    return sheet_contents(values, shapes, (), sheet, date(2026, 4, 1))


def _said(values: Snapshot, sheet: Sheet, contents: Sequence[SheetContent] = ()) -> str:
    found = contents or _made(values, sheet)
    return "\n".join(sheet_warnings(values, sheet, found, [lay_out(content) for content in found]))


@pytest.fixture
def values(plan: Any) -> Snapshot:
    return snapshot(plan.document)


def test_an_area_larger_than_the_sheet_is_said_with_the_scale_that_fits(values: Snapshot) -> None:
    sheet = Sheet("overview", "A4", scale=10_000)
    assert "1枚に収まらないので、分けて印刷します。1枚にするには、縮尺を1:" in _said(values, sheet)
    assert "分けて印刷" not in _said(values, replace(sheet, scale=0))


def test_what_lies_outside_a_fixed_frame_is_said(values: Snapshot) -> None:
    assert "図郭からはみ出します" in _said(values, Sheet("overview", "A4", scale=500, center=(0.0, 0.0)))


def test_two_hundred_entries_of_a_legend_are_said_before_printing(values: Snapshot) -> None:
    sheet = Sheet("overview")
    first = _made(values, sheet)[0]
    entry = first.legend[0]
    legend = tuple(LegendEntry(entry.symbol, "area", f"分類{n}") for n in range(200))
    assert "凡例が200件あります" in _said(values, sheet, [replace(first, legend=legend)])


def test_a_layer_without_a_source_is_named_and_one_with_a_source_is_not(plan: Any) -> None:
    layers = plan.document.references(Role.MUNICIPALITY)
    plan.document.apply(Change("出典", put_layers=tuple(replace(x, source=Source()) for x in layers)))
    assert f"「{layers[0].name}」" in _said(snapshot(plan.document), Sheet("overview"))
    assert "備考" in _said(snapshot(plan.document), Sheet("overview"))
    named = tuple(replace(x, source=Source("a.shp", "2025年", "国土数値情報")) for x in layers)
    plan.document.apply(Change("出典", put_layers=named))
    assert f"「{layers[0].name}」" not in _said(snapshot(plan.document), Sheet("overview"))


def test_a_title_too_long_for_its_field_is_refused_with_the_cure(values: Snapshot) -> None:
    with pytest.raises(BadInput) as refused:
        draw_png(_made(values, Sheet("overview", title="長い図名" * 400))[0], 0, 50)
    assert "短くしてください" in refused.value.todo


def _printer(path: Path, margins_mm: float) -> QPrinter:
    from PySide6.QtCore import QMarginsF
    from PySide6.QtGui import QPageLayout

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(path))
    printer.setPageMargins(QMarginsF(*[margins_mm] * 4), QPageLayout.Unit.Millimeter)
    return printer


@pytest.mark.parametrize("margins_mm", [0, 12])
def test_the_margins_of_a_printer_do_not_change_the_scale(
    values: Snapshot, tmp_path: Path, margins_mm: int
) -> None:
    contents = _made(values, Sheet("overview", "A4", scale=25_000))[:1]
    printer = _printer(tmp_path / "a.pdf", margins_mm)
    paint_on(contents, printer, PrintForm("printer"), Quiet())
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        (line,) = stroked_lines(pdf, 0, (BAR_COLOR,))[BAR_COLOR]
    assert line[1][0] - line[0][0] == pytest.approx(lay_out(contents[0]).bar_metres / 25, abs=0.01)


def test_only_the_pages_asked_for_are_printed(values: Snapshot, tmp_path: Path) -> None:
    contents = _made(values, Sheet("overview", "A4", scale=10_000))
    form = PrintForm("printer", pages=(2, 3))
    assert paint_on(contents, _printer(tmp_path / "a.pdf", 0), form, Quiet()).pages == 2
    with pytest.raises(BadInput):
        paint_on(contents, _printer(tmp_path / "b.pdf", 0), replace(form, pages=(900, 901)), Quiet())


def test_paper_that_the_printer_does_not_take_is_refused_and_not_cut(values: Snapshot) -> None:
    printer = QPrinter()
    printer.setPageLayout = lambda _layout: False  # type: ignore[method-assign]
    with pytest.raises(BadInput) as refused:
        paint_on(_made(values, Sheet("overview")), printer, PrintForm("printer"), Quiet())
    assert "A3の用紙を使えないプリンター" in refused.value.why


def _impatient() -> Quiet:
    """Presses 中止 at the second page."""

    def step(done: int, *_rest: object) -> None:
        if done == 1:
            raise Cancelled

    quiet = Quiet()
    quiet.step = step  # type: ignore[method-assign]
    return quiet


@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_a_series_that_is_stopped_leaves_the_files_of_before(
    values: Snapshot, tmp_path: Path, ending: str
) -> None:
    contents = _made(values, Sheet("overview", "A4", scale=10_000))
    path = tmp_path / f"図.{ending}"
    path.write_bytes({"pdf": b"%PDF-old", "png": b"\x89PNG-old"}[ending])
    before = path.read_bytes()
    with pytest.raises(Cancelled):
        leave_as(contents, path, PrintForm(ending, 50), datetime(2026, 4, 1), _impatient())
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {path.name: before}


def test_a_printer_that_is_not_there_is_said_in_words(values: Snapshot) -> None:
    with pytest.raises(BadInput):
        print_paper(_made(values, Sheet("overview")), PrintForm("printer", printer="ないプリンター"))
