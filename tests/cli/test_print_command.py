"""`print` in its forms, and by a template of the project."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
import shapely
from PySide6.QtGui import QImage

from chiiki_gis.__main__ import main
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import Sheet
from chiiki_gis.core.sheet_templates import keep_template
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.tasks import plan


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An area of 600 m, and a template of its sheet."""
    document = new_document(Header("print", (Municipality("20214", "茅野市"),), 6676))
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(0, 0, 600, 400)))
    sheet = Sheet("area", "A4", "portrait", 5_000, number="別図9", text="庁内の備考")
    document.apply(keep_template(document.facts, "庁内用", sheet))
    path = tmp_path / "計画.gpkg"
    plan.save(snapshot(document), path, None)
    return path


def test_a_template_of_the_project_says_paper_scale_and_number(project: Path, tmp_path: Path) -> None:
    assert main(["print", str(project), str(tmp_path / "a.pdf"), "--template", "庁内用"]) == 0
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert float(pdf.pages[0].mediabox[2]) == pytest.approx(210 / 25.4 * 72, abs=0.01)
        assert pdf.pages[0].label == "別図9"


@pytest.mark.parametrize(("form", "has_layers"), [("layers", True), ("archive", False), ("pdf", False)])
def test_a_pdf_comes_in_the_form_that_was_asked_for(
    project: Path, tmp_path: Path, form: str, has_layers: bool
) -> None:
    assert main(["print", str(project), str(tmp_path / "a.pdf"), "--form", form]) == 0
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert ("/OCProperties" in pdf.Root) is has_layers
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == ("1B" if form == "archive" else "")


def test_a_picture_has_the_resolution_that_was_asked_for(project: Path, tmp_path: Path) -> None:
    words = ["print", str(project), str(tmp_path / "a.png"), "--form", "png", "--dpi", "100", "--paper", "A4"]
    assert main(words) == 0
    assert QImage(str(tmp_path / "a.png")).width() == round(297 / 25.4 * 100)
