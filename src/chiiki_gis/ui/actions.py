"""The one table from which menus, toolbar and shortcuts are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton, QWidget

from chiiki_gis.ui.icons import icon_named

ICON_ONLY = "icon"
Needs = Literal["nothing", "project", "undo", "redo", "selection"]


@dataclass(frozen=True)
class Action:
    """One thing a user can do.

    menu      menus in which it stands, "" for none; a "/" makes a submenu
    group     a new number puts a line before it, in menu and toolbar
    toolbar   words in the toolbar, "" to keep it out, "icon" for the icon alone
    tool      id of the map tool it chooses: it is then checkable
    on_map    its key counts only while the map has the keyboard
    switch    it is on or off, and checkable by itself
    """

    id: str
    text: str
    callback: Callable[[], object]
    menu: str = ""
    group: int = 0
    shortcuts: tuple[str, ...] = ()
    tip: str = ""
    toolbar: str = ""
    icon: str = ""
    needs: Needs = "project"
    tool: str = ""
    on_map: bool = False
    switch: bool = False


Made = dict[str, QAction]


def make_actions(window: QMainWindow, surface: QWidget, table: Sequence[Action]) -> Made:
    """Qt actions for the table, by id."""
    made: Made = {}
    tools = QActionGroup(window)
    for entry in table:
        action = QAction(entry.text, window)
        action.setObjectName(entry.id)
        typed = (
            [] if entry.on_map else [keys for keys in entry.shortcuts if len(keys) == 1 and keys.isalnum()]
        )
        action.setShortcuts([QKeySequence(keys) for keys in entry.shortcuts if keys not in typed])
        for keys in typed:  # a letter or digit would be taken away from what is typed elsewhere
            on_map = QShortcut(keys, surface, action.trigger)
            on_map.setContext(Qt.ShortcutContext.WidgetShortcut)  # as an argument PySide leaves it out
        keys = f"（{entry.shortcuts[0]}）" if entry.shortcuts else ""
        action.setToolTip((entry.tip or entry.text.replace("...", "")) + keys)
        if entry.icon:
            action.setIcon(icon_named(entry.icon))
            action.setIconVisibleInMenu(False)
        action.setCheckable(bool(entry.tool) or entry.switch)
        if entry.tool:
            tools.addAction(action)
        if entry.toolbar and entry.toolbar != ICON_ONLY:
            action.setIconText(entry.toolbar)
        action.triggered.connect(lambda _checked=False, call=entry.callback: call())
        if entry.on_map:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            surface.addAction(action)
        else:
            window.addAction(action)
        made[entry.id] = action
    return made


def fill_menus(window: QMainWindow, table: Sequence[Action], made: Made) -> dict[str, QMenu]:
    """Put the actions into the menu bar, in the order of the table; returns the menus by their path."""
    menus: dict[str, QMenu] = {}
    groups: dict[str, int] = {}
    for entry in table:
        if not entry.menu:
            continue
        menu = _menu(window, entry.menu, menus)
        if groups.get(entry.menu, entry.group) != entry.group:
            menu.addSeparator()
        groups[entry.menu] = entry.group
        menu.addAction(made[entry.id])
    return menus


def fill_toolbar(bar: QToolBar, table: Sequence[Action], made: Made) -> None:
    """Put the actions with toolbar words into the bar, in the order of the table."""
    last: tuple[str, int] | None = None
    for entry in table:
        if not entry.toolbar:
            continue
        group = (entry.menu.split("/")[0], entry.group)
        if last is not None and group != last:
            bar.addSeparator()
        last = group
        bar.addAction(made[entry.id])
        button = bar.widgetForAction(made[entry.id])
        if entry.toolbar == ICON_ONLY and isinstance(button, QToolButton):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)


def mark_tool(made: Made, tool_id: str) -> None:
    """Mark the tool in the hand; none where it stands in no menu."""
    if tool_id in made:
        made[tool_id].setChecked(True)
        return
    tools = made["select"].actionGroup()
    marked = tools.checkedAction()
    if marked is not None:
        tools.setExclusive(False)
        marked.setChecked(False)
        tools.setExclusive(True)


def enable(table: Sequence[Action], made: Made, holds: dict[Needs, bool]) -> None:
    """Let only those actions be chosen whose need holds."""
    for entry in table:
        made[entry.id].setEnabled(entry.needs == "nothing" or holds[entry.needs])


def _menu(window: QMainWindow, path: str, menus: dict[str, QMenu]) -> QMenu:
    if path not in menus:
        parent, _, title = path.rpartition("/")
        menus[path] = (
            _menu(window, parent, menus).addMenu(title) if parent else window.menuBar().addMenu(title)
        )
    return menus[path]
