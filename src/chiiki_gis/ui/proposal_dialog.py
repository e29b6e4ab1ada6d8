"""提案の一式: what the law asks of a proposal, said before; drafts, the corporation, a reason if need be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.finding import Finding
from chiiki_gis.core.jobs import ExportOptions
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.role import PLAN_ROLES
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import KINDS_OF_PACKAGE, PackageKind
from chiiki_gis.export.proposal import ATTACHABLE, missing_of, proposers
from chiiki_gis.ui import export_dialog
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.session import Session

_LIST_PX = 120
_ABOUT = {
    "proposal": "市町村が、特定居住拠点施設に関する事項と特定居住重点地区の区域を含む計画の作成を、"
    "都道府県に提案するものです。促進区域は含みません。",
    "support": "特定居住支援法人が、特定居住促進計画の作成または変更を、市町村に提案するものです。",
}


def leave(parent: QWidget, session: Session, files: Files, kind: PackageKind) -> None:
    """Ask what a proposal needs, then go on as for any package."""
    if not export_dialog.is_checked(session):
        return
    stays = {plan_layer_id(r) for r in PLAN_ROLES if r not in KINDS_OF_PACKAGE[kind].roles}
    errors = [one for one in session.findings if one.is_open_error and one.layer not in stays]
    dialog = ProposalDialog(parent, session.snapshot(), kind, errors, files)
    if dialog.exec():
        export_dialog.leave(parent, session, files, "package", dialog.options)


class ProposalDialog(QDialog):
    """What is missing is told anew after every choice; with anything left a reason is wanted."""

    def __init__(
        self, parent: QWidget, values: Snapshot, kind: PackageKind, errors: Sequence[Finding], files: Files
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(KINDS_OF_PACKAGE[kind].word)
        self.resize(640, 480)
        self._values, self._kind, self._errors, self._files = values, kind, tuple(errors), files
        self._drafts: tuple[Path, ...] = ()
        self.corporation = QComboBox()
        self.corporation.setAccessibleName("支援法人")
        self.corporation.addItems(list(proposers(values)))
        self.corporation.currentIndexChanged.connect(lambda _index: self._look())
        self.drafts = QListWidget()
        self.drafts.setAccessibleName("素案のファイル")
        self.drafts.setMaximumHeight(_LIST_PX)
        add, clear = QPushButton("素案を選ぶ..."), QPushButton("外す")
        add.clicked.connect(self._choose)
        clear.clicked.connect(lambda: self.attach(()))
        for button in (add, clear):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(add)
        row.addWidget(clear)
        row.addStretch(1)
        self.left = QListWidget()
        self.left.setAccessibleName("足りないものとエラー")
        self.left.setWordWrap(True)
        self.says = wrapped(bold=True)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("理由")
        self.reason.setPlaceholderText("例 事前の相談のため。素案は後で提出する。")
        self.reason.textChanged.connect(lambda _text: self._allow())
        form = QFormLayout()
        if kind == "support":
            form.addRow("支援法人", self.corporation)
        form.addRow("素案", self.drafts)
        form.addRow("", row)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(f"{_ABOUT[kind]}（{KINDS_OF_PACKAGE[kind].article}）", faint=True))
        column.addLayout(form)
        column.addWidget(self.says)
        column.addWidget(self.left, 1)
        column.addWidget(self.reason)
        self._box = buttons(self, "書き出す...")
        column.addWidget(self._box)
        self._look()

    @property
    def options(self) -> ExportOptions:
        """What was chosen."""
        corporation = self.corporation.currentText() if self._kind == "support" else ""
        return ExportOptions(
            self.reason.text().strip(), kind=self._kind, corporation=corporation, attachments=self._drafts
        )

    def attach(self, paths: Sequence[Path]) -> None:
        """The drafts that go with it."""
        self._drafts = tuple(paths)
        self.drafts.clear()
        self.drafts.addItems([path.name for path in self._drafts])
        self._look()

    def _choose(self) -> None:
        endings = " ".join(f"*{ending}" for ending in ATTACHABLE)
        found = self._files.open_many("素案のファイルを選ぶ", f"文書 ({endings})")
        if found:
            self.attach((*self._drafts, *(path for path in found if path not in self._drafts)))

    def _look(self) -> None:
        missing = missing_of(self._values, replace(self.options, reason=""))
        self.left.clear()
        self.left.addItems([f"足りないもの：{one}" for one in missing])
        self.left.addItems([f"エラー：{one.message}［{one.article}］" for one in self._errors])
        count = self.left.count()
        self.left.setVisible(count > 0)
        self.reason.setVisible(count > 0)
        self.says.setText(
            f"次の {count} 件が残っています。このまま書き出すときは、理由を書いてください。"
            if count
            else "必要なものはそろっています。"
        )
        self._allow()

    def _allow(self) -> None:
        is_ready = self.left.count() == 0 or bool(self.reason.text().strip())
        for button in self._box.buttons():
            if self._box.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(is_ready)
