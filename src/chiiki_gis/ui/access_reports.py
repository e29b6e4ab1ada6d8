"""What was found about reach, ways and roads, beside the map: a table each, some with a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from chiiki_gis.core.access_answers import ReachCompared, ReachSeries, RouteProfile
from chiiki_gis.core.jobs import Reached, ReachRow
from chiiki_gis.render.charts import Series, paint_bars, paint_profile
from chiiki_gis.ui.chart_view import ChartView
from chiiki_gis.ui.forms import wrapped

if TYPE_CHECKING:
    from chiiki_gis.analysis.connectivity import Connectivity


class _Report(QDialog):
    """A text, and a table that cannot be edited."""

    def __init__(self, parent: QWidget, title: str, text: str, heads: Sequence[str]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowTitle(title)
        self.resize(680, 320)
        self.text = wrapped(text)
        self.table = QTableWidget(0, len(heads))
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, head in enumerate(heads[1:], 1):
            wide = max(self.fontMetrics().horizontalAdvance(text) for text in (head, "60 分以内"))
            self.table.setColumnWidth(place, wide + 30)
        self.column = QVBoxLayout(self)
        self.column.addWidget(self.text)
        self.column.addWidget(self.table)

    def add(self, cells: Sequence[str]) -> None:
        """One row more; all but the first cell stand at the right."""
        row = self.table.rowCount()
        self.table.setRowCount(row + 1)
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)


_ABOUT_REACH = (
    "時間内に着く道路から100 m以内の範囲です。速度は仮定値を含みます。"
    "空き家は、同意のあるものだけを数えています。"
)
_REACH_HEADS = ("時間", "面積 km²", "道路 km", "拠点施設", "空き家（同意あり）")


class ReachReport(_Report):
    """到達圏: what is reached within each band, of one place or of several side by side.

    has_houses   whether the plan has vacant houses: without them none are counted, which is not the same as 0
    """

    def __init__(self, parent: QWidget, found: Reached | ReachCompared, has_houses: bool = True) -> None:
        series: tuple[ReachSeries, ...]
        if isinstance(found, Reached):
            series, title = (ReachSeries(found.origin, False, found.rows),), f"「{found.origin}」の到達圏"
        else:
            series, title = found.series, "到達圏の比較"
        several = len(series) > 1
        heads = ("出発する所", *_REACH_HEADS) if several else _REACH_HEADS
        super().__init__(parent, title, _ABOUT_REACH, heads)
        self.resize(720, 560)
        for one in series:
            for row in one.rows:
                cells = _reach_cells(row, has_houses)
                self.add((one.title, *cells) if several else cells)
        bands = [f"{row.minutes:g}分" for row in series[0].rows] if series else []
        self.charts = [
            self._chart("時間内に着く拠点施設の数", bands, series, lambda row: float(row.facilities))
        ]
        if has_houses:
            title = "時間内に着く空き家の数（同意あり）"
            self.charts.append(self._chart(title, bands, series, lambda row: float(row.houses)))
        for chart in self.charts:
            self.column.addWidget(chart)

    @staticmethod
    def _chart(
        title: str, bands: list[str], series: Sequence[ReachSeries], value: Callable[[ReachRow], float]
    ) -> ChartView:
        drawn = [Series(one.title, tuple(value(row) for row in one.rows)) for one in series]
        words = "、".join(
            f"{one.title} {band} {number:g}"
            for one in drawn
            for band, number in zip(bands, one.values, strict=True)
        )
        return ChartView(
            lambda painter, area: paint_bars(painter, area, title, bands, drawn), f"{title}：{words}", 150
        )


def _reach_cells(row: ReachRow, has_houses: bool) -> tuple[str, ...]:
    return (
        f"{row.minutes:g} 分以内",
        f"{row.area_km2:,.1f}",
        f"{row.road_km:,.1f}",
        f"{row.facilities}",
        f"{row.houses:,}" if has_houses else "資料なし",
    )


class ProfileReport(QDialog):
    """縦断図: heights along a link, with what the data know."""

    def __init__(self, parent: QWidget, found: RouteProfile) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowTitle(f"縦断図　{found.title}")
        self.resize(760, 360)
        self.text = wrapped(_profile_words(found))
        self.chart = ChartView(
            lambda painter, area: paint_profile(painter, area, found.km, found.heights), self.text.text(), 240
        )
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(self.chart, 1)


def _profile_words(found: RouteProfile) -> str:
    length = f"{found.title}：{found.km[-1]:,.1f} km。"
    if found.cell_m is None:
        return (
            f"{length}標高のデータがないため、高さは不明です。標高（DEM）を「データを追加」で加えてください。"
        )
    known = found.known
    missing = len(found.heights) - len(known)
    if not known:
        return f"{length}この経路の標高は、データにありません（不明）。"
    climb = sum(
        max(0.0, after - before)
        for before, after in zip(found.heights, found.heights[1:], strict=False)
        if before is not None and after is not None
    )
    unknown = f"経路の{missing / len(found.heights) * 100:.0f}%は不明です。" if missing else ""
    return (
        f"{length}標高 {min(known):,.0f} m～{max(known):,.0f} m、登りの合計 約{climb:,.0f} m"
        f"（標高のます目 約{found.cell_m:,.0f} m）。橋やトンネルの高さではなく、地面の高さです。{unknown}"
    )


class RoadsReport(_Report):
    """道路のつながり: the parts of the network, and road ends that nearly meet."""

    def __init__(
        self, parent: QWidget, found: Connectivity, show_place: Callable[[float, float], object]
    ) -> None:
        whole = (
            "道路はすべてつながっています。"
            if found.is_whole
            else f"道路は {len(found.parts)} つに分かれています。"
        )
        near = f"許容差 {found.join_m:g} mではつながらない近くの端が {len(found.near)} か所あります。"
        text = f"{whole}{near}端は地図に丸で示しています。行を選ぶと、その場所へ移動します。"
        super().__init__(parent, "道路のつながり", text, ("道路", "本数", "延長 km", "拠点施設", "IC"))
        self.places = [(part.x, part.y) for part in found.parts]
        for part in found.parts:
            cells = (f"{part.roads:,}", f"{part.km:,.1f}", f"{part.facilities}", f"{part.interchanges}")
            self.add((part.name, *cells))
        for x, y in found.near:
            self.places.append((x, y))
            self.add((f"近くの道路とつながっていない端（X {y:,.1f}　Y {x:,.1f}）", "", "", "", ""))
        self._show_place = show_place
        self.table.itemSelectionChanged.connect(self._tell)

    def _tell(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.places) and self.table.selectedItems():
            self._show_place(*self.places[row])
