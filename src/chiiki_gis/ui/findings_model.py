"""Findings as rows: how bad, what, where, and the article or the words that mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from chiiki_gis.core.document import Document
from chiiki_gis.core.finding import SEVERITY_WORDS, Finding
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.ui.forms import is_missing
from chiiki_gis.ui.theme import AMBER, BLUE, FAINT, RED

Index = QModelIndex | QPersistentModelIndex
HEADS = ("", "検査", "対象", "次にすること・根拠")
FIX_COLUMN = 3
_COLORS = {"error": RED, "warning": AMBER, "info": BLUE}
_RANK = {"error": 0, "warning": 1, "info": 2}
_MOST_NAMES = 3
_PAGES = {
    "procedure-left": "手続",
    "published-too-early": "手続",
    "published-unrecorded": "手続",
    "copy-not-sent": "手続",
    "promotion-controlled-area": "手続",
    "plan-item-missing": "記載事項",
    "council-members-missing": "協議会",
    "support-corporation-unpublished": "支援法人",
    "requirement-zone": "用途特例適用要件",
    "requirement-class": "用途特例適用要件",
    "requirement-incomplete": "用途特例適用要件",
    "requirements-not-entered": "用途特例適用要件",
}


def page_of(finding: Finding) -> str:
    """The page of 計画の事実と手続 where a finding is mended; empty where there is none."""
    return _PAGES.get(finding.rule, "")


class FindingsModel(QAbstractTableModel):
    """The findings of one check, the gravest first."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[Finding] = []
        self._targets: list[str] = []

    def show(self, findings: tuple[Finding, ...], document: Document) -> None:
        """Show other findings."""
        self.beginResetModel()
        self.findings = sorted(findings, key=lambda f: (f.ignored, _RANK[f.severity]))
        layers = {layer.id: layer for layer in document.layers}
        names = {layer.id: _names(layer) for layer in layers.values() if layer.is_plan}
        self._targets = [_target(finding, layers, names) for finding in self.findings]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Number of findings."""
        return 0 if parent.isValid() else len(self.findings)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Number of columns."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The heads of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADS[section]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Texts, colours and hints."""
        finding, column = self.findings[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(finding, index.row(), column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return _color(finding, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column == FIX_COLUMN and finding.fix is not None:
                return f"押すと直します。元に戻せます。\n{finding.article}"
            if column == FIX_COLUMN and page_of(finding):
                return f"押すと「計画の事実と手続」を開きます。\n{finding.article}"
            return f"{self._text(finding, index.row(), column)}\n{finding.article}\n規則 {finding.rule}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, finding: Finding, row: int, column: int) -> str:
        if column == 0:
            return "対象外" if finding.ignored else SEVERITY_WORDS[finding.severity]
        if column == 1:
            return finding.message + (f"（理由：{finding.reason}）" if finding.ignored else "")
        if column == FIX_COLUMN:
            return self.next_step(finding)
        return self._targets[row]

    def next_step(self, finding: Finding) -> str:
        """The words that mend a finding; its article where only the planner can."""
        if finding.fix is not None:
            return finding.fix_label or "修正する"
        page = page_of(finding)
        return f"{page}を開く" if page else finding.article


def _color(finding: Finding, column: int) -> QColor | None:
    if finding.ignored:
        return QColor(FAINT)
    if column == 0:
        return QColor(_COLORS[finding.severity])
    can_press = finding.fix is not None or bool(page_of(finding))
    return QColor(BLUE) if column == FIX_COLUMN and can_press else None


_Named = Mapping[Fid, tuple[object, str]]


def _names(layer: Layer) -> _Named:
    """What each feature of a plan layer is (the building, or itself), and its name."""
    if "name" not in layer.columns:
        return {}
    rows = layer.rows
    wholes = rows["building_id"] if "building_id" in rows.columns else rows.index
    return {
        Fid(int(fid)): (fid if is_missing(whole) else whole, str(name))
        for fid, whole, name in zip(rows.index, wholes, rows["name"], strict=True)
        if not is_missing(name)
    }


def _target(
    finding: Finding,
    layers: Mapping[LayerId, Layer],
    names: Mapping[LayerId, Mapping[Fid, tuple[object, str]]],
) -> str:
    if finding.layer is None:
        return "計画全体"
    layer = layers.get(finding.layer)
    if layer is None:
        return ""
    known = names.get(finding.layer, {})
    things = dict.fromkeys(known.get(fid, (fid, "")) for fid in finding.fids)
    some = [name for _, name in list(things)[:_MOST_NAMES] if name]
    more = len(things) - _MOST_NAMES
    return ("、".join(some) + (f" ほか{more}件" if more > 0 else "")) if some else layer.name
