"""属性表: the rows of one layer, linked both ways with the selection on the map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chiiki_gis.core.change import Changed
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.table import ColumnFilter, ColumnSums, TableQuery
from chiiki_gis.ui.house_work import record_consent
from chiiki_gis.ui.later import Later
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.table_bar import TableBar
from chiiki_gis.ui.table_feed import TableFeed
from chiiki_gis.ui.table_filters import FilterChips, FilterForm
from chiiki_gis.ui.table_menus import cell_menu, column_menu
from chiiki_gis.ui.table_sums import SumsLine
from chiiki_gis.ui.table_view import TableView

if TYPE_CHECKING:
    from chiiki_gis.core.table import Fids, TableColumn
    from chiiki_gis.ui.table_model import LayerTable

_SUMS_AFTER_MS = 120


class TablePanel(QWidget):
    """Holds what is asked for (a layer and a query) and which rows have come back; its parts do the rest."""

    zoom_asked = Signal()

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__()
        self._session, self._selection = session, selection
        self.model: LayerTable | None = None
        self.queries: dict[LayerId, TableQuery] = {}
        self._arranged: Fids | None = None
        self._former_cell: tuple[int, int] | None = None
        self._is_picking = self._has_picked = False
        self.bar, self.chips, self.table = TableBar(), FilterChips(), TableView()
        self.sums = SumsLine(self.table)
        self.feed = TableFeed(session, self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for widget in (self.bar, self.chips, self.table, self.sums):
            whole.addWidget(widget, 1 if widget is self.table else 0)
        self._is_stale = False
        self._fill_later = Later(self, self._fill_when_seen)
        self._pick_later = Later(self, self._pick)
        self._sums_timer = QTimer(self, singleShot=True, interval=_SUMS_AFTER_MS)
        self._sums_timer.timeout.connect(self.ask_sums)
        self._connect()

    def _connect(self) -> None:
        session, bar, table = self._session, self.bar, self.table
        session.opened.connect(self._start_over)
        session.changed.connect(self._follow)
        self._selection.changed.connect(self._show_selection)
        bar.layer_chosen.connect(self._choose)
        bar.text_typed.connect(lambda text: self.ask(replace(self.query, text=text)))
        bar.only_selected_changed.connect(lambda _on: self._show_rows())
        bar.copy_pressed.connect(self.copy)
        bar.export_pressed.connect(self.export)
        bar.zoom_pressed.connect(self.zoom_asked)
        self.chips.dropped.connect(self.drop_filter)
        self.chips.cleared.connect(lambda: self.ask(replace(self.query, text="", filters=())))
        table.picked.connect(self._note_pick)
        table.sort_asked.connect(self.sort_by)
        table.copy_asked.connect(self.copy)
        table.paste_asked.connect(self.paste)
        table.fill_asked.connect(self.fill_down)
        table.refused.connect(self.tell_fixed)
        table.column_menu_asked.connect(self._open_column_menu)
        table.cell_menu_asked.connect(self._open_cell_menu)
        self.feed.kinds_known.connect(self._take_kinds)
        self.feed.arranged.connect(self._take_rows)
        self.feed.summed.connect(self._take_sums)
        self.feed.failed.connect(self._tell_count)

    @property
    def query(self) -> TableQuery:
        """What is asked of the layer shown."""
        return TableQuery() if self.model is None else self.queries.get(self.model.layer.id, TableQuery())

    @property
    def chosen_rows(self) -> list[int]:
        """The rows that are selected."""
        return [] if self.model is None else [int(row) for row in self.model.marked.nonzero()[0]]

    def show_layer(self, layer_id: LayerId) -> None:
        """Show the rows of a layer."""
        self._fill_layers(layer_id)

    # What is asked for

    def ask(self, query: TableQuery) -> None:
        """Show the rows of another query; the old ones stay until they are there."""
        if self.model is None:
            return
        self.queries[self.model.layer.id] = query
        self.bar.show_text(query.text)
        self.chips.show_query(query, self.model.columns)
        self._mark_sorting("　…")
        self.bar.show_working("並べ替えています…" if query.keeps_all else "絞り込んでいます…")
        self.sums.wait()
        self.feed.arrange(self.model, query)

    def sort_by(self, number: int) -> None:
        """Ascending, then descending, then the layer's own order."""
        if self.model is None:
            return
        name, now = self.model.columns[number].name, self.query
        if now.sort != name:
            self.ask(replace(now, sort=name, descending=False))
        elif not now.descending:
            self.ask(replace(now, descending=True))
        else:
            self.ask(replace(now, sort=None, descending=False))

    def add_filter(self, condition: ColumnFilter) -> None:
        """One more condition; one of the same column and kind is replaced."""
        now = self.query
        kept = tuple(f for f in now.filters if (f.column, f.test) != (condition.column, condition.test))
        self.ask(replace(now, filters=(*kept, condition)))

    def drop_filter(self, condition: ColumnFilter | None) -> None:
        """One condition less; None is the text looked for in all columns."""
        now = self.query
        if condition is None:
            self.ask(replace(now, text=""))
        else:
            self.ask(replace(now, filters=tuple(f for f in now.filters if f != condition)))

    def ask_sums(self) -> None:
        """Ask for the figures of the selected rows where there are several, else of those shown."""
        if self.model is None:
            return
        shown, chosen = self.model.fids, self.model.fids[self.model.marked]
        some = chosen if len(chosen) > 1 else shown
        is_whole_query = len(some) == len(shown) and not self.bar.only_selected.isChecked()
        self.sums.wait()
        self.feed.sum_up(self.model, self.query, None if is_whole_query else some)

    # What comes back

    def _take_rows(self, fids: Fids) -> None:
        self._arranged = fids
        self._mark_sorting("　▼" if self.query.descending else "　▲")
        self._show_rows()

    def _mark_sorting(self, sign: str) -> None:
        if self.model is not None:
            self.model.mark_columns({self.query.sort: sign} if self.query.sort else {})

    def _take_kinds(self) -> None:
        from chiiki_gis.ui.table_model import ReferenceTable

        if isinstance(self.model, ReferenceTable):
            self.model.take_kinds(self.feed.kinds(self.model.layer))
            self.table.fit_columns()
            self.ask(self.query)

    def _take_sums(self, sums: dict[str, ColumnSums]) -> None:
        if self.model is None:
            return
        chosen = len(self.chosen_rows)
        scope = f"選択している {chosen:,} 件" if chosen > 1 else f"表示している {len(self.model.fids):,} 件"
        self.sums.show_sums(sums, scope, of_selected=chosen > 1)
        self.sums.setVisible(any(column.kind == "quantity" for column in self.model.columns))

    def _show_rows(self) -> None:
        """Show what has come back, or the selected part of it, at the same place where it can be."""
        import numpy as np

        self._pick()
        model, fids = self.model, self._arranged
        if model is None or fids is None or self.table.rows is None:
            return
        chosen = self._selection.fids if self._selection.layer == model.layer.id else ()
        if self.bar.only_selected.isChecked():
            fids = fids[np.isin(fids, np.asarray(chosen, "i8"))]
        bar = self.table.verticalScrollBar()
        scrolled, is_same = bar.value(), len(fids) == len(model.fids)
        fits = model.rowCount() == 0 and len(fids) > 0
        current = self.table.current_cell or self._former_cell
        model.show(fids)
        self.table.rows.show(chosen)
        self.table.go_to(current)
        if fits:
            self.table.fit_columns()
        bar.setValue(scrolled if is_same else 0)
        self._tell_count()
        self._sums_timer.start()

    def _tell_count(self) -> None:
        if self.model is not None:
            chosen = int(self.model.marked.sum())
            self.bar.show_count(len(self.model.fids), self.model.total, chosen)

    # The layer

    def _start_over(self) -> None:
        self.queries.clear()
        self.model = None
        self._fill_later.ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has changed while another tab was in front."""
        if self._is_stale:
            self._fill_later.ask()
        super().showEvent(event)

    def _fill_when_seen(self) -> None:
        self._is_stale = not self.isVisible()
        if self.isVisible():
            self._fill_layers(None)

    def _fill_layers(self, wanted: LayerId | None) -> None:
        box = self.bar.layers
        keep = wanted or box.currentData() or "facility"
        box.clear()
        for layer in reversed(self._session.document.layers):
            if not layer.is_raster:
                box.addItem(layer.name, str(layer.id))
        box.setCurrentIndex(max(box.findData(str(keep)), 0))
        self._choose()

    def _choose(self) -> None:
        self._pick()
        layer_id = self.bar.layers.currentData()
        if layer_id is None:
            return
        layer = self._session.document.layer(LayerId(layer_id))
        if not layer.is_plan and self.model is not None and _has_same_rows(self.model.layer, layer):
            self.model.layer = layer
            return
        is_same = self.model is not None and self.model.layer.id == layer.id
        self._former_cell = self.table.current_cell if is_same else None
        scrolled = self.table.verticalScrollBar().value()
        widths = [self.table.columnWidth(n) for n in range(len(self.model.columns))] if self.model else []
        self.model = self._table_of(layer)
        self._arranged = None
        self.table.show_table(self.model)
        self.ask(self.query)
        if is_same and widths:
            for number, width in enumerate(widths):
                self.table.setColumnWidth(number, width)
            self.table.verticalScrollBar().setValue(scrolled)
        else:
            self.sums.start_over()

    def _table_of(self, layer: Layer) -> LayerTable:
        from chiiki_gis.ui.table_model import PlanTable, ReferenceTable

        if layer.is_plan:
            return PlanTable(self._session, layer)
        table = ReferenceTable(layer, self.feed.kinds(layer))
        table.trouble.connect(self._session.tell_error)
        return table

    def _follow(self, changed: Changed) -> None:
        if changed.layer_list or self.bar.layers.currentData() in changed.layers:
            self._fill_later.ask()

    # The selection

    def _note_pick(self) -> None:
        self._has_picked = True
        self._pick_later.ask()

    def _pick(self) -> None:
        """Tell the map what was picked since last time; before the rows change, too."""
        model = self.model
        if model is None or not self._has_picked:
            return
        self._has_picked = False
        self._is_picking = True
        self._selection.pick(
            model.layer.id, cast("tuple[Fid, ...]", tuple(model.fids[model.marked].tolist()))
        )
        self._is_picking = False
        self._tell_count()
        self._sums_timer.start()

    def _show_selection(self) -> None:
        model, rows = self.model, self.table.rows
        if self._is_picking or model is None or rows is None:
            return
        if self.bar.only_selected.isChecked():
            self._show_rows()
            return
        before = bool(model.marked.any())
        rows.show(self._selection.fids if self._selection.layer == model.layer.id else ())
        chosen = model.marked.nonzero()[0]
        if len(chosen):
            self.table.show_row(int(chosen[0]))
        if before or len(chosen):
            self.table.viewport().update()
            self._tell_count()
            self._sums_timer.start()

    # What the hand does

    def copy(self) -> None:
        """Copy the selected rows."""
        from chiiki_gis.ui.table_copy import copy_rows

        if self.model is not None:
            copy_rows(self._session, self.model)

    def paste(self) -> None:
        """Paste cells into the plan, from the current cell on."""
        from chiiki_gis.ui.table_copy import paste

        if self.model is not None:
            at = self.table.currentIndex()
            row = at.row() if at.isValid() else next(iter(self.chosen_rows), None)
            paste(self._session, self.model, row, max(at.column(), 0))

    def fill_down(self) -> None:
        """下へコピー, in the column of the current cell."""
        from chiiki_gis.ui.table_bulk import fill_down

        if self.model is not None:
            fill_down(self._session, self.model, max(self.table.currentIndex().column(), 0))

    def ask_bulk(self, column: int) -> None:
        """選択した行に一括入力."""
        from chiiki_gis.ui.table_bulk import ask_bulk

        if self.model is not None:
            ask_bulk(self, self._session, self.model, column)

    def tell_fixed(self, index: QModelIndex) -> None:
        """Say why a cell cannot be edited."""
        from chiiki_gis.ui.table_bulk import why_fixed

        if self.model is not None:
            self._session.tell(why_fixed(self.model, index.column()))

    def record_consent(self, answer: str) -> None:
        """Record the owners' answer for the selected houses; one undoable step."""
        if self.model is not None:
            chosen = tuple(Fid(int(fid)) for fid in self.model.fids[self.model.marked])
            record_consent(self._session, self.model.layer, chosen, answer)

    def export(self) -> None:
        """Write rows to a file."""
        from chiiki_gis.ui.table_export import export_table

        if self.model is not None:
            export_table(self, self._session, self.model)

    def filter_at(self, column: TableColumn, at: QPoint, value: str = "") -> None:
        """Open the form for a condition on a column."""
        FilterForm(self, column, self.add_filter, value).open_at(at)

    def _open_column_menu(self, number: int, at: QPoint) -> None:
        if self.model is not None:
            column_menu(self, self.model.columns[number], at).popup(at)

    def _open_cell_menu(self, index: QModelIndex, at: QPoint) -> None:
        if self.model is not None:
            text = str(index.data(Qt.ItemDataRole.EditRole) or "")
            cell_menu(self, self.model, self.model.columns[index.column()], text).popup(at)


def _has_same_rows(shown: Layer, layer: Layer) -> bool:
    return shown.id == layer.id and shown.reference.content_hash == layer.reference.content_hash
