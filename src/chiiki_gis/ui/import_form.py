"""What a user may say about a file: role, text encoding, coordinate system, extent, columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.crs import crs_label
from chiiki_gis.core.errors import Proposal
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.looks import PLACING, FileLook, TableLook
from chiiki_gis.core.role import Role
from chiiki_gis.ui.crs_choice import crs_choices
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import Rows, heading, wrapped

ENCODINGS = ("UTF-8", "CP932")
MARGINS = (
    (None, "すべて取り込む"),
    (0.0, "市町村の内だけ"),
    (500.0, "市町村から500mまで"),
    (2_000.0, "市町村から2kmまで"),
    (10_000.0, "市町村から10kmまで"),
    (30_000.0, "市町村から30kmまで"),
)
NO_CRS, NO_COLUMN = "不明", "（なし）"
_LIST_PX = 104


class ImportForm(QWidget):
    """Shows what was recognised and why; every field may be changed. `chosen` says that one was."""

    chosen = Signal()
    table_picked = Signal(object)

    def __init__(self, epsg: int, has_town: bool) -> None:
        super().__init__()
        self.options = ImportOptions(is_trial=True)
        self._epsg, self._has_town = epsg, has_town
        self._look: FileLook | None = None
        self.tables = QListWidget()
        self.tables.setAccessibleName("取り込むレイヤ")
        self.tables.setMaximumHeight(_LIST_PX)
        self.tables.itemChanged.connect(lambda _item: self._tick())
        self.tables.currentRowChanged.connect(lambda _row: self._show_table())
        self.role, self.encoding, self.crs, self.margin = (_combo() for _ in range(4))
        self.swap = QCheckBox("縦と横の座標を入れ替える")
        for metres, word in MARGINS:
            self.margin.addItem(word, metres)
        self.role.activated.connect(lambda _n: self._say_role())
        self.encoding.activated.connect(lambda _n: self._say(encoding=self.encoding.currentData()))
        self.crs.activated.connect(lambda _n: self._say(epsg=self.crs.currentData()))
        self.margin.activated.connect(lambda _n: self._say(margin_m=self.margin.currentData()))
        self.swap.clicked.connect(lambda on: self._say(swap_axes=on))
        self.facts = wrapped(faint=True)
        self.role_why, self.encoding_why, self.crs_why = (wrapped(faint=True) for _ in range(3))
        self.columns = {part: _combo() for part in PLACING}
        for part, field in self.columns.items():
            field.activated.connect(lambda _n, part=part: self._say_column(part))
        self.addresses = wrapped(faint=True)
        self._build()

    @property
    def current(self) -> TableLook | None:
        """The layer whose fields are shown."""
        if self._look is None or not self._look.tables:
            return None
        return self._look.tables[min(max(self.tables.currentRow(), 0), len(self._look.tables) - 1)]

    def show_look(self, look: FileLook) -> None:
        """Show what a file was taken for."""
        row = max(self.tables.currentRow(), 0)
        with QSignalBlocker(self.tables):
            self.tables.clear()
            for table in look.tables:
                item = QListWidgetItem(f"{table.name}（{table.role.japanese}、{table.features:,}件）")
                on = not self.options.layers or table.name in self.options.layers
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
                self.tables.addItem(item)
            self.tables.setCurrentRow(min(row, len(look.tables) - 1))
        self._look = look
        self._layers.setVisible(len(look.tables) > 1)
        self._show_table()

    def repair(self, proposal: Proposal) -> None:
        """Take a proposed repair over."""
        epsg, swap = proposal.epsg or self.options.epsg, proposal.swap_axes or self.options.swap_axes
        self._say(epsg=epsg, swap_axes=swap)

    def _build(self) -> None:
        self._layers = QWidget()
        inside = QVBoxLayout(self._layers)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(heading("取り込むレイヤ"))
        inside.addWidget(self.tables)
        self._layers.hide()
        self.rows = Rows()
        for word, widget in (
            ("内容", self.facts), ("役割", self.role), ("", self.role_why),
            ("文字コード", self.encoding), ("", self.encoding_why),
            ("座標系", self.crs), ("", self.crs_why), ("", self.swap), ("範囲", self.margin),
        ):  # fmt: skip
            self.rows.add(word, widget)
        self._lists = QWidget()
        column = QVBoxLayout(self._lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading("列の対応"))
        parts = Rows()
        for part, field in self.columns.items():
            parts.add(PLACING[part], field)
        column.addWidget(parts)
        choose = QPushButton("住所のファイルを選ぶ...")
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose_addresses)
        row = QHBoxLayout()
        row.addWidget(choose)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.addresses)
        self._lists.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 6, 0)
        for part_of_form in (self._layers, self.rows, self._lists):
            whole.addWidget(part_of_form)
        whole.addStretch(1)
        self._show_crs(None, "")

    def _show_table(self) -> None:
        table = self.current
        if table is None:
            return
        edition = f"（{table.edition}）" if table.edition else ""
        count = f"、{table.features:,}件" if table.columns else ""
        self.facts.setText(f"{table.title}{edition}　{table.geometry}{count}")
        self._fill_roles(table)
        self.encoding.clear()
        for name in dict.fromkeys((*((table.encoding,) if table.encoding else ()), *ENCODINGS)):
            self.encoding.addItem(name, name)
        self.encoding_why.setText(f"根拠：{table.encoding_evidence}" if table.encoding_evidence else "")
        for widget in (self.encoding, self.encoding_why):
            self.rows.set_row_visible(widget, table.encoding is not None)
        self._show_crs(table.epsg, table.crs_evidence)
        is_reference = not table.role.is_plan and not table.role.is_raster
        self.rows.set_row_visible(self.margin, self._has_town and is_reference)
        self._show_columns(table)
        self.table_picked.emit(table)

    def _fill_roles(self, table: TableLook) -> None:
        self.role.clear()
        for role in Role:
            if role.is_raster == table.role.is_raster and role != Role.ACCESS_LINK:
                self.role.addItem(role.japanese, role)
        self.role.setCurrentIndex(self.role.findData(table.role))
        known = f"根拠：{table.evidence}" if table.evidence else "見分けられないため、参考として入れます。"
        self.role_why.setText(known)

    def _show_crs(self, epsg: int | None, why: str) -> None:
        self.crs.clear()
        if epsg is None:
            self.crs.addItem(NO_CRS, None)
        for code in dict.fromkeys((*((epsg,) if epsg is not None else ()), *crs_choices(self._epsg))):
            self.crs.addItem(crs_label(code), code)
        self.crs_why.setText(f"根拠：{why}" if why else "")
        self.swap.setChecked(self.options.swap_axes)

    def _show_columns(self, table: TableLook) -> None:
        self._lists.setVisible(table.placing is not None)
        for part, field in self.columns.items():
            field.clear()
            field.addItem(NO_COLUMN, None)
            for name in table.columns:
                field.addItem(name, name)
            field.setCurrentIndex(max(field.findData((table.placing or {}).get(part)), 0))
        self._show_addresses()

    def _show_addresses(self) -> None:
        from chiiki_gis.io.geocode import remembered_files

        files = self.options.addresses or remembered_files()
        names = "、".join(path.name for path in files[:4]) + ("など" if len(files) > 4 else "")
        self.addresses.setText(
            f"座標のない行は、{len(files)}個のファイル（{names}）で所在地から探します。"
            if files
            else "座標のない行は、位置参照情報（ISJ）・ABR・geoloniaのファイルを選ぶと、所在地から探せます。"
        )

    def _tick(self) -> None:
        tables = self._look.tables if self._look is not None else ()
        on = [
            table.name
            for n, table in enumerate(tables)
            if self.tables.item(n).checkState() == Qt.CheckState.Checked
        ]
        self._say(layers=() if len(on) == len(tables) else tuple(on) or ("",))

    def _say_role(self) -> None:
        table, role = self.current, self.role.currentData()
        if table is not None and role != table.role:
            self._say(roles={**self.options.roles, table.name: Role(role)})

    def _say_column(self, part: str) -> None:
        table = self.current
        if table is None or table.placing is None:
            return
        known = {key: name for key, name in table.placing.items() if key in PLACING}
        name = self.columns[part].currentData()
        said = {**known, part: name} if name else {k: v for k, v in known.items() if k != part}
        self._say(columns=said)

    def _choose_addresses(self) -> None:
        found = Files(self).open_many("住所のファイルを選ぶ", "住所のデータ (*.csv *.json *.zip)")
        if found:
            self._say(addresses=tuple(Path(p) for p in found))

    def _say(self, **said: object) -> None:
        options = replace(self.options, **said)  # type: ignore[arg-type]  # fields by their names
        if options != self.options:
            self.options = options
            self.chosen.emit()


def _combo() -> QComboBox:
    """A choice that the wheel does not change by chance, and that is no wider than its column."""
    field = QComboBox()
    field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    field.setMinimumContentsLength(10)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return field
