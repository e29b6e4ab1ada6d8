"""Where the attribute table's order and figures come from: the plan in memory, or a helper process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.table import Kind, TableQuery
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.core.table import Fids
    from chiiki_gis.ui.table_model import LayerTable

_Question = Literal["table_kinds", "table_rows", "table_sums"]
_KINDS: _Question = "table_kinds"
_ROWS: _Question = "table_rows"
_SUMS: _Question = "table_sums"


class TableFeed(QObject):
    """Answers come by signal, at once or later; an answer to an older question is dropped."""

    kinds_known = Signal()
    arranged = Signal(object)
    summed = Signal(object)
    failed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._kinds: dict[str, Mapping[str, Kind]] = {}
        self._asked: dict[_Question, int] = {_KINDS: 0, _ROWS: 0, _SUMS: 0}

    def kinds(self, layer: Layer) -> Mapping[str, Kind]:
        """What the columns of a reference layer hold; empty while nobody knows, and then it is asked for."""
        key = layer.reference.content_hash
        if key not in self._kinds:
            self._submit(_KINDS, (layer.reference,), lambda found: self._take_kinds(key, found))
        return self._kinds.get(key, {})

    def arrange(self, table: LayerTable, query: TableQuery) -> None:
        """Ask for the rows of a query."""
        from chiiki_gis.io.tables import unbroken_fids
        from chiiki_gis.ui.table_model import PlanTable

        self._asked[_ROWS] += 1
        at_once: Fids | None = None
        if isinstance(table, PlanTable):
            at_once = table.arranged(query)
        elif query.keeps_all and query.sort is None:
            try:
                at_once = unbroken_fids(table.layer.reference)
            except ChiikiError as error:
                self._fail(error)
                return
        if at_once is not None:
            self.arranged.emit(at_once)
        else:
            self._submit(_ROWS, (table.layer.reference, table.columns, query), self.arranged.emit)

    def sum_up(self, table: LayerTable, query: TableQuery, fids: Fids | None) -> None:
        """Ask for the figures of some rows, or of all rows of a query."""
        from chiiki_gis.ui.table_model import PlanTable

        self._asked[_SUMS] += 1
        if not any(column.kind == "quantity" for column in table.columns):
            self.summed.emit({})
        elif isinstance(table, PlanTable):
            self.summed.emit(table.summed(query, fids))
        else:
            self._submit(_SUMS, (table.layer.reference, table.columns, query, fids), self.summed.emit)

    def _submit(self, job: _Question, args: tuple[object, ...], take: Callable[[Any], None]) -> None:
        self._asked[job] += 1
        number = self._asked[job]
        self._session.workers.submit(
            job,
            *args,
            replaces=job,
            on_done=lambda answer: take(answer) if number == self._asked[job] else None,
            on_error=self._fail,
        )

    def _take_kinds(self, key: str, found: Mapping[str, Kind]) -> None:
        self._kinds[key] = found
        self.kinds_known.emit()

    def _fail(self, error: ChiikiError) -> None:
        self._session.tell_error(error)
        self.failed.emit()
