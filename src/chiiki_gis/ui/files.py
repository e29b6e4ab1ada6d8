"""Asking for files and folders, in Japanese, beginning where the planner was last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from chiiki_gis.core.scenarios import file_mark
from chiiki_gis.io.recent import is_ours, last_folder, note_folder
from chiiki_gis.ui.session import Session


def plan_file_name(session: Session, what: str, ending: str) -> str:
    """A name to begin with for a file of the plan; of several scenarios (案) it says which one."""
    document = session.document
    parts = (document.header.title, what, file_mark(document, session.scenario))
    return f"{'_'.join(part for part in parts if part)}.{ending}"


class Files:
    """The file dialogs of one window."""

    def __init__(self, window: QWidget | None) -> None:
        self._window = window

    def open_one(
        self, title: str, filters: str, start: Path | None = None, *, of_data: bool = False
    ) -> Path | None:
        """An existing file; `start` is where to look for it first."""
        dialog = self.dialog(title, filters, "開く", of_data=of_data)
        if start is not None:
            dialog.setDirectory(str(start))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        return next(iter(_chosen(dialog, of_data=of_data)), None)

    def open_many(self, title: str, filters: str, *, of_data: bool = False) -> list[Path]:
        """Existing files; files of data begin where the last ones were, wherever the plan was saved."""
        dialog = self.dialog(title, filters, "開く", of_data=of_data)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        return _chosen(dialog, of_data=of_data)

    def save(self, title: str, filters: str, suggested: Path | str, suffix: str) -> Path | None:
        """A file to write; the planner is asked before an existing one is replaced.

        suggested   a name, or the whole path of the file that is open
        """
        dialog = self.dialog(title, filters, "保存")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        path = Path(suggested)
        if path.is_absolute() and not is_ours(path):
            dialog.setDirectory(str(path.parent))
        dialog.selectFile(path.name)
        return next(iter(_chosen(dialog)), None)

    def folder(self, title: str) -> Path | None:
        """A folder to write into."""
        dialog = self.dialog(title, "", "選ぶ")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        return next(iter(_chosen(dialog)), None)

    def dialog(self, title: str, filters: str, verb: str, *, of_data: bool = False) -> QFileDialog:
        """A dialog with Japanese words; Qt's own translation lacks some of them."""
        dialog = QFileDialog(self._window, title, str(last_folder(of_data=of_data)), filters)
        labels = QFileDialog.DialogLabel
        for label, word in (
            (labels.LookIn, "場所："), (labels.FileName, "名前："), (labels.FileType, "種類："),
            (labels.Accept, verb), (labels.Reject, "キャンセル"),
        ):  # fmt: skip
            dialog.setLabelText(label, word)
        return dialog


def _chosen(dialog: QFileDialog, *, of_data: bool = False) -> list[Path]:
    """What was chosen; nothing when the planner turned back."""
    found = [Path(name) for name in dialog.selectedFiles()] if dialog.exec() else []
    dialog.deleteLater()
    if found:
        is_folder = dialog.fileMode() == QFileDialog.FileMode.Directory
        note_folder(found[0] if is_folder else found[0].parent, of_data=of_data)
    return found
