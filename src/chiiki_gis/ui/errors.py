"""What happens when the program itself has a bug: one Japanese dialog, the traceback behind 「詳細」."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

from PySide6.QtWidgets import QApplication, QMessageBox

from chiiki_gis.core.errors import ChiikiError

log = logging.getLogger(__name__)
_showing = False


def install() -> None:
    """Show uncaught exceptions instead of ending silently."""
    sys.excepthook = show


def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log an uncaught exception and tell the user once; edits are safe in the journal."""
    global _showing  # a dialog about a bug in showing the dialog would never end
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    text = "".join(traceback.format_exception(kind, error, trace))
    log.error("uncaught exception\n%s", text)
    if _showing or QApplication.instance() is None:
        return
    _showing = True
    try:
        _dialog(error, text).exec()
    finally:
        _showing = False


def _dialog(error: BaseException, text: str) -> QMessageBox:
    box = QMessageBox()
    box.setWindowTitle("地域GIS")
    box.setIcon(QMessageBox.Icon.Warning)
    if isinstance(error, ChiikiError):
        box.setText(error.what)
        box.setInformativeText(f"{error.why}\n{error.todo}")
    else:
        box.setText("この操作を終えられませんでした。")
        box.setInformativeText(
            "プログラムの中で思わぬことが起きました。\n"
            "これまでの編集は控えに記録されています。続けて使えますが、保存して開き直すと確実です。"
        )
        box.setDetailedText(text)
        for button in box.buttons():
            if box.buttonRole(button) == QMessageBox.ButtonRole.ActionRole:
                button.setText("詳細")
    box.addButton("閉じる", QMessageBox.ButtonRole.AcceptRole)
    return box
