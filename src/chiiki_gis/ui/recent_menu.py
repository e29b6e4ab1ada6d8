"""最近使った計画 in the プロジェクト menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from chiiki_gis.io.recent import RecentProject, recent_projects
from chiiki_gis.ui import words


def add_recent_menu(menu: QMenu, before: QAction, open_project: Callable[[Path], object]) -> QMenu:
    """Put the submenu into a menu; it is written anew whenever it is shown."""
    recent = QMenu("最近使った計画", menu)
    recent.setToolTipsVisible(True)
    menu.insertMenu(before, recent)
    recent.aboutToShow.connect(lambda: _fill(recent, open_project))
    menu.aboutToShow.connect(lambda: recent.setEnabled(bool(recent_projects())))
    return recent


def words_of(project: RecentProject) -> str:
    """What a menu or a button calls a project."""
    missing = "" if project.is_there else "（見つかりません）"
    return words.unmarked(f"{project.path.name} – {project.title}{missing}")


def _fill(menu: QMenu, open_project: Callable[[Path], object]) -> None:
    menu.clear()
    for project in recent_projects():
        action = menu.addAction(words_of(project), partial(open_project, project.path))
        action.setToolTip(str(project.path))
        action.setEnabled(project.is_there)
