"""The figures of every scenario (案) and what differs, kept as fresh as somebody looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chiiki_gis.core.change import Changed
from chiiki_gis.core.indicators import Indicators
from chiiki_gis.core.layer import same_frame
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.scenarios import OTHER_SCENARIO, Scenario, scenarios_of
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.scenario_difference import LayerDifference
    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.rules.model import Verdict

_ASK_AFTER_MS = 60
"""So long after the last edit the figures are asked for: the check of the current scenario goes first."""


class Comparison(QObject):
    """Asks a helper, one scenario at a time; what nobody looks at is not worked out.

    figures      by scenario id, also those that are out of date; missing while nobody knows
    differences  of the current scenario from `base`, None while not known
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.figures: dict[str, Indicators] = {}
        self.differences: Mapping[Role, LayerDifference] | None = None
        self._verdicts: dict[str, dict[int, Verdict]] = {}
        self._fresh: set[str] = set()
        self._failed: set[str] = set()
        self._rows: dict[str, dict[Role, GeoDataFrame]] = {}
        self._chosen = ""
        self._compared: object = None
        self._lookers: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=_ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        session.opened.connect(self._start_over)
        session.changed.connect(self._follow)
        session.checked.connect(self._compare_with_check)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of the open plan."""
        return scenarios_of(self._session.document) if self._session.is_open else ()

    @property
    def base(self) -> str:
        """The id of the scenario compared with: the chosen one, else the one copied from; "" without."""
        known = {one.id: one for one in self.scenarios}
        current = known.get(self._session.scenario)
        wanted = (self._chosen, current.base if current else "", *known)
        return next((one for one in wanted if one in known and one != self._session.scenario), "")

    def choose_base(self, scenario: str) -> None:
        """Compare with another scenario."""
        self._chosen = scenario
        self._forget_differences()

    def look(self, who: str, looks: bool) -> None:
        """Somebody begins to look at figures or differences, or no longer does."""
        (self._lookers.add if looks else self._lookers.discard)(who)
        if looks:
            self._timer.start()

    def is_fresh(self, scenario: str) -> bool:
        """Whether the figures of a scenario are those of its features now."""
        return scenario in self._fresh

    def has_failed(self, scenario: str) -> bool:
        """Whether the figures could not be worked out; the check has said why."""
        return scenario in self._failed

    def verdicts(self, scenario: str) -> Mapping[int, Verdict]:
        """The verdicts of a scenario by facility fid, as last worked out."""
        return self._verdicts.get(scenario, {})

    def _start_over(self) -> None:
        self.figures, self._verdicts, self._rows = {}, {}, {}
        self._fresh.clear()
        self._failed.clear()
        self._chosen = ""
        self._forget_differences()

    def _follow(self, changed: Changed) -> None:
        if changed is not OTHER_SCENARIO and changed.content:
            only_rows = not changed.facts and changed.layers <= {role.value for role in PLAN_ROLES}
            self._fresh = {one for one in self._fresh if only_rows and self._is_as_asked(one)}
            self._failed.clear()
        self._forget_differences()

    def _is_as_asked(self, scenario: str) -> bool:
        """Whether the features are those of the last question."""
        known = self._rows.get(scenario, {})
        return len(known) == len(PLAN_ROLES) and all(
            rows is (now := self._session.rows(role, scenario)) or same_frame(rows, now)
            for role, rows in known.items()
        )

    def _compare_with_check(self) -> None:
        """A check under other rules than the figures were made under makes them stale."""
        session = self._session
        known = self.figures.get(session.scenario)
        if known is None or not session.is_checked or not self.is_fresh(session.scenario):
            return
        if known.errors != sum(finding.is_open_error for finding in session.findings):
            self._fresh.clear()
            self._timer.start()
            self.changed.emit()

    def _forget_differences(self) -> None:
        self.differences, self._compared = None, None
        if self._lookers:
            self._timer.start()
        self.changed.emit()

    def _ask(self) -> None:
        session = self._session
        if not (session.is_open and self._lookers) or len(self.scenarios) < 2:
            return
        self._ask_for_differences()
        order = sorted((one.id for one in self.scenarios), key=lambda one: one != session.scenario)
        for scenario in order:
            if scenario not in self._fresh and scenario not in self._failed:
                rows = {role: session.rows(role, scenario) for role in PLAN_ROLES}
                self._rows[scenario] = rows
                session.workers.submit(
                    "indicators",
                    replace(session.snapshot(), scenario=scenario),
                    replaces=f"indicators {scenario}",
                    on_done=partial(self._take, scenario, session.edits),
                    on_error=partial(self._fail, scenario),
                )

    def _ask_for_differences(self) -> None:
        base, session = self.base, self._session
        key = (base, session.scenario, session.edits)
        if not base or self._compared == key:
            return
        self._compared = key
        session.workers.submit(
            "scenario_differences",
            replace(session.snapshot(), layers=tuple(x for x in session.document.layers if x.is_plan)),
            base,
            replaces="scenario_differences",
            on_done=partial(self._take_differences, key),
            on_error=session.tell_error,
        )

    def _take(self, scenario: str, edits: int, answer: tuple[Indicators, tuple[Verdict, ...]]) -> None:
        figures, verdicts = answer
        if not self._session.is_open or scenario not in {one.id for one in self.scenarios}:
            return
        self.figures[scenario] = figures
        self._verdicts[scenario] = {fid: verdict for verdict in verdicts for fid in verdict.fids}
        if edits == self._session.edits or self._is_as_asked(scenario):
            self._fresh.add(scenario)
        self.changed.emit()

    def _take_differences(self, key: object, found: Mapping[Role, LayerDifference]) -> None:
        if key == self._compared:
            self.differences = found
            self.changed.emit()

    def _fail(self, scenario: str, _error: ChiikiError) -> None:
        self._failed.add(scenario)
        self.figures.pop(scenario, None)
        self.changed.emit()
