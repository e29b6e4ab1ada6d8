"""One finding on the card of the feature it speaks of."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from chiiki_gis.core.finding import SEVERITY_WORDS, Finding
from chiiki_gis.ui.forms import plate, wrapped


def finding_plate(finding: Finding) -> QFrame:
    """A tinted frame with what was found and its article; one that was set aside says so, and why."""
    frame, inside = plate("info" if finding.ignored else finding.severity)
    word = "対象外" if finding.ignored else SEVERITY_WORDS[finding.severity]
    inside.addWidget(wrapped(f"{word}：{finding.message}"))
    if finding.ignored:
        inside.addWidget(wrapped(f"対象外の理由：{finding.reason}"))
    inside.addWidget(wrapped(finding.article, faint=True))
    return frame
