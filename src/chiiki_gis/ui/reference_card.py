"""What lies at the clicked place: one foldable part per feature. Read only."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.houses import CONSENTS
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.forms import ChoiceField, Rows, empty, heading, wrapped
from chiiki_gis.ui.under_cursor import Hit, personal_columns, shown_values, title_of, values_of
from chiiki_gis.ui.words import COLUMN_WORDS, unmarked

_MOST = 60
"""Parts of one card; a click into a heap of points says how many more there are."""
CHOOSE_ROAD = "この道路を選ぶ"
SECRET = "「個人情報」の印のある列は、この窓の中だけに表示し、写せません。"


class ReferenceCard(QWidget):
    """The features under the click, topmost first; unfolding one selects it when it was asked for."""

    def __init__(
        self,
        zoom: Callable[[Layer, Fid], None],
        pick: Callable[[Layer, Fid], None],
        consent: Callable[[Layer, Fid, str], None],
    ) -> None:
        super().__init__()
        self._zoom, self._pick, self._consent = zoom, pick, consent
        self._shown: tuple[list[Hit], str, bool, float | None] = ([], "", False, None)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_hits(
        self,
        hits: list[Hit],
        title: str = "この地点の資料",
        *,
        selects: bool = False,
        ground: float | None = None,
    ) -> None:
        """Write the card anew.

        selects   unfolding a feature also selects it
        ground    the height of the place in metres, where it is known
        """
        self._shown = (hits, title, selects, ground)
        empty(self._column)
        if ground is not None:
            self._column.addWidget(wrapped(f"この地点の標高　{ground:,.1f} m"))
        if not hits and selects:
            self._column.addWidget(wrapped("この地点には、表示しているレイヤの地物がありません。"))
        if not hits:
            return
        self._column.addWidget(heading(title))
        for index, (layer, fid) in enumerate(hits[:_MOST]):
            self._add(layer, fid, index == 0, selects)
        if len(hits) > _MOST:
            self._column.addWidget(
                wrapped(f"ほかに {len(hits) - _MOST} 件あります。拡大してから調べてください。", faint=True)
            )

    def follow(self, layers: Sequence[Layer], changed: Container[LayerId]) -> None:
        """Some layers have changed: show what is there now of what was shown."""
        hits, title, selects, ground = self._shown
        if any(layer.id in changed for layer, _ in hits):
            now = {layer.id: layer for layer in layers}
            kept = [(now[x.id], fid) for x, fid in hits if x.id in now]
            self.show_hits(kept, title, selects=selects, ground=ground)

    def _add(self, layer: Layer, fid: Fid, is_open: bool, selects: bool) -> None:
        try:
            values = values_of(layer, fid)
        except ChiikiError as error:
            self._column.addWidget(wrapped(f"{layer.name}：{error.what}{error.todo}"))
            return
        except KeyError:
            return
        title = QPushButton(unmarked(f"{layer.name}　{title_of(layer, values, fid)}"))
        title.setStyleSheet("text-align: left; padding: 4px 8px;")
        title.setCheckable(True)
        title.setChecked(is_open)
        body = Rows()
        for name, value, is_personal in shown_values(layer, values):
            if layer.role == Role.VACANT_HOUSE and name == COLUMN_WORDS["consent"]:
                continue  # it has a field below
            label = body.add_text(f"{name}\n〔個人情報〕" if is_personal else name, value)
            if is_personal:
                label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        if layer.role == Role.VACANT_HOUSE:
            body.add("本人の同意", self._consent_field(layer, fid, values.get("consent")))
        if any(name in values for name in personal_columns(layer, values)):
            body.add("", wrapped(SECRET, faint=True))
        if layer.source.citation:
            body.add_text("出典", layer.source.citation)
        show = QPushButton("ここを表示")
        show.clicked.connect(lambda: self._zoom(layer, fid))
        body.add("", show)
        if layer.role == Role.ROAD:  # roads are what values and works are said of
            choose = QPushButton(CHOOSE_ROAD)
            choose.clicked.connect(lambda: self._pick(layer, fid))
            body.add("", choose)
        title.toggled.connect(body.setVisible)
        if selects:
            title.clicked.connect(lambda: self._pick(layer, fid))
        self._column.addWidget(title)
        self._column.addWidget(body)
        body.setVisible(is_open)  # once it stands in the card: before, it would be a window of its own

    def _consent_field(self, layer: Layer, fid: Fid, value: object) -> ChoiceField:
        def commit(answer: object) -> None:
            self._consent(layer, fid, str(answer or "未確認"))

        field = ChoiceField(commit)
        field.set_choices([[(answer, answer) for answer in CONSENTS]])
        field.setToolTip(
            "情報を渡すことについての本人の同意です。「あり」のほかは、書き出しや印刷に出ません。"
        )
        field.show_value(value)
        return field
