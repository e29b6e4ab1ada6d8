"""Programmes of support that one facility or link is a candidate for, below its card. Never a promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chiiki_gis.rules.subsidies import CAUTION
from chiiki_gis.ui.forms import empty, heading, plate, wrapped
from chiiki_gis.ui.notice import Level

if TYPE_CHECKING:
    from chiiki_gis.rules.subsidies import SubsidyMatch

RANK = {"candidate": 0, "open": 1, "outside": 2}
LEVELS: dict[str, Level] = {"candidate": "done", "open": "warning", "outside": "info"}


class ProgrammeCard(QWidget):
    """The candidates and what is still open; programmes that do not fit are only counted."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._shown: tuple[SubsidyMatch, ...] | None = None

    def show_matches(self, matches: Sequence[SubsidyMatch]) -> None:
        """Write the card anew; nothing is shown where no programme is for such a thing."""
        if tuple(matches) == self._shown:
            return
        self._shown = tuple(matches)
        empty(self._column)
        if not matches:
            return
        self._column.addWidget(heading("補助制度の候補"))
        near = [match for match in matches if match.status != "outside"]
        for match in near:
            programme = match.programme
            frame, inside = plate(LEVELS[match.status])
            inside.addWidget(wrapped(f"{match.label}　{programme.name}", bold=True))
            inside.addWidget(wrapped(f"{programme.ministry}・{programme.year}", faint=True))
            for text in (*match.reasons, *match.questions):
                inside.addWidget(wrapped(f"・{text}"))
            self._column.addWidget(frame)
        left = [match for match in matches if match.status == "outside"]
        if left:
            label = wrapped(f"条件に合わない制度　{len(left)} 件", faint=True)
            label.setToolTip("\n".join(f"{m.programme.name}：{''.join(m.reasons)}" for m in left))
            self._column.addWidget(label)
        self._column.addWidget(wrapped(CAUTION, faint=True))
