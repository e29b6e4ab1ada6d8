"""Fonts and colours of the window."""

from __future__ import annotations

import sys

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from chiiki_gis import paths
from chiiki_gis.ui import app_icon

FAMILIES = (
    "BIZ UDPGothic",
    "BIZ UDPゴシック",
    "BIZ UDGothic",
    "Yu Gothic UI",
    "Meiryo UI",
    "Noto Sans CJK JP",
    "IPAPGothic",
    "IPAexGothic",
)
"""Japanese fonts in the order of preference; the first one on the machine is used."""

INK, FAINT, LINE = "#24292f", "#6b7280", "#d9d9d6"
GROUND, PAPER, SHADE = "#f6f6f4", "#ffffff", "#eeeeeb"
GREEN, AMBER, RED, BLUE, TEAL = "#1a7f37", "#9a6700", "#c0161d", "#1f4aa0", "#0b7a75"

LEVEL_COLORS = {
    "done": (GREEN, "#eaf6ec"),
    "info": (BLUE, "#eaf0fa"),
    "warning": (AMBER, "#fdf5e0"),
    "error": (RED, "#fdecec"),
}
"""Edge and ground of banners and cards."""

_SHEET = f"""
QToolTip {{ color: {INK}; background: #fffdf2; border: 1px solid {LINE}; padding: 3px; }}
QMainWindow::separator {{ background: {LINE}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {BLUE}; }}
QMenuBar {{ background: {SHADE}; border-bottom: 1px solid {LINE}; }}
QMenuBar::item {{ padding: 4px 9px; background: transparent; }}
QMenuBar::item:selected {{ background: #dde6f3; }}
QToolBar {{ background: {PAPER}; border: 0; border-bottom: 1px solid {LINE};
    spacing: 1px; padding: 3px 4px; }}
QToolBar::separator {{ background: {LINE}; width: 1px; margin: 4px 2px; }}
QToolButton {{ padding: 4px 4px; border: 1px solid transparent; border-radius: 5px; }}
QToolButton:hover {{ background: #eef2f8; }}
QToolButton:checked {{ background: #fdecec; border: 1px solid #e79a9d; color: #8f1015; }}
QToolButton:disabled {{ color: #a3a8ae; }}
QToolButton[popupMode="2"] {{ padding-right: 16px; }}
QToolButton::menu-indicator {{ subcontrol-origin: padding; subcontrol-position: right center; right: 4px; }}
QDockWidget {{ titlebar-close-icon: none; font-weight: bold; }}
QDockWidget::title {{ background: {GROUND}; padding: 5px 8px; border-bottom: 1px solid {LINE}; }}
QTabWidget::pane {{ border: 0; border-top: 1px solid {LINE}; background: {PAPER}; }}
QTabBar::tab {{ padding: 5px 14px; border: 0; border-bottom: 2px solid transparent; color: {FAINT}; }}
QTabBar::tab:selected {{ color: {INK}; border-bottom: 2px solid {RED}; }}
QTabBar::tab:hover {{ color: {INK}; }}
QTreeWidget, QTableView, QTableWidget, QListWidget, QScrollArea {{ border: 0; background: {PAPER}; }}
QHeaderView::section {{ background: {GROUND}; color: {FAINT}; border: 0;
    border-right: 1px solid {LINE}; border-bottom: 1px solid {LINE}; padding: 4px 6px; }}
QTableView {{ gridline-color: #ececea; selection-background-color: #dde6f3; selection-color: {INK}; }}
QTableView::item {{ padding: 3px 5px; }}
QTreeWidget::item {{ padding: 1px 0; }}
QTreeWidget::item:selected, QListWidget::item:selected {{ background: #dde6f3; color: {INK}; }}
QStatusBar {{ background: {SHADE}; border-top: 1px solid {LINE}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ padding: 0 4px; }}
QPushButton {{ padding: 4px 12px; border: 1px solid #c9c9c5; border-radius: 5px; background: {PAPER}; }}
QPushButton:hover {{ background: #eef2f8; border-color: #9fb3d1; }}
QPushButton:default {{ background: {BLUE}; color: white; border-color: {BLUE}; }}
QPushButton:disabled {{ color: #a3a8ae; background: {SHADE}; border-color: {LINE}; }}
QLineEdit, QPlainTextEdit {{ padding: 2px 5px; border: 1px solid #cfcfcb;
    border-radius: 4px; background: {PAPER}; selection-background-color: #b9cdea; selection-color: {INK}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border-color: {BLUE}; }}
"""


def dress(app: QApplication) -> None:
    """Give the application its style, colours, a Japanese font, and Qt's own words in Japanese."""
    app.setWindowIcon(app_icon.icon())
    app.setStyle("Fusion")
    app.setPalette(_palette())
    app.setFont(_font())
    app.setStyleSheet(_SHEET)
    translator = QTranslator(app)
    if translator.load("qtbase_ja", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)


def _font() -> QFont:
    for file in sorted((paths.resources() / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPointSizeF(9.5)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    if sys.platform == "win32":
        # What Qt takes there at 125 % and more. At 100 % it would fit each glyph to whole pixels as GDI did,
        # whose first sight of some hundred kanji costs 1.3 s of the start under Wine (docs/decisions/0020).
        font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font


def _palette() -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, color in (
        (roles.Window, GROUND),
        (roles.WindowText, INK),
        (roles.Base, PAPER),
        (roles.AlternateBase, "#fafaf8"),
        (roles.Text, INK),
        (roles.Button, PAPER),
        (roles.ButtonText, INK),
        (roles.Highlight, "#3465a4"),
        (roles.HighlightedText, "#ffffff"),
        (roles.PlaceholderText, "#9aa0a6"),
        (roles.ToolTipBase, "#fffdf2"),
        (roles.ToolTipText, INK),
    ):
        palette.setColor(role, QColor(color))
    disabled = QPalette.ColorGroup.Disabled
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(disabled, role, QColor("#a3a8ae"))
    return palette
