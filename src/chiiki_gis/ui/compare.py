"""2画面で比べる: the map beside itself, each half in another 表示セット, both looking at the same ground.

The right half may show another scenario (案) than the current one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core import display_sets as sets
from chiiki_gis.core.change import Changed
from chiiki_gis.core.scenarios import scenarios_of, short_told
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT
from chiiki_gis.ui.tools.pan import PanTool
from chiiki_gis.ui.tools.tool import Point, Surface

if TYPE_CHECKING:
    from chiiki_gis.rules.model import Verdict

AS_IT_IS = "いまの表示"
_NO_SETS = "「表示セット」を登録すると、ここで選べます。"
_AS_KEPT = "登録したときの見た目です。"
_ARM_PX = 9.0
_WIDE_PX = 10_000
"""More than any screen: the splitter shares what there is in these parts."""
_HEAD_PX = 34


class CompareView(QWidget):
    """The map, alone or with a second half at its right. Tools work in the left half.

    verdicts_of   the verdicts of a scenario by facility fid, as far as they are known
    """

    beside_changed = Signal()

    def __init__(self, session: Session, scene: Scene, canvas: Canvas) -> None:
        super().__init__()
        self._session = session
        self.verdicts_of: Callable[[str], Mapping[int, Verdict]] = lambda _scenario: {}
        self.left = Half(session, scene, canvas, "左の地図")
        self.right: Half | None = None
        self._matching = False
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(5)
        self._splitter.addWidget(self.left)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._splitter)
        self.left.head.hide()
        session.changed.connect(self._follow)
        session.opened.connect(self.close_right)

    def put_above(self, bar: QWidget) -> None:
        """Let something stand above both halves."""
        self._column.insertWidget(0, bar)

    def toggle(self) -> None:
        """Open the second half, or close it."""
        if self.right is None:
            self.open_right()
        else:
            self.close_right()

    def open_right(self) -> None:
        """Put a second half beside the map. It shows the first 表示セット that the map does not show."""
        if self.right is not None or not self._session.is_open:
            return
        scene = Scene(self._session)
        canvas = Canvas(scene)
        scene.setParent(canvas)
        self.right = Half(self._session, scene, canvas, "右の地図", self._verdicts)
        self.right.scenario_chosen.connect(self.beside_changed)
        follower = FollowTool(canvas)
        canvas.take_tool(follower)
        close = QPushButton("1画面に戻す")
        close.clicked.connect(self.close_right)
        self.right.add_button(close)
        self._splitter.addWidget(self.right)
        self._splitter.setSizes([_WIDE_PX, _WIDE_PX])
        self.left.head.show()
        document = self._session.document
        other = [s.name for s in sets.display_sets(document.facts) if not sets.is_shown(s, document.layers)]
        self.left.choose("")
        self.right.choose(other[0] if other else "")
        left = self.left.canvas
        left.view_changed.connect(self._match_right)
        left.pointed.connect(follower.show_at)
        canvas.view_changed.connect(self._match_left)
        self._match_right()
        left.setFocus()

    def open_beside(self, scenario: str) -> None:
        """Put another scenario into the second half, in the looks of the first."""
        self.open_right()
        if self.right is not None:
            self.right.choose(self.left.name)
            self.right.choose_scenario(scenario)

    def follow_scenarios(self) -> None:
        """The scenarios or their verdicts have changed."""
        for half in (self.left, self.right) if self.right is not None else ():
            half.follow_scenarios()

    def _verdicts(self, scenario: str) -> Mapping[int, Verdict]:
        return self.verdicts_of(scenario)

    def close_right(self) -> None:
        """Back to one map, as the document has it."""
        right, self.right = self.right, None
        if right is None:
            return
        left = self.left.canvas
        left.view_changed.disconnect(self._match_right)
        right.canvas.view_changed.disconnect(self._match_left)
        right.close_map()
        right.setParent(None)
        right.deleteLater()
        self.left.head.hide()
        self.left.choose("")
        left.setFocus()
        self.beside_changed.emit()

    def _follow(self, changed: Changed) -> None:
        if self.right is not None and (changed.facts or changed.layer_list):
            for half in (self.left, self.right):
                half.follow()

    def _match_right(self) -> None:
        if self.right is not None:
            self._match(self.left.canvas, self.right.canvas)

    def _match_left(self) -> None:
        if self.right is not None:
            self._match(self.right.canvas, self.left.canvas)

    def _match(self, moved: Canvas, other: Canvas) -> None:
        """Let one half look at the middle of the other, at its scale."""
        if self._matching:
            return
        self._matching = True
        other.show_view(moved.view.resized(other.width(), other.height()))
        self._matching = False


class Half(QWidget):
    """A map with the choice of its 表示セット above it.

    verdicts_of   the verdicts of a scenario; without it the half always shows the current one
    """

    scenario_chosen = Signal()

    def __init__(
        self,
        session: Session,
        scene: Scene,
        canvas: Canvas,
        title: str,
        verdicts_of: Callable[[str], Mapping[int, Verdict]] | None = None,
    ) -> None:
        super().__init__()
        self._session, self._scene, self.canvas = session, scene, canvas
        self._verdicts_of = verdicts_of
        self.name = ""
        self.scenario = ""
        self.scenarios = QComboBox()
        self.scenarios.setToolTip("この半分に表示する案です。左の地図は、いま編集している案です。")
        self.scenarios.activated.connect(lambda _n: self.choose_scenario(str(self.scenarios.currentData())))
        self.choice = QComboBox()
        self.choice.setMinimumContentsLength(10)
        self.choice.setToolTip("この半分に表示するセットです。「表示セット」のボタンで登録できます。")
        self.choice.activated.connect(lambda _n: self.choose(str(self.choice.currentData())))
        self._hint = QLabel()
        self._hint.setStyleSheet(f"color: {FAINT};")
        self.head = QWidget()
        self.head.setFixedHeight(_HEAD_PX)
        self._row = QHBoxLayout(self.head)
        self._row.setContentsMargins(8, 3, 6, 3)
        self._title, self._label = title, QLabel(title)
        self._row.addWidget(self._label)
        self._row.addWidget(self.scenarios)
        self._row.addWidget(self.choice)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row.addWidget(self._hint, 1)
        self._row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(canvas, 1)

    def add_button(self, button: QWidget) -> None:
        """Put a button at the right end of the head."""
        self._row.addWidget(button)

    def close_map(self) -> None:
        """Draw nothing any more."""
        self.canvas.stop()
        self._scene.close()

    def choose(self, name: str) -> None:
        """Show a 表示セット; an empty name shows the document."""
        self.name = name
        self.follow()

    def choose_scenario(self, scenario: str) -> None:
        """Show another scenario; an empty id shows the current one."""
        self.scenario = scenario
        self.follow_scenarios()
        self.scenario_chosen.emit()

    def follow_scenarios(self) -> None:
        """Follow the scenarios of the plan; one that is gone makes way for the current one."""
        known = scenarios_of(self._session.document) if self._session.is_open else ()
        self.scenarios.setVisible(self._verdicts_of is not None and len(known) > 1)
        if self._verdicts_of is None:
            shown = short_told(self._session.document, self._session.scenario) if known else ""
            self._label.setText(f"{self._title}（{shown}）" if shown else self._title)
            return
        if self.scenario not in {one.id for one in known}:
            self.scenario = ""
        self.scenarios.clear()
        self.scenarios.addItem("編集中の案", "")
        for one in known:
            self.scenarios.addItem(one.name, one.id)
        self.scenarios.setCurrentIndex(self.scenarios.findData(self.scenario))
        self._scene.show_scenario(self.scenario, self._verdicts_of(self.scenario) if self.scenario else {})

    def follow(self) -> None:
        """Follow the document: its sets, and the layers of the one that is shown."""
        if not self._session.is_open:
            return
        document = self._session.document
        found = sets.set_named(document.facts, self.name) if self.name else None
        self.name = found.name if found is not None else ""
        names = [s.name for s in sets.display_sets(document.facts)]
        self.choice.clear()
        for words, name in ((AS_IT_IS, ""), *((name, name) for name in names)):
            self.choice.addItem(words, name)
        self.choice.setCurrentIndex(self.choice.findData(self.name))
        self._hint.setText("" if found is None else _AS_KEPT)
        if not names:
            self._hint.setText(_NO_SETS)
        self._scene.show_styles({} if found is None else sets.styles_of(found, document.layers))
        self.follow_scenarios()


class FollowTool(PanTool):
    """Pans, and shows where the mouse is in the other half."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._at: Point | None = None

    def hint(self) -> str:
        """Nothing: the other half has the tools."""
        return ""

    def show_at(self, x: float, y: float) -> None:
        """The other half's mouse has moved."""
        self._at = (x, y)
        self._surface.refresh()

    def paint_overlay(self, painter: QPainter) -> None:
        """A small cross."""
        if self._at is None:
            return
        at = QPointF(*self._surface.to_pixel(self._at))
        across, along = QPointF(_ARM_PX, 0), QPointF(0, _ARM_PX)
        for color, width in ((QColor("#ffffff"), 4.0), (QColor("#c0161d"), 1.6)):
            painter.setPen(QPen(color, width))
            painter.drawLine(at - across, at + across)
            painter.drawLine(at - along, at + along)
