"""How far a facility is entered; each thing that is missing is a link to its field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from chiiki_gis.rules.completeness import Completeness, Need
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.theme import AMBER, FAINT, GREEN, LINE


class CompletenessMeter(QWidget):
    """A thin bar, and below it what is still missing."""

    def __init__(self, go_to: Callable[[Need], object]) -> None:
        super().__init__()
        self._go_to = go_to
        self._shown: Completeness | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(3)
        self.title = wrapped(faint=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("記入の進みぐあい")
        self.links = QLabel()
        self.links.setWordWrap(True)
        self.links.setTextFormat(Qt.TextFormat.RichText)
        self.links.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.links.setAccessibleName("まだない項目")
        self.links.linkActivated.connect(self.follow)
        for widget in (self.title, self.bar, self.links):
            column.addWidget(widget)

    @property
    def needs(self) -> tuple[Need, ...]:
        """What is shown as missing."""
        return self._shown.needs if self._shown is not None else ()

    def show_completeness(self, found: Completeness) -> None:
        """Write it anew."""
        if found == self._shown:
            return
        self._shown = found
        is_done = not found.needs
        self.title.setText(f"計画書・図面・判定に要る項目　{found.done} / {found.total}")
        self.bar.setRange(0, max(found.total, 1))
        self.bar.setValue(found.done)
        color = GREEN if is_done else AMBER
        self.bar.setStyleSheet(
            f"QProgressBar {{ border: 0; border-radius: 3px; background: {LINE}; }}"
            f"QProgressBar::chunk {{ border-radius: 3px; background: {color}; }}"
        )
        links = "、".join(
            f'<a href="{n}" title="{need.wanted_by}に要ります">{need.word}</a>'
            for n, need in enumerate(found.needs)
        )
        self.links.setText(f'<span style="color:{FAINT}">まだないもの：</span>{links}')
        self.links.setVisible(not is_done)

    def follow(self, link: str) -> None:
        """Go to the field of a link."""
        number = int(link)
        if number < len(self.needs):
            self._go_to(self.needs[number])
