"""Dropping files on the window, and the dialog that then asks."""

from __future__ import annotations

from pathlib import Path

from waiting import settle

from chiiki_gis.ui.import_dialog import ImportDialog
from chiiki_gis.ui.main_window import MainWindow


def asking(window: MainWindow) -> list[ImportDialog]:
    """The dialogs that are open."""
    settle()
    return [dialog for dialog in window.findChildren(ImportDialog) if dialog.isVisible()]


def drop(window: MainWindow, *files: Path) -> ImportDialog:
    """Drop files; the dialog of the first."""
    window.commands.take_files(list(files))
    (dialog,) = asking(window)
    return dialog


def take_in(window: MainWindow, *files: Path) -> None:
    """Drop files and press 取り込む for each."""
    dialog = drop(window, *files)
    for number in range(len(files)):
        dialog.take.click()
        if number < len(files) - 1:
            (dialog,) = asking(window)
    settle()
