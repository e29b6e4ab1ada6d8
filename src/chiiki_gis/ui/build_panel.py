"""ポリゴンから区域を作る: what is picked, what becomes of it, and the sentence that will describe it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.area_parts import AreaParts, BuiltArea, read_parts
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui import words
from chiiki_gis.ui.area_build import made_area, slim_snapshot, told_area
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT, INK, RED
from chiiki_gis.ui.tools.area_work import locked_notice
from chiiki_gis.ui.tools.toolbox import Toolbox

if TYPE_CHECKING:
    from chiiki_gis.core.errors import ChiikiError

_NEW = (("新しい促進区域", Role.PROMOTION_AREA), ("新しい重点地区", Role.PRIORITY_DISTRICT))
_MARGIN_PX = 16


class BuildPanel(QDialog):
    """Stands beside the map while the tool is in the hand. The area is worked out away from the window."""

    def __init__(self, map_: QWidget, session: Session, selection: Selection, toolbox: Toolbox) -> None:
        super().__init__(map_.window())
        self._map = map_
        self._session, self._selection, self._toolbox = session, selection, toolbox
        self._tool = toolbox.picks
        self._asked: object = None
        self._built: BuiltArea | None = None
        self._wants_end = False
        self.setWindowTitle("ポリゴンから区域を作る")
        self.setMinimumWidth(330)
        self.layer, self.target = QComboBox(), QComboBox()
        self.adds, self.takes = QRadioButton("加える"), QRadioButton("除く")
        self.count, self.sentence, self.notes = wrapped(), wrapped(), wrapped()
        self._lay_out()
        self._fill_targets(anew=True)
        self.layer.activated.connect(lambda _index: self._choose_layer())
        self.target.activated.connect(lambda _index: self._ask())
        self.takes.toggled.connect(self._choose_kind)
        self._tool.says.changed.connect(self._follow_tool)
        self._tool.says.done.connect(self.make)
        selection.changed.connect(self._fill_targets)
        session.changed.connect(self._follow_session)
        session.opened.connect(self._start_over)
        toolbox.chosen.connect(self._follow_hand)

    def make(self) -> None:
        """区域を作る: as one edit, as soon as the shape is known."""
        if not self._tool.picks:
            return
        self._wants_end = True
        if self._built is not None:
            self._end(self._built)

    def reject(self) -> None:
        """キャンセル, Esc, or the window's cross: put the tool down; 元に戻す brings the picks back."""
        if self._toolbox.working is self._tool:
            self._toolbox.choose("select")
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for kind in (self.adds, self.takes):
            row.addWidget(kind)
        row.addStretch(1)
        self.adds.setChecked(True)
        form = QFormLayout()
        form.addRow("選ぶレイヤ", self.layer)
        form.addRow("選んだ区画を", row)
        form.addRow("作るもの", self.target)
        form.addRow("区画", self.count)
        form.addRow("説明文", self.sentence)
        self.notes.setStyleSheet(f"color: {RED};")
        box = QDialogButtonBox()
        self.make_button = box.addButton("区域を作る", QDialogButtonBox.ButtonRole.ApplyRole)
        self.make_button.clicked.connect(self.make)
        box.addButton("キャンセル", QDialogButtonBox.ButtonRole.RejectRole)
        box.rejected.connect(self.reject)
        self.make_button.setDefault(True)
        for button in box.buttons():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard to the map
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.notes)
        column.addWidget(box)

    def _choose_layer(self) -> None:
        self._tool.look_for(self.layer.currentData(), self._tool.takes_out)

    def _choose_kind(self, takes_out: bool) -> None:
        self._tool.look_for(self._tool.layer, takes_out)

    def _follow_hand(self, _tool_id: str = "") -> None:
        """Show the panel while its tool is in the hand, at the right of the map."""
        held = self._toolbox.working is self._tool
        if held and not self.isVisible():
            self._fill_targets(anew=True)
            self.show()
            self.adjustSize()
            right = self._map.width() - self.width() - _MARGIN_PX
            self.move(self._map.mapToGlobal(QPoint(right, 3 * _MARGIN_PX)))
            self._map.activateWindow()
            self._map.setFocus()
        elif not held:
            self.hide()

    def _follow_session(self, _changed: object) -> None:
        self._fill_targets()
        self._follow_tool()

    def _start_over(self) -> None:
        """Another plan is open: its layers are others."""
        self._tool.forget()
        self.reject()

    def _follow_tool(self) -> None:
        layers = self._tool.layers() if self._session.is_open else []
        known = [self.layer.itemData(n) for n in range(self.layer.count())]
        if known != [layer.id for layer in layers]:
            self.layer.clear()
            for layer in layers:
                self.layer.addItem(words.unmarked(layer.name), layer.id)
        self.layer.setCurrentIndex(self.layer.findData(self._tool.layer))
        self.takes.setChecked(self._tool.takes_out)
        self.adds.setChecked(not self._tool.takes_out)
        self._ask()

    def _fill_targets(self, anew: bool = False) -> None:
        """What can be made: a new area, or the selected one made larger or smaller."""
        before = None if anew else self.target.currentData()
        wanted: list[tuple[str, tuple[Role, Fid | None]]] = [(text, (role, None)) for text, role in _NEW]
        layer, fid = self._selection.layer, self._selection.single
        roles = {LayerId(role.value): role for _, role in _NEW}
        if self._session.is_open and layer in roles and fid is not None:
            rows = self._session.document.layer(layer).rows
            if fid in rows.index:
                name = rows["name"].get(fid) or roles[layer].japanese
                wanted.append((f"選んだ「{name}」を変える", (roles[layer], fid)))
        known = [self.target.itemData(n) for n in range(self.target.count())]
        if known == [data for _, data in wanted] and not anew:
            return
        self.target.clear()
        for text, data in wanted:
            self.target.addItem(words.unmarked(text), data)
        there = [data for _, data in wanted]
        self.target.setCurrentIndex(there.index(before) if before in there else 0)
        self._ask()

    def _ask(self) -> None:
        """Work the area out anew; an older answer is dropped, what is shown is pale meanwhile."""
        self._built, self._wants_end = None, False
        picks, session = self._tool.picks, self._session
        added = sum(not pick.takes_out for pick in picks)
        taken = len(picks) - added
        self.count.setText(f"加える {added}　除く {taken}")
        self.make_button.setEnabled(bool(picks))
        asked = self._asked = object()
        if not picks or not session.is_open:
            self.sentence.setText("")
            self.notes.setText("")
            return
        self.sentence.setStyleSheet(f"color: {FAINT};")
        shape, parts = self._base()
        session.workers.submit(
            "build_area",
            slim_snapshot(session, picks, parts),
            picks,
            shape,
            parts,
            replaces="build_area",
            on_done=lambda built: self._take(built, asked),
            on_error=lambda error: self._refuse(error, asked),
        )

    def _base(self) -> tuple[object, AreaParts | None]:
        """The shape that is changed and its parts; None and None for a new area."""
        role, fid = self.target.currentData()
        if fid is None:
            return None, None
        row = self._session.document.plan(role).loc[fid]
        return row["geometry"], read_parts(row["parts"])

    def _take(self, built: BuiltArea, asked: object) -> None:
        if asked is not self._asked:
            return
        self._built = built
        self.sentence.setStyleSheet(f"color: {INK};")
        self.sentence.setText(built.parts.sentence or "（なし）")
        self.count.setText(f"{self.count.text()}　{words.area(built.shape.area)}")
        self.notes.setText("\n".join(built.notes))
        self.adjustSize()
        if self._wants_end:
            self._end(built)

    def _refuse(self, error: ChiikiError, asked: object) -> None:
        if asked is not self._asked:
            return
        self.sentence.setText("（なし）")
        self.notes.setText("\n".join(filter(None, (error.what, error.why, error.todo))))
        self.make_button.setEnabled(False)
        self.adjustSize()

    def _end(self, built: BuiltArea) -> None:
        """One edit; then the area is selected, and 選択 is in the hand."""
        session = self._session
        role, fid = self.target.currentData()
        layer = session.document.layer(LayerId(role.value))
        self._wants_end = False
        if layer.is_locked:
            session.tell(locked_notice(layer, "変えられません"))
            return
        if fid is None:
            fid = session.document.next_fid(layer.id)
            change, done = made_area(session, role, built), "作りました"
        else:
            change, done = told_area(session, layer.id, fid, built, "ポリゴンで区域を変える"), "変えました"
        self._tool.forget()
        session.apply(change)
        self._selection.pick(layer.id, (fid,))
        self._toolbox.choose("select")
        session.tell(
            Notice(
                f"{role.japanese}（{words.area(built.shape.area)}）を{done}。",
                "　".join((built.parts.sentence, *built.notes)),
                level="done",
                button="元に戻す",
                press=session.undo,
            )
        )
        self._toolbox.areas.offer_cutting()
