"""What a check has found, and the change that would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chiiki_gis.core.change import Change
from chiiki_gis.core.layer import Fid, LayerId

Severity = Literal["error", "warning", "info"]
SEVERITY_WORDS: dict[str, str] = {"error": "エラー", "warning": "注意", "info": "情報"}


@dataclass(frozen=True, eq=False)
class Finding:
    """One line of 検査.

    rule      id in resources/rules
    layer     the layer it speaks of, or None for the plan itself
    fix       the change that clears it, or None where only the planner can
    fix_label verb for the button, Japanese
    ignored   True when the planner set it aside with a written reason
    """

    rule: str
    severity: Severity
    message: str
    article: str
    layer: LayerId | None = None
    fids: tuple[Fid, ...] = ()
    fix: Change | None = None
    fix_label: str = ""
    ignored: bool = False
    reason: str = ""

    @property
    def is_open_error(self) -> bool:
        """True when it blocks an export."""
        return self.severity == "error" and not self.ignored
