"""What the planner has picked. Not part of the document, and not undoable."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from chiiki_gis.core.layer import Fid, LayerId


class Selection(QObject):
    """Features of one layer, in the order they were picked."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._layer: LayerId | None = None
        self._fids: tuple[Fid, ...] = ()

    @property
    def layer(self) -> LayerId | None:
        """The layer of the picked features; None when nothing is picked."""
        return self._layer

    @property
    def fids(self) -> tuple[Fid, ...]:
        """The picked features."""
        return self._fids

    @property
    def single(self) -> Fid | None:
        """The one picked feature, or None when there is none or more than one."""
        return self._fids[0] if len(self._fids) == 1 else None

    def pick(self, layer: LayerId, fids: tuple[Fid, ...]) -> None:
        """Pick exactly these."""
        wanted = (layer, fids) if fids else (None, ())
        if wanted != (self._layer, self._fids):
            self._layer, self._fids = wanted
            self.changed.emit()

    def add(self, layer: LayerId, fid: Fid) -> None:
        """Pick one more; another layer's feature replaces the selection."""
        if layer != self._layer:
            self.pick(layer, (fid,))
        elif fid not in self._fids:
            self.pick(layer, (*self._fids, fid))

    def remove(self, layer: LayerId, fid: Fid) -> None:
        """Let one go."""
        if layer == self._layer:
            self.pick(layer, tuple(x for x in self._fids if x != fid))

    def clear(self) -> None:
        """Let all go."""
        if self._layer is not None:
            self._layer, self._fids = None, ()
            self.changed.emit()
