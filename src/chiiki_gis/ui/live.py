"""The cards while a hand drags: size, zones and verdict of the feature as it would be if it were let go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.area_card import AreaCard
from chiiki_gis.ui.facility_card import FacilityCard
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.trial import Trial

if TYPE_CHECKING:
    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.core.snapshot import Snapshot

_FACILITY = LayerId(Role.FACILITY.value)
_AREAS = (LayerId(Role.PRIORITY_DISTRICT.value), LayerId(Role.PROMOTION_AREA.value))


class LiveCards(QObject):
    """Asks one question at a time, always about the newest trial; an answer that comes too late is dropped.

    restore   fills the cards from the plan again
    """

    def __init__(
        self, session: Session, area: AreaCard, facility: FacilityCard, restore: Callable[[], None]
    ) -> None:
        super().__init__()
        self._session, self._area, self._facility, self._restore = session, area, facility, restore
        self._trial: Trial | None = None
        self._asked: Trial | None = None
        self._number = 0

    def show(self, trial: Trial | None) -> None:
        """Follow the hand; None shows the plan again."""
        had, self._trial = self._trial, trial
        if trial is None:
            if had is not None:
                self._area.end_trial()
                self._restore()
            return
        if had is None:
            self._asked = None  # the helper may have died over the last question
        if trial.layer in _AREAS:
            self._area.show_trial(trial.shape)
        elif trial.layer == _FACILITY:
            self._facility.verdict.set_stale(True)
        else:
            return
        self._ask()

    def _ask(self) -> None:
        trial = self._trial
        if trial is None or self._asked is not None:
            return
        self._asked = trial
        self._number += 1
        if trial.layer == _FACILITY:
            self._ask_about_facility(trial)
        else:
            self._ask_about_area(trial)

    def _ask_about_area(self, trial: Trial) -> None:
        from chiiki_gis.rules.live import ground_only

        session, role = self._session, Role(trial.layer)
        values = session.snapshot()
        row = with_shape(session.document.layer(trial.layer), trial).rows.loc[[int(trial.fid)]]
        districts = session.rows(Role.PRIORITY_DISTRICT) if role is Role.PROMOTION_AREA else None
        self._submit("live_area", trial, ground_only(values), row, districts, values.facts)

    def _ask_about_facility(self, trial: Trial) -> None:
        from chiiki_gis.core.links import building_of
        from chiiki_gis.rules.live import question_about

        values = self._session.snapshot()
        moved = with_shape(self._session.document.layer(_FACILITY), trial)
        ids = building_of(moved.rows)
        own = ids[moved.rows.index.get_loc(int(trial.fid))]
        fids = [int(fid) for fid, building in zip(moved.rows.index, ids, strict=True) if building == own]
        self._submit("live", trial, *question_about(_with(values, moved), self._number, fids))

    def _submit(self, job: Any, trial: Trial, *args: Any) -> None:
        self._session.workers.submit(
            job,
            *args,
            replaces="trial",
            on_done=lambda answer: self._take(trial, answer),
            on_error=lambda error: self._give_up(error),
        )

    def _take(self, asked: Trial, answer: Any) -> None:
        """Show an answer, pale while the hand is farther on already; then ask about where it is now."""
        if asked is not self._asked:
            return
        self._asked, now = None, self._trial
        if now is None or (now.layer, now.fid) != (asked.layer, asked.fid):
            return
        if asked.layer == _FACILITY:
            for verdict in answer.verdicts:
                self._facility.verdict.show_verdict(verdict)
            self._facility.verdict.set_stale(now is not asked)
        else:
            self._area.show_trial(now.shape, answer, stale=now is not asked)
        if now is not asked:
            self._ask()

    def _give_up(self, _error: ChiikiError) -> None:
        """The check after the edit will tell; while dragging the card stays pale."""
        self._asked = None


def with_shape(layer: Layer, trial: Trial) -> Layer:
    """The layer with the trial's feature as it is tried; the layer itself stays as it is."""
    import geopandas

    rows = layer.rows.copy()
    shapes = rows.geometry.to_numpy().copy()
    shapes[rows.index.get_loc(int(trial.fid))] = trial.shape
    rows["geometry"] = geopandas.GeoSeries(shapes, index=rows.index, crs=rows.crs)
    return replace(layer, frame=rows)


def _with(values: Snapshot, changed: Layer) -> Snapshot:
    layers = tuple(changed if layer.id == changed.id else layer for layer in values.layers)
    return replace(values, layers=layers)
