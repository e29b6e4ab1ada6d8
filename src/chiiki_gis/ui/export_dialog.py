"""書き出し: what the planner may choose before a plan leaves, and the questions on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.crs import JGD2011, crs_label
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.jobs import NO_HOUSES, ExportOptions
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import told
from chiiki_gis.export.cp932 import code_points, fits
from chiiki_gis.ui import work
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.reason_dialog import ReasonDialog
from chiiki_gis.ui.session import Session

HAS_CRS = frozenset({"gpkg", "shapefile", "package"})
"""Formats whose coordinate system may be chosen; the others have their own."""
ROUGH_M = 30.0
"""How far a generalised border may lie from the true one: about the depth of a few plots."""
HAS_CP932 = frozenset({"shapefile", "package"})
"""Formats that hold a Shapefile."""


def leave(
    parent: QWidget, session: Session, files: Files, fmt: str, said: ExportOptions | None = None
) -> None:
    """書き出し in one format; while errors are open only with a written reason.

    said   what has been asked already, the reason among it
    """
    if not is_checked(session):
        return
    errors = [finding for finding in session.findings if finding.is_open_error]

    def ask(foreign: Mapping[str, str | None]) -> None:
        options = _asked(parent, session, fmt, errors, foreign, said)
        if options is None:
            return
        folder = files.folder(f"{_what(session, fmt)} を書き出すフォルダを選ぶ")
        if folder is not None:
            work.export(session, fmt, folder, options)

    if fmt in HAS_CP932:
        session.ask("foreign_characters", session.snapshot(), on_done=ask)
    else:
        ask({})


def is_checked(session: Session) -> bool:
    """Whether the last check speaks of the plan as it is; says so where it does not."""
    if not session.is_checked:
        session.tell(
            Notice(
                "検査がまだ終わっていません。",
                "書き出す前に検査が必要です。",
                "少し待ってからもう一度選んでください。",
            )
        )
    return session.is_checked


def _asked(
    parent: QWidget,
    session: Session,
    fmt: str,
    errors: Sequence[Finding],
    foreign: Mapping[str, str | None],
    said: ExportOptions | None,
) -> ExportOptions | None:
    """What was chosen; None where the planner has turned back."""
    said_before = said or ExportOptions()
    if errors and said is None:
        why = ReasonDialog(parent, errors)
        if not why.exec():
            return None
        said_before = ExportOptions(why.reason)
    has_houses = any(layer.role == Role.VACANT_HOUSE for layer in session.document.layers)
    asks_houses = has_houses and fmt not in NO_HOUSES
    if fmt not in HAS_CRS and not asks_houses and fmt != "html":
        return said_before
    has_rasters = any(layer.is_raster and layer.style.visible for layer in session.document.layers)
    epsg = session.document.header.epsg
    dialog = ExportDialog(parent, fmt, epsg, foreign, has_houses=has_houses, has_rasters=has_rasters)
    dialog.setWindowTitle(f"{_what(session, fmt)} を書き出す")
    if not dialog.exec():
        return None
    chosen, said = dialog.options, said_before
    return replace(
        chosen, reason=said.reason, kind=said.kind, corporation=said.corporation, attachments=said.attachments
    )


def _what(session: Session, fmt: str) -> str:
    """The format; of a plan with several scenarios (案) also which one leaves."""
    shown = told(session.document, session.scenario)
    return f"{shown}の {work.FORMAT_WORDS[fmt]}" if shown else work.FORMAT_WORDS[fmt]


class ExportDialog(QDialog):
    """The coordinate system, houses with consent, and characters that a Shapefile cannot hold.

    epsg      the project's CRS
    foreign   characters of names outside CP932, each with a proposal; nothing is replaced unless ticked
    """

    def __init__(
        self,
        parent: QWidget,
        fmt: str,
        epsg: int,
        foreign: Mapping[str, str | None],
        *,
        has_houses: bool,
        has_rasters: bool = False,
    ) -> None:
        super().__init__(parent)
        word = work.FORMAT_WORDS[fmt]
        self.setWindowTitle(f"{word} を書き出す")
        self.setMinimumWidth(460)
        form = QFormLayout()
        self.crs = QComboBox()
        for choice in (epsg, JGD2011):
            self.crs.addItem(crs_label(choice), choice)
        if fmt in HAS_CRS:
            form.addRow("座標系", self.crs)
        self.houses = QCheckBox("本人の同意のある空き家の位置も含める")
        if has_houses and fmt not in NO_HOUSES:
            form.addRow("空き家", self.houses)
        self.rough = QCheckBox(f"境界をおおよその形にする（{ROUGH_M:,.0f}m以内）")
        self.base = QCheckBox("写真や標高の画像を背景に入れる")
        if fmt == "html":
            form.addRow("区域", self.rough)
            if has_rasters:
                form.addRow("背景", self.base)
        column = QVBoxLayout(self)
        column.addLayout(form)
        self.agreed: dict[str, tuple[QCheckBox, QLineEdit]] = {}
        if foreign:
            column.addWidget(
                wrapped(
                    "名前に、Shapefileに入らない文字があります。置き換える文字を選んでください。", bold=True
                )
            )
            rows = QFormLayout()
            for unit, other in foreign.items():
                self._add(rows, unit, other)
            column.addLayout(rows)
            column.addWidget(
                wrapped(
                    "選ばない文字は置き換えません（その文字があるとShapefileは書き出せません）。", faint=True
                )
            )
        self._box = buttons(self, "書き出す...")
        column.addWidget(self._box)

    @property
    def options(self) -> ExportOptions:
        """What was chosen."""
        ticked = {unit: text.text() for unit, (box, text) in self.agreed.items() if box.isChecked()}
        return ExportOptions(
            degrees=self.crs.currentData() == JGD2011,
            substitutes=ticked,
            with_consented_houses=self.houses.isChecked(),
            generalise_m=ROUGH_M if self.rough.isChecked() else 0.0,
            base_image=self.base.isChecked(),
        )

    def _add(self, rows: QFormLayout, unit: str, other: str | None) -> None:
        box = QCheckBox(f"「{unit}」（{code_points(unit)}）を置き換える")
        text = QLineEdit(other or "")
        text.setAccessibleName(f"「{unit}」の置き換え")
        text.textChanged.connect(lambda _text: self._allow())
        box.toggled.connect(lambda _on: self._allow())
        rows.addRow(box, text)
        self.agreed[unit] = (box, text)

    def _allow(self) -> None:
        """A replacement must be something, and fit itself."""
        chosen = [text.text() for box, text in self.agreed.values() if box.isChecked()]
        for button in self._box.buttons():
            if self._box.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(all(word and fits(word) for word in chosen))
