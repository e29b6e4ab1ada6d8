"""表示セット: the button above the layer list with which looks of the map are kept and brought back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton

from chiiki_gis.core import display_sets as sets
from chiiki_gis.core.change import Changed
from chiiki_gis.ui.icons import icon_named
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.words import unmarked

_NAME_PX = 110


class DisplaySetButton(QToolButton):
    """A menu of the sets; the one that the map shows is ticked and named on the button."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setIcon(icon_named("sets"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("表示するレイヤと見た目の組み合わせに名前を付けて、いつでも呼び出せます。")
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)
        session.opened.connect(self._name)
        session.changed.connect(self._follow)
        self._name()

    def fill(self) -> None:
        """Write the menu anew."""
        self._menu.clear()
        if not self._session.is_open:
            self._menu.addAction("先に計画を開いてください").setEnabled(False)
            return
        document = self._session.document
        known = sets.display_sets(document.facts)
        for found in known:
            action = self._menu.addAction(unmarked(found.name), partial(self.apply, found.name))
            action.setCheckable(True)
            action.setChecked(sets.is_shown(found, document.layers))
        if known:
            self._menu.addSeparator()
        self._menu.addAction("いまの表示を登録...", self.ask_to_keep)
        for title, call in (
            ("いまの表示で置き換え", self.replace),
            ("名前を変更", self.ask_to_rename),
            ("削除", self.drop),
        ):
            inner = self._menu.addMenu(title)
            inner.setEnabled(bool(known))
            for found in known:
                inner.addAction(unmarked(found.name), partial(call, found.name))

    def apply(self, name: str) -> None:
        """Show the map as a set says; one change."""
        document = self._session.document
        found = sets.set_named(document.facts, name)
        if found is not None:
            self._session.apply(sets.apply_set(found, document.layers))

    def keep(self, name: str) -> None:
        """Keep the present look under a name."""
        document = self._session.document
        self._session.apply(sets.keep_set(document.facts, name, document.layers))
        self._session.tell(Notice(f"表示セット「{name}」を登録しました。", level="done"))

    def replace(self, name: str) -> None:
        """Let a set be the present look."""
        document = self._session.document
        self._session.apply(sets.keep_set(document.facts, name, document.layers))
        undo = self._session.undo
        self._session.tell(
            Notice(f"表示セット「{name}」を置き換えました。", level="done", button="元に戻す", press=undo)
        )

    def rename(self, name: str, new: str) -> None:
        """Another name, unless it is taken."""
        facts = self._session.document.facts
        if sets.set_named(facts, new) is not None:
            self._session.tell(
                Notice(
                    f"表示セットの名前を「{new}」にできませんでした。",
                    "同じ名前の表示セットがあります。",
                    "別の名前にしてください。",
                    "warning",
                )
            )
            return
        self._session.apply(sets.rename_set(facts, name, new))

    def drop(self, name: str) -> None:
        """Forget a set."""
        self._session.apply(sets.drop_set(self._session.document.facts, name))
        undo = self._session.undo
        self._session.tell(
            Notice(f"表示セット「{name}」を削除しました。", level="done", button="元に戻す", press=undo)
        )

    def ask_to_keep(self) -> None:
        """Ask for a name and keep the present look."""
        name = self._ask("いまの表示を登録", "")
        if not name:
            return
        if sets.set_named(self._session.document.facts, name) is not None:
            self.replace(name)
        else:
            self.keep(name)

    def ask_to_rename(self, name: str) -> None:
        """Ask for another name."""
        new = self._ask("表示セットの名前を変更", name)
        if new and new != name:
            self.rename(name, new)

    def _ask(self, title: str, name: str) -> str:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(title)
        dialog.setLabelText("表示セットの名前（例 用途地域の図）")
        dialog.setTextValue(name)
        dialog.setOkButtonText("登録する" if not name else "変更する")
        dialog.setCancelButtonText("キャンセル")
        return dialog.textValue().strip() if dialog.exec() else ""

    def _follow(self, changed: Changed) -> None:
        if changed.facts or changed.layer_list:
            self._name()

    def _name(self) -> None:
        shown = ""
        if self._session.is_open:
            document = self._session.document
            fitting = (s.name for s in sets.display_sets(document.facts) if sets.is_shown(s, document.layers))
            shown = next(fitting, "")
        named = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, _NAME_PX)
        self.setText(f"表示セット：{named}" if shown else "表示セット")
