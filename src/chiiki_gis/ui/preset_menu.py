"""登録した見た目: the menu with which a look is kept for later plans and used again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style
from chiiki_gis.io.style_presets import Preset, drop_preset, keep_preset, presets
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.words import unmarked


class PresetButton(QToolButton):
    """The looks kept for layers of one role."""

    def __init__(
        self, session: Session, role: Role, current: Callable[[], Style], use: Callable[[Style], object]
    ) -> None:
        super().__init__()
        self._session, self._role, self._current, self._use = session, role, current, use
        self.setText("登録した見た目")
        self.setToolTip(f"「{role.japanese}」のレイヤに使える、登録した見た目です。ほかの計画でも使えます。")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)

    def fill(self) -> None:
        """Write the menu anew."""
        self._menu.clear()
        known = presets(self._role)
        for preset in known:
            self._menu.addAction(unmarked(preset.name), partial(self._use, preset.style))
        if known:
            self._menu.addSeparator()
        self._menu.addAction("この見た目を登録...", self.ask_to_keep)
        drop = self._menu.addMenu("登録を消す")
        drop.setEnabled(bool(known))
        for preset in known:
            drop.addAction(unmarked(preset.name), partial(drop_preset, self._role, preset.name))

    def keep(self, name: str) -> None:
        """Keep the present look under a name."""
        try:
            keep_preset(Preset(name, self._role, self._current()))
        except ChiikiError as error:
            self._session.tell_error(error)
        else:
            self._session.tell(Notice(f"見た目「{name}」を登録しました。", level="done"))

    def ask_to_keep(self) -> None:
        """Ask for a name and keep the present look."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle("この見た目を登録")
        dialog.setLabelText("見た目の名前（同じ名前があれば置き換えます）")
        dialog.setOkButtonText("登録する")
        dialog.setCancelButtonText("キャンセル")
        if dialog.exec() and dialog.textValue().strip():
            self.keep(dialog.textValue().strip())
